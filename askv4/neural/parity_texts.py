"""Texts over which an export is compared with its original: every shape that a question or a passage may have."""

from __future__ import annotations

_PARAGRAPH = (
    "The ferry leaves the harbour at a quarter past six, an hour before the bakery opens, and in winter it carries more "
    "mail than passengers. On the crossing the captain reads the wind from the flags of the customs house. "
)

PARITY_TEXTS: tuple[str, ...] = (
    "",
    " ",
    "a",
    "42",
    "?!",
    "Who built it?",
    "how many people live in Reykjavík",
    "What did the court decide about the appeal, and when?",
    "The meeting was moved to Thursday because the room was taken.",
    "Revenue rose 12.5% to $3.4 billion in the third quarter, up from $3.02 billion a year earlier.",
    "  Leading spaces,\n\nline breaks\tand tabs   \r\n do not change a meaning.  ",
    "ALL CAPITALS and ᴜɴᴜsᴜᴀʟ letters, ﬁgures with ligatures, and e\u0301 beside é",
    "“Curly quotes” — dashes… and the word’s apostrophe",
    "Die Bundesregierung hat am Montag über die Straßenbahnen beraten.",
    "Il a été décidé que l’école resterait ouverte jusqu’à l’été.",
    "Москва и Санкт-Петербург связаны скоростной железной дорогой.",
    "人工智能芯片的供应仍然紧张。",
    "東京の天気は晴れです。",
    "서울의 인구는 얼마입니까?",
    "القاهرة مدينة كبيرة",
    "🚢🌊 shipping news 👩‍🚀🏳️‍🌈",
    "https://example.org/a/b?c=d&e=f#g and user.name+tag@example.org",
    "def area(radius: float) -> float:\n    return 3.14159 * radius ** 2",
    "| year | ships | tons |\n| 2019 | 14 | 1,200 |\n| 2020 | 11 | 980 |",
    "nul\x00and\x07control\u200bcharacters\ufeff",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 300,
    _PARAGRAPH,
    _PARAGRAPH * 3,
    _PARAGRAPH * 6,
    _PARAGRAPH * 20,
    "word " * 254,
    "word " * 255,
    "汉" * 600,
)
