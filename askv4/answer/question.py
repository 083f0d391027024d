"""What a question asks for: the type of answer expected. English only; a question in another language has type "other"."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from askv4.text.patterns import Pattern

AnswerType = Literal[
    "money", "number", "quantity", "duration", "date", "person", "place", "reason", "yesno", "manner", "other"
]

_LEAD = r"^\W*(?:(?:so|and|but|then|well|ok|okay|please|also)\W+)*"
_PREPOSITION = r"(?:(?:in|on|at|by|since|until|from|during|to|for|with|of|around|about)\W+)?"
_MONEY_WORDS = (
    "cost|costs|price|priced|pay|pays|paid|money|worth|dollars?|spend|spends|spent|earn|earns|earned|salary|fees?|"
    "rais(?:e|ed)|charges?|charged|invest(?:ed|ment)?|revenue|profit|budget|expensive|costly|valued|sell|sells|sold"
)
_ASKS: list[tuple[AnswerType, Pattern]] = [
    ("money", Pattern(
        rf"\bhow much\b.*\b(?:{_MONEY_WORDS})\b|\bhow (?:expensive|costly)\b|\b(?:what|which) (?:price|fee|salary|budget|sum)\b"
        r"|\bwhat(?: is| was| are| were|'s|’s| will be| would be) (?:the |its |their |his |her )?(?:\w+ ){0,3}?(?:price|cost|costs|salary|fee|fees|budget|revenue|valuation)\b"
        r"|\bwhat (?:do|does|did|will|would|should|can|could|might) .{1,80}\bcost\b|\bfor how much\b")),
    ("duration", Pattern(r"\bhow (?:long|old)\b|\bwhat(?: is| was|'s) the (?:duration|age)\b|\bhow (?:many|much) (?:seconds|minutes|hours|days|weeks|months|years|decades|centuries|time)\b")),
    ("number", Pattern(
        r"\bhow many\b|\b(?:what|which) (?:number|percentage|percent|proportion|share|fraction)\b|\bhow (?:tall|high|deep|far|fast|big|large|heavy|wide|hot|cold|often)\b"
        r"|\bwhat(?: is| was| are| were|'s|’s) the (?:\w+ ){0,3}?(?:number|percentage|population|height|speed|size|rate|weight|length|distance|temperature|score)\b")),
    ("quantity", Pattern(r"\bhow much\b")),
    ("date", Pattern(
        rf"{_LEAD}{_PREPOSITION}(?:when|(?:what|which) (?:\w+ )?(?:year|date|day|month|century|decade|time))\b(?! (?:many|large|people|a|the)\b)"
        r"|\bwhen\W*$|\b(?:what|which) (?:year|date|century|decade)\b|\bwhen (?:did|do|does|is|was|were|will|are|has|have|had)\b|\bwhat(?: is| was|'s) the (?:\w+ ){0,2}?date\b")),
    ("person", Pattern(
        rf"{_LEAD}{_PREPOSITION}(?:who|whose|whom|which person|what person)\b"
        r"|\bwho (?:is|was|were|are|did|has|had|played|plays|sang|sings|wrote|won|invented|founded|made|said|owns|leads|led|runs)\b|\bwhat(?: is| was|'s) the (?:full |real |first |last )?name of the (?:man|woman|person|author|founder|ceo|president|director|actor|singer)\b")),
    ("place", Pattern(
        rf"{_LEAD}{_PREPOSITION}where\b|\b(?:what|which) (?:country|city|state|town|place|continent|county|region|province|island|location)\b")),
    ("reason", Pattern(rf"{_LEAD}why\b|\bhow come\b|\bwhat (?:causes?|caused|reasons?|is the reason|are the reasons)\b")),
    ("yesno", Pattern(
        rf"{_LEAD}(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|might|must|am|isn't|aren't|don't|doesn't|didn't)\b")),
    ("manner", Pattern(rf"{_LEAD}how\b")),
]  # fmt: skip


@lru_cache(maxsize=256)
def expected_type(question: str) -> AnswerType:
    """The type of answer that an English question asks for; "other" when it does not say."""
    text = " ".join(question.lower().split())[:2000]
    return next((kind for kind, pattern in _ASKS if pattern.search(text)), "other")
