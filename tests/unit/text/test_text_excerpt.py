"""The part of a passage that is shown where there is no room for all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from askv4.text.excerpt import GAP, excerpt
from askv4.types import Citation

AT = 100
"""Where the passage begins in its document."""


def passage(text: str, likely: tuple[int, int] | None) -> Citation:
    """`likely` as offsets in the passage."""
    moved = (AT + likely[0], AT + likely[1]) if likely else None
    return Citation(1, "a.txt", "a", None, AT, AT + len(text), 1, None, None, text, likely=moved)


SENTENCES = [f"Sentence number {n} of the passage." for n in range(20)]
TEXT = " ".join(SENTENCES)


def test_what_has_room_is_shown_whole() -> None:
    assert excerpt(passage(TEXT, (700, 710)), len(TEXT)) == TEXT


def test_a_passage_is_shown_from_its_beginning_where_that_shows_the_sentence() -> None:
    assert excerpt(passage(TEXT, None), 60) == f"{SENTENCES[0]} Sentence number 1 of the {GAP}"
    assert excerpt(passage(TEXT, (0, len(SENTENCES[0]))), 60) == f"{SENTENCES[0]} Sentence number 1 of the {GAP}"


def test_a_sentence_further_down_is_shown_from_where_it_begins() -> None:
    start = TEXT.index(SENTENCES[12])
    shown = excerpt(passage(TEXT, (start, start + len(SENTENCES[12]))), 60)
    assert shown == f"{GAP} {SENTENCES[12]} Sentence number 13 of the {GAP}"


def test_the_last_sentence_is_shown_with_what_comes_before_it() -> None:
    start = TEXT.index(SENTENCES[19])
    shown = excerpt(passage(TEXT, (start, len(TEXT))), 80)
    assert shown == f"{GAP} passage. {SENTENCES[18]} {SENTENCES[19]}"


@given(st.lists(st.text("ab c\n", min_size=1, max_size=20), min_size=1, max_size=12), st.integers(4, 60), st.data())
def test_an_excerpt_is_a_stretch_of_the_passage_that_begins_with_the_sentence_or_holds_it(
    parts: list[str], size: int, data: st.DataObject
) -> None:
    text = f"x{' '.join(parts)}x"
    start = data.draw(
        st.integers(0, len(text) - 1).filter(lambda i: not text[i].isspace() and not text[:i][-1:].strip())
    )
    end = data.draw(st.integers(start + 1, len(text)))
    shown = excerpt(passage(text, (start, end)), size)
    stretch = shown.removeprefix(f"{GAP} ").removesuffix(f" {GAP}")
    assert stretch in text
    assert len(stretch) <= size
    if len(text) <= size:
        assert shown == text
    elif end <= size:
        assert text.startswith(stretch)
    else:
        first = text[start:end].split()[0]
        assert first in stretch or len(first) > size
