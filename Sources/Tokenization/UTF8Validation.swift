/// The offset of the first byte that is not part of well-formed UTF-8, or nil if all are.
///
/// A sequence that is cut short counts from its lead byte (Unicode 16, table 3-7).
/// The standard library's own report of this place, `UTF8Span`, needs macOS 26.
package func firstInvalidUTF8Offset(in bytes: some Sequence<UInt8>) -> Int? {
  var parser = Unicode.UTF8.ForwardParser()
  var source = bytes.makeIterator()
  var offset = 0
  while true {
    switch parser.parseScalar(from: &source) {
    case .valid(let scalar): offset += scalar.count
    case .error: return offset
    case .emptyInput: return nil
    }
  }
}
