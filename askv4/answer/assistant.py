"""The facade: a question goes in, events come out, the last one is the answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from askv4.answer.conversation import Understood, points_back, rewrite, understand
from askv4.answer.evidence import Evidence, judge, load_model
from askv4.answer.extractive import BRIEF, LONG, Length
from askv4.answer.gather import PASSAGES, SentenceReader, StateEncoder, gather
from askv4.answer.parts import MOST_PARTS, Question, join, split
from askv4.answer.quoting import quote, refuse
from askv4.answer.unread import unread_note
from askv4.errors import ReaderMissing
from askv4.retrieve.reranker import DEPTH as RERANKED
from askv4.retrieve.reranker import OPEN_DEPTH, decided, reranked
from askv4.types import Answer, Event, Finished, Hit, Retrieved, TextDelta, Turn

if TYPE_CHECKING:
    from askv4.index.catalog import Catalog
    from askv4.llm.chat import ChatModel, Stop
    from askv4.retrieve.reranker import Reranker
    from askv4.retrieve.retriever import Retriever

DEPTH = 10
"""How many passages are retrieved for an answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """The passages for a question."""

    hits: tuple[Hit, ...]
    note: str | None
    """One line on how they were found, such as a typing error that was mended."""
    timings_ms: Mapping[str, float]
    """In all, and per stage."""


def settled(reader: SentenceReader, encoder: StateEncoder, understood: Understood, hits: list[Hit]) -> list[Hit]:
    """The hits with an open choice of the best settled by the reader, where that was measured to help.

    A follow-up is left as it is: its words alone say too little, and its wordings hold too much. So is a question with
    letters that the reader does not know. Raises ReaderMissing.
    """
    if understood.wordings or encoder.known_share(understood.asked) < 1:
        return hits
    return decided(reader, understood.asked, hits)


