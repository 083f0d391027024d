"""The answer of a model, checked sentence by sentence; quotations where it does not stand."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from askv4.answer.conflicts import Statement, find_conflicts
from askv4.answer.conversation import Understood
from askv4.answer.evidence import Evidence
from askv4.answer.facts.language import script_of
from askv4.answer.gather import PASSAGES, StateEncoder
from askv4.answer.generative import Check, CheckedSentence, Draft, Writer, compose
from askv4.answer.grounding import check
from askv4.answer.prompts import NumberedSentence, source_line
from askv4.answer.quoting import Sources, quote, refuse, standalone, texts
from askv4.llm.chat import ChatModel, Stop
from askv4.types import Answer, Conflict, Hit, TextDelta

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
    answer = _finished(understood, evidence, hits, sources, encoder, draft)
    return replace(answer, model=model.name, left_machine=model.remote)


def _finished(
    understood: Understood,
    evidence: Evidence,
    hits: Sequence[Hit],
    sources: Sources,
    encoder: StateEncoder,
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
    return Answer(
        question=understood.asked, status="answered", mode="llm", answer=text, citations=citations,
        conflicts=_conflicts(draft.sentences, encoder), skipped=tuple(sources.skipped()), grounding=grounding,
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


def _conflicts(sentences: Sequence[CheckedSentence], encoder: StateEncoder) -> tuple[Conflict, ...]:
    numbered: dict[NumberedSentence, int] = {}
    for sentence in sentences:
        for one in sentence.cited:
            numbered.setdefault(one, len(numbered) + 1)
    vectors = [states.vector for states in encoder.encode_states([one.text for one in numbered])] if numbered else []
    return find_conflicts(
        Statement(n, one.hit.document, one.text, vector)
        for (one, n), vector in zip(numbered.items(), vectors, strict=True)
    )
