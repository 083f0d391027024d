"""Files are taken into a corpus without losing or doubling any."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from askv4.corpus.adding import Adder
from askv4.corpus.ignore import ignored_by
from askv4.corpus.links import LINKS_FILE, known_links, linked_target
from askv4.corpus.placing import unfinished_copy
from askv4.corpus.removing import Removed, find_in_corpus, remove_from_corpus
from askv4.errors import CorpusError, DocumentNotFound, UsageError
from tests.index_kit import write

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege on Windows")


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


def test_names_of_255_bytes_find_room_for_a_number(corpus: Path, tmp_path: Path) -> None:
    name = "ü" * 125 + "x.txt"
    assert len(name.encode()) == 255
    adder = Adder(corpus)
    assert outcomes(adder, write(tmp_path / "a" / name, "One.\n")) == [("added", name)]
    assert outcomes(adder, write(tmp_path / "b" / name, "Two.\n")) == [("renamed", "ü" * 124 + "-2.txt")]


def test_a_folder_says_what_it_does_not_give(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (one,) = Adder(corpus).add(tmp_path / "papers")
    assert (one.outcome, one.reason) == ("passed over", "there are no documents in it")
    if sys.platform != "win32":
        write(tmp_path / "secret.txt", "x")
        (tmp_path / "papers" / "link.txt").symlink_to(tmp_path / "secret.txt")
        (one,) = Adder(corpus).add(tmp_path / "papers")
        assert one.outcome == "passed over"
        assert "a link that leaves" in (one.reason or "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files from being removed by itself")
def test_what_a_killed_copy_left_is_cleared_away_and_one_under_way_is_not(corpus: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from askv4.corpus.placing import unfinished_copy\n"
        "with unfinished_copy(Path(sys.argv[1])): print('begun', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(corpus)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        source = write(tmp_path / "new.txt", "Something new.\n")
        list(Adder(corpus).add(source))
        assert len(list(corpus.glob(".askv4-*"))) == 1, "another process is still writing it"
        process.kill()
    with unfinished_copy(corpus) as (_, hidden):
        assert list(corpus.glob(".askv4-*")) == [hidden]
    assert list(corpus.glob(".askv4-*")) == []


# Links


@needs_links
def test_a_linked_file_stays_where_it_is(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "far" / "new.txt", "Something new.\n")
    monkeypatch.chdir(tmp_path / "far")
    adder = Adder(corpus, "sub", link=True)
    assert outcomes(adder, Path("new.txt")) == [("linked", "sub/new.txt")]
    assert (corpus / "sub" / "new.txt").readlink() == source
    links = known_links(corpus)
    assert linked_target(links, "sub/new.txt") == str(source)
    assert linked_target(links, "report.txt") is None
    assert outcomes(adder, source) == [("same", "sub/new.txt")]
    assert outcomes(Adder(corpus), source) == [("same", "sub/new.txt")], "a copy of what is linked is none too many"
    other = write(tmp_path / "other" / "new.txt", "Another.\n")
    assert outcomes(adder, other) == [("linked", "sub/new-2.txt")]


@needs_links
def test_a_linked_folder_stays_where_it_is(corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "papers" / "a.txt", "A.\n")
    adder = Adder(corpus, link=True)
    assert outcomes(adder, tmp_path / "papers") == [("linked", "papers")]
    assert outcomes(adder, tmp_path / "papers") == [("same", "papers")]
    assert linked_target(known_links(corpus), "papers/deep/b.txt") == str(tmp_path / "papers" / "deep" / "b.txt")
    with pytest.raises(UsageError):
        adder.add_content(b"x", "note.txt")


@needs_links
def test_a_link_that_was_made_but_not_noted_is_taken_up(corpus: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "new.txt", "Something new.\n")
    (corpus / "new.txt").symlink_to(source)  # what a kill between the two leaves
    assert outcomes(Adder(corpus, link=True), source) == [("linked", "new.txt")]
    assert set(known_links(corpus)) == {"new.txt"}


def test_a_disk_without_links_is_named(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with pytest.raises(CorpusError, match="not permitted") as caught:
        list(Adder(corpus, link=True).add(write(tmp_path / "new.txt", "New.\n")))
    assert "without --link" in caught.value.remedy


@needs_links
def test_of_a_link_only_the_link_is_removed(corpus: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "new.txt", "Something new.\n")
    write(tmp_path / "papers" / "a.txt", "A.\n")
    adder = Adder(corpus, link=True)
    list(adder.add(source))
    list(adder.add(tmp_path / "papers"))
    assert remove_from_corpus(corpus, find_in_corpus(corpus, "new.txt")) == Removed("new.txt", str(source))
    assert source.exists()
    assert not os.path.lexists(corpus / "new.txt")
    with pytest.raises(CorpusError, match="behind the link papers"):
        find_in_corpus(corpus, "papers/a.txt")
    assert remove_from_corpus(corpus, find_in_corpus(corpus, "papers/")).document == "papers"
    assert (tmp_path / "papers" / "a.txt").exists()
    assert not (corpus / LINKS_FILE).exists()


def test_a_list_of_links_that_is_broken_is_named(corpus: Path) -> None:
    assert known_links(corpus) == {}
    for text in ("{", "{}", '{"links": {"a": 1}}', "[]"):
        (corpus / LINKS_FILE).write_text(text)
        with pytest.raises(CorpusError, match="askv4links"):
            known_links(corpus)


def test_a_name_is_found_in_any_normal_form(corpus: Path) -> None:
    composed = unicodedata.normalize("NFC", "café.txt")
    write(corpus / unicodedata.normalize("NFD", "café.txt"), "Coffee.\n", time.time() % 60)
    assert unicodedata.normalize("NFC", find_in_corpus(corpus, composed).name) == composed
    with pytest.raises(DocumentNotFound) as caught:
        find_in_corpus(corpus, "raport.txt")
    assert caught.value.remedy == "did you mean 'report.txt'?"
