"""Sources against each other, by the real verifier: what counts as a difference, what does not, and which is named first.

The words that the reader points at stand in «» here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.answer.conflict.claims import Claim, agree, claim_of
from askv4.answer.conflict.conflicts import OTHERS, Difference, as_conflict, find_differences, with_both
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.question.question import Question
from askv4.neural.verifier import Checked, Verifier
from askv4.types import Document, Span
from tests.unit.answer.builders import document, evidence_of, hit_of

REPORT = document("r.md", "news report", "from before the launch")
REVIEW = document("a.md", "analysis", "from after the launch")


@pytest.fixture
def verifier(encoder_dir: Path) -> Verifier:
    return Verifier(encoder_dir)


def evidence(*said: tuple[str, Document]) -> Evidence:
    """The likeliest first."""
    made = evidence_of(
        *((hit_of(text.replace("«", "").replace("»", ""), of, number), 0, 0.9 - 0.01 * number) for number, (text, of) in enumerate(said))
    )  # fmt: skip
    pointed = [
        replace(one, answer=Span(text.index("«"), text.index("»") - 1), answer_score=3.0) if "«" in text else one
        for one, (text, _) in zip(made.sentences, said, strict=True)
    ]
    return replace(made, sentences=tuple(pointed))


def pair(
    verifier: Verifier, question: str, one: str, other: str, documents: tuple[Document, Document] = (REPORT, REVIEW)
) -> list[Difference]:
    return find_differences(Question(question), evidence((one, documents[0]), (other, documents[1])), verifier)


def claim(text: str) -> Claim:
    made = claim_of(evidence((text, REPORT)).sentences[0])
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("question", "one", "other", "sort"),
    [
        ("How many tons did the mill grind?", "The mill ground «20» tons.", "The mill ground «35» tons.", "figure"),
        ("How much did the mill cost?", "The mill cost «$2.4 million».", "The mill cost «$3.1 million».", "figure"),
        ("How long is the mill race?", "The mill race is «3 km» long.", "The mill race is «5,400 metres» long.", "figure"),
        ("When was the mill built?", "The mill was built in «1847».", "The mill was built in «May 1861».", "date"),
        ("When does the mill open?", "The mill opens at «9 am».", "The mill opens at «10:30».", "date"),
        ("Who built the mill?", "The mill was built by «Clara Ostrow».", "The mill was built by «Harold Metz», of Ulm.", "name"),
        ("What is the mill wheel made of?", "The mill wheel is made of «oak».", "The mill wheel is made of «iron».", "wording"),
        ("Does the mill run on steam?", "The mill runs on steam.", "The mill does not run on steam.", "denial"),
        ("Can the lamp be dimmed?", "The lamp can be dimmed by a switch.", "The lamp cannot be dimmed.", "denial"),
    ],
)  # fmt: skip
def test_answers_that_differ(verifier: Verifier, question: str, one: str, other: str, sort: str) -> None:
    (difference,) = pair(verifier, question, one, other)
    assert difference.sort == sort
    assert {claim.document.document for claim in difference.both} == {"r.md", "a.md"}


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # of another thing or time
        ("How many people live in Newbury?", "Newbury, Ohio, has «5,541» people.", "Newbury, Vermont, has «2,293» people."),
        ("How many passengers came?", "In 2019, «4.2 million» passengers came.", "In 2021, «1.7 million» passengers came."),
        ("Who was the mayor?", "In 1965 the mayor was «Albert Runge».", "In 1975 the mayor was «Ella Prinz»."),
        # a part and the whole, a forecast and what came of it
        ("How many books were lent?", "«120,000» books were lent.", "«45,000» children's books were lent."),
        ("How much was spent on it?", "«840,000 dollars» were spent on it.", "«210,000 dollars» were spent on the doors alone."),
        ("How much profit was made?", "A profit of «$310 million» is expected.", "A profit of «$268 million» was made."),
        # what cannot be compared, what does not answer, what says the same
        ("How much did the mill cost?", "The mill cost «$2 million».", "The mill cost «1.8 million euros»."),
        ("How many tons were ground?", "«20» tons were ground.", "Bread is baked."),
        ("Is the mill open in winter?", "The mill is closed in winter.", "The mill is not open in winter."),
        ("Which goods does the mill sell?", "The mill sells «rye flour».", "The mill sells «Wexel 40 bran»."),
        ("Does the stove burn wood?", "The stove burns not only wood but also pellets.", "The stove burns wood."),
    ],
)  # fmt: skip
def test_answers_that_only_seem_to_differ(verifier: Verifier, question: str, one: str, other: str) -> None:
    assert not pair(verifier, question, one, other)
    assert not pair(verifier, question, other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It is «16 km» long.", "It is «10 miles» long.", True),
        ("It took «24 months».", "It took «two years».", True),
        ("It has «48,312» people.", "It has «some 48,000» people.", True),
        ("It holds up to «350».", "It holds «320».", True),
        ("Hotels up to «90 pounds».", "Hotels up to «115 pounds».", False),
        ("It holds at least «1,000».", "It holds more than «1,020».", True),
        ("It is «between 1,200 and 1,500 years» old.", "It is around «1,300 years» old.", True),
        ("It leaves at «9:40 pm».", "It leaves at «21:40».", True),
        ("It was built from «1934 to 1939».", "It was built in «1939».", True),
        ("It was «Nina Vell».", "It was «Otto Wirth and Nina Vell».", True),
        ("It was «Mrs Hale».", "It was «Mina Hale».", True),
        ("It is played with «a football».", "They play «American football».", True),
        ("It cost «$2 million».", "It cost «1.8 million euros».", None),
        ("It was on «2 June».", "It was at «3 pm».", None),
        ("It was built in «1820».", "It was built by «Clara Ostrow».", None),
        ("It uses the «Kestrel 8».", "It uses the «Merlin X2».", False),
        ("It is «16 km» long.", "It is «18 km» long.", False),
        ("It opens on «2 June».", "It opens on «14 July».", False),
        ("It was «Hyde Park».", "It was «Riverside Park».", False),
    ],
)  # fmt: skip
def test_what_can_be_compared_exactly_is(one: str, other: str, same: bool | None) -> None:
    assert agree(claim(one), claim(other)) is same
    assert agree(claim(other), claim(one)) is same


def test_an_undated_sentence_is_as_old_as_its_document(verifier: Verifier) -> None:
    old, new = dated("o.md", "report", "1998-05-01"), dated("n.md", "report", "2025-05-01")
    said = "In 1998 the choir had «24» members.", "The choir has «57» members."
    assert not pair(verifier, "How many members does the choir have?", *said, (old, new))
    assert pair(verifier, "How many members does the choir have?", *said, (old, replace(old, document="n.md")))


def test_short_words_stand_for_the_whole_date_amount_or_name() -> None:
    for text, words in [
        ("It opens on 14 «July» 2025.", "14 July 2025"),
        ("It cost $«24» million.", "$24 million"),
        ("It was built by «Clara» Ostrow.", "Clara Ostrow"),
    ]:
        assert claim(text).words == words


def test_the_other_s_answer_is_put_into_the_clause_of_the_answer() -> None:
    ground = claim("In 2019 the mill, by its books, ground «20» tons of rye, and a third was sold.")
    assert ground.with_words("35 tons") == "In 2019 the mill, by its books, ground 35 tons of rye."
    assert (
        ground.source == "Title of r.md. In 2019 the mill, by its books, ground 20 tons of rye, and a third was sold."
    )


class Counting:
    """The real verifier, with a count of what it was asked."""

    def __init__(self, verifier: Verifier) -> None:
        self.verifier, self.pairs = verifier, 0

    def verdicts(self, pairs: Sequence[Checked]):  # type: ignore[no-untyped-def]
        self.pairs += len(pairs)
        return self.verifier.verdicts(pairs)


def test_the_verifier_is_asked_only_where_documents_differ_and_at_most_eight_times(verifier: Verifier) -> None:
    counting = Counting(verifier)
    question = "How many tons did the mill grind?"
    same = [(f"The mill ground «20» tons{more}.", document(f"{more}.md")) for more in ("", " of rye", " in all")]
    assert not find_differences(Question(question), evidence(*same), counting)
    assert not find_differences(Question(question), evidence(("The mill ground «20» tons.", REPORT)), counting)
    assert counting.pairs == 0
    many = [(f"The mill ground «{tons}» tons.", document(f"{tons}.md")) for tons in range(20, 90, 10)]
    assert len(find_differences(Question(question), evidence(*many), counting)) == OTHERS
    assert counting.pairs == 2 * OTHERS


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
        (dated("n 2024.md", "report"), dated("o 2022.md", "report"), (20, 35), "is newer: 2024 against 2022"),
        (dated("n", "census"), dated("o", "magazine article"), (20, 35), "nearer to the fact"),
        (dated("n", "report", "2026-01-01"), dated("o", "report", "2026-02-01"), (20, "reportedly 35"), "states it where the other supposes it"),
    ],
)  # fmt: skip
def test_which_is_named_first_and_why(
    verifier: Verifier, first: Document, second: Document, texts: tuple[object, object], reason: str
) -> None:
    sentences = [f"The mill ground «{amount}» tons." for amount in texts]
    for order in (1, -1):
        documents, said_by = (first, second)[::order], sentences[::order]
        (difference,) = pair(verifier, "How many tons did the mill grind?", said_by[0], said_by[1], documents)
        assert difference.one.document.document[0] == "n"
        assert reason in difference.first


def test_where_nothing_decides_the_likelier_is_first_and_no_reason_is_made_up(verifier: Verifier) -> None:
    same = replace(REPORT, document="s.md")
    (difference,) = pair(verifier, "How many tons did the mill grind?", "The mill ground «20» tons.", "The mill ground «35» tons.", (same, REPORT))  # fmt: skip
    assert difference.one.document.document == "s.md"
    assert difference.first == ""


def test_the_conflict_names_both_with_kind_context_and_date(verifier: Verifier) -> None:
    old = dated("o.md", "news report", "2026-04-12", "from before the launch")
    new = dated("n.md", "official statement", "2026-05-01", "from after the launch")
    (difference,) = pair(verifier, "How many tons did the mill grind?", "The mill ground «20 tons».", "The mill ground «35 tons».", (old, new))  # fmt: skip
    conflict = as_conflict(difference, [1, 2])
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


def test_a_denial_is_told_in_words(verifier: Verifier) -> None:
    old = dated("o.md", "rumours", "2026-04-12")
    new = dated("n.md", "official statement", "2026-05-01")
    (difference,) = pair(verifier, "Does the mill run on steam?", "The mill reportedly runs on steam.", "The mill does not run on steam.", (old, new))  # fmt: skip
    assert difference.said == ("denies it", "supposes that it is so")
    assert as_conflict(difference, [1, 1]).reason.startswith("an official statement (2026-05-01) [1] denies it, ")


def test_several_that_differ_are_each_told_once(verifier: Verifier) -> None:
    said = [(f"The mill ground «{n}» tons.", document(f)) for n, f in [(20, "1.md"), (35, "2.md"), (35, "3.md"), (60, "4.md")]]  # fmt: skip
    differences = find_differences(Question("How many tons did the mill grind?"), evidence(*said), verifier)
    assert [tuple(s.document.document for s in one.both) for one in differences] == [("1.md", "2.md"), ("1.md", "4.md")]


def test_both_sides_are_shown_the_first_at_the_head(verifier: Verifier) -> None:
    (difference,) = pair(verifier, "How many tons did the mill grind?", "The mill ground «20» tons.", "The mill ground «35» tons.")  # fmt: skip

    def others() -> list[ScoredSentence]:
        hit = hit_of("One. Two. Three. Four.", document("x.md"), 7)
        return list(evidence_of(*((hit, i, 0.5) for i in range(4))).sentences)

    shown = with_both([difference.other.scored, *others()], [difference])
    assert [one.candidate.text for one in shown[:2]] == [difference.one.text, difference.other.text]
    assert len(shown) == 4
    assert [one.candidate.text for one in with_both(others(), [])] == ["One.", "Two.", "Three.", "Four."]
