"""What lies in a corpus folder: one directory listing per folder, one `stat` per file, nothing opened."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from askv4.corpus.links import Link, is_own
from askv4.errors import CorpusMissing
from askv4.records import FileState

LEADS_NOWHERE = "a link that leads nowhere"
LEAVES = "a link that leaves the corpus folder; `askv4 add --link` makes one that is followed"


@dataclass(slots=True)
class Scan:
    """The files of a corpus by name: path relative to the corpus, `/` between parts, as the disk spells it."""

    files: dict[str, FileState] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """What is no document although it stands where documents do, with the reason; folders end in `/`."""
    unlisted: list[str] = field(default_factory=list)
    """Folders (ending in `/`) that could not be listed: nothing is known about what lies in them."""
    disks: set[str] = field(default_factory=set)
    """Folders (ending in `/`) on another disk than the folder in which they stand, or behind a link: what may be
    unplugged."""

    def hides(self, name: str) -> bool:
        """Whether `name` lies in a folder that could not be listed, so that its absence means nothing."""
        return any(name.startswith(folder) for folder in self.unlisted)


def scan(
    corpus: Path,
    is_indexable: Callable[[str], bool],
    *,
    follow_links: bool = False,
    links: Mapping[str, Link] | None = None,
    ignored: Callable[[str], bool] | None = None,
) -> Scan:
    """Lists the corpus. Hidden files and folders, names that `is_indexable` turns down, and names that are `ignored` (of
    folders with `/` at the end: they are not entered) are passed over in silence.

    Symbolic links to files inside the corpus are followed, those that leave it only when they are among `links`, the
    user's own, or with `follow_links`; no folder is entered twice. Raises CorpusMissing when the corpus is no folder that
    can be listed.
    """
    try:
        root = os.path.realpath(corpus, strict=True)
        with os.scandir(root):
            pass
    except OSError as error:
        raise CorpusMissing(f"the folder {corpus} cannot be read: {error.strerror or error}") from error
    return _Scanner(root, is_indexable, ignored, follow_links, links or {}).run()


def file_state(status: os.stat_result) -> FileState:
    """What is remembered of a `stat`."""
    # On Windows st_ctime is the time of creation, which tells nothing about changes.
    changed = 0 if sys.platform == "win32" else status.st_ctime_ns
    return FileState(status.st_size, status.st_mtime_ns, changed)


class _Scanner:
    def __init__(
        self,
        root: str,
        is_indexable: Callable[[str], bool],
        ignored: Callable[[str], bool] | None,
        follow_links: bool,
        links: Mapping[str, Link],
    ) -> None:
        self._root = root
        self._is_indexable = is_indexable
        self._ignored = ignored
        self._follow_links = follow_links
        self._links = links
        self._entered: set[tuple[int, int]] = set()
        self._todo: list[tuple[str, str, int]] = [(root, "", -1)]
        """Folders with their prefix and the disk on which the folder above them lies; -1 where that does not matter."""
        self._result = Scan()

    def run(self) -> Scan:
        while self._todo:
            folder, prefix, disk_above = self._todo.pop()
            try:
                status = os.stat(folder)  # noqa: PTH116 - called for every folder, pathlib is slower
                if disk_above not in (-1, status.st_dev):
                    self._result.disks.add(prefix)
                if self._was_entered(status):
                    self._result.refused[prefix] = "a folder that is in the corpus already, under another name"
                    continue
                with os.scandir(folder) as entries:
                    for entry in entries:
                        self._look_at(entry, prefix, status.st_dev)
            except FileNotFoundError:
                continue  # it went away since its parent was listed
            except OSError as error:
                self._result.refused[prefix] = f"the folder cannot be listed: {error.strerror or error}"
                self._result.unlisted.append(prefix)
        return self._result

    def _was_entered(self, status: os.stat_result) -> bool:
        """Only links that leave the corpus can lead to a folder twice, and not every disk numbers its folders."""
        if not (self._follow_links or self._links) or status.st_ino == 0:
            return False
        identity = (status.st_dev, status.st_ino)
        if identity in self._entered:
            return True
        self._entered.add(identity)
        return False

    def _look_at(self, entry: os.DirEntry[str], prefix: str, disk: int) -> None:
        name = prefix + entry.name
        if entry.name.startswith("."):
            return
        try:
            if self._ignored is not None and self._ignored(f"{name}/" if entry.is_dir() else name):
                return
            if entry.is_symlink():
                if self._is_indexable(name):
                    self._look_at_link(entry.path, name)
            elif entry.is_dir(follow_symlinks=False):
                self._todo.append((entry.path, f"{name}/", disk))
            elif self._is_indexable(name):
                self._take(name, entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            return
        except OSError as error:
            self._result.refused[name] = f"the file cannot be looked at: {error.strerror or error}"

    def _take(self, name: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            self._result.files[name] = file_state(status)
        else:
            # Opening a pipe or a device could wait for ever.
            self._result.refused[name] = "not a file but a pipe, a socket or a device"

    def _look_at_link(self, path: str, name: str) -> None:
        try:
            target = os.path.realpath(path, strict=True)
            status = Path(target).stat()
        except OSError:
            # A folder behind it may be on a disk that is not connected now: its documents are not given up.
            self._result.refused[name] = LEADS_NOWHERE
            self._result.unlisted.append(f"{name}/")
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        inside = self._name_inside(target)
        if inside is None and not (self._follow_links or is_own(path, self._links.get(name))):
            self._result.refused[name] = LEAVES
        elif inside is not None and is_folder:
            self._result.refused[name] = "a link to a folder of the corpus itself"
        elif inside is not None and self._is_visible(inside):
            self._result.refused[name] = f"a link to {inside}, which is a document itself"
        elif is_folder:
            self._result.disks.add(f"{name}/")
            self._todo.append((target, f"{name}/", -1))
        else:
            self._take(name, status)

    def _name_inside(self, target: str) -> str | None:
        if target == self._root:
            return ""
        folder = self._root.rstrip(os.sep) + os.sep
        return target.removeprefix(folder).replace(os.sep, "/") if target.startswith(folder) else None

    def _is_visible(self, name: str) -> bool:
        return self._is_indexable(name) and not any(part.startswith(".") for part in name.split("/"))
