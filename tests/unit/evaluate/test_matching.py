"""Which citations show an expected quote."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.evaluate.matching import common_run, find_words, plain, shows

CHECK_GOLD = Path(__file__).resolve().parents[4] / "shared" / "tools" / "check_gold.py"


@pytest.fixture(scope="module")
def check_gold() -> ModuleType:
    """The checker that the figures must agree with."""
    if not CHECK_GOLD.is_file():
        pytest.skip("../shared is not here: there is no checker to compare with")
    specification = importlib.util.spec_from_file_location("check_gold", CHECK_GOLD)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "quote", "holds"),
    [
        ("He said “Steep  it\nfor two minutes”.", 'he said "steep it for two minutes".', True),
        ("Steep it for two", "Steep it for two minutes", True),
        ("Steep it", "Steep it for two minutes", False),
        ("0123456789", "012345abcd", True),
        ("0123456789", "01234abcde", False),
        ("anything", "", True),
    ],
)
def test_a_quote_is_shown_whole_or_by_sixty_percent(text: str, quote: str, holds: bool) -> None:
    assert shows(text, quote) is holds


@given(text=st.text("ab ’'\n", max_size=40), quote=st.text("ab ’'\n", max_size=12))
def test_the_definition_is_that_of_the_checker(check_gold: ModuleType, text: str, quote: str) -> None:
    assert plain(text) == check_gold.plain(text)
    assert shows(text, quote) == check_gold.shows(text, quote)


def test_words_are_found_whatever_the_quotation_marks_and_white_space() -> None:
    text = "Tea:\n“It’s\n  ready”, she said."
    span = find_words(text, '"it\'s ready"')
    assert span is not None
    assert span.of(text) == "“It’s\n  ready”"
    assert find_words(text, "it is ready") is None
    assert find_words(text, " ") is None


def test_the_common_run_is_in_whole_words() -> None:
    text = "Leaves: steep it for two Minutes, then drink."
    span = common_run(text, ("You should steep it for two minutes!",))
    assert span is not None
    assert span.of(text) == "steep it for two Minutes,"
    assert common_run(text, ("nothing of that",)) is None
    short = common_run("$799 desktop at last", ("$799 desktop",))
    assert short is not None
    assert short.of("$799 desktop at last") == "$799 desktop"
