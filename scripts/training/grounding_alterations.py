"""True sentences made false, by means of their own: what is a number, a name or a negation is not asked of the checker."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_MONTHS = "January February March April May June July August September October November December".split()
_NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split()
_SAME = {w: str(n) for w, n in zip(_NUMBER_WORDS, [*range(2, 13), 15, 20, 30, 40, 50], strict=True)}
_OPPOSITES = [
    ("more", "less"), ("higher", "lower"), ("before", "after"), ("increase", "decrease"), ("increased", "decreased"),
    ("first", "last"), ("largest", "smallest"), ("always", "never"), ("above", "below"), ("most", "least"),
    ("early", "late"), ("north", "south"), ("southern", "northern"), ("eastern", "western"), ("large", "small"),
    ("high", "low"), ("best", "worst"), ("won", "lost"), ("all", "none"), ("possible", "impossible"),
    ("successful", "unsuccessful"), ("known", "unknown"), ("with", "without"), ("older", "younger"),
    ("longer", "shorter"), ("public", "private"), ("legal", "illegal"), ("began", "ended"), ("positive", "negative"),
]  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|was|are|were|has|have|had|can|could|will|would|should|must|did|does|do)\b(?! not\b| never\b|n't)"
)
_NEGATION = re.compile(r"\b(?:not |never |no longer |no )|n't\b", re.I)
_UNSURE = re.compile(r"\b(?:may|might|could)\b|\b(?:probably|possibly|perhaps|reportedly|allegedly) ")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b(?![,.]\d)")
_DIGITS = re.compile(r"(?<![\w.,$€£-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w-])")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, what it cites, and whether it is true of that."""

    source: str
    """The data set it comes from."""
    kind: str
    """`true`, `reworded` (true still), or how it was made false."""
    sentence: str
    cited: tuple[str, ...]
    allowed: str
    """Question and title."""
    group: str
    """Cases of one group never stand on both sides of a held-out split."""

    @property
    def true(self) -> bool:
        """Whether the sentence holds."""
        return self.kind in ("true", "reworded")

    @property
    def half(self) -> int:
        """0 or 1, by the group's name alone."""
        return zlib.crc32(self.group.encode()) % 2


@dataclass(frozen=True)
class Pools:
    """What the data offers to put in: every item with the words it is made of."""

    numbers: list[str]
    years: list[str]
    names: list[str]
    ordinary: frozenset[str]
    """Words that the data also writes small: such a word alone is no name."""


def _pools(texts: Sequence[str]) -> Pools:
    ordinary = frozenset(re.findall(r"(?<![\w'])[a-z][\w-]*", " ".join(texts)))
    names: set[str] = set()
    numbers: set[str] = set()
    years: set[str] = set()
    for text in texts:
        names.update(" ".join(text.split()[a:b]).strip(",;:") for a, b in name_runs(text.split(), ordinary))
        years.update(_YEAR.findall(text))
        numbers.update(n for n in _DIGITS.findall(text) if not _YEAR.fullmatch(n))
    return Pools(sorted(numbers), sorted(years), sorted(names), ordinary)


def name_runs(tokens: Sequence[str], ordinary: frozenset[str]) -> list[tuple[int, int]]:
    """[start, end) of runs of capitalised tokens that hold a word which the data never writes small."""
    runs, start = [], None
    for i, token in enumerate([*tokens, ""]):
        word = token.strip(".,;:'\"()“”‘’[]")
        capital = bool(re.fullmatch(r"[A-Z][\w'’.-]*", word)) and word not in _MONTHS and word != "I"
        capital = capital and (i > 0 or _small(word) not in ordinary)
        capital = capital and token[:1] not in '("“['
        if capital and start is None:
            start = i
        if start is not None and (not capital or token != word):
            end = i + 1 if capital else i
            if any(_small(t) not in ordinary and len(_small(t)) > 2 for t in tokens[start:end]):
                runs.append((start, end))
            start = None
    return runs


def _small(token: str) -> str:
    return re.sub(r"'s$|’s$|\W", "", token).lower()


def altered(true: Sequence[Case], seed: int) -> Iterator[Case]:
    """For every true case, one false one of each kind that its words allow."""
    pools = _pools(sorted({text for case in true for text in (*case.cited, case.sentence)}))
    for case in true:
        chance = random.Random(f"{seed} {case.group} {case.sentence}")
        for kind, alter in _ALTER.items():
            changed = alter(case, pools, chance)
            if changed and changed != case.sentence:
                yield replace(case, kind=kind, sentence=changed)
        other = chance.choice(true)
        while other.group == case.group:
            other = chance.choice(true)
        yield replace(case, kind="other source", cited=other.cited)


