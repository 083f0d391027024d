"""Runs that are kept: one JSON file each in the data folder, written whole or not at all.

What is kept are outcomes; figures are computed from them when they are shown. So a run from an older askv4 can be compared
with a new one, figure by figure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from askv4.errors import DataFolderUnwritable, RunDamaged, RunNotFound, UsageError
from askv4.evaluate.outcomes import Outcome, outcome_from_record, outcome_to_record
from askv4.files import write_whole

FOLDER = "evaluations"
FORMAT = 1
"""Raised when an older askv4 could not understand the file; a new field alone does not raise it."""
_NAME = re.compile(r"\w[\w.+-]{0,79}")


@dataclass(frozen=True, slots=True)
class Run:
    """Gold questions, asked of one corpus in one way."""

    outcomes: tuple[Outcome, ...]
    k: int
    gold: str = ""
    """The file that the questions came from."""
    corpus: str = ""
    within: str | None = None
    mode: str = ""
    model: str | None = None
    askv4: str = ""
    date: str = ""
    """ISO, UTC."""


class RunStore:
    """The kept runs under `data_dir`."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    def path(self, name: str) -> Path:
        """Where the run of that name is kept. Raises UsageError when it cannot be a name."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot be the name of a run", "use up to 80 letters, digits and the signs . _ - +"
            )
        return self.folder / f"{name}.json"

    def names(self) -> list[str]:
        """The names of all runs, the latest last."""
        files = sorted(self.folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [path.stem for path in files if _NAME.fullmatch(path.stem)]

    def check_free(self, name: str) -> None:
        """Raise UsageError when there is a run of that name already, or it cannot be a name."""
        if self.path(name).exists():
            raise UsageError(
                f"a run called {name!r} is kept already", "give another name, or --replace to write over it"
            )

    def save(self, name: str, run: Run, *, replace: bool = False) -> Path:
        """Keep a run; a kill at any moment leaves the old file, none, or the whole new one.

        Raises:
            UsageError: the name is taken and `replace` is not set.
            DataFolderUnwritable: the disk is full or may not be written.
        """
        path = self.path(name)
        record = run_to_record(run)
        text = json.dumps({"sha256": _sum(record), **record}, ensure_ascii=False, indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not replace:
                self.check_free(name)
            write_whole(path, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise DataFolderUnwritable(f"the run cannot be kept in {path}: {error.strerror or error}") from error
        return path

    def load(self, name: str) -> Run:
        """A kept run; `name` may also be the path of a file that holds one.

        Raises:
            RunNotFound: there is no such run.
            RunDamaged: the file is not the whole run that was written, or a newer askv4 wrote it.
        """
        own = self.path(name) if _NAME.fullmatch(name) else None
        path = own if own is not None and own.is_file() else Path(name)
        if not path.is_file():
            names = ", ".join(self.names()[-8:])
            raise RunNotFound(
                f"no run is called {name!r}", f"those kept are {names}" if names else "keep one with --save NAME"
            )
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            # An older askv4 kept no sum.
            if isinstance(record, dict) and record.pop("sha256", None) not in (None, _sum(record)):
                raise ValueError("it changed since it was written")
            return run_from_record(record)
        except (OSError, ValueError, RecursionError) as error:
            raise RunDamaged(f"the run in {path} cannot be read: {error}") from error


def _sum(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode("utf-8", "backslashreplace")).hexdigest()


def run_to_record(run: Run) -> dict[str, Any]:
    """A run as values that JSON knows."""
    return {
        "format": FORMAT,
        "date": run.date,
        "askv4": run.askv4,
        "gold": run.gold,
        "corpus": run.corpus,
        "within": run.within,
        "mode": run.mode,
        "model": run.model,
        "k": run.k,
        "questions": [outcome_to_record(outcome) for outcome in run.outcomes],
    }


def run_from_record(record: Mapping[str, Any]) -> Run:
    """The inverse of `run_to_record`; what a later version added is left out. Raises ValueError."""
    version = record.get("format") if isinstance(record, dict) else None
    if not isinstance(version, int):
        raise ValueError("it is not a run of askv4 eval")
    if version > FORMAT:
        raise ValueError(f"a newer askv4 ({record.get('askv4')}) wrote it; update askv4")
    if not isinstance(record.get("k"), int) or not isinstance(record.get("questions"), list):
        raise ValueError("it is not whole")
    texts = {name: str(record.get(name) or "") for name in ("gold", "corpus", "mode", "askv4", "date")}
    return Run(
        outcomes=tuple(outcome_from_record(row) for row in record["questions"]),
        k=record["k"], within=record.get("within"), model=record.get("model"), **texts,
    )  # fmt: skip
