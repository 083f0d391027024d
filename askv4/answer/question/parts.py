"""Several questions in one: what is asked is taken apart, answered one after the other, and put together as one answer.

English only, and careful: "the difference between A and B" is one question, "when and where was A born" is two. What cannot
be taken apart with certainty stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from askv4.answer.quote.listing import MAYBE, unmarked
from askv4.language.patterns import Pattern
from askv4.language.words import AUXILIARIES, EXTENTS, FILLERS, asks
from askv4.types import Answer, Citation, Conflict, Part, Status

MOST_PARTS = 5
"""Of a longer list of questions the first so many are answered; the others are said to be left."""
LONG_QUESTION = 40
"""In words: from here on a text without a question mark is searched for the sentence that asks."""

_UNANSWERED = "The sources do not answer: {}"
_ANY_MARKER = Pattern(r"\[(\d{1,4})\]")
_LINKS = Pattern(r"^(?:(?:and|also|but|so|then)\b,? )+(?=\w)", re.I)
_LAST_MARKER = Pattern(r"\[(\d{1,4})\]\s*$")
_AUX = rf"(?:{AUXILIARIES})"
_HOW = rf"how (?:{EXTENTS}|expensive)"
_WH = (
    rf"(?:(?:(?:by|in|on|at|for|from|to|with|of|since|until) )?(?:whom|whose|which|what|{_HOW})|who|when|where|why|how)"
)
_SENTENCE = Pattern(r"(?:[^.?!\n]|[.?!](?=[^\s\"”’)]))+[.?!]*[\"”’)]*")
_NUMBERED = Pattern(r"(?:^|(?<=\s))(?:\(?\d{1,2}[.)]|[-*•])\s+(?=\S)")
_ASKS = Pattern(
    rf"^\W*(?:(?:{FILLERS})\W+)*(?:{_WH}|{_AUX}|tell me|explain|describe|list|name|give me|show me|"
    r"compare|summari[sz]e|i(?:'d| would)? (?:want|like) to know|i(?:'m| am) (?:wondering|asking)|(?:do|can|could) you (?:know|tell|say|explain))\b",
    re.I,
)
_BARE_TAIL = Pattern(rf"(?P<head>.+?),? (?:and|but) (?P<tail>(?:also )?{_WH})\W*$", re.I)
_FULL_TAIL = Pattern(rf"(?P<head>.+?)(?P<comma>,)? (?:and|but) (?P<tail>(?:also )?(?:{_WH}|{_AUX})\s+\S.*)$", re.I)
_TWO_HEADS = Pattern(rf"^(?P<one>{_WH})(?:, | )and (?P<two>{_WH}) (?P<rest>{_AUX}\b.+)$", re.I)
_OPENING = Pattern(
    rf"^(?:so |and |but )?(?P<wh>{_WH})\b(?P<what>(?: (?!{_AUX}\b)[\w’'-]+){{0,4}}?) (?P<rest>{_AUX}\b.+)$", re.I
)
_STARTS = Pattern(rf"^\W*(?:(?:so|and|but|then)\W+)*(?:{_WH}|{_AUX})\b", re.I)
_HOLDS_TOGETHER = Pattern(
    r"\b(?:between|both|either|whether|relation(?:ship)?|difference|compare[ds]?|know|tell|explain|understand|depends?|of)\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One of the questions in what was asked."""

    asked: str
    """In the user's words."""
    full: str
    """As a question of its own, as far as its form goes."""
    alone: bool = False
    """Whether `full` has been made to stand alone; if not, what "it" is must still be understood from those before it."""


def split(text: str) -> tuple[Question, ...]:
    """The questions in `text`, in order; one for what cannot or need not be taken apart.

    What stands before a single question as its setting is left out of long texts only.
    """
    lines = _listed(text) or _sentences(text)
    asking = [line for line in lines if asks(line)]
    if not asking and len(text.split()) > LONG_QUESTION:
        asking = [line for line in lines if _ASKS.match(line)][-1:]
    if len(asking) > 1 or (asking and len(text.split()) > LONG_QUESTION):
        found = [part for line in asking for part in _coordinated(line)]
    elif len(lines) > 1 and _listed(text):
        found = [part for line in lines for part in _coordinated(line)]
    else:
        found = _coordinated(" ".join(text.split()))
    distinct = {question.full.lower(): question for question in found}
    if len(distinct) < 2:
        return tuple(distinct.values())
    return tuple(replace(one, full=_capital(_LINKS.sub("", one.full))) for one in distinct.values())


def _sentences(text: str) -> list[str]:
    return [" ".join(match.group().split()) for match in _SENTENCE.finditer(text) if re.search(r"\w", match.group())]


def _listed(text: str) -> list[str]:
    """The items of a numbered or marked list of two or more that ask something; empty when it is none."""
    marks = list(_NUMBERED.finditer(text))
    if len(marks) < 2:
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [" ".join(text[mark.end() : end].split()) for mark, end in zip(marks, ends, strict=True)]
    asking = all(item.endswith("?") or _ASKS.match(item) for item in items)
    return [item.rstrip(" ,;") for item in items] if asking else []


