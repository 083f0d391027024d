"""A ZIP archive becomes files in the corpus, when someone asks for it: each is a document of its own then, that citations
name and any program opens. An archive that merely lies in the corpus is listed and left alone."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from askv4.corpus.adding import Added, Adder
from askv4.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable
from askv4.text.loaders import MAX_BYTES, is_indexable
from askv4.text.loaders.decoding import decode

MAX_UNPACKED = 4 << 30
"""Bytes of all members together."""
MOST_MEMBERS = 20_000
_MOST_RATIO = 300
_HARMLESS = 10 << 20
"""Members up to this size may be packed as tightly as they like."""
_CHUNK = 1 << 20
_UTF8_NAME = 1 << 11
_ENCRYPTED = 1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)
_LONGEST_NAME = 240


_Refusal = tuple[Literal["passed over", "failed"], str]


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive: its own record, and the name it is to have, `/` between parts."""

    info: zipfile.ZipInfo
    name: str


def is_archive(path: Path) -> bool:
    """Whether a file is called as archives are that can be unpacked."""
    return path.suffix.lower() == ".zip" and path.is_file()


def add_archive(adder: Adder, path: Path) -> Iterator[Added]:
    """The documents in an archive, in a folder that is called as the archive is.

    Nothing is written outside that folder, and no more than MAX_UNPACKED in all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path.name)
            with tempfile.TemporaryDirectory(prefix="askv4-") as scratch:
                folder = Path(scratch) / _folder_name(path)
                folder.mkdir()
                if not members:
                    yield Added(str(path), None, "passed over", "there are no documents in it")
                refusals = {
                    member.name: refused for member in members if (refused := _extract(archive, member, folder))
                }
                for name, refused in refusals.items():
                    yield Added(f"{path}/{name}", None, *refused)
                for added in adder.add(folder) if any(folder.iterdir()) else ():
                    inner = Path(added.source).relative_to(folder).as_posix()
                    yield replace(added, source=f"{path}/{inner}")
    except (DocumentTooLarge, DocumentEncrypted, DocumentUnreadable) as error:
        yield Added(str(path), None, "failed", error.line)
    except OSError as error:
        yield Added(str(path), None, "failed", f"it cannot be unpacked: {error.strerror or error}")
    except _BROKEN as error:
        yield Added(str(path), None, "failed", f"it is damaged or not really a ZIP archive: {error}")


def _folder_name(path: Path) -> str:
    return path.stem.lstrip(".")[:_LONGEST_NAME].strip() or "archive"


def _members(archive: zipfile.ZipFile, name: str) -> list[_Member]:
    """The files in an archive. Raises DocumentTooLarge for a bomb, DocumentEncrypted."""
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]  # is_dir() fails on an empty name
    total = sum(info.file_size for info in infos)
    if len(infos) > MOST_MEMBERS:
        raise DocumentTooLarge(f"{name} holds {len(infos)} files", "unpack it and add what you need")
    swollen = any(info.file_size > _HARMLESS and info.file_size > _MOST_RATIO * info.compress_size for info in infos)
    if total > MAX_UNPACKED or swollen:
        raise DocumentTooLarge(f"{name} would unpack to {total >> 20} MiB", "unpack it and add what you need")
    if infos and all(info.flag_bits & _ENCRYPTED for info in infos):
        raise DocumentEncrypted(f"{name} is encrypted", "unpack it with its password and add the folder")
    names = _names_of(infos)
    top = f"{_folder_name(Path(name))}/"
    if all(one.startswith(top) for one in names):
        names = [one.removeprefix(top) for one in names]
    return [_Member(info, one) for info, one in zip(infos, names, strict=True)]


def _names_of(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The members' names; those that are not marked as UTF-8 are in whatever the machine spoke that packed them."""
    foreign = [info for info in infos if not info.flag_bits & _UTF8_NAME and not info.filename.isascii()]
    read: dict[int, str] = {}
    try:
        raw = b"\n".join(info.filename.encode("cp437") for info in foreign)
        lines = decode(raw, "names").text.split("\n") if raw else []
        if len(lines) == len(foreign):
            read = {id(info): line for info, line in zip(foreign, lines, strict=True)}
    except (UnicodeEncodeError, DocumentUnreadable):
        pass  # they keep the names that zipfile gives them
    return [read.get(id(info), info.filename).replace("\\", "/") for info in infos]


def _extract(archive: zipfile.ZipFile, member: _Member, folder: Path) -> _Refusal | None:
    """Writes one member below `folder`; outcome and reason when it is not taken."""
    info = member.info
    parts = PurePosixPath(member.name).parts
    if not parts or PurePosixPath(member.name).is_absolute() or ".." in parts or ":" in parts[0]:
        return "failed", "its path leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "passed over", "it is a link"
    if not is_indexable(f"x/{member.name}"):
        return None  # hidden files and what programs leave behind are nobody's documents
    if PurePosixPath(member.name).suffix.lower() in (".zip", ".7z", ".rar", ".gz", ".tar"):
        return "passed over", "it is an archive in an archive; unpack it and add it by itself"
    if info.flag_bits & _ENCRYPTED:
        return "failed", "it needs a password; unpack it and add the file"
    if info.file_size > MAX_BYTES:
        return "failed", f"it is larger than {MAX_BYTES >> 20} MB"
    if any(len(part.encode("utf-8", "replace")) > 255 or "\0" in part for part in parts):
        return "failed", "no file can have its name"
    target = folder.joinpath(*parts)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("xb") as copy:
            _copy(source, copy, info.file_size)
    except (FileExistsError, NotADirectoryError):
        return "passed over", "another member has its name"
    except _BROKEN as error:
        target.unlink(missing_ok=True)
        return "failed", f"it is damaged: {error}"
    return None


def _copy(source: IO[bytes], copy: IO[bytes], size: int) -> None:
    """What is unpacked, as long as it is no more than was declared. Raises zipfile.BadZipFile."""
    left = size
    while chunk := source.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise zipfile.BadZipFile("it holds more than it says")
        copy.write(chunk)
