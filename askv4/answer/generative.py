"""The answer that a model writes: evidence in, checked sentences with citations out.

The model never writes a quotation or a source's name. It refers to numbers, and numbers become spans here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from askv4.answer.citing import Places, cite
from askv4.answer.grammar import (
    AnswerStream,
    ParsedSentence,
    WrittenRefusal,
    WrittenSentence,
    WrittenText,
    answer_grammar,
    answer_schema,
)
from askv4.answer.prompts import NumberedSentence, Prompt, fit_prompt, retry_prompt
from askv4.llm.chat import ChatModel, Stop, stop_check
from askv4.types import Citation, GroundedSentence, Hit, TextDelta

MAX_TOKENS = 640
"""Of one answer: more than six short sentences with their markers take in any language."""
MAX_CHARACTERS = 240
"""Of one sentence: short ones are easier to check, and a rambling model comes to its marker."""
NOT_SUPPORTED = "(not supported by its source)"

Check = Callable[[str, Sequence[NumberedSentence]], tuple[str, ...]]
"""What is wrong with a written sentence, given the sentences that it cites; empty when they support it."""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of the model with the evidence that it cites, and what the check found."""

    text: str
    cited: tuple[NumberedSentence, ...]
    problems: tuple[str, ...]

    @property
    def supported(self) -> bool:
        """Whether what it cites supports it."""
        return bool(self.cited) and not self.problems


@dataclass(slots=True)
class Draft:
    """What the model has written so far, checked; complete when `write` has ended."""

    prompt: Prompt | None = None
    sentences: list[CheckedSentence] = field(default_factory=list)
    refused: bool = False
    stopped: bool = False
    """Whether the user stopped it."""

    @property
    def supported(self) -> bool:
        """Whether at least one sentence stands."""
        return any(sentence.supported for sentence in self.sentences)


class Writer:
    """Lets one model answer from evidence."""

    def __init__(self, model: ChatModel, check: Check) -> None:
        self.model = model
        self._check = check

    def write(self, question: str, hits: Sequence[Hit], draft: Draft, stop: Stop | None = None) -> Iterator[TextDelta]:
        """Stream the answer's text with citation markers, and fill `draft`.

        A sentence that its evidence does not support is written once more, from that evidence only, after the stream;
        the draft then holds the better one, so the final text may differ from what was streamed.

        Raises ModelError as the model does.
        """
        budget = self.model.context - MAX_TOKENS
        prompt = draft.prompt = fit_prompt(question, hits, self.model.prompt_tokens, budget)
        numbering: dict[NumberedSentence, int] = {}
        for written in self._stream(prompt, stop):
            if isinstance(written, WrittenText):
                yield TextDelta(written.text)
            elif isinstance(written, WrittenSentence):
                sentence = self._checked(written.sentence, prompt)
                draft.sentences.append(sentence)
                yield TextDelta(" " + markers(number(sentence.cited, numbering)) + " ")
            else:
                draft.refused = True
                return
        draft.stopped = stop_check(stop)()
        if not draft.stopped:
            draft.sentences = [self._mended(question, sentence, stop) for sentence in draft.sentences]

    def _stream(
        self, prompt: Prompt, stop: Stop | None, max_sentences: int = 6
    ) -> Iterator[WrittenText | WrittenSentence | WrittenRefusal]:
        count = len(prompt.sentences)
        reader = AnswerStream(count)
        pieces = self.model.stream(
            prompt.messages,
            grammar=answer_grammar(count, max_sentences=max_sentences, max_characters=MAX_CHARACTERS),
            schema=answer_schema(count, max_sentences=max_sentences),
            max_tokens=MAX_TOKENS,
            stop=stop,
        )
        for piece in pieces:
            yield from reader.feed(piece)
        yield from reader.finish()

    def _checked(self, sentence: ParsedSentence, prompt: Prompt) -> CheckedSentence:
        cited = tuple(prompt.sentences[number - 1] for number in sentence.numbers)
        problems = self._check(sentence.text, cited) if cited else ("it cites nothing",)
        return CheckedSentence(sentence.text, cited, problems)

    def _mended(self, question: str, sentence: CheckedSentence, stop: Stop | None) -> CheckedSentence:
        """The sentence, or a better one from the same evidence when the first failed."""
        if sentence.supported or not sentence.cited or stop_check(stop)():
            return sentence
        prompt = retry_prompt(question, sentence.cited)
        for written in self._stream(prompt, stop, max_sentences=1):
            if isinstance(written, WrittenSentence):
                again = self._checked(written.sentence, prompt)
                return again if again.supported else sentence
        return sentence


def number(cited: Sequence[NumberedSentence], numbering: dict[NumberedSentence, int]) -> list[int]:
    """The citation numbers of evidence sentences, in order of first use over the whole answer; extends `numbering`."""
    return [numbering.setdefault(sentence, len(numbering) + 1) for sentence in cited]


def markers(numbers: Sequence[int]) -> str:
    """ "[1] [3]"."""
    return " ".join(f"[{n}]" for n in numbers)


def compose(
    sentences: Sequence[CheckedSentence], text_of: Callable[[str], str], places: Places
) -> tuple[str, tuple[Citation, ...], tuple[GroundedSentence, ...]]:
    """The final text, its citations, and the verdict on each sentence."""
    numbering: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    parts, grounding = [], []
    for sentence in sentences:
        numbers = []
        for evidence in sentence.cited:
            document = evidence.hit.document.document
            key = (document, evidence.span.start, evidence.span.end)
            if key not in numbering:
                numbering[key] = len(numbering) + 1
                citations.append(cite(numbering[key], evidence.hit, evidence.span, text_of(document), places))
            numbers.append(numbering[key])
        flag = "" if sentence.supported else f" {NOT_SUPPORTED}"
        parts.append(f"{sentence.text} {markers(numbers)}{flag}".strip())
        grounding.append(GroundedSentence(sentence.text, tuple(numbers), sentence.supported, sentence.problems))
    return " ".join(parts), tuple(citations), tuple(grounding)
