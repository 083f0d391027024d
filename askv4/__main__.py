"""`python -m askv4`, and `askv4` where it is installed: one command in a process of its own."""

import gc
import sys

from askv4.cli.main import main

GARBAGE_AFTER = 100_000
"""So many objects more than at the last time, and Python looks for those that nobody holds any more."""


def run() -> int:
    """The exit status of `askv4.cli.main`. What a command makes while it starts stays to its end: looking that through for
    garbage, and once more before the process ends, takes 0.1 s of a question."""
    gc.set_threshold(GARBAGE_AFTER)
    status = main()
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(run())
