"""Slots of the made documents' templates, and how people type what they ask."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

FIRST = (
    "Amira Bruno Chidi Dagny Emeka Farid Greta Hiro Ilse Jonas Katja Lamine Mirela Nuno Oda Pavel Quentin Rosa Sanna "
    "Tomas Ulla Vito Wanda Xenia Yusuf Zofia Aoife Bastian Carmen Dario Elin Fabio Gwen Henrik Irina Joao Keiko Leif "
    "Marta Nils Olga Piotr Ruth Selim Tilda Umar Vera Wim Yara Zeno"
).split()
LAST = (
    "Abara Brandvold Castellani Drummond Eklund Fonseca Grabowski Haddad Ivarsson Jansma Kowalczyk Lindqvist Marchetti "
    "Novak Okafor Petrov Quist Rasmussen Szabo Tanaka Ustinov Vermeulen Weisz Yilmaz Zeller Achterberg Bellamy Corrigan "
    "Dahlke Escobar Falk Gunnarsson Hollis Imhof Jurgens Kessler Lovell Mbeki Nakata Oyelaran Pfister Rinaldi Sorensen "
    "Thorne Uhlig Vasquez Whitlock Zapata"
).split()
TOWN = (
    "Arnwick Belmora Castrel Dunholt Elverby Fairlow Grunau Hesselby Inverdale Jorvika Kaldborg Lisvane Morwell Norrhavn "
    "Oldbrook Pellworth Quarley Rosendal Stavermoor Tilbrook Ulmenau Valmora Westerholt Yarrowby Zellhof Ashcombe "
    "Birkfeld Coldwater Drachten Ostrava Langmere Mirefield Nettlecombe Port-Salvo Ravensau"
).split()
FIRM = (
    "Alder & Finch;Bluefold;Corvane;Delmo;Estrin Works;Fennic;Glasner Bros;Hobbins;Ilvero;Juniper Row;Kestrine;Lomax & Daughters;"
    "Morrowind Supplies;Nordfell;Orbeck;Pinehurst;Quellmann;Rustow;Silverlake;Tarnbeck;Umbra Textiles;Velten;Wraysby;Yellowgate;Zindel"
).split(";")
STREET = (
    "Mill Lane;Canal Street;Birch Road;Station Road;Harbour Row;Kiln Street;Orchard Way;Linden Avenue;Quarry Hill;Chapel Street;"
    "Foundry Road;Meadow Close;Tanner's Yard;Brook Street;Castle Rise"
).split(";")
MONTHS = "January February March April May June July August September October November December".split()
AROUND = (
    "This page was put together with care, yet mistakes cannot be ruled out altogether.",
    "Please read it through before you put a question to one of us, since most things are said here.",
    "Whoever finds an error is asked to mark it in pencil and to hand the sheet back.",
    "A copy hangs on the board, another one lies in the folder on the desk.",
    "It was printed on recycled paper; a larger print is to be had on request.",
    "What is not said here follows from the usual practice or from common sense.",
    "The order in which things are listed says nothing about how important they are.",
    "Some entries were taken over from an older sheet and have been checked again since.",
    "Remarks written by hand do not count unless they bear a stamp.",
    "We have tried to keep it short, and we thank everybody who has helped to write it.",
    "An asterisk, where there is one, points to a remark on the back of the page.",
    "Older copies should be thrown away so that nobody relies on them by accident.",
)
"""Sentences that answer nothing."""
OPENINGS = ("Please: ", "Quick question: ", "Hi, ", "Do you know: ", "Tell me, ", "I wonder, ", "According to this, ")


class Slots:
    """Fills what stands in braces: {n:3-9}, {money:10-90}, {date}, {one|other}, or a name that the document keeps."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.kept: dict[str, str] = {}
        self._currency = chance.choice(("{} €", "€{}", "£{}", "${}", "{} EUR", "CHF {}", "{} kr", "{} USD", "{} zł"))
        self._cents = chance.random() < 0.5
        self._clock = chance.choice(("{}:{:02}", "{}.{:02}", "{:02}:{:02}"))
        self._day = chance.choice(("{d} {m} {y}", "{m} {d}, {y}", "{d:02}.{n:02}.{y}", "{y}-{n:02}-{d:02}", "{d} {m}"))

    def fill(self, text: str) -> str:
        while re.search(r"\{[^{}]+\}", text):
            text = re.sub(r"\{([^{}]+)\}", lambda match: self._value(match[1]), text)
        return text

    def keep(self, line: str) -> None:
        """`a = n:2-9`, or `a, b = north, south | upper, lower`: one of them, in any order."""
        names, _, values = (part.strip() for part in line.partition(" = "))
        if "," not in names:
            self.kept[names] = self.fill("{" + values + "}")
            return
        chosen = [part.strip() for part in self.chance.choice(values.split(" | ")).split(",")]
        self.chance.shuffle(chosen)
        for name, value in zip((part.strip() for part in names.split(",")), chosen, strict=True):
            self.kept[name] = self.fill(value)

    def _value(self, name: str) -> str:
        if name in self.kept:
            return self.kept[name]
        if "|" in name:
            return self.chance.choice(name.split("|"))
        kind, _, span = name.partition(":")
        low, high = (float(part) for part in span.split("-")) if span else (0.0, 0.0)
        return _KINDS[kind](self, low, high)

    def number(self, low: float, high: float) -> str:
        return f"{self.chance.randint(int(low), int(high)):,}"

    def money(self, low: float, high: float) -> str:
        amount = self.chance.randint(int(low), int(high))
        cents = self.chance.choice((0, 50, 90, 95, self.chance.randint(1, 99))) if self._cents else 0
        return self._currency.format(f"{amount:,}.{cents:02}" if self._cents else f"{amount:,}")

    def decimal(self, places: int, low: float, high: float) -> str:
        return f"{self.chance.uniform(low, high):.{places}f}"

    def time(self, low: float, high: float) -> str:
        hour = self.chance.randint(int(low or 6), int(high or 21))
        return self._clock.format(hour, self.chance.choice(range(0, 60, 5)))

    def date(self) -> str:
        month = self.chance.randint(1, 12)
        year = self.kept.get("year") or self.chance.randint(2015, 2026)
        return self._day.format(d=self.chance.randint(1, 28), m=MONTHS[month - 1], n=month, y=year)

    def person(self) -> str:
        return f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}"

    def phone(self) -> str:
        return f"0{self.chance.randint(20, 99)} {self.chance.randint(100, 999)} {self.chance.randint(1000, 9999)}"

    def code(self) -> str:
        return f"{self.chance.choice('ABDEFGHKLMPRSTVX')}{self.chance.choice('ABDEFGHKLMPRSTVX')}-{self.chance.randint(100, 9899)}"

    def pick(self, pool: list[str]) -> str:
        return self.chance.choice(pool)