def _seen(case: Case) -> str:
    return " ".join((*case.cited, case.allowed, case.sentence)).lower()


def _fresh(pool: Sequence[str], seen: str, chance: random.Random, like: Callable[[str], bool]) -> str | None:
    """Something of the pool that none of the source's words has a part in."""
    for item in chance.sample(pool, min(200, len(pool))):
        parts = [p for p in re.findall(r"\w+", item.lower()) if len(p) > 1 or p.isdigit()]
        if parts and like(item) and not any(re.search(rf"\b{re.escape(p)}", seen) for p in parts):
            return item
    return None


def _spliced(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


def _number(case: Case, pools: Pools, chance: random.Random) -> str | None:
    numbers = [
        m
        for m in _DIGITS.finditer(case.sentence)
        if not _YEAR.fullmatch(m.group()) and not _near_month(case.sentence, m)
    ]
    words = [m for m in re.finditer(r"\b[a-z]+\b", case.sentence) if m.group() in _SAME]
    if not numbers and not words:
        return None
    match = chance.choice([*numbers, *words])
    if match.group() in _SAME:
        seen = _seen(case)
        new = [w for w in _NUMBER_WORDS if w not in seen and not re.search(rf"\b{_SAME[w]}\b", seen)]
        return _spliced(case.sentence, match.span(), chance.choice(new)) if new else None
    new_number = _fresh(pools.numbers, _seen(case), chance, lambda n: abs(len(n) - len(match.group())) <= 1)
    return _spliced(case.sentence, match.span(), new_number) if new_number else None


def _near_month(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 12) : match.end() + 12]
    return any(month in around for month in _MONTHS)


def _date(case: Case, pools: Pools, chance: random.Random) -> str | None:
    months = [
        m
        for m in re.finditer(r"\b[A-Z][a-z]+\b", case.sentence)
        if m.group() in _MONTHS and m.group() not in ("May", "March")
    ]
    years = list(_YEAR.finditer(case.sentence))
    days = [m for m in _DIGITS.finditer(case.sentence) if _near_month(case.sentence, m) and len(m.group()) <= 2]
    if not (months or years or days):
        return None
    match = chance.choice([*months, *years, *days])
    seen = _seen(case)
    if match.group() in _MONTHS:
        pool = [m for m in _MONTHS if m.lower() not in seen]
    elif match in years:
        pool = [y for y in pools.years if y not in seen and y[:2] == match.group()[:2]] or pools.years
    else:
        pool = [str(d) for d in range(1, 31) if not re.search(rf"\b0?{d}\b", seen)]
    return _spliced(case.sentence, match.span(), chance.choice(pool)) if pool else None


def _name(case: Case, pools: Pools, chance: random.Random) -> str | None:
    tokens = case.sentence.split()
    runs = name_runs(tokens, pools.ordinary)
    if not runs:
        return None
    start, end = chance.choice(runs)
    size = end - start
    new = _fresh(pools.names, _seen(case), chance, lambda n: abs(len(n.split()) - size) <= 1)
    if not new:
        return None
    tail = tokens[end - 1][len(tokens[end - 1].rstrip(".,;:!?\"'”’)]")) :]
    return " ".join([*tokens[:start], new.rstrip(".,;:") + tail, *tokens[end:]])


