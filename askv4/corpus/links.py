"""`.askv4links` in the corpus folder: symbolic links that the user made with `askv4 add --link`, to be followed.

Links that leave the corpus are not followed, since an archive that somebody unpacked there may hold one to any file. A
link of this list is, because its user asked for it; the list notes each link's target and number on the disk, so that
neither another link of its name nor a list that came with an archive opens anything.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from askv4.errors import CorpusError

LINKS_FILE = ".askv4links"
_FORMAT = 1


class Link(NamedTuple):
    """A link as it was made."""

    target: str
    """What the link says, an absolute path."""
    inode: int
    """The number of the link itself on its disk."""


def known_links(corpus: Path) -> dict[str, Link]:
    """The user's own links by their name in the corpus. Raises CorpusError when the list cannot be read."""
    path = corpus / LINKS_FILE
    if not path.is_file():  # most often; a look is cheaper than an attempt to open
        return {}
    try:
        fields = json.loads(path.read_text("ascii"))
        return {str(name): Link(str(target), int(inode)) for name, (target, inode) in fields["links"].items()}
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path} is not as askv4 wrote it", "remove it, and add what is linked again with `askv4 add --link`"
        ) from error


def is_own(path: str | Path, noted: Link | None) -> bool:
    """Whether the link at `path` is the one that was noted. Raises OSError."""
    return noted is not None and os.readlink(path) == noted.target and Path(path).lstat().st_ino == noted.inode  # noqa: PTH115


def note_link(corpus: Path, name: str) -> None:
    """Notes that the link of that name is the user's own. Raises OSError, CorpusError."""
    path = corpus / name
    links = known_links(corpus)
    links[name] = Link(os.readlink(path), path.lstat().st_ino)  # noqa: PTH115
    _write(corpus, links)


def forget_link(corpus: Path, name: str) -> None:
    """Strikes a link off the list, and others that are gone. Raises OSError, CorpusError."""
    links = known_links(corpus)
    kept = {one: link for one, link in links.items() if one != name and os.path.lexists(corpus / one)}
    if kept != links:
        _write(corpus, kept)


def linked_target(links: Mapping[str, Link], name: str) -> str | None:
    """Where a document really lies that is a link of the list or lies behind one; None for any other."""
    parts = name.split("/")
    for count in range(1, len(parts) + 1):
        if (link := links.get("/".join(parts[:count]))) is not None:
            return os.path.join(link.target, *parts[count:])  # noqa: PTH118
    return None


def _write(corpus: Path, links: Mapping[str, Link]) -> None:
    path = corpus / LINKS_FILE
    if not links:
        path.unlink(missing_ok=True)
        return
    text = json.dumps({"format": _FORMAT, "links": links}, indent=1, sort_keys=True)
    handle, draft = tempfile.mkstemp(prefix=f"{LINKS_FILE}-", dir=corpus)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
