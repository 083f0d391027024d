from __future__ import annotations

from typing import Any

from askv4.answer.prompts import build_prompt
from askv4.answer.writing import checker
from tests.unit.answer.builders import hit_of

SENTENCES = build_prompt("When?", [hit_of("The mill was built in 1402. Bread was baked there.")]).sentences


def test_a_sentence_is_held_against_what_it_cites(encoder: Any) -> None:
    check = checker("When was the mill built?", encoder)
    assert check("The mill was built in 1402.", SENTENCES[:1]) == ()
    assert check("The mill was built in 1502.", SENTENCES[:1]) != ()
    assert check("The mill was not built in 1402.", SENTENCES[:1]) != ()


def test_a_script_that_neither_question_nor_source_has_supports_nothing(encoder: Any) -> None:
    assert checker("When was the mill built?", encoder)("Мельница стоит у реки.", SENTENCES[:1]) != ()
