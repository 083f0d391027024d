"""What the model is shown: the excerpts under their sources, then the question. No numbers go through it."""

from __future__ import annotations

from collections.abc import Sequence

from askv4.answer.question.follow_up import ANSWER_WORDS
from askv4.answer.write.pruning import Excerpt, one_line
from askv4.llm.chat import Message
from askv4.types import Document, Turn

REPORT = "The excerpts say that"
"""The unseen beginning of an answer where the model is to report: otherwise it says yes to most questions
(docs/written.md). Behind it a small model repeats long sentences, so that other answers begin freely."""
TELL = "Say in one short sentence what the excerpt says."
SYSTEM = (
    "Answer the question in one or two short sentences, using only the excerpts. Stay close to their wording; keep words "
    "such as not, may, could, said."
)
"""The same for every question, so that it stays in the KV cache. That the excerpts answer was decided before: a small model
that may refuse refuses a third of what stands there (docs/written.md)."""


RESTATE = (
    "Rewrite the last question of a conversation as one question that can be understood alone. Use the words of the "
    "conversation. Do not answer it."
)
RESTATED = (
    "Question: Who paints the old bridge?\nAnswer: Anna Berg paints it.\n\nLast question: Since when?",
    "Since when does Anna Berg paint the old bridge?",
)
"""An example: without one, small models answer."""


def lead_prompt(question: str | None, excerpts: Sequence[Excerpt], begin: str = "") -> list[Message]:
    """The messages for one lead, which begins with `begin`.

    Without a question the model is to say what stands there: asked again, it says again what was wrong.
    """
    lines: list[str] = []
    document = None
    for excerpt in excerpts:
        if excerpt.hit.document != document:
            document = excerpt.hit.document
            lines.append(f"From {source(document)}:")
        lines.append(excerpt.text)
    lines += ["", TELL if question is None else f"Question: {one_line(question)}"]
    if begin:
        lines.append(f'Begin with "{begin}".')
    return [Message("system", SYSTEM), Message("user", "\n".join(lines))]


def restating_prompt(asked: str, turns: Sequence[Turn]) -> list[Message]:
    """The messages for a follow-up's wording that stands alone; `turns` are those before it, oldest first."""
    lines = []
    for turn in turns:
        lines.append(f"Question: {one_line(turn.question)}")
        if turn.answer:
            lines.append(f"Answer: {' '.join(one_line(turn.answer).split()[:ANSWER_WORDS])}")
    example = [Message("user", RESTATED[0]), Message("assistant", RESTATED[1])]
    told = "\n".join([*lines, "", f"Last question: {one_line(asked)}"])
    return [Message("system", RESTATE), *example, Message("user", told)]


def source(document: Document) -> str:
    """ "“Title” (news report; from before the release)"."""
    about = "; ".join(filter(None, [document.kind, document.context]))
    return one_line(f"“{document.title}”" + (f" ({about})" if about else ""))
