"""A sentence becomes a question that it answers, by rules of English grammar and form. Pure text.

Nothing here knows what a sentence means: the questions are drafts, for a person to correct. They are plain rather than
elegant ("The trial enrolled how many patients?"), because a rule that moves words about gets more of them wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from askv4.language import en
from askv4.language.words import content_words

FEWEST_WORDS, MOST_WORDS = 6, 32
BLANK = "____"

_FINITE = re.compile(rf"(?:{en.FINITE_VERBS})$")
_CLEAN = re.compile(r"^[\"“‘'(]?[A-Z0-9ÄÖÜÉ].*[.!][\"”’')]?$", re.S)
_MARKUP = re.compile(r"\]\(|https?://|www\.|[|`<>{}#*_=\\]|\.\.\.|…|\[\d+\]|@")
_AUXILIARY = rf"(?:{en.STATING_AUXILIARIES})"
_SUBJECT = r"(?P<subject>[A-Z0-9][^,;:()]*?)"

_DATE = re.compile(
    rf"\b(?P<lead>in|since|by|until|from|before|after|during)\s+(?P<what>(?:(?:early|mid|late)[ -])?(?:1[5-9]|20)\d\d)\b(?![-–/]\d)"
    rf"|\b(?P<lead2>on)\s+(?P<day>(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{en.MONTH_NAMES})(?:,?\s+\d{{4}})?|(?:{en.MONTH_NAMES})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,\s+\d{{4}})?)\b"
)
_MONEY = re.compile(
    r"(?<![\w.])(?:(?:US|A|C)?[$€£¥₹]\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|thousand|million|billion|trillion))?\b"
    r"|\d[\d,.]*\s(?:(?:thousand|million|billion|trillion)\s)?(?:US\s)?(?:dollars|euros|pounds|yuan|yen|francs|rupees|cents)\b)"
)
_SHARE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(?:\s?%|\s(?:percent|per cent)\b)")
_COUNT = re.compile(
    r"(?<![\w.,$€£¥/:-])(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?P<scale>\s(?:thousand|million|billion))?\s(?P<noun>[a-z][a-z-]+s)\b"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DEFINITION = re.compile(rf"^{_SUBJECT}\s(?P<be>is|are|was|were)\s(?P<rest>(?:a|an|the|one of)\s.+)$")
_NAMED = re.compile(
    r"^(?P<name>(?:[A-Z][\w’'&.-]*\s){1,4}?)(?P<rest>(?!(?:and|or|of|in|at|for|to|the|on|de|van|von|with|by|as|from)\s)[a-z]{2,}\s.+)$"
)


@dataclass(frozen=True, slots=True)
class Lexis:
    """What a document's running text tells of its words."""

    names: frozenset[str]
    """Those that are written with a capital inside a sentence."""
    plain: frozenset[str]
    """Those that are written in small letters."""

    @classmethod
    def of(cls, text: str) -> Lexis:
        """Of a whole document."""
        names = re.findall(r"(?<=[a-z,]\s)(?:[A-Z][a-z]*\s)*?([A-Z]\w*)", text)
        return cls(frozenset(names), frozenset(re.findall(r"\b[a-z]+\b", text)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that was made from a sentence."""

    kind: str
    question: str


def fit_to_ask(sentence: str) -> bool:
    """Whether a sentence says something by itself: prose, whole, of some length, leaning on nothing before it."""
    words = sentence.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or not _CLEAN.match(sentence) or _MARKUP.search(sentence):
        return False
    first = re.sub(r"\W", "", words[0].partition("’")[0].partition("'")[0]).lower()
    letters = sum(character.isalpha() or character == " " for character in sentence)
    quotes = sum(sentence.count(sign) for sign in '“”"')
    return (
        first not in en.LEANING
        and letters >= 0.75 * len(sentence)
        and len(content_words(sentence)) >= 4
        and quotes % 2 == 0
    )


def proposals(sentence: str, lexis: Lexis, rarest: Callable[[list[str]], str]) -> list[Proposal]:
    """Questions that `sentence` answers, one for each rule that fits; the last one is a cloze.

    By `lexis`, of the sentence's document, "Black tea" at the start of a sentence becomes "black tea", and "Baxter" stays.
    `rarest(words)` chooses the word that says most.
    """
    text = " ".join(sentence.split()).rstrip(".!")
    by_rule = [rule(text, lexis) for rule in (_date, _money, _percent, _count, _definition, _name)]
    return [*filter(None, by_rule), *filter(None, [_cloze(text, rarest)])]


def _date(text: str, lexis: Lexis) -> Proposal | None:
    match = _DATE.search(text)
    if match is None:
        return None
    asked = f"{match['lead']} which year" if match["lead"] else "on which date"
    rest = _joined(text[: match.start()], text[match.end() :])
    inverted = re.match(rf"^{_SUBJECT}\s(?P<aux>{_AUXILIARY})\s(?P<rest>.+)$", rest)
    if inverted and len(inverted["subject"].split()) <= 7 and match.start() > inverted.end("aux"):
        subject = _within_sentence(inverted["subject"], lexis)
        return Proposal("date", f"{_capital(asked)} {inverted['aux']} {subject} {inverted['rest']}?")
    return Proposal("date", _echo(text, match, asked))


def _money(text: str, _lexis: Lexis) -> Proposal | None:
    match = _MONEY.search(text)
    return None if match is None else Proposal("money", _echo(text, match, "how much money"))


def _percent(text: str, _lexis: Lexis) -> Proposal | None:
    match = _SHARE.search(text)
    return None if match is None else Proposal("number", _echo(text, match, "what percentage"))


def _count(text: str, _lexis: Lexis) -> Proposal | None:
    match = next(
        (m for m in _COUNT.finditer(text) if m["noun"] not in en.NO_PLURALS and not _YEAR.fullmatch(m["number"])), None
    )
    return None if match is None else Proposal("number", _echo(text, match, f"how many {match['noun']}"))


def _definition(text: str, lexis: Lexis) -> Proposal | None:
    match = _DEFINITION.match(text)
    if match is None or len(match["subject"].split()) > 5 or len(match["rest"].split()) < 4:
        return None
    # "The main point is a ..." says nothing alone.
    words = match["subject"].split()
    if words[0].lower() not in ("a", "an") and not lexis.names.intersection(map(_bare, words)):
        return None
    subject = _within_sentence(match["subject"], lexis)
    return Proposal("definition", f"What {match['be']} {subject}?")


def _name(text: str, lexis: Lexis) -> Proposal | None:
    match = _NAMED.match(text)
    if match is None or len(content_words(match["rest"])) < 3:
        return None
    words = [_bare(word) for word in match["name"].split()]
    if not lexis.names.issuperset(words) or not _FINITE.match(match["rest"].split()[0]):
        return None
    return Proposal("name", f"Who or what {match['rest']}?")


def _cloze(text: str, rarest: Callable[[list[str]], str]) -> Proposal | None:
    matches = re.finditer(r"(?<![\w.’'-])[A-Za-z][a-z]{3,}(?![\w’'-])", text)
    words = [match.group() for match in matches if match.group().lower() not in en.STOP_WORDS]
    # The first words keep the question findable.
    words = [word for word in words[1:] if text.count(word) == 1]
    if not words:
        return None
    word = rarest(words)
    return Proposal("cloze", f"Which word is missing: “{text.replace(word, BLANK)}”?")


def _echo(text: str, match: re.Match[str], asked: str) -> str:
    """The sentence with what is asked for in its place."""
    if not text[: match.start()].strip():
        asked = _capital(asked)
    return f"{text[: match.start()]}{asked}{text[match.end() :]}?"


def _within_sentence(subject: str, lexis: Lexis) -> str:
    """What begins a sentence, as it stands inside one."""
    first, _, rest = subject.partition(" ")
    if first.lower() in en.DETERMINERS or (first.lower() in lexis.plain and first not in lexis.names):
        return f"{first.lower()} {rest}".strip()
    return subject


def _joined(before: str, after: str) -> str:
    joined = (
        f"{before.rstrip()} {after.strip()}" if after.strip()[:1].isalnum() else f"{before.rstrip()}{after.strip()}"
    )
    return joined.strip().strip(",").strip()


def _bare(word: str) -> str:
    return re.sub(r"^\W+|(?:[’']s)?\W*$", "", word)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
