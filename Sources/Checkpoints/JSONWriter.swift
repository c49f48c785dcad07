extension JSON {
  /// How a JSON text is laid out.
  public enum Layout: Sendable {
    /// One line without spaces, for JSON Lines.
    case compact
    /// A line for each value, indented by two spaces, as Transformers writes its files.
    case pretty
  }

  /// The JSON text in UTF-8.
  ///
  /// Numbers are the shortest text that reads back as the same value.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)`` if a number is not finite: JSON has
  ///   no word for it.
  /// - Parameter path: the file that the text is for, for the message.
  public func text(_ layout: Layout, for path: String) throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    try append(to: &bytes, indent: layout == .pretty ? 0 : nil, path)
    return bytes
  }

  private func append(
    to bytes: inout [UInt8], indent: Int?, _ path: String
  ) throws(CheckpointError) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += value.description.utf8
    case .integer(let value): bytes += value.description.utf8
    case .double(let value):
      guard value.isFinite else {
        throw .cannotWrite(path: path, reason: "the number \(value) cannot be written as JSON")
      }
      bytes += value.description.utf8
    case .string(let value): Self.append(value, to: &bytes)
    case .array(let elements):
      try Self.append(elements, "[", "]", to: &bytes, indent: indent) {
        element, bytes, indent throws(CheckpointError) in
        try element.append(to: &bytes, indent: indent, path)
      }
    case .object(let members):
      try Self.append(members, "{", "}", to: &bytes, indent: indent) {
        member, bytes, indent throws(CheckpointError) in
        Self.append(member.key, to: &bytes)
        bytes += (indent == nil ? ":" : ": ").utf8
        try member.value.append(to: &bytes, indent: indent, path)
      }
    }
  }

  /// Appends the items of a list or an object between brackets, each on a line if there is an
  /// indent.
  private static func append<Item>(
    _ items: [Item], _ opening: String, _ closing: String, to bytes: inout [UInt8], indent: Int?,
    _ appendItem: (Item, inout [UInt8], Int?) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    func startLine(_ indent: Int?) {
      guard let indent, !items.isEmpty else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes += repeatElement(UInt8(ascii: " "), count: indent)
    }
    let inner = indent.map { $0 + 2 }
    bytes += opening.utf8
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      startLine(inner)
      try appendItem(item, &bytes, inner)
    }
    startLine(indent)
    bytes += closing.utf8
  }

  private static func append(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0..<0x20: bytes += ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
