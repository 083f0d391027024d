"""A corpus folder becomes the index, a bit at a time: only what changed is read, only new passages are embedded.

When nothing is due, a sync lists the folder, reads one table and returns: no lock, no write, no vectors, no encoder.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from askv4.corpus.ignore import ignored_by
from askv4.corpus.reading import DueFile, ReadFile, ReadFiles
from askv4.corpus.settling import settled
from askv4.errors import DocumentError, EncoderMismatch
from askv4.records import FileRecord, NewDocument
from askv4.store.catalog import Catalog
from askv4.store.lock import PATIENCE_S, index_lock
from askv4.store.vectors import VectorStore
from askv4.store.writer import DISKS, ENCODER, UNFINISHED, CatalogWriter
from askv4.sync.assemble import Assembler
from askv4.sync.plan import NOTHING, Plan, make_plan
from askv4.sync.publish import EMBEDDING_BATCH, Embedder, in_step, present_keys, publish
from askv4.types import Skipped, SyncProgress, SyncReport

if TYPE_CHECKING:
    from askv4.neural.encoder import Encoder

_DOCUMENTS_HELD = 200
"""Small documents are collected up to this number, so that their passages are embedded together."""


def _silent(_: object) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What the caller of a sync may want otherwise."""

    allow_empty: bool = False
    """Take an empty or missing corpus for what it is, instead of raising CorpusVanished."""
    prune: bool = False
    """Forget also what lay in folders, or behind links, that are out of reach."""
    re_embed: bool = False
    """Change over to the encoder that is given, instead of raising EncoderMismatch."""
    follow_links: bool = False
    """Read what lies outside the corpus behind symbolic links in it."""
    progress: Callable[[SyncProgress], None] = _silent
    narrate: Callable[[str], None] = _silent
    """Takes a line for the user when something was repaired."""
    on_wait: Callable[[str], None] | None = None
    """Takes a line for the user when another process has to be waited for."""
    patience_s: float = PATIENCE_S
    """How long to wait for it."""
    read: ReadFiles | None = None
    """How files are read and parsed; within limits, those with foreign parsers in processes of their own, unless
    something else is given."""


def sync(
    corpus: Path, catalog: Catalog, vectors: VectorStore, encoder: Encoder, options: SyncOptions | None = None
) -> SyncReport:
    """Brings the index in step with the corpus and says what was done.

    Raises CorpusMissing, CorpusVanished, EncoderMismatch, IndexLocked, IndexDamaged, DataFolderUnwritable, and what the
    encoder raises. After any of these, as after a crash, every document is as it was or as it is, and the next sync does the rest.
    """
    options = options or SyncOptions()
    assembler = Assembler(encoder)

    def plan() -> Plan:
        _refuse_mixture(catalog, encoder, options)
        return make_plan(
            corpus,
            catalog.known_files(),
            assembler.recipe,
            assembler.is_indexable,
            ignored=ignored_by(corpus),
            disks=_disks(catalog),
            allow_empty=options.allow_empty,
            prune=options.prune,
            follow_links=options.follow_links,
        )

    due = plan()
    if due.is_empty and in_step(catalog, vectors) and not vectors.has_leftovers():
        return _report(due)
    with index_lock(catalog.path.parent, options.on_wait, options.patience_s):
        vectors.sweep()
        due = plan()  # whoever held the lock may have done the work
        stands = in_step(catalog, vectors)
        if due.is_empty and stands:
            return _report(due)
        return _Run(catalog, vectors, encoder, assembler, options, due, stands).run()


def _report(plan: Plan) -> SyncReport:
    return SyncReport(unchanged=plan.unchanged, skipped=_by_name([*plan.skipped, *plan.stale]))


def _by_name(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(skipped, key=lambda one: one.document))


def _refuse_mixture(catalog: Catalog, encoder: Encoder, options: SyncOptions) -> None:
    """Raises EncoderMismatch when the passages are embedded by an encoder of another name.

    One that changed under its name, as with a new version of askv4, is taken up without a question: all passages are
    then embedded anew, so nothing is mixed.
    """
    identity, _, name = (catalog.meta(ENCODER) or "").partition(" ")
    if not identity or identity == encoder.identity or name == encoder.name or options.re_embed:
        return
    if catalog.passage_count():
        raise EncoderMismatch(f"the documents are indexed with the encoder {name}, not with {encoder.name}")


def _disks(catalog: Catalog) -> Collection[str]:
    noted = catalog.meta(DISKS)
    return json.loads(noted) if noted else ()


