"""Outlook messages, and the old office documents that LibreOffice reads for askv4."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

from askv4.errors import DocumentUnreadable, UnsupportedFormat
from askv4.text.loaders import format_of, load, old_office
from tests.compound_files import compound, message
from tests.documents import docx, pptx

SENT = datetime.datetime(2023, 5, 4, 7, 32, 49, tzinfo=datetime.UTC)
MESSY = Path("/work/shared/messy")


def test_streams_of_all_sizes_and_depths_are_found() -> None:
    from askv4.text.loaders.compound import streams

    wanted = {"one": b"x" * 70, "two": b"", "deep/er/three": bytes(range(256)) * 20, "deep/four": b"y" * 4096}
    assert streams(compound(wanted)) == wanted


def test_a_message_is_read_like_a_mail() -> None:
    data = message(
        {"0037": "Re: Paint", "0C1A": "Ina Berg", "5D01": "ina@quay.example", "1000": "Green it is.\r\n\r\nIna\r\n\r\n"
         "From: Olav Lie\r\nSent: Tuesday, May 2, 2023 5:10 PM\r\nTo: Ina\r\nSubject: Paint\r\n\r\nThe blue costs 40 crowns.\r\n"},
        sent=SENT,
        recipients=(("Olav Lie", "olav@yard.example", 1), ("Una", "una@yard.example", 2)),
        attachments=("colours.pdf",),
    )  # fmt: skip
    parsed = load(data, "paint.msg")
    assert parsed.title == "Re: Paint"
    assert parsed.date == "2023-05-04"
    lines = [line for line in parsed.text.split("\n") if line]
    assert lines[:5] == [
        "From: Ina Berg <ina@quay.example>",
        "To: Olav Lie <olav@yard.example>",
        "Cc: Una <una@yard.example>",
        "Date: Thu, 04 May 2023 07:32:49 +0000",
        "Subject: Re: Paint",
    ]
    assert lines.index("Green it is.") < lines.index("Attachments: colours.pdf")
    assert lines.index("Attachments: colours.pdf") < lines.index("From: Olav Lie")
    assert lines[-1] == "The blue costs 40 crowns."


def test_a_message_in_html_alone_is_read() -> None:
    html = b"<p>The quay is <b>painted</b> green.</p>"
    parsed = load(message({"0037": "Paint"}, more={"__substg1.0_10130102": html}), "paint.msg")
    assert "The quay is painted green." in parsed.text


def test_a_text_in_compressed_rtf_alone_is_said_to_be_left_out() -> None:
    parsed = load(message({"0037": "Paint"}, more={"__substg1.0_10090102": b"LZFu"}), "paint.msg")
    assert "compressed RTF" in parsed.notes[0]


def test_a_message_cut_off_is_unreadable() -> None:
    with pytest.raises(DocumentUnreadable):
        load(message({"0037": "Paint", "1000": "x" * 9000})[:-512], "paint.msg")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("markitdown_test_outlook_msg.msg", "This is the body of the test email message"),
        ("tika_testMSG_Appointment.msg", "Place: under lazy dog"),
        ("tika_testMSG_forwarded.msg", "Earlier mail: Paul Allan Hill, Wednesday, December 07, 2011 4:30 PM"),
    ],
)
def test_messages_that_outlook_wrote_are_read(name: str, said: str) -> None:
    if not MESSY.is_dir():
        pytest.skip("the folder of messy files is not here")
    assert said in load((MESSY / name).read_bytes(), name).text


@pytest.mark.parametrize(
    ("old", "new", "stream"), [("doc", "docx", "WordDocument"), ("ppt", "pptx", "PowerPoint Document")]
)
def test_without_libreoffice_an_old_document_names_it(
    old: str, new: str, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_office, "office", lambda: None)
    with pytest.raises(UnsupportedFormat) as caught:
        load(compound({stream: b"x" * 600}), f"letter.{old}")
    assert "LibreOffice" in caught.value.line
    assert f"save it as .{new}" in caught.value.line


def test_documents_are_tried_again_once_libreoffice_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = format_of("letter.doc")
    assert entry is not None
    monkeypatch.setattr(old_office, "office", lambda: None)
    before = entry.way
    monkeypatch.setattr(old_office, "office", lambda: "soffice")
    assert entry.way != before


@pytest.mark.parametrize(
    ("old", "new", "data", "said"),
    [
        ("doc", "docx", docx, "A sloop pays eleven crowns for each night at the quay."),
        ("ppt", "pptx", pptx, "The burner valve of the balloon is made of brass."),
    ],
)
def test_with_libreoffice_an_old_document_is_read(tmp_path: Path, old: str, new: str, data: object, said: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    assert callable(data)
    source = tmp_path / f"source.{new}"
    source.write_bytes(data())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", old, "--outdir", tmp_path, source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    parsed = load((tmp_path / f"source.{old}").read_bytes(), f"source.{old}")
    assert said in parsed.text
    assert any(block.role == "heading" for block in parsed.blocks)


def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from askv4.errors import ParserTooSlow

    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(old_office, "office", lambda: str(hanging))
    monkeypatch.setattr(old_office, "SECONDS", 0.5)
    with pytest.raises(ParserTooSlow, match="LibreOffice"):
        load(compound({"WordDocument": b"x" * 600}), "letter.doc")
