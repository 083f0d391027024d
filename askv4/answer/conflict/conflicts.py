"""Sources that disagree: documents that answer the question differently, and which of them is named first.

Only the words that answer are compared, as the reader points at them; what can be compared exactly is, the rest the trained
verifier weighs. scripts/bench/conflicts.py measures how many are told, and how many of those told are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from askv4.answer.conflict.claims import Claim, agree, claim_of, comparable, sort_of, verdict_of
from askv4.answer.conflict.precedence import Witness, first_of, supposes
from askv4.answer.conflict.scope import same_scope
from askv4.answer.conflict.weighing import Pair, differing
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.features import covered
from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import Entailment, chances
from askv4.answer.quote.voice import dated_name
from askv4.types import Conflict

SHARE, ANSWERING = 0.02, 0.2
"""A sentence speaks for its document when its probability is at least the first share of the best one's; with an answer of its own, to
what is no yes/no question, from the second."""
LACKING = 0.33
"""A sentence answers the same question as the best one only where its passage lacks less than this share, by idf, of what that
one's has of the question's words: a shop's hours are no other answer to those of the gym."""
SURE, SURE_WORDING = 0.0, 1.0
"""Words answer when the reader points at them at least so much surer, in logits, than at none: a figure, date or name; others."""
LONGEST = 500
"""Characters from which on a "sentence" is a table or a list without full stops."""
FURTHER = 0.6
"""A document's other answers count from this share of the score of its surest one."""
OTHERS = 3
"""Other answers weighed against the likeliest one, in two to four passes of the verifier each."""
HEARD = 4
"""Documents weighed for a yes or a no, in two passes each."""
CLEAR, AGAINST = 0.9, 0.7
"""Documents differ when one says yes, or no, with the first probability, and another says the opposite with the second."""
SIDES = 4
"""Documents that differ and are shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two claims that differ; `one` is to be named first."""

    one: Claim
    other: Claim
    sort: str
    said: tuple[str, str]
    first: str
    """Why `one` is named first; empty where nothing decides."""

    @property
    def both(self) -> tuple[Claim, Claim]:
        """The two, in order."""
        return self.one, self.other


def find_differences(question: Question, evidence: Evidence, entailment: Entailment) -> list[Difference]:
    """Where two documents answer `question` differently. Raises what the verifier raises, which is asked only then."""
    best = evidence.sentences[0].probability if evidence.sentences else 0.0
    share = SHARE if question.is_yes_no else ANSWERING
    likely = [
        one for one in evidence.sentences if one.probability >= share * best and len(one.candidate.text) <= LONGEST
    ]
    if not question.is_yes_no:
        return _answers(question, _of_it(likely, evidence), entailment)
    return _verdicts(question, [one for one in likely if _names_it(one, evidence)], entailment)


def _names_it(scored: ScoredSentence, evidence: Evidence) -> bool:
    """Whether a sentence, with its title and heading, names all that the question does: else it cannot deny it."""
    gathered, one = evidence.gathered, scored.candidate
    return gathered.encoded.names <= one.stems | gathered.context.get(one.hit.passage_id, frozenset())


def _of_it(likely: Sequence[ScoredSentence], evidence: Evidence) -> list[ScoredSentence]:
    """Those that stand among about as many of the question's words as the best one, which comes first."""
    gathered = evidence.gathered
    passages = dict.fromkeys(one.candidate.hit.passage_id for one in likely)
    around = {one: gathered.stems_of(one) | gathered.context.get(one, frozenset()) for one in passages}
    whole = next(iter(around.values()), frozenset())
    return [one for one in likely if covered(gathered.encoded, whole - around[one.candidate.hit.passage_id]) < LACKING]


def _verdicts(question: Question, likely: Sequence[ScoredSentence], entailment: Entailment) -> list[Difference]:
    """The likeliest document that says yes, and the likeliest that says no."""
    claims = [verdict_of(one[0]) for one in _by_document(likely)][:HEARD]
    if len(claims) < 2:
        return []
    yes, no, _ = chances(question, [claim.source for claim in claims], entailment).T
    says: dict[str, Claim] = {}
    for claim, for_it, against in zip(claims, yes, no, strict=True):
        if max(for_it, against) >= AGAINST:
            says.setdefault("yes" if for_it > against else "no", claim)
    if len(says) < 2 or max(*yes, *no) < CLEAR:
        return []
    return [difference_of("denial", *((claim, _VERDICTS[said, supposes(claim.text)]) for said, claim in says.items()))]


def _answers(question: Question, likely: Sequence[ScoredSentence], entailment: Entailment) -> list[Difference]:
    """The likeliest answer against each other one that documents give."""
    stems = frozenset(token.stem for token in question.tokens)
    pairs = _pairs(question, [claims for own in _by_document(likely) if (claims := _claims(own, stems))])
    if question.wants_several:
        pairs = [one for one in pairs if comparable(*one)]
    return [
        difference_of(sort_of(*pair), *((claim, claim.words) for claim in pair))
        for pair in differing(question, pairs, entailment)
    ]


