/// Numbers in a rectangular shape that remember how they were computed.
///
/// Elements lie in row-major order without gaps. A tensor is a reference: a layer and an optimizer
/// that hold the same parameter see the same numbers and the same gradient.
///
/// Shape comments throughout the package use the letters B (batch), T (position in the sequence),
/// C (width of the model), H (heads), D (width of a head) and V (vocabulary).
///
/// ```swift
/// let w = Tensor<Double>([1, 2, 3], shape: [3], requiresGradient: true)
/// (w * w).sum().backward()
/// w.gradient!.scalars  // [2, 4, 6]
/// ```
public final class Tensor<Scalar: TensorScalar> {
  /// The kernels of this scalar type.
  typealias Kernel = Kernels<Scalar>

  /// The extent of each axis; `[]` for a single number.
  public let shape: [Int]

  /// How many elements there are: the product of the shape.
  public let count: Int

  /// Whether `backward()` computes a gradient for this tensor.
  public package(set) var requiresGradient: Bool {
    get { wantsGradient }
    set { wantsGradient = newValue }
  }

  /// The name of a parameter, as the optimizer, the checkpoint and messages use it.
  public package(set) var name: String?

  /// Where the elements lie; a parameter's, once its model is laid out.
  package var storage: Storage<Scalar> {
    if !isAllocated { failUnallocated() }
    return elements
  }

  // What every operation looks at is stored where only this module sees it: the compiler then knows
  // that no two accesses overlap, and checks none of them at run time.
  var wantsGradient: Bool
  private var elements: Storage<Scalar>
  var gradientStorage: Storage<Scalar>?
  /// Whether `gradientStorage` stands ready but holds nothing yet.
  var isGradientEmpty = false
  /// Whether `gradientStorage` may be given up, instead of being a part of a whole model's.
  private var gradientStorageIsOwn = true
  var history = History<Scalar>.none
  var packedCopy: PackedMatrix<Scalar>?

  init(shape: [Int], storage: Storage<Scalar>, requiresGradient: Bool = false) {
    self.shape = shape
    self.count = storage.count
    self.elements = storage
    self.wantsGradient = requiresGradient
  }

  /// A parameter whose memory comes later, when the whole model is laid out.
  package init(planned name: String, shape: [Int]) {
    self.shape = shape
    self.count = shape.reduce(1, *)
    self.elements = Storage(count: 0)
    self.wantsGradient = true
    self.name = name
  }

  /// The numbers `scalars`, row by row, as a tensor of `shape`.
  public convenience init(_ scalars: [Scalar], shape: [Int], requiresGradient: Bool = false) {
    require(
      shape.allSatisfy { $0 >= 0 } && scalars.count == shape.reduce(1, *),
      "\(scalars.count) scalars do not fill the shape \(shape)")
    self.init(shape: shape, storage: Storage(scalars), requiresGradient: requiresGradient)
  }

  /// A tensor of `shape` in which every element is `value`.
  public convenience init(repeating value: Scalar, shape: [Int], requiresGradient: Bool = false) {
    let storage = Storage<Scalar>(count: shape.reduce(1, *))
    Kernel.fill(Double(value), storage)
    self.init(shape: shape, storage: storage, requiresGradient: requiresGradient)
  }

  /// A single number.
  public convenience init(_ value: Scalar, requiresGradient: Bool = false) {
    self.init([value], shape: [], requiresGradient: requiresGradient)
  }

  /// Normal deviates of mean 0 and the given standard deviation, drawn from `stream`.
  public convenience init(
    normal stream: RandomStream, deviation: Double = 1, shape: [Int], requiresGradient: Bool = false
  ) {
    let storage = Storage<Scalar>(count: shape.reduce(1, *))
    Kernel.normal(stream, deviation: deviation, storage)
    self.init(shape: shape, storage: storage, requiresGradient: requiresGradient)
  }

  deinit {
    if case .operation(let node) = history { Node.release(node) }
  }

  /// How many axes there are.
  public var rank: Int { shape.count }

  /// Whether it has one axis, of this extent.
  func isVector(of count: Int) -> Bool { rank == 1 && shape[0] == count }

  /// A copy of the elements in row-major order. Setting it writes in place.
  public var scalars: [Scalar] {
    get { storage.scalars }
    set { storage.update(newValue) }
  }

  /// The element of a tensor that has only one.
  public var scalar: Scalar {
    require(count == 1, "scalar: expected one element, found the shape \(shape)")
    return storage[0]
  }

  /// The element at `indices`, one for each axis.
  public subscript(indices: Int...) -> Scalar {
    require(
      indices.count == rank && zip(indices, shape).allSatisfy { 0 <= $0 && $0 < $1 },
      "no element \(indices) in the shape \(shape)")
    return storage[zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  /// ∂/∂self of what `backward()` started from, summed over all uses and calls, or nil.
  public var gradient: Tensor? {
    guard let gradientStorage, hasGradient else { return nil }
    return Tensor(shape: shape, storage: gradientStorage)
  }

  /// Whether there is a gradient.
  package var hasGradient: Bool { gradientStorage != nil && !isGradientEmpty }

  /// Forgets the gradient.
  public func clearGradient() {
    if gradientStorageIsOwn { gradientStorage = nil } else { isGradientEmpty = true }
  }

  /// Whether somebody else reads the memory of the gradient.
  func gradientIsShared() -> Bool {
    guard gradientStorageIsOwn, gradientStorage != nil else { return false }
    return !isKnownUniquelyReferenced(&gradientStorage!.memory)
  }

  /// Goes on with a copy of the gradient.
  func copyGradient(_ shared: Storage<Scalar>) -> Storage<Scalar> {
    let copy = Storage<Scalar>(count: count)
    Kernel.scale(shared, by: 1, copy)
    gradientStorage = copy
    return copy
  }

  /// Whether there is memory for the elements yet.
  var isAllocated: Bool { elements.count == count }

  private func failUnallocated() -> Never {
    fatalError("the parameter \(name ?? "") has no memory yet; allocate the model first")
  }

  /// Gives a planned parameter its memory, a part of the model's.
  package func allocate(_ values: Storage<Scalar>) {
    require(values.count == count, "\(name ?? ""): wrong memory")
    elements = values
  }

  /// Lets the gradient lie in a part of the model's memory from now on.
  package func moveGradient(to place: Storage<Scalar>) {
    require(place.count == count, "\(name ?? ""): wrong memory for the gradient")
    if let present = gradientStorage, !isGradientEmpty {
      Kernel.scale(present, by: 1, place)
    } else {
      isGradientEmpty = true
    }
    (gradientStorage, gradientStorageIsOwn) = (place, false)
  }

  /// The same numbers without their history: a constant.
  public func detached() -> Tensor {
    Tensor(shape: shape, storage: storage)
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape, and the elements of a small tensor.
  public var description: String {
    let label = name.map { "\($0) " } ?? ""
    return "\(label)\(shape) \(count <= 64 ? scalars.description : "…")"
  }
}
