"""The JSON of an answer: the contract's keys, in its order, and nothing that only helps the eye."""

from __future__ import annotations

from askv4.as_json import answer_json
from askv4.types import Answer, Citation

CONTRACT = (
    "question status mode model answer citations nearest lead verdict conflicts skipped timings_ms".split()
)  # fmt: skip
SPAN = "n document title kind start end line page heading quote".split()


def test_an_answer_with_a_lead_and_one_without() -> None:
    cited = Citation(
        1, "a.md", "A", None, 0, 9, 1, None, None, "It opens.", shown="It [the gate] opens.", likely=(0, 2)
    )
    quoted = Answer("Does it open?", "answered", "extractive", None, "Yes.\n“It [the gate] opens.” [1]", verdict="yes", citations=(cited,))  # fmt: skip
    row = answer_json(quoted)
    assert list(row)[: len(CONTRACT)] == CONTRACT
    assert (row["lead"], row["verdict"], row["answer"]) == (None, "yes", quoted.answer)
    assert [list(citation) for citation in row["citations"]] == [SPAN]
    led = Answer(
        "Does it open?", "answered", "llm", "qwen", "Yes, it does. [1]", lead="Yes, it does. [1]", citations=(cited,)
    )
    row = answer_json(led)
    assert (row["mode"], row["lead"], row["answer"], row["verdict"]) == ("llm", led.lead, led.lead, None)
