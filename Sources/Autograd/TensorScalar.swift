internal import CKernels
import Foundation

/// A scalar that the kernels are compiled for: `Float` to train, `Double` to check gradients.
public protocol TensorScalar: BinaryFloatingPoint, BitwiseCopyable, LosslessStringConvertible,
  Sendable
{
  /// The kernels of this type for the processor at hand.
  static var kernels: KernelTable { get }
}

/// The compiled loops of one scalar type for one instruction set.
@safe public struct KernelTable {
  let table: UnsafePointer<kernel_table>

  init(_ table: UnsafePointer<kernel_table>?) {
    guard let table = unsafe table else {
      // A wrong setting of the environment, not a mistake in the program: no trap, one line.
      let line = "MINITRANSFORMER_KERNELS must name kernels that this processor can run; unset it\n"
      FileHandle.standardError.write(Data(line.utf8))
      exit(64)
    }
    unsafe self.table = unsafe table
    ComputeThreads.started
  }

  /// The instruction set they were compiled for: `avx512bf16`, `avx512`, `avx2` or `baseline`.
  ///
  /// The environment variable `MINITRANSFORMER_KERNELS` forces one of them.
  public var variant: String { unsafe String(cString: table.pointee.variant) }
}

extension Float: TensorScalar {
  /// The kernels for 32-bit floating point.
  public static var kernels: KernelTable { unsafe KernelTable(kernels_float()) }
}

extension Double: TensorScalar {
  /// The kernels for 64-bit floating point.
  public static var kernels: KernelTable { unsafe KernelTable(kernels_double()) }
}
