from __future__ import annotations

import pytest

from askv4.language.words import asks
from askv4.text.sentences import split_sentences
from askv4.types import Block

SPACED = [  # `|` marks a boundary and stands for a space
    "The U.S. frontier strategy is clear.|It works.",
    "He lives in the U.S.|The rest is known.",
    "A $799 desktop runs it.|It costs $1,299.99 with tax.",
    "Ascend 950PR processors ship.|The 950PR is new.",
    "From “is it better?” to “is it good enough?”|And that could be a lower bar.",
    "‘Really?’ she said.|‘Yes.’",
    "The core V4 / V4-Pro training run used chips.|So I would wait.",
    "Dr. Smith met Mr. Jones at 5 p.m. on Jan. 5.|They spoke.",
    "See Fig. 3 for details, e.g. the U.K. case, i.e. Apple Inc. vs. Google.|Done.",
    "1/ V4 gives them a workload.|It is new.",
    "2. Press the button.|Then wait.",
    "And we continue…|Then it stops.",
    "Wait... what happened?|Nobody knows.",
    "They buy “ what she can » and fly « what she can’t “.|That is analysis.",
    "There is a missing link - a gaping hole! - in it.|And without it, nothing.",
    "Compatible with it (along with Gemma 4.)|Of course not.",
    "Node.js and ASP.NET are used.|v3.5 is out.",
    "Visit https://example.com/a.b?c=D.E for more.|It is free.",
    "J. R. R. Tolkien wrote it.|He lived in Oxford.",
    "That is plan B.|It works well.",
    "It happened last month.|Nvidia rose.",
    "It is a fact.[1]|The next one.[2]|End.",
    "It is a fact.1|The next.",
    "**Bold sentence.**|_Next sentence._|Then more.",
    "See [the docs.](https://a.b/c.d)|Next one.",
    "Call `os.Path` now.|It is there.",
    "He said: “Stop.|Go home.”|Then he left.",
    "Is it true?|Yes!|No?!|Maybe.",
    "Am 3. Oktober kam er.|Dann ging er.",
    "¿Qué hora es?|Son las tres.",
    "यह एक परीक्षण है।|यह भी।",
]

GLUED = [  # `|` marks a boundary where nothing stands
    "a credible and defensible MOAT.|Hi Grace, thank you.",
    "It ended here.|The next one starts.|And goes on.",
    "Visit Paris.|The city is big.",
    "It was in 2024.|Then it stopped.",
    "(See this.)|Then go on.",
    "Is it?|Yes it is.",
    "Use Node.js and System.Text and v3.5 and U.S.A or Booking.Com here.",
    "Ask Mr.Smith about file.Name.txt and obj.Method() now.",
    "今天天气很好。|我们去公园吧！|你来吗？|来……好。",
    "「行く。」と言った。|「来て。」|彼は去った。",
    "他说：“我来了。”|然后走了。",
    "费用是3．5元。|好!|我们去。",
    "详见https://example.com/a。|结束。",
    "明日は雨でしょうか？|「はい。」|彼は答えた。|（注：例です。）|次の文。",
]


def check(marked: str, between: str) -> None:
    text = marked.replace("|", between)
    spans = split_sentences(text, [Block(0, len(text))])
    assert [span.of(text) for span in spans] == marked.split("|")


@pytest.mark.parametrize("marked", SPACED)
def test_boundaries(marked):
    check(marked, " ")


@pytest.mark.parametrize("marked", SPACED)
def test_a_line_end_is_a_space(marked):
    check(marked, "\r\n")


@pytest.mark.parametrize("marked", GLUED)
def test_boundaries_without_a_space(marked):
    check(marked, "")


def test_words_that_a_document_writes_without_a_stop_are_no_abbreviations():
    text = "They live in Poland. Germans do too. The people of Poland know that."
    assert len(split_sentences(text, [Block(0, len(text))])) == 3


def test_no_sentence_crosses_a_block_and_headings_have_none():
    text = "A heading\nFirst half\nsecond half. | a. B | c. D |\nx = 1. Y\n"
    blocks = [Block(0, 9, "heading", 1), Block(10, 20), Block(21, 33), Block(34, 49, "table"), Block(50, 58, "code")]
    assert [span.of(text) for span in split_sentences(text, blocks)] == [
        "First half", "second half.", "| a. B | c. D |", "x = 1. Y",
    ]  # fmt: skip


def test_quote_marks_at_line_starts_do_not_part_a_sentence():
    text = "quoted words that\n> go on. And\n> > on."
    assert len(split_sentences(text, [Block(0, len(text))])) == 2


def test_an_endless_line_is_cut_and_nothing_is_lost():
    text = "x" * 100_000 + " " + "y z " * 10_000
    spans = split_sentences(text, [Block(0, len(text))])
    assert "".join(span.of(text) for span in spans).replace(" ", "") == text.replace(" ", "")
    assert max(span.end - span.start for span in spans) <= 6000


def test_sentences_at_the_seam_of_two_windows_stay_whole():
    sentence = "This sentence is here to be repeated, and it ends right now."
    text = " ".join([sentence] * 1000)
    assert {span.of(text) for span in split_sentences(text, [Block(0, len(text))])} == {sentence}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Why?", True),
        ("**Why?**", True),
        ("“Why?” ", True),
        ("(But why?)", True),
        ("为什么？", True),
        ("Ask why.", False),
        ("", False),
    ],
)
def test_what_asks(sentence: str, expected: bool) -> None:
    assert asks(sentence) is expected
