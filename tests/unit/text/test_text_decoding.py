from __future__ import annotations

import random

import pytest

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.decoding import decode

GERMAN = "Müller kaufte für 5 Brötchen, und die Straße führte über die Brücke."


def test_utf8_is_taken_as_it_is_and_newlines_stay():
    decoded = decode("a\r\nb\rc\n“quoted”".encode(), "a.txt")
    assert decoded.text == "a\r\nb\rc\n“quoted”"
    assert decoded.encoding == "utf-8"
    assert decoded.notes == ()


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_not_part_of_the_text(codec):
    decoded = decode(GERMAN.encode(codec), "a.txt")
    assert decoded.text == GERMAN
    assert decoded.encoding == codec.removesuffix("-sig")
    assert decoded.notes == ()


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GERMAN, "cp1252"),
        ("Le café est fermé à cause de l'été.", "latin-1"),
        ("He said “Nvidia’s moat” – it’s real. It costs €5.", "cp1252"),
        ("Price: £5 and 20° outside, naïve résumé.", "latin-1"),
        ("Zażółć gęślą jaźń. W Szczebrzeszynie chrząszcz brzmi w trzcinie.", "cp1250"),
        ("Москва является столицей России. Население города составляет миллионы.", "cp1251"),
        ("東京は日本の首都である。人口は約千四百万人である。", "cp932"),
        ("北京是中国的首都，人口超过两千万。它有着三千多年的建城史。", "gb18030"),
    ],
)
def test_other_encodings_are_guessed_and_the_guess_is_noted(text, codec):
    decoded = decode(text.encode(codec), "a.txt")
    assert decoded.text == text
    assert "".encode(decoded.encoding) == b""  # A name that Python knows
    assert decoded.notes == (f"encoding guessed: {decoded.encoding}",)


def test_the_accents_of_a_long_file_are_found_wherever_they_stand():
    text = "plain words only\n" * 40_000 + GERMAN
    decoded = decode(text.encode("cp1252"), "a.txt")
    assert decoded.text == text


def test_utf16_without_a_mark_is_recognised():
    decoded = decode("Plain words, in two bytes each.".encode("utf-16-le"), "a.txt")
    assert decoded.text == "Plain words, in two bytes each."
    assert decoded.notes == ("encoding guessed: utf-16",)


def test_utf8_with_a_broken_place_stays_utf8():
    whole = "Zażółć gęślą jaźń"
    data = whole.encode() + b" and \xc5"
    decoded = decode(data, "a.txt")
    assert decoded.text == whole + " and \ufffd"
    assert decoded.encoding == "utf-8"
    assert decoded.notes == ("1 place could not be read as utf-8 and show as \ufffd",)


def test_lone_surrogates_in_the_bytes_never_reach_the_text():
    for data in (
        b"\xff\xfe" + "ok \ud800 ok".encode("utf-16-le", "surrogatepass"),
        "żółć \udc80".encode("utf-8", "surrogatepass"),
    ):
        text = decode(data, "a.txt").text
        text.encode("utf-8")
        assert "\ufffd" in text


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        random.Random(3).randbytes(2000),
        b"%PDF-1.7 plain",
        b"PK\x03\x04zip",
        b"{\\rtf1 text}",
    ],
)
def test_binary_data_is_refused_with_a_remedy(data):
    with pytest.raises(DocumentUnreadable) as caught:
        decode(data, "photo.txt")
    assert "photo.txt" in str(caught.value)
    assert caught.value.remedy


def test_a_stray_control_character_is_no_binary():
    assert decode(b"before\x00after, and much more text", "a.log").text == "before\x00after, and much more text"