class Assistant:
    """Answers questions from one index. It prints nothing and keeps no conversation: history comes with each question.

    Without a `model`, answers are quotations, and `long` ones quote up to twelve sentences instead of four. `encoder` and
    `reader` judge the evidence; the encoder need not be the one of the index. The reader also decides which passage is
    best where that is open, unless a `reranker` puts the passages that were found in an order of its own.
    """

    def __init__(
        self,
        retriever: Retriever,
        catalog: Catalog,
        encoder: StateEncoder,
        reader: SentenceReader,
        model: ChatModel | None = None,
        *,
        reranker: Reranker | None = None,
        long: bool = False,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._retriever = retriever
        self._catalog = catalog
        self._encoder = encoder
        self._reader = reader
        self._model = model
        self._reranker = reranker
        self._length = LONG if long else BRIEF
        self._clock = clock

    def search(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> list[Hit]:
        """The `k` best passages, with the turns before the question taken into account."""
        return list(self.find(question, history, k).hits)

    def find(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> Found:
        """The same with what there is to say about the search."""
        watch = _Stopwatch(self._clock)
        mended = self._retriever.mend(question)
        hits = self._search(understand(mended.question, history), k, watch)
        return Found(tuple(hits), mended.note, watch.laps())

    def ask(self, question: str, history: Sequence[Turn] = (), stop: Stop | None = None) -> Iterator[Event]:
        """Events `Retrieved`, `TextDelta`..., `Finished`.

        `stop` ends the writing within a token and keeps what is there; closing the iterator ends it without an answer.
        """
        watch = _Stopwatch(self._clock)
        questions = split(question)
        asked = Asked(question, history, stop, watch)
        answer = None
        if len(questions) > 1:
            answer = yield from self._parts(asked, questions)
        if answer is None:
            answer = yield from self._whole(asked, questions)
        yield Finished(replace(answer, question=question, timings_ms=watch.laps()))

    def _whole(self, asked: Asked, questions: Sequence[Question]) -> Generator[Event, None, Answer]:
        """The answer to all of what was asked as one question, or to the only question in a longer text."""
        mended = self._retriever.mend(asked.question)
        understood = understand(mended.question, asked.history)
        if len(questions) == 1 and len(questions[0].full.split()) < len(understood.asked.split()):
            understood = _within(questions[0].full, asked)
        understood, sent = self._rewritten(understood, asked)
        hits = self._search(understood, DEPTH, asked.watch)
        # Before the judging, which takes several times as long: what was found is shown at once.
        yield Retrieved(understood.question, tuple(hits))
        evidence = self._judged(understood, hits, asked.watch)
        answer = yield from self._answer(understood, evidence, hits, self._length, asked.stop)
        asked.watch.lap("answer")
        return _remarked(answer, understood, mended.note, sent=sent)

    def _parts(self, asked: Asked, questions: Sequence[Question]) -> Generator[Event, None, Answer | None]:
        """The answers to several questions, one after the other; None when none of them is answered.

        Each is answered by itself, the one before it being its conversation.
        """
        answers: list[Answer] = []
        found: dict[int, Hit] = {}
        kept = questions[:MOST_PARTS]
        length = replace(self._length, sentences=max(2, self._length.sentences // len(kept)))
        work: list[_Part] = []
        history = list(asked.history)
        for question in kept:
            before = history if not question.alone and points_back(question.full) else asked.history
            mended = self._retriever.mend(question.full)
            understood, sent = self._rewritten(understand(mended.question, before), asked)
            hits, evidence = self._found(understood, asked.watch)
            found.update((hit.passage_id, hit) for hit in hits)
            work.append(_Part(understood, mended.note, sent, hits, evidence))
            history.append(Turn(understood.question, ""))
        if not any(part.evidence.sufficient for part in work):
            return None
        yield Retrieved(asked.question, tuple(found.values()))
        quiet = self._model is None
        for question, part in zip(kept, work, strict=True):
            if not quiet:
                yield TextDelta(f"{question.asked}\n")
            answer = yield from self._answer(part.understood, part.evidence, part.hits, length, asked.stop, quiet=quiet)
            answer = replace(answer, standalone_question=part.understood.question)
            answers.append(_remarked(answer, part.understood, part.note, sent=part.sent))
        joined = join(answers[0], kept, answers)
        if self._model is None:
            yield TextDelta(joined.answer)
        asked.watch.lap("answer")
        left = len(questions) - len(kept)
        note = f"{left} more of the questions were left: ask them by themselves." if left else None
        return replace(joined, standalone_question=None, note="; ".join(filter(None, (joined.note, note))) or None)

    def _rewritten(self, understood: Understood, asked: Asked) -> tuple[Understood, bool]:
        """A follow-up as the model understands it, and whether it was sent to another machine for that."""
        if self._model is None or not asked.history:
            return understood, False
        return rewrite(self._model, understood, asked.history, asked.stop), self._model.remote

    def _found(self, understood: Understood, watch: _Stopwatch) -> tuple[list[Hit], Evidence]:
        hits = self._search(understood, DEPTH, watch)
        return hits, self._judged(understood, hits, watch)

    def _judged(self, understood: Understood, hits: Sequence[Hit], watch: _Stopwatch) -> Evidence:
        evidence = self._judge(understood, hits)
        watch.lap("evidence")
        return evidence

    def _search(self, understood: Understood, k: int, watch: _Stopwatch) -> list[Hit]:
        if not understood.question:
            return []
        depth = max(k, OPEN_DEPTH if self._reranker is None else RERANKED)
        hits = self._retriever.search(understood.asked, depth, also=understood.wordings)
        if self._reranker is None:
            hits = self._decided(understood, hits)
        watch.lap("retrieve")
        if self._reranker is not None:
            hits = reranked(self._reranker, understood.question, hits)
            watch.lap("rerank")
        return hits[:k]

    def _decided(self, understood: Understood, hits: list[Hit]) -> list[Hit]:
        """As `settled`, but for the ranking of an encoder that the user chose, perhaps for its language."""
        if self._encoder.identity != self._retriever.encoder_identity:
            return hits
        try:
            return settled(self._reader, self._encoder, understood, hits)
        except ReaderMissing:  # said when an answer needs it; passages are found without
            return hits

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
        self,
        understood: Understood,
        evidence: Evidence,
        hits: Sequence[Hit],
        length: Length,
        stop: Stop | None,
        *,
        quiet: bool = False,
    ) -> Generator[TextDelta, None, Answer]:
        """Streams the text, unless it is a quotation and `quiet`; returns the answer."""
        if evidence.sufficient and self._model is not None:
            from askv4.answer.writing import write

            return (yield from write(understood, evidence, hits, self._catalog, self._encoder, self._model, stop))
        if evidence.sufficient:
            answer = quote(understood, evidence, self._catalog, length=length)
        else:
            answer = refuse(understood, evidence, hits, self._catalog)
        if not quiet:
            yield TextDelta(answer.answer)
        return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in, and what goes with it to every part of the answer."""

    question: str
    history: Sequence[Turn]
    stop: Stop | None
    watch: _Stopwatch


def _within(question: str, asked: Asked) -> Understood:
    """A question that was taken out of a longer text: what stands before it there is its conversation."""
    text = " ".join(asked.question.split())
    setting = text.partition(question)[0].strip() or text
    return replace(understand(question, [*asked.history, Turn(setting, "")]), asked=question)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of several questions, and what was found for it."""

    understood: Understood
    note: str | None
    """How it was read, where a typing error was mended."""
    sent: bool
    """Whether it left the machine to be understood."""
    hits: list[Hit]
    evidence: Evidence


def _remarked(answer: Answer, understood: Understood, mended: str | None, *, sent: bool) -> Answer:
    note = "; ".join(filter(None, (mended, answer.note, unread_note(understood.question, answer.skipped)))) or None
    return replace(answer, note=note, left_machine=answer.left_machine or sent)


class _Stopwatch:
    """Milliseconds per stage, and in all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close a stage; one that comes again is added to."""
        now = self._clock()
        self._laps[name] = round(self._laps.get(name, 0.0) + 1000 * (now - self._last), 1)
        self._last = now

    def laps(self) -> dict[str, float]:
        """{"total": ..., stage: ...} so far."""
        return {"total": round(1000 * (self._last - self._start), 1), **self._laps}
