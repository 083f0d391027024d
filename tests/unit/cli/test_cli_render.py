"""What people read: answers, passages, documents, in any width, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from askv4.cli.docs_output import document_lines
from askv4.cli.render import answer_lines, hit_lines, skipped_line, wrapped
from askv4.cli.wording import readable_bytes
from askv4.types import Answer, Citation, Conflict, Document, GroundedSentence, Hit, Part, Skipped

CORPUS = Path("/tmp/corpus").absolute()
HOSTILE = "\x1b[2J\x07[red]x[/red]\u202eevil\nnext"

NOTE = Citation(1, "notes/tea.md", "Tea", "diary", 10, 30, 3, None, "Green", "Steep it for two minutes.")
BOOK = Citation(2, "brewing.pdf", "A book on brewing", None, 99, 120, None, 7, None, "Three minutes are better.")
ANSWERED = Answer(
    question="How long?",
    status="answered",
    mode="extractive",
    model=None,
    answer="...",
    quoted="“Steep it for two minutes.” [1]\nA handbook says: “Three minutes are better.” [2]",
    citations=(NOTE, BOOK),
)
LED = replace(
    ANSWERED, mode="llm", model="qwen", lead="Two minutes [1], or three. [2] See [9].", verdict="not_stated",
    quoted=f"The sources do not say.\n{ANSWERED.quoted}",
)  # fmt: skip
REFUSED = replace(
    ANSWERED,
    status="not_in_sources",
    answer="The sources do not answer this.",
    quoted="",
    citations=(),
    nearest=(NOTE,),
)


def document(name: str, **changes: object) -> Document:
    values: dict[str, object] = {
        "document": name,
        "title": "T",
        "kind": None,
        "context": None,
        "date": None,
        "state": "indexed",
        "reason": None,
        "bytes": 1234,
        "pages": None,
        "passages": 5,
        "encoding": "utf-8",
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def shown(lines: object) -> str:
    return "\n".join(line.plain for line in lines)  # type: ignore[attr-defined]


SOURCES = (
    "[1] Tea (diary)\n"
    "    notes/tea.md:3, under “Green”\n"
    "    “Steep it for two minutes.”\n"
    "[2] A book on brewing\n"
    "    brewing.pdf, page 7\n"
    "    A handbook says: “Three minutes are better.”"
)


def test_an_answer_in_quotations_is_the_list_of_its_sources() -> None:
    assert shown(answer_lines(ANSWERED, CORPUS, 80)) == SOURCES
    said = replace(ANSWERED, verdict="yes", quoted=f"Yes.\n{ANSWERED.quoted}")
    assert shown(answer_lines(said, CORPUS, 80)) == f"Yes.\n{SOURCES}"


def test_a_lead_stands_above_the_sources() -> None:
    text = shown(answer_lines(LED, CORPUS, 80))
    assert text == f"The sources do not say.\nTwo minutes [1], or three. [2] See [9].\n\n{SOURCES}"


def test_what_only_a_lead_cites_is_a_source_as_well_and_nothing_stands_twice() -> None:
    pot = replace(NOTE, n=3, document="pot.md", kind=None, heading=None, quote="A pot\nholds a litre.")
    text = shown(answer_lines(replace(LED, citations=(NOTE, BOOK, pot)), CORPUS, 80))
    assert text.endswith("better.”\n\n[3] Tea\n    pot.md:3\n    “A pot holds a litre.”")
    for words in ("two minutes.”", "Three minutes", "a litre"):
        assert text.count(words) == 1


def test_each_of_several_questions_heads_its_sources() -> None:
    parts = (Part("How long?", "answered", (1,)), Part("How hot?", "not_in_sources"), Part("Or?", "answered", (1, 2)))
    quoted = (
        "How long?\n“Steep it for two minutes.” [1]\n\nThe sources do not answer: How hot?\n\n"
        "Or?\n“Three minutes are better.” [2]\nAs quoted above: [1]"
    )
    lines = list(answer_lines(replace(ANSWERED, quoted=quoted, parts=parts), CORPUS, 80))
    one, two = SOURCES.replace("A handbook says: ", "").split("\n[2]")
    assert shown(lines) == (
        f"How long?\n{one}\n\nThe sources do not answer: How hot?\n\nOr?\n[2]{two}\nAs quoted above: [1]"
    )
    heads = [line for line in lines if line.plain in ("How long?", "Or?")]
    assert [span.style for line in heads for span in line.spans] == ["bold", "bold"]
    extra = replace(NOTE, n=3, quote="It is a green tea.")
    led = replace(LED, quoted=f"{quoted}\n“It is a green tea.” [3]", citations=(NOTE, BOOK, extra), parts=parts)
    assert shown(answer_lines(led, CORPUS, 80)).endswith("As quoted above: [1]\n\n[3] Tea (diary)\n"
                                                         "    notes/tea.md:3, under “Green”\n    “It is a green tea.”")  # fmt: skip


def test_only_markers_of_citations_are_lit() -> None:
    _, first, *_ = answer_lines(LED, CORPUS, 80)
    assert [first.plain[span.start : span.end] for span in first.spans] == ["[1]", "[2]"]


def test_the_words_that_answer_are_bold_and_nothing_is_added() -> None:
    marked = replace(NOTE, answers=((NOTE.start + 13, NOTE.start + 24),))
    quote = list(answer_lines(replace(ANSWERED, citations=(marked, BOOK)), CORPUS, 80))[2]
    assert quote.plain == "    “Steep it for two minutes.”"
    assert [quote.plain[span.start : span.end] for span in quote.spans if span.style == "bold"] == ["two minutes"]


def test_a_source_opens_its_file() -> None:
    links = {
        span.style.link
        for line in answer_lines(ANSWERED, CORPUS, 80)
        for span in line.spans
        if not isinstance(span.style, str)
    }
    assert {(CORPUS / "notes/tea.md").as_uri(), (CORPUS / "brewing.pdf").as_uri()} <= links


def test_a_refusal_shows_the_nearest_passages() -> None:
    text = shown(answer_lines(replace(REFUSED, nearest=(replace(NOTE, quote="long words " * 100),)), CORPUS, 80))
    assert text.startswith("The sources do not answer this.\n\nNearest passages\n[1] Tea (diary)\n")
    assert text.endswith("long …”")
    likely = replace(NOTE, quote=f"{'long words ' * 100}two months", likely=(NOTE.start + 1100, NOTE.start + 1110))
    text = shown(answer_lines(replace(REFUSED, nearest=(likely,)), CORPUS, 80))
    assert "\n    “… long words" in text
    assert text.endswith("two months”")
    assert shown(answer_lines(replace(REFUSED, answer="", nearest=()), CORPUS, 80)) == "The sources do not answer this."


def test_remarks() -> None:
    answer = replace(
        ANSWERED,
        conflicts=(Conflict((1, 2), ("notes/tea.md", "brewing.pdf"), "two minutes against three"),),
        grounding=(
            GroundedSentence("It is good.", (1,), True),
            GroundedSentence("It is blue.", (1,), False, ("blue",)),
        ),
        note="The model was not used.",
        left_machine=True,
        skipped=(Skipped("scan.pdf", "there is no text in it"),),
    )
    text = shown(answer_lines(answer, CORPUS, 100))
    assert text.endswith(
        "\n\nThe sources differ: two minutes against three\n"
        "The model was not used.\n"
        "Text of this question and its sources was sent to another machine.\n"
        "Not read: scan.pdf (there is no text in it)"
    )


def test_many_skipped_documents_are_one_line() -> None:
    line = skipped_line([Skipped(f"{n}.pdf", "encrypted") for n in range(5)])
    assert line == "Not read: 5 documents (0.pdf, 1.pdf, 2.pdf, ...); `askv4 docs` says why"


@pytest.mark.parametrize("width", [20, 40, 79, 100])
def test_every_line_fits(width: int) -> None:
    wide = replace(NOTE, quote="不变 " * 30 + "🚀" * 30 + " word" * 30 + "x" * 200, title="t" * 150, document="d" * 150)
    answer = replace(LED, lead="word " * 60 + "[1]", quoted=f"“{wide.quote}” [1]", citations=(wide,), note="n " * 100)
    for line in answer_lines(answer, CORPUS, width):
        assert line.cell_len <= width
        assert line.plain == line.plain.rstrip()
    rows = [document("long name " * 10, kind="news report"), document("x.pdf", state="skipped", reason="no " * 50)]
    assert all(line.cell_len <= width for line in document_lines(rows, CORPUS, width))


UNCERTAIN = replace(
    ANSWERED, status="uncertain", answer="...", quoted="It may be this:\n“Steep it for two minutes.” [1]", citations=(),
    nearest=(replace(NOTE, answers=((23, 34),)), BOOK),
)  # fmt: skip


def test_a_candidate_is_shown_as_a_source_with_its_words_and_the_other_passages_below() -> None:
    lines = list(answer_lines(UNCERTAIN, CORPUS, 80))
    assert shown(lines) == (
        "It may be this:\n[1] Tea (diary)\n    notes/tea.md:3, under “Green”\n    “Steep it for two minutes.”\n"
        "\nNearest passages\n[2] A book on brewing\n    brewing.pdf, page 7\n    “Three minutes are better.”"
    )
    quotation = next(line for line in lines if "Steep" in line.plain)
    assert [span.style for span in lines[0].spans] == ["yellow"]
    assert [quotation.plain[one.start : one.end] == "two minutes" for one in quotation.spans] == [True]


def test_nothing_hostile_comes_through() -> None:
    citation = replace(NOTE, document=HOSTILE, title=HOSTILE, kind=HOSTILE, heading=HOSTILE, quote=HOSTILE)
    answer = replace(
        ANSWERED,
        answer=HOSTILE,
        lead=HOSTILE,
        quoted=f"“{HOSTILE}” [1]",
        citations=(citation,),
        note=HOSTILE,
        skipped=(Skipped(HOSTILE, HOSTILE),),
        conflicts=(Conflict((1,), (HOSTILE,), HOSTILE),),
        grounding=(GroundedSentence(HOSTILE, (), False),),
    )
    hit = Hit(1, 0.5, 1, document(HOSTILE, title=HOSTILE, kind=HOSTILE), 0, 1, 1, None, HOSTILE, HOSTILE, ())
    rows = [document(HOSTILE, kind=HOSTILE, state="skipped", reason=HOSTILE)]
    refusal = replace(answer, status="not_in_sources", nearest=(citation,))
    for lines in (
        answer_lines(answer, CORPUS, 80),
        answer_lines(refusal, CORPUS, 80),
        hit_lines([hit], CORPUS, 80),
        document_lines(rows, CORPUS, 200),
        document_lines(rows, CORPUS, 30),
    ):
        text = shown(lines)
        assert "[red]x[/red]" in text, "markup is text"
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_hits() -> None:
    hit = Hit(1, 0.98765, 4, document("a.md", kind="diary"), 0, 9, 2, None, "Head", "Some words.", ())
    lines = shown(hit_lines([hit, replace(hit, rank=10)], CORPUS, 80))
    assert lines.startswith(" 1. T (diary)\n    a.md:2, under “Head”  score 0.988\n    Some words.\n\n10. T")


def test_documents() -> None:
    rows = [
        document("a.md", kind="diary", passages=12),
        document("b.pdf", state="skipped", reason="encrypted", passages=0),
    ]
    assert shown(document_lines(rows, CORPUS, 90)) == (
        "state    kind   passages  pages    size  document\n"
        "indexed  diary        12      -  1.2 kB  a.md\n"
        "skipped  -             0      -  1.2 kB  b.pdf\n"
        "                                         encrypted\n"
        "\n"
        f"1 document with 12 passages, 1 skipped, in {CORPUS}"
    )
    remarked = shown(document_lines(rows[:1], CORPUS, 90, {"a.md": "out of reach"}, {"a.md": "/far/\x1ba.md"}))
    assert "  a.md -> /far/␛a.md\n" in remarked
    assert "  out of reach\n" in remarked
    narrow = shown(document_lines(rows, CORPUS, 40))
    assert narrow.startswith("a.md\n    indexed, diary, 12 passages, 1.2 kB\nb.pdf\n")
    assert shown(document_lines([], CORPUS, 80)) == f"0 documents with 0 passages, in {CORPUS}"


@given(st.text(), st.integers(10, 60), st.integers(0, 8))
def test_wrapping_loses_nothing_but_white_space(text: str, width: int, indent: int) -> None:
    lines = list(wrapped(Text(text), width, Text(" " * indent), indent))
    assert "".join("".join(line.plain for line in lines).split()) == "".join(Text(text).plain.split())


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (3e9, "3.0 GB"), (4e12, "4.0 TB")],
)
def test_sizes(size: float, text: str) -> None:
    assert readable_bytes(size) == text


def test_the_marker_s_style_does_not_run_on() -> None:
    title = next(line for line in answer_lines(ANSWERED, CORPUS, 80) if line.plain.startswith("[1] Tea"))
    assert title.style == ""
    assert {title.plain[span.start : span.end]: span.style for span in title.spans} == {
        "[1] ": "bold cyan",
        "Tea": "bold",
    }
