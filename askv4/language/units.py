"""Units under one name, so that "$20" and "20 dollars", "5 %" and "five per cent" agree and "5 years" and "5 months" do not."""

from __future__ import annotations

from askv4.language.patterns import Pattern

Units = frozenset[str]
"""What a unit may mean: "pound" is money or mass. Two of them agree when they share a meaning; an empty one agrees with all."""

_NAMES = {
    "percent": "% percent percents pct percentage prozent pourcent procent percento",
    "usd": "$ us$ dollar dollars usd", "aud": "a$ au$ aud", "cad": "c$ ca$ cad", "hkd": "hk$ hkd", "sgd": "s$ sgd",
    "eur": "€ euro euros eur", "gbp": "£ pound pounds gbp sterling quid", "jpy": "¥ yen jpy", "cny": "¥ yuan renminbi rmb cny 元 人民币",
    "inr": "₹ rupee rupees inr", "krw": "₩ krw", "rub": "₽ rouble roubles ruble rubles rub", "chf": "franc francs chf",
    "cent": "¢ cent cents", "penny": "penny pence",
    "second": "second seconds sec secs s sekunde sekunden seconde secondes segundo segundos 秒",
    "minute": "minute minutes min mins minuten minuto minutos 分钟",
    "hour": "hour hours hr hrs h stunde stunden heure heures hora horas 小时",
    "day": "day days tag tage tagen jour jours día días giorno giorni dag dagen 天 日",
    "week": "week weeks wk wks woche wochen semaine semaines semana semanas settimana settimane weken 周 星期",
    "month": "month months mo mos monat monate monaten mois mes meses mese mesi maand maanden 月",
    "quarter": "quarters", "year": "year years yr yrs jahr jahre jahren an ans année années año años anno anni jaar ano anos 年 岁",
    "decade": "decade decades jahrzehnt jahrzehnte", "century": "century centuries jahrhundert jahrhunderts siècle siglo secolo eeuw 世纪",
    "metre": "m metre metres meter meters 米", "kilometre": "km kilometre kilometres kilometer kilometers 公里 千米",
    "centimetre": "cm centimetre centimetres centimeter centimeters", "millimetre": "mm millimetre millimetres millimeter millimeters",
    "nanometre": "nm nanometre nanometres nanometer nanometers", "mile": "mile miles mi", "foot": "foot feet ft", "inch": "inch inches",
    "yard": "yard yards yd", "gram": "g gram grams gramme grammes", "kilogram": "kg kilogram kilograms kilo kilos 公斤",
    "milligram": "mg milligram milligrams", "tonne": "ton tons tonne tonnes t 吨", "pound": "lb lbs pound pounds", "ounce": "oz ounce ounces",
    "litre": "l litre litres liter liters", "gallon": "gallon gallons", "acre": "acre acres", "hectare": "hectare hectares ha",
    "byte": "b byte bytes", "kilobyte": "kb kilobyte kilobytes", "megabyte": "mb megabyte megabytes", "gigabyte": "gb gigabyte gigabytes",
    "terabyte": "tb terabyte terabytes", "watt": "w watt watts", "kilowatt": "kw kilowatt kilowatts", "megawatt": "mw megawatt megawatts",
    "gigawatt": "gw gigawatt gigawatts", "hertz": "hz hertz", "megahertz": "mhz", "gigahertz": "ghz", "celsius": "c °c celsius",
    "fahrenheit": "f °f fahrenheit", "degree": "° degree degrees", "mph": "mph", "kph": "kph",
    "token": "token tokens", "parameter": "parameter parameters", "times": "times",
}  # fmt: skip

_BY_NAME: dict[str, set[str]] = {}
for _unit, _names in _NAMES.items():
    for _name in _names.split():
        _BY_NAME.setdefault(_name, set()).add(_unit)
UNITS: dict[str, Units] = {name: frozenset(meanings) for name, meanings in _BY_NAME.items()}


SHORT = frozenset(name for name in UNITS if len(name) <= 2 and name.isascii() and name.isalpha())
"""Symbols that are units only right after a digit: "5 m", never "five m"."""

CURRENCY_BEFORE = Pattern(
    r"(?:\b(US|AU|A|CA|C|HK|S|NZ|NT|R)\s?)?\$\s?$|[€£¥₹₩₽]\s?$|\b(?:USD|EUR|GBP|RMB|CNY|JPY|INR|CHF|Rs)\.?\s?$"
)

FURTHER_SCALES = {
    "dozen": 12.0, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7,
    "mio": 1e6, "mrd": 1e9, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9,
}  # fmt: skip
"""Those that text2num leaves out, or knows only when it is told the language."""
ROUND = {"hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12, "dozens": 12.0}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    **ROUND, **FURTHER_SCALES, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3, "百": 1e2,
}  # fmt: skip
GLUED_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "t": 1e12}


def units_of(word: str) -> Units:
    """What `word`, lower-cased, may mean as a unit; empty when it is none."""
    return UNITS.get(word, frozenset())


def agree(one: Units, other: Units) -> bool:
    """Whether two quantities of the same value may be the same."""
    return not one or not other or bool(one & other)
