from __future__ import annotations

import subprocess
import sys

import pytest

from askv4.errors import DocumentEmpty, DocumentTooLarge, UnsupportedFormat
from askv4.text import loaders
from askv4.text.loaders import format_of, is_indexable, load


@pytest.mark.parametrize(
    "name", ["a.md", "folder/notes.TXT", "README", "sub/README.md", "résumé.markdown", "server.log"]
)
def test_documents(name):
    assert is_indexable(name)
    assert format_of(name) is not None


@pytest.mark.parametrize(
    "name",
    ["README.md", "readme.MD", ".hidden.md", ".git/config", "a/.obsidian/b.md", "~$report.docx", "notes.md~", "#notes.md#",
     "film.mkv.part", "a/Thumbs.db", "desktop.ini", ".~lock.a.odt#", ""],
)  # fmt: skip
def test_not_documents(name):
    assert not is_indexable(name)


def test_an_unknown_suffix_is_named_with_what_would_do():
    with pytest.raises(UnsupportedFormat) as caught:
        load(b"x", "model.blend")
    assert ".blend" in str(caught.value)
    assert ".md" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "what", "remedy"),
    [
        ("film.MKV", "is a film", ".srt"),
        ("report.pages", "a Pages document", ".docx"),
        ("letters.zip", "is an archive", "askv4 add FILE.zip --unpack"),
        ("letters.tar.gz", "is an archive", "unpack it"),
    ],
)
def test_known_formats_that_are_not_read_have_their_own_remedy(name, what, remedy):
    with pytest.raises(UnsupportedFormat) as caught:
        load(b"x", name)
    assert what in str(caught.value)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", b"---\ntitle: only this\n---\n", b"\xef\xbb\xbf", b"-----\n\n* * *\n"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_document_without_text_is_empty(data, name):
    with pytest.raises(DocumentEmpty):
        load(data, name)


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(loaders, "MAX_BYTES", 10)
    with pytest.raises(DocumentTooLarge):
        load(b"01234567890", "a.txt")


def test_importing_the_room_loads_no_library():
    code = (
        "import sys, askv4.text.loaders, askv4.text.sentences, askv4.text.passages, askv4.text.places\n"
        "print([m for m in ('markdown_it', 'nupunkt', 'chardetng_py', 'yaml', 'tokenizers', 'numpy') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
