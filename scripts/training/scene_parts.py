"""What the scenes of scenes_said.py and scenes_facts.py are made of."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.training.entailment_sets import CONTRADICTION, ENTAILMENT, NEUTRAL, NOT_ENTAILMENT

Scene = tuple[str, list[tuple[str, int]]]
Chance = random.Random

YES, OPEN, NO, NOT = ENTAILMENT, NEUTRAL, CONTRADICTION, NOT_ENTAILMENT
WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("verifier_words.json").read_text(encoding="utf-8"))
"""What the templates are filled with: of all scenes, or named after the scene and what it is there."""
FIRST = WORDS["first"]
LAST = WORDS["last"]
PLACES = WORDS["places"]
FIRMS = WORDS["firms"]
GOODS = WORDS["goods"]
VARIANTS = WORDS["variants"]
MONTHS = WORDS["months"]
DAYS = WORDS["days"]
MATERIALS = WORDS["materials"]
CURRENCIES = WORDS["currencies"]


def two(chance: Chance, pool: list[str]) -> tuple[str, str]:
    a, b = chance.sample(pool, 2)
    return a, b


def person(chance: Chance) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def money(chance: Chance) -> Callable[[float], str]:
    before, after = chance.choice(CURRENCIES)
    return lambda value: f"{before}{value:,.2f}".replace(".00", "") + after


def product(chance: Chance) -> tuple[str, str, str]:
    kind, name = chance.choice(GOODS)
    a, b = chance.choice(VARIANTS)
    return kind, f"{name} {a}", f"{name} {b}"
