"""The page: everything that a miss needs, and nothing that can act."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from askv4.evaluate.gold import Wanted
from askv4.evaluate.outcomes import Cited, Place
from askv4.evaluate.report import MARK, html_page
from askv4.evaluate.runs import Run
from askv4.types import Turn
from tests.unit.evaluate.builders import answered, gold, refused

EVIL = "<script>alert(1)</script>\"' onload=x \x1b[2J\u202e"


class Reader(HTMLParser):
    """Tags, their attributes, and the marked words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "mark" in self._open:
            self.marked.append(data)

    @property
    def balanced(self) -> bool:
        return not self._open


def page(*outcomes: object, **changes: object) -> str:
    run = Run(tuple(outcomes), 10, gold="gold.jsonl", corpus="/docs", mode="extractive", askv4="1", date="today")  # type: ignore[arg-type]
    return html_page(replace(run, **changes), "askv4 eval")  # type: ignore[arg-type]


def test_a_miss_stands_beside_what_was_expected_with_the_words_marked() -> None:
    cited = Cited("other.md", "Other", None, 4, "Coffee: steep it for two minutes at most.")
    made = page(answered(gold("How long?"), rank=3, right=False, expected=(Place("tea.md", 3, None, "Green. ", "Steep it for two minutes.", " Then"),)), refused())  # fmt: skip
    assert "tea.md:3" in made
    assert "in passage 3 of the search" in made
    assert "Steep it for two minutes." in Reader(made).marked
    made = page(replace(answered(right=False), citations=(cited,)))
    assert "other.md, page 4" in made
    assert "steep it for two minutes" in Reader(made).marked


def test_a_quote_that_no_document_holds_is_said_to_be_nowhere() -> None:
    made = page(answered(right=False, rank=None, expected=(None,)))
    assert "No document holds these words exactly" in made
    assert "not among the first 10 passages" in made


def test_a_false_answer_and_a_false_refusal_and_a_failure() -> None:
    question = gold("Who?", answerable=False, history=(Turn("Which ferry?", "The small one."),))
    made = page(
        answered(question, right=False),
        refused(gold("Why?"), nearest=(Cited("a.md", "A", 1, None, "Near."),)),
        replace(answered(gold("When?"), right=False), status="failed", error="the model stopped", citations=()),
    )
    assert "the sources do not hold one" in made
    assert "The small one." in made
    assert "Refused; nearest passages" in made
    assert "the model stopped" in made
    assert Reader(made).balanced


def test_nothing_in_it_acts() -> None:
    question = gold(EVIL, id=EVIL, kind=EVIL, groups=((Wanted(EVIL, EVIL),),), history=(Turn(EVIL, EVIL),))
    cited = Cited(EVIL, EVIL, 1, None, EVIL, exact=False)
    place = Place(EVIL, 1, None, EVIL, EVIL, EVIL)
    made = page(
        replace(answered(question, right=False, expected=(place,)), citations=(cited,), error=EVIL, lead=EVIL, lead_ms=1.0),
        gold=EVIL, corpus=EVIL, within=EVIL, model=EVIL, date=EVIL,
    )  # fmt: skip
    reader = Reader(made)
    assert reader.balanced
    assert not {"script", "img", "link", "iframe", "a", "svg", "object", "form", "base"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name in ("href", "src", "style")]
    assert not re.search(r"https?:|url\(|@import|\x1b|\u202e", made)
    assert "default-src 'none'" in made


def test_it_reads_in_light_and_dark_and_bears_its_mark() -> None:
    made = page(answered())
    assert "color-scheme: light dark" in made
    assert "prefers-color-scheme: dark" in made
    assert MARK in made[:200]
    assert "<p>None.</p>" in made


def test_leads_stand_beside_their_questions_where_a_model_wrote() -> None:
    led = answered(lead="Two minutes. [1]", lead_right=False, lead_ms=2500.0)
    made = page(led, answered(lead_ms=1000.0), refused())
    assert '<span class="bad">lead false</span>: Two minutes. [1]' in made
    assert '<span class="quiet">no lead</span>' in made
    assert "2.5 s" in made
    assert "leads shown" in made
    assert Reader(made).balanced
    assert "<th>lead</th>" not in page(answered())
