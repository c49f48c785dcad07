// The ids of some texts and what they are decoded to, in the form that `check_tokenizers.py` compares:
//
//     encodings FOLDER < texts.json > ours.json
//
// A program of its own, which `.ci/run` builds in a package that depends on this one.

import Foundation
import MiniTransformer

let tokenizer = try TokenizerFile.read(from: CommandLine.arguments[1])
let input = Array(try FileHandle.standardInput.readToEnd() ?? Data())
let rows = try JSONField(parsing: input, from: "standard input").elements().map { field in
  // What words and characters do not know is left out of both sides.
  let text = try field.string()
  let known = (try? tokenizer.encode(text)) != nil
  let ids = try tokenizer.encode(text, unknown: .skip)
  return [
    "ids": known ? .array(ids.map { .integer(Int64($0)) }) : nil,
    "text": .string(tokenizer.decode(ids)),
  ] as JSON
}
print(String(decoding: try JSON.array(rows).text(.compact, for: "standard output"), as: UTF8.self))
