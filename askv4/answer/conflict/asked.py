"""Whether a question asks where the documents disagree, and about what."""

from __future__ import annotations

import re

from askv4.answer.question.asked_place import LONGEST
from askv4.answer.question.question import Question
from askv4.language import en, others
from askv4.language.disagreeing import CONTRADICTIONS, DISAGREEING, DISAGREEMENTS
from askv4.language.patterns import Pattern
from askv4.language.words import words

_OPENING = rf"^\W*(?:(?:{en.FILLERS})\W+)*(?:(?:can|could|would|will) you (?:please )?|please )?(?:{en.REQUEST_VERBS})?"
_TOPIC = (
    r"(?:(?:\W+(?:on|about|over|regarding|concerning|as to|in|with regard to|when it comes to))+\s+(?P<topic>.+?))?\W*$"
)
_WHO = r"(?:the\s+|my\s+|our\s+|all\s+|any\s+|these\s+|those\s+|two\s+)*(?P<who>[\w-]+(?:\s+(?:and\s+)?[\w-]+)?)"
_EACH_OTHER = r"(?:\s+(?:with|from|against|to)?\s*(?:each other|one another|themselves))?"
_DISAGREE = Pattern(
    rf"{_OPENING}(?:(?:(?:on|about|over|in) )?(?:what|where|which(?: \w+)?|how)\s+)?(?:all )?(?:do|does|are|is|did|have)\s+{_WHO}"
    rf"\s+(?:\w+ly\s+)?(?:{DISAGREEING}){_EACH_OTHER}(?:\s+(?:on|about|in|over)(?=\W*$))?{_TOPIC}",
    re.I,
)
_WHICH = Pattern(
    rf"{_OPENING}(?:which|what|whose|where)\s+(?P<who>[\w-]+)\s+(?:{DISAGREEING}){_EACH_OTHER}{_TOPIC}", re.I
)
_ARE_THERE = Pattern(
    rf"{_OPENING}(?:what\s+|where\s+|which\s+)?(?:(?:are|is) there\s+|are\s+|do you see\s+)?(?:(?:any|some|all|the|all the)\s+)?"
    rf"(?:(?P<plain>{CONTRADICTIONS})|{DISAGREEMENTS})(?:\s+(?:are|do)\s+(?:there|you see))?(?:\s+(?:between|among|in|within|across|of)\s+{_WHO})?{_TOPIC}",
    re.I,
)
_THEY = frozenset({"they", "you", "them"})
_DOCUMENTS = en.DOCUMENT_WORDS | en.ALL_DOCUMENTS | others.DOCUMENT_NOUNS | _THEY


def asked_disagreement(question: Question) -> str | None:
    """About what a question wants to know where documents disagree: "" for about anything; None where it wants something else."""
    if len(question.asked) > LONGEST:
        return None
    for pattern in (_DISAGREE, _WHICH, _ARE_THERE):
        match = pattern.match(question.asked)
        if match is None:
            continue
        groups = match.groupdict()
        who = [word for word in words(groups["who"] or "") if word not in en.STOP_WORDS or word in _THEY]
        topic = (groups["topic"] or "").strip()
        # "Conflicts" and "disagreements" may also be what the documents tell of.
        said = bool(who) or bool(groups.get("plain")) or (pattern is _ARE_THERE and not topic)
        if said and all(word in _DOCUMENTS for word in who):
            return topic
    return None
