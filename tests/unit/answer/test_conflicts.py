import pytest

from askv4.answer.conflicts import Statement, conflict_line, find_conflicts
from tests.unit.answer.builders import document, vector

REPORT = document("r.md", "news report", "from before the launch")
REVIEW = document("a.md", "analysis", "from after the launch")


def pair(one: str, other: str, same_point: bool = True, documents=(REPORT, REVIEW)):
    vectors = (vector(1), vector(1) if same_point else vector(2))
    return find_conflicts(
        Statement(n, d, text, v) for n, (d, text, v) in enumerate(zip(documents, (one, other), vectors, strict=True), 1)
    )


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("The mill could run on steam.", "The mill runs on water.", "supposes"),
        ("The mill runs on steam.", "The mill does not run on steam.", "denies"),
        ("The mill made 20 tons.", "The mill made 35 tons.", "figures"),
    ],
)
def test_sources_of_different_kind_that_answer_differently(one: str, other: str, reason: str) -> None:
    (conflict,) = pair(one, other)
    assert conflict.citations == (1, 2)
    assert conflict.documents == ("r.md", "a.md")
    assert reason in conflict.reason
    assert "a news report from before the launch [1]" in (conflict_line([conflict]) or "")


def test_no_conflict_where_they_agree_or_speak_of_something_else_or_are_one_voice() -> None:
    assert not pair("The mill runs on steam.", "The mill runs on steam today.")
    assert not pair("The mill could run on steam.", "Bread is baked.", same_point=False)
    assert not pair(
        "The mill could run.", "The mill runs.", documents=(REPORT, document("s.md", REPORT.kind, REPORT.context))
    )
    assert conflict_line([]) is None
