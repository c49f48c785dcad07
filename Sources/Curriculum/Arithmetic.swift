import Autograd

/// The few operations that lessons use on small lists of numbers; each runs the package's kernels.

func matrix(_ rows: [[Double]], learns: Bool = false) -> Tensor<Double> {
  Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count], requiresGradient: learns)
}

func vector(_ values: [Double]) -> Tensor<Double> { Tensor(values, shape: [values.count]) }

extension Tensor {
  /// The numbers of a tensor of one or more axes, row by row of the last.
  var rows: [[Double]] {
    let all = scalars.map { Double($0) }, width = shape.last ?? 1
    return stride(from: 0, to: all.count, by: width).map { Array(all[$0..<$0 + width]) }
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double { (vector(a) * vector(b)).sum().scalar }

func length(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

func cosine(_ a: [Double], _ b: [Double]) -> Double { dot(a, b) / (length(a) * length(b)) }

func distance(_ a: [Double], _ b: [Double]) -> Double {
  length((vector(a) - vector(b)).scalars)
}

/// Softmax of a few scores.
func weighted(_ scores: [Double]) -> [Double] { vector(scores).softmax().scalars }

/// Σᵢ weights[i] · rows[i].
func mixture(_ weights: [Double], _ rows: [[Double]]) -> [Double] {
  matrix([weights]).matmul(matrix(rows)).scalars
}

/// The largest |a − b|.
func largestDifference(_ a: [[Double]], _ b: [[Double]]) -> Double {
  zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// The standard deviation of a tensor's numbers.
func standardDeviation(of x: Tensor<Double>) -> Double {
  let centred = x - x.mean()
  return (centred * centred).mean().scalar.squareRoot()
}

func shares(_ values: [Double]) -> [Double] {
  let total = vector(values).sum().scalar
  return vector(values).scaled(by: 1 / total).scalars
}

/// Self-attention without parameters: `S = scale E Eᵀ`, `W = softmax(S)`, `Y = W E`.
func selfAttention(
  _ e: [[Double]], scale: Double = 1
) -> (scores: [[Double]], weights: [[Double]], outputs: [[Double]]) {
  let e = matrix(e)
  let scores = e.matmul(e, transposingOther: true).scaled(by: scale)
  let weights = scores.softmax()
  return (scores.rows, weights.rows, weights.matmul(e).rows)
}

/// The arithmetic of one attention layer: three projections, Q Kᵀ and W V, a multiplication and an
/// addition for each pair of numbers.
func operations(words n: Int, width d: Int, head k: Int) -> Int {
  3 * 2 * n * d * k + 2 * n * n * k + 2 * n * n * k
}
