import Foundation

/// Rotary positions (Su et al. 2021, section 3.2): the pair of elements i and i + D/2 of a head is
/// turned by the angle `position / base^(2i/D)`, so that the product of a query and a key depends on
/// their distance alone.
public struct RotaryAngles<Scalar: TensorScalar> {
  let cosines: Tensor<Scalar>
  let sines: Tensor<Scalar>
  let size: Int

  /// The angles of the positions 0..<`length` for heads of `size` elements, an even number.
  @specialized(where Scalar == Float)
  public init(length: Int, size: Int, base: Double = 10_000) {
    require(size % 2 == 0, "rotary: expected an even head size, found \(size)")
    self.size = size
    let divisors = (0..<size / 2).map { pow(base, 2 * Double($0) / Double(size)) }
    let angles = (0..<length).flatMap { position in divisors.map { Double(position) / $0 } }
    cosines = Tensor(angles.map { Scalar(cos($0)) }, shape: [length, size / 2])
    sines = Tensor(angles.map { Scalar(sin($0)) }, shape: [length, size / 2])
  }
}

extension Tensor {
  /// Turns the pairs of every head by the angles of their positions, the first row being position
  /// `start`. Backward: `dx += dy` turned back.
  ///
  /// The receiver is `[B, T, C]`, its heads of `angles.size` elements lying side by side.
  @specialized(where Scalar == Float)
  public func rotated(by angles: RotaryAngles<Scalar>, from start: Int = 0) -> Tensor {
    let size = angles.size
    require(
      rank == 3 && size > 0 && shape[2] % size == 0 && start + shape[1] <= angles.cosines.shape[0],
      "rotary: \(shape) from position \(start) does not fit angles for heads of \(size) and "
        + "\(angles.cosines.shape[0]) positions")
    let extents = (b: shape[0], t: shape[1], h: shape[2] / size, d: size)
    let (offset, count) = (start * size / 2, shape[1] * size / 2)
    let cosines = Storage(angles.cosines.storage, from: offset, count: count)
    let sines = Storage(angles.sines.storage, from: offset, count: count)
    return Self.recorded(
      "rotary", shape: shape, from: [self],
      compute: { y in
        Kernel.rotate(
          storage, cosines: cosines, sines: sines, extents, back: false, adds: false, into: y)
      },
      backward: { [self] dy, _ in
        guard let dx = gradientSum() else { return }
        Kernel.rotate(dy, cosines: cosines, sines: sines, extents, back: true, adds: true, into: dx)
      })
  }
}