_KINDS: dict[str, Callable[[Slots, float, float], str]] = {
    "n": Slots.number,
    "id": lambda slots, low, high: str(slots.chance.randint(int(low), int(high))),
    "money": Slots.money,
    "d": lambda slots, low, high: slots.decimal(2, low, high),
    "f": lambda slots, low, high: slots.decimal(1, low, high),
    "time": Slots.time,
    "date": lambda slots, _low, _high: slots.date(),
    "year": lambda slots, low, high: str(slots.chance.randint(int(low or 2008), int(high or 2025))),
    "month": lambda slots, _low, _high: slots.pick(MONTHS),
    "day": lambda slots, _low, _high: slots.pick("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    "person": lambda slots, _low, _high: slots.person(),
    "first": lambda slots, _low, _high: slots.pick(FIRST),
    "last": lambda slots, _low, _high: slots.pick(LAST),
    "town": lambda slots, _low, _high: slots.pick(TOWN),
    "firm": lambda slots, _low, _high: slots.pick(FIRM),
    "street": lambda slots, _low, _high: f"{slots.pick(STREET)} {slots.chance.randint(1, 190)}",
    "phone": lambda slots, _low, _high: slots.phone(),
    "code": lambda slots, _low, _high: slots.code(),
}


def typed(question: str, chance: random.Random) -> str:
    """As somebody types it: an opening, small letters, no question mark, a slip."""
    if question.endswith("?") and chance.random() < 0.1:
        question = chance.choice(OPENINGS) + question[0].lower() + question[1:]
    if chance.random() < 0.25:
        question = question.lower()
    if chance.random() < 0.3:
        question = question.removesuffix("?")
    if chance.random() < 0.03:
        question = question.upper()
    return _slip(question, chance) if chance.random() < 0.12 else question


def _slip(question: str, chance: random.Random) -> str:
    """Two letters in the wrong order, one left out or one twice, in a word that is no name, figure or code."""
    words = list(re.finditer(r"(?<![\w-])[a-z]{5,}(?![\w-])", question))
    if not words:
        return question
    word = chance.choice(words)
    at = chance.randint(word.start() + 1, word.end() - 3)
    middle = chance.choice((question[at + 1] + question[at], question[at], question[at] * 2 + question[at + 1]))
    return question[:at] + middle + question[at + 2 :]
