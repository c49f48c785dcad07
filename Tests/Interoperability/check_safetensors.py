#!/usr/bin/env python3
"""Reads safetensors files of this package with the official library, and writes them again.

    check_safetensors.py FILE…

What the library has read and writes itself must have the same header and, bit for bit, the same data.
Exit status: 0 agreement, 1 disagreement. Needs Python 3.10, safetensors and numpy; fetches nothing.
"""

import json
import sys

from safetensors import safe_open
from safetensors.numpy import save


def parts(file):
    """The header as a dictionary, and the data."""
    end = 8 + int.from_bytes(file[:8], "little")
    return json.loads(file[8:end]), file[end:]


def agrees(path):
    with safe_open(path, framework="numpy") as file:
        again = save({name: file.get_tensor(name) for name in file.keys()}, file.metadata())
    with open(path, "rb") as file:
        ours = parts(file.read())
    theirs = parts(again)
    same = ours == theirs
    count = sum(name != "__metadata__" for name in ours[0])
    print(f"{path}: {count} tensors, {'the same' if same else 'other'} header and data again")
    return same


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if all([agrees(path) for path in sys.argv[1:]]) else 1)
