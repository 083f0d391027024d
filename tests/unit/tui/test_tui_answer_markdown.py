"""What the Markdown of an answer can do: citation markers are links, nothing else is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from askv4.tui.answer_markdown import CITATION_LINK, lead_source, parser, quoted_source
from askv4.types import Answer, Citation, Part


def answer(quoted: str, lead: str | None = None, parts: tuple[Part, ...] = ()) -> Answer:
    cited = tuple(Citation(n, "a.md", "A", None, 0, 1, 1, None, None, "x") for n in (1, 2))
    mode = "llm" if lead else "extractive"
    return Answer("q", "answered", mode, None, lead or quoted, cited, lead, quoted, parts=parts)  # type: ignore[arg-type]


def parsed(source: str, answer_: Answer) -> tuple[str, list[str]]:
    """The text that a reader sees, and the targets of all links."""
    text, links = "", []
    for token in parser({citation.n for citation in answer_.citations})().parse(source):
        for child in token.children or ():
            text += child.content
            links += [str(child.attrs["href"])] if child.type == "link_open" else []
            assert child.type in {"text", "text_special", "link_open", "link_close", "strong_open", "strong_close"}, (
                child
            )
    return text, links


def shown(answer_: Answer) -> tuple[str, list[str]]:
    return parsed(quoted_source(answer_), answer_)


def test_markers_at_the_end_of_a_quotation_are_links() -> None:
    text, links = shown(answer("Yes.\n“See [1] in *there*.” [2]\nA comment says: “# <b>No</b>.” [1]"))
    assert text == "Yes.“See [1] in *there*.” [2]A comment says: “# <b>No</b>.” [1]"
    assert links == [f"{CITATION_LINK}2", f"{CITATION_LINK}1"]


def test_a_question_heads_its_quotations_and_may_point_to_earlier_ones() -> None:
    parts = (Part("a", "answered", (1,)), Part("b", "answered", (1, 2)))
    several = answer("Who *pays*?\n“We.” [1]\n\nWhen?\n“Now.” [2]\nAs quoted above: [1]", parts=parts)
    assert shown(several) == (
        "Who *pays*?“We.” [1]When?“Now.” [2]As quoted above: [1]",
        [f"{CITATION_LINK}1", f"{CITATION_LINK}2", f"{CITATION_LINK}1"],
    )
    assert strong_words(several) == ["Who *pays*?", "When?"]


def test_rows_of_a_table_stand_below_each_other() -> None:
    quote = "web-01   Ines\nweb-02   Ines\nand so on"
    one = answer(f"“{' '.join(quote.split())}” [1]\n“x” [2]")
    cited = (replace(one.citations[0], quote=quote, end=len(quote), answers=((9, 22),)), one.citations[1])
    children = [
        child
        for token in parser({1, 2})().parse(quoted_source(replace(one, citations=cited)))
        for child in token.children or ()
    ]
    assert [child.type for child in children].count("hardbreak") == 1
    text = "".join("\n" if child.type == "hardbreak" else child.content for child in children)
    assert text == "“web-01 Ines\nweb-02 Ines and so on” [1]“x” [2]"


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_a_quotation_shows_every_character_as_it_stands(words: str) -> None:
    text, links = shown(answer(f"“{words}” [1]\n“x” [2]"))
    assert text == f"“{words}” [1]“x” [2]"
    assert links == [f"{CITATION_LINK}1", f"{CITATION_LINK}2"]


@given(st.text(max_size=200))
def test_a_model_can_make_no_link_but_a_citation(words: str) -> None:
    lead = words + " [go](http://x.example) <http://y.example> ![i](file:///z) [1][2]: http://x"
    _, links = parsed(lead_source(answer("", lead)), answer("", lead))
    assert all(link.startswith(CITATION_LINK) for link in links)


def test_a_lead_is_shown_as_it_stands_and_cites_only_what_is_there() -> None:
    led = answer("", "1. So *it* is [3] [1].\n# Yes")
    assert parsed(lead_source(led), led) == ("1. So *it* is [3] [1].# Yes", [f"{CITATION_LINK}1"])
    assert lead_source(answer("“x” [1]")) == ""


def test_control_characters_are_made_visible() -> None:
    assert "\x1b" not in quoted_source(answer("“a\x1b]0;x\x07” [1]"))
    assert "\ue002" not in lead_source(answer("", "a\x1b[2J\ue002"))


def strong_words(answer_: Answer) -> list[str]:
    """What is set in bold."""
    words, inside = [], False
    for token in parser({citation.n for citation in answer_.citations})().parse(quoted_source(answer_)):
        for child in token.children or ():
            inside = child.type == "strong_open" or (inside and child.type != "strong_close")
            words += [""] if child.type == "strong_open" else []
            if inside:
                words[-1] += child.content
    return words


def test_the_words_that_answer_most_directly_are_bold() -> None:
    quote = "On 3 April, that is\non 3 *April*, the harbour opens."
    start = 100
    at = start + quote.index("3 *April*")
    cited = Citation(1, "a.md", "A", None, start, start + len(quote), 1, None, None, quote, ((at, at + 9),))
    said = f"“{' '.join(quote.split())}” [1]"
    plain = Answer("q", "answered", "extractive", None, said, quoted=said, citations=(cited,))
    assert strong_words(plain) == ["3 *April*"]
    assert shown(plain)[0] == said
    assert quoted_source(plain).index("\ue002") > quoted_source(plain).index("that is")
    # Something was put into the quotation: the words are found all the same.
    named = replace(plain, quoted=said.replace("the harbour", "the harbour [of V.]"))
    assert strong_words(named) == ["3 *April*"]
    # They are not in this line, which quotes something else.
    assert strong_words(replace(plain, quoted="“Something else.” [1]")) == []
