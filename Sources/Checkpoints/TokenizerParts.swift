import Tokenization

/// The parts of a `tokenizer.json` that say how text is cut and joined.
struct TokenizerParts {
  let normalizer: JSON
  let preTokenizer: JSON
  let decoder: JSON

  /// ``WordTokenizer``; these expressions say the same as the classes of scalars there.
  static let words = TokenizerParts(
    normalizer: ["type": "Replace", "pattern": ["Regex": #"\r\n?"#], "content": "\n"],
    preTokenizer: [
      "type": "Split", "pattern": ["Regex": .string(#"\#(run)(?:\#(inner)\#(run))*|\n|\S\p{M}*"#)],
      "behavior": "Removed", "invert": true,
    ],
    decoder: [
      "type": "Sequence",
      "decoders": [
        // This one joins with spaces; no token begins with two of them, its mark of continuation.
        ["type": "WordPiece", "prefix": "  ", "cleanup": false],
        ["type": "Fuse"],
        [
          "type": "Replace", "pattern": ["Regex": .string(" (?=\(closing))|(?<=\(opening)) ")],
          "content": "",
        ],
      ],
    ])

  private static let run = #"[\p{L}\p{M}\p{Nd}\p{Pc}]+"#
  private static let inner = #"['\x{2019}\-\x{2010}\x{2011}\x{200C}\x{200D}]"#
  private static let closing = #"[\n\p{Pe}\p{Pf}.,;:!?%…、。！，．：；？]"#
  private static let opening = #"[\n\p{Ps}\p{Pi}]"#

  /// ``CharacterTokenizer``
  static let characters = TokenizerParts(
    normalizer: nil,
    preTokenizer: [
      "type": "Split", "pattern": ["Regex": #"[\s\S]"#], "behavior": "Isolated", "invert": false,
    ],
    decoder: ["type": "Fuse"])

  /// The whole file, of these parts and a model.
  func json(addedTokens: [JSON], model: JSON) -> JSON {
    [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(addedTokens),
      "normalizer": normalizer, "pre_tokenizer": preTokenizer, "post_processor": nil,
      "decoder": decoder, "model": model,
    ]
  }

  /// ``BPETokenizer`` and ``ByteTokenizer``
  static let byteLevel = TokenizerParts(
    normalizer: nil,
    preTokenizer: [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ],
    decoder: [
      "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
    ])

  /// Whether a file has these parts, byte for byte.
  func match(_ root: JSONField) throws(CheckpointError) -> Bool {
    for (key, expected) in [
      ("normalizer", normalizer), ("pre_tokenizer", preTokenizer), ("decoder", decoder),
    ] {
      let found = try root.optionalMember(key)?.value ?? .null
      guard found == expected else { return false }
    }
    return true
  }
}
