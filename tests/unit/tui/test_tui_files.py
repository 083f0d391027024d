"""Paths are recognised in what people paste, and files come into the corpus without harm to what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.errors import DocumentNotFound
from askv4.tui.files import add, files_in, paths_in, remove


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


def test_dragged_paths_with_escapes_and_several_at_once(spaced: Path, corpus: Path) -> None:
    escaped = str(spaced).replace(" ", "\\ ").replace("&", "\\&").replace("(", "\\(").replace(")", "\\)")
    assert paths_in(f"{escaped} {corpus}") == [spaced, corpus]
    assert paths_in(f"{spaced}\n{corpus}") == [spaced, corpus]


@pytest.mark.parametrize(
    "text", ["", "what is /etc?", "/no/such/file here", "~nobody-here/x", "README.md", "'unclosed", "/"[:0]]
)
def test_questions_are_no_paths(text: str) -> None:
    assert paths_in(text) == []


def test_a_file_is_copied_and_nothing_is_overwritten(spaced: Path, corpus: Path, tmp_path: Path) -> None:
    assert add([spaced], corpus).added == [spaced.name]
    assert add([spaced], corpus).there == [spaced.name]
    other = tmp_path / "other" / spaced.name
    other.parent.mkdir()
    other.write_text("another text")
    assert add([other], corpus).added == ["with space & (odd) (2).txt"]
    assert (corpus / spaced.name).read_text() == "text"
    assert sorted(path.name for path in corpus.iterdir()) == ["with space & (odd) (2).txt", "with space & (odd).txt"]


def test_folders_keep_their_shape_and_hidden_files_stay_out(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for name in ("a.txt", "deep/b.txt", ".hidden", ".git/config"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    done = add([folder], corpus)
    assert sorted(done.added) == ["folder/a.txt", "folder/deep/b.txt"]
    assert done.line == "added 2 files"
    assert [path.name for path in files_in(folder)] == ["a.txt", "b.txt"]


def test_what_is_in_the_corpus_already_is_not_copied_into_itself(corpus: Path) -> None:
    (corpus / "a.txt").write_text("a")
    assert add([corpus], corpus).added == []
    assert add([corpus / "a.txt"], corpus).there == ["a.txt"]


def test_a_file_that_cannot_be_read_costs_a_line(corpus: Path, spaced: Path, tmp_path: Path) -> None:
    done = add([tmp_path / "gone.txt", spaced], corpus)
    assert done.added == [spaced.name]
    assert done.line.endswith("gone.txt: No such file or directory")
    assert not [path for path in corpus.iterdir() if path.name.startswith(".")]


def test_a_removed_file_is_in_the_bin(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (corpus / "a.txt").write_text("a")
    remove("a.txt", corpus)
    assert not (corpus / "a.txt").exists()
    with pytest.raises(DocumentNotFound):
        remove("a.txt", corpus)
