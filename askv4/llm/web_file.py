"""One file of a web server as a source: `models pull --from URL`, resumed by Range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm.download import Narrate, Progress, RemoteFile, fill, refuse_full_disk
from askv4.llm.known import KnownModel
from askv4.llm.local_file import UNVERIFIED, place_of

if TYPE_CHECKING:
    import httpx2

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 30.0
_PIECE: Final = 1 << 20
_GO_ON: Final = "run the same command again: it goes on where it stopped"


def is_address(text: str) -> bool:
    """Whether `text` is the address of a file on a web server."""
    return re.match(r"https?://", text, re.IGNORECASE) is not None


def shown(address: str) -> str:
    """An address without what may be secret in it: the user, the password and the query."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def declared_address(address: str, known: KnownModel | None, name: str | None) -> RemoteFile:
    """What the server says about the file; with `known` it must be that model.

    Raises SourceUnavailable, UsageError, DownloadError. Call it within `online`.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UsageError(f"{address} is no address of a file: {error}", "name one as https://host/file.gguf") from error
    host = (parts.hostname or "server").replace(":", "-")
    place = place_of(known, name, unquote(parts.path).rpartition("/")[2], host)
    with _asked(address) as response:
        size, version = _length(response), _version(response)
        if known is None:
            _refuse_downgrade(address, response)
    if size is None:
        raise DownloadError(
            f"{shown(address)} does not say how large the file is",
            "download it with another program, and name the FILE",
        )
    if known is not None and size != known.bytes:
        raise DownloadError(
            f"what {shown(address)} gives is not {known.name}: {size} bytes instead of {known.bytes}",
            "check the address; or give it another NAME, and it is fetched unverified",
        )
    return RemoteFile(
        place.name, place.repo, place.file, (known.revision or "") if known else version, size,
        known.sha256 if known else None, known.licence if known else None, address, from_address,
        shown(address), shown(address), None if known else UNVERIFIED,
    )  # fmt: skip


def from_address(remote: RemoteFile, part: Path, progress: Progress, narrate: Narrate) -> None:
    """The Fill of a file on a web server."""
    fill(_stream, remote, part, progress, narrate)


def _stream(remote: RemoteFile, file: BinaryIO, progress: Progress) -> None:
    """One connection's worth of bytes, appended to `file`."""
    here = file.tell()
    with _asked(remote.url, here) as response:
        if remote.sha256 is None:
            _refuse_downgrade(remote.url, response)
        if _length(response) != remote.bytes or (remote.sha256 is None and _version(response) != remote.revision):
            raise DownloadError(f"{remote.source} has changed since it was looked at", "run the same command again")
        if here and response.status_code != 206:
            file.seek(0)
            file.truncate()
            here = 0
        progress(here, remote.bytes)
        for piece in response.iter_raw(_PIECE):
            if here == 0 and not piece.startswith(b"GGUF"):
                raise DownloadError(
                    f"what {remote.source} gives is not a GGUF file",
                    "the address must lead to the file itself, not to a page about it",
                )
            here += len(piece)
            if here > remote.bytes:
                raise DownloadError(f"{remote.source} gives more bytes than it declared", "name another address")
            file.write(piece)
            progress(here, remote.bytes)


@contextmanager
def _asked(address: str, start: int = 0) -> Iterator[httpx2.Response]:
    """The answer of the server, from byte `start` on where it can do that. Raises SourceUnavailable, DownloadError."""
    import httpx2

    # Bytes as they lie there: packed ones could not be resumed.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    timeout = httpx2.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    where = shown(address)
    try:
        with (
            httpx2.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", address, headers=headers) as response,
        ):
            if not response.is_success:
                raise SourceUnavailable(f"{where} answers with HTTP {response.status_code}", "check the address")
            if response.status_code == 206 and _first(response) != start:
                raise SourceUnavailable(f"{where} gives other bytes than it was asked for", "name another address")
            yield response
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise UsageError(f"{where} is no address of a file: {error}", "name one that begins with https://") from error
    except httpx2.HTTPError as error:
        raise SourceUnavailable(f"{where} does not answer ({error or type(error).__name__})", _GO_ON) from error
    except OSError as error:
        refuse_full_disk(error)
        raise DownloadError(f"{where} could not be fetched: {error.strerror or error}", _GO_ON) from error


def _refuse_downgrade(address: str, response: httpx2.Response) -> None:
    """Bytes that no sum checks come encrypted where that was asked for. Raises DownloadError."""
    if address.strip().lower().startswith("https:") and response.url.scheme != "https":
        raise DownloadError(
            f"{shown(address)} leads to a connection without encryption", "name the final address if that is right"
        )


def _range(response: httpx2.Response) -> re.Match[str] | None:
    return re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("content-range", "").strip())


def _first(response: httpx2.Response) -> int | None:
    match = _range(response)
    return int(match[1]) if match else None


def _length(response: httpx2.Response) -> int | None:
    """Bytes of the whole file."""
    if response.status_code == 206:
        match = _range(response)
        return int(match[2]) if match else None
    stated = response.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() and "content-encoding" not in response.headers else None


def _version(response: httpx2.Response) -> str:
    """What tells this version of the file from another; empty where the server does not say."""
    return str(response.headers.get("etag") or response.headers.get("last-modified") or "")
