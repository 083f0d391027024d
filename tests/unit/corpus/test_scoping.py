"""What limits a question to a part of the corpus, as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.corpus.scoping import said_as_one, scope_of
from askv4.errors import UsageError


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("", ((), None, None)),
        ("letters '*.pdf' since 2024", (("letters", "*.pdf"), "2024", None)),
        ('"news report", --until May 2024', (("news report",), None, "May 2024")),
    ],
)
def test_one_line_says_places_and_times(said: str, parts: tuple[object, ...]) -> None:
    assert said_as_one(said) == parts


@pytest.mark.parametrize("said", ["letters 'x", "letters since", "until since 2024"])
def test_a_line_that_says_half_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        said_as_one(said)


def test_the_corpus_itself_is_no_part_of_it_and_formats_are_known_by_name_and_ending(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    assert scope_of(tmp_path, str(tmp_path)) is None
    assert scope_of(tmp_path, []) is None
    scope = scope_of(tmp_path, ["pdf", "email", ".docx"])
    assert scope is not None
    assert (scope.folders, scope.patterns) == (("pdf",), ("*.eml", "*.docx")), "a folder goes before a format"
