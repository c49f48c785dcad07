import Console
import Foundation
import MiniTransformer
import Visualization

extension Subcommand {
  /// `inspect model PATH`: the configuration and the tensors of a checkpoint, or of one file.
  static let model = Subcommand(
    "model",
    "Checks a checkpoint, or one .safetensors file, and lists its tensors; no values are read.",
    examples: [
      "swift run -c release inspect model checkpoints/every-effort",
      "swift run -c release inspect model model.safetensors --json",
    ]
  ) { options in
    let checkpoint = try options.checkpoint()
    let isJSON = try options.isJSON()
    let operand = options.operand("PATH", "a folder or a .safetensors file; also with --checkpoint")
    try options.finish()
    guard operand == nil || checkpoint.named == nil else {
      throw UsageError("there are a PATH and --checkpoint; give one of them")
    }

    let path = try operand ?? checkpoint.folder()
    let listing = try Listing(path)
    let output = StandardStream.output
    if isJSON { return try output.print(listing.json) }
    try output.print(listing.description(width: output.width))
    if listing.folder != nil { try output.suggest("inspect tokens TEXT --checkpoint \(path)") }
  }
}

/// What stands in a folder or a file.
private struct Listing {
  let path: String
  let folder: ModelFolder?
  let tensors: [SafetensorsFile.Entry]
  let metadata: [(key: String, value: String)]

  init(_ path: String) throws(CheckpointError) {
    self.path = path
    var isFolder = ObjCBool(false)
    if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      let folder = try ModelFolder(path)
      (self.folder, tensors, metadata) = (folder, folder.tensors, [])
    } else {
      let file = try SafetensorsFile(path: path)
      (folder, tensors, metadata) = (nil, file.entries, file.metadata)
    }
  }

  /// The numbers that a model of this configuration learns, or all numbers of the file.
  private var parameters: Int {
    folder?.parameterCount ?? tensors.reduce(0) { $0 + $1.count }
  }

  var json: JSON {
    var members: [JSON.Member] = []
    if let folder {
      members.append(JSON.Member(key: "config", value: folder.json))
    } else {
      let remarks = metadata.map { JSON.Member(key: $0.key, value: .string($0.value)) }
      members.append(JSON.Member(key: "metadata", value: .object(remarks)))
    }
    members.append(JSON.Member(key: "parameters", value: .integer(Int64(parameters))))
    let list = tensors.map { tensor -> JSON in
      [
        "name": .string(tensor.name), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
        "dtype": .string(tensor.dtype.rawValue),
      ]
    }
    members.append(JSON.Member(key: "tensors", value: .array(list)))
    return .object(members)
  }

  func description(width: Int) -> String {
    var facts: [(String, String)] = []
    if let configuration = folder?.configuration {
      let inner =
        configuration.hiddenWidth == 4 * configuration.width
        ? "" : ", hidden width \(configuration.hiddenWidth)"
      facts.append(
        (
          "model",
          "\(configuration.layers) layers, \(configuration.heads) heads, width "
            + "\(configuration.width)\(inner), context \(configuration.contextLength), "
            + "\(configuration.positions.rawValue) positions, \(configuration.activation.rawValue), "
            + "\(configuration.isTied ? "tied" : "untied") head"
        ))
      facts.append(("vocabulary", "\(Format.grouped(configuration.vocabularySize)) tokens"))
    }
    facts += metadata.map { ("metadata", "\($0.key.quoted()) is \($0.value.quoted())") }
    facts.append((folder == nil ? "numbers" : "parameters", Format.grouped(parameters)))
    let lines = facts.flatMap { title, text in
      let texts = Format.lines(of: text, width: max(20, width - 12))
      return texts.enumerated().map { fitted($0 == 0 ? title : "", to: 12) + $1 }
    }
    let rows = tensors.map { tensor in
      [
        visible(tensor.name),
        tensor.shape.isEmpty ? "1" : tensor.shape.map(String.init).joined(separator: " × "),
        tensor.dtype.rawValue,
      ]
    }
    let list = table(
      [("tensor", .left), ("shape", .right), ("type", .left)], rows: rows,
      style: PictureStyle(width: width))
    return lines.joined(separator: "\n") + "\n\n" + list
  }
}
