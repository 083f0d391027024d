"""`tee.py FILE COMMAND ...`: stands between check_data.py and the program, and keeps a copy of the answers.

Run by its path, since check_data.py starts it: standard library only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def tee(target: Path, command: Sequence[str]) -> int:
    """Run `command` and keep a copy of the answers that it prints; check_data.py sees no difference."""
    done = subprocess.run(command, check=False, stdin=sys.stdin.buffer, stdout=subprocess.PIPE)
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    if "ask" in command:
        target.write_bytes(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(tee(Path(sys.argv[1]), sys.argv[2:]))
