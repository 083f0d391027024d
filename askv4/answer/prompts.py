"""What the model is shown: numbered sentences under their source, then the question. Pure text building."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askv4.answer.grammar import REFUSAL
from askv4.answer.voice import same_voice
from askv4.llm.chat import Message
from askv4.types import Hit, Span

SYSTEM = f"""You answer a question from numbered sentences, and from nothing else.
Rules:
- Use only what the numbered sentences say. Do not add anything that you know from elsewhere.
- Write one to four short sentences, in the language of the question.
- After each sentence write the numbers of the sentences that it rests on, like this: [3] or [3][7].
- Keep numbers, names, dates and words such as "not" exactly as they are in the numbered sentences.
- Say whose words they are where the source is a comment, a rumour or a report from another time.
- If the numbered sentences do not answer the question, write only {REFUSAL}."""
"""The same for every question, so that it stays in the KV cache."""

DIFFER = (
    "The sources are of different kinds or times. Where they answer differently, give both answers, each with its kind "
    "of source and when it was written."
)
RETRY = "Write one sentence that answers the question and says only what the numbered sentences say."


@dataclass(frozen=True, slots=True)
class NumberedSentence:
    """A sentence of the evidence under the number that the model may refer to."""

    number: int
    hit: Hit
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for the model, and what its numbers mean."""

    messages: tuple[Message, ...]
    sentences: tuple[NumberedSentence, ...]
    """Number n is sentences[n - 1]."""
    left_out: tuple[Hit, ...] = ()
    """Passages that did not fit, last-ranked first."""


def fit_prompt(question: str, hits: Sequence[Hit], count: Callable[[Sequence[Message]], int], budget: int) -> Prompt:
    """The prompt with as many of `hits` (best first) as `budget` tokens hold; passages are left out whole.

    `count` gives the tokens of messages through the model's own template. The best passage is always kept, even over
    the budget: the model then refuses the prompt with its own error, which is better than cutting a sentence.
    """
    kept, left_out = list(_distinct(hits)), []
    prompt = build_prompt(question, kept)
    while len(kept) > 1 and count(prompt.messages) > budget:
        left_out.append(kept.pop())
        prompt = build_prompt(question, kept)
    return Prompt(prompt.messages, prompt.sentences, tuple(left_out))


def build_prompt(question: str, hits: Sequence[Hit]) -> Prompt:
    """The prompt over all of `hits` (best first); the best one stands last, nearest the question."""
    lines, sentences = [], list[NumberedSentence]()
    for hit in reversed(hits):
        lines.append(source_line(hit))
        for span in hit.sentences:
            text = hit.text[span.start - hit.start : span.end - hit.start]
            sentences.append(NumberedSentence(len(sentences) + 1, hit, span, text))
            lines.append(f"[{len(sentences)}] {one_line(text)}")
        lines.append("")
    if any(not same_voice(hits[0].document, hit.document) for hit in hits[1:]):
        lines.append(DIFFER)
    lines.append(f"Question: {one_line(question)}")
    return Prompt((Message("system", SYSTEM), Message("user", "\n".join(lines))), tuple(sentences))


def retry_prompt(question: str, sentences: Sequence[NumberedSentence]) -> Prompt:
    """The prompt for one sentence over again, with nothing but the evidence that it had cited."""
    again = tuple(NumberedSentence(n, s.hit, s.span, s.text) for n, s in enumerate(sentences, start=1))
    lines = [f"{source_line(s.hit)}\n[{s.number}] {one_line(s.text)}" for s in again]
    user = "\n".join([*lines, "", f"Question: {one_line(question)}", RETRY])
    return Prompt((Message("system", SYSTEM), Message("user", user)), again)


def source_line(hit: Hit) -> str:
    """ "Source: Title (news report; from before the release), under Heading"."""
    about = "; ".join(filter(None, [hit.document.kind, hit.document.context]))
    line = f"Source: {hit.document.title}" + (f" ({about})" if about else "")
    return one_line(line + (f", under: {hit.heading}" if hit.heading else ""))


def one_line(text: str) -> str:
    """Without line breaks, so that a document cannot write lines of its own into the prompt; brackets become round.

    A text that holds "[7]" would otherwise read as evidence number 7.
    """
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """The hits without those whose text an earlier one has already."""
    seen: set[str] = set()
    kept = []
    for hit in hits:
        key = " ".join(hit.text.lower().split())
        if key not in seen:
            seen.add(key)
            kept.append(hit)
    return kept
