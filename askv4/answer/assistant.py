"""The facade: a question goes in, events come out, the last one is the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from askv4.answer.conversation import Understood, understand
from askv4.answer.evidence import Evidence, judge, load_model
from askv4.answer.extractive import REFUSAL, choose, compose, nearest, quotations
from askv4.answer.gather import StateEncoder, gather
from askv4.types import Answer, Event, Finished, Hit, Retrieved, Span, TextDelta, Turn

if TYPE_CHECKING:
    from askv4.index.catalog import Catalog
    from askv4.retrieve.retriever import Retriever

DEPTH = 10
"""How many passages are retrieved for an answer."""


class Assistant:
    """Answers questions from one index. It prints nothing and keeps no conversation: history comes with each question."""

    def __init__(
        self,
        retriever: Retriever,
        catalog: Catalog,
        encoder: StateEncoder,
        *,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._retriever = retriever
        self._catalog = catalog
        self._encoder = encoder
        self._clock = clock

    def search(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> list[Hit]:
        """The `k` best passages, with the turns before the question taken into account."""
        return self._search(understand(question, history), k)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """Events `Retrieved`, `TextDelta`..., `Finished`; closing the iterator early stops the work."""
        watch = _Stopwatch(self._clock)
        understood = understand(question, history)
        hits = self._search(understood, DEPTH)
        watch.lap("retrieve")
        yield Retrieved(understood.question, tuple(hits))
        evidence = self._judge(understood, hits)
        watch.lap("evidence")
        answer = self._quote(understood, evidence, hits)
        watch.lap("answer")
        yield TextDelta(answer.answer)
        yield Finished(replace(answer, question=question, timings_ms=watch.laps()))

    def _search(self, understood: Understood, k: int) -> list[Hit]:
        if not understood.question:
            return []
        return self._retriever.search(understood.asked, k, also=understood.wordings)

    def _judge(self, understood: Understood, hits: Sequence[Hit]) -> Evidence:
        return judge(gather(understood.question, hits, self._encoder, self._catalog), load_model())

    def _quote(self, understood: Understood, evidence: Evidence, hits: Sequence[Hit]) -> Answer:
        """The answer in quotations, or the refusal with the nearest passages."""
        texts = _Texts(self._catalog)
        shared = Answer(
            question=understood.asked,
            status="not_in_sources",
            mode="extractive",
            model=None,
            answer=REFUSAL,
            skipped=tuple(self._catalog.skipped()),
            standalone_question=understood.question if understood.carried else None,
            confidence=round(evidence.confidence, 3),
        )
        if not evidence.sufficient:
            return replace(shared, nearest=nearest(hits, texts, self._catalog.place))
        found = quotations(choose(evidence), texts, self._before)
        text, citations = compose(found, texts, self._catalog.place)
        return replace(shared, status="answered", answer=text, citations=citations)

    def _before(self, hit: Hit, span: Span) -> Span | None:
        """The sentence before `span` in the same paragraph."""
        document = hit.document.document
        previous = self._catalog.neighbours(document, span.start, span.end, 1, 0)
        if not previous:
            return None
        between = self._catalog.text(document)[previous[-1].end : span.start]
        return previous[-1] if between.count("\n") < 2 else None


class _Texts:
    """Document name -> text, each read once for an answer."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._held: dict[str, str] = {}

    def __call__(self, document: str) -> str:
        if document not in self._held:
            self._held[document] = self._catalog.text(document)
        return self._held[document]


class _Stopwatch:
    """Milliseconds per stage, and in all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close a stage."""
        now = self._clock()
        self._laps[name] = round(1000 * (now - self._last), 1)
        self._last = now

    def laps(self) -> dict[str, float]:
        """{"total": ..., stage: ...} so far."""
        return {"total": round(1000 * (self._last - self._start), 1), **self._laps}
