import Foundation
import Tokenization

/// A place in a JSON file: a value together with the file and the keys that lead to it, so that
/// an error can name them.
///
///     let config = try JSONField(readingFile: "checkpoint/config.json")
///     let layers = try config.member("n_layer").integer(in: 1...1000)
public struct JSONField: Sendable {
  /// The file, for messages.
  public let path: String
  /// The keys from the root to here, such as `model.vocab` or `shape[1]`; empty at the root.
  public var keys: String { place.description }
  /// The value that stands here.
  public let value: JSON

  private let place: Place

  /// Far above any vocabulary, and far below what the memory holds.
  private static let greatestSize = 1 << 28

  /// The root of a JSON text.
  ///
  /// - Throws: ``CheckpointError/damaged(path:problem:)`` if it is no JSON.
  public init(parsing bytes: [UInt8], from path: String) throws(CheckpointError) {
    self.init(path: path, .root, try JSON(parsing: bytes, from: path))
  }

  /// The root of a JSON file.
  ///
  /// - Throws: ``CheckpointError`` if it cannot be read or is no JSON.
  public init(readingFile path: String) throws(CheckpointError) {
    let file = try InputFile(path: path)
    guard file.count <= Self.greatestSize else {
      throw .damaged(
        path: path, problem: "it has \(file.count) bytes, too many for this kind of file")
    }
    try self.init(parsing: file.bytes(0..<file.count), from: path)
  }

  private init(path: String, _ place: Place, _ value: JSON) {
    (self.path, self.place, self.value) = (path, place, value)
  }

  /// The member of an object that has this key.
  ///
  /// - Throws: ``CheckpointError/damaged(path:problem:)`` if this is no object or lacks the key.
  /// - Complexity: O(*n*) for *n* members.
  public func member(_ key: String) throws(CheckpointError) -> JSONField {
    guard let field = try field(key) else {
      throw damaged("\(name) lacks the key \(key.quoted())")
    }
    return field
  }

  /// The member of an object that has this key, or nil if there is none or it is `null`.
  ///
  /// - Throws: ``CheckpointError/damaged(path:problem:)`` if this is no object.
  public func optionalMember(_ key: String) throws(CheckpointError) -> JSONField? {
    let field = try field(key)
    if case .null? = field?.value { return nil }
    return field
  }

  /// All members of an object, in order.
  public func members() throws(CheckpointError) -> [(key: String, field: JSONField)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map { ($0.key, field($0)) }
  }

  private func field(_ key: String) throws(CheckpointError) -> JSONField? {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.first { $0.key.utf8.elementsEqual(key.utf8) }.map(field)
  }

  private func field(_ member: JSON.Member) -> JSONField {
    JSONField(path: path, .key(member.key, in: place), member.value)
  }

  /// All elements of a list, in order.
  public func elements() throws(CheckpointError) -> [JSONField] {
    guard case .array(let elements) = value else { throw mismatch("a list") }
    return elements.enumerated().map { index, element in
      JSONField(path: path, .index(index, in: place), element)
    }
  }

  /// A string.
  public func string() throws(CheckpointError) -> String {
    guard case .string(let string) = value else { throw mismatch("a string") }
    return string
  }

  /// A truth value.
  public func bool() throws(CheckpointError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("true or false") }
    return bool
  }

  /// A whole number in a range.
  public func integer(in range: ClosedRange<Int> = .min ... .max) throws(CheckpointError) -> Int {
    guard case .integer(let integer) = value else { throw mismatch("a whole number") }
    guard let integer = Int(exactly: integer), range.contains(integer) else {
      let expected =
        range.upperBound == .max
        ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      throw damaged("\(name) is \(integer) and should be \(expected)")
    }
    return integer
  }

  /// A number, whole or not.
  public func double() throws(CheckpointError) -> Double {
    switch value {
    case .integer(let integer): return Double(integer)
    case .double(let double): return double
    default: throw mismatch("a number")
    }
  }

  /// An error of this file that says what is wrong.
  public func damaged(_ problem: String) -> CheckpointError {
    .damaged(path: path, problem: problem)
  }

  /// The place in words, for a message.
  public var name: String { keys.isEmpty ? "the JSON text" : keys.quoted(limit: 80) }

  /// Where a value stands. It is put into words for a message alone, as most values need none.
  private indirect enum Place: CustomStringConvertible, Sendable {
    case root
    case key(String, in: Place)
    case index(Int, in: Place)

    var description: String {
      switch self {
      case .root: ""
      case .key(let key, in: .root): key
      case .key(let key, in: let place): "\(place).\(key)"
      case .index(let index, in: let place): "\(place)[\(index)]"
      }
    }
  }

  private func mismatch(_ expected: String) -> CheckpointError {
    damaged("\(name) is \(value.kind) and should be \(expected)")
  }
}
