"""One to three sentences of a model above the quotations that carry them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from askv4.answer.evidence.assess import Evidence
from askv4.answer.evidence.gather import SentenceReader
from askv4.answer.question.question import Question
from askv4.answer.quote.citing import cite
from askv4.answer.quote.joining import left_open, renumbered_conflict
from askv4.answer.quote.listing import ENDING_MARKERS, MARKER, renumbered
from askv4.answer.quote.quoting import Sources, texts
from askv4.answer.quote.verdict import chances, leaves_open, leaving_open
from askv4.answer.write.addressed import speaks_to_a_model
from askv4.answer.write.attribution import Attributed, attribute
from askv4.answer.write.contested import contested
from askv4.answer.write.drafting import Written, draft
from askv4.answer.write.prompt import REPORT, lead_prompt
from askv4.answer.write.pruning import Excerpt, prune, quoted_excerpts
from askv4.answer.write.restating import restate
from askv4.answer.write.verifier import SUPPORTED, Verifier
from askv4.language.patterns import Pattern
from askv4.language.words import asks, capital
from askv4.llm.chat import ChatModel, Stop, stop_check
from askv4.types import Answer, Citation, GroundedSentence

OpenModel = Callable[[], "ChatModel | None"]
"""Gives the loaded chat model, loading it the first time; None where there is none after all."""

SENTENCES = 6
"""Sentences of the evidence that a model sees (docs/written.md compares four to ten)."""
ANSWERS = 0.0
"""The reader's logit from which a sentence of a later try answers: even odds."""
AGAIN, AGAIN_YES_NO = 2, 3
"""Excerpts shown alone when no sentence over all of them stands; for a yes/no question, all of them."""
_VERDICT = Pattern(r"^(?:yes|no)(?:\s*[,;:!—–]+\s*|\.?\s*$)", re.I)


@dataclass(frozen=True, slots=True)
class Lead:
    """What a model wrote, sentence by sentence."""

    sentences: tuple[Attributed, ...]
    model: str
    remote: bool
    """Whether the excerpts were sent to another machine."""
    note: str | None = None
    """Why there is nothing, where that is not the sentences' fault."""

    def over(self, answer: Answer, sources: Sources) -> Answer:
        """The answer in quotations with this lead above them, where one stands; what was rejected is told in `grounding`.

        The citations of the lead come first, then the other quotations; every marker and number follows.
        """
        cited: list[Citation] = []
        numbers: list[list[int]] = []
        for sentence in self.sentences:
            numbers.append([_number(one, answer, cited, sources) for one in sentence.carried_by])
        standing = [sentence for sentence in self.sentences if sentence.carried_by]
        grounding = tuple(
            GroundedSentence(one.text, tuple(dict.fromkeys(n)), bool(one.carried_by), one.problems)
            for one, n in zip(self.sentences, numbers, strict=True)
        )
        told = replace(answer, model=self.model, left_machine=answer.left_machine or self.remote)
        told = replace(told, grounding=grounding).noted(self.note)
        if not standing:
            return told
        order = [*cited, *(one for one in answer.citations if one not in cited)]
        now = {one.n: n for n, one in enumerate(order, start=1)}
        citations = tuple(replace(one, n=now[one.n]) for one in order)
        text = " ".join(
            f"{one.text} {' '.join(f'[{now[n]}]' for n in dict.fromkeys(mine))}"
            for one, mine in zip(self.sentences, numbers, strict=True)
            if one.carried_by
        )
        added = [one for one in citations if one.n in {now[c.n] for c in cited if c not in answer.citations}]
        parts = tuple(replace(one, citations=tuple(now[n] for n in one.citations)) for one in answer.parts)
        return replace(
            told,
            mode="llm",
            lead=text,
            answer="\n".join([text, *(left_open(one) for one in parts if one.status != "answered")]),
            quoted=_requoted(answer, now, added),
            citations=citations,
            conflicts=tuple(renumbered_conflict(one, now) for one in answer.conflicts),
            parts=parts,
            grounding=tuple(replace(g, citations=tuple(now[n] for n in g.citations)) for g in grounding),
        )


