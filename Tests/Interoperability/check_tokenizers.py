#!/usr/bin/env python3
"""Compares the tokenizer of a folder with what Hugging Face's libraries make of the same files.

    check_tokenizers.py --texts > texts.json
    check_tokenizers.py FOLDER --against ours.json

The first prints the texts as a JSON list. `ours.json` has for each of them an object with `ids` (null
where the vocabulary lacks something) and `text`, what the ids are decoded to. The folder is read with
`tokenizers` and with transformers' `AutoTokenizer`; ids and decoded texts must be the same, and a text
that is unknown here must be unknown there.
Exit status: 0 agreement, 1 disagreement.
"""

import argparse
import json
import os
import random
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")


def texts():
    """Hand-made ones, and random ones from the letters that break careless code."""
    with open("data/every-effort.txt", encoding="utf-8", newline="") as file:
        corpus = file.read()
    made = [
        "", "Every effort moves you", "  Every  effort\n\nmoves ", "don't I'll 've 's 'S", "hahahaha",
        "<|endoftext|>", "a<|endoftext|>b <|endoftext|>\n<|endoftext", corpus[:400],
        "नमस्ते 日本語 🎉👨‍👩‍👧 é e\u0301 \u00c5\u212b", "\r\n\r \t\u00a0\u3000x \u2028 y",
        "12345 ½ ٣ Ⅷ x²", "\x00\x01\x1c\u0085 \ufeff\uffff",
    ]
    source = random.Random(1)
    letters = "aeh'tsl \n\t\r.,-é日🎉٣½\u0301\u3000\u00a0"
    made += ["".join(source.choices(letters, k=source.randint(1, 40))) for _ in range(200)]
    words = corpus.split() + ["\n", ".", ",", "(", ")"]
    made += [" ".join(source.choices(words, k=source.randint(1, 12))) for _ in range(50)]
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", help="a folder with tokenizer.json")
    parser.add_argument("--texts", action="store_true", help="print the texts")
    parser.add_argument("--against", metavar="JSON", help="what this package makes of the texts")
    options = parser.parse_args()
    if options.texts:
        print(json.dumps(texts()))
        return 0

    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    plain = Tokenizer.from_file(f"{options.folder}/tokenizer.json")
    auto = AutoTokenizer.from_pretrained(options.folder, local_files_only=True)
    with open(options.against, encoding="utf-8") as file:
        ours = json.load(file)
    wrong = known = 0
    for text, row in zip(texts(), ours, strict=True):
        try:
            ids = plain.encode(text, add_special_tokens=False).ids
        except Exception:  # the library has no narrower one for an unknown word
            ids = None
        found = [ids]
        if ids is not None:
            known += 1
            found += [auto(text, add_special_tokens=False)["input_ids"]]
            found += [plain.decode(ids, skip_special_tokens=False)]
        expected = [row["ids"], row["ids"], row["text"]][: len(found)]
        if found != expected:
            wrong += 1
            print(f"{text!r}: theirs {found}, ours {expected}", file=sys.stderr)
    print(f"{options.folder}: {len(ours)} texts, {known} known, {wrong} different", file=sys.stderr)
    return 1 if wrong or not known else 0


if __name__ == "__main__":
    sys.exit(main())
