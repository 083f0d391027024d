"""The cells of a column as exact numbers of one unit, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

_CELL = re.compile(
    r"(?P<before>[^\d+−.,-]*)(?<![^\W\d_])(?P<number>[-+−]?\d[\d.,'’ \u00a0\u202f]*?)(?P<after>(?:[^\d.,'’][^\d]*)?)"
)
_SPACES = re.compile(r"['’\s]")
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers of one unit, as their cells write them."""

    values: tuple[Decimal, ...]
    before: str
    """What stands before each number, such as a currency's sign."""
    after: str
    point: str
    """"." or ",": what parts whole from tenths."""
    grouped: bool
    """Whether thousands are set apart."""

    def total(self) -> Decimal:
        """The exact sum."""
        total = Decimal(0)
        for value in self.values:
            total = _EXACT.add(total, value)
        return total

    def mean(self) -> tuple[Decimal, bool]:
        """The average with two digits more than the cells have, and whether that is exact."""
        places = max(-int(value.as_tuple().exponent) for value in self.values) + 2
        mean = _EXACT.divide(self.total(), Decimal(len(self.values)))
        rounded = mean.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
        return rounded.normalize(_EXACT), rounded == mean

    def said(self, value: Decimal) -> str:
        """A value as the cells write theirs."""
        written = f"{value:,f}" if self.grouped else f"{value:f}"
        if self.point == ",":
            written = written.translate(str.maketrans(",.", ".,"))
        return f"{self.before}{written}{self.after}"


def column(cells: Iterable[str]) -> Column | None:
    """The numbers of some cells; None where one is none, where units differ, and where "1.234" may be either."""
    matches = [_CELL.fullmatch(cell.strip()) for cell in cells]
    whole = [match for match in matches if match is not None]
    if not whole or len(whole) < len(matches):
        return None
    if len({(match["before"].strip(), match["after"].strip()) for match in whole}) > 1:
        return None
    written = [_SPACES.sub("", match["number"]).replace("−", "-") for match in whole]
    point = _point(written)
    if point is None:
        return None
    other = "," if point == "." else "."
    if not all(_is_grouped(number, other, point) for number in written):
        return None
    values = tuple(Decimal(number.replace(other, "").replace(point, ".")) for number in written)
    grouped = any(other in number for number in written)
    return Column(values, whole[0]["before"], whole[0]["after"], point, grouped)


def _point(written: Sequence[str]) -> str | None:
    """What parts whole from tenths in all of them; None where that cannot be told."""
    said = set()
    open_dots = False
    for number in written:
        marks = [char for char in number if char in ".,"]
        if len(set(marks)) == 2:
            said.add(marks[-1])
        elif len(marks) > 1:
            said.add("," if marks[0] == "." else ".")
        elif marks:
            whole, _, rest = number.lstrip("+-").partition(marks[0])
            if len(rest) != 3 or len(whole) > 3 or whole == "0":
                said.add(marks[0])
            elif marks[0] == ".":
                open_dots = True
            else:
                said.add(".")
    if len(said) > 1 or (open_dots and not said):
        return None
    return said.pop() if said else "."


def _is_grouped(number: str, mark: str, point: str) -> bool:
    """Whether marks stand between thousands alone."""
    whole, _, tenths = number.lstrip("+-").partition(point)
    groups = whole.split(mark)
    plain = tenths == "" or tenths.isdecimal()
    return (
        plain
        and all(map(str.isdecimal, groups))
        and all(len(group) == 3 for group in groups[1:])
        and len(groups[0]) < (4 if len(groups) > 1 else 30)
    )
