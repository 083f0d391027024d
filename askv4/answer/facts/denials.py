"""What a text denies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.facts.alignment import Words
from askv4.answer.facts.language import language_of
from askv4.answer.facts.names import ordinary
from askv4.answer.facts.tokens import Token, stem
from askv4.text.patterns import Pattern

_DENIALS = {
    "en": "not n't never no none nobody nothing nowhere neither nor without cannot",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne weder nichts niemand",
    "fr": "pas jamais aucun aucune sans ne n rien personne ni",
    "es": "no nunca jamas sin ningun ninguna ninguno nada nadie tampoco ni",
    "it": "non mai senza nessun nessuno nessuna niente nulla ne",
    "pt": "nao nunca jamais sem nenhum nenhuma nada ninguem nem",
    "nl": "niet geen nooit zonder niets niemand noch",
}
_DENY = {language: frozenset(listed.split()) for language, listed in _DENIALS.items()}
_UNMISTAKABLE = frozenset(
    """n't not never nobody nothing neither without cannot nicht kein keine keinen keinem keiner niemals ohne jamais nunca nessun
    nessuno nao niet geen nooit zonder""".split()
)
"""Denials of one language only: they count whatever language the text seems to be in."""
_IMPLICIT = frozenset(
    map(
        stem,
        """fail fails failed failing failure refuse refused refusal deny denied denies denial lack lacked lacking unable prevent
        prevented avoid avoided hardly scarcely barely seldom rarely absent absence cease ceased stop stopped except excluding
        excluded reject rejected rejection decline declined impossible instead rather few little unlike ban banned prohibit
        prohibited forbid forbidden exempt false untrue myth lost lose loss missing free discontinued cancelled canceled end
        ended without abandoned disproves disprove oppose opposed against removed remove dead longer former rule ruled minus
        cut inability incapable empty void neither limited only vacant abolished abolish repealed""".split(),
    )
)
_PAIRS = {(stem(word), "to") for word in "fail refuse decline unable".split()} | {
    (stem("rather"), "than"),
    (stem("instead"), "of"),
}
"""Together they deny as "not" does: "failed to win", "rather than winning"."""
_AFFIRMING = Pattern(
    r"(?:not (?:only|just|merely|simply|solely|least|surprisingly)|no (?:doubt|matter|later than|less than|more than|fewer than|"
    r"sooner|wonder|earlier than)|nothing (?:but|else)|none other|not until|not unless|not to mention)\b"
)
_LEXICAL_CJK = (
    "不同",
    "不断",
    "不斷",
    "不仅",
    "不僅",
    "不过",
    "不過",
    "不久",
    "不少",
    "不论",
    "不管",
    "不得不",
    "不但",
    "不如",
    "未来",
    "未來",
)
PREFIX = Pattern(r"(?:un|in|im|ir|il|dis|non|mis)(?=[a-z]{4})")
_IN_WORDS = frozenset(
    """inability inaccurate inactive inadequate inappropriate incapable incomplete inconsistent incorrect independent indirect
    ineffective inefficient inexpensive informal inhuman insecure insignificant insufficient intolerant invalid invisible
    involuntary illegal illogical immature immoral impatient imperfect impossible improper irrational irregular irrelevant
    irresponsible misunderstood mistrust""".split()
)
_SCOPE = 8
FRONT = 3
"""How many of the nearest words count where it is not certain which of them is meant."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies, and the content words that it bears on, the nearest first."""

    at: int
    heads: tuple[int, ...]
    sure: bool
    """Whether it denies outright; "failed to" and "few" do so only in effect, and serve as an excuse, not as a charge."""


def denials(words: Words) -> list[Denial]:
    """The denials of a text, in order."""
    found = []
    language = language_of(" ".join(words.texts)) or "en"
    for i, token in enumerate(words.tokens):
        if token.word and (token.key in _DENY[language] or token.key in _UNMISTAKABLE):
            if not _empty(words, i, language):
                found.append(Denial(i, heads(words, i, both=language in ("de", "nl")), sure=not _until(words, i)))
        elif words.tokens[i + 1 : i + 2] and (token.stem, words.tokens[i + 1].key) in _PAIRS:
            found.append(Denial(i, heads(words, i + 1), sure=True))
        elif token.text in "不没沒未无無非" and (head := _cjk_head(words.tokens, i)):
            found.append(Denial(i, (head,), sure=True))
        elif token.stem in _IMPLICIT:
            found.append(Denial(i, (*heads(words, i, both=True), i), sure=False))
        elif token.content and _denying_prefix(token.key):
            found.append(Denial(i, (i,), sure=False))
    return found


def _denying_prefix(key: str) -> bool:
    """Whether a word denies by its first or last syllable: "unsuccessful", "homeless"; not "unit" or "indoor"."""
    if key.endswith("less"):
        return len(key) > 6
    cut = PREFIX.match(key)
    return cut is not None and ordinary(key[cut.end() :]) and (cut.group() in ("un", "non", "dis") or key in _IN_WORDS)


def _empty(words: Words, i: int, language: str) -> bool:
    """Whether the word at `i` denies nothing: "not only", "no doubt", "No. 5", "No, ..." as an answer."""
    if language != "en":
        return False
    token, following = words.tokens[i], words.tokens[i + 1 : i + 4]
    if not following or (token.key == "no" and not following[0].word):
        return True
    # With a capital inside a sentence, or before another capital, it is part of a title: "Never Give Up".
    if token.text.istitle() and (not token.initial or following[0].text.istitle()):
        return True
    if i and token.key == "not" and words.tokens[i - 1].key in ("or", "if", "why"):
        return True
    return bool(_AFFIRMING.match(" ".join([token.key, *(other.key for other in following)])))


def _until(words: Words, i: int) -> bool:
    """Whether it is denied up to a time only: "not ... until 1990" affirms that it came in 1990."""
    return any(token.key in ("until", "till", "unless") for token in words.tokens[i + 1 : i + 12])


def heads(words: Words, i: int, *, both: bool = False) -> tuple[int, ...]:
    """The content words that the word at `i` bears on, the nearest first: those after it in its clause, or before it.

    With `both`, those after it and those before it, as where a language puts "not" behind the verb.
    """
    clause = words.clauses[i]
    reach = range(i + 1, min(i + 1 + _SCOPE, len(words.tokens)))
    after = [j for j in reach if words.clauses[j] == clause and words.tokens[j].content]
    behind = range(i - 1, max(-1, i - 1 - _SCOPE), -1)
    before = [j for j in behind if words.clauses[j] == clause and words.tokens[j].content]
    if both:
        return (*after[:FRONT], *before[:FRONT])
    return tuple(after or before[:1] or _past_comma(words, reach))


def _past_comma(words: Words, reach: range) -> list[int]:
    """The next content word of the same sentence: in "Never, ever, give" commas part the denial from what it bears on."""
    for j in reach:
        if words.tokens[j].text in ".?!" or words.tokens[j].start < words.tokens[reach.start - 1].start:
            return []
        if words.tokens[j].content:
            return [j]
    return []


def _cjk_head(tokens: Sequence[Token], i: int) -> int | None:
    run = "".join(token.text for token in tokens[i : i + 3])
    return None if run.startswith(_LEXICAL_CJK) or i + 1 >= len(tokens) or not tokens[i + 1].word else i + 1
