"""A direct "yes", "no" or "not stated" before the quotations, where a sentence says just that.

Precision goes before recall: a sentence counts only when it has every word of the question, in the question's order, in one
clause, with the same verb and the same prepositions, and neither hedges nor reports. English only, as question.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.facts.alignment import Words
from askv4.answer.facts.tokens import Token, plain, stem
from askv4.text.patterns import Pattern
from askv4.text.words import asks
from askv4.types import Verdict

OPENINGS: dict[Verdict, str] = {"yes": "Yes.", "no": "No.", "not_stated": "Not stated in the sources."}

_BE = frozenset("is are was were".split())
_DO = frozenset("do does did".split())
_OTHER_AUX = frozenset("has have had can could will would should must".split())
_AUX = _BE | _DO | _OTHER_AUX
_LINKS = frozenset("so and but then".split())
_MODAL = frozenset("can could will would should must may might shall".split())
_PREPOSITIONS = frozenset(
    "in on at to for by with from about into as of than after before since until during under over without within between against "
    "near through via towards toward per".split()
)
_FILLING = (
    frozenset(
        "a an the this that these those it its their his her itself themselves himself herself there be been being and".split()
    )
    | _AUX
)
"""Words that may stand between those of the question without changing what is said."""
_HARMLESS = frozenset(
    "also officially formally already later finally first then now successfully eventually recently every".split()
)
_LIMITS = frozenset(
    """only if unless except until till almost nearly partly partially half hardly barely once formerly initially some most
    few many several often sometimes usually rarely mostly mainly largely originally theoretically technically but""".split()
)
"""In the clause of the answer they limit it, unless the question has them too."""
_HEDGES = frozenset(
    """may might could perhaps possibly probably likely unlikely reportedly allegedly apparently supposedly rumor rumour rumored
    rumoured rumors rumours whether according say says said tell told claim claims claimed believe believes believed think thinks
    thought argue argues argued insist insists insisted report reports reported suggest suggests suggested expect expects expected
    plan plans planned hope hopes hoped aim aims want wants wanted try tries tried fail fails failed consider considers considered
    deny denies denied doubt doubts doubted dispute disputes disputed disagree disagrees ask asks asked wonder wonders question
    questions myth critics warn warns warned promise promises promised estimate estimates estimated assume assumed suspect
    suspected seem seems seemed appear appears supposed meant intended alleged announce announced deem deemed considering false
    wrong untrue allegation speculation denial unclear""".split()
)
"""Words with which a sentence leaves open, or gives as another's, what it says."""
_NOBODYS = frozenset("i we you me my our your us anyone anybody someone somebody everyone he she they it".split())
_DENIES = frozenset("not n't never cannot no none nobody nothing neither nor without".split())
_QUOTES = Pattern(r"[\"“”«»„]")
_SAY = "say|said|disclose|reveal|state|specify|confirm|announce|publish|report|know|mention|clarify|indicate|divulge|tell|make clear"
_UNSTATED = Pattern(
    rf"(?:\b(?:did|do|does|has|have|had|would)(?: not|n't)(?: yet)? (?:{_SAY.replace('|', '(?:d|ed)?|')})"
    rf"|\b(?:declin|refus)(?:es|ed|e) to (?:{_SAY})"
    r"|\b(?:is|was|are|were|remains?|remained) (?:not (?:yet )?(?:known|clear|disclosed|stated|certain|confirmed)|unclear|unknown|undisclosed|uncertain))"
    r"\W+(?:whether|if|where|which|who)\b(?P<what>[^;:.?!]*)",
    re.I,
)
_TURNS = Pattern(r",? (?:while|but|although|though|however|whereas)\b.*$", re.I)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A yes/no question, taken apart."""

    aux: str
    content: tuple[Token, ...]
    """The words that the sentence must have, in order."""
    between: tuple[frozenset[str], ...]
    """The prepositions before each of them."""
    it: bool
    """Whether it is asked of "it": "is it safe to swim"."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(token.key for token in self.content)


def verdict(question: str, sentence: str, context: str = "") -> Verdict | None:
    """What `sentence` says to a yes/no question; None where it does not say it outright.

    `context` is text that tells what the sentence is about: its title, its heading, the sentence before it.
    """
    asked = _parse(question)
    if asked is None:
        return None
    if _unstated(asked, sentence, context):
        return "not_stated"
    if re.search(r"\bor\b", question) or asks(sentence) or _QUOTES.search(sentence):
        return None
    return _stated(asked, sentence, context)


