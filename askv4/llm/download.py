"""Fetch a model file from a hub: what the hub declares, the bytes (resumed where they stopped), the check.

huggingface_hub speaks to the hub. Its hf_hub_download writes each attempt to a fresh temporary file and deletes it when
it fails, so that nothing survives a kill; the pieces it is made of (`get_hf_file_metadata`, `http_get`) resume, and are
what is used here. For the same reason the bytes come over HTTP and not through hf_xet, which keeps no partial file.

The only module of askv4 that opens a connection without a server being named, and only when `models pull` is asked for.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from askv4.errors import DownloadError
from askv4.llm.known import KnownModel, gigabytes
from askv4.llm.modelstore import ModelStore, Record
from askv4.offline import network_allowed

SPARE = 256 * 2**20
"""Bytes of disk that a download leaves free."""

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there will be."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the hub declares it."""

    name: str
    """What it was asked for by."""
    repo: str
    file: str
    revision: str
    """A commit, never a branch."""
    bytes: int
    sha256: str
    licence: str | None
    url: str
    warning: str | None = None
    """What the user should know before agreeing, such as that the file was replaced upstream."""


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


def declared(
    name: str, repo: str, file: str, revision: str | None, licence: str | None, *, by_hand: str = ""
) -> RemoteFile:
    """What the hub says about a file: its commit, size and sha256.

    `by_hand` ends the remedy when the hub cannot be reached. Raises DownloadError. Call it within `online`.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    address = hub_address()
    with explained(repo, file, by_hand):
        url = hf_hub_url(repo, file, revision=revision, endpoint=address)
        found = get_hf_file_metadata(url, endpoint=address)
        if not found.commit_hash or not found.etag or found.size is None:
            raise DownloadError(
                f"{address} does not answer as a model hub does", "check HF_ENDPOINT and the proxy settings"
            )
        if len(found.etag) != 64:
            raise DownloadError(
                f"{address} declares no sha256 for {repo}/{file}, so it could not be checked", "choose another file"
            )
        # Fetched at the commit, not at the branch: both requests mean the same bytes.
        url = hf_hub_url(repo, file, revision=found.commit_hash, endpoint=address)
    return RemoteFile(name, repo, file, found.commit_hash, found.size, found.etag.lower(), licence, url)


def declared_known(known: KnownModel, *, by_hand: str = "") -> RemoteFile:
    """What the hub says about a model of the built-in list, held against the list.

    A pinned commit cannot change, so that a difference there is an error (a dishonest mirror, or a mistake in the
    list). Where no commit is pinned the hub decides, and the difference becomes a warning. Raises DownloadError.
    """
    found = declared(known.name, known.repo, known.file, known.revision, known.licence, by_hand=by_hand)
    warnings = [] if known.verified else ["unverified: only one public project pins this checksum"]
    if (found.bytes, found.sha256) != (known.bytes, known.sha256):
        if known.revision is not None:
            raise DownloadError(
                f"{hub_address()} declares other bytes for {known.name} than askv4's list (sha256 {found.sha256[:12]}... "
                f"instead of {known.sha256[:12]}...), although its commit is pinned",
                f"`askv4 models pull {known.repo}/{known.file}` takes the hub at its word",
            )
        warnings.append("the file was replaced upstream since askv4's list was made; the hub's new checksum decides")
    return RemoteFile(
        found.name, found.repo, found.file, found.revision, found.bytes, found.sha256, found.licence, found.url,
        "; ".join(warnings) or None,
    )  # fmt: skip


def fetch(remote: RemoteFile, store: ModelStore, *, progress: Progress, narrate: Callable[[str], None]) -> Path:
    """Download a file, going on where an earlier attempt stopped; check it; put it in place. Returns where it lies.

    Raises DownloadError (no space, no connection, wrong bytes: then they are deleted) or DataFolderUnwritable. A kill
    at any moment leaves either no file in place or a whole, checked one. Call it within `online`.
    """
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    record = Record(
        remote.name, remote.repo, remote.file, remote.revision, remote.bytes, remote.sha256, remote.licence, stamp
    )
    store.place_for(remote.repo, remote.file)
    part = store.begin(record)
    with store.locked(remote.sha256):
        _check_space(remote, part, store)
        _fill(remote, part, progress, narrate)
        narrate(f"checking the {gigabytes(remote.bytes)} of {remote.file}")
        _check(remote, part, store)
        return store.finish(record)


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """The sha256 of a file, read in pieces."""
    digest, size, done = hashlib.sha256(), path.stat().st_size, 0
    with path.open("rb") as file:
        while piece := file.read(8 * 2**20):
            digest.update(piece)
            done += len(piece)
            if progress is not None:
                progress(done, size)
    return digest.hexdigest()


def _check_space(remote: RemoteFile, part: Path, store: ModelStore) -> None:
    here = part.stat().st_size if part.exists() else 0
    missing, free = remote.bytes - here, store.free_space()
    if missing + SPARE > free:
        raise DownloadError(
            f"{remote.file} needs {gigabytes(missing)} more and {gigabytes(free)} are free in {store.folder}",
            "free some space, or name another folder with --data-dir",
        )


def _fill(remote: RemoteFile, part: Path, progress: Progress, narrate: Callable[[str], None]) -> None:
    """Bring the part to its full length, over as many connections as it takes."""
    if part.exists() and part.stat().st_size > remote.bytes:
        part.unlink()
    with part.open("ab") as file:
        if file.tell():
            narrate(f"going on at {gigabytes(file.tell())} of {gigabytes(remote.bytes)}")
        while (start := file.tell()) < remote.bytes:
            try:
                _stream(remote, file, progress)
            except DownloadError:
                file.flush()
                if file.tell() <= start:
                    raise
                # Bytes came, so the hub is there: take the connection up again.
                narrate(f"the connection broke off at {gigabytes(file.tell())}; going on")
        progress(remote.bytes, remote.bytes)


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


def _check(remote: RemoteFile, part: Path, store: ModelStore) -> None:
    actual = sha256_of(part)
    if actual != remote.sha256:
        store.discard(remote.sha256)
        raise DownloadError(
            f"the bytes that came are not {remote.file}: sha256 {actual[:12]}... instead of {remote.sha256[:12]}...; "
            "they were deleted",
            "pull it again; if it happens twice, the connection or the mirror alters files",
        )


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
        raise DownloadError(
            f"{repo} is gated: its owner wants its terms accepted first",
            f"accept them on {page} and log in with `hf auth login`, or choose another model",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise DownloadError(f"{repo} has no such revision", "leave the revision out to take the newest") from error
    except errors.RemoteEntryNotFoundError as error:
        raise DownloadError(f"{repo} has no file {file}", f"`askv4 models pull {repo}` lists its files") from error
    except errors.RepositoryNotFoundError as error:
        raise DownloadError(f"{hub_address()} has no repository {repo}, or it is private", "check its name") from error
    except errors.HFValidationError as error:
        raise DownloadError(f"{repo} is not the name of a repository", "name it org/repo") from error
    except errors.HfHubHTTPError as error:
        raise _http_error(repo, error.response.status_code) from error
    except (transport_error, errors.OfflineModeIsEnabled) as error:
        raise DownloadError(f"no connection to {hub_address()} ({_short(error)})", by_hand or None) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DownloadError("the disk is full", "free some space and run the same command again") from error
        raise DownloadError(f"{repo}/{file} could not be fetched: {_short(error)}", by_hand or None) from error


def _http_error(repo: str, status: int) -> DownloadError:
    if status in {401, 403}:
        return DownloadError(
            f"{hub_address()} does not give {repo} to everyone (HTTP {status})",
            "log in with `hf auth login`, or choose another model",
        )
    if status == 404:
        return DownloadError(f"{hub_address()} has no such file in {repo}", "check the name")
    if status == 429:
        return DownloadError(f"{hub_address()} wants fewer requests (HTTP 429)", "wait a few minutes and try again")
    return DownloadError(f"{hub_address()} answers with HTTP {status}", "try again later")


def _short(error: BaseException) -> str:
    """The first line of an error, or its kind when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
