from __future__ import annotations

import pytest

from askv4.text.loaders.front_matter import read_front_matter


def test_fields_are_read_as_written():
    text = "---\ntitle: No\nversion: 1.10\nTags: [a, b]\ndate: 2024-05-06\nempty:\nnested: {a: b}\n---\nBody"
    matter = read_front_matter(text)
    assert matter.fields == {"title": "No", "version": "1.10", "tags": "a, b", "date": "2024-05-06"}
    assert matter.date == "2024-05-06"
    assert text[matter.end :] == "Body"
    assert matter.notes == ()


def test_values_come_on_one_line():
    assert read_front_matter("---\ntitle: |\n  Two\n  lines\n---\n").get("title") == "Two lines"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_newline_and_either_fence(newline):
    for fence in ("---", "..."):
        text = newline.join(["---", "title: X", fence, "Body"])
        matter = read_front_matter(text)
        assert matter.get("title") == "X"
        assert text[matter.end :] == "Body"


@pytest.mark.parametrize("value", ["May 2024", "2024-13-45", "2024", "~"])
def test_only_a_whole_date_counts(value):
    assert read_front_matter(f"---\ndate: {value}\n---\n").date is None


def test_broken_yaml_is_left_out_and_noted():
    text = '---\ntitle: "unclosed\nkind: [a\n---\nBody'
    matter = read_front_matter(text)
    assert matter.fields == {}
    assert text[matter.end :] == "Body"
    assert "not valid YAML" in matter.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "No fence at all",
        "---\nJust prose between rules, which is document.\n---\nMore.",
        "---\nNever closed: yes\n",
        "----\ntitle: X\n----\n",
        "\n---\ntitle: not at the head\n---\n",
        "---\n- a\n- list\n---\n",
    ],
)
def test_what_is_no_front_matter_stays_document(text):
    assert read_front_matter(text).end == 0


@pytest.mark.parametrize(
    "inside", ["a: &a [*a, *a]", "? [x]: y\nb: c", "[" * 500, "a: !!python/object:os.system x", "k: " + "{" * 500]
)
def test_hostile_yaml_is_harmless(inside):
    read_front_matter(f"---\n{inside}\n---\nBody")