def agreed(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    """What the sentences of an answer say together, the best one first: its verdict, unless another says otherwise."""
    if not verdicts or verdicts[0] is None:
        return None
    return verdicts[0] if set(verdicts) <= {verdicts[0], None} else None


def is_yes_no(question: str) -> bool:
    """Whether a question asks for yes or no."""
    keys = [token.key for token in Words((plain(question),)).tokens if token.word]
    return keys[0] in _AUX if keys and keys[0] not in _LINKS else len(keys) > 1 and keys[1] in _AUX


def _parse(question: str) -> _Asked | None:
    tokens = [token for token in Words((plain(question),)).tokens if token.word]
    if tokens and tokens[0].key in _LINKS:
        tokens = tokens[1:]
    if len(tokens) < 3 or tokens[0].key not in _AUX or any(token.key in _DENIES for token in tokens):
        return None
    content: list[Token] = []
    between: list[frozenset[str]] = []
    met: set[str] = set()
    for token in tokens[1:]:
        if token.key in _PREPOSITIONS:
            met.add(token.key)
        elif token.key not in _FILLING:
            content.append(token)
            between.append(frozenset(met))
            met = set()
    # "Is it safe to swim": what "it" stands for is not said, but the sentence says it the same way.
    asks_of_somebody = any(token.key in _NOBODYS - {"it"} for token in content) or (
        tokens[1].key == "it" and tokens[0].key not in _BE
    )
    if len(content) < 2 or asks_of_somebody:
        return None
    return _Asked(tokens[0].key, tuple(content), tuple(between), tokens[1].key == "it")


def _unstated(asked: _Asked, sentence: str, context: str) -> bool:
    for match in _UNSTATED.finditer(plain(sentence)):
        what = _TURNS.sub("", match["what"])
        there = {token.stem for token in Words((what,)).tokens if token.word}
        missing = [token for token in asked.content if token.stem not in there]
        around = _stems(f"{context} {sentence}")
        named = all(_is_name(token) and token.stem in around for token in missing)
        if named and len(asked.content) - len(missing) >= 2 and len(missing) <= 1:
            return True
    return False


def _stems(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in Words((plain(text),)).tokens if token.word)


def _key(token: Token) -> str:
    """The token's key; none for the month of May."""
    return "" if token.text == "May" else token.key


def _is_name(token: Token) -> bool:
    return token.text[:1].isupper() or any(c.isdigit() for c in token.text)


def _stated(asked: _Asked, sentence: str, context: str) -> Verdict | None:
    said = Words((plain(sentence),))
    if any(_key(token) in _HEDGES - {asked.aux} and token.key not in asked.keys for token in said.tokens):
        return None
    asked = _shorn(asked, said, context)
    places = _aligned(asked, said)
    if places is None:
        return None
    first, last = places[0], places[-1]
    clause = {i for i in range(len(said.tokens)) if said.clauses[i] == said.clauses[first]}
    if any(said.clauses[place] != said.clauses[first] for place in places) or _limited(
        asked, said, clause, first, last
    ):
        return None
    if not _same_verb(asked, said, places):
        return None
    denials = [i for i in sorted(clause) if said.tokens[i].key in _DENIES]
    elsewhere = any(token.key in _DENIES for i, token in enumerate(said.tokens) if i not in clause and i < first)
    if elsewhere or len(denials) > 1:
        return None
    if not denials:
        return None if any(token.key in _DENIES for token in said.tokens) and asked.aux in _MODAL else "yes"
    return "no" if _denies(asked, said, denials[0], places) else None


def _shorn(asked: _Asked, said: Words, context: str) -> _Asked:
    """The question without names that the sentence leaves to its title: in front of the subject, or after a predicate noun."""
    here, around = said.places, _stems(context)
    content, between = list(asked.content), list(asked.between)

    def left_out(token: Token) -> bool:
        return _is_name(token) and token.stem not in here and token.stem in around

    while len(content) > 2 and left_out(content[0]) and _is_name(content[1]):
        del content[0], between[0]
    ends_in_name = len(content) > 3 and asked.aux in _BE and left_out(content[-1]) and between[-1] <= {"for", "to"}
    if ends_in_name and between[-1] and not between[-2]:
        del content[-1], between[-1]
    return _Asked(asked.aux, tuple(content), tuple(between), asked.it)


def _aligned(asked: _Asked, said: Words) -> list[int] | None:
    """Where the question's words stand in the sentence, in the same order and as close together as they come."""
    best: list[int] | None = None
    for start in said.places.get(asked.content[0].stem, ()):
        places = [start]
        for token in asked.content[1:]:
            following = next((i for i in said.places.get(token.stem, ()) if i > places[-1]), None)
            if following is None:
                break
            places.append(following)
        else:
            if best is None or places[-1] - places[0] < best[-1] - best[0]:
                best = places
    return best


def _limited(asked: _Asked, said: Words, clause: set[int], first: int, last: int) -> bool:
    """Whether something in the clause makes it say less, or of something else, than the question asks."""
    tokens, keys = said.tokens, asked.keys
    inside = [tokens[i] for i in sorted(clause) if tokens[i].word]
    if any(token.key in _LIMITS and token.key not in keys for token in inside):
        return True
    if any(_key(token) in _MODAL and token.key != asked.aux for token in inside):
        return True
    if any(tokens[i].text == "that" or tokens[i].key in ("that", "which", "who") for i in clause if i < first):
        return True
    # "The old law", "a blood thinner": a word beside the outermost ones makes another thing of them.
    before = tokens[first - 1] if first and first - 1 in clause else None
    if before is not None and before.content and not _is_name(tokens[first]) and not before.text[:1].isdigit():
        return True
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if after is None or not after.word:
        return after is not None and after.text == "-"
    if after.content and after.key not in _HARMLESS and not after.key.endswith("ly"):
        return True
    dated = after.key == "in" and tokens[last + 2 : last + 3] and tokens[last + 2].text.isdigit()
    return (
        asked.aux in _BE and not dated and after.key in ("for", "to", "in", "at", "as", "of", "than", "when", "enough")
    )


def _same_verb(asked: _Asked, said: Words, places: Sequence[int]) -> bool:
    """Whether the sentence has the question's verb in the question's tense, and nothing of weight between its words."""
    tokens = said.tokens
    for number in range(1, len(places)):
        gap = [token for token in tokens[places[number - 1] + 1 : places[number]] if token.word]
        strange = [t for t in gap if t.key not in _FILLING | _PREPOSITIONS | _HARMLESS | _DENIES | {"longer", "no"}]
        if strange or frozenset(t.key for t in gap if t.key in _PREPOSITIONS) != asked.between[number]:
            return False
    # A name's own "s" falls away when it is folded: "the pilot's dog" is found by the gap, "Samsung's" by its text.
    if any(re.search(r"['’]s?$", tokens[place].text) for place in places[:-1]):
        return False
    begin = max(0, places[0] - 3) if asked.it else places[0]
    window = [token.key for token in tokens[begin : places[-1] + 1]]
    if asked.it and "it" not in window:
        return False
    if asked.aux not in _DO:
        return asked.aux in window or (asked.aux == "can" and "cannot" in window)
    if asked.aux in window:
        return True
    if _DENIES & set(window) - {"no", "never"} or _AUX & set(window) - {"has", "had", "have"}:
        return False
    pairs = [(token, tokens[place]) for token, place in zip(asked.content[1:], places[1:], strict=True)]
    if asked.aux == "did":
        return any(_is_past(mine.key, theirs.key) for mine, theirs in pairs)
    if asked.aux == "does":
        return any(
            theirs.key in (f"{mine.key}s", f"{mine.key}es", _ies(mine.key)) or (mine.key, theirs.key) == ("have", "has")
            for mine, theirs in pairs
        )
    return all(mine.key == theirs.key for mine, theirs in pairs)


def _is_past(base: str, form: str) -> bool:
    return form != base and stem(form) == stem(base) and not form.endswith(("ing", "s"))


def _ies(base: str) -> str:
    return f"{base[:-1]}ies" if base.endswith("y") else base


def _denies(asked: _Asked, said: Words, at: int, places: Sequence[int]) -> bool:
    """Whether the denial stands between subject and predicate and bears on the predicate itself."""
    if not places[0] - 3 * asked.it < at < places[-1]:
        return False
    following = [i for i in range(at + 1, places[-1] + 1) if said.tokens[i].word]
    if said.tokens[at].key == "no" and following and said.tokens[following[0]].key == "longer":
        following = following[1:]
    for i in following:
        if i in places:
            return True
        if said.tokens[i].key not in _FILLING | _PREPOSITIONS:
            return False
    return False
