"""Paths are recognised in what people paste, and files come into the corpus without harm to what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.errors import DocumentNotFound
from askv4.tui.files import add, added_line, documents_in, missing_path, paths_in, remove


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def spaced(tmp_path: Path) -> Path:
    path = tmp_path / "with space & (odd).txt"
    path.write_text("text")
    return path


@pytest.mark.parametrize("form", ["{}", "'{}'", '"{}"', "file://{}", " {} \n"])
def test_pasted_paths_are_recognised(spaced: Path, form: str) -> None:
    assert paths_in(form.format(spaced)) == [spaced]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("/no/such/file.pdf", "/no/such/file.pdf"),
        ("'/no/such file.pdf'", "/no/such file.pdf"),
        ("file:///no/such%20file.pdf", "/no/such file.pdf"),
        ("/no/such/file.pdf?", None),
        ("/no/such/file says what", None),
        ("why?", None),
        ("/" + "x" * 5000, "/" + "x" * 5000),
    ],
)
def test_a_path_that_leads_nowhere_is_told_from_a_question(text: str, missing: str | None) -> None:
    assert missing_path(text) == (Path(missing) if missing else None)


def test_dragged_paths_with_escapes_and_several_at_once(spaced: Path, corpus: Path) -> None:
    escaped = str(spaced).replace(" ", "\\ ").replace("&", "\\&").replace("(", "\\(").replace(")", "\\)")
    assert paths_in(f"{escaped} {corpus}") == [spaced, corpus]
    assert paths_in(f"{spaced}\n{corpus}") == [spaced, corpus]


@pytest.mark.parametrize(
    "text", ["", "what is /etc?", "/no/such/file here", "~nobody-here/x", "README.md", "'unclosed", "/"[:0]]
)
def test_questions_are_no_paths(text: str) -> None:
    assert paths_in(text) == []


def test_what_was_added_is_told_in_a_line(spaced: Path, corpus: Path, tmp_path: Path) -> None:
    added = add([spaced], corpus)
    assert added_line(added) == f"added {spaced.name}"
    assert "the same content is there" in added_line(add([spaced], corpus))
    folder = tmp_path / "folder"
    for name in ("a.txt", "deep/b.txt", ".hidden", ".git/config", "x.nonsense"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    assert documents_in(folder) == 2
    line = added_line(add([folder], corpus))
    assert line.startswith("added 2 documents")
    assert "x.nonsense" in line
    assert added_line([]) == "nothing to add there"


def test_a_removed_file_is_in_the_bin(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (corpus / "a.txt").write_text("a")
    remove("a.txt", corpus)
    assert not (corpus / "a.txt").exists()
    with pytest.raises(DocumentNotFound):
        remove("a.txt", corpus)
