"""Whether a lead says what was expected. Pure text.

A lead is **right** when it says what the gold row expects, **false** when it is shown where the question must be refused
or when it says something else, and **unjudged** where the row expects no words. What a row expects of a lead:

- its key words, where it gives some: of each group of `key_words` one must stand in the lead, and none of `wrong_words`;
- else its quotes: of each group one must be shown by the lead, as a citation shows it, or by its key words. These are the
  words of the quote that say what it is about and do not stand in the question: at least half of them must come, and
  where there are numbers among them at least one of these. Words are compared by their stems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askv4.evaluate.gold import GoldQuestion
from askv4.evaluate.matching import plain, shows_plain
from askv4.language.tokens import Token, tokenize
from askv4.language.tokens import plain as one_form

KEY_SHARE = 0.5
"""A lead holds a quote's meaning when this share of its key words stands in the lead."""


_MARKER = re.compile(r"\s*\[\d{1,4}\]")


def lead_right(gold: GoldQuestion, lead: str) -> bool | None:
    """Whether a lead that was shown is right (True) or false; None where the row does not tell."""
    if not gold.answerable:
        return False
    lead = _MARKER.sub("", lead)
    if gold.key_words or gold.wrong_words:
        wanting = (group for group in gold.key_words if not any(holds(lead, words) for words in group))
        return next(wanting, None) is None and not any(holds(lead, words) for words in gold.wrong_words)
    groups = [[wanted.quote for wanted in group if wanted.quote] for group in gold.groups]
    if not any(groups):
        return None
    return all(_says_one(lead, quotes, gold.question) for quotes in groups if quotes)


def holds(lead: str, words: str) -> bool:
    """Whether `words` stand in the lead as whole words; a number is not found within a longer one."""
    wanted = plain(words)
    left = r"(?<!\w)" if wanted[:1].isalnum() else ""
    right = r"(?!\w)"
    if wanted[:1].isdigit():
        left += r"(?<!\d[.,])"
    if wanted[-1:].isdigit():
        right = r"(?!\d|[.,]\d)"
    elif not wanted[-1:].isalnum():
        right = ""
    return re.search(left + re.escape(wanted) + right, plain(lead)) is not None


def _says_one(lead: str, quotes: Sequence[str], question: str) -> bool:
    said = plain(lead)
    return any(shows_plain(said, plain(quote)) or _holds_keys(lead, quote, question) for quote in quotes)


def _holds_keys(lead: str, quote: str, question: str) -> bool:
    asked, said = ({token.stem for token in _content(text)} for text in (question, lead))
    keys = {token.stem for token in _content(quote)} - asked
    if not keys:
        return False
    numbers = {key for key in keys if key[0].isdigit()}
    return len(keys & said) >= KEY_SHARE * len(keys) and (not numbers or bool(numbers & said))


def _content(text: str) -> list[Token]:
    return [token for token in tokenize(one_form(text)) if token.content]
