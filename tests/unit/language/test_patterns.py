"""Patterns that are compiled at their first use do what compiled ones do."""

from __future__ import annotations

import re

import pytest

from askv4.language.patterns import Pattern

TEXT = "On 3 April and on 14 May, not on 3 Juni."


def test_it_does_what_a_compiled_pattern_does() -> None:
    late, compiled = Pattern(r"(\d+) (\w+)", re.I), re.compile(r"(\d+) (\w+)", re.I)
    assert [m.span() for m in late.finditer(TEXT)] == [m.span() for m in compiled.finditer(TEXT)]
    assert [m.span() for m in late.finditer(TEXT, 5, 20)] == [m.span() for m in compiled.finditer(TEXT, 5, 20)]
    assert late.sub(r"\2 \1", TEXT) == compiled.sub(r"\2 \1", TEXT)
    assert late.sub("x", TEXT, count=1) == compiled.sub("x", TEXT, count=1)
    assert late.split(TEXT, 1) == compiled.split(TEXT, 1)
    assert Pattern(r"\d+").findall(TEXT) == ["3", "14", "3"]
    assert late.match(TEXT) is None
    assert late.match(TEXT, 3) is not None
    assert late.fullmatch("3 April") is not None
    match = late.search(TEXT, 10)
    assert match is not None
    assert match.group() == "14 May"
    assert late.made(match)
    assert not Pattern(r"(\w+)").made(match)


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = Pattern("(")
    assert broken.pattern == "("
    with pytest.raises(re.error):
        broken.search("x")
