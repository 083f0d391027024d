"""The shipped documents hold the saved pages' words and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.text.loaders import is_indexable, load
from askv4.types import ParsedText

CORPUS = Path(__file__).parents[2] / "corpus"
SEEDS = Path("/work/shared/seeds")
ANALYSIS, COMMENTS, REPORT = "v4-huawei-nvidia.md", "v4-huawei-nvidia-comments.md", "jensen-huang-warning.md"
LAST_OF_ANALYSIS = "push harder toward domestic inference infrastructure."


def parsed(name: str) -> ParsedText:
    return load((CORPUS / name).read_bytes(), name)


def words(name: str) -> list[str]:
    """The lines that are not front matter, without the marks of headings."""
    body = parsed(name).text.split("\n---\n", 1)[1]
    return [line.removeprefix("## ").removeprefix("# ") for line in body.split("\n") if line]


def seed(start: str) -> list[str]:
    if not SEEDS.is_dir():
        pytest.skip("the saved pages are not on this machine")
    (page,) = [text for path in SEEDS.glob("*.txt") if (text := path.read_text("utf-8")).startswith(start)]
    return [line for line in page.split("\n") if line]


def test_the_three_documents_are_the_corpus():
    names = {path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file()}
    assert {name for name in names if is_indexable(name)} == {ANALYSIS, COMMENTS, REPORT}


def test_the_page_with_the_analysis_is_divided_at_its_last_paragraph():
    lines = seed("Part 2:")
    cut = next(number for number, line in enumerate(lines) if line.endswith(LAST_OF_ANALYSIS)) + 1
    assert words(ANALYSIS) == lines[:cut]
    assert words(COMMENTS) == lines[cut:]


def test_the_report_is_whole():
    assert words(REPORT) == seed("The release of")


@pytest.mark.parametrize(
    ("name", "kind", "headings"),
    [(ANALYSIS, "analysis", 6), (COMMENTS, "reader comments", 0), (REPORT, "news report", 3)],
)
def test_front_matter_says_what_each_is(name, kind, headings):
    document = parsed(name)
    assert document.kind == kind
    assert document.title
    assert document.context
    assert document.context.startswith("from ")
    assert document.date is None
    assert set(document.metadata) == {"title", "kind", "context"}
    assert sum(block.role == "heading" for block in document.blocks) == headings
    assert document.notes == ()
