import pytest

from askv4.answer.quote.voice import lead_in, needs_lead, source_name
from askv4.types import Document


def document(kind: str | None, context: str | None = None, name: str = "a.md") -> Document:
    return Document(
        document=name, title="A title", kind=kind, context=context, date=None, state="indexed", reason=None, bytes=1,
        pages=None, passages=1, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "context", "lead"),
    [
        ("reader comments", None, "A reader comment says"),
        ("news report", "from before the launch, which it calls “near”", "A news report from before the launch says"),
        ("Analysis", "From after the launch.", "An analysis from after the launch says"),
        ("movie reviews", "a paragraph that is no phrase", "A movie review says"),
        ("replies", None, "A reply says"),
        ("news", None, "A news says"),
    ],
)
def test_the_lead_in_reads_as_english(kind: str, context: str | None, lead: str) -> None:
    assert lead_in(document(kind, context)) == lead


def test_a_source_without_a_kind_goes_by_its_title() -> None:
    assert source_name(document(None)) == "“A title”"


def test_the_kind_is_named_where_it_changes_the_meaning() -> None:
    analysis, report, comments = document("analysis"), document("news report", name="b.md"), document("reader comments")
    assert not needs_lead(analysis, [analysis, analysis])
    assert needs_lead(analysis, [analysis, report])
    assert needs_lead(comments, [comments])
    assert not needs_lead(document(None), [document(None), report])
