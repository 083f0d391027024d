"""Which language a question is asked in."""

from __future__ import annotations

import pytest

from askv4.answer.question.question import Question
from askv4.language.guess import foreign_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie lange ist die Kündigungsfrist?", "de"),
        ("Darf ich hier Hunde mitbringen?", "de"),
        ("Que faire en cas de fuite ?", "fr"),
        ("Tous les combien faut-il changer l’anode ?", "fr"),
        ("¿Quién es la directora?", "es"),
        ("Chi perde la chiave quanto paga?", "it"),
        ("Quem é a administradora do condomínio?", "pt"),
        ("Wat kost het en wie betaalt?", "nl"),
    ],
)
def test_a_few_words_tell_the_language(question: str, language: str) -> None:
    assert foreign_language(question) == language


@pytest.mark.parametrize(
    "question",
    [
        "Who is on the La Paz board?", "What is a die?", "Was the Mona Lisa stolen from the Louvre?", "pump P20 pressure",
        "Where is Rio de Janeiro?", "Is the El Niño report from Lima in here?", "猫每天睡多少小时？", "Сколько стоит сауна?",
    ],
)  # fmt: skip
def test_names_in_an_english_question_do_not(question: str) -> None:
    assert foreign_language(question) is None


def test_words_that_only_ask_are_no_content_and_german_nouns_no_names() -> None:
    question = Question("Wie lange ist die Kündigungsfrist für den Raum B7?")
    assert question.content_words == ("kündigungsfrist", "raum", "b7")
    assert question.names == {"b7"}
    assert Question("Combien de temps la cuve est-elle garantie ?").content_words == ("temps", "cuve", "garantie")
