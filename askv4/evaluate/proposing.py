"""A sentence becomes questions that it answers, by rules of English grammar and form. Pure text.

Nothing here knows what a sentence means: what is proposed is for a reader to judge. A rule that moves words about asks only
where it is sure of the grammar: where the verb stands beside what is asked for, or an auxiliary before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.language.words import content_words, is_plural

FEWEST_WORDS, MOST_WORDS = 5, 32
MOST_OF_SUBJECT = 7
"""Words of a subject that moves behind its auxiliary."""
FEWEST_ASKED, FEWEST_UNNAMED = 2, 3
"""Content words of a question, and of one that names nothing."""

_CLEAN = Pattern(r"^[\"“‘'(]?[A-Z0-9ÄÖÜÉ].*[.!][\"”’')]?$", re.S)
_MARKUP = Pattern(r"\]\(|https?://|www\.|[|`<>{}#*_=\\]|\.\.\.|…|\[\d+\]|@")
_AUXILIARY = rf"(?P<aux>{en.STATING_AUXILIARIES})"
_SUBJECT = r"(?P<subject>[A-Z0-9][^,;:()“”\"–—]*?)"
_VERB = rf"(?P<verb>(?!(?:{en.STATING_AUXILIARIES})\b)[a-z]{{3,}})"
_ABOUT = rf"(?:(?:{en.APPROXIMATIONS})\s)?"
_DAY = (
    rf"(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{en.MONTH_NAMES})(?:,?\s+\d{{4}})?"
    rf"|(?:{en.MONTH_NAMES})\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,\s+\d{{4}})?"
)
_WHEN = rf"(?:(?:in|since)\s+(?:(?:{en.MONTH_NAMES})\s+)?(?:1[5-9]|20)\d\d(?![-–/]\d)|on\s+(?:{_DAY}))\b"
_MONEY = (
    r"(?:(?:US|A|C)?[$€£¥₹]\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|thousand|million|billion|trillion))?\b"
    r"|\d[\d,.]*\s(?:(?:thousand|million|billion|trillion)\s)?(?:US\s)?(?:dollars|euros|pounds|yuan|yen|francs|rupees)\b)"
)
_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:\s(?:thousand|million|billion))?"
_THING = r"(?P<thing>(?:[a-z][a-z-]+\s)??[a-z][a-z-]*[a-rt-z]s)\b"
_SHARE = r"\d+(?:[.,]\d+)?(?:\s?%|\s(?:percent|per cent))"
_REST = r"(?P<rest>(?:\s.*)?)$"
_BREAK = Pattern(rf"[,;:–—(]|\s(?:{en.CLAUSE_OPENINGS})\s")
_COMPARED = Pattern(r"\s(?:as|than|or|that|which)\s")
"""What was cut off belongs to what is asked."""
_POINTING_END = Pattern(rf"\bwhether\b|\b(?:{en.POINTING}|{en.PRONOUNS})$")
_NUMBERED = Pattern(r"[\d.]+\s[A-Z]")
_YEAR = Pattern(r"(?:1[5-9]|20)\d\d")

_PASSIVE_WHEN = Pattern(rf"^{_SUBJECT}\s{_AUXILIARY}\s(?P<said>[a-z][^,;:()]*?)\s(?P<answer>{_WHEN})")
_ACTIVE_WHEN = Pattern(rf"^{_SUBJECT}\s{_VERB}\s(?P<said>)(?P<answer>{_WHEN})")
_MANY_DONE = Pattern(rf"^{_SUBJECT}\s{_VERB}\s(?P<answer>{_ABOUT}{_COUNT})\s{_THING}{_REST}")
_MANY_AUX = Pattern(
    rf"^{_SUBJECT}\s{_AUXILIARY}\s(?P<said>[a-z]+(?:ed|en)?)\s(?P<answer>{_ABOUT}{_COUNT})\s{_THING}{_REST}"
)
_MANY_HAS = Pattern(rf"^{_SUBJECT}\s(?P<verb>has|have|had)\s(?P<answer>{_ABOUT}{_COUNT})\s{_THING}{_REST}")
_MANY_SUBJECT = Pattern(rf"^(?P<answer>{_ABOUT}{_COUNT})\s{_THING}\s(?P<said>(?:{en.STATING_AUXILIARIES})\s.*)$", re.I)
_MANY_ARE = Pattern(rf"^There\s(?P<aux>are|were)\s(?P<answer>{_ABOUT}{_COUNT})\s{_THING}{_REST}")
_IS_MONEY = Pattern(rf"{_ABOUT}{_MONEY}")
_SHARE_OF = Pattern(rf"^(?P<answer>{_ABOUT}{_SHARE})\s(?P<said>of\s.+)$", re.I)
_MUCH_DONE = Pattern(rf"^{_SUBJECT}\s{_VERB}\s(?P<answer>{_ABOUT}(?:{_MONEY}|{_SHARE})){_REST}")
_MUCH_IS = Pattern(rf"^{_SUBJECT}\s(?P<aux>is|was|are|were)\s(?P<answer>{_ABOUT}{_MONEY}){_REST}")
_IS_A = Pattern(rf"^{_SUBJECT}\s(?P<aux>is|are|was|were)\s(?P<answer>(?:an?|the|one of)\s.+)$")
_IS_CALLED = Pattern(rf"^{_SUBJECT}\s(?P<aux>is|are|was|were)\s(?P<said>called|named)\s(?P<answer>\S.*)$")
_IS_AT = Pattern(
    rf"^{_SUBJECT}\s(?P<aux>is|are|was|were)\s(?P<said>[a-z]+(?:ed|en|pt|ld|nt)\s)?(?P<answer>(?:{en.BEFORE_PLACES})\s[^\d]+)$"
)
_DONE_BY = Pattern(rf"^{_SUBJECT}\s(?P<aux>is|are|was|were)\s(?P<said>[a-z]+)\sby\s(?P<answer>[A-Z].*)$")
_STATED = Pattern(
    rf"^{_SUBJECT}\s(?P<aux>is|are|was|were|has|have|had|can|will|must)\s(?P<denied>not\s)?(?P<said>[a-z].+)$"
)
_PARTICIPLE = Pattern(r"(?:\w+ly\s)?[a-z]+(?:ed|en)\b")
_NAMED = Pattern(r"^(?P<name>(?:[A-Z][\w’'&.-]*\s){1,4}?)(?P<rest>(?P<verb>[a-z]{2,})\s.+)$")
_FINITE = Pattern(rf"(?:{en.FINITE_VERBS})$")


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
    answer: str
    """The words of the sentence that answer it."""
    instead: str = ""
    """The same question with another question word: whether "who" or "what" is right, no rule of form can tell."""


def fit_to_ask(sentence: str) -> bool:
    """Whether a sentence says something by itself: prose, whole, of some length, leaning on nothing before it."""
    words = sentence.split()
    if (
        not FEWEST_WORDS <= len(words) <= MOST_WORDS
        or not _CLEAN.match(sentence)
        or _MARKUP.search(sentence)
        or _NUMBERED.match(sentence)
    ):
        return False
    first = re.sub(r"\W", "", words[0].partition("’")[0].partition("'")[0]).lower()
    letters = sum(character.isalpha() or character == " " for character in sentence)
    quotes = sum(sentence.count(sign) for sign in '“”"')
    return (
        first not in en.LEANING
        and letters >= 0.75 * len(sentence)
        and len(content_words(sentence)) >= FEWEST_UNNAMED
        and quotes % 2 == 0
    )


def proposals(sentence: str, lexis: Lexis, is_word: Callable[[str], bool]) -> list[Proposal]:
    """Questions that `sentence` answers, one for each rule that fits.

    By `lexis`, of the sentence's document, "Black tea" at the start of a sentence becomes "black tea", and "Baxter" stays.
    `is_word` knows the words of the language: "enrolled" comes of "enroll", "used" of "use".
    """
    text = " ".join(sentence.split()).rstrip(".!")
    made = (
        one
        for rule in (_date, _count, _money, _called, _place, _maker, _definition, _name, _whether)
        for one in rule(text, lexis, is_word)
    )
    by_kind: dict[str, Proposal] = {}
    for one in made:
        if one.kind == "definition" or _says_enough(one.question, lexis):
            by_kind.setdefault(one.kind, one)
    return list(by_kind.values())


_IsWord = Callable[[str], bool]


def _date(text: str, lexis: Lexis, is_word: _IsWord) -> Iterator[Proposal]:
    if (match := _PASSIVE_WHEN.match(text)) and (subject := _subject(match, lexis)):
        yield Proposal("date", f"When {match['aux']} {subject} {match['said']}?", match["answer"])
    elif (match := _ACTIVE_WHEN.match(text)) and (done := _did(match, lexis, is_word)):
        yield Proposal("date", f"When {done}?", match["answer"])


def _count(text: str, lexis: Lexis, is_word: _IsWord) -> Iterator[Proposal]:
    if match := _MANY_SUBJECT.match(text):
        yield from _many(match, _cut(match["said"]))
    if match := _MANY_ARE.match(text):
        yield from _many(match, f"{match['aux']} there{_cut(match['rest'])}")
    if (match := _MANY_HAS.match(text)) and (subject := _subject(match, lexis)):
        auxiliary = {"has": "does", "have": "do", "had": "did"}[match["verb"]]
        yield from _many(match, f"{auxiliary} {subject} have{_cut(match['rest'])}")
    if (match := _MANY_AUX.match(text)) and _is_participle(match["said"]) and (subject := _subject(match, lexis)):
        yield from _many(match, f"{match['aux']} {subject} {match['said']}{_cut(match['rest'])}")
    if (match := _MANY_DONE.match(text)) and (done := _did(match, lexis, is_word)):
        yield from _many(match, f"{done}{_cut(match['rest'])}")
    if match := _SHARE_OF.match(text):
        yield Proposal("number", f"What percentage {_cut(match['said'])}?", match["answer"])


def _many(match: re.Match[str], rest: str) -> Iterator[Proposal]:
    thing = match["thing"]
    is_money = _IS_MONEY.fullmatch(f"{match['answer']} {thing}")
    if is_plural(thing.split()[-1]) and not _YEAR.fullmatch(match["answer"]) and not is_money:
        yield Proposal("number", f"How many {thing} {rest}?", match["answer"])


def _money(text: str, lexis: Lexis, is_word: _IsWord) -> Iterator[Proposal]:
    if (match := _MUCH_IS.match(text)) and (subject := _subject(match, lexis)):
        yield Proposal("money", f"How much {match['aux']} {subject}?", match["answer"])
    elif (match := _MUCH_DONE.match(text)) and (done := _did(match, lexis, is_word)):
        yield Proposal("money", f"How much {done}{_cut(match['rest'])}?", match["answer"])


def _definition(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    match = _IS_A.match(text)
    if match is None or len(match["answer"].split()) < 4 or not (subject := _subject(match, lexis, most=5)):
        return
    if re.search(r"[’']s?\s", match["subject"]) and match["answer"].startswith(("a ", "an ")):
        return  # "what is X's Y?" asks which one it is, and "a ..." says only what sort of thing
    # "The main point is a ..." says nothing alone.
    if lexis.names.intersection(map(_bare, match["subject"].split())):
        asked = f"{match['aux']} {subject}?"
        yield Proposal("definition", f"What {asked}", match["answer"], f"Who {asked}")


def _called(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    if (match := _IS_CALLED.match(text)) and (subject := _subject(match, lexis)):
        yield Proposal("called", f"What {match['aux']} {subject} {match['said']}?", _cut(match["answer"]))


def _place(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    if (match := _IS_AT.match(text)) and (subject := _subject(match, lexis)):
        said = f" {match['said'].strip()}" if match["said"] else ""
        yield Proposal("place", f"Where {match['aux']} {subject}{said}?", _cut(match["answer"]))


def _maker(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    if (match := _DONE_BY.match(text)) and (subject := _subject(match, lexis)):
        yield Proposal("maker", f"By whom {match['aux']} {subject} {match['said']}?", _cut(match["answer"]))


def _name(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    match = _NAMED.match(text)
    if match is None or not _FINITE.match(match["verb"]):
        return
    name, rest = match["name"].strip(), _cut(match["rest"])
    told = [_bare(word) for word in rest.split()]
    # "Chinese customers knew": the name belongs to a noun in -s. "V4 may be slow": many things may.
    noun = len(told) < 2 or told[1] in en.IRREGULAR_FORMS or told[1].endswith("ed")
    exact = any(word in lexis.names or any(map(str.isdigit, word)) for word in told) or not _AUX_WORD.fullmatch(told[0])
    whole = lexis.names.issuperset(map(_bare, name.split()))
    if whole and exact and (not noun or _AUX_WORD.fullmatch(told[0])) and len(content_words(rest)) >= FEWEST_UNNAMED:
        yield Proposal("name", f"Who {rest}?", name, f"What {rest}?")


def _whether(text: str, lexis: Lexis, _is_word: _IsWord) -> Iterator[Proposal]:
    match = _STATED.match(text)
    if match is None or not (subject := _subject(match, lexis, most=5)):
        return
    said = _cut(match["said"])
    if not said or _COMPARED.match(match["said"], len(said)) or _POINTING_END.search(said):
        return
    if match["aux"] in ("has", "have", "had") and not _is_participle(said):
        return
    if lexis.names.intersection(map(_bare, match["subject"].split())) and len(content_words(said)) >= FEWEST_ASKED:
        question = f"{match['aux'].capitalize()} {subject} {said}?"
        yield Proposal("whether", question, "No" if match["denied"] else "Yes")


def _is_participle(said: str) -> bool:
    """Whether words begin with a participle: what stands behind "has" as it stands behind "was"."""
    return _PARTICIPLE.match(said) is not None or said.split()[0] in en.IRREGULAR_FORMS


def _subject(match: re.Match[str], lexis: Lexis, most: int = MOST_OF_SUBJECT) -> str | None:
    """The subject as it stands inside a sentence; None where it may be more or less than one."""
    said = match["subject"].split()
    first, inner = said[0].lower(), [word for word in said[1:] if word.islower()]
    if len(said) > most or first in en.NO_SUBJECT_BEGINS or any(word in en.NO_SUBJECT_HOLDS for word in inner):
        return None
    if len(said) > 1 and any(_AUX_WORD.fullmatch(word) for word in inner):
        return None
    return _within_sentence(match["subject"], lexis)


_AUX_WORD = Pattern(en.AUXILIARIES)


def _did(match: re.Match[str], lexis: Lexis, is_word: _IsWord) -> str | None:
    """ "did the trial enroll" for "the trial enrolled"; None where that is not sure."""
    subject, verb = _subject(match, lexis), match["verb"]
    base = base_of(verb, is_word)
    if subject is None or base is None:
        return None
    return f"{'does' if verb.endswith('s') else 'did'} {subject} {base}"


def base_of(verb: str, is_word: Callable[[str], bool]) -> str | None:
    """What a verb is said as behind "did" or "does"; None where it is no verb in -ed or -s, nor an irregular past."""
    if verb in en.IRREGULAR_FORMS:
        return en.IRREGULAR_FORMS[verb]
    if verb.endswith("ied") or verb.endswith("ies"):
        tries = [f"{verb[:-3]}y"]
    elif verb.endswith("ed"):
        stem = verb[:-2]
        # Where the vowel is short and alone, the consonant is doubled: "rated" is of "rate", "planned" of "plan".
        doubled = len(stem) > 2 and stem[-1] == stem[-2]
        bare = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", stem) is not None
        tries = [f"{stem}e"] if bare else [stem, f"{stem}e", *([stem[:-1]] if doubled else [])]
    elif verb.endswith("s") and not verb.endswith(("ss", "us", "is")):
        tries = [verb[:-2]] if re.search(r"(?:ch|sh|ss|x|zz|o)es$", verb) else [verb[:-1]]
    else:
        return None
    return next((one for one in tries if is_word(one)), None)


def _cut(rest: str) -> str:
    """What follows, up to where another clause begins."""
    end = _BREAK.search(rest)
    return (rest[: end.start()] if end else rest).rstrip()


def _says_enough(question: str, lexis: Lexis) -> bool:
    named = any(_bare(word) in lexis.names or any(map(str.isdigit, word)) for word in question.split()[1:])
    return len(content_words(question)) >= (FEWEST_ASKED if named or " of " in question else FEWEST_UNNAMED)


def _within_sentence(subject: str, lexis: Lexis) -> str:
    """What begins a sentence, as it stands inside one."""
    first, _, rest = subject.partition(" ")
    gerund = first.endswith("ing") and rest[:1].islower()  # "Working from another country"
    if first.lower() in en.DETERMINERS or gerund or (first.lower() in lexis.plain and first not in lexis.names):
        return f"{first.lower()} {rest}".strip()
    return subject


def _bare(word: str) -> str:
    return re.sub(r"^\W+|(?:[’']s)?\W*$", "", word)
