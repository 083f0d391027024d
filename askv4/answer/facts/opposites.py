"""Where a sentence says the opposite of its source: "more" for "less", "possible" for "impossible"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from askv4.answer.facts.alignment import Words, best_place, nearness
from askv4.answer.facts.denials import PREFIX, denials, denied
from askv4.answer.facts.tokens import stem

_SIMILAR = 0.5
_SIMILAR_PREFIXED = 0.3
"""How alike the surroundings of two words must be for one to stand in the other's place."""
_OPPOSITES = [
    "more greater higher larger bigger | less fewer lower smaller", "most highest largest biggest greatest | least lowest smallest fewest",
    "high | low", "large big huge great | small little tiny", "increase rise grow gain | decrease decline fall drop reduce shrink",
    "before | after", "early | late", "first | last final", "always | never", "all every | none",
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


def sides(key: str) -> frozenset[tuple[int, int]]:
    """The pairs of opposites that a stem belongs to, each with its side: two stems with one pair and other sides are opposites."""
    return frozenset(_SIDES.get(key, ()))


def opposites(sentence: Words, source: Words) -> Iterator[str]:
    """A message for users wherever `sentence` has one word and `source` in the same place its opposite."""
    mine = [denial for denial in denials(sentence) if denial.sure]
    theirs = [denial for denial in denials(source) if denial.sure]
    for i, token in enumerate(sentence.tokens):
        if not token.word:
            continue
        turned = _turned(sentence, i, source)
        place = turned if turned is not None else _prefixed(sentence, i, source)
        if place is not None and not denied(sentence, mine, i) and not denied(source, theirs, place):
            yield f"“{token.text}”: the cited source says “{source.tokens[place].text}”"


def _turned(sentence: Words, i: int, source: Words) -> int | None:
    """The opposite that stands in the source where the sentence has its token `i`; None when there is none."""
    for number, side in sorted(_SIDES.get(sentence.tokens[i].stem, ())):
        if _of(source, number, side):
            continue
        places = _of(source, number, 1 - side)
        if places:
            place = best_place(sentence, i, source, places)
            if nearness(sentence, i, source, place) >= _SIMILAR:
                return place
    return None


def _of(words: Words, number: int, side: int) -> Sequence[int]:
    return [j for j, token in enumerate(words.tokens) if (number, side) in _SIDES.get(token.stem, ())]


def _prefixed(sentence: Words, i: int, source: Words) -> int | None:
    """Where the source has "impossible" and the sentence "possible" as its token `i`, or the other way round."""
    token = sentence.tokens[i]
    if not token.content or token.stem in source.places:
        return None
    bare = stem(PREFIX.sub("", token.key, count=1))
    for j, other in enumerate(source.tokens):
        if not other.content:
            continue
        added = PREFIX.match(token.key) and bare == other.stem
        dropped = PREFIX.match(other.key) and stem(PREFIX.sub("", other.key, count=1)) == token.stem
        if (added or dropped) and nearness(sentence, i, source, j) >= _SIMILAR_PREFIXED:
            return j
    return None
