import Tokenization

/// A safetensors file opened for reading: its tensors' names, shapes and types are known at once,
/// their values are read one tensor at a time.
///
/// F64, F32, F16 and BF16 are read as floating point, BOOL and the integers as integers. Tensors of
/// the other types can be listed and not read.
public final class SafetensorsFile: Sendable {
  /// What the file says about a tensor.
  public struct Entry: Sendable {
    /// The tensor's name; compare it by its UTF-8 bytes.
    public let name: String
    /// The type of its elements.
    public let dtype: DType
    /// Its sizes, row-major; empty for a single number.
    public let shape: [Int]
    /// Its bytes, counted from the start of the data.
    let range: Range<Int>

    /// The number of its elements.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The file's path, as it was given.
  public let path: String
  /// All tensors, in the order of their data.
  public let entries: [Entry]
  /// The file's own remarks, in order.
  public let metadata: [(key: String, value: String)]

  private let file: InputFile
  private let dataStart: Int
  private let indices: [NameKey: Int]

  /// Opens a file and checks all of its header: lengths, names, types, shapes, and that every byte
  /// belongs to exactly one tensor.
  ///
  /// - Throws: ``CheckpointError`` if the file cannot be read or is damaged in any way. Names that
  ///   stand twice and spaces before the header are refused, as the format says; the official
  ///   library takes them.
  public init(path: String) throws(CheckpointError) {
    file = try InputFile(path: path)
    let header = try SafetensorsHeader(of: file)
    self.path = path
    entries = header.entries
    metadata = header.metadata
    dataStart = header.dataStart
    indices = Dictionary(
      uniqueKeysWithValues: entries.enumerated().map { (NameKey($1.name), $0) })
  }

  /// The tensor of this name, or nil.
  public subscript(name: String) -> Entry? { indices[NameKey(name)].map { entries[$0] } }

  /// The tensor of this name.
  ///
  /// - Throws: ``CheckpointError/damaged(path:problem:)`` if there is none.
  public func entry(_ name: String) throws(CheckpointError) -> Entry {
    guard let entry = self[name] else {
      throw .damaged(path: path, problem: "it has no tensor \(name.quoted(limit: 100))")
    }
    return entry
  }

  /// The values of a floating-point tensor, row-major.
  public func read<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ entry: Entry, as type: Scalar.Type = Scalar.self
  ) throws(CheckpointError) -> [Scalar] {
    var values = [Scalar](repeating: 0, count: entry.count)
    try unsafe values.withUnsafeMutableBufferPointer { buffer throws(CheckpointError) in
      try unsafe read(entry, into: buffer)
    }
    return values
  }

  /// Reads a floating-point tensor, row-major, or as much of it as the memory takes.
  ///
  /// Values are rounded to the nearest if `Scalar` is narrower than the tensor's type.
  ///
  /// - Parameter first: the element to begin with.
  /// - Throws: ``CheckpointError`` if the tensor is not floating point, or cannot be read.
  public func read<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ entry: Entry, from first: Int = 0, into destination: UnsafeMutableBufferPointer<Scalar>
  ) throws(CheckpointError) {
    let elements = first..<first + destination.count
    guard first >= 0, elements.upperBound <= entry.count else {
      fatalError("read(_:from:into:) got elements \(elements) of shape \(entry.shape)")
    }
    if (Scalar.self == Float.self && entry.dtype == .f32)
      || (Scalar.self == Double.self && entry.dtype == .f64)
    {
      let bytes = UnsafeMutableRawBufferPointer(destination)
      return try unsafe file.read(into: bytes, from: place(of: first, in: entry))
    }
    try forEachPiece(elements, of: entry) { bytes, index throws(CheckpointError) in
      let converted = unsafe convertFloatingPoint(bytes, entry.dtype, to: destination, at: index)
      guard converted else { throw unreadable(entry, "floating point") }
    }
  }

  /// The values of a tensor of integers or truth values, row-major.
  ///
  /// - Throws: ``CheckpointError`` if the tensor is something else, cannot be read, or has a value
  ///   above 2⁶³ − 1.
  public func readIntegers(_ entry: Entry) throws(CheckpointError) -> [Int64] {
    var values: [Int64] = []
    values.reserveCapacity(entry.count)
    try forEachPiece(0..<entry.count, of: entry) { bytes, _ throws(CheckpointError) in
      guard let piece = convertIntegers(bytes, entry.dtype) else {
        throw unreadable(entry, "integers below 2⁶³")
      }
      values += piece
    }
    return values
  }

  private func unreadable(_ entry: Entry, _ expected: String) -> CheckpointError {
    .unsupported(
      path: path,
      problem: "the tensor \(entry.name.quoted(limit: 100)) is \(entry.dtype.rawValue) and cannot "
        + "be read as \(expected)")
  }

  /// Where an element stands in the file; it begins with a byte.
  private func place(of element: Int, in entry: Entry) -> Int {
    dataStart + entry.range.lowerBound + element * entry.dtype.bits / 8
  }

  /// Calls `body` with the bytes of some elements, piece by piece, and the index among them of each
  /// piece's first, so that a tensor that is converted is never held twice.
  private func forEachPiece(
    _ elements: Range<Int>, of entry: Entry,
    _ body: (RawSpan, _ index: Int) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let pieceSize = 1 << 16  // a multiple of 8, so that elements of 4 bits begin with a byte too
    for start in stride(from: elements.lowerBound, to: elements.upperBound, by: pieceSize) {
      let end = min(start + pieceSize, elements.upperBound)
      // The span of an array needs macOS 26, that of a slice does not.
      let piece = try file.bytes(place(of: start, in: entry)..<place(of: end, in: entry))[...]
      try body(unsafe piece.span.bytes, start - elements.lowerBound)
    }
  }
}
