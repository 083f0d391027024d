"""What a sync has to do: the corpus as it is against the corpus as the catalogue remembers it. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from askv4.errors import CorpusMissing, CorpusVanished
from askv4.index.reading import Candidate
from askv4.index.records import FileState, KnownFile
from askv4.index.scan import Scan, scan
from askv4.types import Skipped

NOTHING = FileState(0, 0, 0)
"""Stands for the state of what is not a file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The work that is due."""

    known: Mapping[str, KnownFile]
    due: tuple[Candidate, ...]
    """Files to read: new ones, and those that may have changed."""
    refused: Mapping[str, str]
    """What is newly found to be no document, with the reason."""
    removed: tuple[str, ...]
    """Documents whose file is gone."""
    unchanged: int
    skipped: tuple[Skipped, ...]
    """Files that were skipped before and have not changed since."""

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
    allow_empty: bool = False,
    follow_links: bool = False,
) -> Plan:
    """Compares names, sizes and dates. Raises CorpusMissing, and CorpusVanished when nothing is left of a corpus that
    had documents, unless `allow_empty`."""
    found = _scan(corpus, known, is_indexable, allow_empty, follow_links)
    due = []
    for name, file in found.files.items():
        before = known.get(name)
        wanted = recipe(name)
        if before is None or before.recipe != wanted:
            due.append(Candidate(name, corpus / name, wanted))
        elif before.file != file or not before.settled:
            due.append(Candidate(name, corpus / name, wanted, before.sha256))
        elif before.sha256 is None and _opens(corpus / name):
            due.append(Candidate(name, corpus / name, wanted))
    due.sort(key=lambda candidate: candidate.name)
    refused = {
        name: reason
        for name, reason in sorted(found.refused.items())
        if name not in known or known[name].reason != reason or known[name].recipe != recipe(name)
    }
    removed = tuple(
        name for name in known if name not in found.files and name not in found.refused and not found.hides(name)
    )
    busy = {candidate.name for candidate in due}.union(refused, removed)
    rest = sum(name not in busy for name in known) if busy else len(known)
    skipped = tuple(
        Skipped(file.name, file.reason) for file in known.values() if file.reason is not None and file.name not in busy
    )
    return Plan(known, tuple(due), refused, removed, rest - len(skipped), skipped)


def _scan(
    corpus: Path,
    known: Mapping[str, KnownFile],
    is_indexable: Callable[[str], bool],
    allow_empty: bool,
    follow_links: bool,
) -> Scan:
    had_documents = any(file.state == "indexed" for file in known.values())
    try:
        found = scan(corpus, is_indexable, follow_links=follow_links)
    except CorpusMissing as error:
        if not had_documents:
            raise
        if not allow_empty:
            raise CorpusVanished(f"{error}, but documents were indexed from it") from error
        return Scan()
    if had_documents and not found.files and not found.refused and not allow_empty:
        raise CorpusVanished(f"the folder {corpus} is empty, but documents were indexed from it")
    return found


def _opens(path: Path) -> bool:
    """Whether a file that could not be opened before can be now."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