def _negation_added(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    auxiliaries = list(_AUXILIARY.finditer(case.sentence))
    if not auxiliaries:
        return None
    match = chance.choice(auxiliaries[:2])
    added = chance.choice([" not", " never"] if match.group() in ("can", "will") else [" not", "n't", " never"])
    return case.sentence[: match.end()] + added + case.sentence[match.end() :]


def _negation_removed(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    negations = [
        m
        for m in _NEGATION.finditer(case.sentence)
        if not re.match(r"(?:not |no )(?:only|doubt|matter)", case.sentence[m.start() :])
    ]
    if not negations:
        return None
    match = chance.choice(negations)
    return " ".join(_spliced(case.sentence, match.span(), " " if "n't" in match.group() else "").split())


def _reworded(case: Case, _pools: Pools, _chance: random.Random) -> str | None:
    """The same said otherwise: words for digits and back, "percent" for "%", "dollars" for "$", dates turned round, short forms."""
    other = _SAME | {digits: word for word, digits in _SAME.items()}
    text = re.sub(
        r"(?<![\w.,$€£:/-])(?:[a-z]+|\d{1,2})(?![\w%:/-]|[.,]\d| [A-Z])",
        lambda m: m[0] if _near_month(case.sentence, m) else other.get(m[0], m[0]),
        case.sentence,
    )
    text = re.sub(r"(\d)\s?%", r"\1 percent", text)
    text = re.sub(
        r"(?:US )?\$\s?(\d[\d,.]*\d|\d)(?: (million|billion))?",
        lambda m: f"{m[1]} {m[2] + ' ' if m[2] else ''}dollars",
        text,
    )
    text = re.sub(
        rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?(?: ?, ?(\d{{4}}))?(?![\d–-])",
        lambda m: f"{m[2]} {m[1]}" + (f" {m[3]}" if m[3] else ""),
        text,
    )
    text = re.sub(r"\b(did|was|were|is|are|do|does|has|had) (?:not|n't)\b", r"\1n't", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return re.sub(r"\b(\d+)00000( ?)(?!\d)", lambda m: f"{int(m[1]) / 10:g} million{m[2]}", text)


def _number_moved(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    numbers = [m for m in _DIGITS.finditer(case.sentence) if not _near_month(case.sentence, m)]
    return _swapped(case.sentence, [m.span() for m in numbers], chance)


def _name_moved(case: Case, pools: Pools, chance: random.Random) -> str | None:
    tokens = case.sentence.split()
    spans = []
    for start, end in name_runs(tokens, pools.ordinary):
        text = " ".join(tokens[start:end]).rstrip(".,;:\"”')")
        if (at := case.sentence.find(text)) >= 0:
            spans.append((at, at + len(text)))
    return _swapped(case.sentence, spans, chance)


def _swapped(text: str, spans: list[tuple[int, int]], chance: random.Random) -> str | None:
    """Two neighbours of `spans` change places; lists ("A and B", "A, B") are left alone, their order says nothing."""
    pairs = [
        (a, b) for a, b in pairwise(spans)
        if len(re.findall(r"\w+", text[a[1] : b[0]])) >= 3 and text[slice(*a)] != text[slice(*b)]
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    return text[: a[0]] + text[slice(*b)] + text[a[1] : b[0]] + text[slice(*a)] + text[b[1] :]


def _opposite(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    table = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
    seen = _seen(case)
    matches = [
        m
        for m in re.finditer(r"\b[a-z]+\b", case.sentence)
        if m.group() in table and not re.search(rf"\b{table[m.group()]}\b", seen)
    ]
    if not matches:
        return None
    match = chance.choice(matches)
    return _spliced(case.sentence, match.span(), table[match.group()])


_UNITS = {
    "million": "billion", "billion": "million", "thousand": "million", "years": "months", "months": "weeks", "days": "hours", "hours": "days",
    "percent": "people", "kilometres": "miles", "km": "miles", "miles": "km", "feet": "inches", "inches": "feet", "$": "€", "€": "£", "£": "$",
    "m": "km", "mm": "cm", "century": "decade", "acres": "hectares", "minutes": "seconds", "weeks": "months",
}  # fmt: skip


def _unit(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    """The number stays, its unit or scale does not."""
    matches = [*re.finditer(r"(?<=\d) ?(?P<unit>[a-z]+)\b|(?P<sign>[$€£])(?= ?\d)", case.sentence)]
    spans = [m.span("unit") if m["unit"] else m.span("sign") for m in matches if (m["unit"] or m["sign"]) in _UNITS]
    if not spans:
        return None
    span = chance.choice(spans)
    return _spliced(case.sentence, span, _UNITS[case.sentence[slice(*span)]])


def _certainty(case: Case, _pools: Pools, chance: random.Random) -> str | None:
    matches = list(_UNSURE.finditer(case.sentence))
    if not matches:
        return None
    match = chance.choice(matches)
    return _spliced(case.sentence, match.span(), "" if match.group().endswith(" ") else "will")


_ALTER: dict[str, Callable[[Case, Pools, random.Random], str | None]] = {
    "reworded": _reworded,
    "number": _number, "date": _date, "name": _name,
    "negation added": _negation_added, "negation removed": _negation_removed,
    "number moved": _number_moved, "name moved": _name_moved, "opposite": _opposite, "certainty": _certainty,
    "unit": _unit,
}  # fmt: skip
