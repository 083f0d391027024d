"""What a sync has to do: the corpus as it is against the corpus as the catalogue remembers it. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from askv4.corpus.links import known_links
from askv4.corpus.reading import DueFile
from askv4.corpus.scan import LEADS_NOWHERE, Scan, scan
from askv4.errors import CorpusMissing, CorpusVanished
from askv4.records import FileState, KnownFile
from askv4.types import Skipped

NOTHING = FileState(0, 0, 0)
"""Stands for the state of what is not a file."""
_UNPLUGGED = (
    "nothing is left in this folder, which was on a disk of its own or linked; its documents stay as they were read last, "
    "until the disk is back or `askv4 sync --prune` forgets them"
)
_MANY = 10
"""Documents; fewer may all be replaced by fewer without a question."""
_TARGET_GONE = "what it links to is gone; it stays as it was read last, until `askv4 remove` takes the link away"


@dataclass(frozen=True, slots=True)
class Plan:
    """The work that is due."""

    known: Mapping[str, KnownFile]
    due: tuple[DueFile, ...]
    """Files to read: new ones, and those that may have changed."""
    refused: Mapping[str, str]
    """What is newly found to be no document, with the reason."""
    removed: tuple[str, ...]
    """Documents whose file is gone."""
    unchanged: int
    skipped: tuple[Skipped, ...]
    """Files that were skipped before and have not changed since."""
    stale: tuple[Skipped, ...] = ()
    """Documents that stay as they were read last, since their files are out of reach for now, with the reason."""
    disks: frozenset[str] = frozenset()
    """Folders that may be unplugged, as `Scan.disks`; those that are unplugged now among them."""

    @property
    def is_empty(self) -> bool:
        """Whether the catalogue says what the corpus says."""
        return not (self.due or self.refused or self.removed)


def make_plan(
    corpus: Path,
    known: Mapping[str, KnownFile],
    recipe: Callable[[str], str],
    is_indexable: Callable[[str], bool],
    *,
    ignored: Callable[[str], bool] | None = None,
    disks: Collection[str] = (),
    allow_empty: bool = False,
    prune: bool = False,
    follow_links: bool = False,
) -> Plan:
    """Compares names, sizes and dates.

    `disks` are the folders that were on disks of their own when the catalogue was written. Documents that lay there are
    not given up when nothing of the folder is left, nor those behind a link that leads nowhere, unless `prune`.
    CorpusVanished is raised when nothing is left of a corpus that had documents, unless `prune` or `allow_empty`. Raises
    CorpusMissing, and CorpusError when a file of askv4's own in the corpus cannot be read.
    """
    try:
        links = known_links(corpus)
        scanned = scan(corpus, is_indexable, follow_links=follow_links, links=links, ignored=ignored)
    except CorpusMissing as error:
        scanned = _nothing(error, known, allow_empty or prune)
    if prune:
        _give_up_links(scanned)
    else:
        _keep_unplugged(scanned, known, [disk for disk in disks if ignored is None or not ignored(disk)])
    due = _due(corpus, scanned, known, recipe)
    stale = tuple(
        Skipped(name, _TARGET_GONE)
        for name, reason in sorted(scanned.refused.items())
        if not prune and reason == LEADS_NOWHERE and name in known and known[name].state == "indexed"
    )
    kept = {one.document for one in stale}
    refused = {
        name: reason
        for name, reason in sorted(scanned.refused.items())
        if name not in kept
        and (name not in known or known[name].reason != reason or known[name].recipe != recipe(name))
    }
    removed = tuple(
        name for name in known if name not in scanned.files and name not in scanned.refused and not scanned.hides(name)
    )
    if not (allow_empty or prune):
        _refuse_to_empty(corpus, scanned, known, removed)
    busy = {candidate.name for candidate in due}.union(refused, removed)
    rest = sum(name not in busy for name in known) if busy else len(known)
    rest -= len(stale)
    skipped = tuple(
        Skipped(file.name, file.reason) for file in known.values() if file.reason is not None and file.name not in busy
    )
    return Plan(known, tuple(due), refused, removed, rest - len(skipped), skipped, stale, frozenset(scanned.disks))


def _refuse_to_empty(corpus: Path, scanned: Scan, known: Mapping[str, KnownFile], removed: Collection[str]) -> None:
    """Raises CorpusVanished when nothing is left of what was indexed, and nothing of its size is there instead."""
    lost = sum(known[name].state == "indexed" for name in removed)
    if not lost:
        return
    indexed = sum(file.state == "indexed" for file in known.values())
    replaced = 2 * len(scanned.files) >= indexed or indexed < _MANY
    if not scanned.files or (lost == indexed and not replaced):
        raise CorpusVanished(
            f"none of the {lost} documents that were indexed from the folder {corpus} is there any more"
        )


def _due(corpus: Path, scanned: Scan, known: Mapping[str, KnownFile], recipe: Callable[[str], str]) -> list[DueFile]:
    """The files that are new, may have changed, or are made into passages in another way now: the smallest first, so that
    a large one holds up none."""
    due = []
    for name, file in scanned.files.items():
        before = known.get(name)
        wanted = recipe(name)
        if before is None or before.recipe != wanted:
            due.append(DueFile(name, corpus / name, wanted))
        elif before.file != file or not before.settled:
            due.append(DueFile(name, corpus / name, wanted, before.sha256))
        elif before.sha256 is None and _opens(corpus / name):
            due.append(DueFile(name, corpus / name, wanted))
    return sorted(due, key=lambda candidate: (scanned.files[candidate.name].bytes, candidate.name))


def _give_up_links(scanned: Scan) -> None:
    """Lets what lay behind links that lead nowhere count as gone."""
    nowhere = {f"{name}/" for name, reason in scanned.refused.items() if reason == LEADS_NOWHERE}
    scanned.unlisted = [folder for folder in scanned.unlisted if folder not in nowhere]


def _keep_unplugged(scanned: Scan, known: Mapping[str, KnownFile], disks: Collection[str]) -> None:
    """Takes note of folders of which nothing is left although documents lay there on another disk."""
    for folder in disks:
        if not any(file.state == "indexed" and name.startswith(folder) for name, file in known.items()):
            continue
        if any(name.startswith(folder) for name in scanned.files) or scanned.hides(folder):
            continue
        scanned.disks.add(folder)
        if folder[:-1] not in scanned.refused:  # a link that leads nowhere says so itself
            scanned.refused[folder] = _UNPLUGGED
        scanned.unlisted.append(folder)


def _nothing(error: CorpusMissing, known: Mapping[str, KnownFile], allow_empty: bool) -> Scan:
    """What is found in a corpus that is not there, if that may be."""
    if not any(file.state == "indexed" for file in known.values()):
        raise error
    if not allow_empty:
        raise CorpusVanished(f"{error}, but documents were indexed from it") from error
    return Scan()


def _opens(path: Path) -> bool:
    """Whether a file that could not be opened before can be now."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
