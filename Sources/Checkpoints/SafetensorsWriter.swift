import Tokenization

/// A tensor to be written to a safetensors file.
public struct OutgoingTensor {
  /// Its name in the file.
  public let name: String
  /// Its sizes, row-major.
  public let shape: [Int]
  /// The type of its elements.
  public let dtype: DType

  fileprivate let writeBytes:
    (_ write: (RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void

  /// A tensor with these values.
  public init<Scalar: SafetensorsScalar>(name: String, shape: [Int], values: [Scalar]) {
    self.init(name: name, shape: shape, of: Scalar.self) { write throws(CheckpointError) in
      let slice = values[...]  // the span of an array needs macOS 26, that of a slice does not
      try write(slice.span)
    }
  }

  /// A tensor whose values are handed over when their turn comes, so that nothing is held twice.
  ///
  /// - Parameter values: calls its argument once or more, with all values in order.
  public init<Scalar: SafetensorsScalar>(
    name: String, shape: [Int], of type: Scalar.Type,
    values:
      @escaping (
        _ write: (Span<Scalar>) throws(CheckpointError) -> Void
      ) throws(CheckpointError) -> Void
  ) {
    self.name = name
    self.shape = shape
    dtype = Scalar.dtype
    writeBytes = { write throws(CheckpointError) in
      try values { span throws(CheckpointError) in try write(unsafe span.bytes) }
    }
  }
}

extension SafetensorsFile {
  /// Writes a safetensors file, atomically (see ``AtomicFile``).
  ///
  /// The bytes are those of the official library: tensors in the reverse order of ``DType``'s
  /// cases, which aligns them all, those of one type in the order of their names' UTF-8 bytes, and a
  /// compact header, padded with spaces to a multiple of 8 bytes.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``, also if two tensors have one name or a
  ///   tensor's values do not fill its shape; the old file stays as it was.
  public static func write(
    _ tensors: [OutgoingTensor], metadata: [(key: String, value: String)] = [("format", "pt")],
    to path: String
  ) throws(CheckpointError) {
    let tensors = tensors.sorted {
      $0.dtype == $1.dtype
        ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.dtype.rank > $1.dtype.rank
    }
    let header = try header(tensors, metadata, path)
    try AtomicFile.write(to: path) { sink throws(CheckpointError) in
      try sink.write(header)
      for tensor in tensors {
        var count = 0
        try tensor.writeBytes { bytes throws(CheckpointError) in
          try sink.write(bytes)
          count += bytes.byteCount
        }
        guard count == tensor.dtype.byteCount(shape: tensor.shape) else {
          throw .cannotWrite(
            path: path,
            reason: "the tensor \(tensor.name.quoted()) of shape \(tensor.shape) and dtype "
              + "\(tensor.dtype.rawValue) got \(count) bytes")
        }
      }
    }
  }

  /// The length of the header and the header.
  private static func header(
    _ tensors: [OutgoingTensor], _ metadata: [(key: String, value: String)], _ path: String
  ) throws(CheckpointError) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let remarks = metadata.map { JSON.Member(key: $0.key, value: .string($0.value)) }
      members.append(JSON.Member(key: "__metadata__", value: .object(remarks)))
    }
    var names: Set<[UInt8]> = [Array("__metadata__".utf8)]
    var offset = 0
    for tensor in tensors {
      guard names.insert(Array(tensor.name.utf8)).inserted else {
        throw .cannotWrite(path: path, reason: "the name \(tensor.name.quoted()) is taken")
      }
      guard let count = tensor.dtype.byteCount(shape: tensor.shape) else {
        throw .cannotWrite(path: path, reason: "the shape \(tensor.shape) is too large")
      }
      let entry: JSON = [
        "dtype": .string(tensor.dtype.rawValue),
        "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
        "data_offsets": [.integer(Int64(offset)), .integer(Int64(offset + count))],
      ]
      members.append(JSON.Member(key: tensor.name, value: entry))
      offset += count
    }
    var text = try JSON.object(members).text(.compact, for: path)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}

extension DType {
  /// The place of the type in the official library's order.
  fileprivate var rank: Int { DType.allCases.firstIndex(of: self) ?? 0 }
}
