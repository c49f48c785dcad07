import Checkpoints
import Console
import MiniTransformer

@main
struct Benchmark {
  static let command = Command(
    "benchmark",
    "Measures how fast models train and generate here, and what share of the "
      + "processor's peak that is.",
    examples: [
      "swift run -c release benchmark",
      "swift run -c release benchmark --preset gpt2 --mode generate --seconds 10",
      "swift run -c release benchmark --preset baby --mode matmul",
      "swift run -c release benchmark --preset baby --against pytorch --python venv/bin/python",
    ])

  static func main() {
    command.run { options in
      let settings = try Settings(&options)
      command.warnIfDebugBuild()
      let (json, text) = try result(settings)
      if settings.isJSON {
        let bytes = try json.text(.pretty, for: "standard output")
        try StandardStream.output.print(String(decoding: bytes, as: UTF8.self))
      } else {
        try StandardStream.output.print(text)
      }
    }
  }

  private static func result(_ settings: Settings) throws -> (json: JSON, text: String) {
    let width = StandardStream.output.width
    if let peer = settings.against {
      let comparison = try Comparison(settings, with: peer)
      return (comparison.json(settings), comparison.text(width: width))
    }
    if settings.mode == .matmul {
      let products = Product.ofUpdate(Workload(settings.preset, .matmul)) + [.reference]
      let measurement = ProductMeasurement(settings, of: products)
      return (measurement.json, measurement.text(width: width))
    }
    let measurement = try StepMeasurement(settings)
    return (measurement.json, measurement.description)
  }
}
