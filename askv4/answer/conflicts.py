"""Sources that disagree: documents that answer the question asked differently, and which of them is named first.

Only what answers is compared: the amount, date or name that the question asks for, or whether it is so at all. That two
sentences differ in some number, or that one of them has a "not", is no conflict. What only seems to differ is left alone:
the same amount in another unit or rounded, a part and the whole, another year, another thing of the same name, a forecast and
what came of it. scripts/bench_conflicts.py measures both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from askv4.answer.completing import leans
from askv4.answer.differences import amounts, moments
from askv4.answer.differences.answers import (
    Found,
    Wording,
    corrects,
    found_amounts,
    found_moments,
    found_names,
    found_wordings,
)
from askv4.answer.differences.asked import Asked, asked
from askv4.answer.differences.polarity import Polarity, forecasts, polarity, supposes
from askv4.answer.differences.precedence import Witness, first_of
from askv4.answer.differences.scope import Said, same_scope
from askv4.answer.evidence import Evidence, ScoredSentence
from askv4.answer.facts.names import Name, known, knows
from askv4.answer.facts.tokens import plain
from askv4.answer.gather import QuestionView
from askv4.answer.voice import dated_name
from askv4.types import Conflict, Document

SHARE = 0.04
"""A sentence speaks for its document when its probability is at least this share of the best one's."""
COVERED = 0.5
"""Share of the question's words that a sentence's passage, with its title and heading, must have."""
COVERED_NAMELESS = 0.75
"""The same where the question names nothing that could tell whether it is the same thing."""
LONGEST = 500
"""Characters from which on a "sentence" is a table or a list without full stops."""
NAMED = 0.15
"""The same share for a name: sentences are full of names that answer nothing."""
HEARD = 4
"""So many sentences of a document are looked at."""
SIDES = 4
"""So many documents that differ are shown."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that may answer, as far as comparing needs it."""

    scored: ScoredSentence
    text: str

    @property
    def document(self) -> Document:
        """Whose sentence it is."""
        return self.scored.candidate.hit.document

    @property
    def probability(self) -> float:
        """That it belongs to the answer, 0 to 1."""
        return self.scored.probability


@dataclass(frozen=True, slots=True)
class Difference:
    """Two statements that answer differently; `one` is to be named first."""

    one: Statement
    other: Statement
    sort: str
    said: tuple[str, str]
    first: str
    """Why `one` is named first; empty where nothing decides."""

    @property
    def both(self) -> tuple[Statement, Statement]:
        """The two, in order."""
        return self.one, self.other


@dataclass(slots=True)
class _Claim:
    """What one document answers."""

    statement: Statement
    text: str
    answer: Found | None = None
    polarity: Polarity | None = None
    further: list[Found] = field(default_factory=list)
    """What else of the type its sentences hold and do not reject."""
    denied: list[Found] = field(default_factory=list)


_FINDERS: dict[str, Callable[[Asked, str], list[Found]]] = {
    "figure": found_amounts, "date": found_moments, "name": found_names, "wording": found_wordings,
}  # fmt: skip
_SORTS = {
    "money": ("figure",), "number": ("figure",), "quantity": ("figure",), "duration": ("figure",), "date": ("date",),
    "person": ("name",), "place": ("name",), "yesno": (), "reason": ("wording",), "manner": (), "other": ("figure", "name", "wording"),
}  # fmt: skip


def find_differences(question: str, evidence: Evidence) -> list[Difference]:
    """Where two documents answer `question` differently, by all sentences of the evidence."""
    return differences(question, _statements(evidence))


def _statements(evidence: Evidence) -> list[Statement]:
    """The sentences that may speak for their documents, the likeliest first."""
    gathered = evidence.gathered
    best = evidence.sentences[0].probability if evidence.sentences else 0.0
    whole: dict[int, frozenset[str]] = dict(gathered.context)
    for candidate in gathered.candidates:
        whole[candidate.hit.passage_id] = whole.get(candidate.hit.passage_id, frozenset()) | candidate.stems
    by_place = {_place(scored): scored for scored in evidence.sentences}
    return [
        Statement(scored, scored.candidate.text)
        for scored in evidence.sentences
        if (scored.probability >= SHARE * best or _follows(scored, by_place, SHARE * best))
        and len(scored.candidate.text) <= LONGEST
        and _covers(gathered.question, whole[scored.candidate.hit.passage_id])
    ]


