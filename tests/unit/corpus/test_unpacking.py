"""Archives from anywhere: what is in them becomes files in the corpus, and nothing else happens."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from askv4.corpus import unpacking
from askv4.corpus.adding import Added, Adder
from askv4.corpus.unpacking import add_archive, is_archive


def unpack(tmp_path: Path, path: Path) -> dict[str, Added]:
    """What became of each member, by the end of its name."""
    corpus = tmp_path / "corpus"
    corpus.mkdir(exist_ok=True)
    return {one.source.removeprefix(f"{path}/"): one for one in add_archive(Adder(corpus), path)}


def archive(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def files(tmp_path: Path) -> set[str]:
    corpus = tmp_path / "corpus"
    return {path.relative_to(corpus).as_posix() for path in corpus.rglob("*") if path.is_file()}


def test_documents_keep_their_folders_and_litter_stays_behind(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {"a.txt": "one", "deep/b.md": "two", "__MACOSX/._a.txt": "x", ".DS_Store": "x", "film.mkv": "x"}  # fmt: skip
    path = archive(tmp_path / "letters.zip", members)
    assert is_archive(path)
    unpacked = unpack(tmp_path, path)
    assert files(tmp_path) == {"letters/a.txt", "letters/deep/b.md"}
    assert {name: one.outcome for name, one in unpacked.items()} == {"a.txt": "added", "deep/b.md": "added", "film.mkv": "passed over"}  # fmt: skip
    again = unpack(tmp_path, path)
    assert again["a.txt"].outcome == "same"
    assert files(tmp_path) == {"letters/a.txt", "letters/deep/b.md"}


def test_a_folder_called_as_the_archive_is_not_doubled(tmp_path: Path) -> None:
    unpack(tmp_path, archive(tmp_path / "letters.zip", {"letters/a.txt": "one", "letters/sub/b.txt": "two"}))
    assert files(tmp_path) == {"letters/a.txt", "letters/sub/b.txt"}


@pytest.mark.parametrize("name", ["../evil.txt", "sub/../../evil.txt", "/evil.txt", "C:\\evil.txt", "..\\evil.txt"])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    unpacked = unpack(tmp_path, archive(tmp_path / "letters.zip", {name: "evil", "good.txt": "good"}))
    assert files(tmp_path) == {"letters/good.txt"}
    assert not list(tmp_path.glob("**/evil.txt"))
    (refused,) = [one for one in unpacked.values() if one.outcome == "failed"]
    assert refused.reason == "its path leads out of the archive"


def test_links_and_archives_in_archives_are_passed_over(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "letters.zip"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(link, "/etc/passwd")
        target.writestr("inner.zip", b"PK")
        target.writestr("good.txt", "good")
    unpacked = unpack(tmp_path, path)
    assert unpacked["link.txt"].reason == "it is a link"
    assert "archive in an archive" in (unpacked["inner.zip"].reason or "")
    assert files(tmp_path) == {"letters/good.txt"}


def test_bombs_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bomb,) = unpack(tmp_path, archive(tmp_path / "bomb.zip", {"a.txt": bytes(32 << 20)})).values()
    assert bomb.outcome == "failed"
    assert "would unpack to 32 MiB" in (bomb.reason or "")
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 1000)
    (large,) = unpack(tmp_path, archive(tmp_path / "large.zip", {"a.txt": os.urandom(600), "b.txt": os.urandom(600)})).values()  # fmt: skip
    assert "would unpack" in (large.reason or "")
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 2)
    (many,) = unpack(tmp_path, archive(tmp_path / "many.zip", {f"{n}.txt": "x" for n in range(3)})).values()
    assert "holds 3 files" in (many.reason or "")
    assert files(tmp_path) == set()


def test_a_member_that_holds_more_than_it_says_is_damaged(tmp_path: Path) -> None:
    path = archive(tmp_path / "letters.zip", {"a.txt": os.urandom(5000), "b.txt": "fine"})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"a.txt") - 46 + 24  # the size in the central directory
    data[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    unpacked = unpack(tmp_path, path)
    assert unpacked["a.txt"].outcome == "failed"
    assert files(tmp_path) == {"letters/b.txt"}


def test_encrypted_and_damaged_archives_are_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "secret.zip", {"a.txt": "secret"})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    (secret,) = unpack(tmp_path, path).values()
    assert "is encrypted" in (secret.reason or "")
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 and no more")
    (torn,) = unpack(tmp_path, tmp_path / "torn.zip").values()
    assert "damaged" in (torn.reason or "")
    (empty,) = unpack(tmp_path, archive(tmp_path / "empty.zip", {})).values()
    assert empty.reason == "there are no documents in it"


def test_names_from_other_machines_are_read_in_their_encoding(tmp_path: Path) -> None:
    names = ["отчет за год.txt", "письмо директору.txt"]
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as target:
        for number in range(len(names)):
            target.writestr(f"{number}" * len(names[number].encode("cp866")), f"text {number}")
    data = path.read_bytes()
    for number, name in enumerate(names):
        raw = name.encode("cp866")
        data = data.replace(b"%d" % number * len(raw), raw)
    path.write_bytes(data)
    unpack(tmp_path, path)
    assert files(tmp_path) == {f"old/{name}" for name in names}
