"""The workloads of `benchmark` in eager PyTorch: a GPT-2 as one would write it to be fast.

Fused attention, fused AdamW, one product for Q, K and V; a generation that calls functions on
prepared tensors rather than modules. `--compile` trains through torch.compile instead.
"""

import harness

try:
    import torch
except ImportError:
    raise SystemExit("pytorch.py: PyTorch is missing; install it with 'pip install torch'")
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.attention = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 4 * width)
        self.project = nn.Linear(4 * width, width)

    def forward(self, x):
        B, T, C = x.shape
        joined = self.attention(self.norm1(x)).view(B, T, 3, self.heads, C // self.heads)
        q, k, v = joined.permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(y.transpose(1, 2).reshape(B, T, C))
        return x + self.project(F.gelu(self.expand(self.norm2(x)), approximate="tanh"))


class GPT(nn.Module):
    def __init__(self, workload):
        super().__init__()
        self.tokens = nn.Embedding(workload.vocabulary, workload.width)
        self.positions = nn.Embedding(workload.context, workload.width)
        self.blocks = nn.ModuleList(
            Block(workload.width, workload.heads) for _ in range(workload.layers)
        )
        self.norm = nn.LayerNorm(workload.width)
        deviation = (2 / (5 * workload.width)) ** 0.5
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                is_branch_end = name.endswith(("output.weight", "project.weight"))
                scale = (2 * workload.layers) ** -0.5 if is_branch_end else 1
                nn.init.normal_(parameter, std=deviation * scale)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def training_step(model, options):
    """A function that makes one update, on batches that were drawn beforehand."""
    workload = options.workload
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ],
        lr=3e-4,
        betas=(0.9, 0.95),
        fused=True,
    )
    windows = torch.randint(workload.vocabulary, (64, workload.batch, workload.context + 1))
    batches = [(w[:, :-1].contiguous(), w[:, 1:].contiguous()) for w in windows]
    in_bfloat16 = options.precision == "bfloat16"
    loss_of = torch.compile(model) if options.compile else model
    count = 0

    def step():
        nonlocal count
        ids, targets = batches[count % len(batches)]
        count += 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=in_bfloat16):
            loss = loss_of(ids, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0, foreach=False)  # the faster way on a processor
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    return step


class Generator:
    """The model for one sequence and one token at a time, with a key–value cache."""

    def __init__(self, model, workload):
        self.model, self.width, self.heads = model, workload.width, workload.heads
        self.capacity = workload.context
        self.blocks = [
            (b.norm1.weight, b.norm1.bias, b.attention.weight, b.attention.bias)
            + (b.output.weight, b.output.bias, b.norm2.weight, b.norm2.bias)
            + (b.expand.weight, b.expand.bias, b.project.weight, b.project.bias)
            for b in model.blocks
        ]

    def generate(self, prompt, count):
        head, shape = self.model.tokens.weight, (self.width,)
        size = (len(self.blocks), 2, 1, self.heads, self.capacity, self.width // self.heads)
        caches = torch.empty(size, dtype=head.dtype).unbind(0)
        ids, start, found = prompt, 0, []
        while len(found) < count:
            x = self.hidden(ids, start, caches)
            start += len(ids)
            x = F.layer_norm(x[-1:], shape, self.model.norm.weight, self.model.norm.bias)
            ids = torch.multinomial(F.softmax(F.linear(x, head).float(), -1), 1)[0]
            found.append(ids)
        return torch.cat(found)

    def hidden(self, ids, start, caches):
        """The features [T, C] of ids that follow `start` others, whose keys and values are kept."""
        T, shape, end = len(ids), (self.width,), start + len(ids)
        x = F.embedding(ids, self.model.tokens.weight) + self.model.positions.weight[start:end]
        for block, cache in zip(self.blocks, caches):
            weight1, bias1, joined_w, joined_b, output_w, output_b = block[:6]
            weight2, bias2, expand_w, expand_b, project_w, project_b = block[6:]
            joined = F.linear(F.layer_norm(x, shape, weight1, bias1), joined_w, joined_b)
            joined = joined.view(T, 3, 1, self.heads, -1).permute(1, 2, 3, 0, 4)
            cache[:, :, :, start:end] = joined[1:]
            k, v = cache[:, :, :, :end].unbind(0)
            y = F.scaled_dot_product_attention(joined[0], k, v, is_causal=T > 1)
            x = x + F.linear(y[0].transpose(0, 1).reshape(T, -1), output_w, output_b)
            hidden = F.linear(F.layer_norm(x, shape, weight2, bias2), expand_w, expand_b)
            x = x + F.linear(F.gelu(hidden, approximate="tanh"), project_w, project_b)
        return x


def main():
    compiles = ("--compile", "train through torch.compile, which needs a C++ compiler")
    options = harness.options(__doc__.splitlines()[0], [compiles])
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = GPT(options.workload)
    parameters = sum(p.numel() for p in model.parameters())
    if options.mode == "train":
        seconds = harness.median_seconds(training_step(model, options), options.seconds)
    else:
        # Autocast would convert the weights again for every token.
        if options.precision == "bfloat16":
            model = model.bfloat16()
        with torch.inference_mode():
            generator = Generator(model, options.workload)
            prompt = torch.randint(options.workload.vocabulary, (harness.PROMPT,))
            seconds = harness.median_seconds(
                lambda: generator.generate(prompt, harness.GENERATED),
                options.seconds,
                warm_up=lambda: generator.generate(prompt, 8),
            )
    harness.report(options, parameters, seconds)


if __name__ == "__main__":
    main()
