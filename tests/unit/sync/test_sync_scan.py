"""Which files of a folder are documents, and what is said about the others."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from askv4.corpus.links import known_links, note_link
from askv4.corpus.scan import LEAVES, Scan, scan
from askv4.errors import CorpusMissing
from askv4.text.loaders import is_indexable
from tests.index_kit import write

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege on Windows")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def names(scanned: Scan) -> list[str]:
    return sorted(scanned.files)


def test_files_at_any_depth_by_their_path(corpus: Path) -> None:
    write(corpus / "a.txt", "A")
    write(corpus / "deep" / "er" / "b.md", "Bee")
    scanned = scan(corpus, is_indexable)
    assert names(scanned) == ["a.txt", "deep/er/b.md"]
    assert scanned.files["deep/er/b.md"].bytes == 3
    assert (scanned.refused, scanned.unlisted) == ({}, [])


def test_hidden_files_and_the_readme_at_the_root_are_passed_over(corpus: Path) -> None:
    for name in (".hidden.txt", ".git/config", "README.md", "~$report.txt", "a/.b/c.txt", "draft.txt~"):
        write(corpus / name, "x")
    write(corpus / "sub" / "README.md", "A document like any other.")
    assert names(scan(corpus, is_indexable)) == ["sub/README.md"]


def test_a_missing_folder_and_a_file_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="nowhere"):
        scan(tmp_path / "nowhere", is_indexable)
    write(tmp_path / "file", "x")
    with pytest.raises(CorpusMissing, match="file"):
        scan(tmp_path / "file", is_indexable)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_of_any_bytes(corpus: Path) -> None:
    for raw in (
        b"caf\xe9.txt",
        b"new\nline.txt",
        b"\x01\x1b[31m.txt",
        "e\u0301.txt".encode(),
        "é.txt".encode(),
        b"x" * 251 + b".txt",
    ):
        (corpus / os.fsdecode(raw)).write_bytes(b"x")
    scanned = scan(corpus, is_indexable)
    assert len(scanned.files) == 6
    assert "caf\udce9.txt" in scanned.files
    assert {"e\u0301.txt", "é.txt"} <= set(scanned.files)


@needs_links
def test_links_that_leave_the_corpus_are_not_followed_unless_asked(corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret.txt", "x")
    (corpus / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (corpus / "folder").symlink_to(tmp_path / "outside")
    scanned = scan(corpus, is_indexable)
    assert names(scanned) == []
    assert scanned.refused == dict.fromkeys(["file.txt", "folder"], LEAVES)
    assert names(scan(corpus, is_indexable, follow_links=True)) == ["file.txt", "folder/secret.txt"]


@needs_links
def test_links_within_the_corpus_make_no_document_twice(corpus: Path) -> None:
    write(corpus / "a.txt", "A")
    write(corpus / ".store" / "b", "B")
    write(corpus / "sub" / "c.txt", "C")
    (corpus / "again.txt").symlink_to(corpus / "a.txt")
    (corpus / "b.txt").symlink_to(corpus / ".store" / "b")
    (corpus / "round").symlink_to(corpus / "sub")
    scanned = scan(corpus, is_indexable)
    assert names(scanned) == ["a.txt", "b.txt", "sub/c.txt"]
    assert scanned.refused == {
        "again.txt": "a link to a.txt, which is a document itself",
        "round": "a link to a folder of the corpus itself",
    }


@needs_links
def test_circles_end(corpus: Path, tmp_path: Path) -> None:
    write(corpus / "a.txt", "A")
    (corpus / "self").symlink_to("self")
    (corpus / "up").symlink_to(corpus)
    (corpus / "above").symlink_to(tmp_path)
    write(tmp_path / "other" / "b.txt", "B")
    (tmp_path / "other" / "back").symlink_to(tmp_path / "other")
    (corpus / "out").symlink_to(tmp_path / "other")
    for follow in (False, True):
        scanned = scan(corpus, is_indexable, follow_links=follow)
        assert "a.txt" in scanned.files
        assert scanned.refused["self"] == "a link that leads nowhere"
        assert scanned.refused["up"] == "a link to a folder of the corpus itself"
        assert sum(name.endswith("b.txt") for name in scanned.files) == follow


@needs_links
def test_a_broken_link_keeps_what_lies_behind_it(corpus: Path, tmp_path: Path) -> None:
    (corpus / "disk").symlink_to(tmp_path / "unplugged")
    scanned = scan(corpus, is_indexable, follow_links=True)
    assert scanned.refused == {"disk": "a link that leads nowhere"}
    assert scanned.hides("disk/a.txt")
    assert not scanned.hides("disk.txt")


@needs_links
def test_a_corpus_that_is_a_link_itself(corpus: Path, tmp_path: Path) -> None:
    write(corpus / "a.txt", "A")
    (tmp_path / "link").symlink_to(corpus)
    assert names(scan(tmp_path / "link", is_indexable)) == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_pipes_and_sockets_are_never_opened(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(corpus / "pipe.txt")
    monkeypatch.chdir(corpus)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        scanned = scan(corpus, is_indexable)
    assert scanned.refused == dict.fromkeys(["pipe.txt", "socket.txt"], "not a file but a pipe, a socket or a device")


def test_a_folder_that_cannot_be_listed_hides_its_files(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(corpus / "locked" / "a.txt", "A")
    write(corpus / "b.txt", "B")
    listing = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", guarded)
    scanned = scan(corpus, is_indexable)
    assert names(scanned) == ["b.txt"]
    assert scanned.refused == {"locked/": "the folder cannot be listed: Permission denied"}
    assert scanned.hides("locked/a.txt")


@needs_links
def test_the_user_s_own_links_are_followed_and_nobody_else_s(corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside" / "mine.txt", "x")
    write(tmp_path / "outside" / "secret.txt", "x")
    for name in ("mine.txt", "secret.txt"):
        (corpus / name).symlink_to(tmp_path / "outside" / name)
    (corpus / "folder").symlink_to(tmp_path / "outside")
    note_link(corpus, "mine.txt")
    note_link(corpus, "folder")
    scanned = scan(corpus, is_indexable, links=known_links(corpus))
    assert names(scanned) == ["folder/mine.txt", "folder/secret.txt", "mine.txt"]
    assert scanned.refused == {"secret.txt": LEAVES}
    assert scanned.disks == {"folder/"}
    # A link that took the place of the one that was noted, and a list that came with its links from elsewhere.
    kept = corpus / "kept"
    (corpus / "mine.txt").rename(kept)
    (corpus / "mine.txt").symlink_to(tmp_path / "outside" / "mine.txt")
    scanned = scan(corpus, is_indexable, links=known_links(corpus))
    assert scanned.refused == dict.fromkeys(["kept", "mine.txt", "secret.txt"], LEAVES)


@needs_links
def test_a_linked_folder_is_entered_once(corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside" / "a.txt", "x")
    (tmp_path / "outside" / "round").symlink_to(tmp_path / "outside")
    for name in ("one", "two"):
        (corpus / name).symlink_to(tmp_path / "outside")
        note_link(corpus, name)
    scanned = scan(corpus, is_indexable, links=known_links(corpus))
    assert len(scanned.files) == 1
    assert "a folder that is in the corpus already, under another name" in scanned.refused.values()


def test_ignored_folders_are_not_entered(corpus: Path) -> None:
    write(corpus / "drafts" / "a.txt", "A")
    write(corpus / "kept" / "b.txt", "B")
    asked: list[str] = []

    def ignored(name: str) -> bool:
        asked.append(name)
        return name in ("drafts/", "kept/c.txt")

    write(corpus / "kept" / "c.txt", "C")
    assert names(scan(corpus, is_indexable, ignored=ignored)) == ["kept/b.txt"]
    assert sorted(asked) == ["drafts/", "kept/", "kept/b.txt", "kept/c.txt"]
