/// Where the elements of a tensor lie: a block of memory of its own, or a part of a larger one.
@safe package struct Storage<Scalar: TensorScalar> {
  package let count: Int
  let base: UnsafeMutablePointer<Scalar>
  var memory: Memory

  /// Memory for `count` elements, whose contents are undefined.
  package init(count: Int) {
    self.count = count
    memory = Memory.make(byteCount: count * MemoryLayout<Scalar>.stride)
    unsafe base = memory.address.bindMemory(to: Scalar.self, capacity: count)
  }

  package init(_ scalars: [Scalar]) {
    self.init(count: scalars.count)
    unsafe base.update(from: scalars, count: count)
  }

  /// `count` elements of `whole`, which share its memory.
  package init(_ whole: Storage, from offset: Int, count: Int) {
    require(offset >= 0 && offset + count <= whole.count, "a part that exceeds its storage")
    self.count = count
    memory = whole.memory
    unsafe base = whole.base + offset
  }

  package var scalars: [Scalar] {
    unsafe Array(unsafeUninitializedCapacity: count) { elements, filled in
      unsafe elements.baseAddress?.initialize(from: base, count: count)
      filled = count
    }
  }

  package func update(_ scalars: [Scalar]) {
    require(scalars.count == count, "\(scalars.count) scalars for \(count) places")
    unsafe base.update(from: scalars, count: count)
    memory.version += 1
  }

  package subscript(index: Int) -> Scalar {
    get {
      require(index >= 0 && index < count, "index \(index) of \(count) scalars")
      return unsafe base[index]
    }
    nonmutating set {
      require(index >= 0 && index < count, "index \(index) of \(count) scalars")
      unsafe base[index] = newValue
      memory.version += 1
    }
  }

  /// Lets `body` write the elements where they lie, without a copy.
  package func withUnsafeElements<Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Void
  ) throws(Failure) {
    memory.version += 1
    try unsafe body(UnsafeMutableBufferPointer(start: base, count: count))
  }

  /// Lets `body` read the elements where they lie, without a copy.
  package func withSpan<Failure: Error>(
    _ body: (Span<Scalar>) throws(Failure) -> Void
  ) throws(Failure) {
    let elements = unsafe UnsafeBufferPointer(start: base, count: count)
    try body(unsafe elements.span)
  }
}
