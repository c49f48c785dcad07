"""The workloads of `benchmark` in JAX: an update is one compiled function, and so is a generation."""

import os
import sys

import harness

options = harness.options(__doc__.splitlines()[0])
# XLA starts a thread for each processor that it may use when it is loaded.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
# This file has the name of the framework and would be found in its place.
sys.path = [folder for folder in sys.path if folder != os.path.dirname(os.path.abspath(__file__))]
try:
    import jax
except ImportError:
    raise SystemExit("jax.py: JAX is missing; install it with 'pip install jax'")
from jax import numpy as jnp

DTYPE = jnp.dtype(options.precision)


def initial(workload, key):
    """The parameters: normal, smaller at the end of a branch, biases 0."""
    keys = iter(jax.random.split(key, 4 * workload.layers + 2))
    width = workload.width
    deviation = (2 / (5 * width)) ** 0.5

    def normal(*shape, scale=1):
        return deviation * scale * jax.random.normal(next(keys), shape)

    def linear(inputs, outputs, scale=1):
        return {"w": normal(inputs, outputs, scale=scale), "b": jnp.zeros(outputs)}

    def norm():
        return {"w": jnp.ones(width), "b": jnp.zeros(width)}

    branch_end = (2 * workload.layers) ** -0.5
    return {
        "tokens": normal(workload.vocabulary, width),
        "positions": normal(workload.context, width),
        "norm": norm(),
        "blocks": [
            {
                "norm1": norm(),
                "attention": linear(width, 3 * width),
                "output": linear(width, width, branch_end),
                "norm2": norm(),
                "expand": linear(width, 4 * width),
                "project": linear(4 * width, width, branch_end),
            }
            for _ in range(workload.layers)
        ],
    }


def product(x, w):
    return jnp.matmul(x.astype(DTYPE), w.astype(DTYPE), preferred_element_type=jnp.float32)


def linear(p, x):
    return product(x, p["w"]) + p["b"]


def norm(p, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p["w"] + p["b"]


def feed_forward(p, x):
    return linear(p["project"], jax.nn.gelu(linear(p["expand"], norm(p["norm2"], x))))


def split(p, x, heads):
    """Q, K and V, each […, heads, size]."""
    joined = linear(p["attention"], norm(p["norm1"], x)).astype(DTYPE)
    return (y.reshape(*y.shape[:-1], heads, -1) for y in jnp.split(joined, 3, axis=-1))


def loss_of(parameters, ids, targets, heads):
    x = parameters["tokens"][ids] + parameters["positions"][: ids.shape[1]]
    for p in parameters["blocks"]:
        y = jax.nn.dot_product_attention(*split(p, x, heads), is_causal=True)
        x = x + linear(p["output"], y.reshape(x.shape))
        x = x + feed_forward(p, x)
    logits = product(norm(parameters["norm"], x), parameters["tokens"].T)
    chosen = jnp.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return (jax.nn.logsumexp(logits, axis=-1) - chosen).mean()


def training_step(workload):
    """A function that makes updates, on batches that were drawn beforehand."""
    rate, beta1, beta2, epsilon, decay = 3e-4, 0.9, 0.95, 1e-8, 0.1

    def update(state, ids, targets):
        parameters, means, squares, count = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters, ids, targets, workload.heads)
        leaves = jax.tree.leaves(gradients)
        total_norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in leaves))
        factor = jnp.minimum(1, 1 / (total_norm + 1e-6))
        count = count + 1

        def adamw(p, g, m, v):
            g = g * factor
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            step = m / (1 - beta1**count) / (jnp.sqrt(v / (1 - beta2**count)) + epsilon)
            return p - rate * (step + (decay * p if p.ndim > 1 else 0)), m, v

        moved = jax.tree.map(adamw, parameters, gradients, means, squares)
        outer, inner = jax.tree.structure(parameters), jax.tree.structure((0, 0, 0))
        return (*jax.tree.transpose(outer, inner, moved), count), loss

    update = jax.jit(update, donate_argnums=0)
    parameters = initial(workload, jax.random.key(1))
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
    shape = (64, workload.batch, workload.context + 1)
    windows = jax.random.randint(jax.random.key(2), shape, 0, workload.vocabulary)
    batches = [(jnp.copy(w[:, :-1]), jnp.copy(w[:, 1:])) for w in windows]
    made = 0

    def step(count):
        # Within these updates, Python prepares the next one while the last is still computed.
        nonlocal state, made
        for _ in range(count):
            state, loss = update(state, *batches[made % len(batches)])
            made += 1
        jax.block_until_ready((state, loss))

    return step, parameters


def generation(workload):
    """A function that generates so many tokens, with a key–value cache, inside one compiled loop."""
    size = workload.width // workload.heads
    places = jnp.arange(workload.context)

    def logits_of(parameters, caches, id, place):
        x = parameters["tokens"][id] + parameters["positions"][place]
        kept = []
        for p, (keys, values) in zip(parameters["blocks"], caches):
            q, k, v = split(p, x, workload.heads)
            keys, values = keys.at[:, place].set(k), values.at[:, place].set(v)
            scores = jnp.einsum("hd,htd->ht", q, keys, preferred_element_type=jnp.float32)
            scores = jnp.where(places <= place, scores * size**-0.5, -jnp.inf)
            weights = jax.nn.softmax(scores, axis=-1).astype(DTYPE)
            y = jnp.einsum("ht,htd->hd", weights, values)
            x = x + linear(p["output"], y.reshape(-1))
            x = x + feed_forward(p, x)
            kept.append((keys, values))
        # The head is a product with a vector from the right, which reads it row by row.
        return product(parameters["tokens"], norm(parameters["norm"], x)), kept

    def generate(parameters, prompt, key, count):
        shape = (workload.heads, workload.context, size)
        empty = [(jnp.zeros(shape, DTYPE), jnp.zeros(shape, DTYPE)) for _ in parameters["blocks"]]

        def advance(place, state):
            ids, caches = state
            logits, caches = logits_of(parameters, caches, ids[place], place)
            drawn = jax.random.categorical(jax.random.fold_in(key, place), logits)
            is_given = place + 1 < harness.PROMPT
            ids = ids.at[place + 1].set(jnp.where(is_given, ids[place + 1], drawn))
            return ids, caches

        ids = jnp.zeros(workload.context, jnp.int32).at[: harness.PROMPT].set(prompt)
        last = harness.PROMPT + count - 1
        return jax.lax.fori_loop(0, last, advance, (ids, empty))[0]

    generate = jax.jit(generate)
    parameters = initial(workload, jax.random.key(1))
    # Weights that are only read are rounded once.
    rounded = jax.tree.map(lambda p: p.astype(DTYPE) if p.ndim > 1 else p, parameters)
    prompt = jax.random.randint(jax.random.key(2), (harness.PROMPT,), 0, workload.vocabulary)

    def work(count):
        jax.block_until_ready(generate(rounded, prompt, jax.random.key(3), count))

    return work, parameters


def main():
    if options.mode == "train":
        work, parameters = training_step(options.workload)
        count = 10 if options.preset in ("toy", "character") else 1
        seconds = harness.median_seconds(lambda: work(count), options.seconds) / count
    else:
        work, parameters = generation(options.workload)
        seconds = harness.median_seconds(
            lambda: work(harness.GENERATED), options.seconds, warm_up=lambda: work(8)
        )
    harness.report(options, sum(p.size for p in jax.tree.leaves(parameters)), seconds)


if __name__ == "__main__":
    main()
