"""The answer of a model, checked sentence by sentence; quotations where it does not stand."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from askv4.answer.citing import cite
from askv4.answer.conflicts import Statement, as_conflict, find_differences
from askv4.answer.conversation import Understood
from askv4.answer.evidence import Evidence
from askv4.answer.facts.language import script_of
from askv4.answer.gather import PASSAGES, StateEncoder
from askv4.answer.generative import Check, Draft, Writer, compose
from askv4.answer.grounding import check
from askv4.answer.prompts import NumberedSentence, source_line
from askv4.answer.quoting import Sources, quote, refuse, standalone, texts
from askv4.llm.chat import ChatModel, Stop
from askv4.types import Answer, Citation, Conflict, Hit, Span, TextDelta

FELL_BACK = "The model's answer was not supported by the sources, so they are quoted instead."
STOPPED = "Stopped before the answer was complete."


def write(
    understood: Understood,
    evidence: Evidence,
    hits: Sequence[Hit],
    sources: Sources,
    encoder: StateEncoder,
    model: ChatModel,
    stop: Stop | None,
) -> Generator[TextDelta, None, Answer]:
    """Stream the model's answer; return the checked one.

    Raises ModelError as the model does.
    """
    writer = Writer(model, checker(understood.question, encoder))
    draft = Draft()
    yield from writer.write(understood.question, by_evidence(evidence, hits), draft, stop)
    answer = _finished(understood, evidence, hits, sources, draft)
    return replace(answer, model=model.name, left_machine=model.remote)


def _finished(
    understood: Understood,
    evidence: Evidence,
    hits: Sequence[Hit],
    sources: Sources,
    draft: Draft,
) -> Answer:
    if draft.refused:
        return replace(refuse(understood, evidence, hits, sources), mode="llm")
    if not draft.supported and not draft.stopped:
        quoted = quote(understood, evidence, sources, note=FELL_BACK)
        _, _, grounding = compose(draft.sentences, texts(sources), sources.place)
        # The failed sentences' numbers named their own evidence, not the quotations' citations.
        return replace(quoted, left_out=_left_out(draft), grounding=tuple(replace(g, citations=()) for g in grounding))
    text, citations, grounding = compose(draft.sentences, texts(sources), sources.place)
    citations, conflicts = _with_conflicts(understood, evidence, sources, citations)
    return Answer(
        question=understood.asked, status="answered", mode="llm", answer=text, citations=citations,
        conflicts=conflicts, skipped=tuple(sources.skipped()), grounding=grounding,
        standalone_question=standalone(understood), confidence=round(evidence.confidence, 3),
        note=STOPPED if draft.stopped else None, left_out=_left_out(draft), model=None,
    )  # fmt: skip


def _left_out(draft: Draft) -> int:
    return len(draft.prompt.left_out) if draft.prompt else 0


def by_evidence(evidence: Evidence, hits: Sequence[Hit]) -> list[Hit]:
    """Passages in the order of their best sentence; those that were not judged follow in retrieval's order."""
    ranked = dict.fromkeys(scored.candidate.hit for scored in evidence.sentences)
    return [*ranked, *(hit for hit in hits[:PASSAGES] if hit not in ranked)]


def checker(question: str, encoder: StateEncoder) -> Check:
    """Holds a sentence against what it cites; what the question and the source's own line say counts as known."""

    def problems(sentence: str, cited: Sequence[NumberedSentence]) -> tuple[str, ...]:
        sources = [one.text for one in cited]
        # Between scripts little can be checked, so only the question's own may differ from the source's.
        if script_of(sentence) not in (script_of(question), script_of(" ".join(sources))):
            return ("it is written in another script than the question and its source",)
        mine, *theirs = (states.vector for states in encoder.encode_states([sentence, *sources, " ".join(sources)]))
        similarity = max(float(mine @ other) for other in theirs)
        known = " ".join([question, *(source_line(one.hit) for one in cited)])
        supported, found = check(sentence, sources, similarity=similarity, allowed=known)
        return () if supported else (found or ("its meaning is not that of its source",))

    return problems


def _with_conflicts(
    understood: Understood, evidence: Evidence, sources: Sources, citations: tuple[Citation, ...]
) -> tuple[tuple[Citation, ...], tuple[Conflict, ...]]:
    """The citations with what differs from a cited sentence added at the end, and the differences.

    A model tends to follow one source: that another says something else must be seen all the same.
    """
    held = list(citations)
    text_of = texts(sources)

    def number(statement: Statement) -> int:
        hit, span = statement.scored.candidate.hit, statement.scored.candidate.span
        found = next((one.n for one in held if _covers(one, hit, span)), None)
        if found is None:
            found = len(held) + 1
            held.append(cite(found, hit, span, text_of(hit.document.document), sources.place))
        return found

    conflicts = []
    for difference in find_differences(understood.question, evidence):
        if any(
            _covers(one, s.scored.candidate.hit, s.scored.candidate.span) for s in difference.both for one in citations
        ):
            conflicts.append(as_conflict(difference, number))
    return tuple(held), tuple(conflicts)


def _covers(citation: Citation, hit: Hit, span: Span) -> bool:
    """Whether a citation shows the sentence at `span`."""
    return citation.document == hit.document.document and citation.start <= span.start and span.end <= citation.end