def _coordinated(sentence: str) -> list[Question]:
    """The questions that one sentence joins by "and"."""
    whole = [Question(sentence, sentence)]
    bare = sentence.rstrip("?!. ")
    if not _STARTS.match(bare):
        return whole
    two = _TWO_HEADS.match(bare)
    if two:
        return [
            Question(f"{_capital(two[name])} {two['rest']}?", f"{_capital(two[name])} {two['rest']}?")
            for name in ("one", "two")
        ]
    tail = _BARE_TAIL.match(bare)
    if tail and not _HOLDS_TOGETHER.search(tail["head"]) and len(tail["head"].split()) > 2:
        word = _capital(tail["tail"].removeprefix("also "))
        heads = re.split(rf", (?={_WH} )", tail["head"], flags=re.I)
        heads = heads if all(len(head.split()) > 2 for head in heads) else [tail["head"]]
        first = [part for head in heads for part in _coordinated(f"{_capital(head) if head != heads[0] else head}?")]
        return [*first, Question(f"{word}?", f"{word} {_rest(heads[-1])}?", alone=len(heads) == 1)]
    full = _FULL_TAIL.match(bare)
    if full and _parts_fit(full):
        said = _capital(full["tail"].removeprefix("also "))
        return [*_coordinated(f"{full['head']}?"), *_coordinated(f"{said}?")]
    return whole


def _parts_fit(found: re.Match[str]) -> bool:
    """Whether what stands on either side of "and" is a question: "who pays and who decides", not "what A is and does"."""
    head, tail = found["head"], found["tail"]
    if (
        _HOLDS_TOGETHER.search(head)
        or re.search(rf"\bbetween\b|\b{_WH}$", head, re.I)
        or len(head.split()) < 3
        or len(tail.split()) < 2
    ):
        return False
    if re.match(rf"{_AUX}\b", tail, re.I):
        # "Is it old and does it work", but not "what it was and is now".
        return bool(found["comma"] or re.match(rf"{_AUX} (?:it|they|he|she|there|the|this|these|that)\b", tail, re.I))
    asks = rf"(?:{_WH})(?: [\w’'-]+){{0,3}}? {_AUX}\b|how to\b|(?:who|what) \w+(?:s|ed)\b"
    return bool(re.match(asks, tail, re.I))


def _rest(head: str) -> str:
    """What a question says after its question word: "by how long was A delayed" -> "was A delayed"."""
    head = re.sub(r"^(?:do|can|could) you (?:know|tell me|say) ", "", head, flags=re.I)
    opening = _OPENING.match(head)
    if opening:
        return opening["rest"]
    return re.sub(rf"^(?:so |and |but )?{_WH} ", "", head, count=1, flags=re.I)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def join(whole: Answer, questions: Sequence[Question], answers: Sequence[Answer]) -> Answer:
    """One answer of those to its parts, in order, with the citations numbered through.

    `whole` gives what is not of a part: the question as it was asked. What an earlier part has quoted is not quoted again.
    A part that the sources do not answer, or perhaps do, is said to be so; a candidate is cited as what answers a part is,
    unless no part is answered.
    """
    citations: list[Citation] = []
    blocks: list[str] = []
    parts: list[Part] = []
    conflicts: list[Conflict] = []
    for question, answer in zip(questions, answers, strict=True):
        already = len(citations)
        renumbered = _numbered(_quoted(answer), citations)
        blocks.append(_block(question, answer, renumbered, range(already + 1, len(citations) + 1)))
        mine = tuple(dict.fromkeys(renumbered.values()))
        parts.append(Part(answer.standalone_question or question.full, answer.status, mine, answer.verdict))
        conflicts += [renumbered_conflict(conflict, renumbered) for conflict in answer.conflicts]
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
    renumbered = {}
    for citation in cited:
        held = next((one for one in citations if _holds(one, citation)), None)
        if held is None:
            held = replace(citation, n=len(citations) + 1)
            citations.append(held)
        else:
            citations[held.n - 1] = replace(held, answers=_apart(sorted({*held.answers, *citation.answers})))
        renumbered[citation.n] = held.n
    return renumbered


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


def renumbered_conflict(conflict: Conflict, renumbered: Mapping[int, int]) -> Conflict:
    reason = _ANY_MARKER.sub(lambda found: _renumbered(found, renumbered), conflict.reason)
    return replace(conflict, citations=tuple(renumbered.get(n, n) for n in conflict.citations), reason=reason)


def _block(question: Question, answer: Answer, renumbered: Mapping[int, int], new: Collection[int]) -> str:
    """What the whole answer says to one question; `new` are the numbers that no earlier part has cited."""
    asked = " ".join(question.asked.split())
    if answer.status == "not_in_sources":
        return _UNANSWERED.format(asked)
    lines, again = [asked], []
    for line in answer.quoted.split("\n"):
        marker = _LAST_MARKER.search(line)
        number = renumbered.get(int(marker[1])) if marker else None
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


def _renumbered(found: re.Match[str], renumbered: Mapping[int, int]) -> str:
    return f"[{renumbered.get(int(found[1]), int(found[1]))}]"