def _by_document(likely: Iterable[ScoredSentence]) -> list[list[ScoredSentence]]:
    """The sentences of each document, the likeliest first."""
    documents: dict[str, list[ScoredSentence]] = {}
    for one in likely:
        documents.setdefault(one.candidate.hit.document.document, []).append(one)
    return list(documents.values())


def _claims(own: Sequence[ScoredSentence], asked: frozenset[str]) -> list[Claim]:
    """A document's answers, the likeliest first, as far as the reader is nearly as sure of them; none only repeats the question."""
    claims = [
        claim
        for one in own
        if (claim := claim_of(one))
        and claim.stems - asked
        and one.answer_score >= (SURE if claim.exact else SURE_WORDING)
    ]
    return [one for one in claims if one.scored.answer_score >= FURTHER * claims[0].scored.answer_score]


def _pairs(question: Question, documents: Sequence[Sequence[Claim]]) -> list[Pair]:
    """The likeliest claim beside each that says another thing than it and than each other, of documents that nowhere agree."""
    others: list[Claim] = []
    for own in documents[1:]:
        told = (*documents[0], *others)
        if agree(own[0], told[0]) is False and not any(agree(claim, one) for claim in own for one in told):
            others.append(own[0])
    return [(documents[0][0], other) for other in others[:OTHERS] if same_scope(question, documents[0][0], other)]


def difference_of(sort: str, one: tuple[Claim, str], other: tuple[Claim, str]) -> Difference:
    """Two claims with what each says, in the order in which they are named."""
    witnesses = [Witness(claim.document, claim.text) for claim, _ in (one, other)]
    ahead, reason = first_of(*witnesses)
    if not reason:
        ahead = one[0].probability >= other[0].probability
    (first, said), (second, against) = (one, other) if ahead else (other, one)
    return Difference(first, second, sort, (said, against), reason)


_VERDICTS = {
    ("yes", False): "affirms it",
    ("no", False): "denies it",
    ("yes", True): "supposes that it is so",
    ("no", True): "supposes that it is not so",
}
"""By what a document says, and whether it only supposes that."""
CONTRADICTS, UNCONFIRMED = ("contradicts", "says"), ("does not confirm", "passes on as a rumour")
LINKED = (CONTRADICTS, UNCONFIRMED)
"""What the one does to what the other says."""


def with_both(
    chosen: Sequence[ScoredSentence], differences: Sequence[Difference], limit: int = SIDES
) -> list[ScoredSentence]:
    """The sentences to show, with both sides of each difference among them, the one that comes first at the head."""
    sides = list(dict.fromkeys(_place(claim.scored) for difference in differences for claim in difference.both))
    by_place = {_place(one.scored): one.scored for difference in differences for one in difference.both}
    rest = [scored for scored in chosen if _place(scored) not in by_place]
    return [*(by_place[place] for place in sides), *rest][: max(limit, len(sides))]


def with_other_side(
    chosen: Sequence[ScoredSentence], differences: Sequence[Difference], limit: int
) -> list[ScoredSentence]:
    """The sentences to show, and behind them what of each difference is not among them, in the place of the last ones."""
    shown = {_place(one) for one in chosen}
    sides = {_place(claim.scored): claim.scored for difference in differences for claim in difference.both}
    kept = [one for one in chosen if _place(one) in sides]
    missing = [scored for place, scored in sides.items() if place not in shown]
    room = max(1, limit - len(missing))
    return [*(one for n, one in enumerate(chosen) if n < room or one in kept), *missing]


def _place(scored: ScoredSentence) -> tuple[str, int]:
    return scored.candidate.hit.document.document, scored.candidate.span.start


def as_conflict(difference: Difference, cited: Sequence[int]) -> Conflict:
    """The conflict as an answer shows it; `cited` has the numbers of both claims' citations."""
    both = difference.both
    parts = [
        f"{dated_name(claim.document)} [{n}] " + (said if difference.sort in ("denial", "rumour") else f"says “{said}”")
        for claim, n, said in zip(both, cited, difference.said, strict=True)
    ]
    reason = (" what " if difference.said in LINKED else ", ").join(parts)
    if difference.first:
        reason += f"; the first {difference.first}"
    return Conflict(
        citations=tuple(cited),
        documents=tuple(claim.document.document for claim in both),
        reason=reason,
        sort=difference.sort,
        said=difference.said,
        kinds=tuple(claim.document.kind for claim in both),
        contexts=tuple(claim.document.context for claim in both),
        dates=tuple(claim.document.date for claim in both),
        first=difference.first,
    )
