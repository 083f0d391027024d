"""A follow-up in a chat model's words, held against the words of its conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from askv4.answer.question.follow_up import points_back
from askv4.answer.question.question import Question
from askv4.answer.write.drafting import draft
from askv4.answer.write.prompt import restating_prompt
from askv4.language.en import POINTING_BACK, STOP_WORDS
from askv4.language.tokens import fold, stem
from askv4.language.words import asks, words
from askv4.llm.chat import ChatModel, Stop
from askv4.types import Turn

TURNS = 4
"""The last turns that the model sees."""
MOST_WORDS = 40


def restate(model: ChatModel, question: Question, stop: Stop | None = None) -> str | None:
    """The question as the model understands it in its conversation; None where it says anything that nobody said.

    Raises ModelError as the model does.
    """
    turns = question.history[-TURNS:]
    for said in draft(model, restating_prompt(question.asked, turns), "", stop).sentences[:1]:
        if said != question.asked and _says_the_same(said, question.asked, turns):
            return said
    return None


def _says_the_same(said: str, asked: str, turns: Sequence[Turn]) -> bool:
    """Whether a wording asks, keeps what was asked, and takes everything else from the conversation."""
    new, own = _stems([said]), _stems([asked])
    spoken = own | _stems(text for turn in turns for text in (turn.question, turn.answer))
    return asks(said) and not points_back(said) and own <= new <= spoken and len(words(said)) <= MOST_WORDS


def _stems(texts: Iterable[str]) -> frozenset[str]:
    """Stems of what says something by itself."""
    said = {word for text in texts for word in words(text)}
    return frozenset(stem(fold(word)) for word in said if word not in _SAYING_NOTHING)


_SAYING_NOTHING = STOP_WORDS.union(POINTING_BACK.split("|"))