@dataclass(slots=True)
class _Tally:
    """Counts of what happened to files."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    renamed: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    shortened: list[Skipped] = field(default_factory=list)


class _Run:
    """One sync under the index lock."""

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorStore,
        encoder: Encoder,
        assembler: Assembler,
        options: SyncOptions,
        plan: Plan,
        stands: bool,
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder
        self._assembler = assembler
        self._options = options
        self._plan = plan
        self._writer = CatalogWriter(catalog)
        self._stands = stands
        """Whether the vectors are those of the catalogue's passages, as far as this run has not changed them."""
        self._interrupted = catalog.meta(UNFINISHED) is not None
        self._gone = set(plan.removed)
        self._gone_by_content: dict[bytes | None, list[str]] = {}
        for name in sorted(plan.removed, reverse=True):
            self._gone_by_content.setdefault(plan.known[name].sha256, []).append(name)
        self._tally = _Tally(unchanged=plan.unchanged, skipped=[*plan.skipped, *plan.stale])
        self._held: list[NewDocument] = []
        self._held_texts: dict[str, str] = {}
        self._done = 0
        self._passages = 0
        self._begun = self._phase_begun = time.monotonic()
        self._made: tuple[Embedder, set[str]] | None = None

    def run(self) -> SyncReport:
        encoder = f"{self._encoder.identity} {self._encoder.name}"
        self._writer.begin_work(encoder, json.dumps(sorted(self._plan.disks)))
        for name, reason in self._plan.refused.items():
            self._skip(FileRecord(name, NOTHING, None, self._assembler.recipe(name), settled=True), reason)
        for file in self._read(settled(self._plan.due)):
            self._take(file)
        self._store_held()
        if self._gone:
            self._writer.remove(sorted(self._gone))
            self._tally.removed = len(self._gone)
            self._stands = False
        self._publish()
        return self._report()

    def _read(self, due: Iterable[DueFile]) -> Iterator[ReadFile]:
        if self._options.read is not None:
            return self._options.read(due)
        from askv4.corpus.isolation import isolated_reader  # most runs of askv4 have nothing to read

        return isolated_reader(self._assembler.load)(due)

    def _take(self, file: ReadFile) -> None:
        name = file.record.name
        match file.outcome:
            case "parsed":
                self._hold(file)
                return  # counted as done when it is stored
            case "same":
                self._writer.touch(file.record)
                self._count_same(name)
            case "vanished":
                if name in self._plan.known:
                    self._gone.add(name)
            case "busy" if name in self._plan.known:
                # The last good version stays; the file's new date makes it due again.
                self._tally.skipped.append(Skipped(name, file.reason or ""))
            case "busy":
                self._skip(replace(file.record, settled=False), file.reason or "")
            case "failed":
                self._skip(file.record, file.reason or "")
        self._advance(name)

    def _count_same(self, name: str) -> None:
        known = self._plan.known[name]
        if known.reason is None:
            self._tally.unchanged += 1
        else:
            self._tally.skipped.append(Skipped(name, known.reason))

    def _hold(self, file: ReadFile) -> None:
        if file.parsed is None:
            raise AssertionError("a parsed file has its text")
        try:
            document = self._assembler.assemble(file.record, file.parsed)
        except DocumentError as error:
            self._skip(file.record, error.line)
            self._advance(file.record.name)
            return
        for note in document.notes[len(file.parsed.notes) :]:  # those that its size has brought
            self._tally.shortened.append(Skipped(file.record.name, note))
        self._held.append(document)
        for passage in document.passages:
            if self._embedder.lacks(passage.key):
                self._held_texts[passage.key] = passage.embedded
        if len(self._held_texts) >= EMBEDDING_BATCH or len(self._held) >= _DOCUMENTS_HELD:
            self._store_held()

    def _store_held(self) -> None:
        """Vectors first, then each document in a transaction of its own: no document ever waits for its vectors."""
        held, texts = self._held, self._held_texts
        self._held, self._held_texts = [], {}
        if not held:
            return
        before = self._passages

        def advance(done: int) -> None:
            self._passages = before + done
            self._tell(held[0].record.name)

        self._embedder.embed(texts, advance)
        for document in held:
            self._store(document)
            self._advance(document.record.name)

    def _store(self, document: NewDocument) -> None:
        record = document.record
        known = self._plan.known.get(record.name)
        former = self._former_name(record) if known is None else None
        self._writer.store(document, () if former is None else (former,))
        self._stands = False
        if former is not None:
            self._gone.discard(former)
            self._tally.renamed += 1
        elif known is None:
            self._tally.added += 1
        elif known.sha256 == record.sha256 and known.state == "indexed":
            self._tally.unchanged += 1  # read anew because of a better loader or another encoder
        else:
            self._tally.changed += 1

    def _former_name(self, record: FileRecord) -> str | None:
        """A document with the same content whose file is gone: it was renamed."""
        names = self._gone_by_content.get(record.sha256)
        return names.pop() if names else None

    def _skip(self, record: FileRecord, reason: str) -> None:
        known = self._plan.known.get(record.name)
        self._writer.skip(record, self._assembler.title_of(record.name), reason)
        self._tally.skipped.append(Skipped(record.name, reason))
        if known is not None and known.state == "indexed":
            self._stands = False

    def _publish(self) -> None:
        if self._stands:
            self._writer.finish_unchanged()
            return
        embedder, present = self._embedder_and_keys()
        self._phase_begun = time.monotonic()

        def advance(done: int, total: int) -> None:
            seconds = time.monotonic() - self._phase_begun
            self._options.progress(SyncProgress(done, total, "", self._passages, "vectors", seconds))

        publish(self._catalog, self._writer, self._vectors, embedder, present, advance)

    @property
    def _embedder(self) -> Embedder:
        return self._embedder_and_keys()[0]

    def _embedder_and_keys(self) -> tuple[Embedder, set[str]]:
        """Made when first needed: to know which vectors there are, the store has to be opened."""
        if self._made is None:
            present = present_keys(self._catalog, self._vectors, self._options.narrate)
            self._made = Embedder(self._catalog, self._writer, self._encoder, self._vectors, present), present
        return self._made

    def _advance(self, name: str) -> None:
        self._done += 1
        self._tell(name)

    def _tell(self, name: str) -> None:
        seconds = time.monotonic() - self._phase_begun
        self._options.progress(
            SyncProgress(self._done, len(self._plan.due), name, self._passages, "documents", seconds)
        )

    def _report(self) -> SyncReport:
        tally = self._tally
        return SyncReport(
            added=tally.added,
            changed=tally.changed,
            removed=tally.removed,
            renamed=tally.renamed,
            unchanged=tally.unchanged,
            skipped=_by_name(tally.skipped),
            passages_embedded=self._made[0].embedded if self._made else 0,
            repaired=self._interrupted,
            documents_read=self._done,
            seconds=time.monotonic() - self._begun,
            shortened=_by_name(tally.shortened),
        )
