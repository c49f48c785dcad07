import Foundation
import Tokenization

/// The tensors of a model's weights as they lie in its folder: in `model.safetensors`, or in several
/// files that `model.safetensors.index.json` lists.
struct ModelTensors {
  /// A tensor and the file that holds it.
  struct Place: Sendable {
    let file: SafetensorsFile
    let entry: SafetensorsFile.Entry
  }

  /// The one file or the index, for messages.
  let path: String
  /// All tensors: of one file in the order of its data, else in the order of the index.
  let places: [Place]
  private let indices: [NameKey: Int]

  /// Opens the files and checks their headers; no values are read.
  ///
  /// Where a folder has both, the single file counts, as for Transformers.
  init(in folder: String) throws(CheckpointError) {
    let single = "\(folder)/model.safetensors"
    let index = "\(single).index.json"
    if !FileManager.default.fileExists(atPath: single),
      FileManager.default.fileExists(atPath: index)
    {
      try self.init(path: index, places: Self.places(index: index, in: folder))
    } else {
      let file = try SafetensorsFile(path: single)
      self.init(path: single, places: file.entries.map { Place(file: file, entry: $0) })
    }
  }

  private init(path: String, places: [Place]) {
    self.path = path
    self.places = places
    indices = Dictionary(
      uniqueKeysWithValues: places.enumerated().map { (NameKey($1.entry.name), $0) })
  }

  /// The tensor of this name, or nil.
  subscript(name: String) -> Place? { indices[NameKey(name)].map { places[$0] } }

  /// What the index says: each tensor's name and the name of the file that has it.
  private static func places(
    index: String, in folder: String
  ) throws(CheckpointError) -> [Place] {
    var files: [[UInt8]: SafetensorsFile] = [:]
    var places: [Place] = []
    for (tensor, field) in try JSONField(readingFile: index).member("weight_map").members() {
      let name = try field.string()
      // A file elsewhere is none of this checkpoint's.
      guard name.hasSuffix(".safetensors"), !name.utf8.contains(UInt8(ascii: "/")) else {
        throw field.damaged(
          "the tensor \(tensor.quoted(limit: 100)) should lie in \(name.quoted(limit: 100)), and a "
            + "name like model-00001-of-00002.safetensors was expected")
      }
      let key = Array(name.utf8)
      if files[key] == nil { files[key] = try SafetensorsFile(path: "\(folder)/\(name)") }
      guard let file = files[key] else { continue }
      places.append(Place(file: file, entry: try file.entry(tensor)))
    }
    return places
  }
}
