"""What a conversation cites, as reference managers read it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from askv4.answer.conversation.export import exported, format_of, write_new
from askv4.answer.conversation.kept import Conversation, KeptTurn
from askv4.errors import UsageError
from askv4.types import Answer, Citation

ASKED = datetime(2026, 1, 2, 12, tzinfo=UTC)
CONVERSATION = Conversation(1, "Tea", Path("/c"), ASKED, ASKED, 1)
TEA = Citation(1, "notes/Thé & tea.md", "Tea, 50% {weaker}_ \\ #1", "report", 0, 4, 12, None, None, "Tea.")
PAGE = Citation(2, "brew.pdf", "Brewing", None, 0, 4, None, 3, None, "Brew")
AGAIN = replace(TEA, n=3, line=40)
OTHER = Citation(4, "old/brew.pdf", "Brewing", None, 0, 4, None, 3, None, "Brew")
DATES = {"notes/Thé & tea.md": "2024-05-06", "brew.pdf": "2023"}


def turns() -> list[KeptTurn]:
    answer = Answer("q", "answered", "extractive", None, "a", (TEA, PAGE, AGAIN, OTHER))
    return [KeptTurn(1, "q", answer, ASKED)] * 2


def test_bibtex_has_each_document_once_and_escapes_what_tex_obeys() -> None:
    text = exported(CONVERSATION, turns(), "bibtex", DATES)
    assert re.findall(r"@misc\{([^,]+),", text) == ["the-tea", "brew", "brew-2"]
    assert r"  title = {{Tea, 50\% \textbraceleft{}weaker\textbraceright{}\_ \textbackslash{} \#1}}," in text
    assert "  date = {2024-05-06},\n  year = {2024},\n  month = {5},\n  howpublished = {report},\n" in text
    assert r"  note = {notes/Thé \& tea.md; line 12; line 40}," in text
    assert "  date = {2023},\n  year = {2023},\n  note = {brew.pdf; page 3},\n" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_csl_json_is_what_zotero_and_pandoc_read() -> None:
    rows = json.loads(exported(CONVERSATION, turns(), "csl-json", DATES))
    assert [row["id"] for row in rows] == ["the-tea", "brew", "brew-2"]
    assert rows[0] == {
        "id": "the-tea",
        "type": "document",
        "title": TEA.title,
        "genre": "report",
        "issued": {"date-parts": [[2024, 5, 6]]},
        "note": "notes/Thé & tea.md; line 12; line 40",
        "URL": Path("/c/notes/Thé & tea.md").as_uri(),
    }
    assert "issued" not in rows[2]


def test_the_end_of_a_name_says_the_format_and_nothing_is_overwritten(tmp_path: Path) -> None:
    forms = [format_of(Path(name)) for name in ("a.bib", "a.JSON", "a.md", "a")]
    assert forms == ["bibtex", "csl-json", "markdown", "markdown"]
    write_new(tmp_path / "a.bib", "x")
    with pytest.raises(UsageError, match="exists already"):
        write_new(tmp_path / "a.bib", "y")
    with pytest.raises(UsageError, match="cannot be written"):
        write_new(tmp_path / "nowhere" / "a.bib", "y")


def test_no_title_ends_its_entry() -> None:
    """BibTeX counts braces, whatever stands before them."""
    said = turns()
    hostile = "Tea}},\n}\n@misc{evil, title = {{{{ % \\"
    cited = tuple(replace(one, title=hostile) for one in said[0].answer.citations)
    text = exported(CONVERSATION, [replace(said[0], answer=replace(said[0].answer, citations=cited))], "bibtex", DATES)
    assert text.count("{") == text.count("}")
    assert re.findall(r"^@misc\{([^,]+),", text, re.MULTILINE) == ["the-tea", "brew", "brew-2"]
    depth = 0
    for character in text.split("title = ", 1)[1].splitlines()[0]:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
