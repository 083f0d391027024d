"""A model hub as a source: the names users paste, what the hub declares, the bytes.

huggingface_hub speaks to the hub. Its hf_hub_download writes each attempt to a fresh temporary file and deletes it when
it fails, so that nothing survives a kill; the pieces it is made of (`get_hf_file_metadata`, `http_get`) resume, and are
what is used here. For the same reason the bytes come over HTTP and not through hf_xet, which keeps no partial file.

With packages.py the only module of askv4 that opens a connection without a server being named, and only when
`models pull` is asked for.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm.download import Narrate, Progress, RemoteFile, fill, refuse_full_disk
from askv4.llm.known import KnownModel, gigabytes, licence_name, quantisation_of
from askv4.llm.models import not_a_chat_file, parts_of
from askv4.offline import network_allowed

QUICKLY = 5.0
"""Seconds for a hub to take a connection, and to answer, where there is another source."""

DEADLINE = 12.0
"""Seconds after which such a hub is given up: one name may lead to many addresses, each of which may be silent."""

PREFERRED = ("Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "Q4_0")
"""Quantisations taken when none is named, best first: four bits lose little and are quick on a processor."""


@contextmanager
def online() -> Iterator[None]:
    """Lift, for a download that was asked for, the switches that keep the hub's libraries offline; then put them back.

    Telemetry stays off, and the library's own log stays off the terminal: errors are raised, not logged.
    """
    with network_allowed():
        from huggingface_hub import constants

        # Whoever imported the library before has it remember the variables as they were then.
        offline, telemetry = constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY
        constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY = False, True
        log = logging.getLogger("huggingface_hub")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            constants.HF_HUB_OFFLINE, constants.HF_HUB_DISABLE_TELEMETRY = offline, telemetry
            log.setLevel(level)


def hub_address() -> str:
    """The hub that is asked: HF_ENDPOINT, else https://huggingface.co."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


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
    repository = described(reference.repo, reference.revision, by_hand=by_hand, file=reference.file or "")
    files = tuple((name, size) for name, size in repository.files if _why_not(name) is None)
    return Listing(repository.name, repository.revision, repository.licence, files)


def _why_not(file: str) -> str | None:
    """Why a file of a repository is not one to pull."""
    if len(parts_of(PurePosixPath(file))) > 1:
        return "it is one of several parts; a smaller quantisation comes in one file, or copy all parts in by hand"
    return not_a_chat_file(file)


def choose_file(listed: Listing, quantisation: str | None = None) -> str:
    """The file to take: of the quantisation named, else the only one, else Q4_K_M or its like.

    Raises DownloadError, with the files there are, when that does not settle it.
    """
    if not listed.files:
        raise DownloadError(
            f"{listed.repo} has no GGUF chat model in one file", "look for a repository whose name ends in -GGUF"
        )
    by_quantisation: dict[str, list[str]] = {}
    for file, _ in listed.files:
        by_quantisation.setdefault(quantisation_of(file) or "", []).append(file)
    for wanted in (quantisation.upper(),) if quantisation else PREFERRED:
        if len(by_quantisation.get(wanted, [])) == 1:
            return by_quantisation[wanted][0]
    if len(listed.files) == 1 and quantisation is None:
        return listed.files[0][0]
    names = ", ".join(f"{file} ({gigabytes(size)})" for file, size in listed.files)
    raise DownloadError(
        f"{listed.repo} has several files: {names}", f"name one: `askv4 models pull {listed.repo}/{listed.files[0][0]}`"
    )


def declared_reference(text: str, *, by_hand: str = "") -> RemoteFile:
    """What the hub says about the file that `text` names. Raises UsageError, DownloadError. Call it within `online`."""
    reference = parse_reference(text)
    if reference is None:
        raise UsageError(f"{text} is no model that askv4 knows", "name one of `askv4 models`, or org/repo/file.gguf")
    if reference.file is not None and (why := _why_not(reference.file)):
        raise UsageError(f"{reference.file} is no chat model: {why}", "name another file")
    listed = listing(reference, by_hand=by_hand)
    file = reference.file or choose_file(listed, reference.quantisation)
    name = str(PurePosixPath(reference.repo, file))
    return declared(name, reference.repo, file, listed.revision, listed.licence, by_hand=by_hand)


