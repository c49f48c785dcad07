/// An operation as the graph remembers it, to look at.
package struct RecordedOperation<Scalar: TensorScalar> {
  /// The name it is recorded under.
  package let name: String
  /// What it read.
  package let inputs: [Tensor<Scalar>]
}

extension Tensor {
  /// The recorded operations from which this tensor was computed, each once; the graph stays as it
  /// is.
  package var recordedOperations: [RecordedOperation<Scalar>] {
    var found: [RecordedOperation<Scalar>] = []
    var seen: Set<ObjectIdentifier> = []
    var frontier = [self]
    while let tensor = frontier.popLast() {
      guard case .operation(let node) = tensor.history,
        seen.insert(ObjectIdentifier(node)).inserted
      else { continue }
      found.append(RecordedOperation(name: node.operation.description, inputs: node.inputs))
      frontier += node.inputs
    }
    return found
  }
}
