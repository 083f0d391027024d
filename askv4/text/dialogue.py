"""Lines of a conversation: "[12.01.25, 18:04:11] Marit: Hut is booked!", "09:05 Olu: It is valid", "**Anna:** Blue".

Who speaks and when goes with what is said, so a short message is quoted as one sentence.
"""

from __future__ import annotations

from askv4.language.patterns import Pattern

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:{_DATE}(?:,|T|[ \u00a0\u202f]+at)?[ \u00a0\u202f]*)?{_CLOCK}(?:,?[ \u00a0\u202f]*{_DATE})?"
_NAME = r"[^\W\d_][^\n:：<>\[\]*]{0,39}?"
_TIMED = Pattern(
    rf"(?:\[{_TIME}\]|\({_TIME}\)|{_TIME})(?:[ \u00a0\u202f]+[-–—])?[ \u00a0\u202f]+<?{_NAME}(?:>[ \u00a0\u202f]*|[ \u00a0\u202f]*[:：])[ \u00a0\u202f]*(?=\S)"
)
_MARKED = Pattern(rf"(\*\*|__)(?:{_NAME}[:：]\1|{_NAME}\1[:：])[ \u00a0\u202f]+(?=\S)")


def speaks(line: str) -> int:
    """The length of the time and speaker with which a line begins; 0 where it begins with none."""
    match = _TIMED.match(line) or _MARKED.match(line)
    return match.end() if match else 0
