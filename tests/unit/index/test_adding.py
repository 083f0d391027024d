"""Files are taken into a corpus without losing or doubling any."""

from __future__ import annotations

from pathlib import Path

import pytest
from index_kit import write

from askv4.errors import CorpusError, UsageError
from askv4.index.adding import Adder
from askv4.index.ignore import ignored_by


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus" / "report.txt", "The first report.\n")
    return tmp_path / "corpus"


def outcomes(adder: Adder, path: Path) -> list[tuple[str, str | None]]:
    return [(one.outcome, one.document) for one in adder.add(path)]


def test_a_file_keeps_its_name_and_date(corpus: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "new.txt", "Something new.\n")
    assert outcomes(Adder(corpus), source) == [("added", "new.txt")]
    assert (corpus / "new.txt").read_bytes() == source.read_bytes()
    assert (corpus / "new.txt").stat().st_mtime == source.stat().st_mtime
    assert sorted(path.name for path in corpus.iterdir()) == ["new.txt", "report.txt"]


def test_nothing_is_overwritten_and_nothing_is_there_twice(corpus: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "a" / "report.txt", "Another report.\n")
    third = write(tmp_path / "b" / "report.txt", "A third report.\n")
    copy = write(tmp_path / "c" / "copy.txt", "The first report.\n")
    adder = Adder(corpus)
    assert outcomes(adder, other) == [("renamed", "report-2.txt")]
    assert outcomes(adder, third) == [("renamed", "report-3.txt")]
    assert outcomes(adder, copy) == [("same", "report.txt")]
    assert outcomes(adder, other) == [("same", "report-2.txt")]
    assert (corpus / "report.txt").read_text() == "The first report.\n"


def test_a_folder_keeps_its_order(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    write(folder / "one.md", "# One\n")
    write(folder / "deep" / "two.txt", "Two.\n")
    write(folder / "film.mkv", "x")
    write(folder / ".hidden.txt", "no")
    assert outcomes(Adder(corpus, "science"), folder) == [
        ("added", "science/papers/deep/two.txt"),
        ("passed over", None),
        ("added", "science/papers/one.md"),
    ]


def test_what_cannot_be_added_is_named(corpus: Path, tmp_path: Path) -> None:
    adder = Adder(corpus)
    assert outcomes(adder, tmp_path / "absent.txt") == [("failed", None)]
    assert outcomes(adder, corpus) == [("passed over", None)]
    assert outcomes(adder, tmp_path) == [("failed", None)]
    assert outcomes(adder, write(tmp_path / "~$lock.docx", "x")) == [("passed over", None)]


def test_content_without_a_file(corpus: Path) -> None:
    adder = Adder(corpus)
    assert adder.add_content(b"The first report.\n", "note.txt").outcome == "same"
    assert adder.add_content(b"A note.\n", "note.txt").document == "note.txt"
    assert adder.add_content(b"Another note.\n", "note.txt").document == "note-2.txt"
    for name in ("../x.txt", "a/b.txt", ".x", ""):
        with pytest.raises(UsageError):
            adder.add_content(b"x", name)


@pytest.mark.parametrize("into", ["..", "../other", "/tmp", ".hidden", "report.txt"])
def test_a_folder_outside_is_refused(corpus: Path, into: str) -> None:
    with pytest.raises(UsageError):
        Adder(corpus, into)


def test_names_are_ignored_as_git_would(tmp_path: Path) -> None:
    assert ignored_by(tmp_path) is None
    write(tmp_path / ".askv4ignore", "# mine\ndrafts/\n*.log\n!keep.log\n")
    ignored = ignored_by(tmp_path)
    assert ignored is not None
    assert [name for name in ("drafts/a.md", "x/b.log", "keep.log", "c.md") if ignored(name)] == [
        "drafts/a.md",
        "x/b.log",
    ]
    write(tmp_path / ".askv4ignore", "!\n")
    with pytest.raises(CorpusError):
        ignored_by(tmp_path)
