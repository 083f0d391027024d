"""The facade: a question goes in, events come out, the last one is the answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from askv4.answer.collect.asked import asked_comparison
from askv4.answer.collect.collected import collected
from askv4.answer.collect.items import items
from askv4.answer.collect.several import as_list, what_may_miss
from askv4.answer.collect.sides import sides
from askv4.answer.conflict.conflicts import Difference
from askv4.answer.conflict.disagreements import Disagreements
from askv4.answer.evidence.assess import Evidence, ScoredSentence, judge, load_model
from askv4.answer.evidence.gather import PASSAGES, SentenceReader, StateEncoder, gather, settled
from askv4.answer.overview.overview import Overviews
from askv4.answer.part import Made, Part, or_mentioned, sureness
from askv4.answer.question.asked_source import asked_source
from askv4.answer.question.named_document import named_document
from askv4.answer.question.question import Question
from askv4.answer.quote.explaining import why_not
from askv4.answer.quote.extractive import BRIEF, LONG, Length
from askv4.answer.quote.joining import join
from askv4.answer.quote.placed import PlaceFinder, indexed, own_words
from askv4.answer.quote.quoting import Sources, answer_of, decline
from askv4.answer.quote.reckoned import reckoned
from askv4.answer.quote.recorded import recorded
from askv4.answer.quote.unread import unread_note
from askv4.answer.quote.verdict import Entailment
from askv4.answer.stopwatch import Stopwatch
from askv4.errors import ReaderMissing
from askv4.language.words import capital
from askv4.retrieve.reranker import DEPTH as RERANKED
from askv4.retrieve.reranker import OPEN_DEPTH, reranked
from askv4.retrieve.retriever import POOL
from askv4.types import Answer, Event, Finished, Hit, Quoted, Retrieved, Turn, in_one

if TYPE_CHECKING:
    from askv4.answer.write.lead import LeadWriter
    from askv4.llm.chat import Stop
    from askv4.retrieve.reranker import Reranker
    from askv4.retrieve.retriever import Retriever
    from askv4.store.catalog import Catalog

DEPTH = 10
"""Passages retrieved for an answer."""
MOST_OF_PLACE = 24
"""Passages of a clause, chapter or page that are compared with what is asked of it."""
MOST_TOLD = 2
"""Documents that are named where they alone were asked."""
NO_QUESTION = "Nothing is asked here."
MOST_PARTS = 5
"""Of a longer list of questions the first five are answered; the others are said to be left."""


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What a search gives: the passages for a question, best first."""

    hits: tuple[Hit, ...]
    note: str | None
    """One line on the search, such as a typing error that was mended."""
    timings_ms: Mapping[str, float]
    """In all, and per stage."""


