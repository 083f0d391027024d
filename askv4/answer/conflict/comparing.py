"""Two sentences that say different things of one subject, without a question that would say what to compare.

Amounts and dates are compared exactly, and the trained verifier must see that each sentence carries the other's claim but for
them. A denial must be one in its eyes in both directions. What one source passes on as hearsay, and another, which speaks of the
same, does not carry, is a rumour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askv4.answer.conflict.claims import Claim, agree, sort_of
from askv4.answer.conflict.precedence import passes_on, supposes
from askv4.answer.conflict.scope import same_scope
from askv4.answer.conflict.subjects import Said
from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import Entailment
from askv4.language.amounts import amounts
from askv4.language.moments import moments
from askv4.language.tokens import tokenize
from askv4.types import Span

VALUES = 4
"""Amounts and dates of a sentence that are compared."""
CARRIED = 0.5
"""With the other's figure in it a sentence must be carried so surely by the other's source."""
OPPOSED = 0.5
"""And contradicted so surely as it stands."""
DENIED = 0.8
"""From this probability on, in both directions, a sentence denies another."""
CONFIRMED = 0.65
"""From this probability on a statement carries a rumour (that of leads)."""
NO_QUESTION = Question("")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sentences of different documents that say different things."""

    one: Said
    other: Said
    sort: str
    """One of "figure", "date", "denial", "rumour"; of the last `one` is the statement."""
    said: tuple[str, str]
    """The words that differ."""
    strength: float
    """How telling it is, 0 to 1."""


def contrasts(pairs: Sequence[tuple[Said, Said]], entailment: Entailment) -> list[Contrast]:
    """What these pairs of sentences on the same subject say differently. Raises what the verifier raises."""
    valued: list[tuple[Said, Said, tuple[Claim, Claim]]] = []
    plain: list[tuple[Said, Said]] = []
    for one, other in pairs:
        values = differing_values(one, other)
        if values is not None:
            valued.append((one, other, values))
        elif one.whole and other.whole and not _has_values(one) and not _has_values(other):
            plain.append((one, other))
    return [*_figures(valued, entailment), *_denials(plain, entailment)]


def differing_values(one: Said, other: Said) -> tuple[Claim, Claim] | None:
    """The amounts or dates that two sentences give differently; None where any agree, or none can be compared."""
    if one.edition and other.edition and one.edition.isdisjoint(other.edition):
        return None  # each year's report, each model's sheet has figures of its own
    mine, theirs = list(_values(one)), list(_values(other))
    told = [(a, b, agree(a, b)) for a in mine for b in theirs if bool(a.moment) == bool(b.moment)]
    if any(same for *_, same in told):
        return None
    differ = [(a, b) for a, b, same in told if same is False and same_scope(NO_QUESTION, a, b) and _alike(a, b)]
    # Other figures of another day are no difference.
    return differ[0] if differ and len({bool(a.moment) for a, _ in differ}) == 1 else None


def _values(said: Said) -> Iterator[Claim]:
    tokens = tokenize(said.text)
    places = sorted((one.first, one.last) for of in (moments(said.text), amounts(said.text)) for one in of)
    for first, last in places[:VALUES]:
        claim = said.claim_at(Span(tokens[first].start, tokens[last - 1].end))
        if claim.moment or claim.amount:
            yield claim


def _has_values(said: Said) -> bool:
    return next(_values(said), None) is not None


def _alike(one: Claim, other: Claim) -> bool:
    """Whether two figures count the same: numbers without a unit do so where the same word follows them."""
    if one.moment or (one.amount and one.amount.units):
        return True
    following = [next((t.stem for t in tokenize(claim.after_amount()) if t.content), "") for claim in (one, other)]
    return following[0] == following[1]


def _figures(valued: Sequence[tuple[Said, Said, tuple[Claim, Claim]]], entailment: Entailment) -> Iterator[Contrast]:
    checks = [
        ([a.source], statement)
        for _, _, both in valued
        for a, b in (both, both[::-1])
        for statement in (b.with_words(a.words), b.with_words(b.words))
    ]
    if not checks:
        return
    weighed = entailment.verdicts(checks).reshape(len(valued), 2, 2, 3)
    for (one, other, both), ways in zip(valued, weighed, strict=True):
        carried, opposed = float(ways[:, 0, 0].max()), float(ways[:, 1, 2].max())
        if carried >= CARRIED and opposed >= OPPOSED:
            yield Contrast(one, other, sort_of(*both), (both[0].words, both[1].words), carried * opposed)


def _denials(pairs: Sequence[tuple[Said, Said]], entailment: Entailment) -> Iterator[Contrast]:
    first = _opposed([(one, other) for one, other in pairs], entailment)
    likely = [(pair, chance) for pair, chance in zip(pairs, first, strict=True) if chance >= DENIED]
    second = _opposed([(other, one) for (one, other), _ in likely], entailment)
    for ((one, other), chance), back in zip(likely, second, strict=True):
        if back >= DENIED:
            yield Contrast(one, other, "denial", (one.text, other.text), chance * back)


def _opposed(pairs: Sequence[tuple[Said, Said]], entailment: Entailment) -> list[float]:
    checks = [([one.claim.source], other.text) for one, other in pairs]
    return [float(row[2]) for row in entailment.verdicts(checks)]


def rumours(pairs: Sequence[tuple[Said, Said, float]], entailment: Entailment) -> list[Contrast]:
    """Of (statement, rumour, strength) those where the statement does not carry the rumour. Raises what the verifier raises."""
    # By the sentence that is quoted alone: the one before it may say what it takes back.
    weighed = entailment.verdicts([([f"{one.title}. {one.text}"], other.text) for one, other, _ in pairs])
    return [
        Contrast(one, other, "rumour", (one.text, other.text), strength)
        for (one, other, strength), row in zip(pairs, weighed, strict=True)
        if row[0] < CONFIRMED
    ]


def is_rumour(said: Said) -> bool:
    """Whether a sentence passes on hearsay."""
    return passes_on(said.text)


def is_statement(said: Said) -> bool:
    """Whether a sentence leaves nothing open."""
    return not supposes(said.text)
