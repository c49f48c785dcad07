"""What the peers share: the presets, the options, the clock and the JSON that `benchmark` reads."""

import argparse
import json
import resource
import statistics
import sys
import time
from dataclasses import dataclass

PROMPT, GENERATED = 4, 200


@dataclass
class Workload:
    """A model and what it is fed; the same as in Workload.swift."""

    layers: int
    heads: int
    width: int
    context: int
    batch: int
    vocabulary: int


PRESETS = {
    "toy": Workload(2, 2, 32, 8, 8, 64),
    "character": Workload(4, 4, 128, 64, 12, 65),
    "baby": Workload(6, 6, 384, 256, 8, 65),
    "gpt2": Workload(12, 12, 768, 64, 4, 50_257),
}


def options(description, switches=()):
    """The options of a peer, and its workload as `workload`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--preset", choices=PRESETS, default="toy")
    parser.add_argument("--mode", choices=["train", "generate"], default="train")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    for name, meaning in switches:
        parser.add_argument(name, action="store_true", help=meaning)
    options = parser.parse_args()
    options.workload = PRESETS[options.preset]
    if options.mode == "generate":
        options.workload.context = max(256, options.workload.context)
    return options


def median_seconds(work, seconds, warm_up=None):
    """Warms up for a tenth of the time and at least twice, then repeats `work` until `seconds` are
    over, at least three times, as Timings.swift does."""

    def repeated(least, seconds, work):
        times, end = [], time.perf_counter() + seconds
        while len(times) < least or time.perf_counter() < end:
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return times

    repeated(2, seconds / 10, warm_up or work)
    return statistics.median(repeated(3, seconds, work))


def report(options, parameters, seconds):
    """Prints what `benchmark --json` prints, from the time of a step or of a whole generation."""
    workload = options.workload
    is_training = options.mode == "train"
    steps = 1 if is_training else GENERATED
    tokens = workload.batch * workload.context if is_training else GENERATED
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {
        "preset": options.preset,
        "mode": options.mode,
        "precision": options.precision,
        "threads": options.threads,
        "parameters": parameters,
        "milliseconds_per_step": 1e3 * seconds / steps,
        "tokens_per_second": tokens / seconds,
        "gigaflops": (6 if is_training else 2) * parameters * tokens / seconds / 1e9,
        "peak_resident_bytes": peak if sys.platform == "darwin" else 1024 * peak,
    }
    print(json.dumps(figures, indent=2))
