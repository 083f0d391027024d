"""Named workspaces: folders of documents by the names that their user gave them, in a file beside the configuration."""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path

from askv4.errors import ConfigError
from askv4.files import write_whole

FILE_NAME = "workspaces.json"
_NAME = re.compile(r"[^\W_](?:[\w.-]{0,38}[^\W_])?")


class NamedWorkspaces:
    """Name -> folder, kept in the folder `home`. All methods raise ConfigError where the file cannot be read or written."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME

    def all(self) -> dict[str, Path]:
        """Every workspace, by name."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigError(f"the workspaces in {self.path} cannot be read: {error}", "mend or remove it") from error
        if not isinstance(kept, dict) or not all(isinstance(folder, str) for folder in kept.values()):
            raise ConfigError(f"{self.path} holds no names with folders", "mend or remove it")
        return {name: Path(kept[name]) for name in sorted(kept)}

    def folder(self, name: str) -> Path:
        """The folder of the workspace with this name. Raises ConfigError also where there is none."""
        kept = self.all()
        if name not in kept:
            near = difflib.get_close_matches(name, kept, 1)
            there = f"there are {', '.join(kept)}" if kept else f"make it: `askv4 workspaces make {name}`"
            raise ConfigError(f"there is no workspace {name!r}", f"did you mean {near[0]!r}?" if near else there)
        return kept[name]

    def make(self, name: str, folder: Path) -> None:
        """Gives a folder a name. Raises ConfigError also for a name that is taken, or is none."""
        kept = self.all()
        self._check_free(name, kept)
        self._write({**kept, name: folder})

    def rename(self, name: str, new: str) -> None:
        """Gives a workspace another name. Raises ConfigError also as `folder` and `make` do."""
        folder = self.folder(name)
        kept = self.all()
        self._check_free(new, kept)
        del kept[name]
        self._write({**kept, new: folder})

    def forget(self, name: str) -> None:
        """Takes a name away; the folder stays. Raises ConfigError also as `folder` does."""
        self.folder(name)
        self._write({other: folder for other, folder in self.all().items() if other != name})

    @staticmethod
    def _check_free(name: str, kept: dict[str, Path]) -> None:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot be the name of a workspace", "take up to 40 letters, digits, dots and hyphens"
            )
        if name in kept:
            raise ConfigError(f"there is a workspace {name!r} already: {kept[name]}", "take another name")

    def _write(self, kept: dict[str, Path]) -> None:
        rows = {name: os.fspath(kept[name]) for name in sorted(kept)}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, (json.dumps(rows, indent=2) + "\n").encode("utf-8"))
        except OSError as error:
            raise ConfigError(
                f"{self.path} cannot be written: {error.strerror or error}", "check the disk and the permissions"
            ) from error
