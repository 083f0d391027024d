"""The small chat model that tests run: where it is kept from one checkout to the next, and whether it is the right one.

It lies in the platform's cache folder, or in the one that ASKV4_TEST_MODELS names, as `askv4 models pull --data-dir` lays
it there; a copy among the user's own models is linked from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from . import state
from .asked import asked_by
from .progress import Progress

NAME = "qwen2.5-coder-0.5b-instruct"
REPO = "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF"
FILE = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
BYTES = 491_400_064
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
CACHE_VARIABLE = "ASKV4_TEST_MODELS"
_INTERRUPTED = 130


def cache_folder() -> Path:
    """The data folder, outside every checkout, that the model is pulled into."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    if state.WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "askv4", "Cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "askv4"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "askv4")


def find() -> Path | None:
    """The model file, whole; None where there is none. Its bytes are summed once and remembered in the cache folder."""
    return _found_in(cache_folder(), Path(state.ROOT))


def _found_in(*folders: Path) -> Path | None:
    for models in (folder / "models" for folder in folders):
        for path in (models / REPO / FILE, models / FILE):
            if _is_whole(path):
                return path
    return None


def ensure(current: str, *, again: bool) -> None:
    """Fetch the model into the cache folder unless one is there. A failure is remembered, and tried `again` on demand.

    Without it the tests of the real model are skipped, so nothing ends here but by an interruption.
    """
    if find() is not None or (not again and state.stamp("test-model")[:2] == ["failed", current]):
        return
    asked = asked_by([])
    own = _found_in(Path(asked.data_dir)) if asked is not None else None
    if own is not None:
        with contextlib.suppress(OSError):
            _link(own)
            return
    progress = Progress()
    progress.say(f"fetching {NAME} (491 MB) into {cache_folder()}, once for all checkouts; tests run it")
    command = ["models", "pull", NAME, "--yes", "--json", "--data-dir", str(cache_folder())]
    with tempfile.TemporaryFile() as out:
        status = state.run(state.program(command), stdout=out.fileno())
        if status == _INTERRUPTED:
            sys.exit(_INTERRUPTED)
        out.seek(0)
        with contextlib.suppress(ValueError, KeyError, OSError):
            _link(Path(json.load(out)["path"]))
    if find() is None:
        progress.say(
            f"{NAME} is not there, so the tests of the real model are skipped; "
            "`python3 scripts/test.py --only-set-up` tries again"
        )
        state.write_stamp("test-model", "failed", current, f"askv4 models pull ended with {status}")


def _link(path: Path) -> None:
    """Another program's copy of the same bytes will do: askv4 fetches nothing that is here already."""
    place = cache_folder() / "models" / REPO / FILE
    if path != place:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(path)


def _is_whole(path: Path) -> bool:
    try:
        facts = path.stat()
    except OSError:
        return False
    if facts.st_size != BYTES:
        return False
    seen = f"{SHA256} {facts.st_mtime_ns} {path}\n"
    note = cache_folder() / f"{FILE}.checked"
    if note.exists() and seen in note.read_text(encoding="utf-8").splitlines(keepends=True):
        return True
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            return False
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        with note.open("a", encoding="utf-8") as file:
            file.write(seen)
    except OSError:
        # A cache that cannot be written costs a second the next time.
        pass
    return True
