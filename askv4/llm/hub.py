"""What `models pull org/repo` means: the names users paste, and the files of a repository to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from askv4.errors import DownloadError, UsageError
from askv4.llm.download import RemoteFile, declared, explained, hub_address
from askv4.llm.known import gigabytes, licence_name, quantisation_of
from askv4.llm.models import not_a_chat_file, parts_of

PREFERRED = ("Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "Q4_0")
"""Quantisations taken when none is named, best first: four bits lose little and are quick on a processor."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place on the hub as users write it."""

    repo: str
    file: str | None = None
    revision: str | None = None
    quantisation: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The chat model files of a repository at one commit."""

    repo: str
    revision: str
    licence: str | None
    files: tuple[tuple[str, int], ...]
    """Path in the repository and bytes, sorted by path; what cannot be a chat model is left out."""


def parse_reference(text: str) -> Reference | None:
    """The repository (and file) that `text` names, or None when it is no such name.

    Understood are `org/repo`, `org/repo/file.gguf`, `org/repo:Q8_0`, `org/repo@revision[/file.gguf]`, and the addresses
    of pages and files on the hub.
    """
    rest = re.sub(
        r"^(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|hf\.co/|huggingface\.co/|hf://)", "", text.strip()
    )
    rest = rest.split("?", 1)[0].split("#", 1)[0].strip("/")
    page = re.fullmatch(r"([^/]+/[^/]+)/(?:resolve|blob|raw|tree)/([^/]+)(?:/(.+))?", rest)
    if page:
        return Reference(page[1], page[3], None if page[2] == "main" else page[2])
    name = re.fullmatch(r"([\w.-]+/[\w.-]+)(?:@([\w.-]+))?(?::([\w.-]+))?(?:/(.+))?", rest)
    if name is None:
        return None
    return Reference(name[1], name[4], name[2], name[3])


@dataclass(frozen=True, slots=True)
class Repository:
    """What the hub says about a repository at one commit."""

    name: str
    revision: str
    licence: str | None
    files: tuple[tuple[str, int], ...]
    """Path and bytes, sorted by path."""


def described(name: str, revision: str | None = None, *, by_hand: str = "", file: str = "") -> Repository:
    """The commit, licence and files of a repository. Raises DownloadError. Call it within `online`."""
    from huggingface_hub import HfApi

    with explained(name, file, by_hand):
        info = HfApi(endpoint=hub_address()).model_info(name, revision=revision, files_metadata=True, timeout=10)
    if info.sha is None:
        raise DownloadError(f"{hub_address()} does not answer as a model hub does", "check HF_ENDPOINT")
    licence = info.card_data.get("license") if info.card_data else None
    sizes = sorted((sibling.rfilename, sibling.size or 0) for sibling in info.siblings or [])
    return Repository(name, info.sha, licence_name(licence) if isinstance(licence, str) else None, tuple(sizes))


def listing(reference: Reference, *, by_hand: str = "") -> Listing:
    """The chat models of a repository. Raises DownloadError. Call it within `online`."""
    found = described(reference.repo, reference.revision, by_hand=by_hand, file=reference.file or "")
    files = tuple((name, size) for name, size in found.files if _why_not(name) is None)
    return Listing(found.name, found.revision, found.licence, files)


def _why_not(file: str) -> str | None:
    """Why a file of a repository is not one to pull."""
    if len(parts_of(PurePosixPath(file))) > 1:
        return "it is one of several parts; a smaller quantisation comes in one file, or copy all parts in by hand"
    return not_a_chat_file(file)


def choose_file(found: Listing, quantisation: str | None = None) -> str:
    """The file to take: of the quantisation named, else the only one, else Q4_K_M or its like.

    Raises DownloadError, with the files there are, when that does not settle it.
    """
    if not found.files:
        raise DownloadError(
            f"{found.repo} has no GGUF chat model in one file", "look for a repository whose name ends in -GGUF"
        )
    by_quantisation: dict[str, list[str]] = {}
    for file, _ in found.files:
        by_quantisation.setdefault(quantisation_of(file) or "", []).append(file)
    for wanted in (quantisation.upper(),) if quantisation else PREFERRED:
        if len(by_quantisation.get(wanted, [])) == 1:
            return by_quantisation[wanted][0]
    if len(found.files) == 1 and quantisation is None:
        return found.files[0][0]
    names = ", ".join(f"{file} ({gigabytes(size)})" for file, size in found.files)
    raise DownloadError(
        f"{found.repo} has several files: {names}", f"name one: `askv4 models pull {found.repo}/{found.files[0][0]}`"
    )


def declared_reference(text: str, *, by_hand: str = "") -> RemoteFile:
    """What the hub says about the file that `text` names. Raises UsageError, DownloadError. Call it within `online`."""
    reference = parse_reference(text)
    if reference is None:
        raise UsageError(f"{text} is no model that askv4 knows", "name one of `askv4 models`, or org/repo/file.gguf")
    if reference.file is not None and (why := _why_not(reference.file)):
        raise UsageError(f"{reference.file} is no chat model: {why}", "name another file")
    found = listing(reference, by_hand=by_hand)
    file = reference.file or choose_file(found, reference.quantisation)
    name = str(PurePosixPath(reference.repo, file))
    return declared(name, reference.repo, file, found.revision, found.licence, by_hand=by_hand)
