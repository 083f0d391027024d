"""Numbers, dates and names in one form, whichever way a text writes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.language.dates import dates
from askv4.language.guess import language_of, script_of
from askv4.language.names import known, knows, names
from askv4.language.quantities import quantities, same
from askv4.language.tokens import plain, tokenize


def read(text: str) -> list[tuple[float, tuple[str, ...]]]:
    """(likeliest value, units) of each quantity."""
    return [(quantity.values[0], tuple(sorted(quantity.units))) for quantity in quantities(plain(text))]


@pytest.mark.parametrize(
    ("text", "value", "units"),
    [
        ("three months", 3, ("month",)), ("a one - year period", 1, ("year",)), ("twenty-one people", 21, ()),
        ("$799", 799, ("usd",)), ("US $ 499", 499, ("usd",)), ("799 dollars", 799, ("usd",)), ("A$5", 5, ("aud",)),
        ("€3m", 3, ("eur",)), ("$3.5bn", 3.5e9, ("usd",)), ("5 %", 5, ("percent",)), ("fifty-five per cent", 55, ("percent",)),
        ("1.5 million", 1.5e6, ()), ("1,500,000", 1.5e6, ()), ("1 500 000", 1.5e6, ()), ("1.500.000", 1.5e6, ()),
        ("two hundred and fifty thousand", 250_000, ()),
        ("nineteen eighty-four", 1984, ()), ("two dozen", 24, ()), ("6½ miles", 6.5, ("mile",)),
        ("7nm", 7, ("nanometre",)), ("250K", 250_000, ()), ("the 1980s", 1980, ()),
        ("the nineteenth century", 19, ("century",)), ("5 full days", 5, ("day",)), ("30 °C", 30, ("celsius",)),
        ("zweiundzwanzig Monate und der Tag", 22, ("month",)), ("quatre-vingt-dix euros de la ville", 90, ("eur",)),
        ("1,5 Millionen Euro", 1.5e6, ("eur",)), ("3 Mrd. Euro", 3e9, ("eur",)), ("1.5亿元", 1.5e8, ("cny",)),
    ],
)  # fmt: skip
def test_a_number_has_one_value(text: str, value: float, units: tuple[str, ...]) -> None:
    values = read(text)
    assert len(values) == 1
    assert values[0] == (pytest.approx(value), units)


@pytest.mark.parametrize(
    "text", ["the B52 bomber", "model X7", "a man", "no way", "first", "one of them", "in the second place"]
)
def test_codes_and_everyday_words_charge_nobody(text: str) -> None:
    assert [quantity for quantity in quantities(plain(text)) if not quantity.vague] == []


@given(st.integers(0, 10**9))
def test_grouping_changes_no_number(number: int) -> None:
    forms = [
        quantities(plain(form))
        for form in (f"{number} cars", f"{number:,} cars", f"{number:,} cars".replace(",", "\u202f"))
    ]
    assert all(len(values) == 1 and same(values[0], forms[0][0]) for values in forms)


@pytest.mark.parametrize(
    "text",
    ["May 3, 2021", "3 May 2021", "the 3rd of May, 2021", "3. Mai 2021", "le 3 mai 2021", "3 de mayo de 2021", "2021-05-03", "2021年5月3日", "May 3rd , 2021"],
)  # fmt: skip
def test_a_date_is_one_date(text: str) -> None:
    (date,) = dates(plain(text))
    assert (date.months, date.days, date.year) == ((5,), (3,), 2021)


@pytest.mark.parametrize("text", ["He may come.", "They march on.", "Mars 2 landed.", "on 31/13/2020", "May I?"])
def test_what_only_looks_like_a_date(text: str) -> None:
    assert dates(plain(text)) == ()


def test_a_date_covers_what_is_stated_less_exactly() -> None:
    (whole,), (month,), (other,) = dates("May 3, 2021"), dates("in May 2021"), dates("May 4, 2021")
    assert month.covers(whole)
    assert not whole.covers(month)
    assert not whole.covers(other)
    (either,) = dates("3/5/2021")
    assert whole.covers(either)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor met Maria Lopez in New York.", ["Maria Lopez", "New York"]),
        ("Zhang said so.", ["Zhang"]),
        ("Damage was done.", []),
        ("It runs on the B52 and on iOS.", ["B52", "iOS"]),
        ("In May, on Monday, he left.", ["Monday"]),
        ("It cost 5 US dollars.", []),
        ("Die Firma zahlt dem Kunden Geld.", []),
        ("Die Kanzlerin ist Angela Merkel.", ["Angela Merkel"]),
        ("Компания заплатила Газпрому.", ["Газпрому"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert [name.text for name in names(plain(text))] == expected


@pytest.mark.parametrize(
    ("text", "source", "strange"),
    [
        ("It is Lopez.", "Maria Lopez came.", ()),
        ("It is Maria Lopez.", "Ms Lopez came.", ()),
        ("It is Peter Lopez.", "Maria Lopez came.", ("peter",)),
        ("It is West Lansing.", "He left Lansing.", ("west",)),
        ("It is Citroën's.", "Citroen came.", ()),
        ("It is the USA.", "The United States of America came.", ()),
        ("It is China.", "Chinese ships came.", ()),
        ("It is Slovenia.", "Slovakia came.", ("slovenia",)),
    ],
)
def test_who_is_known(text: str, source: str, strange: tuple[str, ...]) -> None:
    (name,) = names(plain(text))
    assert knows(known((plain(source),)), name) == strange


def test_languages_and_scripts() -> None:
    assert language_of("The house is on the hill.") == "en"
    assert language_of("Das Haus ist auf dem Hügel und nicht im Tal.") == "de"
    assert language_of("Graz") is None
    assert [script_of(text) for text in ("Graz", "Москва", "北京", "12")] == ["LATIN", "CYRILLIC", "CJK", None]


@given(st.text(max_size=120))
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    whole = plain(text)
    tokens = tokenize(whole)
    assert all(whole[token.start : token.end] == token.text for token in tokens)
    assert all(one.end <= other.start for one, other in pairwise(tokens))
