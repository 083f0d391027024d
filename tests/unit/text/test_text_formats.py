"""What the loaders make of real files of their formats."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest

from askv4.errors import (
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentTooLarge,
    DocumentUnreadable,
    UnsupportedFormat,
)
from askv4.text.loaders import load, ocr, old_office
from askv4.text.loaders.composing import one_line
from askv4.text.loaders.pdf_bidi import in_reading_order
from askv4.text.passages import split_passages
from askv4.text.places import Headings
from askv4.types import ParsedText
from tests.documents import HTML, RTF, Sample, docx, drawn_pdf, eml, pdf, pptx, samples, scan, scanned_letter, xls, xlsx

SAMPLES = {sample.name: sample for sample in samples()}
MESSY = Path("/work/shared/messy")


def texts(parsed: ParsedText, *roles: str) -> list[str]:
    return [parsed.text[one.start : one.end] for one in parsed.blocks if not roles or one.role in roles]


@pytest.mark.parametrize("name", SAMPLES)
def test_blocks_are_in_order_and_hold_the_fact(name, count_tokens):
    sample: Sample = SAMPLES[name]
    parsed = load(sample.data, name)
    end = 0
    for block in parsed.blocks:
        assert end <= block.start < block.end <= len(parsed.text)
        end = block.end
    at = parsed.text.index(sample.words)
    assert (sample.heading or "") in (Headings.of(parsed).at(at) or "")
    assert any(sample.words in parsed.text[one.start : one.end] for one in split_passages(parsed, count_tokens))
    assert list(parsed.pages) == sorted(parsed.pages)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_content_decides_where_it_can_be_told(name):
    binary = name.endswith((".pdf", ".docx", ".pptx", ".xlsx", ".epub", ".odt", ".rtf"))
    told = binary or name.endswith((".html", ".eml"))
    if not told:
        pytest.skip("nothing in the file tells its format")
    sample = SAMPLES[name]
    right = load(sample.data, name)
    assert load(sample.data, "file").text == right.text
    if binary:
        assert load(sample.data, "file.txt").text == right.text
        assert load(sample.data, "file.xyz").text == right.text


# Tables


def test_rows_carry_the_labels_of_their_columns():
    assert texts(load(docx(), "a.docx"), "table") == [
        "Keeper: Osric Penhale; Tower: Gannet Rock; Height: 41 m",
        "Keeper: Una Trewin; Tower: Black Head; Height: 37 m",
    ]


def test_a_sheet_is_a_page_and_its_rows_are_named():
    parsed = load(xlsx(), "a.xlsx")
    assert texts(parsed, "table")[0] == "Tree: Quince; Planted: 1998-04-02; Yield: 12.5%"
    assert texts(parsed, "heading")[:3] == ["Orchard", "row 2", "Beehives"]
    assert parsed.pages == (0, parsed.text.index("Beehives"))
    assert not parsed.has_lines


@pytest.mark.parametrize(
    ("data", "name", "rows"),
    [
        (b"a,b\n1,2\n", "x.csv", ["a: 1; b: 2"]),
        (b'name;note\nAda;"one; two"\n', "x.csv", ["name: Ada; note: one; two"]),
        (b"name\tage\nAda\t36\n", "x.tsv", ["name: Ada; age: 36"]),
        (b"1,2\n3,4\n", "x.csv", ["1: 2", "3: 4"]),
        (b"name,age\nAda,\n,\nBob,7\n", "x.csv", ["name: Ada", "name: Bob; age: 7"]),
        ("ville,été\nNîmes,chaud\n".encode("cp1252"), "x.csv", ["ville: Nîmes; été: chaud"]),
    ],
)
def test_separated_values(data, name, rows):
    assert texts(load(data, name), "table") == rows


def test_json_lines_that_are_broken_are_named():
    parsed = load(b'{"a": 1}\nnot json\n{"a": 2}\n', "x.jsonl")
    assert texts(parsed, "table") == ["a: 1", "a: 2"]
    assert "2" in parsed.notes[0]


def test_comments_above_a_table_are_text_and_no_labels():
    parsed = load(b"# Made by hand\n# in the spring\nname,age,town\nAda,36,Ely\n", "x.csv")
    assert texts(parsed, "paragraph") == ["Made by hand\nin the spring"]
    assert texts(parsed, "heading", "table") == ["row 4", "name: Ada; age: 36; town: Ely"]
    assert texts(load(b"#id,name\n1,Ada\n2,Bob\n", "x.csv"), "table") == ["#id: 1; name: Ada", "#id: 2; name: Bob"]


def test_a_sheet_without_cells_has_no_text():
    from openpyxl import Workbook

    out = io.BytesIO()
    Workbook().save(out)
    with pytest.raises(DocumentEmpty):
        load(out.getvalue(), "a.xlsx")


# PDF


def test_a_pdf_is_read_as_paragraphs_with_words_whole_again():
    lines = ["The lighthouse keeper wrote down every ship that passed and the wea-", "ther of each day, in a book that was bound in green leather and kept in", "the long-term store, where it stayed dry."]  # fmt: skip
    other = ["A second paragraph is about the long-term repairs of the tower and about", "the paint."]
    page = [(72.0, 700.0 - 14 * number, line) for number, line in enumerate(lines)]
    page += [(72.0, 640.0 - 14 * number, line) for number, line in enumerate(other)]
    parsed = load(drawn_pdf([page]), "a.pdf")
    assert texts(parsed) == [
        "The lighthouse keeper wrote down every ship that passed and the weather of each day, in a book that was bound in"
        " green leather and kept in the long-term store, where it stayed dry.",
        "A second paragraph is about the long-term repairs of the tower and about the paint.",
    ]


def test_two_columns_are_read_one_after_the_other():
    left = ["The left column of this page speaks", "about the owls that live in the barn", "and about their hunting for mice in", "the meadow behind the old mill here.", "It ends with the owls."]  # fmt: skip
    right = ["The right column of the page speaks", "about herons that stand in the pond", "and about their nests in high trees", "which they mend in every spring now.", "It ends with the herons."]  # fmt: skip
    page = [(x, 700.0 - 14 * row, line) for row, pair in enumerate(zip(left, right, strict=True)) for x, line in zip((60.0, 320.0), pair, strict=True)]  # fmt: skip
    text = load(drawn_pdf([page]), "a.pdf").text
    assert "speaks about the owls that live in the barn and about their hunting" in text
    assert text.index("It ends with the owls.") < text.index("The right column")


def test_running_heads_and_page_numbers_are_left_out():
    pages = [
        [(72.0, 800.0, "Annual report of the rowing club"), (72.0, 500.0, f"Boat number {number} won the regatta of its year."), (290.0, 30.0, str(number))]
        for number in range(1, 6)
    ]  # fmt: skip
    parsed = load(drawn_pdf(pages), "a.pdf")
    assert parsed.text.count("Annual report of the rowing club") == 1
    assert len(parsed.pages) == 5
    bodies = [one for one in texts(parsed) if "regatta" in one]
    assert bodies == [f"Boat number {number} won the regatta of its year." for number in range(1, 6)]


def test_what_was_drawn_out_of_turn_stands_in_its_place():
    page = [
        (72.0, 700.0 - 14 * row, f"Line {row} of the body speaks of the {row}th of the winter ferries.")
        for row in range(4)
    ]
    page += [
        (72.0, 570.0 - 14 * row, f"Line {row} of the foot speaks of the {row}th of the summer ferries.")
        for row in range(4)
    ]
    late = [(72.0, 610.0, "Summer"), (72.0, 760.0, "Ferries of the coast")]
    text = load(drawn_pdf([[*page, *late]]), "a.pdf").text
    places = [
        text.index(words)
        for words in (
            "Ferries of the coast",
            "Line 0 of the body",
            "Line 3 of the body",
            "Summer",
            "Line 0 of the foot",
        )
    ]
    assert places == sorted(places)


def test_what_was_filled_into_a_form_is_text():
    assert "let to: Wilhelmina Ostrander" in load(SAMPLES["allotment.pdf"].data, "a.pdf").text


def test_markers_belong_to_their_items():
    page = [(72.0, 700.0, "1."), (100.0, 700.0, "The intent of this request is to find a builder for the new house of the"), (100.0, 686.0, "rowing club."), (72.0, 672.0, "2."), (100.0, 672.0, "Another.")]  # fmt: skip
    assert texts(load(drawn_pdf([page]), "a.pdf")) == [
        "1. The intent of this request is to find a builder for the new house of the rowing club.",
        "2. Another.",
    ]


@pytest.mark.parametrize(
    "drawn",
    [
        # each letter with its left edge, in the order of sight and in the order of reading
        [(0, "ג"), (10, "ב"), (20, "א"), (30, " "), (40, "1"), (50, "9")],
        [(40, "1"), (50, "9"), (30, " "), (20, "א"), (10, "ב"), (0, "ג")],
    ],
)
def test_letters_from_right_to_left_are_read_so(drawn):
    read = in_reading_order(drawn, lambda glyph: glyph[1], lambda glyph: (float(glyph[0]), glyph[0] + 8.0))
    assert "".join(char for _, char in read) == "19 אבג"


def test_letters_that_share_a_sign_are_turned():
    drawn = [(0, "a"), (10, "א"), (10, "ל")]
    read = in_reading_order(drawn, lambda glyph: glyph[1], lambda glyph: (float(glyph[0]), glyph[0] + 8.0))
    assert "".join(char for _, char in read) == "aלא"


def test_arabic_letters_lose_the_shapes_of_their_places():
    assert one_line("\ufedb\ufe98\ufe8e\ufe8f") == "كتاب"


@pytest.mark.skipif(not MESSY.is_dir(), reason="the folder of messy files is not here")
def test_a_real_form_that_was_drawn_in_parts_is_in_order():
    text = load((MESSY / "markitdown_REPAIR-2022-INV-001_multipage.pdf").read_bytes(), "a.pdf").text
    places = [
        text.index(words) for words in ("ZAVA AUTO REPAIR", "Customer Information", "Gabriel Diaz", "GRAND TOTAL")
    ]
    assert places == sorted(places)


def test_an_empty_page_keeps_its_number():
    parsed = load(drawn_pdf([[(72.0, 700.0, "The first page.")], [], [(72.0, 700.0, "The third page.")]]), "a.pdf")
    from askv4.text.places import page_of

    assert page_of(parsed.pages, parsed.text.index("The third")) == 3
    assert parsed.notes == ("page 2 holds no text (pictures, or empty)",)


def test_a_scan_is_recognised_as_one(monkeypatch):
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    with pytest.raises(DocumentEmpty, match="pictures without text") as caught:
        load(scan(), "scan.pdf")
    assert "askv4 setup ocr" in caught.value.remedy


@pytest.mark.skipif(not ocr.is_available(), reason="askv4[ocr] is not installed, which reads scans")
def test_a_scan_is_read_with_the_extra():
    from askv4.text.loaders import pace

    steps: list[float] = []
    pace.listen(steps.append)
    parsed = load(scanned_letter(), "scan.pdf")
    assert "The orchids of the glasshouse are watered with rain from the chapel roof." in texts(parsed)
    assert parsed.pages == (0,)
    assert "recognised in pictures" in parsed.notes[0]
    assert steps
    assert set(steps) == {ocr.SECONDS_PER_PAGE}


def test_an_encrypted_pdf_is_named():
    from reportlab.lib.pdfencrypt import StandardEncryption

    with pytest.raises(DocumentEncrypted) as caught:
        load(pdf([[("BodyText", "secret")]], encrypt=StandardEncryption("key", canPrint=0)), "a.pdf")
    assert "password" in caught.value.line


# Other formats


def test_slides_have_their_notes():
    parsed = load(pptx(), "a.pptx")
    at = parsed.text.index("rattan")
    assert Headings.of(parsed).at(at) == "Safety › Speaker notes"
    assert len(parsed.pages) == 2


@pytest.mark.parametrize(("made", "name", "part"), [(pptx, "a.pptx", "ppt/_rels/"), (docx, "a.docx", "word/_rels/")])
def test_a_relation_without_its_target_is_damage(made, name, part):
    with zipfile.ZipFile(io.BytesIO(made())) as whole:
        files = {info.filename: whole.read(info) for info in whole.infolist()}
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for file, content in files.items():
            archive.writestr(
                file, re.sub(rb' Target="[^"]*"', b"", content, count=1) if file.startswith(part) else content
            )
    with pytest.raises(DocumentUnreadable, match="is damaged or not really"):
        load(broken.getvalue(), name)


def test_content_controls_formulas_boxes_and_comments_of_word_are_read():
    w, m = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/math")  # fmt: skip
    body = (
        f'<w:document xmlns:w="{w}" xmlns:m="{m}"><w:body>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Then </w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath><w:r><w:t> holds.</w:t></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc><w:sdt><w:sdtContent><w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc>"
        "</w:sdtContent></w:sdt></w:tr><w:tr><w:tc><w:p><w:r><w:t>z</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
    )  # fmt: skip
    parsed = load(with_part("harbour.docx", "word/document.xml", body.encode()), "a.docx")
    assert texts(parsed) == ["In a control.", "Then a/b holds.", "In a box.", "x: y", "z"]


def test_a_mailbox_has_its_messages_under_their_subjects():
    parsed = load(SAMPLES["garden.mbox"].data, "a.mbox")
    assert texts(parsed, "heading") == ["The orrery", "The sundial"]
    assert texts(parsed)[-2:] == ["The sundial in the rose garden is eleven minutes slow.", "From here it can be seen."]


def test_xml_that_is_no_feed_is_kept_as_it_is():
    data = b'<?xml version="1.0"?>\n<settings><colour>red</colour></settings>\n'
    assert load(data, "a.xml").text == data.decode()


def test_subtitles_after_a_silence_have_times_of_their_own():
    assert texts(load(SAMPLES["cellar.srt"].data, "a.srt"), "heading") == ["00:00:05–00:00:09", "00:12:30–00:12:37"]


def test_a_page_is_read_without_what_surrounds_it():
    parsed = load(HTML, "a.html")
    assert parsed.title == "The glass museum"
    assert parsed.date == "2024-06-11"
    for noise in ("Home", "Shop", "track(", "Cookie"):
        assert noise not in parsed.text


def test_a_page_that_is_no_article_is_taken_whole():
    page = b"<html><body><table><tr><th>Name</th><th>Year</th></tr><tr><td>Ada</td><td>1815</td></tr></table></body></html>"
    assert "Name: Ada; Year: 1815" in texts(load(page, "a.html"), "table")


def test_a_message_has_its_headers_body_and_the_names_of_attachments():
    parsed = load(eml(), "a.eml")
    assert "From: Prudence Okoro <prudence@example.org>" in texts(parsed)
    assert parsed.date == "2025-03-04"
    assert texts(parsed)[-1] == "Attachments: score.pdf"


def test_rich_text_has_its_own_letters():
    assert "It was cast in Malmö." in load(RTF, "a.rtf").text


def test_plain_files_keep_their_offsets():
    for name in ("weaving.rst", "gusts.py"):
        assert load(SAMPLES[name].data, name).text == SAMPLES[name].data.decode()
    hidden = texts(load(SAMPLES["weaving.rst"].data, "a.rst"))
    assert not any("nobody sees" in one or "loom.png" in one for one in hidden)


# Broken and hostile files


def bomb(name: str, entry: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAMPLES[name].data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:  # fmt: skip
        for part in source.namelist():
            if part != entry:
                target.writestr(part, source.read(part))
        target.writestr(entry, b" " * (64 << 20))
    return out.getvalue()


def with_part(name: str, entry: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAMPLES[name].data)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            target.writestr(part, data if part == entry else source.read(part))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "entry"), [("harbour.docx", "word/document.xml"), ("farm.xlsx", "xl/worksheets/sheet1.xml"), ("lantern.epub", "EPUB/chapter1.xhtml"), ("ferries.odt", "content.xml")]
)  # fmt: skip
def test_a_zip_bomb_is_not_unpacked(name, entry):
    with pytest.raises(DocumentTooLarge, match="zip bomb"):
        load(bomb(name, entry), name)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(("name", "entry"), [("harbour.docx", "word/document.xml"), ("ferries.odt", "content.xml")])
def test_entities_are_not_expanded(name, entry):
    with pytest.raises(DocumentUnreadable, match="entities"):
        load(with_part(name, entry, LAUGHS), name)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_read_or_named(name, share):
    data = SAMPLES[name].data
    try:
        parsed = load(data[: int(len(data) * share)], name)
    except DocumentError:
        return
    assert parsed.blocks


@pytest.mark.parametrize("suffix", sorted({name.rpartition(".")[2] for name in SAMPLES}))
@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\xff" * 500, b"%PDF-1.7\n" + b"\x00" * 50, b"PK\x03\x04" + b"\xff" * 60, b"[" * 100_000, b"<a>" * 20_000]
)  # fmt: skip
def test_nonsense_is_read_or_named(suffix, data):
    try:
        parsed = load(data, f"x.{suffix}")
    except DocumentError:
        return
    assert parsed.blocks


def test_deep_nesting_has_a_name():
    with pytest.raises(DocumentUnreadable, match="nested too deeply"):
        load(b"[" * 200_000 + b"]" * 200_000, "a.json")


def test_lone_surrogates_and_nuls_do_not_reach_the_text():
    parsed = load(b'{"a": "x\\ud800y\\u0000z"}', "a.json")
    assert texts(parsed) == ["a: x\ufffdyz"]


@pytest.mark.parametrize("stream", ["EncryptedPackage", "WordDocument"])
def test_compound_files_are_named(stream, monkeypatch):
    monkeypatch.setattr(old_office, "office", lambda: None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")
    with pytest.raises((DocumentEncrypted, UnsupportedFormat)) as caught:
        load(data, "a.docx")
    assert ("encrypted" in str(caught.value)) == (stream == "EncryptedPackage")


# What scripts/bench/fuzz_loaders.py found, made small


def test_a_message_with_an_impossible_date_is_read():
    parsed = load(b"Date: Wed, 21 Nov 2012 4294967296:11:32 +0100\nFrom: Vladimir\n\nThe letter.\n", "a.eml")
    assert texts(parsed)[-1] == "The letter."
    assert parsed.date is None


def test_an_old_workbook_that_leads_in_circles_is_named():
    data = bytearray(xls())
    at = (struct.unpack_from("<I", data, 76)[0] + 1) * 512 + 4 * 7  # the link that ends the chain of the workbook
    data[at : at + 4] = struct.pack("<I", 3)
    with pytest.raises(DocumentUnreadable, match="lead in circles"):
        load(bytes(data), "a.xls")


def test_an_old_workbook_whose_table_of_links_leads_in_circles_is_named():
    damaged = bytearray(xls())
    damaged[68:72] = struct.pack("<I", 0)  # more of the table of links is said to lie in the first sector ...
    damaged[1020:1024] = struct.pack("<I", 0)  # ... which names itself as the next
    with pytest.raises(DocumentUnreadable, match="lead in circles"):
        load(bytes(damaged), "a.xls")


@pytest.mark.parametrize(("kind", "field", "value"), [(0x200, 4, 1 << 30), (0x200, 0, 1 << 20), (0xFD, 2, 4_000)])
def test_an_old_workbook_with_a_sheet_larger_than_sheets_can_be_is_named(kind, field, value):
    damaged = bytearray(xls())
    at = re.search(struct.pack("<H", kind) + rb"..(?=\0\0[\0-\3]\0)", damaged, re.DOTALL).end()  # type: ignore[union-attr]
    struct.pack_into("<I" if kind == 0x200 else "<H", damaged, at + field, value)
    with pytest.raises(DocumentUnreadable, match=r"larger than sheets can be|in column 4001"):
        load(bytes(damaged), "a.xls")


def test_a_workbook_with_torn_comments_is_named():
    data = with_part("farm.xlsx", "xl/worksheets/sheet1.xml", b"<worksheet><sheetData></worksheet>")
    with pytest.raises(DocumentUnreadable, match="mismatched tag"):
        load(data, "a.xlsx")


def test_a_notebook_that_is_none_is_named():
    with pytest.raises(DocumentUnreadable, match="not a Jupyter notebook"):
        load(json.dumps({"x": 1}).encode(), "a.ipynb")


@pytest.mark.skipif(not MESSY.is_dir(), reason="the folder of messy files is not here")
def test_the_columns_of_a_real_paper_are_in_order():
    parsed = load((MESSY / "pypdf_multicolumn.pdf").read_bytes(), "a.pdf")
    assert "adipiscing elit. Ut purus elit" in parsed.text
    assert "Austria" in " ".join(texts(parsed, "table"))
