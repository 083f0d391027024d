"""The facade: a question goes in, events come out, the last one is the answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from askv4.answer.conversation import Understood, rewrite, understand
from askv4.answer.evidence import Evidence, judge, load_model
from askv4.answer.gather import PASSAGES, SentenceReader, StateEncoder, gather
from askv4.answer.quoting import quote, refuse
from askv4.answer.unread import unread_note
from askv4.types import Answer, Event, Finished, Hit, Retrieved, TextDelta, Turn

if TYPE_CHECKING:
    from askv4.index.catalog import Catalog
    from askv4.llm.chat import ChatModel, Stop
    from askv4.retrieve.retriever import Retriever

DEPTH = 10
"""How many passages are retrieved for an answer."""


class Assistant:
    """Answers questions from one index. It prints nothing and keeps no conversation: history comes with each question.

    Without a `model`, answers are quotations. `encoder` and `reader` judge the evidence; the encoder need not be the one of the index.
    """

    def __init__(
        self,
        retriever: Retriever,
        catalog: Catalog,
        encoder: StateEncoder,
        reader: SentenceReader,
        model: ChatModel | None = None,
        *,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._retriever = retriever
        self._catalog = catalog
        self._encoder = encoder
        self._reader = reader
        self._model = model
        self._clock = clock

    def search(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> list[Hit]:
        """The `k` best passages, with the turns before the question taken into account."""
        return self._search(understand(question, history), k)

    def ask(self, question: str, history: Sequence[Turn] = (), stop: Stop | None = None) -> Iterator[Event]:
        """Events `Retrieved`, `TextDelta`..., `Finished`.

        `stop` ends the writing within a token and keeps what is there; closing the iterator ends it without an answer.
        """
        watch = _Stopwatch(self._clock)
        understood = understand(question, history)
        sent = False
        if self._model is not None and history:
            understood = rewrite(self._model, understood, history, stop)
            sent = self._model.remote
        hits = self._search(understood, DEPTH)
        watch.lap("retrieve")
        yield Retrieved(understood.question, tuple(hits))
        evidence = self._judge(understood, hits)
        watch.lap("evidence")
        answer = yield from self._answer(understood, evidence, hits, stop)
        watch.lap("answer")
        note = "; ".join(filter(None, (answer.note, unread_note(understood.question, answer.skipped)))) or None
        left = answer.left_machine or sent
        yield Finished(replace(answer, question=question, note=note, left_machine=left, timings_ms=watch.laps()))

    def _search(self, understood: Understood, k: int) -> list[Hit]:
        if not understood.question:
            return []
        return self._retriever.search(understood.asked, k, also=understood.wordings)

    def _judge(self, understood: Understood, hits: Sequence[Hit]) -> Evidence:
        if self._encoder.identity != self._retriever.encoder_identity:
            hits = self._own_cosines(understood, hits)
        follow_up = bool(understood.wordings)
        gathered = gather(understood.question, hits, self._encoder, self._catalog, follow_up=follow_up)
        return judge(gathered, load_model(), self._reader)

    def _own_cosines(self, understood: Understood, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with cosines by the encoder that judges, whose scale the evidence model was fitted on."""
        best = hits[:PASSAGES]
        question, *passages = self._encoder.encode_states([understood.question, *(hit.text for hit in best)])
        cosines = (float(states.vector @ question.vector) for states in passages)
        return [replace(hit, cosine=cosine) for hit, cosine in zip(best, cosines, strict=True)]

    def _answer(
        self, understood: Understood, evidence: Evidence, hits: Sequence[Hit], stop: Stop | None
    ) -> Generator[TextDelta, None, Answer]:
        """Streams the text; returns the answer."""
        if not evidence.sufficient:
            answer = refuse(understood, evidence, hits, self._catalog)
            yield TextDelta(answer.answer)
        elif self._model is None:
            answer = quote(understood, evidence, self._catalog)
            yield TextDelta(answer.answer)
        else:
            from askv4.answer.writing import write

            answer = yield from write(understood, evidence, hits, self._catalog, self._encoder, self._model, stop)
        return answer


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