class LeadWriter:
    """Writes leads with one model, which is opened when the first is wanted."""

    def __init__(
        self, open_model: OpenModel, verifier: Verifier, reader: SentenceReader, sentences: int = SENTENCES
    ) -> None:
        """`reader` tells whether a sentence answers; `sentences` of the evidence are shown to the model."""
        self._open_model = open_model
        self._verifier = verifier
        self._reader = reader
        self._sentences = sentences

    def restate(self, question: Question, stop: Stop | None = None) -> str | None:
        """A follow-up in the model's words; None where there is none on this machine, or its words will not do.

        A refusal sends nothing to another machine. Raises ModelError as the model does.
        """
        model = None if stop_check(stop)() else self._open_model()
        return None if model is None or model.remote else restate(model, question, stop)

    def write(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        sources: Sources,
        stop: Stop | None = None,
        quoted: Sequence[Citation] = (),
    ) -> Lead | None:
        """Let the model answer from the likeliest sentences, and check each of its sentences by itself.

        Without evidence, as for an overview, it is shown what is `quoted`.

        None where there is no model after all. Raises ModelError as the model does, and what verifier and reader raise.
        """
        model = None if stop_check(stop)() else self._open_model()
        if model is None:
            return None
        written = Written(())
        if evidence:
            excerpts = prune(evidence, sources, question, model.count_tokens, self._sentences)
        else:
            excerpts = quoted_excerpts(quoted, model.count_tokens)
        unknown = leaving_open(question, [one.text for one in excerpts], self._verifier)
        excerpts = tuple(excerpts[at] for at in unknown) or excerpts
        checked: list[Attributed] = []
        for number, shown in enumerate(_tries(excerpts, evidence, AGAIN_YES_NO if question.is_yes_no else AGAIN)):
            asked = question.standalone if number == 0 else None
            begin = REPORT if number or question.is_yes_no else ""
            written = draft(model, lead_prompt(asked, shown, begin), begin, stop)
            new = [sentence for sentence in written.sentences if sentence not in {one.text for one in checked}]
            mine = [_checked(sentence, excerpts, question, self._verifier) for sentence in new]
            mine = contested(mine, excerpts, question, self._reader) if evidence else mine
            if unknown:
                mine = [self._leaving_open(one, question) for one in mine]
            checked += [self._answering(one, question) for one in mine] if number and evidence and not unknown else mine
            stands = any(one.carried_by for one in checked)
            # A yes that was rejected: what the excerpts say, one of them perhaps that it is not known, is the answer then.
            if (stands and not (number and question.is_yes_no)) or written.stopped or written.astray:
                break
        note = f"{model.name} was stopped early: {written.astray}" if written.astray else None
        return Lead(tuple(checked), model.name, model.remote and bool(excerpts), note)

    def _answering(self, one: Attributed, question: Question) -> Attributed:
        """The sentence, rejected where it does not answer: a model that says what an excerpt says was asked nothing."""
        if not one.carried_by or float(self._reader.scores(question.standalone, [one.text])[0]) >= ANSWERS:
            return one
        return Attributed(one.text, (), ("it does not answer the question",))

    def _leaving_open(self, one: Attributed, question: Question) -> Attributed:
        """The sentence, rejected where it does not say that it is not known: all else is beside the point then."""
        if not one.carried_by or leaves_open(question, one.text, self._verifier):
            return one
        return Attributed(one.text, (), ("the sources leave that open",))


def _tries(excerpts: Sequence[Excerpt], evidence: Sequence[Evidence], again: int) -> Iterator[Sequence[Excerpt]]:
    """What the model is shown: all excerpts, with the question; where nothing stands then, the `again` likeliest, each alone."""
    if excerpts:
        yield list(excerpts)
    best = [scored.candidate for one in evidence for scored in one.sentences]
    places = [(one.hit.document.document, one.span.start) for one in best]

    def place(excerpt: Excerpt) -> int:
        document, span = excerpt.hit.document.document, excerpt.span
        held = (at for at, (name, start) in enumerate(places) if name == document and span.start <= start < span.end)
        return next(held, len(places))

    for excerpt in sorted(excerpts, key=place)[:again]:
        yield [excerpt]


def _checked(sentence: str, excerpts: Sequence[Excerpt], question: Question, verifier: Verifier) -> Attributed:
    """The sentence with what carries it, without the "Yes," or "No," that it begins with.

    No check here is good enough to let those stand (docs/verifier.md); where a source says just that, the answer's verdict
    does.
    """
    bare = _VERDICT.sub("", sentence)
    if not bare:
        return Attributed(sentence, (), ("it says only yes or no",))
    if asks(bare):
        return Attributed(sentence, (), ("it asks",))
    if speaks_to_a_model(bare):
        return Attributed(sentence, (), ("it gives an order",))
    told = attribute(capital(bare), excerpts, question, verifier)
    if told.carried_by and _only_agrees(bare, question):
        said = " ".join(one.text for one in told.carried_by)
        if chances(question, [said], verifier)[0, :2].max() < SUPPORTED:
            return Attributed(told.text, (), ("it says only yes",))
    return told


def _only_agrees(sentence: str, question: Question) -> bool:
    """Whether it has no word but those of a yes/no question: a "yes" in other clothes."""
    return question.is_yes_no and Question(sentence).content_stems <= question.content_stems


def _number(one: Excerpt, answer: Answer, cited: list[Citation], sources: Sources) -> int:
    """The number of the citation that shows an excerpt: a quotation's, or a new one's. Notes it in `cited`, once."""
    document = one.hit.document.document
    for citation in (*answer.citations, *cited):
        if citation.document == document and citation.start <= one.span.start and one.span.end <= citation.end:
            break
    else:
        n = 1 + max((other.n for other in (*answer.citations, *cited)), default=0)
        text = texts(sources)(document)
        citation = cite(n, one.hit, one.span, text, sources.place, shown=one.shown)
    if citation not in cited:
        cited.append(citation)
    return citation.n


def _requoted(answer: Answer, now: Mapping[int, int], added: Sequence[Citation]) -> str:
    """The quotations' text with the new numbers, in their order where one question was asked, and with those `added`."""
    lines = []
    for line in answer.quoted.split("\n"):
        ending = ENDING_MARKERS.search(line)
        lines.append(line[: ending.start()] + renumbered(ending.group(), now) if ending else line)
    lines += [f"“{one.shown or ' '.join(one.quote.split())}” [{one.n}]" for one in added]
    return "\n".join(lines if answer.parts else sorted(lines, key=_last_number))


def _last_number(line: str) -> int:
    ending = ENDING_MARKERS.search(line)
    return int(MARKER.findall(ending.group())[-1]) if ending else 0
