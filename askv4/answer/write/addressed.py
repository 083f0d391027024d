"""Text that speaks to a model which reads the document, instead of to people: it is no evidence, whatever it says."""

from __future__ import annotations

import re
import unicodedata

from askv4.language.en import ORDERS
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain

_ORDERS = Pattern(ORDERS, re.I)
_MARKS = Pattern(
    r"<[|\uff5c][^<>\s]{1,40}[|\uff5c]>|[\[(]/?INST[\])]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>"
    r"|</?(?:think|tool_call|tool_response|system|user|assistant|instructions?|prompt|context|excerpts?|documents?)>",
    re.I,
)
"""What parts the turns of a conversation in the templates of chat models, or closes a part of a prompt."""


def speaks_to_a_model(text: str) -> bool:
    """Whether a text gives orders to its reader, or pretends to be a turn of the conversation."""
    said = plain("".join(character for character in text if unicodedata.category(character) != "Cf"))  # nothing unseen
    return bool(_ORDERS.search(said) or _MARKS.search(said))
