"""Citations by construction: a citation is made from a document's stored text and a span, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askv4.types import Citation, Hit, Span

Places = Callable[[str, int], tuple[int | None, int | None]]
"""(document, offset) -> (line, page), 1-based; None where the format has none."""


def cite(
    n: int,
    hit: Hit,
    span: Span,
    text: str,
    places: Places,
    answers: Sequence[Span] = (),
    likely: Span | None = None,
    shown: str = "",
) -> Citation:
    """Citation `n` of `span` in the document that `hit` is from; `text` is the whole document's text.

    `answers` are the words in it that answer; what of them lies outside the span is left out. `likely` is the sentence in it
    that came nearest to an answer. `shown` is the quotation as `Citation.shown` wants it.

    Raises ValueError for a span outside the text or an empty one: that would be a quotation of nothing.
    """
    if not 0 <= span.start < span.end <= len(text):
        raise ValueError(f"span {span.start}:{span.end} lies outside a text of {len(text)} characters")
    line, page = places(hit.document.document, span.start)
    last = None if page is None else places(hit.document.document, span.end - 1)[1]
    return Citation(
        n=n, document=hit.document.document, title=hit.document.title, kind=hit.document.kind,
        start=span.start, end=span.end, line=line, page=page, heading=hit.heading, quote=span.of(text),
        answers=tuple((one.start, one.end) for one in sorted(answers) if span.start <= one.start < one.end <= span.end),
        likely=(likely.start, likely.end) if likely else None, shown=shown,
        last_page=last if last != page else None,
    )  # fmt: skip
