"""The facade: a question goes in, events come out, the last one is the answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from askv4.answer.conversation.follow_up import Understood, points_back, understand
from askv4.answer.evidence.assess import Evidence, judge, load_model
from askv4.answer.evidence.gather import PASSAGES, SentenceReader, StateEncoder, gather
from askv4.answer.question.parts import MOST_PARTS, Question, join, split
from askv4.answer.quote.extractive import BRIEF, LONG, Length
from askv4.answer.quote.quoting import offer, quote, refuse
from askv4.answer.quote.unread import unread_note
from askv4.answer.quote.verdict import Entailment
from askv4.errors import ReaderMissing, VerifierMissing
from askv4.retrieve.reranker import DEPTH as RERANKED
from askv4.retrieve.reranker import OPEN_DEPTH, decided, reranked
from askv4.types import Answer, Event, Finished, Hit, Quoted, Retrieved, Turn

if TYPE_CHECKING:
    from askv4.answer.write.lead import LeadWriter
    from askv4.llm.chat import Stop
    from askv4.retrieve.reranker import Reranker
    from askv4.retrieve.retriever import Retriever
    from askv4.store.catalog import Catalog

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

    Answers are quotations; `long` ones quote up to twelve sentences instead of four. `writer` writes a lead over them, once
    they stand. `encoder` and `reader` judge the evidence; the encoder need not be the one of the index. The reader also
    decides which passage is best where that is open, unless a `reranker` puts the passages that were found in an order of
    its own. `entailment` gives verdicts on yes/no questions and weighs sources that differ; without it neither is told.
    """

    def __init__(
        self,
        retriever: Retriever,
        catalog: Catalog,
        encoder: StateEncoder,
        reader: SentenceReader,
        writer: LeadWriter | None = None,
        *,
        entailment: Entailment | None = None,
        reranker: Reranker | None = None,
        long: bool = False,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._retriever = retriever
        self._catalog = catalog
        self._encoder = encoder
        self._reader = reader
        self._writer = writer
        self._entailment = entailment
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
        """Events `Retrieved`, `Quoted`, `Finished`.

        `stop` ends the writing of a lead within a token, and the quotations are the answer; closing the iterator ends it
        without an answer. Raises ModelError as the model does, after `Quoted`.
        """
        watch = _Stopwatch(self._clock)
        questions = split(question)
        asked = Asked(question, history, stop, watch)
        parts = self._parts(asked, questions) if len(questions) > 1 else []
        if any(part.evidence.status == "answered" for part in parts):
            yield Retrieved(
                asked.question, tuple({hit.passage_id: hit for part in parts for hit in part.hits}.values())
            )
            made = self._joined(asked, questions, parts)
        else:
            made = yield from self._whole(asked, questions)
            perhaps = any(part.evidence.status == "uncertain" for part in parts)
            if perhaps and made.answer.status != "answered":
                made = self._joined(asked, questions, parts)
        watch.mark("quotes")
        quoted = replace(made.answer, question=question, timings_ms=watch.laps())
        writer = self._writer if made.answer.status == "answered" else None
        yield Quoted(quoted, lead_follows=writer is not None)
        lead = None if writer is None else writer.write(made.understood, made.evidence, self._catalog, stop)
        if lead is None:
            yield Finished(quoted)
            return
        watch.mark("lead")
        yield Finished(replace(lead.over(quoted, self._catalog), timings_ms=watch.laps()))

    def _whole(self, asked: Asked, questions: Sequence[Question]) -> Generator[Event, None, _Made]:
        """The answer to all of what was asked as one question, or to the only question in a longer text."""
        mended = self._retriever.mend(asked.question)
        understood = understand(mended.question, asked.history)
        if len(questions) == 1 and len(questions[0].full.split()) < len(understood.asked.split()):
            understood = _within(questions[0].full, asked)
        hits = self._search(understood, DEPTH, asked.watch)
        # Before the judging, which takes several times as long: what was found is shown at once.
        yield Retrieved(understood.question, tuple(hits))
        evidence = self._judged(understood, hits, asked.watch)
        answer = self._quoted(understood, evidence, hits, self._length)
        return _Made(_remarked(answer, understood, mended.note), understood, (evidence,))

    def _parts(self, asked: Asked, questions: Sequence[Question]) -> list[_Part]:
        """What is found for each of several questions by itself, the one before it being its conversation."""
        work: list[_Part] = []
        history = list(asked.history)
        for question in questions[:MOST_PARTS]:
            before = history if not question.alone and points_back(question.full) else asked.history
            mended = self._retriever.mend(question.full)
            understood = understand(mended.question, before)
            hits, evidence = self._found(understood, asked.watch)
            work.append(_Part(understood, mended.note, hits, evidence))
            history.append(Turn(understood.question, ""))
        return work

    def _joined(self, asked: Asked, questions: Sequence[Question], work: Sequence[_Part]) -> _Made:
        """The answers to several questions, one after the other."""
        kept = questions[: len(work)]
        length = replace(self._length, sentences=max(2, self._length.sentences // len(kept)))
        answers: list[Answer] = []
        for part in work:
            answer = self._quoted(part.understood, part.evidence, part.hits, length)
            answer = replace(answer, standalone_question=part.understood.question)
            answers.append(_remarked(answer, part.understood, part.note))
        joined = join(answers[0], kept, answers)
        left = len(questions) - len(kept)
        note = f"{left} more of the questions were left: ask them by themselves." if left else None
        joined = replace(joined, standalone_question=None, note="; ".join(filter(None, (joined.note, note))) or None)
        answered = tuple(part.evidence for part in work if part.evidence.status == "answered")
        return _Made(joined, understand(asked.question, asked.history), answered)

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

    def _quoted(self, understood: Understood, evidence: Evidence, hits: Sequence[Hit], length: Length) -> Answer:
        if evidence.status != "answered":
            without = offer if evidence.status == "uncertain" else refuse
            return without(understood, evidence, hits, self._catalog)
        try:
            return quote(understood, evidence, self._catalog, self._entailment, length)
        except VerifierMissing as error:  # the quotations stand without verdict and conflicts
            return replace(
                quote(understood, evidence, self._catalog, length=length),
                note=f"Not weighed against each other: {error}",
            )


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
    hits: list[Hit]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer in quotations, and what a lead over them would rest on."""

    answer: Answer
    understood: Understood
    evidence: tuple[Evidence, ...]
    """Of each question that is answered."""


def _remarked(answer: Answer, understood: Understood, mended: str | None) -> Answer:
    note = "; ".join(filter(None, (mended, answer.note, unread_note(understood.question, answer.skipped)))) or None
    return replace(answer, note=note)


class _Stopwatch:
    """Milliseconds per stage, and in all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._laps: dict[str, float] = {}
        self._marks: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close a stage; one that comes again is added to."""
        now = self._clock()
        self._laps[name] = round(self._laps.get(name, 0.0) + 1000 * (now - self._last), 1)
        self._last = now

    def mark(self, name: str) -> None:
        """Note when something stood there, counted from the beginning."""
        self._last = self._clock()
        self._marks[name] = round(1000 * (self._last - self._start), 1)

    def laps(self) -> dict[str, float]:
        """{"total": ..., stage: ..., mark: ...} so far."""
        return {"total": round(1000 * (self._last - self._start), 1), **self._laps, **self._marks}
