"""What a line of a gold file may be, and what is said of one that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from askv4.errors import UsageError
from askv4.evaluate.gold import GoldQuestion, Wanted, gold_from_record, gold_to_record, parse_gold
from askv4.types import Turn


def one(**row: Any) -> GoldQuestion:
    (question,) = parse_gold(json.dumps(row), "gold.jsonl")
    return question


def test_the_simple_form() -> None:
    question = one(question=" How  long? ", document="tea.md", quote="two minutes")
    assert question == GoldQuestion("1", None, "How long?", True, ((Wanted("two minutes", "tea.md"),),))


def test_groups_of_alternatives() -> None:
    question = one(
        id=7, kind="fact", question="q?", answerable=True, groups=[["a", {"quote": "b", "document": "b.md"}], ["c"]]
    )
    assert (question.id, question.kind) == ("7", "fact")
    assert question.groups == ((Wanted("a"), Wanted("b", "b.md")), (Wanted("c"),))


@pytest.mark.parametrize("row", [{"answerable": False}, {"answerable": False, "groups": []}, {"answerable": True}])
def test_a_question_without_a_quote(row: dict[str, Any]) -> None:
    question = one(question="q?", **row)
    assert question.answerable is row["answerable"]
    assert question.groups == ()


def test_a_document_alone_and_several_quotes_of_it() -> None:
    assert one(question="q?", document="a.md").groups == ((Wanted(None, "a.md"),),)
    assert one(question="q?", document="a.md", quote=["x", "y"]).groups == ((Wanted("x", "a.md"), Wanted("y", "a.md")),)


def test_a_follow_up_brings_its_history() -> None:
    question = one(question="and?", quote="x", history=[{"question": "q?", "answer": "a"}])
    assert question.history == (Turn("q?", "a"),)


def test_lines_are_counted_with_blank_ones_and_any_line_ending() -> None:
    text = '\ufeff{"question": "a?", "quote": "x"}\r\n\r\n{"question": "b?", "quote": "x\\u2028y"}\r\n'.lstrip("\ufeff")
    assert [question.id for question in parse_gold(text, "g")] == ["1", "3"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"quote": "x"}', "holds no question"),
        ('{"question": 3, "quote": "x"}', "holds no question"),
        ('{"question": "q?"}', 'has neither a quote nor "answerable": false'),
        ('{"question": "q?", "answerable": "no"}', 'says "answerable": "no"'),
        ('{"question": "q?", "answerable": false, "quote": "x"}', "yet expects a quote"),
        ('{"question": "q?", "quote": ""}', "expects a quote that is empty"),
        ('{"question": "q?", "groups": ["x"]}', "not a list of lists"),
        ('{"question": "q?", "groups": [["x"]], "quote": "x"}', 'both "quote" and "groups"'),
        ('{"question": "q?", "quote": "x", "history": ["what?"]}', "history"),
        ('{"question": "q?", "quote": "x", "document": 3}', 'a "document"'),
        ('{"question": "q?", "qoute": "x"}', 'unknown key "qoute"'),
        ('{"question": "a?", "quote": "y"}', "asks the same as line 1"),
        ('{"question": ' + "[" * 100_000, "is not JSON"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(line: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_gold('{"question": "a?", "quote": "x"}\n\n' + line, "gold.jsonl")
    assert str(caught.value).startswith("gold.jsonl, line 3 ")
    assert said in str(caught.value)
    assert caught.value.remedy


def test_further_bad_lines_are_counted() -> None:
    with pytest.raises(UsageError, match=r"line 1 is not JSON.*\(and 2 more bad lines\)"):
        parse_gold("x\ny\nz", "g")


def test_a_file_without_questions_is_an_error() -> None:
    with pytest.raises(UsageError, match="holds no question"):
        parse_gold("\n \n", "g")


def test_half_a_surrogate_pair_and_other_keys_do_no_harm() -> None:
    question = one(question="a\ud800?", quote="x", source="somebody", start=3)
    question.question.encode("utf-8")


def test_a_record_is_read_back_as_it_was() -> None:
    question = one(
        question="q?",
        kind="k",
        groups=[["a", {"quote": "b", "document": "b.md"}]],
        history=[{"question": "h", "answer": ""}],
    )
    assert gold_from_record(json.loads(json.dumps(gold_to_record(question)))) == question
    nothing = one(question="q?", answerable=False)
    assert gold_from_record(gold_to_record(nothing)) == nothing


def test_key_words_and_wrong_words_of_a_lead() -> None:
    question = one(question="q?", quote="x", key_words=["a", ["b", "c"]], wrong_words=["d"])
    assert (question.key_words, question.wrong_words) == ((("a",), ("b", "c")), ("d",))
    assert gold_from_record(gold_to_record(question)) == question


@pytest.mark.parametrize("row", [{"key_words": "a"}, {"key_words": [[""]]}, {"wrong_words": [1]}, {"key_word": ["a"]}])
def test_key_words_that_are_none_are_refused(row: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        one(question="q?", quote="x", **row)


def test_how_many_citations_of_a_list_are_looked_at() -> None:
    assert one(question="q?", quote="a").first == 4
    question = one(question="q?", quote="a", first=9)
    assert gold_from_record(gold_to_record(question)).first == 9


@pytest.mark.parametrize("first", [0, True, "9", 2.5])
def test_a_count_that_is_none_is_refused(first: object) -> None:
    with pytest.raises(UsageError, match='"first"'):
        one(question="q?", quote="a", first=first)
