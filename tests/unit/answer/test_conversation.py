from askv4.answer.conversation.follow_up import understand
from askv4.types import Turn

HISTORY = [Turn("Who runs the ferry to the island?", "“The town runs it.” [1]")]


def test_a_question_without_history_is_taken_as_asked() -> None:
    understood = understand("  Who runs\nthe ferry? ", [])
    assert understood.question == understood.asked == "Who runs the ferry?"
    assert understood.wordings == ()
    assert not understood.carried


def test_a_follow_up_carries_over_what_it_lacks() -> None:
    understood = understand("And how much does it cost?", HISTORY)
    assert understood.question == "And how much does it cost? (runs ferry island)"
    assert understood.carried
    assert understood.wordings == ("Who runs the ferry to the island? The town runs it. And how much does it cost?",)


def test_what_the_last_question_asked_for_is_not_carried_over() -> None:
    understood = understand("Probate?", [Turn("How long can I have long-term care arrangements?", "Sorry.")])
    assert understood.question == "Probate? (long-term care arrangements)"


def test_a_question_that_stands_alone_stays_alone() -> None:
    asked = "Which architect designed the main railway station building?"
    assert understand(asked, HISTORY).question == asked
