"""Nothing that stands in a document can act on the terminal that shows it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.safe import safe, safe_line, safe_name

DIRECTIONS = set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A))


def acts(character: str) -> bool:
    """Whether a terminal or a reader's eye would be led by the character rather than shown it."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or ord(character) in DIRECTIONS


@given(st.text(st.characters(codec=None)))
def test_no_character_acts(text: str) -> None:
    assert not any(acts(character) for character in safe(text) if character not in "\n\t")
    assert not any(acts(character) for character in safe_line(text))
    assert not any(acts(character) for character in safe_name(text))
    safe(text).encode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert safe(text) == safe_name(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "␛[2Jgone"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edcb", "abc\\u202edcb"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\U000e0041", "\\U000e0041"),
        ("half \ud83d", "half \ufffd"),
        ("👩‍🚀 [bold]不变[/bold]", "👩‍🚀 [bold]不变[/bold]"),
    ],
)
def test_what_acts_becomes_visible(text: str, shown: str) -> None:
    assert safe(text) == safe_line(text) == shown


def test_line_breaks() -> None:
    assert safe("a\r\nb\tc\u2028d") == "a\nb\tc\nd"
    assert safe_line(" a\r\nb\t c\u2029 ") == "a b c"
    assert safe_name("a\nb\tc.md") == "a␊b␉c.md"
