"""Where model files lie on this machine: askv4's own folders, and those of the tools that people have already.

Reads no more than LM Studio's own note of where its home is, and whose checkout the current folder is; which folders
exist is `discover`'s to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from askv4.llm.models import Source

Layout = Literal["folder", "hub cache", "ollama"]
"""How files are named there: by themselves, by huggingface_hub's snapshots, or by Ollama's manifests."""


_LONGEST_PROJECT = 1 << 20
"""Bytes. A longer pyproject.toml is not askv4's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to look in; it need not exist."""

    source: Source
    folder: Path
    layout: Layout = "folder"


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides where tools keep their files; the machine's own is `this_machine()`."""

    home: Path
    environ: Mapping[str, str]
    platform: str
    """As sys.platform: darwin, win32, or anything else for Linux and its like."""

    def variable(self, name: str) -> Path | None:
        """The folder that an environment variable names, with ~ for the home folder; None when it is not set."""
        value = self.environ.get(name, "").strip()
        if not value:
            return None
        return self.home / value[2:] if value.startswith(("~/", "~\\")) else Path(value)

    @property
    def cache(self) -> Path:
        """Where tools on Linux keep what they can fetch again."""
        return self.variable("XDG_CACHE_HOME") or self.home / ".cache"


def this_machine() -> Machine:
    """The machine at hand."""
    import os
    import sys

    return Machine(Path.home(), os.environ, sys.platform)


def places(machine: Machine, data_dir: Path, cwd: Path) -> list[Place]:
    """The folders to look in, askv4's own first: when the same bytes lie in two, the first is named.

    The models/ of the current folder counts in a checkout of askv4 alone: elsewhere it is somebody's, and a file there
    would answer unasked.
    """
    checkout = Path(__file__).parents[2]
    # The neighbour of an installed package is site-packages, where any other package may be called "models".
    checkouts = [checkout] if (checkout / "pyproject.toml").is_file() else []
    if cwd != checkout and _is_checkout(cwd):
        checkouts.insert(0, cwd)
    own = [Place("askv4", data_dir / "models"), *(Place("models folder", folder / "models") for folder in checkouts)]
    return [
        *own,
        *(Place("LM Studio", folder) for folder in _lm_studio(machine)),
        Place("Hugging Face cache", _hugging_face(machine), "hub cache"),
        Place("llama.cpp cache", _llama_cpp(machine)),
        *(Place("Ollama", folder, "ollama") for folder in _ollama(machine)),
        *(Place("Jan", folder) for folder in _jan(machine)),
    ]


def _is_checkout(folder: Path) -> bool:
    """Whether askv4's own pyproject.toml lies there."""
    import tomllib

    if not (folder / "models").is_dir():
        return False
    try:
        with (folder / "pyproject.toml").open("rb") as file:
            content = tomllib.loads(file.read(_LONGEST_PROJECT).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    project = content.get("project")
    return isinstance(project, dict) and project.get("name") == "askv4"


def _hugging_face(machine: Machine) -> Path:
    named = machine.variable("HF_HUB_CACHE") or machine.variable("HUGGINGFACE_HUB_CACHE")
    return named or (machine.variable("HF_HOME") or machine.cache / "huggingface") / "hub"


def _lm_studio(machine: Machine) -> list[Path]:
    """The models folder of LM Studio's home, and the one chosen in its settings where it was moved."""
    home = _lm_studio_home(machine)
    return [home / "models", *_moved_models(home)]


def _lm_studio_home(machine: Machine) -> Path:
    try:
        named = (machine.home / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        named = ""
    if named:
        return Path(named)
    older = machine.home / ".cache" / "lm-studio"
    return older if older.is_dir() else machine.home / ".lmstudio"


def _moved_models(home: Path) -> list[Path]:
    import json

    try:
        settings = json.loads((home / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    folder = settings.get("downloadsFolder") if isinstance(settings, dict) else None
    return [Path(folder)] if isinstance(folder, str) and folder and Path(folder) != home / "models" else []


def _llama_cpp(machine: Machine) -> Path:
    if named := machine.variable("LLAMA_CACHE"):
        return named
    if machine.platform == "darwin":
        return machine.home / "Library" / "Caches" / "llama.cpp"
    if machine.platform == "win32":
        return (machine.variable("LOCALAPPDATA") or machine.home / "AppData" / "Local") / "llama.cpp"
    return machine.cache / "llama.cpp"


def _ollama(machine: Machine) -> list[Path]:
    if named := machine.variable("OLLAMA_MODELS"):
        return [named]
    own = machine.home / ".ollama" / "models"
    if machine.platform in {"darwin", "win32"}:
        return [own]
    return [own, Path("/usr/share/ollama/.ollama/models")]


def _jan(machine: Machine) -> list[Path]:
    if machine.platform == "darwin":
        data = [machine.home / "Library" / "Application Support" / "Jan" / "data"]
    elif machine.platform == "win32":
        data = [(machine.variable("APPDATA") or machine.home / "AppData" / "Roaming") / "Jan" / "data"]
    else:
        share = machine.variable("XDG_DATA_HOME") or machine.home / ".local" / "share"
        config = machine.variable("XDG_CONFIG_HOME") or machine.home / ".config"
        data = [share / "Jan" / "data", config / "Jan" / "data"]
    return [folder / "llamacpp" / "models" for folder in data]
