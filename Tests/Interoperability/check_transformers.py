#!/usr/bin/env python3
"""Reads a checkpoint folder with Hugging Face transformers and prints what it makes of a text.

    check_transformers.py FOLDER --text "Every effort moves"
    check_transformers.py FOLDER --ids 3,14,15 --against ours.json

Prints one JSON document: `ids`, `logits` (one row per position), `continuation` (greedy ids) and,
with a tokenizer, `continuation_text`. `--against` compares with a JSON file that has `ids` and
`logits` (and, if it likes, `continuation`), for example that of `inspect logits --format json`.
Exit status: 0 agreement, 1 disagreement, 65 a folder or file that cannot be read as it should be.
Needs Python 3.10, torch and transformers; fetches nothing.
"""

import argparse
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"  # a folder that lacks a file must fail here, not be completed
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar


def refuse(message):
    print(f"check_transformers: {message}", file=sys.stderr)
    sys.exit(65)


def load_model(folder):
    """The model in float32; missing tensors, which transformers makes up, are refused."""
    try:
        model, info = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True, output_loading_info=True
        )
    except (OSError, RuntimeError, ValueError) as error:
        refuse(f"{folder}: {error}")
    if strays := {kind: sorted(map(str, keys)) for kind, keys in info.items() if keys}:
        refuse(f"{folder}: the tensors are not those that the configuration asks for: {strays}")
    return model.eval()


@torch.no_grad()
def continue_greedily(model, ids, count):
    """The `count` likeliest next ids, one by one; beyond the context the oldest ids are dropped."""
    ids, context = list(ids), model.config.max_position_embeddings
    for _ in range(count):
        ids.append(model(torch.tensor([ids[-context:]])).logits[0, -1].argmax().item())
    return ids[len(ids) - count :]


def disagreements(theirs, ours, tolerance):
    """What differs between the two documents, one line each."""
    if ours["ids"] != theirs["ids"]:
        yield f"ids: transformers {theirs['ids']}, ours {ours['ids']}"
        return
    a, b = torch.tensor(theirs["logits"]), torch.tensor(ours["logits"])
    if a.shape != b.shape:
        yield f"logits: transformers {list(a.shape)}, ours {list(b.shape)}"
        return
    difference = (a - b).abs().max().item()
    print(f"logits: largest difference {difference:.2e}, allowed {tolerance:.0e}", file=sys.stderr)
    if not difference <= tolerance:  # NaN must not pass
        yield f"logits: largest difference {difference:.2e} is above {tolerance:.0e}"
    if "continuation" in ours:
        a, b = theirs["continuation"], ours["continuation"]
        if any(x != y for x, y in zip(a, b)):  # one may be longer
            yield f"continuation: transformers {a}, ours {b}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="a folder with config.json and model.safetensors")
    prompt = parser.add_mutually_exclusive_group(required=True)
    prompt.add_argument("--text", help="encoded with the folder's own tokenizer.json")
    prompt.add_argument("--ids", help="token ids, with commas between them")
    parser.add_argument("--tokens", type=int, default=8, help="length of the continuation [8]")
    parser.add_argument("--against", metavar="JSON", help="compare with this file")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="of a logit [1e-4]")
    options = parser.parse_args()

    disable_progress_bar()
    model = load_model(options.folder)
    if options.text is not None:
        tokenizer = AutoTokenizer.from_pretrained(options.folder, local_files_only=True)
        ids = tokenizer(options.text, add_special_tokens=False)["input_ids"]
    else:
        tokenizer, ids = None, [int(part) for part in options.ids.split(",")]
    if not 0 < len(ids) <= model.config.max_position_embeddings:
        refuse(f"{len(ids)} ids; 1 to {model.config.max_position_embeddings} fit in the context")

    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    theirs = {
        "ids": ids,
        "logits": logits.tolist(),
        "continuation": continue_greedily(model, ids, options.tokens),
    }
    if tokenizer is not None:
        theirs["continuation_text"] = tokenizer.decode(theirs["continuation"])
    if not options.against:
        print(json.dumps(theirs))
        return 0
    with open(options.against, encoding="utf-8") as file:
        found = list(disagreements(theirs, json.load(file), options.tolerance))
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
