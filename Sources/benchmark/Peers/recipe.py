"""A small recipe for a processor in PyTorch: characters, 4 layers and heads, width 128, context 64,
batches of 12, 2,000 steps. `recipe.py TEXT` prints how long the updates took, and the loss on the
last tenth of the text. Documentation/Performance.md has the options with which `train` does the same.
"""

import argparse
import math
import time
import types

import pytorch
import torch

CONTEXT, BATCH, STEPS = 64, 12, 2000


def rate(step):
    """Linear to 0.001 in 100 steps, then the half of a cosine down to a tenth of it."""
    if step < 100:
        return 1e-3 * (step + 1) / 100
    part = (step - 100) / (STEPS - 100)
    return 1e-4 + 0.5 * (1 + math.cos(math.pi * part)) * 9e-4


def batch(ids, starts):
    windows = torch.stack([ids[start : start + CONTEXT + 1] for start in starts])
    return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()


def train(model, ids):
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ],
        betas=(0.9, 0.99),
        fused=True,
    )
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        loss = model(*batch(ids, torch.randint(len(ids) - CONTEXT, (BATCH,))))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=False)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    with open(options.text, encoding="utf-8") as file:
        text = file.read()
    numbers = {character: number for number, character in enumerate(sorted(set(text)))}
    ids = torch.tensor([numbers[character] for character in text])
    learned, kept = ids.tensor_split([int(0.9 * len(ids))])
    model = pytorch.GPT(
        types.SimpleNamespace(
            vocabulary=len(numbers), context=CONTEXT, width=128, heads=4, layers=4, batch=BATCH
        )
    )
    begin = time.perf_counter()
    train(model, learned)
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        starts = torch.arange(0, len(kept) - CONTEXT, CONTEXT)
        losses = [model(*batch(kept, part)).item() * len(part) for part in starts.split(64)]
    print(f"{seconds:.1f} s, validation loss {sum(losses) / len(starts):.4f}")


if __name__ == "__main__":
    main()
