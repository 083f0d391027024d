"""Clauses, steps and rows: each number with the exact span of its part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.loaders import load
from askv4.text.numbered import numbered
from askv4.types import ParsedText

CONTRACT = """Supply agreement

4. Duties
1. The supplier delivers.
2. The customer pays.
5. Term
5.1 It runs for a year. The supplier shall (a) repair faults; (b) report them; and (c) keep a log. § 9 (4) applies.
5.2 It ends:
(a) on notice, where
(i) the notice is in writing,
(ii) it is signed;
(b) on death.

Annex B

Step 1: open the box.
Step 2: close it.
"""


def parts(text: str, name: str = "a.txt") -> dict[str, str]:
    """Numbers, joined by "/" -> words of the part."""
    parsed = load(text.encode(), name)
    return {"/".join(one.numbers): one.span.of(parsed.text) for one in numbered(parsed)}


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ("4", "4. Duties\n1. The supplier delivers.\n2. The customer pays."),
        ("4/2", "2. The customer pays."),
        ("5.1/b", "(b) report them; and"),
        ("5.1/c", "(c) keep a log. § 9 (4) applies."),
        ("5.2/a", "(a) on notice, where\n(i) the notice is in writing,\n(ii) it is signed;"),
        ("5.2/a/ii", "(ii) it is signed;"),
        ("5.2/b", "(b) on death."),
        ("b/2", "Step 2: close it."),
    ],
)
def test_a_part_goes_to_the_next_number_of_its_sort_or_above(numbers: str, words: str) -> None:
    assert parts(CONTRACT)[numbers] == words


def test_a_number_that_another_paragraph_is_cited_by_opens_nothing() -> None:
    assert "9" not in parts(CONTRACT)
    assert "5.1/4" not in parts(CONTRACT)


def test_german_law_counts_paragraphs_by_raised_numbers_too() -> None:
    law = "# Verordnung\n\n## Art. 7 Fristen\n\n1 Es gilt Absatz 1bis. 12 1bis Für 3000 m gilt es nicht. 2 Der Betreiber zahlt.\n"
    texts = parts(law, "a.md")
    assert texts["7/1"] == "1 Es gilt Absatz 1bis."
    assert texts["7/1bis"] == "1bis Für 3000 m gilt es nicht."
    assert texts["7/2"] == "2 Der Betreiber zahlt."


def test_the_last_item_of_a_list_ends_with_its_list() -> None:
    texts = parts("# Logger\n\n1. Screw it on.\n2. Switch it on.\n\nThe rest is about something else.\n", "a.md")
    assert texts["2"] == "2. Switch it on."


def test_chapters_may_be_spelled_or_roman() -> None:
    texts = parts("Chapter One\n\nThe first.\n\nChapter II: More\n\nThe second.\n")
    assert texts["1"] == "Chapter One\n\nThe first."
    assert texts["2"] == "Chapter II: More\n\nThe second."


def test_rows_are_called_by_their_own_count_else_by_their_line() -> None:
    counted = "No,Name,Town\n" + "".join(f"{n},Person {n},Town {n}\n" for n in range(1, 9))
    plain = "Name,Town,Fee\n" + "".join(f"Person {n},Town {n},{n * 3}\n" for n in range(2, 9))
    assert parts(counted, "a.csv")["5"].startswith("No: 5; Name: Person 5")
    assert parts(plain, "a.csv")["5"].startswith("Name: Person 5")


LINES = st.sampled_from(
    "1. One|2. Two|3. Three|4.1 Alpha|4.2 Beta|(a) aye|(b) bee|(i) eye|(1) uno|(2) dos|§ 3 Rule|§ 4 Other|Art. 7 Terms|"
    "Step 1: go|Chapter II|Some words that say nothing.||# Head|## 2. Sub|x) odd|1 Raised Number. 2 Another one.|- (c) deep".split(
        "|"
    )
)


@given(st.lists(LINES, max_size=25), st.sampled_from(["a.md", "a.txt"]))
def test_parts_lie_in_the_text_and_nest(lines: list[str], name: str) -> None:
    text = "\n".join(["Opening words here.", *lines])
    parsed: ParsedText = load(text.encode(), name)
    numbered_parts = numbered(parsed)
    for one in numbered_parts:
        words = one.span.of(parsed.text)
        assert 0 <= one.span.start < one.span.end <= len(parsed.text)
        assert words == words.strip()
        assert len(one.numbers) == len(one.sorts)
        for other in numbered_parts:
            apart = one.span.end <= other.span.start or other.span.end <= one.span.start
            inside = one.span.start <= other.span.start and other.span.end <= one.span.end
            around = other.span.start <= one.span.start and one.span.end <= other.span.end
            assert apart or inside or around
