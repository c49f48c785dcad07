/// The sentences and vectors that several lessons share; they are the documents'.
enum Examples {
  static let bankWords = ["money", "bank", "grows"]
  static let bankScores = [[1.0, 0.25, 0.1], [0.25, 1.0, 0.05], [0.1, 0.05, 1.0]]

  static let love = [-4.0, 3.0], apple = [2.0, 2.0], phones = [2.0, 2.0], juice = [4.0, 0.0]
  static let phoneWords = ["love", "Apple", "phones"], phoneVectors = [love, apple, phones]
  static let juiceWords = ["love", "apple", "juice"], juiceVectors = [love, apple, juice]

  static let catWords = ["cat", "sat", "mat"]
  static let catVectors = [[1.0, 2.0], [3.0, 1.0], [2.0, 3.0]]
  static let wQ = [[0.1, 0.2], [0.3, -0.1]]
  static let wK = [[0.2, -0.1], [0.1, 0.3]]
  static let wV = [[0.5, -0.2], [0.1, 0.4]]

  static let appleSentence = "Apple launched a new phone while I was eating an orange"

  /// Vectors for "money bank grows" whose dot products are ``bankScores``: its Cholesky factor.
  static let bankVectors = cholesky(bankScores)
}

/// The lower triangle L with L Lᵀ = `a`, which is symmetric and positive definite.
func cholesky(_ a: [[Double]]) -> [[Double]] {
  var l = a.map { $0.map { _ in 0.0 } }
  for i in a.indices {
    for j in 0...i {
      let rest = a[i][j] - (0..<j).reduce(0) { $0 + l[i][$1] * l[j][$1] }
      l[i][j] = i == j ? rest.squareRoot() : rest / l[j][j]
    }
  }
  return l
}