def _follows(scored: ScoredSentence, by_place: Mapping[tuple[str, int], ScoredSentence], least: float) -> bool:
    """Whether a sentence goes on from a likely one: it leans on it, or says what is right after an error was named."""
    candidate = scored.candidate
    if candidate.position == 0:
        return False
    span = candidate.hit.sentences[candidate.position - 1]
    before = by_place.get((candidate.hit.document.document, span.start))
    if before is None or before.probability < least:
        return False
    return leans(candidate.text) or corrects(before.candidate.text)


def _covers(question: QuestionView, found: frozenset[str]) -> bool:
    """Whether a passage has the names of the question, and enough of its words, so that its "it" is what is asked about."""
    terms = frozenset(question.terms)
    least = COVERED if question.names else COVERED_NAMELESS
    return question.names <= found and len(terms & found) >= least * len(terms)


def differences(question: str, statements: Iterable[Statement]) -> list[Difference]:
    """Where two documents answer `question` differently: the answer that comes first against each other one."""
    view = asked(question)
    documents = _by_document(statements)
    best = max((own[0].probability for own in documents), default=0.0)
    found: list[Difference] = []
    for sort in (*_SORTS[view.kind], "denial"):
        claims = [claim for own in documents if (claim := _claim(view, sort, own, best))]
        for one, other in combinations(claims, 2):
            if _differ(view, sort, one, other):
                found.append(_difference(sort, one, other))
        if found:
            break
    return _told(found)


def _by_document(statements: Iterable[Statement]) -> list[list[Statement]]:
    """The statements of each document, the likeliest first."""
    documents: dict[str, list[Statement]] = {}
    for statement in sorted(statements, key=lambda statement: -statement.probability):
        own = documents.setdefault(statement.document.document, [])
        if len(own) < HEARD:
            own.append(statement)
    return list(documents.values())


def _claim(view: Asked, sort: str, own: Sequence[Statement], best: float) -> _Claim | None:
    """What a document answers, by the likeliest of its statements that holds something of the sort."""
    claim: _Claim | None = None
    denied: list[Found] = []
    further: list[Found] = []
    for statement in own:
        text = plain(statement.text)
        if sort == "name" and statement.probability < NAMED * best and not leans(text):
            continue
        if sort == "denial":
            verdict = polarity(view, text)
            if verdict is not None:
                return _Claim(statement, text, polarity=verdict)
            continue
        found = _FINDERS[sort](view, text)
        denied += [one for one in found if one.rejected]
        kept = [one for one in found if not one.rejected]
        tied = [one for one in kept if one.tied]
        if tied and claim is None:
            claim = _Claim(statement, text, tied[0])
        further += [one for one in kept if one.tied or not _bounded(one)]
    if claim is not None:
        claim.denied, claim.further = denied, further
    return claim


def _bounded(found: Found) -> bool:
    """Whether it is "at least two" or the like, with which nearly everything agrees."""
    return isinstance(found.value, amounts.Amount) and (found.value.least or found.value.most)


def _differ(view: Asked, sort: str, one: _Claim, other: _Claim) -> bool:
    said = _said(one), _said(other)
    if sort == "denial":
        return one.polarity != other.polarity and same_scope(view, *said)
    mine, theirs = one.answer, other.answer
    if mine is None or theirs is None or _agree(sort, view, mine, theirs) is not False:
        return False
    if any(_agree(sort, view, mine, found) for found in other.further) or any(
        _agree(sort, view, theirs, found) for found in one.further
    ):
        return False
    if sort in ("figure", "date") and forecasts(one.text) != forecasts(other.text):
        return False
    return same_scope(view, *said)


def _said(claim: _Claim) -> Said:
    document = claim.statement.document
    year = int(document.date[:4]) if document.date and document.date[:4].isdigit() else None
    return Said(claim.text, plain(document.title), claim.answer, year)


