import Tokenization

/// What a safetensors file says about its tensors; checked in full before a byte of them is read.
///
/// The layout (github.com/huggingface/safetensors, "Format"): 8 bytes with the length of the
/// header, little-endian; the header, a JSON object, which may end in spaces; the data, in which
/// every byte belongs to exactly one tensor.
struct SafetensorsHeader {
  let entries: [SafetensorsFile.Entry]
  let metadata: [(key: String, value: String)]
  /// The offset of the data in the file.
  let dataStart: Int

  /// Some 60,000 tensors: a training state of a thousand layers has 48,000. The official library's
  /// limit is 100 MB, which take many seconds to read and are no header of a sound file.
  private static let greatestLength = 1 << 23

  init(of file: InputFile) throws(CheckpointError) {
    let root = try Self.json(of: file)
    var entries: [SafetensorsFile.Entry] = []
    var metadata: [(key: String, value: String)] = []
    for (name, field) in try root.field.members() {
      if name.utf8.elementsEqual("__metadata__".utf8) {
        if case .null = field.value { continue }
        for (key, value) in try field.members() { metadata.append((key, try value.string())) }
      } else {
        entries.append(try Self.entry(name, field))
      }
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try Self.checkCoverage(entries, dataCount: file.count - root.end, of: file.path)
    self.entries = entries
    self.metadata = metadata
    self.dataStart = root.end
  }

  private static func json(
    of file: InputFile
  ) throws(CheckpointError) -> (field: JSONField, end: Int) {
    func damaged(_ problem: String) -> CheckpointError {
      .damaged(path: file.path, problem: "\(problem); it is cut short or no safetensors file")
    }
    guard file.count >= 8 else { throw damaged("it has \(file.count) bytes") }
    let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= file.count - 8 else {
      throw damaged("its header should have \(length) bytes and \(file.count - 8) are there")
    }
    guard length <= greatestLength else {
      throw .damaged(
        path: file.path,
        problem: "its header has \(length) bytes; expected at most \(greatestLength)")
    }
    let end = 8 + Int(length)
    let text = try file.bytes(8..<end)
    guard text.first == UInt8(ascii: "{") else { throw damaged("its header does not begin with {") }
    return (try JSONField(parsing: text, from: file.path), end)
  }

  private static func entry(
    _ name: String, _ field: JSONField
  ) throws(CheckpointError) -> SafetensorsFile.Entry {
    let dtypeName = try field.member("dtype").string()
    guard let dtype = DType(rawValue: dtypeName) else {
      throw field.damaged("the tensor \(name.quoted()) has the unknown dtype \(dtypeName.quoted())")
    }
    var shape: [Int] = []
    for size in try field.member("shape").elements() {
      shape.append(try size.integer(in: 0 ... .max))
    }
    var offsets: [Int] = []
    for offset in try field.member("data_offsets").elements() {
      offsets.append(try offset.integer(in: 0 ... .max))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw field.damaged(
        "the tensor \(name.quoted()) has the data_offsets \(offsets) and should have begin and end")
    }
    let range = offsets[0]..<offsets[1]
    guard let byteCount = dtype.byteCount(shape: shape), byteCount == range.count else {
      throw field.damaged(
        "the tensor \(name.quoted()) has \(range.count) bytes, which its dtype \(dtypeName) and "
          + "its shape \(shape.count <= 8 ? "\(shape)" : "of rank \(shape.count)") do not fill")
    }
    return SafetensorsFile.Entry(name: name, dtype: dtype, shape: shape, range: range)
  }

  /// Every byte of the data belongs to exactly one tensor.
  private static func checkCoverage(
    _ sorted: [SafetensorsFile.Entry], dataCount: Int, of path: String
  ) throws(CheckpointError) {
    var end = 0
    for entry in sorted {
      guard entry.range.lowerBound == end else {
        throw .damaged(
          path: path,
          problem: "the tensor \(entry.name.quoted()) begins at byte \(entry.range.lowerBound) "
            + "of the data and the one before it ends at \(end)")
      }
      end = entry.range.upperBound
    }
    guard end == dataCount else {
      throw .damaged(
        path: path, problem: "its tensors should have \(end) bytes and \(dataCount) are there")
    }
  }
}