def declared(
    name: str, repo: str, file: str, revision: str | None, licence: str | None, *, by_hand: str = "", timeout: float = 10,
) -> RemoteFile:  # fmt: skip
    """What the hub says about a file: its commit, size and sha256.

    `by_hand` ends the remedy when the hub cannot be reached, `timeout` is in seconds. Raises DownloadError. Call it
    within `online`.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    address = hub_address()
    with explained(repo, file, by_hand):
        url = hf_hub_url(repo, file, revision=revision, endpoint=address)
        metadata = get_hf_file_metadata(url, endpoint=address, timeout=timeout)
        if not metadata.commit_hash or not metadata.etag or metadata.size is None:
            raise SourceUnavailable(
                f"{address} does not answer as a model hub does", "check HF_ENDPOINT and the proxy settings"
            )
        if len(metadata.etag) != 64:
            raise DownloadError(
                f"{address} declares no sha256 for {repo}/{file}, so it could not be checked", "choose another file"
            )
        # Fetched at the commit, not at the branch: both requests mean the same bytes.
        url = hf_hub_url(repo, file, revision=metadata.commit_hash, endpoint=address)
    where = f"{address}/{repo} at {metadata.commit_hash[:12]}"
    return RemoteFile(
        name, repo, file, metadata.commit_hash, metadata.size, metadata.etag.lower(), licence, url, from_hub, where
    )


def declared_known(known: KnownModel, *, by_hand: str = "", timeout: float = 10) -> RemoteFile:
    """What the hub says about a model of the built-in list, held against the list.

    A pinned commit cannot change, so that a difference there is an error (a dishonest mirror, or a mistake in the
    list). Where no commit is pinned the hub decides, and the difference becomes a warning. Raises DownloadError.
    """
    remote = declared(
        known.name, known.repo, known.file, known.revision, known.licence, by_hand=by_hand, timeout=timeout
    )
    warnings = [] if known.verified else ["unverified: only one public project pins this checksum"]
    if (remote.bytes, remote.sha256) != (known.bytes, known.sha256):
        if known.revision is not None:
            raise DownloadError(
                f"{hub_address()} declares other bytes for {known.name} than askv4's list (sha256 {(remote.sha256 or '')[:12]}... "
                f"instead of {known.sha256[:12]}...), although its commit is pinned",
                f"`askv4 models pull {known.repo}/{known.file}` takes the hub at its word",
            )
        warnings.append("the file was replaced upstream since askv4's list was made; the hub's new checksum decides")
    return replace(remote, warning="; ".join(warnings) or None)


def declared_quickly(known: KnownModel) -> RemoteFile:
    """`declared_known`, given up after seconds whatever keeps the hub from answering. Raises DownloadError.

    Call it within `online`.
    """
    answer: queue.Queue[RemoteFile | BaseException] = queue.Queue()

    def ask() -> None:
        try:
            answer.put(declared_known(known, timeout=QUICKLY))
        except BaseException as error:  # noqa: BLE001  # to be raised in the thread that waits
            answer.put(error)

    # Looking up a name cannot be timed out, so that a thread is left to it.
    threading.Thread(target=ask, name="askv4 hub", daemon=True).start()
    try:
        reply = answer.get(timeout=DEADLINE)
    except queue.Empty:
        raise SourceUnavailable(f"{hub_address()} does not answer", "check the connection") from None
    if isinstance(reply, BaseException):
        raise reply
    return reply


def from_hub(remote: RemoteFile, part: Path, progress: Progress, narrate: Narrate) -> None:
    """The Fill of a file on the hub."""
    fill(_stream, remote, part, progress, narrate)


def _stream(remote: RemoteFile, file: BinaryIO, progress: Progress) -> None:
    """One connection's worth of bytes, appended to `file`."""
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # re-exported, though not declared so

    here = file.tell()
    with explained(remote.repo, remote.file, "run the same command again: it goes on where it stopped"):
        http_get(
            remote.url,
            file,
            resume_size=here,
            headers=build_hf_headers(),
            expected_size=remote.bytes,
            displayed_filename=remote.file,
            tqdm_class=cast(Any, _bar(progress, remote.bytes)),
        )


def _bar(progress: Progress, total: int) -> type[Any]:
    """What huggingface_hub takes for a progress bar: a class that counts and passes the count on."""

    class Bar:
        def __init__(self, *, initial: int = 0, **_: object) -> None:
            self.done = initial
            progress(self.done, total)

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def update(self, count: int) -> None:
            self.done += count
            progress(min(self.done, total), total)

    return Bar


@contextmanager
def explained(repo: str, file: str, by_hand: str) -> Iterator[None]:
    """Turn what huggingface_hub and its HTTP library raise into one line that says what to do."""
    from huggingface_hub import errors

    # The base of all that the library's HTTP client raises: httpx's in its versions 1, httpx2's in 2.
    transport_error: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]

    try:
        yield
    except errors.GatedRepoError as error:
        page = f"{hub_address()}/{repo}"
        raise SourceUnavailable(
            f"{repo} is gated: its owner wants its terms accepted first",
            f"accept them on {page} and log in with `hf auth login`, or choose another model",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise SourceUnavailable(f"{repo} has no such revision", "leave the revision out to take the newest") from error
    except errors.RemoteEntryNotFoundError as error:
        raise SourceUnavailable(f"{repo} has no file {file}", f"`askv4 models pull {repo}` lists its files") from error
    except errors.RepositoryNotFoundError as error:
        raise SourceUnavailable(
            f"{hub_address()} has no repository {repo}, or it is private", "check its name"
        ) from error
    except errors.HFValidationError as error:
        raise DownloadError(f"{repo} is not the name of a repository", "name it org/repo") from error
    except errors.HfHubHTTPError as error:
        raise _http_error(repo, error.response.status_code) from error
    except (transport_error, errors.OfflineModeIsEnabled) as error:
        raise SourceUnavailable(f"no connection to {hub_address()} ({_short(error)})", by_hand or None) from error
    except (OSError, ValueError) as error:
        refuse_full_disk(error)
        raise DownloadError(f"{repo}/{file} could not be fetched: {_short(error)}", by_hand or None) from error


def _http_error(repo: str, status: int) -> SourceUnavailable:
    if status in {401, 403}:
        return SourceUnavailable(
            f"{hub_address()} does not give {repo} to everyone (HTTP {status})",
            "log in with `hf auth login`, or choose another model",
        )
    if status == 404:
        return SourceUnavailable(f"{hub_address()} has no such file in {repo}", "check the name")
    if status == 429:
        return SourceUnavailable(f"{hub_address()} wants fewer requests (HTTP 429)", "wait a few minutes and try again")
    return SourceUnavailable(f"{hub_address()} answers with HTTP {status}", "try again later")


def _short(error: BaseException) -> str:
    """The first line of an error, or its kind when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