def _agree(sort: str, view: Asked, one: Found, other: Found) -> bool | None:
    """Whether two answers may be the same; None where they cannot be compared."""
    if isinstance(one.value, amounts.Amount) and isinstance(other.value, amounts.Amount):
        same = amounts.agree(one.value, other.value)
        # Where the question does not say what is to be measured, only amounts of one known unit are compared.
        if view.dimensions is None and sort == "figure" and amounts.PLAIN in one.value.dimensions:
            return True if same else None
        return same
    if isinstance(one.value, moments.Moment) and isinstance(other.value, moments.Moment):
        return moments.agree(one.value, other.value)
    if isinstance(one.value, Name) and isinstance(other.value, Name):
        return _same_name(one.value, other.value)
    if isinstance(one.value, Wording) and isinstance(other.value, Wording):
        if one.value.link != other.value.link:
            return None
        return bool(one.value.stems & other.value.stems)
    return None


def _same_name(one: Name, other: Name) -> bool:
    """Whether two names may name the same: one may be part of the other, or both end alike ("Mrs Hale", "Mina Hale")."""
    if not knows(known((other.text,)), one) or not knows(known((one.text,)), other):
        return True
    return one.keys[-1] == other.keys[-1]


def _difference(sort: str, one: _Claim, other: _Claim) -> Difference:
    witnesses = [Witness(claim.statement.document, claim.text, claim.polarity == "open") for claim in (one, other)]
    ahead, reason = first_of(*witnesses)
    if not reason:
        ahead = one.statement.probability >= other.statement.probability
    first, second = (one, other) if ahead else (other, one)
    said = (_words(sort, first), _words(sort, second))
    return Difference(first.statement, second.statement, sort, said, reason)


_OPEN = "says that it is not known"
_VERDICTS: dict[Polarity | None, str] = {"yes": "affirms it", "no": "denies it", "open": _OPEN}
_SUPPOSED: dict[Polarity | None, str] = {
    "yes": "supposes that it is so",
    "no": "supposes that it is not so",
    "open": _OPEN,
}


def _words(sort: str, claim: _Claim) -> str:
    if sort == "denial" or claim.answer is None:
        return _SUPPOSED.get(claim.polarity, "") if supposes(claim.text) else _VERDICTS.get(claim.polarity, "")
    return claim.answer.text.rstrip(" .,")


def _told(found: Sequence[Difference]) -> list[Difference]:
    """The differences to show: those of the document that comes first most often, each answer once."""
    ahead = Counter(difference.one.document.document for difference in found)
    leader = max(ahead, key=lambda name: ahead[name], default="")
    told: list[Difference] = []
    answers: set[str] = set()
    heard: set[str] = set()
    for difference in sorted(found, key=lambda one: leader not in _documents(one)):
        names = _documents(difference)
        if answers.issuperset(difference.said) or len(heard | names) > SIDES:
            continue
        told.append(difference)
        answers.update(difference.said)
        heard |= names
    return told


def _documents(difference: Difference) -> set[str]:
    return {statement.document.document for statement in difference.both}


def with_both(
    chosen: Sequence[ScoredSentence], found: Sequence[Difference], limit: int = SIDES
) -> list[ScoredSentence]:
    """The sentences to show, with both sides of each difference among them, the one that comes first at the head."""
    sides = list(dict.fromkeys(_place(statement.scored) for difference in found for statement in difference.both))
    by_place = {_place(one.scored): one.scored for difference in found for one in difference.both}
    rest = [scored for scored in chosen if _place(scored) not in by_place]
    return [*(by_place[place] for place in sides), *rest][: max(limit, len(sides))]


def _place(scored: ScoredSentence) -> tuple[str, int]:
    return scored.candidate.hit.document.document, scored.candidate.span.start


def as_conflict(difference: Difference, numbers: Callable[[Statement], int]) -> Conflict:
    """The conflict as an answer shows it; `numbers` gives the number of a statement's citation."""
    both = difference.both
    cited = tuple(numbers(statement) for statement in both)
    parts = [
        f"{dated_name(statement.document)} [{n}] " + (said if difference.sort == "denial" else f"says “{said}”")
        for statement, n, said in zip(both, cited, difference.said, strict=True)
    ]
    reason = ", ".join(parts)
    if difference.first:
        reason += f"; the first {difference.first}"
    return Conflict(
        citations=cited,
        documents=tuple(statement.document.document for statement in both),
        reason=reason,
        sort=difference.sort,
        said=difference.said,
        kinds=tuple(statement.document.kind for statement in both),
        contexts=tuple(statement.document.context for statement in both),
        dates=tuple(statement.document.date for statement in both),
        first=difference.first,
    )
