"""Pairs of opposites: "more" and "less", "import" and "export"."""

from __future__ import annotations

from askv4.answer.facts.tokens import stem

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
