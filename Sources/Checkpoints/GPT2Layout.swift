import Autograd
import Transformer

/// The values of a model's parameters as the tensors of a file have them: as they are, or several
/// side by side.
extension GPT where Scalar: SafetensorsScalar {
  /// Reads a tensor of a file into the parameters it is made of.
  ///
  /// One that is made of several is read by strips of rows, so that none is ever held twice.
  func read(
    _ tensor: GPT2Tensor, from place: ModelTensors.Place
  ) throws(CheckpointError) {
    let parts = tensor.parameters.map { parameter($0) }
    if parts.count == 1 {
      try unsafe parts[0].storage.withUnsafeElements { elements throws(CheckpointError) in
        try unsafe place.file.read(place.entry, into: elements)
      }
      return
    }
    let width = tensor.width
    let rows = tensor.rows
    let rowsAtOnce = max(1, (1 << 16) / width)
    let strip = Storage<Scalar>(count: rowsAtOnce * width)
    for first in stride(from: 0, to: rows, by: rowsAtOnce) {
      let count = min(rowsAtOnce, rows - first)
      try unsafe strip.withUnsafeElements { elements throws(CheckpointError) in
        let elements = unsafe UnsafeMutableBufferPointer(rebasing: elements[..<(count * width)])
        try unsafe place.file.read(place.entry, from: first * width, into: elements)
      }
      forEachColumn(parts) { part, start, partWidth in
        Kernels.copy(
          .init(strip, from: start, stride: width),
          to: .init(part.storage, from: first * partWidth, stride: partWidth),
          count: count, width: partWidth)
      }
    }
  }

  /// The tensor for a file.
  func outgoing(_ tensor: GPT2Tensor) -> OutgoingTensor {
    OutgoingTensor(name: tensor.name, shape: tensor.shape, of: Scalar.self) {
      write throws(CheckpointError) in
      try joined(tensor).withSpan { span throws(CheckpointError) in try write(span) }
    }
  }

  private func joined(_ tensor: GPT2Tensor) -> Storage<Scalar> {
    let parts = tensor.parameters.map { parameter($0) }
    if parts.count == 1 { return parts[0].storage }
    let width = tensor.width
    let rows = tensor.rows
    let joined = Storage<Scalar>(count: rows * width)
    forEachColumn(parts) { part, start, partWidth in
      Kernels.copy(
        .init(part.storage, stride: partWidth), to: .init(joined, from: start, stride: width),
        count: rows, width: partWidth)
    }
    return joined
  }

  /// Parameters side by side: where in a row each begins, and how wide it is.
  private func forEachColumn(
    _ parts: [Tensor<Scalar>], _ body: (_ part: Tensor<Scalar>, _ start: Int, _ width: Int) -> Void
  ) {
    var start = 0
    for part in parts {
      let width = part.shape[part.rank - 1]
      body(part, start, width)
      start += width
    }
  }

  private func parameter(_ name: String) -> Tensor<Scalar> {
    guard let tensor = parameters[name] else { fatalError("the model has no parameter \(name)") }
    return tensor
  }
}
