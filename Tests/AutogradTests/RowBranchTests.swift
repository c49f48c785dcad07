import TestSupport
import Testing

@testable import Autograd

/// A branch in one operation against the operations of which it consists.
@Suite(.serialized) struct RowBranchTests {
  private func tensor<Scalar>(_ name: String, _ shape: Int...) -> Tensor<Scalar> {
    Tensor(normal: RandomStream(seed: 9, name), deviation: 0.3, shape: shape)
  }

  private func layer<Scalar>(_ name: String, _ shape: Int..., hasBias: Bool) -> RowLayer<Scalar> {
    RowLayer(
      Tensor(normal: RandomStream(seed: 9, name), deviation: 0.3, shape: shape),
      hasBias ? tensor(name + " bias", shape.last ?? 0) : nil)
  }

  private func branch<Scalar>(_ width: Int, _ inner: Int, hasBias: Bool) -> RowBranch<Scalar> {
    RowBranch(
      norm: layer("norm", width, hasBias: hasBias), epsilon: 1e-5,
      output: layer("output", inner, width, hasBias: hasBias))
  }

  private func normed<Scalar>(_ x: Tensor<Scalar>, hasBias: Bool) -> Tensor<Scalar> {
    let norm: RowLayer<Scalar> = layer("norm", x.count, hasBias: hasBias)
    return x.layerNorm(weight: norm.weight, bias: norm.bias, epsilon: 1e-5)
  }

  private func applied<Scalar>(
    _ layer: RowLayer<Scalar>, to x: Tensor<Scalar>, adding residual: Tensor<Scalar>? = nil
  ) -> Tensor<Scalar> {
    x.linear(layer.weight, bias: layer.bias, adding: residual)
  }

  private func feedForward<Scalar>(
    _ width: Int, _ inner: Int, _ activation: Activation, hasBias: Bool
  ) -> (found: Tensor<Scalar>, expected: Tensor<Scalar>) {
    let x: Tensor<Scalar> = tensor("x", 1, 1, width)
    let expand: RowLayer<Scalar> = layer("expand", width, inner, hasBias: hasBias)
    let features = activation(applied(expand, to: normed(x, hasBias: hasBias)))
    let output: RowLayer<Scalar> = layer("output", inner, width, hasBias: hasBias)
    return (
      branch(width, inner, hasBias: hasBias).feedForward(x, expand: expand, activation),
      applied(output, to: features, adding: x)
    )
  }

  /// One piece, three and eight, of which the last is shorter; widths that no vector divides.
  private static let sizes = [(1, 1), (7, 19), (32, 128), (96, 330), (127, 515), (200, 1_001)]

  @Test(arguments: sizes, Activation.allCases)
  func aFeedForwardNetwork(_ size: (width: Int, inner: Int), _ activation: Activation) {
    for hasBias in [true, false] {
      let double: (found: Tensor<Double>, expected: Tensor<Double>) = feedForward(
        size.width, size.inner, activation, hasBias: hasBias)
      #expect(double.found.shape == [1, 1, size.width])
      #expect(largestDifference(double.found.scalars, double.expected.scalars) < 1e-11)
      let float: (found: Tensor<Float>, expected: Tensor<Float>) = feedForward(
        size.width, size.inner, activation, hasBias: hasBias)
      #expect(largestDifference(float.found.scalars, double.expected.scalars) < 1e-3)
    }
  }

  private struct Attended<Scalar: TensorScalar> {
    var found, expected, keys, values: Tensor<Scalar>
    var newKey, newValue: Tensor<Scalar>
  }

  private func attention<Scalar>(
    _ width: Int, heads: Int, position: Int, isRotary: Bool
  ) -> Attended<Scalar> {
    let x: Tensor<Scalar> = tensor("x", 1, 1, width)
    let query: RowLayer<Scalar> = layer("query", width, width, hasBias: true)
    let key: RowLayer<Scalar> = layer("key", width, width, hasBias: false)
    let value: RowLayer<Scalar> = layer("value", width, width, hasBias: true)
    let (keys, values): (Tensor<Scalar>, Tensor<Scalar>) = (
      tensor("keys", 1, position + 3, width), tensor("values", 1, position + 3, width)
    )
    let angles = isRotary ? RotaryAngles<Scalar>(length: position + 1, size: width / heads) : nil

    let normed = normed(x, hasBias: true)
    var (q, k) = (applied(query, to: normed), applied(key, to: normed))
    if let angles {
      (q, k) = (q.rotated(by: angles, from: position), k.rotated(by: angles, from: position))
    }
    let v = applied(value, to: normed)
    func extended(_ earlier: Tensor<Scalar>, by row: Tensor<Scalar>) -> Tensor<Scalar> {
      Tensor(
        earlier.scalars.prefix(position * width) + row.scalars, shape: [1, position + 1, width])
    }
    let gathered = Tensor.attention(
      query: q, key: extended(keys, by: k), value: extended(values, by: v), heads: heads,
      mask: .causal)
    let output: RowLayer<Scalar> = layer("output", width, width, hasBias: true)
    let found = branch(width, width, hasBias: true).attention(
      x, layers: (query, key, value), heads: heads, angles: angles, keys: keys, values: values,
      position: position)
    return Attended(
      found: found, expected: applied(output, to: gathered, adding: x), keys: keys, values: values,
      newKey: k, newValue: v)
  }

