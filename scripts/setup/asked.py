"""What a command line asks for: the installed program reads it, as it will when it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .state import PYTHON, ROOT


@dataclass(frozen=True)
class Asked:
    """The fields of `Intent` in askv4/cli/intent.py, which says what they mean."""

    answers: bool
    asks_for_model: bool
    names_model: bool
    chat: bool
    for_programs: bool
    goes_on: bool
    data_dir: str

    @property
    def refusal(self) -> Path:
        """The file that says that no chat model is to be set up unasked."""
        return Path(self.data_dir, "no-model")

    def has_model(self) -> bool:
        """Whether a model file lies where askv4 keeps them."""
        return any(_holds_model(Path(folder, "models")) for folder in (self.data_dir, ROOT))


def asked_by(arguments: list[str]) -> Asked | None:
    """What the command line asks for; None where the program will only say what is wrong with it, or show its help."""
    # -P: the user's folder, where this runs, is not to hide modules.
    command = [PYTHON, "-P", "-m", "askv4.cli.intent", *arguments]
    try:
        told = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return Asked(**json.loads(told.stdout))
    except KeyboardInterrupt:
        sys.exit(130)
    except ValueError:
        return None


def _holds_model(folder: Path, depth: int = 3) -> bool:
    """Whether a GGUF lies in a folder, or in <org>/<repository>/ of it; what is on its way lies in a hidden one."""
    try:
        return any(
            path.name.lower().endswith(".gguf")
            or (depth > 1 and path.name[:1] != "." and path.is_dir() and _holds_model(path, depth - 1))
            for path in folder.iterdir()
        )
    except OSError:
        return False
