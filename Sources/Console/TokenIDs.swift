import Tokenization

extension Options {
  /// Declares `--ids`, token ids that stand in place of a text, `nil` if they are missing.
  ///
  /// - Throws: a `UsageError` that shows the first part which is no id.
  public mutating func ids(
    _ meaning: String = "token ids, such as 3,14,15, in place of the text"
  ) throws(UsageError) -> [Int32]? {
    guard let text = try text("ids", as: "ID,ID,…", meaning) else { return nil }
    var ids: [Int32] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let id = Int32(part.drop { $0 == " " }), id >= 0 else {
        throw UsageError(
          "--ids must be whole numbers from 0 with commas between them, such as 3,14,15; found "
            + String(part).quoted())
      }
      ids.append(id)
    }
    return ids
  }
}

/// Compares ids that a person gave with the vocabulary of the model they are for.
///
/// - Throws: a `UsageError` that names the first id which the model does not have.
public func checkVocabulary(of ids: [Int32], size: Int) throws(UsageError) {
  guard let stranger = ids.first(where: { $0 < 0 || $0 >= size }) else { return }
  throw UsageError("--ids has \(stranger), and the model's ids are 0 to \(size - 1)")
}
