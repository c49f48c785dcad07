import Foundation
import Synchronization

/// A block of aligned memory. A large one is recycled: the buffers of one training step serve the next.
/// A small one lies behind the fields of its object, which an allocator gives as fast as the object alone.
@safe final class Memory: ManagedBuffer<Memory.Fields, UInt8> {
  @unsafe struct Fields {
    var address: UnsafeMutableRawPointer
    var version = 0
    /// Of a block from the pool.
    var sizeClass: Int?
  }

  /// Up to here the allocator's own lists of free blocks serve the whole object.
  private static let largestSmallByteCount = 768

  static func make(byteCount: Int) -> Memory {
    let isSmall = byteCount <= largestSmallByteCount
    let room = isSmall ? byteCount + MemoryPool.alignment : 0
    let memory = unsafe create(minimumCapacity: room) { memory in
      if isSmall {
        return unsafe memory.withUnsafeMutablePointerToElements {
          unsafe Fields(
            address: UnsafeMutableRawPointer($0).alignedUp(toMultipleOf: MemoryPool.alignment))
        }
      }
      let sizeClass = MemoryPool.sizeClass(holding: byteCount)
      return unsafe Fields(address: MemoryPool.take(sizeClass), sizeClass: sizeClass)
    }
    return unsafe unsafeDowncast(memory, to: Memory.self)
  }

  /// Through the pointer, whose accesses need no checks for overlap.
  private var fields: UnsafeMutablePointer<Fields> {
    unsafe withUnsafeMutablePointerToHeader { unsafe $0 }
  }

  var address: UnsafeMutableRawPointer { unsafe fields.pointee.address }

  /// How often the contents were changed in place, so that `backward()` can tell that a value which
  /// an operation has read is no longer the same.
  var version: Int {
    get { unsafe fields.pointee.version }
    set { unsafe fields.pointee.version = newValue }
  }

  deinit {
    if let sizeClass = unsafe fields.pointee.sizeClass {
      unsafe MemoryPool.give(address, sizeClass)
    }
  }
}

/// Free blocks, by size class.
///
/// There are four classes for each power of two, so a block is at most a quarter larger than asked
/// for. What is kept free is at most twice what was once in use at the same time; beyond that, blocks
/// of the class used longest ago go first. So a loop of like steps finds its blocks again, and a
/// sequence that grows by one token a step leaves no trail of small blocks behind.
enum MemoryPool {
  /// The free blocks of one size, by their addresses; 0 is none. Each holds the address of the next
  /// where it begins.
  private struct SizeClass {
    var first: UInt = 0
    /// When it was used last, by a clock of takings and givings.
    var lastUse = 0
  }

  private struct State {
    var classes = Array(repeating: SizeClass(), count: 256)
    var clock = 0
    var freeBytes = 0
    var usedBytes = 0
    var largestUsedBytes = 0
    var requestedBytes = 0

    mutating func use(_ sizeClass: Int) {
      clock += 1
      classes[sizeClass].lastUse = clock
    }

    mutating func pop(_ sizeClass: Int) -> UInt {
      let block = classes[sizeClass].first
      if let address = unsafe UnsafeMutableRawPointer(bitPattern: block) {
        classes[sizeClass].first = unsafe address.load(as: UInt.self)
        freeBytes -= MemoryPool.byteCount(of: sizeClass)
      }
      return block
    }

    mutating func push(_ block: UInt, _ sizeClass: Int) {
      unsafe UnsafeMutableRawPointer(bitPattern: block)?
        .storeBytes(of: classes[sizeClass].first, as: UInt.self)
      classes[sizeClass].first = block
      freeBytes += MemoryPool.byteCount(of: sizeClass)
    }

    /// Takes a block that nobody has used for long out of the pool, if that exceeds its limit.
    mutating func evict() -> UInt {
      guard freeBytes > 2 * largestUsedBytes else { return 0 }
      let stale = classes.indices.filter { classes[$0].first != 0 }
        .min { classes[$0].lastUse < classes[$1].lastUse }
      return stale.map { pop($0) } ?? 0
    }
  }

  static let alignment = 64
  private static let state = Mutex(State())

  /// Class 4e + q holds (4 + q) · 2^(e + 4) bytes: 64, 80, 96, 112, 128, 160, …
  static func sizeClass(holding byteCount: Int) -> Int {
    let size = max(byteCount, alignment)
    let exponent = Int.bitWidth - 1 - (size - 1 | 1).leadingZeroBitCount  // 2^exponent < size
    let quarter = 1 << (exponent - 2)
    return 4 * (exponent - 6) + (size + quarter - 1) / quarter - 4
  }

  static func byteCount(of sizeClass: Int) -> Int { (4 + sizeClass % 4) << (sizeClass / 4 + 4) }

  static func take(_ sizeClass: Int) -> UnsafeMutableRawPointer {
    let size = byteCount(of: sizeClass)
    let recycled = state.withLock { state in
      state.use(sizeClass)
      state.usedBytes += size
      state.largestUsedBytes = max(state.largestUsedBytes, state.usedBytes)
      let block = state.pop(sizeClass)
      if block == 0 { state.requestedBytes += size }
      return block
    }
    return unsafe UnsafeMutableRawPointer(bitPattern: recycled) ?? request(size)
  }

  /// Memory from the system. Large matrices ask for large pages, of which the processor has fewer to
  /// look up as it reads them once from end to end.
  private static func request(_ size: Int) -> UnsafeMutableRawPointer {
    #if os(Linux)
    let largePage = 1 << 21
    if size >= largePage {
      let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: largePage)
      _ = unsafe madvise(block, size, Int32(MADV_HUGEPAGE))  // a wish, which may be denied
      return unsafe block
    }
    #endif
    return .allocate(byteCount: size, alignment: alignment)
  }

  static func give(_ address: UnsafeMutableRawPointer, _ sizeClass: Int) {
    let block = UInt(bitPattern: address)
    var evicted = state.withLock { state in
      state.use(sizeClass)
      state.usedBytes -= byteCount(of: sizeClass)
      state.push(block, sizeClass)
      return state.evict()
    }
    while let block = unsafe UnsafeMutableRawPointer(bitPattern: evicted) {
      unsafe block.deallocate()
      evicted = state.withLock { $0.evict() }
    }
  }

  /// How much memory the pool has asked the system for so far, in bytes.
  static var requestedBytes: Int { state.withLock { $0.requestedBytes } }
}

/// The memory in which tensors lie.
public enum TensorMemory {
  /// How many bytes were requested from the system for tensors since the program's start, beside those
  /// of less than a kilobyte; it stands still while a loop reuses what it has.
  public static var requestedBytes: Int { MemoryPool.requestedBytes }
}
