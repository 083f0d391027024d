"""What a question asks for: the type of answer expected, and whether a sentence holds one.

English only; a question in another language has type "other", which asks nothing of a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from askv4.answer.facts.dates import ENGLISH_MONTHS
from askv4.answer.facts.units import SCALES, english
from askv4.text.patterns import Pattern
from askv4.text.words import AUXILIARIES, FILLERS, SMALL_NUMBERS, content_words

AnswerType = Literal[
    "money", "number", "quantity", "duration", "date", "person", "place", "reason", "yesno", "manner", "other"
]

STRICT: frozenset[AnswerType] = frozenset({"money", "number", "duration", "date", "person"})
"""Types that a sentence must hold, or its neighbour must, to answer: no amount, no answer to "how much"."""

_SCALE = "|".join(SCALES)
_NUMBER_WORDS = "|".join(
    (
        "one", *SMALL_NUMBERS, "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty",
        "sixty|seventy|eighty|ninety|half|twice|once|thrice|several|many|few|couple|single|double|both|none|zero", _SCALE,
    )
)  # fmt: skip
_NUMBER = rf"(?:\d[\d,.]*|{_NUMBER_WORDS})"
_MONTH = "|".join(ENGLISH_MONTHS)
_TIMES = english("second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century")
_TIME_UNIT = "|".join((*_TIMES, "quarter|nights?|seasons?|semesters?"))
_CURRENCY = "|".join(
    (*english("usd", "eur", "gbp", "jpy", "cny", "inr", "rub", "chf", "cent", "penny"), "won|pesos?")
)  # fmt: skip

_HOLDS: dict[AnswerType, Pattern] = {
    "money": Pattern(
        rf"[$€£¥₹]\s?\d[\d,.]*|\b(?:{_NUMBER})\s?(?:k|m|bn|{_SCALE})?\s?(?:us\s)?(?:{_CURRENCY})\b|\bfree of charge\b|\bfor free\b",
        re.I,
    ),
    # "950PR" and "V4" are names, not numbers: a digit that touches a letter does not count, but "30%" and "5-fold" do.
    "number": Pattern(
        rf"(?<![A-Za-z\d.,-])\d[\d,.]*(?![A-Za-z\d])|(?<![A-Za-z\d.,-])\d[\d.,]*(?:st|nd|rd|th|x|%|km|m|kg|gb|mb|tb|b|k)\b|\b(?:{_NUMBER_WORDS})\b",
        re.I,
    ),
    "duration": Pattern(
        rf"\b{_NUMBER}\s*[-–]?\s*(?:(?:and|or|to|a|more|full|further|consecutive|{_NUMBER_WORDS})\s+){{0,3}}(?:{_TIME_UNIT})\b"
        rf"|\b(?:a|an|per|over)\s+(?:{_TIME_UNIT})\b|\b(?:years|months|weeks|days|hours|decades|centuries)\b"
        r"|\b(?:overnight|forever|permanently|lifetime|indefinitely)\b|\bfrom\s+\d{4}\s+(?:to|until)\b|\bage[ds]?\s+(?:of\s+)?\d+"
        r"|\b\d{1,3}[- ]years?[- ]old\b",
        re.I,
    ),
    "date": Pattern(
        rf"\b(?:1[0-9]|20)\d\ds?\b|\b(?:{_MONTH})\b(?!\s+(?:be|not|have|also|well|or|and)\b)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|\b(?:today|yesterday|tomorrow|tonight|currently|century|centuries|decades?)\b"
        rf"|\b(?:last|this|next|early|earlier|late|later|every|each|same|past|previous|following)\s+(?:{_TIME_UNIT}|spring|summer|autumn|fall|winter|morning|night)\b"
        rf"|\b(?:{_TIME_UNIT})\s+(?:ago|later|earlier|before|after)\b|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b(?:bc|bce|ad)\b"
        r"|\b(?:spring|summer|autumn|winter|easter|christmas)\b|\b\d{1,2}[:.]\d{2}\b",
        re.I,
    ),
    # A capitalised word inside the sentence, or two in a row at its start.
    "person": Pattern(
        r"(?<![.!?:;“\"'‘«•]\s)(?<!^)(?<![“\"'‘«(])\b[A-Z][\w’'.-]+|^\W*[A-Z][\w’'-]+(?:\s+(?:[a-z]{1,3}\s+)?[A-Z][\w’'.-]+)+|\b(?:I|[Hh]e|[Ss]he|[Tt]hey)\b"
    ),
}
_HOLDS["quantity"] = Pattern(
    rf"{_HOLDS['number'].pattern}|\b(?:most|all|much|little|majority|minority|vast|entire(?:ly)?)\b", re.I
)
_HOLDS["place"] = Pattern(
    r"(?<![.!?:;“\"'‘«•]\s)(?<!^)\b[A-Z][\w’'.-]+|^\W*[A-Z][\w’'-]+(?:\s+(?:[a-z]{1,3}\s+)?[A-Z][\w’'.-]+)+"
)

_LEAD = rf"^\W*(?:(?:{FILLERS})\W+)*"
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
        rf"{_LEAD}(?:{AUXILIARIES}|am|isn't|aren't|don't|doesn't|didn't)\b")),
    ("manner", Pattern(rf"{_LEAD}how\b")),
]  # fmt: skip

# "Who pays taxes" and "when do you need to" ask for a class or a condition, not for a name or a date.
_GENERIC = {
    "person": Pattern(
        r"\bwho (?!is|was|were|are|did|has|had)\w+s\b|\bwho (?:can|may|should|must|could|would|do|does|needs?|gets?)\b"
    ),
    "date": Pattern(r"\bwhen (?:do|does|can|should|may|must|is|are|you|a|an)\b"),
}


@lru_cache(maxsize=256)
def expected_type(question: str) -> AnswerType:
    """The type of answer that an English question asks for; "other" when it does not say."""
    text = " ".join(question.lower().split())[:2000]
    return next((kind for kind, pattern in _ASKS if pattern.search(text)), "other")


@lru_cache(maxsize=256)
def is_strict(question: str) -> bool:
    """Whether only a sentence that holds the expected type can answer the question."""
    kind = expected_type(question)
    generic = _GENERIC.get(kind)
    return kind in STRICT and not (generic and generic.search(question.lower()))


def holds(kind: AnswerType, sentence: str, question_words: frozenset[str]) -> bool | None:
    """Whether `sentence` holds something of type `kind` that the question does not itself name; None for open types."""
    pattern = _HOLDS.get(kind)
    if pattern is None:
        return None
    return any(not question_words.issuperset(content_words(match.group())) for match in pattern.finditer(sentence))
