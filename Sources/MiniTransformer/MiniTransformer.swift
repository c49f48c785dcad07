/// The front door: everything that trains, saves and runs a model, under one import.

@_exported public import Autograd
@_exported public import Checkpoints
@_exported public import Sampling
@_exported public import Tokenization
@_exported public import Training
@_exported public import Transformer
