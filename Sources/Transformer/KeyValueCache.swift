public import Autograd

/// The keys and values of the tokens so far, so that one more token costs one row of attention.
///
/// Its capacity is fixed; it holds one pair of buffers for each layer.
public final class KeyValueCache<Scalar: TensorScalar> {
  /// How many positions fit.
  public let capacity: Int
  /// How many positions are filled.
  public private(set) var count = 0

  private let keys: [Tensor<Scalar>]
  private let values: [Tensor<Scalar>]

  /// An empty cache for `sequences` sequences side by side.
  public init(layers: Int, sequences: Int = 1, capacity: Int, width: Int) {
    self.capacity = capacity
    func buffers() -> [Tensor<Scalar>] {
      (0..<layers).map { _ in Tensor(repeating: 0, shape: [sequences, capacity, width]) }
    }
    (keys, values) = (buffers(), buffers())
  }

  /// A cache with the positions so far of the sequences `rows`: repeated, in another order, or some
  /// of them only.
  ///
  /// - Complexity: O(layers · rows · count · width).
  public func selecting(_ rows: [Int]) -> KeyValueCache {
    let width = keys.first?.shape[2] ?? 0
    let copy = KeyValueCache(
      layers: keys.count, sequences: rows.count, capacity: capacity, width: width)
    for (own, new) in zip(keys + values, copy.keys + copy.values) {
      for (place, row) in rows.enumerated() {
        require(
          0..<own.shape[0] ~= row,
          "key-value cache: there is no sequence \(row) among \(own.shape[0])")
        Kernels.copy(
          .init(own.storage, from: row * capacity * width, stride: width),
          to: .init(new.storage, from: place * capacity * width, stride: width),
          count: count, width: width)
      }
    }
    copy.count = count
    return copy
  }

  /// Writes the keys and values `[B, T, C]` of new positions behind those of one layer, and returns
  /// the layer's buffers `[B, capacity, C]` and how many of their rows are filled.
  func append(
    layer: Int, _ newKeys: Tensor<Scalar>, _ newValues: Tensor<Scalar>
  ) -> (keys: Tensor<Scalar>, values: Tensor<Scalar>, filled: Int) {
    let (sequences, length, width) = (newKeys.shape[0], newKeys.shape[1], newKeys.shape[2])
    require(
      sequences == keys[layer].shape[0] && count + length <= capacity,
      "key-value cache: \(newKeys.shape) does not fit behind \(count) of \(capacity) positions of "
        + "\(keys[layer].shape[0]) sequences")
    func copy(_ new: Tensor<Scalar>, into buffer: Tensor<Scalar>) {
      Kernels.copy(
        .init(new.storage, stride: length * width),
        to: .init(buffer.storage, from: count * width, stride: capacity * width),
        count: sequences, width: length * width)
    }
    copy(newKeys, into: keys[layer])
    copy(newValues, into: values[layer])
    return (keys[layer], values[layer], count + length)
  }

  /// The buffers of one layer, `[B, capacity, C]`, for who writes the next row of each by itself.
  func rows(of layer: Int) -> (keys: Tensor<Scalar>, values: Tensor<Scalar>) {
    (keys[layer], values[layer])
  }

  /// Counts positions that every layer has appended.
  func advance(by length: Int) { count += length }
}
