"""Whatever a document says, in Markdown it stands as it is."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from askv4.text.as_markdown import literal
from askv4.text.safe import safe

MARKDOWN = MarkdownIt("gfm-like")
PIECES = st.sampled_from(
    ["# ", "\n", " ", "    ", "\t", "- ", "+ ", "* ", "1. ", "2) ", "---", "===", "~~~", "```", "> ", "|a|b|", "|-|-|", "![x](y)", "[a](b)",
     "[a]: http://x", "<b>", "<!--", "<http://x>", "http://evil.example/x", "https://", "www.evil.com", "evil.com", "a@b.com", "mailto:a@b.c", "&lt;",
     "&#35;", "\\", "*a*", "_a_", "~~a~~", "$x$", "3.5", "a", "9", ":::", "[^1]", "[ ]", "javascript:x", "xmpp:a@b.c", "ftp://x.y", "é", "."]
)  # fmt: skip
ACTIVE = re.compile(r"<(?!/?(?:p|blockquote|br ?/?)>)")


@given(st.lists(PIECES, max_size=12).map("".join))
@example("Log in at http://evil.example/login now.\n# Fake heading\n~~~")
@example("a\n===")
@example("http\\://x.com")
def test_nothing_that_a_document_says_is_markdown(text: str) -> None:
    lines = [literal(line) for line in safe(text).split("\n")]
    for quoted in ("", "> "):
        shown = MARKDOWN.render("\n".join(f"{quoted}{line}".rstrip() for line in lines))
        assert not ACTIVE.search(shown), shown
        said = html.unescape(re.sub(r"<[^>]*>", " ", shown))
        assert "".join(said.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "plain", ["It costs 3.50 euros.", "At 10:30 (see above), nothing - at all + more = 7.", "“Yes!” – he said?"]
)
def test_what_is_plain_stays_readable(plain: str) -> None:
    assert literal(plain) == plain
