import pytest

from askv4.answer.question import expected_type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much does the ferry cost?", "money"),
        ("What does a ticket cost?", "money"),
        ("what is the price of bread", "money"),
        ("How many bridges are there?", "number"),
        ("how much water is lost", "quantity"),
        ("By how long was it late, and why?", "duration"),
        ("How old is the mill?", "duration"),
        ("When was the mill built?", "date"),
        ("In which year did it open", "date"),
        ("when do you need to water tomatoes", "date"),
        ("Who wrote the report?", "person"),
        ("who pays taxes", "person"),
        ("Where is the harbour?", "place"),
        ("Why did it close?", "reason"),
        ("Is the mill open?", "yesno"),
        ("How does a loom work?", "manner"),
        ("What did the reviewers say about the lens?", "other"),
        ("Which model was tested?", "other"),
        ("Was kostet das?", "yesno"),  # "was" is an English verb, too
        ("", "other"),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str) -> None:
    assert expected_type(question) == kind
