import Console
import MiniTransformer
import Visualization

/// A matrix product `op(a)[m, k] op(b)[k, n]`, and how often an update computes it.
struct Product {
  let name: String
  let formula: String
  let m: Int
  let n: Int
  let k: Int
  var transposesLeft = false
  var transposesRight = false
  let count: Int

  /// Multiplications and additions, 2 m n k.
  var operations: Double { 2 * Double(m) * Double(n) * Double(k) }

  /// The shape by which libraries are often compared.
  static let reference = Product(
    name: "reference", formula: "c = a b", m: 768, n: 3_072, k: 768, count: 0)

  /// The products of one update: each matrix of the model in forward and twice in backward.
  static func ofUpdate(_ workload: Workload) -> [Product] {
    let configuration = workload.configuration
    let (width, hidden) = (configuration.width, configuration.hiddenWidth)
    let (layers, rows) = (configuration.layers, workload.tokensPerUpdate)
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, _ count: Int) -> [Product] {
      [
        Product(name: name, formula: "y = x W", m: rows, n: outputs, k: inputs, count: count),
        Product(
          name: name, formula: "dx = dy Wᵀ", m: rows, n: inputs, k: outputs, transposesRight: true,
          count: count),
        Product(
          name: name, formula: "dW = xᵀ dy", m: inputs, n: outputs, k: rows, transposesLeft: true,
          count: count),
      ]
    }
    let vocabulary = configuration.vocabularySize
    return linear("Q, K, V, O", width, width, 4 * layers)
      + linear("expand", width, hidden, layers) + linear("project", hidden, width, layers)
      + [
        Product(
          name: "head", formula: "y = x Eᵀ", m: rows, n: vocabulary, k: width,
          transposesRight: true, count: 1),
        Product(name: "head", formula: "dx = dy E", m: rows, n: width, k: vocabulary, count: 1),
        Product(
          name: "head", formula: "dE = dyᵀ x", m: vocabulary, n: width, k: rows,
          transposesLeft: true, count: 1),
      ]
  }

  /// Measures it on random numbers.
  func measured(at precision: ComputePrecision, for seconds: Double) -> Timings {
    let a = Tensor<Float>(
      normal: RandomStream(seed: 1, "a"), shape: transposesLeft ? [k, m] : [m, k])
    let b = Tensor<Float>(
      normal: RandomStream(seed: 1, "b"), shape: transposesRight ? [n, k] : [k, n])
    return withoutGradients {
      let multiply = {
        _ = withPrecision(precision) {
          a.matmul(b, transposingSelf: transposesLeft, transposingOther: transposesRight)
        }
      }
      return Timings(for: seconds, warmUp: multiply, work: multiply)
    }
  }
}

/// How fast each matrix product of an update is by itself.
struct ProductMeasurement {
  let settings: Settings
  let products: [(product: Product, timings: Timings)]
  let peakGigaflops: (one: Double, used: Double, all: Double)

  /// Measures each product for its share of the time.
  init(_ settings: Settings, of products: [Product]) {
    self.settings = settings
    self.products = products.map {
      (
        $0,
        $0.measured(
          at: settings.precision, for: settings.seconds / Double(products.count))
      )
    }
    peakGigaflops = Processor.peaks(threads: settings.threads)
  }

  var json: JSON {
    [
      "preset": .string(settings.preset.rawValue), "mode": "matmul",
      "precision": .string(settings.precision.rawValue),
      "threads": .integer(Int64(settings.threads)),
      "products": .array(
        products.map { product, timings in
          [
            "name": .string(product.name), "formula": .string(product.formula),
            "m": .integer(Int64(product.m)), "n": .integer(Int64(product.n)),
            "k": .integer(Int64(product.k)), "per_step": .integer(Int64(product.count)),
            "milliseconds": .double(timings.median * 1e3),
            "gigaflops": .double(product.operations / timings.median / 1e9),
            "fastest_gigaflops": .double(product.operations / timings.quantile(0) / 1e9),
          ]
        }),
      "peak_gigaflops": .double(peakGigaflops.used),
      "peak_resident_bytes": .integer(Int64(Processor.peakResidentBytes)),
    ]
  }

  /// A table with a line for each product; its last columns are the speed, in the median, and the
  /// share of the peak that the median and the fastest reached. Like the peak, the fastest shows what
  /// the processor does when nothing else disturbs it.
  func text(width: Int) -> String {
    let rows = products.map { product, timings in
      let gigaflops = product.operations / timings.median / 1e9
      let best = product.operations / timings.quantile(0) / 1e9
      return [
        product.name, product.formula, "\(product.m)×\(product.n)×\(product.k)",
        product.count == 0 ? "" : String(product.count),
        Format.significant(timings.median * 1e3, digits: 4),
        Format.decimal(gigaflops, places: 1), Format.percentage(gigaflops / peakGigaflops.used),
        Format.percentage(best / peakGigaflops.used),
      ]
    }
    return table(
      [
        ("matrix", .left), ("product", .left), ("m×n×k", .right), ("times", .right),
        ("ms", .right), ("GFLOP/s", .right), ("of peak", .right),
        ("fastest", .right),
      ], rows: rows, style: PictureStyle(width: width))
      + "\npeak \(Format.decimal(peakGigaflops.one, places: 1)) GFLOP/s on one core, "
      + "\(Format.decimal(peakGigaflops.all, places: 1)) on all \(Processor.cores), "
      + "\(Processor.variant) kernels"
  }
}
