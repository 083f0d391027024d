"""Contrasts of a corpus as answers show them."""

from __future__ import annotations

from askv4.answer.conflict.claims import Claim
from askv4.answer.conflict.comparing import Contrast
from askv4.answer.conflict.conflicts import CONTRADICTS, UNCONFIRMED, Difference, difference_of
from askv4.answer.conflict.precedence import Witness, later
from askv4.answer.question.question import Question
from askv4.answer.quote.citing import cite
from askv4.answer.quote.extractive import completed, shown
from askv4.answer.quote.quoting import Beside, Sources, texts
from askv4.types import Citation, Span

_NO_QUESTION = Question("")


def told_of(contrast: Contrast) -> Difference:
    """The difference with the side first that is to be named first."""
    one, other = contrast.one.claim, contrast.other.claim
    if contrast.sort == "rumour":
        first = later(Witness(one.document, one.text), Witness(other.document, other.text))
        return Difference(one, other, "rumour", UNCONFIRMED, first)
    if contrast.sort == "denial":
        told = difference_of("denial", (one, ""), (other, ""))
        return Difference(told.one, told.other, "denial", CONTRADICTS, told.first)
    return difference_of(contrast.sort, (one, contrast.said[0]), (other, contrast.said[1]))


class Cited:
    """Citations of sentences, each once, with what a sentence cannot be read without."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._text_of = texts(sources)
        self._beside = Beside(sources, self._text_of)
        self.citations: list[Citation] = []
        self._lines: list[str] = []

    def number(self, claim: Claim, said: str) -> int:
        """The number of the citation of a claim's sentence, made where there is none."""
        quotation = completed(claim.scored, self._text_of, self._beside.before, self._beside.after, _NO_QUESTION)
        document, span = claim.document.document, quotation.span
        for one in self.citations:
            if (one.document, one.start, one.end) == (document, span.start, span.end):
                return one.n
        text, n = self._text_of(document), len(self.citations) + 1
        line = shown(quotation, text)
        at = text.find(said, claim.scored.candidate.span.start, claim.scored.candidate.span.end)
        marks = [Span(at, at + len(said))] if at >= 0 else []
        noted = line if quotation.notes else ""
        self.citations.append(cite(n, quotation.hit, span, text, self._sources.place, marks, shown=noted))
        self._lines.append(f"“{line}” [{n}]")
        return n

    def line(self, n: int) -> str:
        """The quotation of a citation, with its marker."""
        return self._lines[n - 1]
