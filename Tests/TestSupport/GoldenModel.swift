public import Checkpoints
import Foundation

/// A whole model as a Hugging Face folder, and what PyTorch computes with it.
///
/// `Fixtures/README.md` says what the files hold.
public struct GoldenModel: Sendable, CustomStringConvertible {
  /// The folder of the model.
  public let folder: String
  /// The file with PyTorch's numbers.
  public let file: String

  /// The models of the checkout, the smallest with a single token as well.
  public static let all: [GoldenModel] = [
    ("d1-v61-p16-e16-l1-h1", "golden.safetensors"),
    ("d1-v61-p16-e16-l1-h1", "golden-t1.safetensors"),
    ("d2-v257-p64-e40-l2-h5", "golden.safetensors"),
  ].map { name, file in
    GoldenModel(folder: fixtures.appending(path: "gpt2-parity/\(name)").path, file: file)
  }

  /// The smallest one.
  public static var smallest: GoldenModel { all[0] }

  /// `Tests/Fixtures` of the checkout.
  public static let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// Its name and the file.
  public var description: String { "\(URL(filePath: folder).lastPathComponent)/\(file)" }

  /// PyTorch's numbers.
  public func numbers() throws(CheckpointError) -> GoldenNumbers {
    GoldenNumbers(file: try SafetensorsFile(path: "\(folder)/\(file)"))
  }

  /// Prompts and the 20 ids that PyTorch puts behind each, always the most likely one.
  public func continuations() throws(CheckpointError) -> [(prompt: [Int32], ids: [Int32])] {
    let root = try JSONField(readingFile: "\(folder)/golden.json")
    var found: [(prompt: [Int32], ids: [Int32])] = []
    for field in try root.member("greedy").elements() {
      func ids(_ key: String) throws(CheckpointError) -> [Int32] {
        var ids: [Int32] = []
        for id in try field.member(key).elements() { ids.append(Int32(try id.integer())) }
        return ids
      }
      found.append((try ids("prompt_ids"), try ids("new_ids")))
    }
    return found
  }
}

/// A file of golden values.
public struct GoldenNumbers: Sendable {
  /// The file itself.
  public let file: SafetensorsFile

  /// The values of a parameter, or something alike that belongs to it.
  public struct Parameter: Sendable {
    /// The name of our parameter.
    public let name: String
    /// Its values, row by row.
    public let values: [Double]
    /// The largest absolute value of the tensor in the file, of which this may be a part.
    public let largest: Double
  }

  /// Opens a file of `ops-golden`.
  public init(ofOperation name: String) throws(CheckpointError) {
    let folder = GoldenModel.fixtures.appending(path: "ops-golden")
    self.init(
      file: try SafetensorsFile(path: folder.appending(path: "\(name).safetensors").path))
  }

  /// The numbers of an open file.
  public init(file: SafetensorsFile) { self.file = file }

  /// The numbers of one tensor, row by row.
  public func callAsFunction(_ name: String) throws(CheckpointError) -> [Double] {
    let entry = try file.entry(name)
    guard entry.dtype.rawValue.hasPrefix("F") else {
      return try file.readIntegers(entry).map(Double.init)
    }
    return try file.read(entry)
  }

  /// The ids of one tensor, row by row.
  public func ids(_ name: String) throws(CheckpointError) -> [Int32] {
    try file.readIntegers(try file.entry(name)).map(Int32.init)
  }

  /// The tensors `<prefix>.<parameter>` under our names: the query, the key and the value that
  /// GPT-2 has side by side in one tensor come apart.
  public func parameters(_ prefix: String) throws(CheckpointError) -> [Parameter] {
    var found: [Parameter] = []
    for entry in file.entries where entry.name.hasPrefix("\(prefix).transformer.") {
      let values = try self(entry.name)
      let largest = values.reduce(0) { max($0, abs($1)) }
      let names = Self.ourNames(entry.name.dropFirst("\(prefix).transformer.".count))
      let row = entry.shape[entry.shape.count - 1]
      for (part, name) in names.enumerated() {
        let width = row / names.count
        let own = values.indices.filter { $0 % row / width == part }.map { values[$0] }
        found.append(Parameter(name: name, values: own, largest: largest))
      }
    }
    return found
  }

  /// Our names of one of GPT-2's parameters, written down without the package's own table.
  private static func ourNames(_ name: Substring) -> [String] {
    let parts = name.split(separator: ".").map(String.init)
    switch parts[0] {
    case "wte": return ["tokens.weight"]
    case "wpe": return ["positions.weight"]
    case "ln_f": return ["norm.\(parts[1])"]
    default: break
    }
    let layers: [String: [String]] = [
      "ln_1": ["norm1"], "ln_2": ["norm2"],
      "attn.c_attn": ["attention.query", "attention.key", "attention.value"],
      "attn.c_proj": ["attention.output"],
      "mlp.c_fc": ["feedForward.expand"], "mlp.c_proj": ["feedForward.project"],
    ]
    let place = parts[2..<parts.count - 1].joined(separator: ".")
    return (layers[place] ?? ["unknown"]).map {
      "blocks.\(parts[1]).\($0).\(parts[parts.count - 1])"
    }
  }
}

/// The largest |aᵢ − bᵢ|; infinite where the counts differ or a number is NaN.
public func largestDifference(
  _ a: some Collection<some BinaryFloatingPoint>, _ b: some Collection<some BinaryFloatingPoint>
) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    let difference = abs(Double(pair.0) - Double(pair.1))
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
