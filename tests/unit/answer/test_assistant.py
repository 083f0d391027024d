"""The facade: where nothing is found, what leaves the machine is said all the same; the reader decides what is best."""

# ruff: noqa: ARG002 - the parameters are those of the parts that stand aside

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askv4.answer.assistant import Assistant
from askv4.answer.evidence.gather import gather, read
from askv4.answer.question.question import Question
from askv4.answer.write.lead import LeadWriter
from askv4.errors import ReaderMissing
from askv4.neural.encoder import Encoder
from askv4.records import StoredPassage
from askv4.retrieve.spelling import Mended
from askv4.types import Finished, Hit, Judgement, Quoted, Retrieved, Turn
from tests.unit.answer.builders import hit_of
from tests.unit.answer.scripted import ScriptedModel


class Nothing:
    """An index without documents."""

    encoder_identity = "none"
    within = None

    def search(self, question: str, k: int = 10, also: Sequence[str] = (), **_: Any) -> list[Hit]:
        return []

    def mend(self, question: str) -> Mended:
        return Mended(question)

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(terms, 0)

    def passages_between(self, _document: str, _start: int, _end: int, _most: int = -1) -> list[StoredPassage]:
        return []

    def stems(self, texts: Sequence[str]) -> list[list[str]]:
        return [text.lower().split() for text in texts]

    def passage_count(self) -> int:
        return 0

    def text(self, name: str) -> str:
        raise AssertionError(f"there is no document, and {name} was asked for")

    place = neighbours = text

    def skipped(self) -> list[Any]:
        return []

    def documents(self, within: None) -> list[Any]:
        return []


class Remote(ScriptedModel):
    remote = True


HISTORY = [Turn("Who runs the ferry?", "The town runs it.")]


def ask(encoder: Encoder, model: ScriptedModel | None, history: Sequence[Turn] = ()) -> Any:
    nothing: Any = Nothing()
    writer = None if model is None else LeadWriter(lambda: model, nothing, nothing)
    assistant = Assistant(nothing, nothing, encoder, nothing, writer)  # type: ignore[arg-type]
    retrieved, quoted, finished = assistant.ask("And who pays for it?", history)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(quoted, Quoted)
    assert isinstance(finished, Finished)
    assert not quoted.lead_follows
    return finished.answer


def test_nothing_found_is_a_refusal_without_nearest(encoder: Encoder) -> None:
    answer = ask(encoder, None)
    assert (answer.status, answer.citations, answer.nearest, answer.left_machine) == ("not_in_sources", (), (), False)
    assert set(answer.timings_ms) == {"total", "retrieve", "evidence", "quotes"}


def test_a_refusal_never_reaches_the_model(encoder: Encoder) -> None:
    model = Remote("Whatever.")
    answer = ask(encoder, model, HISTORY)
    assert (model.asked, answer.model, answer.lead, answer.left_machine) == ([], None, None, False)


class Three(Nothing):
    """An index that finds three passages, none of them clearly ahead."""

    def __init__(self, encoder: str) -> None:
        self.encoder_identity = encoder

    def search(self, question: str, k: int = 10, also: Sequence[str] = (), **_: Any) -> list[Hit]:
        return [hit_of(text, passage_id=n, rank=n) for n, text in enumerate(("Ash.", "Birch.", "Cedar."), start=1)][:k]


class LastIsBest:
    """A reader that keeps what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return np.arange(len(texts), dtype=np.float32)

    def read(self, question: str, texts: Sequence[str]) -> list[Judgement]:
        return [Judgement(float(score)) for score in self.scores(question, texts)]


class Missing:
    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        raise ReaderMissing("it is not here")


def order(
    encoder: Encoder,
    reader: Any,
    question: str = "Which tree?",
    history: Sequence[Turn] = (),
    *,
    own: bool = True,
    k: int = 10,
) -> list[str]:
    """The texts in the order found."""
    index: Any = Three(encoder.identity if own else "another")
    assistant = Assistant(index, index, encoder, reader)  # type: ignore[arg-type]
    return [hit.text for hit in assistant.search(question, history, k)]


def test_the_reader_decides_which_passage_is_best(encoder: Encoder) -> None:
    assert order(encoder, LastIsBest()) == ["Cedar.", "Birch.", "Ash."]
    assert order(encoder, LastIsBest(), k=1) == ["Cedar."]


def test_a_follow_up_unknown_letters_and_other_encoders_keep_their_order(encoder: Encoder) -> None:
    as_fused = ["Ash.", "Birch.", "Cedar."]
    assert order(encoder, LastIsBest(), history=HISTORY) == as_fused
    assert order(encoder, LastIsBest(), "哪棵树?") == as_fused
    assert order(encoder, LastIsBest(), own=False) == as_fused


def test_passages_are_found_without_a_reader(encoder: Encoder) -> None:
    assert order(encoder, Missing()) == ["Ash.", "Birch.", "Cedar."]


def test_a_passage_that_was_read_for_its_place_is_not_read_twice(encoder: Encoder) -> None:
    lexicon: Any = Nothing()
    for reading, texts, passage in ((None, 2, 1.0), (7.5, 1, 7.5)):
        reader = LastIsBest()
        hit = replace(hit_of("Ash."), reading=reading)
        made = read(gather(Question("Which tree?"), [hit], encoder, lexicon), [0], reader)
        assert (len(reader.texts), made.passage, made.sentences.tolist()) == (texts, passage, [0.0])
