#!/usr/bin/env python3
"""Makes GPT-2 folders with Hugging Face transformers and compares what this package reads there.

    check_import.py PATH/TO/inspect

Each folder holds a small random GPT-2, saved in one of the ways in which such folders come: in
float32, float16 and bfloat16, in several files, with a head of its own, without the prefix
`transformer.`, with the mask's buffers of old exports, with other activations. `inspect logits` must
give transformers' own logits, computed in float32 from the values in the files. A folder of another
architecture must be refused.
Exit status: 0 agreement, 1 disagreement. Needs Python 3.10, torch and transformers; fetches nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel, LlamaConfig
from transformers import LlamaForCausalLM
from transformers.utils.logging import disable_progress_bar

TOLERANCE = 1e-4


def random_model(seed, **options):
    """A GPT-2 whose weights are wide, and whose biases and gains are not 0 and 1."""
    torch.manual_seed(seed)
    sizes = {"vocab_size": 97, "n_positions": 24, "n_embd": 36, "n_layer": 3, "n_head": 4}
    ends = {"bos_token_id": 96, "eos_token_id": 96}
    model = GPT2LMHeadModel(GPT2Config(**sizes, **ends, **options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.15 * torch.randn_like(parameter))
    return model


def rename(folder, change):
    """Writes the tensors of a folder under other names; `change` gives the new dictionary."""
    path = os.path.join(folder, "model.safetensors")
    save_file(change(load_file(path)), path, metadata={"format": "pt"})


def without_prefix(tensors):
    tensors = {name.removeprefix("transformer."): value for name, value in tensors.items()}
    for layer in range(3):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(24, 24).tril().view(1, 1, 24, 24)
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    return tensors


def cases(place):
    """The name of each case and its folder, saved."""

    def save(name, model, **options):
        folder = os.path.join(place, name)
        model.save_pretrained(folder, **options)
        return name, folder

    yield save("float32", random_model(1))
    yield save("float16", random_model(2).half())
    yield save("bfloat16", random_model(3).bfloat16())
    yield save("float64", random_model(4).double())
    name, folder = save("several-files", random_model(5), max_shard_size="30KB")
    assert os.path.exists(os.path.join(folder, "model.safetensors.index.json"))
    yield name, folder
    yield save("untied", random_model(6, tie_word_embeddings=False))
    name, folder = save("without-prefix", random_model(7))
    rename(folder, without_prefix)
    yield name, folder
    name, folder = save("untied-without-prefix", random_model(8, tie_word_embeddings=False))
    rename(folder, without_prefix)
    yield name, folder
    for number, activation in enumerate(["gelu", "gelu_fast", "gelu_pytorch_tanh", "relu"]):
        yield save(activation, random_model(9 + number, activation_function=activation))
    yield save("other-sizes", random_model(13, n_inner=50, layer_norm_epsilon=1e-3))


@torch.no_grad()
def disagreement(inspect, folder):
    """What is wrong, or None; and the largest difference of a logit."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = torch.randint(0, 97, (24,), generator=torch.Generator().manual_seed(0)).tolist()
    theirs = model(torch.tensor([ids])).logits[0]
    text = ",".join(map(str, ids))
    command = [inspect, "logits", "--checkpoint", folder, "--ids", text, "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return f"status {result.returncode}: {result.stderr.strip()}", None
    document = json.loads(result.stdout)
    ours = torch.tensor(document["logits"])
    if document["ids"] != ids or ours.shape != theirs.shape:
        return f"ids {document['ids']}, logits {list(ours.shape)}", None
    difference = (ours - theirs).abs().max().item()
    if not difference <= TOLERANCE:  # NaN must not pass
        return f"a logit differs by {difference:.2e}, allowed {TOLERANCE:.0e}", difference
    return None, difference


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inspect", help="the program")
    inspect = os.path.abspath(parser.parse_args().inspect)
    disable_progress_bar()
    failures = 0
    with tempfile.TemporaryDirectory() as place:
        for name, folder in cases(place):
            problem, difference = disagreement(inspect, folder)
            failures += problem is not None
            print(f"{name}: {problem or f'logits within {difference:.1e}'}")

        folder = os.path.join(place, "llama")
        sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
        LlamaForCausalLM(
            LlamaConfig(vocab_size=97, num_attention_heads=2, **sizes)
        ).save_pretrained(folder)
        command = [inspect, "model", folder]
        result = subprocess.run(command, capture_output=True, text=True)
        is_refused = result.returncode == 65 and '"llama"' in result.stderr
        failures += not is_refused
        print(f"llama: {'refused' if is_refused else result}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
