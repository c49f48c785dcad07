public import Autograd

/// Which part of which update a forward pass belongs to; it decides what dropout drops.
public struct StepContext: Sendable {
  /// The number of the update, from 0.
  public var step: Int
  /// The seed of the run.
  public var seed: UInt64
  /// How many sequences of the same update were computed before these. Accumulated micro-batches
  /// then drop what one large batch would.
  public var firstSequence: Int

  /// A training pass.
  public init(step: Int, seed: UInt64, firstSequence: Int = 0) {
    (self.step, self.seed, self.firstSequence) = (step, seed, firstSequence)
  }

  /// The random stream called `name`, for `count` numbers a sequence.
  func stream(_ name: String, perSequence count: Int) -> RandomStream {
    RandomStream(seed: seed, name, step: step).dropping(firstSequence * count)
  }
}

/// All that the training loop knows of a model.
public protocol Model<Scalar> {
  /// The type of its numbers.
  associatedtype Scalar: TensorScalar
  /// What one pass reads.
  associatedtype Batch

  /// Everything that it can learn.
  var parameters: ParameterStore<Scalar> { get }

  /// The sum of the losses of the tokens of `batch`, divided by `count`, the tokens of the whole
  /// update: micro-batches then add up to the mean.
  ///
  /// - Parameter context: The update this belongs to, or nil to evaluate, without dropout.
  func loss(_ batch: Batch, dividedBy count: Int, context: StepContext?) -> Tensor<Scalar>
}

/// All that sampling knows of a model: ids go in, the logits of the next one come out, for one text
/// or for several of the same length side by side.
public protocol SequenceModel<Scalar>: Model {
  /// What it remembers of the ids so far: a key–value cache, or a recurrent state.
  associatedtype State

  /// How many ids it can take in at most.
  var contextLength: Int { get }

  /// How many different ids there are.
  var vocabularySize: Int { get }

  /// The state of `sequences` texts before their first ids.
  func makeState(sequences: Int) -> State

  /// Takes in `ids`, `[sequences, T]` row by row, and returns the logits of the id that follows the
  /// last one of each text, `[sequences, V]`.
  func logits(next ids: [Int32], sequences: Int, state: State) -> Tensor<Scalar>

  /// A state of its own whose texts are the `rows` of `state`: repeated, in another order, or some
  /// of them only.
  func state(_ rows: [Int], of state: State) -> State
}

extension SequenceModel {
  /// The state of one text before its first id.
  public func makeState() -> State { makeState(sequences: 1) }

  /// Takes in the ids of one text and returns the logits of the one that follows, `[V]`.
  public func logits(next ids: [Int32], state: State) -> Tensor<Scalar> {
    logits(next: ids, sequences: 1, state: state).reshaped([vocabularySize])
  }
}

/// Sequences of token ids and the id that follows each position, for a language model.
public struct TokenBatch: Sendable {
  /// `[sequences, length]`, row by row.
  public let inputs: [Int32]
  /// The same shape; an id, or -100 where nothing is to be learned.
  public let targets: [Int32]
  /// How many sequences there are, B.
  public let sequences: Int

  /// How many positions a sequence has, T.
  public var length: Int { inputs.count / sequences }

  /// A batch from its parts.
  public init(inputs: [Int32], targets: [Int32], sequences: Int) {
    require(
      sequences > 0 && inputs.count == targets.count && inputs.count % sequences == 0,
      "token batch: \(inputs.count) inputs and \(targets.count) targets for \(sequences) sequences")
    (self.inputs, self.targets, self.sequences) = (inputs, targets, sequences)
  }
}
