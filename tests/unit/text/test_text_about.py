"""Author, recipient and date of a document: what its first page says goes before its name and its file's record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.about import facts
from askv4.text.loaders import load
from askv4.text.loaders.properties import record, sensible_title
from askv4.types import ParsedText


def known(text: str, name: str = "a.md") -> dict[str, tuple[str, str | None]]:
    """What -> (value, the words that say so)."""
    parsed = load(text.encode(), name)
    return {one.what: (one.value, one.span and one.span.of(parsed.text)) for one in facts(parsed, name)}


@pytest.mark.parametrize(
    ("text", "what", "value", "words"),
    [
        ("# A walk\n\nBy Nora Field\n\nWe walked.\n", "author", "Nora Field", "By Nora Field"),
        ("# Plan\n\nPrepared by: Nora Field\n\nText.\n", "author", "Nora Field", "Prepared by: Nora Field"),
        ("# Bericht\n\nVerfasser: Nora Feld\n\nText.\n", "author", "Nora Feld", "Verfasser: Nora Feld"),
        ("# Wells\n\nOttoline Brack brack@moor.example\n\nText.\n", "author", "Ottoline Brack", "Ottoline Brack"),
        ("# Invoice\n\nBill to: Nadia Vance Date: 3 April 2024\n", "recipient", "Nadia Vance", "Bill to: Nadia Vance"),
        ("# Invoice\n\nBill to: Nadia Vance Date: 3 April 2024\n", "date", "2024-04-03", "Date: 3 April 2024"),
        ("# Letter\n\nGhent, 3 April 2024\n\nDear Sir, it rained.\n", "date", "2024-04-03", "Ghent, 3 April 2024"),
        ("---\nauthor: Nora Field\ndate: 2024-04-03\n---\n\n# A\n\nText.\n", "author", "Nora Field", "Nora Field"),
    ],
)
def test_the_page_says_so(text: str, what: str, value: str, words: str) -> None:
    assert known(text)[what] == (value, words)


def test_a_date_may_stand_in_the_name() -> None:
    assert known("We met.\n", "minutes_2025-02-11.txt")["date"] == ("2025-02-11", None)
    assert known("We met.\n", "payslip_2025_03.txt")["date"] == ("2025-03", None)


@pytest.mark.parametrize(
    "text", ["# CV\n\nBorn: 3 May 1980\n", "**Q: Dark?**\nA: Check the fuse.\n", "Peat burns for months.\n"]
)
def test_nothing_is_made_up(text: str) -> None:
    assert known(text) == {}


LINES = st.sampled_from(
    "By Nora Field|Date: 3 April 2024|Bill to: N. Vance|From: a@b.cd|Ghent, 3 May 2023|Author: |To:|Words: more words|Ada Quill ada.quill@x.example|".split(
        "|"
    )
)


@given(st.lists(LINES, max_size=12))
def test_what_is_known_stands_in_the_text(lines: list[str]) -> None:
    parsed: ParsedText = load("\n\n".join(["Opening words.", *lines]).encode(), "a.txt")
    known = facts(parsed, "a.txt")
    assert len({one.what for one in known}) == len(known)
    for one in known:
        assert one.value.strip()
        assert one.span is not None
        assert one.what == "date" or one.value in one.span.of(parsed.text)


@pytest.mark.parametrize(
    ("declared", "shown", "title"),
    [
        ("System Model", "Peat below the moor", "Peat below the moor"),
        ("Microsoft Word - final.doc", "Peat below the moor", "Peat below the moor"),
        ("C:\\work\\peat", None, None),
        ("untitled", None, None),
        ("Peat below the moor: a study", "Summary", "Peat below the moor: a study"),
        ("Annual review", None, "Annual review"),
    ],
)
def test_the_title_on_the_page_goes_before_nonsense(declared: str, shown: str | None, title: str | None) -> None:
    assert sensible_title(declared, shown, "Peat below the moor: a study\n\nSummary\n\nIt burns.") == title


def test_templates_and_nobodies_say_nothing() -> None:
    assert record("python-docx", "2013-12-23 23:15:00") == {}
    assert record("(anonymous)", "D:20250318101500+01'00'") == {"created": "2025-03-18"}
    assert record("Ruben Castile", None) == {"author": "Ruben Castile"}
