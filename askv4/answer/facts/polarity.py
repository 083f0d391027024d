"""What a text denies, leaves open or turns round, and whether a sentence and its source agree in that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askv4.answer.facts.alignment import Words, best_place, nearness
from askv4.answer.facts.language import language_of
from askv4.answer.facts.names import ordinary
from askv4.answer.facts.tokens import Token, stem

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
_ENGLISH_ONLY = frozenset("n't not never nobody nothing neither without cannot".split())
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
_AFFIRMING = re.compile(
    r"(?:not (?:only|just|merely|simply|solely|least|surprisingly)|no (?:doubt|matter|later than|less than|more than|fewer than|"
    r"sooner|wonder|earlier than)|nothing (?:but|else)|none other|not until|not unless|not to mention)\b"
)
_LEXICAL_CJK = ("不同", "不断", "不斷", "不仅", "不僅", "不过", "不過", "不久", "不少", "不论", "不管", "不得不", "不但", "不如", "未来", "未來")
_PREFIX = re.compile(r"(?:un|in|im|ir|il|dis|non|mis)(?=[a-z]{4})")
_IN_WORDS = frozenset(
    """inability inaccurate inactive inadequate inappropriate incapable incomplete inconsistent incorrect independent indirect
    ineffective inefficient inexpensive informal inhuman insecure insignificant insufficient intolerant invalid invisible
    involuntary illegal illogical immature immoral impatient imperfect impossible improper irrational irregular irrelevant
    irresponsible misunderstood mistrust""".split()
)
_SCOPE = 8
_FRONT = 3

_UNSURE = frozenset(
    """may might could possibly perhaps probably reportedly allegedly apparently supposedly presumably likely rumored rumoured
    unconfirmed potentially maybe""".split()
)
_REPORTED = _UNSURE | frozenset(
    """expected planned plans plan aims aim hopes hope seems seem appears appear suggests suggest suggested believed believe thought
    think claimed claims claim estimated possible possibility theory proposed propose considered chance tend tends potential risk
    speculated speculation reported reports assumed argued argue""".split()
)
_OPEN = frozenset("can would should said says say if whether often sometimes generally usually typically able ability certain some unless".split())
"""Words that may leave something else open: they excuse a sentence only where the source does not have them too."""

_OPPOSITES = [
    "more greater higher larger bigger | less fewer lower smaller", "most highest largest biggest greatest | least lowest smallest fewest",
    "high | low", "large big huge great | small little tiny", "increase rise grow gain | decrease decline fall drop reduce shrink",
    "before prior earlier | after later following since", "early | late", "first | last final", "always | never", "all every | none",
    "above over | below under beneath", "with | without", "best | worst", "good | bad", "better | worse", "win | lose",
    "begin start open | end finish close stop", "long | short", "longer | shorter", "old | young new", "older | younger newer",
    "north northern | south southern", "east eastern | west western", "inside | outside", "up | down", "positive | negative",
    "public | private", "accept approve | reject refuse", "support | oppose", "include | exclude", "buy | sell", "import | export",
    "true | false", "strong | weak", "fast quick rapid | slow", "rich | poor", "male | female", "man | woman", "father | mother",
    "brother | sister", "son | daughter", "husband | wife", "married | divorced", "alive | dead", "love | hate", "hot warm | cold cool",
    "heavy | light", "hard difficult | easy", "maximum | minimum", "major | minor", "majority | minority", "internal | external",
    "upper | lower", "left | right", "enter arrive | leave depart", "allow permit | forbid prohibit ban", "success succeed | failure fail",
    "victory | defeat", "friend ally | enemy", "legal | illegal", "deep | shallow", "wide broad | narrow", "many | few", "modern | ancient",
    "exclusively only | also", "agree | disagree", "confirm | deny", "profit | loss", "summer | winter", "morning | evening", "day | night",
    "same | different", "likely | unlikely", "cause | prevent", "expand | contract", "forward | backward", "front | back", "top | bottom",
]  # fmt: skip
_SIDES: dict[str, set[tuple[int, int]]] = {}
for _number, _pair in enumerate(_OPPOSITES):
    for _side, _listed in enumerate(_pair.split(" | ")):
        for _word in _listed.split():
            _SIDES.setdefault(stem(_word), set()).add((_number, _side))


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
        if token.word and (token.key in _DENY[language] or token.key in _ENGLISH_ONLY):
            if not _empty(words, i, language):
                found.append(Denial(i, _heads(words, i, both=language in ("de", "nl")), sure=not _until(words, i)))
        elif token.text in "不没沒未无無非" and (head := _cjk_head(words.tokens, i)):
            found.append(Denial(i, (head,), sure=True))
        elif token.stem in _IMPLICIT:
            found.append(Denial(i, (*_heads(words, i, both=True), i), sure=False))
        elif token.content and _denying_prefix(token.key):
            found.append(Denial(i, (i,), sure=False))
    return found


def _denying_prefix(key: str) -> bool:
    """Whether a word denies by its first or last syllable: "unsuccessful", "homeless"; not "unit" or "indoor"."""
    if key.endswith("less"):
        return len(key) > 6
    cut = _PREFIX.match(key)
    return cut is not None and ordinary(key[cut.end() :]) and (cut.group() in ("un", "non", "dis") or key in _IN_WORDS)


def _empty(words: Words, i: int, language: str) -> bool:
    """Whether the word at `i` denies nothing: "not only", "no doubt", "No. 5", "No, ..." as an answer."""
    if language != "en":
        return False
    following = words.tokens[i + 1 : i + 4]
    if not following or (words.tokens[i].key == "no" and not following[0].word) or following[0].key == "one" and len(following) == 1:
        return True
    if i and words.tokens[i].key == "not" and words.tokens[i - 1].key in ("or", "if", "why"):
        return True
    return bool(_AFFIRMING.match(" ".join([words.tokens[i].key, *(token.key for token in following)])))


def _until(words: Words, i: int) -> bool:
    """"Not ... until 1990" affirms that it came in 1990."""
    return any(token.key in ("until", "till", "unless") for token in words.tokens[i + 1 : i + 12])


def _heads(words: Words, i: int, *, both: bool) -> tuple[int, ...]:
    clause = words.clauses[i]
    after = [j for j in range(i + 1, min(i + 1 + _SCOPE, len(words.tokens))) if words.clauses[j] == clause and words.tokens[j].content]
    before = [j for j in range(i - 1, max(-1, i - 1 - _SCOPE), -1) if words.clauses[j] == clause and words.tokens[j].content]
    if both:
        return (*after[:_FRONT], *before[:_FRONT])
    # "Never, ever, give": a comma may part the denial from what it bears on.
    return tuple(after or before[:1] or [j for j in words.content if i < j <= i + _SCOPE][:1])


def _cjk_head(tokens: Sequence[Token], i: int) -> int | None:
    run = "".join(token.text for token in tokens[i : i + 3])
    return None if run.startswith(_LEXICAL_CJK) or i + 1 >= len(tokens) or not tokens[i + 1].word else i + 1


def reversals(sentence: Words, source: Words) -> Iterator[str]:
    """What `sentence` denies though `source` affirms it, or affirms though `source` denies it, in words for users."""
    every = denials(sentence), denials(source)
    mine, theirs = _unpaired(sentence, every[0], source, every[1])
    yield from _denied_here(sentence, mine, source, theirs, every[1])
    yield from _denied_there(sentence, mine, source, theirs, every[0])


def _unpaired(sentence: Words, mine: list[Denial], source: Words, theirs: list[Denial]) -> tuple[list[Denial], list[Denial]]:
    """The denials left on either side when those that say the same are taken away in pairs.

    Without that, a denial that both have would excuse another one that only one of them has.
    """
    alone, left = [], list(theirs)
    for denial in mine:
        stems = _head_stems(sentence, denial)
        pair = next((other for other in left if other.sure == denial.sure and stems[:1] == _head_stems(source, other)[:1]), None)
        if pair is None and not denial.sure:
            pair = next((other for other in left if source.tokens[other.at].stem == sentence.tokens[denial.at].stem), None)
        if pair is None:
            alone.append(denial)
        else:
            left.remove(pair)
    return alone, left


def _head_stems(words: Words, denial: Denial) -> list[str]:
    return [words.tokens[head].stem for head in denial.heads]


def _denied_here(
    sentence: Words, mine: list[Denial], source: Words, theirs: list[Denial], every: list[Denial]
) -> Iterator[str]:
    for denial in mine:
        if not denial.sure:
            continue
        for head in denial.heads[:2]:
            places = source.places.get(sentence.tokens[head].stem, [])
            if not places:
                continue
            place = best_place(sentence, head, source, places)
            if not _denied(source, theirs, place) and not _bears_on(every, place):
                yield f"“{_phrase(sentence, denial)}”: the cited source affirms it"
            break
        else:
            if denial.heads and not theirs:
                yield f"“{_phrase(sentence, denial)}”: the cited source denies nothing of the kind"


def _denied(words: Words, found: list[Denial], place: int) -> bool:
    """Whether a denial bears on the token at `place`, or on something in its clause."""
    clause = words.clauses[place]
    return any(place in denial.heads[:4] or words.clauses[denial.at] == clause for denial in found)


def _bears_on(found: list[Denial], place: int) -> bool:
    """Whether the nearest word that an outright denial bears on is the token at `place`."""
    return any(denial.sure and place in denial.heads[:1] for denial in found)


def _denied_there(
    sentence: Words, mine: list[Denial], source: Words, theirs: list[Denial], every: list[Denial]
) -> Iterator[str]:
    for denial in theirs:
        if not denial.sure or not denial.heads:
            continue
        head = denial.heads[0]
        for place in sentence.places.get(source.tokens[head].stem, []):
            if not sentence.tokens[place].content:
                continue
            if best_place(sentence, place, source, source.places[source.tokens[head].stem]) != head:
                continue
            if not _denied(sentence, mine, place) and not _bears_on(every, place) and nearness(sentence, place, source, head) >= 0.3:
                yield f"“{sentence.tokens[place].text}”: the cited source says “{_phrase(source, denial)}”"
                break


def _phrase(words: Words, denial: Denial) -> str:
    """The denial with the words up to the nearest it bears on."""
    head = denial.heads[0] if denial.heads else denial.at
    first, last = min(denial.at, head), max(denial.at, head)
    first -= words.tokens[first].key == "n't"
    run = [token for token in words.tokens[first : last + 1] if token.word]
    return " ".join(token.text for token in run).replace(" n't", "n't")


def overstatements(sentence: Words, source: Words) -> Iterator[str]:
    """What `source` leaves open ("may", "reportedly") and `sentence` states as a fact."""
    for i, token in enumerate(source.tokens):
        if token.key not in _UNSURE or (token.key == "may" and token.text != "may"):
            continue
        heads = _heads(source, i, both=False)
        if not heads:
            continue
        head = heads[0]
        for place in sentence.places.get(source.tokens[head].stem, []):
            if best_place(sentence, place, source, source.places[source.tokens[head].stem]) != head:
                continue
            mine, theirs = _clause_words(sentence, place), _clause_words(source, head)
            hedged = mine & _REPORTED or (mine & _OPEN) - theirs
            if not hedged and nearness(sentence, place, source, head) >= 0.5:
                yield f"“{sentence.tokens[place].text}”: the cited source only says “{token.text} {source.tokens[head].text}”"
                break


def _clause_words(words: Words, place: int) -> set[str]:
    return {token.key for i, token in enumerate(words.tokens) if words.clauses[i] == words.clauses[place]}


def opposites(sentence: Words, source: Words) -> Iterator[str]:
    """Where `sentence` has "more" and `source` in the same place has "less"."""
    mine, theirs = denials(sentence), denials(source)
    strict = [d for d in mine if d.sure], [d for d in theirs if d.sure]
    for i, token in enumerate(sentence.tokens):
        sides = _SIDES.get(token.stem, set()) if token.word else set()
        for number, side in sides:
            turned = [j for j, t in enumerate(source.tokens) if (number, 1 - side) in _SIDES.get(t.stem, ())]
            kept = [j for j, t in enumerate(source.tokens) if (number, side) in _SIDES.get(t.stem, ())]
            if kept or not turned:
                continue
            place = best_place(sentence, i, source, turned)
            if nearness(sentence, i, source, place) < 0.5 or _denied(sentence, strict[0], i) or _denied(source, strict[1], place):
                continue
            yield f"“{token.text}”: the cited source says “{source.tokens[place].text}”"
            break
        yield from _prefixed(sentence, i, source, strict)


def _prefixed(sentence: Words, i: int, source: Words, strict: tuple[list[Denial], list[Denial]]) -> Iterator[str]:
    """"possible" for "impossible", and the other way round."""
    token = sentence.tokens[i]
    if not token.content or token.stem in source.places:
        return
    base = _PREFIX.sub("", token.key, count=1)
    for j, other in enumerate(source.tokens):
        if not other.content or other.key == token.key:
            continue
        turned = stem(base) == other.stem if base != token.key else _PREFIX.match(other.key) and stem(_PREFIX.sub("", other.key, count=1)) == token.stem
        if turned and not _denied(sentence, strict[0], i) and not _denied(source, strict[1], j) and nearness(sentence, i, source, j) >= 0.3:
            yield f"“{token.text}”: the cited source says “{other.text}”"
            return
