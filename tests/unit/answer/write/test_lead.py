"""Leads: what carries each sentence, what is left out, and the numbers of everything afterwards."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import choose, compose, quotations
from askv4.answer.write.attribution import attribute
from askv4.answer.write.lead import Lead, LeadWriter
from askv4.types import Answer, Conflict, Part
from tests.unit.answer.builders import document, evidence_of, hit_of
from tests.unit.answer.scripted import ScriptedModel
from tests.unit.answer.write.kit import Answers, Literal, Shelf, excerpts_of

FERRY = hit_of("The ferry sails at nine. Tickets cost four crowns. The boat is red.", document("ferry.md"))
NOTICE = hit_of("Winter ferries sail at ten. Snow stops them.", document("notice.md", "notice"), passage_id=2)
SHELF = Shelf(FERRY, NOTICE)
EVIDENCE = evidence_of((FERRY, 0, 0.9), (NOTICE, 0, 0.8), (FERRY, 2, 0.05))
QUESTION = "When does the ferry sail?"


def quoted_answer() -> Answer:
    quoted = quotations(choose(EVIDENCE), SHELF.text, lambda _hit, _span: None)
    text, citations = compose(quoted, SHELF.text, SHELF.place)
    return Answer(
        question=QUESTION,
        status="answered",
        mode="extractive",
        model=None,
        answer=text,
        quoted=text,
        citations=citations,
    )


def lead_of(*lines: str, question: str = QUESTION, model: ScriptedModel | None = None) -> Lead:
    model = model or ScriptedModel(*lines)
    lead = LeadWriter(lambda: model, Literal(), Answers()).write(Question(question), [EVIDENCE], SHELF)
    assert lead is not None
    return lead


def answer_of(*lines: str) -> Answer:
    return lead_of(*lines).over(quoted_answer(), SHELF)


def test_the_fewest_excerpts_that_carry_a_sentence_are_cited() -> None:
    excerpts = excerpts_of("The ferry sails at nine.", "Tickets cost four crowns.", "The boat is red.")
    one = attribute("The boat is red.", excerpts, Question(QUESTION), Literal())
    assert [carrying.text for carrying in one.carried_by] == ["The boat is red."]
    two = attribute("The ferry sails at nine and tickets cost four crowns.", excerpts, Question(QUESTION), Literal())
    assert [carrying.text for carrying in two.carried_by] == ["The ferry sails at nine.", "Tickets cost four crowns."]
    none = attribute("The submarine dives.", excerpts, Question(QUESTION), Literal())
    assert none.carried_by == ()
    assert none.problems


def test_each_sentence_is_checked_by_itself() -> None:
    lead = lead_of("The ferry sails at nine. The captain drinks gin.")
    assert [(one.text, bool(one.carried_by)) for one in lead.sentences] == [
        ("The ferry sails at nine.", True),
        ("The captain drinks gin.", False),
    ]


def test_what_does_not_stand_is_not_shown_and_is_told_in_the_grounding() -> None:
    answer = answer_of("The ferry sails at nine. The captain drinks gin.")
    assert (answer.mode, answer.model, answer.lead) == ("llm", "scripted", "The ferry sails at nine. [1]")
    assert answer.answer == answer.lead
    assert [(one.supported, bool(one.problems)) for one in answer.grounding] == [(True, False), (False, True)]


def test_a_question_is_no_lead_even_where_a_document_asks_it() -> None:
    lead = lead_of("The ferry sails at nine?", "Tickets cost four crowns.")
    assert next((one.text, bool(one.carried_by)) for one in lead.sentences) == ("The ferry sails at nine?", False)


def test_without_a_lead_the_quotations_are_the_answer() -> None:
    answer = answer_of("The captain drinks gin.", "He drinks gin.", "She drinks gin.")
    before = quoted_answer()
    assert (answer.lead, answer.mode, answer.answer, answer.citations) == (
        None, "extractive", before.answer, before.citations,
    )  # fmt: skip
    assert [one.text for one in answer.grounding] == ["The captain drinks gin.", "He drinks gin.", "She drinks gin."]
    assert answer.model == "scripted"


def test_where_nothing_stands_the_likeliest_excerpts_are_tried_alone() -> None:
    model = ScriptedModel("The captain drinks gin.", "Winter ferries fly.", "Winter ferries sail at ten.")
    lead = lead_of(model=model)
    assert [bool(one.carried_by) for one in lead.sentences] == [False, False, True]
    shown = [messages[-1].content for messages in model.asked]
    assert "at nine" in shown[0]
    assert "at ten" in shown[0]
    assert QUESTION in shown[0]
    assert "at ten" not in shown[1]
    assert "at nine" not in shown[2]
    assert not any(QUESTION in later for later in shown[1:])


def test_a_rejected_yes_is_answered_by_what_the_excerpts_say() -> None:
    lines = ("The ferry sails always.", "The ferry sails at nine.", "Winter ferries sail at ten.", "It sings.")
    lead = lead_of(*lines, question="Does the ferry sail always?")
    assert [bool(one.carried_by) for one in lead.sentences] == [False, True, True, False]
    assert lead.over(quoted_answer(), SHELF).lead == "The ferry sails at nine. [1] Winter ferries sail at ten. [2]"


def test_over_one_excerpt_a_sentence_must_answer() -> None:
    model = ScriptedModel("The captain drinks gin.", "The boat is red.", "Winter ferries sail at ten.")
    writer = LeadWriter(lambda: model, Literal(), Answers("red"))
    lead = writer.write(Question(QUESTION), [EVIDENCE], SHELF)
    assert lead is not None
    assert [(one.text, bool(one.carried_by)) for one in lead.sentences][1:] == [
        ("The boat is red.", False), ("Winter ferries sail at ten.", True),
    ]  # fmt: skip


def lead_on(question: str, text: str, *lines: str) -> Lead:
    hit = hit_of(text, document("pool.md"))
    evidence = evidence_of(*((hit, at, 0.9 - at / 10) for at in range(len(hit.sentences))))
    model = ScriptedModel(*lines)
    lead = LeadWriter(lambda: model, Literal(), Answers("whether")).write(Question(question), [evidence], Shelf(hit))
    assert lead is not None
    return lead


def test_where_a_source_leaves_it_open_the_lead_says_that_and_nothing_else() -> None:
    text = "The pool was painted. Nobody said whether the pool opens."
    lines = ("The pool was painted.", "Nobody said whether the pool opens.", "Nobody said it.")
    lead = lead_on("Does the pool open?", text, *lines)
    assert [(one.text, bool(one.carried_by)) for one in lead.sentences[:2]] == [(lines[0], False), (lines[1], True)]
    answered = lead_on("Does the pool open?", f"{text} The pool opens.", "The pool was painted.", "x.", "y.", "z.")
    assert answered.sentences[0].carried_by, "another source answers"


def test_a_yes_in_the_question_s_words_needs_a_source_that_says_yes() -> None:
    text = "The boats wait while the pool trains nobody, whether or not it is open. Boats wait."
    said = lead_on("Does the pool train boats?", text, "The pool trains boats.", "x.", "y.", "z.").sentences[0]
    assert said.problems == ("it says only yes",)


def test_the_citations_of_the_lead_come_first_and_every_number_follows() -> None:
    base = quoted_answer()
    number = {citation.document: citation.n for citation in base.citations}
    assert number == {"ferry.md": 1, "notice.md": 2}
    conflict = Conflict((1, 2), ("ferry.md", "notice.md"), "[1] says nine, [2] says ten")
    base = replace(base, conflicts=(conflict,))
    answer = lead_of("Winter ferries sail at ten.").over(base, SHELF)
    assert answer.lead == "Winter ferries sail at ten. [1]"
    assert [(one.n, one.document) for one in answer.citations] == [(1, "notice.md"), (2, "ferry.md")]
    assert [line[-3:] for line in answer.quoted.split("\n")] == ["[1]", "[2]"]
    assert (answer.conflicts[0].citations, answer.conflicts[0].reason) == ((2, 1), "[2] says nine, [1] says ten")
    for line in answer.quoted.split("\n"):
        n = int(re.findall(r"\[(\d+)\]$", line)[0])
        assert answer.citations[n - 1].quote in line


def test_evidence_that_was_not_quoted_becomes_a_citation_of_its_own() -> None:
    answer = answer_of("Tickets cost four crowns.")
    first = answer.citations[0]
    assert answer.lead == "Tickets cost four crowns. [1]"
    assert first.quote == "Tickets cost four crowns."
    assert first.quote == SHELF.text(first.document)[first.start : first.end]
    assert "“Tickets cost four crowns.” [1]" in answer.quoted
    assert [citation.n for citation in answer.citations] == [1, 2, 3]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Yes, the ferry sails at nine.", "The ferry sails at nine. [1]"),
        ("No. The ferry sails at nine.", "The ferry sails at nine. [1]"),
        ("Yes.", None),
    ],
)
def test_yes_and_no_are_left_out_where_the_check_does_not_carry_them(written: str, shown: str | None) -> None:
    # The literal verifier knows no "Yes" in the sources.
    lead = lead_of(written, "Yes.", "Yes.", "Yes.", question="Does the ferry sail at nine?")
    assert lead.over(quoted_answer(), SHELF).lead == shown


@pytest.mark.parametrize(
    "written", ["No ferry sails at nine.", "Nobody pays.", "No. 5 ferry sails at nine.", "Yesterday ferries sail."]
)
def test_a_sentence_that_begins_so_is_no_verdict(written: str) -> None:
    (sentence, *_) = lead_of(written, "x.", "y.").sentences
    assert sentence.text == written


def test_parts_that_are_not_answered_are_said_beside_the_lead() -> None:
    parts = (Part("When does it sail?", "answered", (1,)), Part("Who steers?", "not_in_sources"))
    quoted = "When does it sail? [9]\n“The ferry sails at nine.” [1]\n\nThe sources do not answer: Who steers? [9]"
    base = replace(quoted_answer(), quoted=quoted, parts=parts)
    answer = lead_of("Winter ferries sail at ten.").over(base, SHELF)
    assert answer.answer.split("\n") == ["Winter ferries sail at ten. [1]", "The sources do not answer: Who steers?"]
    assert "Who steers? [9]" in answer.quoted
    assert "“The ferry sails at nine.” [2]" in answer.quoted


def test_a_model_that_goes_astray_costs_the_lead_only() -> None:
    answer = answer_of("the ferry sails at nine and " * 12)
    assert answer.lead is None
    assert answer.note is not None
    assert "circles" in answer.note
