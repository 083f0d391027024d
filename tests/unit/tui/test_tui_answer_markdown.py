"""What the Markdown of an answer can do: citation markers are links, nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from askv4.tui.answer_markdown import CITATION_LINK, answer_source, draft_text, parser
from askv4.types import Answer, Citation, GroundedSentence


def answer(text: str, mode: str = "extractive", grounding: tuple[GroundedSentence, ...] = ()) -> Answer:
    cited = tuple(Citation(n, "a.md", "A", None, 0, 1, 1, None, None, "x") for n in (1, 2))
    return Answer("q", "answered", mode, None, text, cited, grounding=grounding)  # type: ignore[arg-type]


def shown(answer_: Answer) -> tuple[str, list[str]]:
    """The text that a reader sees, and the targets of all links."""
    text, links = "", []
    for token in parser({citation.n for citation in answer_.citations})().parse(answer_source(answer_)):
        for child in token.children or ():
            text += child.content
            links += [str(child.attrs["href"])] if child.type == "link_open" else []
            assert child.type in {"text", "text_special", "link_open", "link_close", "s_open", "s_close", "softbreak",
                                  "hardbreak", "code_inline", "em_open", "em_close", "strong_open", "strong_close"}, child  # fmt: skip
    return text, links


def test_markers_at_the_end_of_a_quotation_are_links() -> None:
    text, links = shown(answer("“See [1] in *there*.” [2]\nA comment says: “# <b>No</b>.” [1] [2]"))
    assert text == "“See [1] in *there*.” [2]A comment says: “# <b>No</b>.” [1] [2]"
    assert links == [f"{CITATION_LINK}2", f"{CITATION_LINK}1", f"{CITATION_LINK}2"]


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_a_quotation_shows_every_character_as_it_stands(words: str) -> None:
    text, links = shown(answer(f"“{words}” [1]"))
    assert text == f"“{words}” [1]"
    assert links == [f"{CITATION_LINK}1"]


@given(st.text(max_size=200))
def test_a_model_can_make_no_link_but_a_citation(words: str) -> None:
    _, links = shown(
        answer(words + " [go](http://x.example) <http://y.example> ![i](file:///z) [1][2]: http://x", "llm")
    )
    assert all(link.startswith(CITATION_LINK) for link in links)


def test_a_model_cannot_cite_what_is_not_there() -> None:
    assert shown(answer("So it is [3] [1].", "llm")) == ("So it is [3] [1].", [f"{CITATION_LINK}1"])


def test_sentences_without_support_are_flagged() -> None:
    grounding = (GroundedSentence("It is so.", (1,), True), GroundedSentence("It *is* not.", (2,), False, ("no",)))
    source = answer_source(answer("It is so. [1] It *is* not. [2] (not supported by its source)", "llm", grounding))
    kinds = [child.type for token in parser({1, 2})().parse(source) for child in token.children or ()]
    assert kinds.index("s_open") < kinds.index("em_open") < kinds.index("s_close")
    assert kinds.count("s_open") == 1


def test_control_characters_are_made_visible() -> None:
    assert "\x1b" not in answer_source(answer("“a\x1b]0;x\x07” [1]"))
    assert draft_text("a\x1b[2J\ue000") == "a␛[2J\ufffd"


def strong_words(answer_: Answer) -> list[str]:
    """What is set in bold."""
    words, inside = [], False
    for token in parser({citation.n for citation in answer_.citations})().parse(answer_source(answer_)):
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
    plain = Answer("q", "answered", "extractive", None, said, (cited,))
    assert strong_words(plain) == ["3 *April*"]
    assert shown(plain)[0] == said
    assert answer_source(plain).index("\ue002") > answer_source(plain).index("that is")
    # Something was put into the quotation: the words are found all the same.
    named = Answer("q", "answered", "extractive", None, said.replace("the harbour", "the harbour [of V.]"), (cited,))
    assert strong_words(named) == ["3 *April*"]
    # They are not in this line, which quotes something else.
    other = Answer("q", "answered", "extractive", None, "“Something else.” [1]", (cited,))
    assert strong_words(other) == []
