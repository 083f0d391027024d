"""A GGUF file on this machine as a source: `models pull --from FILE` copies it in and checks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from askv4.errors import DownloadError, ModelMissing, UsageError
from askv4.llm.download import Narrate, Progress, RemoteFile, check_gguf, refuse_full_disk, sha256_of
from askv4.llm.known import KnownModel, gigabytes, licence_name, recognise
from askv4.llm.models import not_a_chat_file

PIECE: Final = 8 * 2**20
UNVERIFIED: Final = "unverified: askv4's list does not know this file, and its header alone was checked"


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is called here, and where it belongs below models/."""

    name: str
    repo: str
    file: str


def place_of(known: KnownModel | None, name: str | None, file: str, owner: str) -> Place:
    """Where a file belongs that no hub names: with its own repository, else below own/.

    `name` is the one that was given, `file` the one that the source has, `owner` the folder for such files. Raises
    UsageError.
    """
    if known is not None:
        return Place(known.name, known.repo, known.file)
    called = name or file
    if "/" in called or "\\" in called:
        raise UsageError(f"{called} is not a name for a file", "give it a plain NAME, such as my-model-q4_k_m")
    whole = called if called.lower().endswith(".gguf") else f"{called}.gguf"
    if whole.startswith(".") or re.search(r"-\d{5}-of-\d{5}\.gguf$", whole):
        raise UsageError(f"{whole} is not the name of a model in one file", "give it a NAME of its own")
    if (why := not_a_chat_file(whole)) is not None:
        raise UsageError(f"{whole} is no chat model: {why}", "name another file, or give it another NAME")
    return Place(whole[: -len(".gguf")], f"own/{owner}", whole)


def declared_file(path: Path, known: KnownModel | None, name: str | None, progress: Progress) -> RemoteFile:
    """What a file is: read through, and held against askv4's list.

    With `known` it must be that model. Raises ModelMissing, ModelDamaged, ModelUnsupported, UsageError, DownloadError.
    """
    whole = path.expanduser().absolute()
    if not whole.is_file():
        what = "is a folder" if whole.is_dir() else "does not exist"
        raise ModelMissing(f"{path} {what}", "name a GGUF file, an address, hub or packages")
    info = check_gguf(whole)
    try:
        sha256 = sha256_of(whole, progress)
    except OSError as error:
        raise DownloadError(f"{whole} cannot be read: {error.strerror or error}", "check the disk") from error
    if known is not None and sha256 != known.sha256:
        raise DownloadError(
            f"{path} is not {known.name}: sha256 {sha256[:12]}... instead of {known.sha256[:12]}...",
            "fetch it again; or give it another NAME, and it is copied in unverified",
        )
    known = known or recognise(whole.name, info.file_bytes, sha256)
    place = place_of(known, name, whole.name, "file")
    return RemoteFile(
        place.name, place.repo, place.file, known.revision or "" if known else "", info.file_bytes, sha256,
        known.licence if known else licence_name(info.license), str(whole), partial(_copy, whole), str(whole), str(whole),
        None if known else UNVERIFIED,
    )  # fmt: skip


def _copy(path: Path, remote: RemoteFile, part: Path, progress: Progress, narrate: Narrate) -> None:
    try:
        with path.open("rb") as source, part.open("ab") as file:
            file.truncate(min(file.tell(), remote.bytes))
            file.seek(0, 2)
            if file.tell():
                narrate(f"going on at {gigabytes(file.tell())} of {gigabytes(remote.bytes)}")
            source.seek(file.tell())
            progress(file.tell(), remote.bytes)
            while piece := source.read(PIECE):
                file.write(piece)
                progress(file.tell(), remote.bytes)
    except OSError as error:
        refuse_full_disk(error)
        raise DownloadError(f"{path} cannot be copied: {error.strerror or error}", "check the disk") from error
