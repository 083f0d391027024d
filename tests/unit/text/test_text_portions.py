"""A document of any size costs what of it is searched. Counted, never timed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from askv4.text.loaders import load
from askv4.text.passages import split_passages
from askv4.text.portions import LONGEST_WORD, WORD_SHOWN, long_words, portions, searched
from askv4.types import Block, ParsedText, Span


class Counter:
    """Counts tokens, some four characters each, and the characters that it was asked about."""

    def __init__(self) -> None:
        self.characters = 0

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self.characters += sum(map(len, texts))
        return [len(text) // 4 + 1 if text else 0 for text in texts]


def texts_of(parsed: ParsedText, count: Counter, **options: int) -> list[str]:
    return [parsed.text[one.start : one.end] for one in split_passages(parsed, count, **options)]


@pytest.mark.parametrize(
    "around", [("The ferry leaves at nine.\n\n", "\n\nIt returns at noon.\n"), ("The ferry: ", " and noon")]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.py"])
def test_a_word_of_a_megabyte_costs_nothing(around: tuple[str, str], name: str) -> None:
    before, after = around
    count, alone = Counter(), Counter()
    shown = texts_of(load(f"{before}{'x' * 1_000_000}{after}".encode(), name), count)
    texts_of(load(f"{before}{'x' * WORD_SHOWN}{after}".encode(), name), alone)
    assert before.strip() in " ".join(shown)
    assert after.strip() in " ".join(shown)
    assert "x" * WORD_SHOWN in " ".join(shown)
    assert "x" * (WORD_SHOWN + 1) not in " ".join(shown)
    assert count.characters < 2 * alone.characters


@pytest.mark.parametrize("run", ["x" * LONGEST_WORD, "天" * (2 * LONGEST_WORD), "word " * LONGEST_WORD])
def test_what_may_be_text_is_searched_whole(run: str) -> None:
    assert long_words(run) == []
    assert "".join(texts_of(load(run.encode(), "a.txt"), Counter())).replace(" ", "") == run.replace(" ", "")


@pytest.mark.parametrize("start", [0, 1, 7, LONGEST_WORD - 1, LONGEST_WORD, 3 * LONGEST_WORD + 5])
@pytest.mark.parametrize("length", [LONGEST_WORD + 1, 5 * LONGEST_WORD])
def test_long_words_are_found_wherever_they_begin(start: int, length: int) -> None:
    lead = ("ab " * 2 * LONGEST_WORD)[: max(0, start - 1)] + " " * min(1, start)
    text = f"{lead}{'y' * length} end"
    assert long_words(text) == [Span(start, start + length)]


def test_only_the_first_passages_of_a_large_document_are_made_and_only_they_are_counted() -> None:
    paragraph = "The ferry leaves at nine and returns at noon, says the board on the quay.\n\n"
    parsed = load((paragraph * 60_000).encode(), "a.txt")
    whole = len(parsed.text)
    count = Counter()
    passages = split_passages(parsed, count, most=20)
    assert len(passages) == 20
    assert passages[0].start == 0
    assert all(one.end <= other.start for one, other in pairwise(passages))
    assert count.characters < whole


def test_a_document_in_portions_has_the_passages_of_one() -> None:
    sections = "".join(f"# Part {number}\n\n{'The ferry leaves at nine. ' * 20}\n\n" for number in range(2_500))
    parsed = load(sections.encode(), "a.md")
    assert len(list(portions(parsed.blocks))) > 1
    first = split_passages(load(sections[:40_000].encode(), "a.md"), Counter())
    assert split_passages(parsed, Counter())[: len(first) - 3] == first[:-3]


def test_portions_cover_all_blocks_once() -> None:
    blocks = [Block(at * 1000, at * 1000 + 900, "heading" if at % 700 == 0 else "paragraph", int(at % 700 == 0)) for at in range(9_000)]  # fmt: skip
    ranges = list(portions(blocks))
    assert [number for first, last in ranges for number in range(first, last)] == list(range(9_000))
    assert all(blocks[first].role == "heading" for first, _ in ranges)


def test_a_paragraph_of_megabytes_is_read_in_parts_that_hold_all_of_it() -> None:
    text = "ferry " * 600_000
    parts = searched(text, [Block(0, len(text))])
    assert len(parts) > 1
    assert "".join(text[one.start : one.end] for one in parts).strip() == text.strip()
