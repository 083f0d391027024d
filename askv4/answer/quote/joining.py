"""The answers to several questions, joined to one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from askv4.answer.question.parts import Piece
from askv4.answer.quote.listing import MAYBE, renumbered, unmarked
from askv4.language.patterns import Pattern
from askv4.types import Answer, Citation, Conflict, Part, Status

_UNANSWERED = "The sources do not answer: {}"
_LAST_MARKER = Pattern(r"\[(\d{1,4})\]\s*$")


def join(whole: Answer, pieces: Sequence[Piece], answers: Sequence[Answer]) -> Answer:
    """One answer of those to its parts, in order, with the citations numbered through.

    `whole` gives what is not of a part: the question as it was asked. What an earlier part has quoted is not quoted again.
    A part that the sources do not answer, or perhaps do, is said to be so; a candidate is cited as what answers a part is,
    unless no part is answered.
    """
    citations: list[Citation] = []
    blocks: list[str] = []
    parts: list[Part] = []
    conflicts: list[Conflict] = []
    for piece, answer in zip(pieces, answers, strict=True):
        already = len(citations)
        numbers = _numbered(_quoted(answer), citations)
        blocks.append(_block(piece, answer, numbers, range(already + 1, len(citations) + 1)))
        mine = tuple(dict.fromkeys(numbers.values()))
        parts.append(Part(answer.standalone_question or piece.full, answer.status, mine, answer.verdict))
        conflicts += [renumbered_conflict(conflict, numbers) for conflict in answer.conflicts]
    answered = any(answer.status == "answered" for answer in answers)
    status: Status = "answered" if answered else "uncertain"
    confident = [one.confidence for one in answers if one.confidence is not None and one.status == status]
    notes = dict.fromkeys(answer.note for answer in answers if answer.note)
    quoted = "\n\n".join(blocks)
    return replace(
        whole, status=status, answer=quoted if answered else unmarked(quoted), quoted=quoted, verdict=None,
        citations=tuple(citations) if answered else (), nearest=() if answered else tuple(citations),
        parts=tuple(parts), conflicts=tuple({c.citations: c for c in conflicts}.values()), note="; ".join(notes) or None,
        confidence=min(confident, default=None),
    )  # fmt: skip


def _quoted(answer: Answer) -> tuple[Citation, ...]:
    """What an answer quotes, its candidate included."""
    return answer.citations or (answer.nearest[:1] if answer.status == "uncertain" else ())


def _numbered(cited: Sequence[Citation], citations: list[Citation]) -> dict[int, int]:
    """The part's number of each citation -> its number in the whole answer. New ones are added to `citations`."""
    numbers = {}
    for citation in cited:
        held = next((one for one in citations if _holds(one, citation)), None)
        if held is None:
            held = replace(citation, n=len(citations) + 1)
            citations.append(held)
        else:
            citations[held.n - 1] = replace(held, answers=_apart(sorted({*held.answers, *citation.answers})))
        numbers[citation.n] = held.n
    return numbers


def _holds(one: Citation, other: Citation) -> bool:
    return one.document == other.document and one.start <= other.start and other.end <= one.end


def _apart(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, those that overlap joined."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def renumbered_conflict(conflict: Conflict, numbers: Mapping[int, int]) -> Conflict:
    """The conflict with other numbers for its citations."""
    cited = tuple(numbers.get(n, n) for n in conflict.citations)
    return replace(conflict, citations=cited, reason=renumbered(conflict.reason, numbers))


def _block(piece: Piece, answer: Answer, numbers: Mapping[int, int], new: Collection[int]) -> str:
    """What the whole answer says to one question; `new` are the numbers that no earlier part has cited."""
    asked = " ".join(piece.asked.split())
    if answer.status == "not_in_sources":
        return _UNANSWERED.format(asked)
    lines, again = [asked], []
    for line in answer.quoted.split("\n"):
        marker = _LAST_MARKER.search(line)
        number = numbers.get(int(marker[1])) if marker else None
        if marker is None or number is None:
            lines.append(line)
        elif number in new:
            lines.append(f"{line[: marker.start()]}[{number}]")
        elif words := _answering(_quoted(answer), int(marker[1])):
            lines.append(f"{words} [{number}]")
        elif number not in again:
            again.append(number)
    if again:
        lines.append(f"As quoted above: {' '.join(f'[{number}]' for number in again)}")
    return "\n".join(lines)


def left_open(part: Part) -> str:
    """The line on one of several questions that the sources do not answer, or perhaps do."""
    if part.status == "not_in_sources":
        return _UNANSWERED.format(part.question)
    return f"{part.question} {MAYBE} {' '.join(f'[{n}]' for n in part.citations)}"


def _answering(cited: Sequence[Citation], number: int) -> str:
    """The words that answer this question in a quotation that an earlier part has shown already; empty when none stand out."""
    citation = next(citation for citation in cited if citation.n == number)
    words = [citation.quote[a - citation.start : b - citation.start] for a, b in citation.answers]
    return " ".join(f"“{' '.join(one.split())}”" for one in words)
