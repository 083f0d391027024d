"""Differences that the wording of a question does not bring out: what another document says against a likely answer.

Only the likely sentences are compared, with what stands nearest to them in other documents, so that it takes a few passes of the
verifier. The other side must be near to the question, too, and name what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from askv4.answer.conflict.comparing import Contrast, is_rumour
from askv4.answer.conflict.conflicts import Difference
from askv4.answer.conflict.pairing import Comparer
from askv4.answer.conflict.subjects import SHARED, Said, sentences
from askv4.answer.conflict.telling import told_of
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.question.question import Question
from askv4.records import StoredPassage
from askv4.types import Hit

COMPARED = 5
"""Likely sentences that are compared, those that are quoted first."""
LIKELY = 0.1
"""The share of the best one's probability from which on a sentence is likely."""
ASKED, BESIDE = 20, 8
"""Passages near to the question, and to the best of them."""
TO_THE_POINT = 0.3
"""Cosine with the question from which on the other side is worth showing."""
MOST = 1
"""Of such differences in an answer."""
ANY_QUESTION = frozenset({"denial", "rumour"})
"""What is told whatever was asked; other figures and dates only of a yes/no question, which does not ask for them."""

Near = Callable[[str, int], Sequence[Hit]]
"""The passages nearest to a text."""


def unasked(
    question: Question, evidence: Evidence, quoted: Sequence[ScoredSentence], near: Near, comparer: Comparer
) -> list[Difference]:
    """What other documents say against the sentences quoted and others nearly as likely. Raises what the verifier raises."""
    best = evidence.sentences[0].probability
    likely = {_place(one): one for one in (*quoted, *(e for e in evidence.sentences if e.probability >= LIKELY * best))}
    own = [_said(one) for one in list(likely.values())[:COMPARED]]
    near_both = [*near(question.standalone, ASKED), *near(own[0].text, BESIDE)]
    hits = {hit.passage_id: hit for hit in (*evidence.gathered.hits, *near_both)}
    elsewhere = [hit for hit in hits.values() if any(hit.document.document != mine.document for mine in own)]
    naming = [one for one in _sentences(elsewhere) if evidence.gathered.encoded.names <= one.context]
    comparer.subjects.learn([*own, *naming])
    near_to_one = [one for one in naming if any(_may_differ(mine, one, comparer) for mine in own)]
    contrasts = comparer.beside([one for one in own if one.comparable], _to_the_point(question, near_to_one, comparer))
    wanted = sorted((one for one in contrasts if _tells(one, question)), key=lambda one: -one.strength)
    return [told_of(one) for one in wanted[:MOST]]


def _tells(contrast: Contrast, question: Question) -> bool:
    return question.is_yes_no or contrast.sort in ANY_QUESTION


def _may_differ(one: Said, other: Said, comparer: Comparer) -> bool:
    """Whether it is worth comparing two sentences."""
    if one.document == other.document:
        return False
    return is_rumour(one) or is_rumour(other) or comparer.subjects.shared(one, other) >= SHARED


def _to_the_point(question: Question, others: Sequence[Said], comparer: Comparer) -> list[Said]:
    if not others:
        return []
    asked, *vectors = comparer.encode([question.standalone, *(one.text for one in others)])
    return [one for one, vector in zip(others, vectors, strict=True) if float(asked @ vector) >= TO_THE_POINT]


def _sentences(hits: Iterable[Hit]) -> Iterator[Said]:
    return (one for hit in hits for one in sentences(_passage(hit)))


def _place(scored: ScoredSentence) -> tuple[str, int]:
    return scored.candidate.hit.document.document, scored.candidate.span.start


def _said(scored: ScoredSentence) -> Said:
    candidate = scored.candidate
    return Said(_passage(candidate.hit), candidate.span, candidate.position)


def _passage(hit: Hit) -> StoredPassage:
    return StoredPassage(
        hit.passage_id, "", hit.document, hit.start, hit.end, hit.heading, hit.text, hit.sentences, hit.line, hit.page
    )
