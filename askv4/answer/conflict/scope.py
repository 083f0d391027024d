"""What the verifier does not see and numbers and dates tell: a part beside its whole, one year beside today, a forecast."""

from __future__ import annotations

import re

from askv4.answer.conflict.claims import Claim
from askv4.answer.conflict.precedence import forecasts
from askv4.answer.question.question import Question
from askv4.language.en import PARTS, WITHIN
from askv4.language.moments import moments
from askv4.language.patterns import Pattern
from askv4.language.tokens import tokenize

_ALONE = Pattern(rf"\b(?:{PARTS})\b", re.I)


def same_scope(question: Question, one: Claim, other: Claim) -> bool:
    """Whether two claims may be held against each other."""
    exact = one.moment or one.amount
    if exact and forecasts(one.text) != forecasts(other.text):
        return False
    if _part(question, one, other) or _part(question, other, one):
        return False
    mine, theirs = _years(one), _years(other)
    # What both date the verifier compares; an undated sentence is as old as its document.
    if bool(mine) == bool(theirs) or question.years & (mine | theirs):
        return True
    undated, years = (one, theirs) if theirs else (other, mine)
    written = undated.document.date or ""
    return not written[:4].isdigit() or int(written[:4]) in years


def _years(claim: Claim) -> set[int]:
    """The years that a sentence names beside its answer."""
    return {year for moment in moments(claim.text) if moment != claim.moment for year in moment.years or ()}


def _part(question: Question, whole: Claim, part: Claim) -> bool:
    """Whether `part` counts some only of what `whole` counts: "45,000 children's books", "210,000 for the windows alone"."""
    if (
        whole.moment
        or not (whole.amount and part.amount)
        or not any(a[0] == b[0] and a[1] < b[1] for a in part.amount.scales for b in whole.amount.scales)
    ):
        return False
    clause = part.after_amount()
    known = {token.stem for token in (*question.tokens, *tokenize(whole.source)) if token.content}
    tokens = tokenize(clause)
    following = [token.stem in known for token in tokens if token.content]
    narrower = any(
        token.key in WITHIN
        and (said := next((one for one in tokens[i + 1 :] if one.content), None))
        and said.stem not in known
        for i, token in enumerate(tokens)
    )
    return bool(_ALONE.search(part.with_words(part.words))) or narrower or (not all(following[:1]) and any(following))
