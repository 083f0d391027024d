"""Broken and hostile files, each a real one: all of them in one corpus, one sync, and nobody's answer is lost by it."""

from __future__ import annotations

import io
import json
import os
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.documents import docx, epub, odt, pdf, xlsx

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><x>&j;</x>"
)


def encrypted() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    return pdf([[("BodyText", "The ransom is a secret.")]], encrypt=StandardEncryption("key", canPrint=0))


def with_part(data: bytes, entry: str, content: bytes) -> bytes:
    """An Office file in which one part holds something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            if part != entry:
                target.writestr(part, source.read(part))
        target.writestr(entry, content)
    return out.getvalue()


def bomb(data: bytes, entry: str) -> bytes:
    return with_part(data, entry, bytes(64 << 20))


def lying_size() -> bytes:
    """An archive whose directory says of a part that it is small, and it is not."""
    data = bytearray(with_part(docx(), "word/document.xml", b"<x>" + bytes(64 << 20)))
    at = data.rindex(b"word/document.xml") - 46 + 24  # the uncompressed size in the central directory
    data[at : at + 4] = (5000).to_bytes(4, "little")
    return bytes(data)


SKIPPED: dict[str, tuple[Callable[[], bytes], str]] = {
    "ransom.pdf": (encrypted, "needs a password; save a copy without the password"),
    "cut.pdf": (lambda: b"%PDF-1.7\n" + pdf([[("BodyText", "x " * 3000)]])[9:400], "damaged or not really a PDF"),
    "lying.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(900), "damaged or not really a PDF"),
    "lying.docx": (lambda: b"This is no Word document.", "is damaged"),
    "cut.docx": (lambda: docx()[:9000], "is damaged"),
    "size.docx": (lying_size, "damaged"),
    "bomb.docx": (lambda: bomb(docx(), "word/document.xml"), "as a zip bomb does"),
    "bomb.xlsx": (lambda: bomb(xlsx(), "xl/worksheets/sheet1.xml"), "as a zip bomb does"),
    "bomb.epub": (lambda: bomb(epub(), "EPUB/chapter1.xhtml"), "as a zip bomb does"),
    "bomb.odt": (lambda: bomb(odt(), "content.xml"), "as a zip bomb does"),
    "laughs.docx": (lambda: with_part(docx(), "word/document.xml", LAUGHS), "declares XML entities"),
    "laughs.odt": (lambda: with_part(odt(), "content.xml", LAUGHS), "declares XML entities"),
    "deep.json": (lambda: b"[" * 500_000 + b"]" * 500_000, "nested too deeply"),
    "deep.html": (lambda: b"<div>" * 20_000 + b"<p>At the bottom of it all lies a coin.</p>", "nested too deeply"),
    "deep.odt": (lambda: with_part(odt(), "content.xml", b"<a>" * 9_000 + b"x" + b"</a>" * 9_000), "nested too deeply"),
    "noise.txt": (lambda: random.Random(1).randbytes(50_000), "binary data, not text"),
    "nothing.txt": (lambda: bytes(10_000), "binary data, not text"),
    "empty.docx": (lambda: b"", "is damaged"),
    "film.mkv": (lambda: b"\x1aE\xdf\xa3", "is a film"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"), "save it as .docx"),
}  # fmt: skip
READ: dict[str, Callable[[], bytes]] = {
    "good.txt": lambda: b"The weathercock of the town hall was gilded by Mads Ekholm.\n",
    "laughs.xml": lambda: LAUGHS,
    "unclosed.html": lambda: b"<font>" * 300 + b"<p>At the bottom of it all lies a coin.</p>",
    "line.txt": lambda: b"one endless line " * 4_000,
    "dense.txt": lambda: b"A. " * 20_000,
    "stops.txt": lambda: b"The anchor was weighed at dawn. " + bytes(3) + b"The sails were set at eight in the morning.\n" * 40,
    "surrogates.json": lambda: b'{"half": "x\\ud800y", "nul": "a\\u0000b"}',
    "page.txt": lambda: pdf([[("BodyText", "The name says text, and it is a PDF about a lighthouse.")]]),
}  # fmt: skip


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Any], encoder_dir: Path) -> Any:
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, (make, _) in SKIPPED.items():
        (corpus / name).write_bytes(make())
    for name, content in READ.items():
        (corpus / name).write_bytes(content())
    with (corpus / "huge.log").open("wb") as file:
        file.truncate(2 << 30)  # two gigabytes that take no room on the disk
    (folder / "data").mkdir()
    (folder / "data" / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    return make_program(folder, folder, ASKV4_DATA_DIR=str(folder / "data"))


@pytest.fixture(scope="module")
def answer(program: Any) -> dict[str, Any]:
    run = program("ask", "--mode", "extractive", "--json", "who gilded the weathercock, and what is the ransom?")
    assert run.status in (0, 1), run.stderr
    assert "Traceback" not in run.stderr
    return dict(json.loads(run.out))


@pytest.mark.timeout(600)
def test_the_good_document_is_found_among_them(answer: dict[str, Any]) -> None:
    shown = (*answer["citations"], *answer["nearest"])
    assert any("gilded by Mads Ekholm" in one["quote"] and one["document"] == "good.txt" for one in shown)


@pytest.mark.parametrize("name", [*SKIPPED, "huge.log"])
def test_each_has_a_named_reason_in_the_answer(name: str, answer: dict[str, Any]) -> None:
    reasons = {one["document"]: one["reason"] for one in answer["skipped"]}
    assert (SKIPPED[name][1] if name in SKIPPED else "larger than 256 MB") in reasons[name]
    assert "the loader failed" not in reasons[name]


def test_docs_names_them_all_and_reads_the_rest(program: Any, answer: dict[str, Any]) -> None:
    rows = {row["document"]: row for row in json.loads(program("docs", "--json").out)["documents"]}
    assert set(rows) == {*SKIPPED, *READ, "huge.log"}
    skipped = {one["document"]: one["reason"] for one in answer["skipped"]}
    assert {name: row["reason"] for name, row in rows.items() if row["state"] == "skipped"} == skipped
    assert {name for name, row in rows.items() if row["state"] == "indexed"} == set(READ)


def test_an_answer_says_that_a_document_of_that_name_was_not_read(program: Any, answer: dict[str, Any]) -> None:
    assert "ransom.pdf" in [one["document"] for one in answer["skipped"]]
    run = program("ask", "--mode", "extractive", "what is the ransom?")
    assert "Not read, though the question may be about it: ransom.pdf" in run.out + run.stderr
    other = program("ask", "--mode", "extractive", "who gilded the weathercock of the town hall?")
    assert "though the question may be about it" not in other.out + other.stderr


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="the disk takes no such names")
def test_text_of_hostile_files_is_shown_safely(program: Any, answer: dict[str, Any]) -> None:
    assert answer["skipped"]
    text = program("docs", "--text", "surrogates.json").out
    assert "half: x\ufffdy" in text
    assert "\0" not in text
