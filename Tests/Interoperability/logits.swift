// What a checkpoint makes of a text, in the form that `check_transformers.py --against` compares:
//
//     logits FOLDER TEXT > ours.json
//
// A program of its own, which `.ci/run` builds in a package that depends on this one.

import MiniTransformer

let checkpoint = try Checkpoint(from: CommandLine.arguments[1])
guard let tokenizer = checkpoint.tokenizer else {
  throw CheckpointError.missing(path: "\(CommandLine.arguments[1])/tokenizer.json")
}
let model = checkpoint.model
let ids = try tokenizer.encode(CommandLine.arguments[2])
let logits = withoutGradients { model(ids) }.scalars
let rows = stride(from: 0, to: logits.count, by: model.vocabularySize).map { start in
  JSON.array(logits[start..<start + model.vocabularySize].map { .double(Double($0)) })
}
let continuation = TokenGenerator(model, prompt: ids, options: .greedy).prefix(50).map(\.id)
let document: JSON = [
  "ids": .array(ids.map { .integer(Int64($0)) }), "logits": .array(rows),
  "continuation": .array(continuation.map { .integer(Int64($0)) }),
]
print(String(decoding: try document.text(.compact, for: "standard output"), as: UTF8.self))
