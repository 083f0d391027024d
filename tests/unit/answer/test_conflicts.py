"""Sources against each other: what counts as a difference, what does not, and which is named first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from askv4.answer.conflicts import Difference, Statement, as_conflict, differences, with_both
from askv4.answer.evidence import ScoredSentence
from askv4.types import Document
from tests.unit.answer.builders import document, evidence_of, hit_of

REPORT = document("r.md", "news report", "from before the launch")
REVIEW = document("a.md", "analysis", "from after the launch")


def said(text: str, of: Document, probability: float = 0.9) -> Statement:
    scored = evidence_of((hit_of(text, of), 0, probability)).sentences[0]
    return Statement(scored, text)


def pair(
    question: str, one: str, other: str, documents: tuple[Document, Document] = (REPORT, REVIEW)
) -> list[Difference]:
    return differences(question, [said(one, documents[0]), said(other, documents[1], 0.8)])


@pytest.mark.parametrize(
    ("question", "one", "other", "sort"),
    [
        ("How many tons did the mill grind?", "The mill ground 20 tons.", "The mill ground 35 tons.", "figure"),
        ("How much did the mill cost?", "The mill cost $2.4 million.", "The mill cost $3.1 million.", "figure"),
        ("How long is the mill race?", "The mill race is 3 km long.", "The mill race is 5,400 metres long.", "figure"),
        ("When was the mill built?", "The mill was built in 1847.", "The mill was built in May 1861.", "date"),
        ("When does the mill open?", "The mill opens at 9 am.", "The mill opens at 10:30.", "date"),
        ("Who built the mill?", "The mill was built by Clara Ostrow.", "Harold Metz built the mill.", "name"),
        ("Does the mill run on steam?", "The mill runs on steam.", "The mill does not run on steam.", "denial"),
        ("Does the mill run on steam?", "The mill could run on steam.", "The mill does not run on steam.", "denial"),
        ("Is the mill open?", "The mill is open.", "The mill is closed.", "denial"),
        ("What is the mill wheel made of?", "The mill wheel is made of oak.", "The mill wheel is made of iron.", "wording"),
    ],
)  # fmt: skip
def test_answers_that_differ(question: str, one: str, other: str, sort: str) -> None:
    (difference,) = pair(question, one, other)
    assert difference.sort == sort
    assert {statement.document.document for statement in difference.both} == {"r.md", "a.md"}


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # the same in other words or units, rounded, bounded or ranged
        ("How long is the mill race?", "The mill race is 16 km long.", "The mill race is 10 miles long."),
        ("How long did the work last?", "The work lasted 18 months.", "The work lasted a year and a half."),
        ("How many people live in Onsen?", "In Onsen live 48,312 people.", "Some 48,000 people live in Onsen."),
        ("How many guests fit in?", "Up to 350 guests fit in.", "320 guests fit in."),
        ("How old is the yew?", "The yew is between 1,200 and 1,500 years old.", "The yew is around 1,300 years old."),
        ("When does the train leave?", "The train leaves at 9:40 pm.", "The train leaves at 21:40."),
        ("When was the dam built?", "The dam was built from 1934 to 1939.", "The dam was built in 1939."),
        ("Who founded the mill?", "The mill was founded by Otto Wirth and Nina Vell.", "Nina Vell founded the mill."),
        ("Is the mill open in winter?", "The mill is closed in winter.", "The mill is not open in winter."),
        ("Does the stove burn wood?", "The stove burns not only wood but pellets.", "The stove burns wood."),
        ("Does the mill run only on steam?", "The mill does not run only on steam.", "The mill runs on steam."),
        ("Does the mill run on steam?", "The mill may run on steam.", "The mill runs on steam."),
        # of another thing, time or part
        ("How many people live in Newbury?", "Newbury, Ohio, has 5,541 people.", "Newbury, Vermont, has 2,293 people."),
        ("What is the range of the van?", "The small van has a range of 180 km.", "The large van has a range of 260 km."),
        ("How many passengers came?", "In 2019, 4.2 million passengers came.", "In 2021, 1.7 million passengers came."),
        ("How many books were lent?", "120,000 books were lent.", "45,000 children's books were lent."),
        ("How much profit was made?", "A profit of $310 million is expected.", "A profit of $268 million was made."),
        # figures that nobody asked for, and what cannot be compared
        ("When was the mill built?", "The mill was built in 1847 with 3 floors.", "The mill was built in 1847 with 5 floors."),
        ("How much did the mill cost?", "The mill cost $2 million.", "The mill cost 1.8 million euros."),
        ("How many tons were ground?", "20 tons were ground.", "Bread is baked."),
    ],
)  # fmt: skip
def test_answers_that_only_seem_to_differ(question: str, one: str, other: str) -> None:
    assert not pair(question, one, other)
    assert not pair(question, other, one)


def dated(name: str, kind: str, date: str | None = None, context: str | None = None) -> Document:
    return replace(document(name, kind, context), date=date)


@pytest.mark.parametrize(
    ("first", "second", "texts", "reason"),
    [
        (dated("n", "report", "2026-05-01"), dated("o", "report", "2026-04-12"), (20, 35), "is newer: 2026-05-01 against 2026-04-12"),
        (dated("n", "report", "2026"), dated("o", "report", "2025-04-12"), (20, 35), "is newer: 2026 against 2025-04-12"),
        (dated("n", "report", "2025-01-01"), dated("o", "reader comment", "2026-01-01"), (20, 35), "is more than one person's view"),
        (dated("n", "erratum", "2026-01-02"), dated("o", "official record", "2026-01-01"), (20, 35), "corrects what was said before"),
        (dated("n", "report", None, "from after the fair"), dated("o", "report", None, "from before the fair"), (20, 35), "written afterwards"),
        (dated("n", "census"), dated("o", "magazine article"), (20, 35), "nearer to the fact"),
        (dated("n", "report", "2026-01-01"), dated("o", "report", "2026-02-01"), (20, "reportedly 35"), "states it where the other supposes it"),
    ],
)  # fmt: skip
def test_which_is_named_first_and_why(
    first: Document, second: Document, texts: tuple[object, object], reason: str
) -> None:
    sentences = [f"The mill ground {amount} tons." for amount in texts]
    for order in (1, -1):
        documents, said_by = (first, second)[::order], sentences[::order]
        (difference,) = pair("How many tons did the mill grind?", said_by[0], said_by[1], documents)
        assert difference.one.document.document == "n"
        assert reason in difference.first


def test_where_nothing_decides_the_likelier_is_first_and_no_reason_is_made_up() -> None:
    same = replace(REPORT, document="s.md")
    (difference,) = pair("How many tons did the mill grind?", "It ground 20 tons at the mill.", "The mill ground 35 tons.", (same, REPORT))  # fmt: skip
    assert difference.one.document.document == "s.md"
    assert difference.first == ""


def test_the_conflict_names_both_with_kind_context_and_date() -> None:
    old = dated("o.md", "news report", "2026-04-12", "from before the launch")
    new = dated("n.md", "official statement", "2026-05-01", "from after the launch")
    (difference,) = pair("How many tons did the mill grind?", "The mill ground 20 tons.", "The mill ground 35 tons.", (old, new))  # fmt: skip
    conflict = as_conflict(difference, lambda one: 1 if one.document == new else 2)
    assert conflict.documents == ("n.md", "o.md")
    assert conflict.citations == (1, 2)
    assert conflict.kinds == ("official statement", "news report")
    assert conflict.contexts == ("from after the launch", "from before the launch")
    assert conflict.dates == ("2026-05-01", "2026-04-12")
    assert conflict.said == ("35 tons", "20 tons")
    assert conflict.reason == (
        "an official statement from after the launch (2026-05-01) [1] says “35 tons”, a news report "
        "from before the launch (2026-04-12) [2] says “20 tons”; the first is newer: 2026-05-01 against 2026-04-12"
    )


def test_a_value_that_a_correction_takes_back_is_not_what_it_says() -> None:
    notice = dated("c.md", "correction notice", "2026-01-02")
    question, wrong = "How much was the fine?", "The fine was 750,000 dollars."
    (difference,) = pair(question, wrong, "The fine was 570,000 dollars, not 750,000 dollars.", (REPORT, notice))
    assert difference.said == ("570,000 dollars", "750,000 dollars")
    assert difference.one.document.document == "c.md"


def test_several_that_differ_are_each_told_once() -> None:
    texts = [(20, "1.md"), (35, "2.md"), (35, "3.md"), (60, "4.md")]
    statements = [said(f"The mill ground {n} tons.", document(name), 0.9 - 0.01 * n) for n, name in texts]
    found = differences("How many tons did the mill grind?", statements)
    assert [tuple(s.document.document for s in one.both) for one in found] == [("1.md", "2.md"), ("1.md", "4.md")]


def test_both_sides_are_shown_the_first_at_the_head() -> None:
    (difference,) = pair("How many tons did the mill grind?", "The mill ground 20 tons.", "The mill ground 35 tons.")

    def others() -> list[ScoredSentence]:
        hit = hit_of("One. Two. Three. Four.", document("x.md"), 7)
        return list(evidence_of(*((hit, i, 0.5) for i in range(4))).sentences)

    shown = with_both([difference.other.scored, *others()], [difference])
    assert [one.candidate.text for one in shown[:2]] == [difference.one.text, difference.other.text]
    assert len(shown) == 4
    assert [one.candidate.text for one in with_both(others(), [])] == ["One.", "Two.", "Three.", "Four."]
