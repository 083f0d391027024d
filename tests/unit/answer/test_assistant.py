"""The facade where nothing is found: what leaves the machine is said all the same."""

# ruff: noqa: ARG002 - the parameters are those of the parts that stand aside

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from askv4.answer.assistant import Assistant
from askv4.index.encoder import Encoder
from askv4.types import Finished, Hit, Retrieved, Turn
from tests.unit.answer.scripted import ScriptedModel


class Nothing:
    """An index without documents."""

    encoder_identity = "none"

    def search(self, question: str, k: int = 10, also: Sequence[str] = (), **_: Any) -> list[Hit]:
        return []

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(terms, 0)

    def stems(self, texts: Sequence[str]) -> list[list[str]]:
        return [text.lower().split() for text in texts]

    def passage_count(self) -> int:
        return 0

    def text(self, name: str) -> str:
        raise AssertionError(f"there is no document, and {name} was asked for")

    place = neighbours = text

    def skipped(self) -> list[Any]:
        return []


class Remote(ScriptedModel):
    remote = True


HISTORY = [Turn("Who runs the ferry?", "The town runs it.")]


def ask(encoder: Encoder, model: ScriptedModel | None, history: Sequence[Turn] = ()) -> Any:
    nothing: Any = Nothing()
    events = list(Assistant(nothing, nothing, encoder, nothing, model).ask("And who pays for it?", history))  # type: ignore[arg-type]
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Finished)
    return events[-1].answer


def test_nothing_found_is_a_refusal_without_nearest(encoder: Encoder) -> None:
    answer = ask(encoder, None)
    assert (answer.status, answer.citations, answer.nearest, answer.left_machine) == ("not_in_sources", (), (), False)
    assert set(answer.timings_ms) == {"total", "retrieve", "evidence", "answer"}


def test_a_refusal_says_that_the_conversation_left_the_machine_to_be_understood(encoder: Encoder) -> None:
    assert ask(encoder, Remote("Who pays for the ferry?"), HISTORY).left_machine
    assert not ask(encoder, ScriptedModel("Who pays for the ferry?"), HISTORY).left_machine
    assert not ask(encoder, Remote()).left_machine
