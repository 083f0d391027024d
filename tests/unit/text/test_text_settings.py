"""Files of settings: every line stands alone, under the sections and keys that it is a setting of."""

from __future__ import annotations

import pytest

from askv4.text.loaders.settings import parse
from askv4.text.places import Headings


def told(text: str) -> list[tuple[str, str]]:
    """(headings above it, line) of every line that is none itself."""
    parsed = parse(text.encode(), "x.yaml")
    headings = Headings.of(parsed)
    return [
        (" ".join(headings.path_at(block.start)), parsed.text[block.start : block.end])
        for block in parsed.blocks
        if block.role != "heading"
    ]


def test_keys_above_indented_lines_are_headings():
    text = "app: shop\nplaces:\n  north:\n    size: 1\n    store:\n      kind: cold\n  south:\n    size: 4\n"
    assert told(text) == [
        ("", "app: shop"),
        ("places north", "size: 1"),
        ("places north store", "kind: cold"),
        ("places south", "size: 4"),
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("a:\n  x: 1\nc: 3\n", ("", "c: 3")),
        ("a:\n  b:\n    x: 1\n  c: 3\n", ("a", "c: 3")),
        ("a: |\n  two\n  lines\nc: 3\n", ("", "c: 3")),
        ("a:\n- x\n- y\nc: 3\n", ("", "c: 3")),
        ("server {\n  port 80\n}\nc 3\n", ("", "c 3")),
        ("ports = [\n  80,\n  81,\n]\nc = 3\n", ("", "c = 3")),
        ("a:\n  - run: |\n      one\n      two\n    shell: sh\n", ("a", "shell: sh")),
        ("a:\n  - run: |\n      one\n  - name: test\n", ("a", "- name: test")),
        ("a:\n  - b:\n      x: 1\n  - c:\n      x: 2\n", ("a c", "x: 2")),
        ("[a]\nx = 1\n\n[b.c]\nx = 2\n", ("b.c", "x = 2")),
        ("[[a]]  # one\nx = 1\n", ("a", "x = 1")),
    ],
)
def test_what_stands_further_to_the_left_is_of_nothing_deeper(text, last):
    assert told(text)[-1] == last


def test_items_of_a_list_belong_to_their_key():
    assert told("a:\n- x: 1\n  y: 2\n- z\n") == [("a", "- x: 1"), ("a", "y: 2"), ("a", "- z")]
    assert told("---\nports = [\n  80,\n  81,\n]\n") == [("ports", "80,"), ("ports", "81,")]
    assert told("- a:\n  - x\n  - y\n- b: 1\n") == [("a", "- x"), ("a", "- y"), ("", "- b: 1")]


@pytest.mark.parametrize(
    ("text", "deepest"),
    [("- a:\n" * 3000, 0), ("a:\n  b:\n    c: 1\n" * 3000, 2), ("".join(" " * n + "a:\n" for n in range(300)), 299)],
)
def test_levels_do_not_grow_with_the_file(text, deepest):
    assert max(block.level for block in parse(text.encode(), "x.yaml").blocks) == deepest


def test_a_text_of_several_lines_is_one_paragraph():
    assert told("about: >-\n  It opens\n  at nine.\n") == [("about", "It opens\n  at nine.")]


@pytest.mark.parametrize("line", ["; valve = 5 (stuck)", "# debug: true", "key:", "x: 1", "[not a section] = 2"])
def test_a_comment_keeps_its_mark_and_a_line_stands_as_it_is(line):
    assert told(f"{line}\n") == [("", line)]
