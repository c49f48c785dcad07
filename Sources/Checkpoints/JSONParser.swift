import Tokenization

extension JSON {
  /// Reads a JSON text of UTF-8 bytes; the grammar is RFC 8259's, strictly.
  ///
  /// Refused beside it: a key that stands twice in one object, nesting deeper than 64, numbers
  /// beyond `Double`, halves of surrogate pairs, a byte-order mark.
  ///
  /// - Parameter path: the file that the bytes are from, for the message.
  /// - Throws: ``CheckpointError/damaged(path:problem:)`` with the offset of the byte in question.
  /// - Complexity: O(*n*) time for *n* bytes; the stack stays small whatever they are.
  public init(parsing bytes: [UInt8], from path: String) throws(CheckpointError) {
    if let offset = firstInvalidUTF8Offset(in: bytes[...]) {
      throw .damaged(path: path, problem: "its JSON is not UTF-8 at byte \(offset)")
    }
    var parser = JSONParser(bytes: bytes)
    do {
      self = try parser.parse()
    } catch {
      throw .damaged(
        path: path, problem: "its JSON has \(error.problem) at byte \(error.offset)")
    }
  }
}

/// A recursive descent over well-formed UTF-8 bytes.
private struct JSONParser {
  struct Failure: Error {
    let problem: String
    let offset: Int
  }

  private static let greatestDepth = 64

  let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse() throws(Failure) -> JSON {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end") }
    return value
  }

  /// The byte at the position; 0, which begins nothing in JSON, behind the end.
  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private func failure(_ problem: String, at offset: Int? = nil) -> Failure {
    Failure(problem: problem, offset: offset ?? position)
  }

  private func unexpected(_ expected: String) -> Failure {
    guard position < bytes.count else { return failure("its end where \(expected) belongs") }
    let found = bytes[position...].prefix(4)
    // At most one whole character of the four bytes is shown.
    let character = String(decoding: found, as: UTF8.self).unicodeScalars.prefix(1)
    return failure("\(String(character).quoted()) where \(expected) belongs")
  }

  private mutating func skipSpace() {
    while current == 0x20 || current == 0x0A || current == 0x0D || current == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(Failure) -> JSON {
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try nested { parser throws(Failure) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(Failure) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(Failure) -> JSON
  ) throws(Failure) -> JSON {
    guard depth < Self.greatestDepth else {
      throw failure("nesting deeper than \(Self.greatestDepth)")
    }
    depth += 1
    position += 1  // the bracket
    let value = try parse(&self)
    depth -= 1
    return value
  }

  private mutating func word(_ word: String, _ value: JSON) throws(Failure) -> JSON {
    guard bytes[position...].starts(with: word.utf8) else { throw unexpected("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func array() throws(Failure) -> JSON {
    var elements: [JSON] = []
    skipSpace()
    if skip("]") { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if skip("]") { return .array(elements) }
      guard skip(",") else { throw unexpected("a comma or ]") }
    }
  }

  private mutating func object() throws(Failure) -> JSON {
    var members: [JSON.Member] = []
    var keys = KeySet()
    skipSpace()
    if skip("}") { return .object(members) }
    while true {
      skipSpace()
      let start = position
      guard current == UInt8(ascii: "\"") else { throw unexpected("a key") }
      let key = try string()
      guard keys.insert(key, behind: members) else {
        throw failure("the key \(key.quoted()) for the second time", at: start)
      }
      skipSpace()
      guard skip(":") else { throw unexpected("a colon") }
      members.append(JSON.Member(key: key, value: try value()))
      skipSpace()
      if skip("}") { return .object(members) }
      guard skip(",") else { throw unexpected("a comma or }") }
    }
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = position
    _ = skip("-")
    if !skip("0") { try digits() }
    var isInteger = true
    if skip(".") {
      isInteger = false
      try digits()
    }
    if skip("e") || skip("E") {
      isInteger = false
      if !skip("+") { _ = skip("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let double = Double(text), double.isFinite else {
      throw failure("the number \(text.quoted(limit: 24)), which is beyond the range", at: start)
    }
    return .double(double)
  }

  private mutating func digits() throws(Failure) {
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { throw unexpected("a digit") }
    position = digits.endIndex
  }

  private mutating func string() throws(Failure) -> String {
    position += 1  // the quotation mark
    var text = ""
    while true {
      let start = position
      while current >= 0x20 && current != UInt8(ascii: "\"") && current != UInt8(ascii: "\\") {
        position += 1
      }
      text += String(decoding: bytes[start..<position], as: UTF8.self)
      if skip("\"") { return text }
      guard skip("\\") else {
        throw position < bytes.count
          ? failure("a control character in a string") : unexpected("a quotation mark")
      }
      text.unicodeScalars.append(try escape())
    }
  }

  /// The scalar of an escape whose backslash has been read.
  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let start = position - 1
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      position += 1
      return Unicode.Scalar(bytes[position - 1])
    case UInt8(ascii: "b"): return simple("\u{8}")
    case UInt8(ascii: "f"): return simple("\u{C}")
    case UInt8(ascii: "n"): return simple("\n")
    case UInt8(ascii: "r"): return simple("\r")
    case UInt8(ascii: "t"): return simple("\t")
    case UInt8(ascii: "u"):
      var value = try codeUnit()
      if (0xD800..<0xDC00).contains(value), skip("\\") {
        guard current == UInt8(ascii: "u") else { throw failure(Self.half, at: start) }
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw failure(Self.half, at: start) }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw failure(Self.half, at: start) }
      return scalar
    default: throw failure("an escape that JSON does not have", at: start)
    }
  }

  private static let half = "half of a surrogate pair"

  private mutating func simple(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    position += 1
    return scalar
  }

  private mutating func codeUnit() throws(Failure) -> UInt32 {
    position += 1  // the letter u
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
        throw unexpected("a hexadecimal digit")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }
}

/// The keys of an object. Most objects have a few, which are quickly compared one by one; the others
/// have tens of thousands.
private struct KeySet {
  private static let few = 8
  private var names: Set<NameKey> = []

  /// Whether `key`, which comes behind these members, is a new one.
  mutating func insert(_ key: String, behind members: [JSON.Member]) -> Bool {
    if members.count < Self.few {
      return !members.contains { $0.key.utf8.elementsEqual(key.utf8) }
    }
    if names.isEmpty { names = Set(members.map { NameKey($0.key) }) }
    return names.insert(NameKey(key)).inserted
  }
}