class Assistant:
    """Answers questions from one index. It prints nothing and keeps no conversation: history comes with each question.

    Answers are quotations; `long` ones quote up to twelve sentences instead of five. `writer` writes a lead over them.
    `encoder` and `reader` judge the evidence; the encoder need not be the one of the index. The reader also chooses the best
    passage where the ranking leaves it open, unless a `reranker` orders them all. `entailment` gives verdicts on yes/no
    questions and weighs sources that differ; without it the answer tells neither. `overviews` and
    `disagreements` answer what asks for one.
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
        overviews: Overviews | None = None,
        disagreements: Disagreements | None = None,
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
        self._overviews = overviews
        self._disagreements = disagreements
        self._reranker = reranker
        self._length = LONG if long else BRIEF
        self._clock = clock

    def search(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> list[Hit]:
        """The `k` best passages, with the turns before the question taken into account."""
        return list(self.find(question, history, k).hits)

    def find(self, question: str, history: Sequence[Turn] = (), k: int = DEPTH) -> SearchOutcome:
        """Like `search`, with a note and timings."""
        watch = Stopwatch(self._clock)
        read, note = self._mended(question, history)
        hits = self._search(read, k, watch)
        return SearchOutcome(tuple(hits), note, watch.laps())

    def ask(self, question: str, history: Sequence[Turn] = (), stop: Stop | None = None) -> Iterator[Event]:
        """Events `Retrieved`, `Quoted`, `Finished`.

        `stop` ends the writing of a lead within a token, and the quotations are the answer; closing the iterator ends it
        without an answer. Raises ModelError as the model does, after `Quoted`.
        """
        watch = Stopwatch(self._clock)
        asked = Question(question, tuple(history))
        comparison = asked_comparison(asked.asked)
        compared = comparison and comparison.of_each
        apart = replace(asked, text=compared) if compared else asked
        parts = self._parts(apart, watch) if len(apart.pieces) > 1 else []
        answered = [part.status == "answered" for part in parts]
        if all(answered) if compared else any(answered):
            yield Retrieved(question, tuple({hit.passage_id: hit for part in parts for hit in part.hits}.values()))
            made = self._joined(apart, parts)
        else:
            made = yield from self._whole(asked, watch, stop)
            if made.answer.status != "answered" and any(part.status != "not_in_sources" for part in parts):
                made = self._joined(apart, parts)
        watch.mark("quotes")
        quoted = replace(made.answer, question=question, timings_ms=watch.laps())
        grounded = made.answer.status == "answered" and (made.evidence or made.overview)
        writer = self._writer if grounded else None
        yield Quoted(quoted, lead_follows=writer is not None)
        lead = (
            None
            if writer is None
            else writer.write(made.question, made.evidence, self._catalog, stop, quoted.citations)
        )
        if lead is None:
            yield Finished(quoted)
            return
        watch.mark("lead")
        yield Finished(replace(lead.over(quoted, self._catalog), timings_ms=watch.laps()))

    def lead_over(self, overview: Answer, stop: Stop | None = None) -> Answer:
        """An overview with a lead above it, where the model writes one that its quotations carry. Raises ModelError."""
        question = Question(overview.question)
        lead = self._writer and self._writer.write(question, (), self._catalog, stop, overview.citations)
        return lead.over(overview, self._catalog) if lead else overview

    def _mended(self, text: str, history: Sequence[Turn]) -> tuple[Question, str | None]:
        """The question with typing errors mended, and a note on them."""
        mended = self._retriever.mend(text)
        return Question(mended.question, tuple(history)), mended.note

    def _whole(self, asked: Question, watch: Stopwatch, stop: Stop | None) -> Generator[Event, None, Made]:
        """The answer to all of what was asked as one question, or to the only question in a longer text."""
        question, note = self._mended(asked.text, asked.history)
        if len(asked.pieces) == 1 and len(asked.pieces[0].full.split()) < len(question.asked.split()):
            question = asked.part(asked.pieces[0].full)
        finder = self._finder(asked)
        part = self._recorded(asked) or self._placed(asked, finder, self._length, watch)
        hits = self._search(question, DEPTH, watch) if part is None else part.hits
        # Shown at once, for the judging takes several times as long.
        yield Retrieved(question.standalone, tuple(hits))
        if part is None:
            part = self._searched(question, note, hits, finder, watch)
            if part.status != "answered" and self._writer is not None and part.question.resolved:
                meaning = self._writer.restate(part.question, stop)
                part = self._understood(part.question, meaning, part.note, watch) or part
            question = part.question
        answer = self._answer(part, self._length)
        if answer.status != "answered" and part.evidence is not None and part.evidence.gathered.encoded.readable:
            why = why_not(question, part.hits, self._catalog, perhaps=answer.status == "uncertain")
            read = answer.note and capital(answer.note)
            answer = replace(answer, note=" ".join(filter(None, (why, read))) or None)
        return Made(answer, question, part.grounds, part.overview)

    def _parts(self, asked: Question, watch: Stopwatch) -> list[Part]:
        """The passages and evidence of each of several questions, the ones before it being its conversation."""
        parts: list[Part] = []
        before = list(asked.history)
        for piece in asked.pieces[:MOST_PARTS]:
            history = before if piece.points_back else asked.history
            question, note = self._mended(piece.full, history)
            own = Question(piece.full, tuple(history))
            finder = self._finder(own)
            part = self._recorded(own) or self._placed(own, finder, self._shared(asked), watch)
            if part is None:
                part = self._searched(question, note, self._search(question, DEPTH, watch), finder, watch)
            parts.append(part)
            before.append(Turn(question.standalone, ""))
        return parts

    def _recorded(self, question: Question, *, sure: bool = True) -> Part | None:
        """A question that is answered from what documents are, or are about; None for all others."""
        answer = recorded(question, self._catalog, self._retriever.within, sure=sure)
        if answer is None and sure:
            answer = collected(question, self._catalog, self._retriever.within)
        if answer is None and sure and self._overviews is not None:
            overview = self._overviews.answer(question)
            if overview is not None:
                return Part(question, None, [], None, overview, overview=True)
        if answer is None and sure and self._disagreements is not None:
            answer = self._disagreements.answer(question)
        return None if answer is None else Part(question, None, [], None, answer)

    def _finder(self, question: Question) -> PlaceFinder | None:
        return PlaceFinder.of(question, self._catalog, self._retriever.within)

    def _placed(self, question: Question, finder: PlaceFinder | None, length: Length, watch: Stopwatch) -> Part | None:
        """A question that is answered from the place that it names; None for all others."""
        if finder is None or not finder.exists:
            return None
        answer, hits, evidence = finder.whole(), finder.hits(), None
        if answer is None:
            hits = self._ordered(finder.rest, hits[:MOST_OF_PLACE])
            evidence = judge(gather(finder.rest, hits, self._encoder, self._catalog), load_model(), self._reader)
            if evidence.status == "answered":
                answer = self._quoted(Part(finder.rest, None, hits, evidence), length, finder.sources)
            else:
                answer, evidence = finder.with_words(), None
        watch.lap("evidence")
        return None if answer is None else Part(question, None, hits, evidence, answer)

    def _searched(
        self, question: Question, note: str | None, hits: list[Hit], finder: PlaceFinder | None, watch: Stopwatch
    ) -> Part:
        """A question that is answered, or not, from what a search found."""
        if question.is_courtesy:
            return Part(question, note, [], None, decline(question, NO_QUESTION, [], self._catalog))
        missing = None if finder is None else finder.missing(hits)
        if missing is not None:
            return Part(question, note, hits, None, decline(question, missing, hits, self._catalog))
        answer = reckoned(question, hits, self._catalog)
        if answer is not None:
            return Part(question, note, hits, None, answer)
        of_source = self._of_source(question, note, watch)
        if of_source is not None:
            return of_source
        part = Part(question, note, hits, self._judged(question, hits, watch))
        others = (Part(one, note, hits, self._judged(one, hits, watch)) for one in question.other_readings)
        part = max((part, *others), key=sureness)
        if part.status != "answered" and (alone := question.last_reading):
            part = max((part, Part(alone, note, hits, self._judged(alone, hits, watch))), key=sureness)
        both = sides(
            question, lambda: self._quoted(part, self._length), self._retriever.search, self._reader, self._catalog
        )
        if both is not None:
            return replace(part, answer=both, evidence=part.evidence if part.status == "answered" else None)
        if part.status == "answered":
            return part
        listed = items(question, self._catalog, self._retriever.within, self._reader)
        if listed is not None:
            return Part(question, note, hits, None, listed)
        known = self._recorded(question, sure=False) or self._in_named(question, note, watch)
        return known or self._understood(question, question.on_subject, note, watch) or part

    def _understood(self, question: Question, meaning: str | None, note: str | None, watch: Stopwatch) -> Part | None:
        """A question that is answered when it is taken to have this meaning; None for all others."""
        if meaning is None:
            return None
        question = replace(question, understood=meaning)
        hits = self._search(replace(question, text=meaning), DEPTH, watch)
        part = Part(question, note, hits, self._judged(question, hits, watch))
        return part if part.status == "answered" else None

    def _in_named(self, question: Question, note: str | None, watch: Stopwatch) -> Part | None:
        """A question that the document answers which it names, where it is asked without that name; None for all others."""
        documents = indexed(self._catalog, self._retriever.within)
        named = named_document(question.asked, (one.document for one in documents))
        part = None if named is None else self._in_documents(question, {named[0]}, named[1], note, watch)
        return part if part is not None and part.status == "answered" else None

    def _of_source(self, question: Question, note: str | None, watch: Stopwatch) -> Part | None:
        """A question for what a source says that it names: what others say is no answer to it. None for all others."""
        source = asked_source(question.asked)
        if source is None:
            return None
        documents = indexed(self._catalog, self._retriever.within)
        named = {one.document for one in documents if source.named <= own_words(one)}
        if not named or len(named) == len(documents):
            return None
        told = " and ".join(f"“{one.title}”" for one in documents if one.document in named)
        note = in_one(
            note, f"Asked of {told} alone." if len(named) <= MOST_TOLD else f"Asked of {len(named)} documents."
        )
        return self._in_documents(question, named, source.rest, note, watch)

    def _in_documents(
        self, question: Question, documents: Collection[str], asked: str, note: str | None, watch: Stopwatch
    ) -> Part | None:
        """What some documents answer to what is `asked` of them; None where nothing of them is found."""
        rest = Question(asked, question.history)
        ranked = self._retriever.search(rest.asked, POOL, also=rest.wordings)
        in_them = (hit for hit in ranked if hit.document.document in documents)
        hits = [replace(hit, rank=rank) for rank, hit in enumerate(islice(in_them, DEPTH), 1)]
        if not hits:
            return None
        readings = (rest, *rest.other_readings)
        part = max((Part(one, note, hits, self._judged(one, hits, watch)) for one in readings), key=sureness)
        assert part.evidence is not None, "it was judged"
        evidence = or_mentioned(part.evidence)
        answer = answer_of(part.question, evidence, hits, self._catalog, self._entailment, self._length, lambda *_: [])
        understood = part.question.resolved if question.resolved else None
        return Part(part.question, note, hits, evidence, replace(answer, standalone_question=understood))

    def _shared(self, asked: Question) -> Length:
        """How much each of several questions may quote."""
        return replace(self._length, sentences=max(2, self._length.sentences // min(len(asked.pieces), MOST_PARTS)))

    def _joined(self, asked: Question, parts: Sequence[Part]) -> Made:
        """The answers to several questions, one after the other."""
        kept = asked.pieces[: len(parts)]
        answers = [
            replace(self._answer(one, self._shared(asked)), standalone_question=one.question.standalone)
            for one in parts
        ]
        joined = join(answers[0], kept, answers)
        left = len(asked.pieces) - len(kept)
        note = f"{left} more of the questions were left: ask them by themselves." if left else None
        joined = replace(joined, standalone_question=None).noted(note)
        return Made(joined, asked, tuple(one for part in parts if part.status == "answered" for one in part.grounds))

    def _judged(self, question: Question, hits: Sequence[Hit], watch: Stopwatch) -> Evidence:
        if self._encoder.identity != self._retriever.encoder_identity:
            hits = self._own_cosines(question, hits[:PASSAGES])
        evidence = judge(gather(question, hits, self._encoder, self._catalog), load_model(), self._reader)
        watch.lap("evidence")
        return evidence

    def _search(self, question: Question, k: int, watch: Stopwatch) -> list[Hit]:
        if not question.standalone:
            return []
        depth = max(k, OPEN_DEPTH if self._reranker is None else RERANKED)
        hits = self._retriever.search(question.asked, depth, also=question.wordings)
        if self._reranker is None:
            hits = self._decided(question, hits)
        watch.lap("retrieve")
        if self._reranker is not None:
            hits = reranked(self._reranker, question.standalone, hits)
            watch.lap("rerank")
        return hits[:k]

    def _decided(self, question: Question, hits: list[Hit]) -> list[Hit]:
        """As `settled`, but for the ranking of an encoder that the user chose, perhaps for its language."""
        if self._encoder.identity != self._retriever.encoder_identity:
            return hits
        try:
            return settled(self._reader, self._encoder, question, hits)
        except ReaderMissing:  # said when an answer needs it; a search does without
            return hits

    def _own_cosines(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with cosines by the encoder that judges, whose scale the evidence model was fitted on."""
        asked, *passages = self._encoder.encode_states([question.standalone, *(hit.text for hit in hits)])
        cosines = (float(states.vector @ asked.vector) for states in passages)
        return [replace(hit, cosine=cosine) for hit, cosine in zip(hits, cosines, strict=True)]

    def _ordered(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """The hits by their cosines, best first."""
        best = sorted(self._own_cosines(question, hits), key=lambda hit: -(hit.cosine or 0.0))
        return [replace(hit, rank=rank) for rank, hit in enumerate(best[:PASSAGES], 1)]

    def _answer(self, part: Part, length: Length) -> Answer:
        """The answer that needs no model: quotations, a candidate or a refusal."""
        answer = self._quoted(part, length)
        unread = unread_note(part.question, answer.skipped)
        searched = part.answer is None and answer.status == "answered"
        missing = what_may_miss(part.question, part.hits, self._catalog.passage_count()) if searched else None
        return replace(answer, note=in_one(part.note, answer.note, missing, unread))

    def _quoted(self, part: Part, length: Length, sources: Sources | None = None) -> Answer:
        sources = sources or self._catalog
        if part.answer is not None:
            return part.answer
        assert part.evidence is not None, "a part has an answer or evidence"
        evidence, length = as_list(part.question, part.evidence, length, sources.text)
        return answer_of(part.question, evidence, part.hits, sources, self._entailment, length, self._unasked)

    def _unasked(self, question: Question, evidence: Evidence, chosen: Sequence[ScoredSentence]) -> list[Difference]:
        if self._disagreements is None:
            return []
        return self._disagreements.unasked(question, evidence, chosen, self._retriever.search)
