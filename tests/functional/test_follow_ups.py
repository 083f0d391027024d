"""Conversations, as the chat has them: each question after all before it, with the program's own answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from askv4.answer.assistant import Assistant
from askv4.answer.write.lead import LeadWriter
from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.sync.index import Index
from askv4.types import Answer, Finished, Turn
from tests.functional.assisting import answered, indexed
from tests.unit.answer.scripted import ScriptedModel

GYM = """# Gym Westend: membership terms

The basic plan costs 29 euros a month and the premium plan costs 49 euros a month. The basic plan may be used from 6 am to 4 pm.
The premium plan may be used at any time and includes the sauna. Contact for members is Ms Irene Falk, phone 030 555 0142.
Lockers are free; a lost key costs 15 euros.
"""
TRIP = """# Trip to Bergen, minutes of 3 May

Tomas books the ferry to Bergen by 20 May. Lena looks after the cabin at Voss; she has until 1 June. The cabin sleeps eight and
costs 1,400 euros for the week. The deposit for the cabin is 300 euros and is not returned. Dogs are not allowed in the cabin.
"""

Talk = Callable[..., list[Answer]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    with indexed(tmp_path_factory.mktemp("talks"), encoder, {"gym.md": GYM, "trip.md": TRIP}) as index:
        yield index


@pytest.fixture(scope="module")
def talk(index: Index, encoder: Encoder, reader: Reader) -> Talk:
    def answers(*questions: str) -> list[Answer]:
        turns: list[Turn] = []
        given: list[Answer] = []
        for question in questions:
            given.append(answered(index, encoder, reader, question, *turns))
            turns.append(Turn(question, given[-1].answer))
        return given

    return answers


def test_a_conversation_keeps_its_subject_over_several_turns(talk: Talk) -> None:
    who, when, dogs = talk("Who looks after the cabin?", "By when?", "Are dogs allowed there?")
    assert "Lena" in who.answer
    assert "1 June" in when.answer
    assert when.standalone_question == "By when? (looks cabin)"
    assert "Dogs are not allowed" in dogs.answer


def test_thanks_and_what_is_refused_do_not_break_it(talk: Talk) -> None:
    _, thanks, refused, price = talk("Who books the ferry?", "Thanks!", "Who composed the opera?", "And the cabin?")
    assert (thanks.status, thanks.answer, thanks.citations) == ("not_in_sources", "Nothing is asked here.", ())
    assert refused.status == "not_in_sources"
    assert any(one.document == "trip.md" for one in (*price.citations, *price.nearest))


def test_another_thing_is_asked_the_same(talk: Talk) -> None:
    _, premium = talk("How much is the basic plan?", "And the premium plan?")
    assert premium.standalone_question == "How much is the basic plan? (the premium plan)"
    assert "49 euros" in premium.answer


def test_the_last_questions_answer_is_not_given_again(talk: Talk) -> None:
    _, deposit = talk("How many does the cabin sleep?", "And the deposit?")
    assert "300 euros" in deposit.answer


def test_her_number_is_that_of_who_was_named(talk: Talk) -> None:
    _, number = talk("Who do members of the gym contact?", "What is her phone number?")
    assert "Irene Falk" in (number.standalone_question or "")
    assert "030 555 0142" in number.answer


def test_a_model_rewords_what_nothing_answers(index: Index, encoder: Encoder, reader: Reader) -> None:
    history = [Turn("What about the lost key?", ""), Turn("Does Tomas book the ferry?", "")]
    asked, reworded = "and that other fee?", "How much is the fee for the lost key?"
    model = ScriptedModel(reworded, "", "", "", "")
    writer = LeadWriter(lambda: model, None, reader)  # type: ignore[arg-type]
    retriever = Retriever(index.catalog, index.vectors, encoder)
    assistant = Assistant(retriever, index.catalog, encoder, reader, writer)  # type: ignore[arg-type]
    *_, finished = assistant.ask(asked, history)
    assert isinstance(finished, Finished)
    assert finished.answer.standalone_question == reworded
    assert "15 euros" in finished.answer.answer
