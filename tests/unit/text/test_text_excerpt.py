"""The part of a passage that is shown where there is no room for all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.excerpt import GAP, cut, shortened
from askv4.text.safe import safe_line
from askv4.types import Citation

AT = 100
"""Where the passage begins in its document."""


def passage(text: str, likely: tuple[int, int] | None) -> Citation:
    """`likely` as offsets in the passage."""
    moved = (AT + likely[0], AT + likely[1]) if likely else None
    return Citation(1, "a.txt", "a", None, AT, AT + len(text), 1, None, None, text, likely=moved)


def place(text: str, sentence: str) -> tuple[int, int]:
    return text.index(sentence), text.index(sentence) + len(sentence)


SENTENCES = [f"Sentence number {n} of the passage." for n in range(20)]
TEXT = " ".join(SENTENCES)


def test_what_has_room_is_shown_whole() -> None:
    assert shortened(passage(TEXT, (700, 710)), len(TEXT)) == TEXT


def test_a_passage_is_shown_from_its_beginning_where_that_shows_the_sentence() -> None:
    assert shortened(passage(TEXT, None), 60) == f"{SENTENCES[0]} Sentence number 1 of the {GAP}"
    assert shortened(passage(TEXT, (0, len(SENTENCES[0]))), 60) == f"{SENTENCES[0]} Sentence number 1 of the {GAP}"


def test_a_sentence_further_down_is_shown_from_where_it_begins() -> None:
    shown = shortened(passage(TEXT, place(TEXT, SENTENCES[12])), 60)
    assert shown == f"{GAP} {SENTENCES[12]} Sentence number 13 of the {GAP}"


def test_the_last_sentence_is_shown_with_what_comes_before_it() -> None:
    shown = shortened(passage(TEXT, place(TEXT, SENTENCES[19])), 80)
    assert shown == f"{GAP} passage. {SENTENCES[18]} {SENTENCES[19]}"


def test_white_space_takes_no_room() -> None:
    text = f"name{' ' * 300}price{' ' * 300}two months is the deposit"
    assert shortened(passage(text, place(text, "two months")), 60) == "name price two months is the deposit"


@pytest.mark.parametrize("likely", ["押金为两个月的租金。", None])
def test_a_script_without_spaces_is_cut_where_there_is_no_more_room(likely: str | None) -> None:
    text = f"Huawei {'华为的昇腾芯片在深圳设计。' * 20}押金为两个月的租金。合同期满以后退还给承租人 Mr Li 本人。{'完。' * 9}"
    shown = shortened(passage(text, place(text, likely) if likely else None), 100)
    assert (likely or text[:100]) in shown
    assert 100 <= len(shown) <= 104


@given(st.text("ab c\n\t\r\x1b\u202e押", max_size=200), st.integers(4, 60), st.data())
def test_an_excerpt_is_a_stretch_of_the_line_that_shows_the_sentence_or_its_beginning(
    inside: str, size: int, data: st.DataObject
) -> None:
    text = f"x{inside}x"
    start = data.draw(st.integers(0, len(text) - 1).filter(lambda i: not text[i].isspace()))
    end = data.draw(st.integers(start + 1, len(text)).filter(lambda i: not text[i - 1].isspace()))
    line, sentence = safe_line(text), safe_line(text[start:end])
    shown = shortened(passage(text, (start, end)), size)
    if len(line) <= size:
        assert shown == line
        return
    stretch = shown.removeprefix(f"{GAP} ").removesuffix(f" {GAP}")
    assert stretch in line
    assert 0 < len(stretch) <= size
    if len(sentence) <= size:
        assert sentence in stretch
    else:
        assert stretch == cut(sentence, size)


@given(st.text("ab 押", max_size=200), st.integers(1, 60))
def test_a_line_is_cut_at_a_word_where_one_ends_near(text: str, size: int) -> None:
    line = safe_line(text)
    said = cut(line, size)
    assert line.startswith(said)
    assert len(said) <= size
    if len(line) > size and " " in line[max(1, size - 40) : size + 1]:
        assert line[len(said)] == " "
    elif len(line) > size:
        assert len(said) == size
