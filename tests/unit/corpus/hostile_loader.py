"""A loader that does what the file says: stands for a native parser with faults."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from askv4.errors import DocumentUnreadable
from askv4.text.loaders import pace
from askv4.types import Block, ParsedText

_HELD: list[bytes] = []
_WOUNDED: list[bool] = []


def load(data: bytes, name: str) -> ParsedText:
    match data.decode().split():
        case ["crash"]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case ["exit"]:
            os._exit(3)
        case ["hang"]:
            while True:
                pass
        case ["wait", *folders]:  # and says so there
            for folder in folders:
                (Path(folder) / str(os.getpid())).touch()
            while True:
                time.sleep(0.05)
        case ["steps"]:
            for _ in range(4):  # longer than the limit in all, and each as long as it says
                pace.allow(3)
                time.sleep(0.7)
        case ["boast"]:
            pace.allow(1e9)
            while True:
                pass
        case ["print"]:
            os.write(1, b'{"outcome": "parsed"}\n')
        case ["eat"]:
            while True:
                _HELD.append(bytes(16 << 20))
                time.sleep(0.01)
        case ["torn"]:
            raise DocumentUnreadable(f"{name} is torn", "mend it")
        case ["wound"]:
            _WOUNDED.append(True)
        case ["delicate"] if _WOUNDED:
            os.kill(os.getpid(), signal.SIGSEGV)
    text = f"read by {os.getpid()}"
    return ParsedText(text, (Block(0, len(text)),), title="half \ud800", pages=(0,), has_lines=False, notes=("a", "b"))