  @Test(
    arguments: [(1, 1), (6, 3), (24, 4), (32, 2), (128, 4), (132, 11), (256, 8)], [0, 1, 40])
  func attention(_ size: (width: Int, heads: Int), _ position: Int) {
    for isRotary in [false, true] where !isRotary || size.width / size.heads % 2 == 0 {
      let double: Attended<Double> = attention(
        size.width, heads: size.heads, position: position, isRotary: isRotary)
      #expect(double.found.shape == [1, 1, size.width])
      #expect(largestDifference(double.found.scalars, double.expected.scalars) < 1e-12)
      let float: Attended<Float> = attention(
        size.width, heads: size.heads, position: position, isRotary: isRotary)
      #expect(largestDifference(float.found.scalars, double.expected.scalars) < 1e-4)

      // The rows behind those of the earlier tokens are written, and no others.
      for (buffer, name, row) in [
        (double.keys, "keys", double.newKey), (double.values, "values", double.newValue),
      ] {
        let before: Tensor<Double> = tensor(name, 1, position + 3, size.width)
        let (start, end) = (position * size.width, (position + 1) * size.width)
        #expect(buffer.scalars.prefix(start) == before.scalars.prefix(start))
        #expect(largestDifference(buffer.scalars[start..<end], row.scalars[...]) < 1e-13)
        #expect(buffer.scalars[end...] == before.scalars[end...])
      }
    }
  }

  @Test func itDoesNotDependOnTheNumberOfThreads() {
    let found = [1, 2, 3].map { count in
      ComputeThreads.count = count
      let network: (found: Tensor<Float>, expected: Tensor<Float>) = feedForward(
        127, 515, .gelu, hasBias: true)
      let attended: Attended<Float> = attention(132, heads: 11, position: 300, isRotary: true)
      return (network.found.scalars + attended.found.scalars).map(\.bitPattern)
    }
    ComputeThreads.count = ComputeThreads.available
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func whatItSuits() {
    let row: Tensor<Float> = tensor("x", 1, 1, 128)
    #expect(!RowBranch.suits(row, inner: 512), "recording")
    withoutGradients {
      #expect(RowBranch.suits(row, inner: 512))
      #expect(!RowBranch.suits(tensor("x", 1, 2, 128) as Tensor<Float>, inner: 512))
      #expect(!RowBranch.suits(row, inner: 4_096), "too large for a cache")
      withPrecision(.bfloat16) { #expect(!RowBranch.suits(row, inner: 512)) }
    }
  }

  @Test func layersThatDoNotFitStopTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (x, vector) = (
        Tensor<Float>(repeating: 1, shape: [1, 1, 4]), Tensor<Float>([1, 1, 1, 1], shape: [4])
      )
      let branch = RowBranch(
        norm: RowLayer(vector, vector), epsilon: 1e-5,
        output: RowLayer(Tensor<Float>(repeating: 1, shape: [6, 4]), vector))
      _ = branch.feedForward(
        x, expand: RowLayer(Tensor<Float>(repeating: 1, shape: [4, 6]), vector), .relu)
    }
    #expect(
      message(of: result).contains(
        "branch: a layer [4, 6] with the bias [4] does not lead from 4 to 6 features"))
  }

  @Test func aFullCacheStopsTheProgram() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (x, vector) = (
        Tensor<Float>(repeating: 1, shape: [1, 1, 4]), Tensor<Float>([1, 1, 1, 1], shape: [4])
      )
      let layer = RowLayer(Tensor<Float>(repeating: 1, shape: [4, 4]), nil)
      let rows = Tensor<Float>(repeating: 0, shape: [1, 3, 4])
      _ = RowBranch(norm: RowLayer(vector, nil), epsilon: 1e-5, output: layer).attention(
        x, layers: (layer, layer, layer), heads: 2, angles: nil, keys: rows, values: rows,
        position: 3)
    }
    #expect(
      message(of: result).contains(
        "branch: keys [1, 3, 4] and values [1, 3, 4] have no row 3 of 4"))
  }
}
