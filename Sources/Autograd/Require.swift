/// Stops the program with `message` where `condition` does not hold, in release builds too, in which
/// `precondition` would stop without saying why.
///
/// It guards against mistakes in the program, such as shapes that do not fit; what comes from files
/// and options is reported by thrown errors instead.
@inline(__always)
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}
