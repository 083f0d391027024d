from __future__ import annotations

from askv4.text.loaders import load
from askv4.types import ParsedText


def shown(parsed: ParsedText) -> list[tuple[str, str]]:
    return [(block.role, parsed.text[block.start : block.end]) for block in parsed.blocks]


def markdown(text: str) -> ParsedText:
    parsed = load(text.encode(), "a.md")
    assert parsed.text == text
    return parsed


def test_headings_of_both_kinds_without_their_marks():
    parsed = markdown("# The *Title* ##\n\nUnder\nlined\n---\n\n### Third\n")
    assert shown(parsed) == [("heading", "The *Title*"), ("heading", "Under\nlined"), ("heading", "Third")]
    assert [block.level for block in parsed.blocks] == [1, 2, 3]
    assert parsed.title == "The Title"


def test_paragraphs_keep_their_marks_and_their_line_ends():
    parsed = markdown("One *soft*\r\nbreak.\r\n\r\nOne hard  \r\nbreak\\\r\ntwice.\r\n")
    assert shown(parsed) == [
        ("paragraph", "One *soft*\r\nbreak."),
        ("paragraph", "One hard"),
        ("paragraph", "break"),
        ("paragraph", "twice."),
    ]


def test_list_items_nested_and_in_quotes():
    parsed = markdown("- one\n  goes on\n- two\n\n  more\n  1. deep\n\n> said he. And\n> went on.\n> - in a quote\n")
    assert shown(parsed) == [
        ("list", "one\n  goes on"),
        ("list", "two"),
        ("list", "more"),
        ("list", "deep"),
        ("paragraph", "said he. And\n> went on."),
        ("list", "in a quote"),
    ]


def test_tables_are_rows_and_the_rule_is_left_out():
    parsed = markdown("Prices:\n\n| what | price |\n|---|---|\n| desk | $799 |\n| chair \\| seat | $5 |\n")
    assert shown(parsed)[1:] == [
        ("table", "| what | price |"),
        ("table", "| desk | $799 |"),
        ("table", "| chair \\| seat | $5 |"),
    ]


def test_code_is_divided_at_blank_lines():
    parsed = markdown("```python\nx = 1\ny = 2\n\nz = '# no heading'\n```\n\n    indented\n\n~~~\nnever closed\n")
    assert shown(parsed) == [
        ("code", "x = 1\ny = 2"),
        ("code", "z = '# no heading'"),
        ("code", "indented"),
        ("code", "never closed"),
    ]


def test_comments_tags_scripts_and_definitions_are_left_out():
    parsed = markdown(
        "Before <!-- secret --> after.\n\n<!-- secret\n\nsecret -->\n\n<p align=center>Some <b>bold</b> prose.</p>\n"
        "<table><tr><td>cell</td></tr></table>\n\n<script>secret()</script>\n\n[ref]: http://secret.example 'secret'\n\n"
        "[12:30]: hello there\n"
    )
    assert shown(parsed) == [
        ("paragraph", "Before"),
        ("paragraph", "after."),
        ("paragraph", "Some <b>bold</b> prose."),
        ("paragraph", "cell"),
        ("paragraph", "[12:30]: hello there"),
    ]


def test_a_paragraph_on_each_long_line_is_not_run_together():
    line = "This line is a paragraph of its own, as its length says, for nobody wraps text as wide as this one is. " * 2
    parsed = markdown(f"{line.strip()}\nA heading by its looks\n{line.strip()}\n")
    assert [role for role, _ in shown(parsed)] == ["paragraph", "heading", "paragraph"]


def test_wrapped_wide_is_still_one_paragraph():
    line = "they went on and on about the things that had been said before by those who had been there at the time of it and"
    text = f"{line}\n{line}\n{line} stopped."
    assert shown(markdown(text)) == [("paragraph", text)]


def test_what_is_nested_too_deeply_is_read_all_the_same():
    parsed = markdown("> " * 300 + "deep words\n\nAnd a paragraph.\n")
    assert any("deep words" in text for _, text in shown(parsed))
    assert parsed.notes == ("nested too deeply for Markdown; read as plain text",)


def test_a_nul_byte_moves_nothing():
    words = "some words\0 here, and more of them" + ", and more" * 20
    assert shown(markdown(f"# A\0B\n\n{words}\n")) == [("heading", "A\0B"), ("paragraph", words)]


def test_front_matter_with_a_byte_order_mark():
    parsed = load(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n# H\r\n\r\nWords.\r\n", "a.md")
    assert parsed.title == "T"
    assert shown(parsed) == [("heading", "H"), ("paragraph", "Words.")]
    assert parsed.text.startswith("---")
