"""Scenes about figures, dates and rules, with statements about them, made from templates.

A scene is a source of one to four sentences, or of rows and key-value lines, and statements that follow, stay open or are
wrong: the neighbour's figure, the sibling's price, who did it to whom, a condition or an "only" added or dropped.
"""

from __future__ import annotations

from scripts.training.scene_parts import (
    DAYS,
    FIRMS,
    GOODS,
    MONTHS,
    NO,
    NOT,
    OPEN,
    PLACES,
    WORDS,
    YES,
    Chance,
    Scene,
    money,
    person,
    product,
    two,
)


def prices(c: Chance) -> Scene:
    """Two siblings with a figure each, and a comparison."""
    kind, a, b = product(c)
    rival = c.choice(FIRMS)
    show = money(c)
    low = c.choice([c.randint(3, 60), c.randint(100, 900), c.randint(10, 99) / 10])
    high = low + c.choice([c.randint(2, 40), c.randint(50, 300), 7.5])
    per, other_per = two(c, WORDS["prices per"])
    premise = c.choice([
        f"The {a} costs {show(low)} {per}, while the {b} costs {show(high)}; both are cheaper than the {kind} of {rival}.",
        f"The {a} is {show(low)} {per} and the {b} {show(high)} {per}. The {kind} that {rival} sells is dearer than either.",
        f"For the {a} you pay {show(low)} {per}. The {b} comes at {show(high)} {per}, still less than {rival} asks for its {kind}.",
    ])  # fmt: skip
    return premise, [
        (f"The {a} costs {show(low)} {per}.", YES),
        (f"At {show(high)} {per}, the {b} is {c.choice(['dearer', 'more expensive'])} than the {a}.", YES),
        (f"The {a} is cheaper than the {b}.", YES),
        (f"The {kind} of {rival} costs more than the {b}.", YES),
        (f"How much is the {b}? {show(high)} {per}.", YES),
        (f"The {b} costs {show(low)} {per}.", NO),
        (f"The {a} costs {show(high)} {per}.", NO),
        (f"The {a} is {c.choice(['dearer', 'more expensive'])} than the {b}.", NO),
        (f"The {kind} of {rival} is cheaper than the {c.choice([a, b])}.", NO),
        (f"The {a} costs {show(low)} {other_per}.", NOT),
        (f"The {kind} of {rival} costs {show(high)} {per}.", NOT),
        (f"How much is the {a}? {show(high)} {per}.", NO),
        (f"The {a} is the cheapest {kind} on the market.", OPEN),
    ]


def counted(c: Chance) -> Scene:
    """Two firms, two figures, two years."""
    a, b = two(c, FIRMS)
    verb, doing = c.choice(WORDS["counted verb"])
    what, where = c.choice(WORDS["counted what"]), c.choice(PLACES)
    less, more = sorted(c.sample(range(2, 90), 2))
    unit = c.choice([1000, 100, 10000])
    y = c.randint(1990, 2023)
    n, m = f"{less * unit:,}", f"{more * unit:,}"
    premise = f"{a} {verb} {n} {what} in {y}, fewer than the {m} that {b} {verb} in {where} in {y - 1}."
    return premise, [
        (f"In {y}, {a} {verb} {n} {what}.", YES),
        (f"{b} {verb} more {what} in {where} in {y - 1} than {a} {verb} in {y}.", YES),
        (f"{n} {what} were {verb} by {a} in {y}.", YES),
        (f"In {y - 1}, {m} {what} were {verb} by {b} in {where}.", YES),
        (f"{a} {verb} more {what} in {y} than {b} did in {where} in {y - 1}.", NO),
        (f"{b} {verb} {n} {what} in {y}.", NOT),
        (f"{a} {verb} {n} {what} in {y - 1}.", NOT),
        (f"{b} {verb} {m} {what} in {where} in {y}.", NOT),
        (f"{a} {verb} {m} {what} in {y}.", NO),
        (f"Did {a} {doing} {m} {what} in {y}? Yes.", NO),
        (f"{a} {verb} {n} {what} in {where} in {y}.", NOT),
        (f"In {y}, {a} {verb} fewer {what} than any other firm.", OPEN),
    ]


def bought(c: Chance) -> Scene:
    """Who did what to whom, and what came a year later."""
    a, b = two(c, FIRMS)
    verb, passive, _ = c.choice(WORDS["bought verb"])  # fmt: skip
    m, y = c.choice(MONTHS), c.randint(1985, 2022)
    place, elsewhere = two(c, PLACES)
    who = person(c)
    premise = f"In {m} {y} {a} {verb} {b}. Two years later, under {who}, {a} opened a branch in {place}."
    if verb == "acquired":
        premise = premise.replace(f"{a} opened", "it opened")
    return premise, [
        (f"{b} {passive} {a} in {y}.", YES),
        (f"{a} {verb} {b} in {m} {y}.", YES),
        (f"{a} opened a branch in {place} in {y + 2}.", YES),
        (f"The branch in {place} was opened under {who}.", YES),
        (f"{b} {verb} {a}.", NO),
        (f"{a} {passive} {b}.", NO),
        (f"{a} opened the branch in {place} in {m} {y}.", NO),
        (f"{a} {verb} {b} in {y + 2}.", NO),
        (f"Under {who}, {a} {verb} {b}.", OPEN),
        (f"{b} opened a branch in {place}.", OPEN),
        (f"{a} opened a branch in {elsewhere} in {y + 2}.", OPEN),
        (f"{a} has branches only in {place}.", OPEN),
    ]


def only(c: Chance) -> Scene:
    """Exclusivity that is there, or is not."""
    firm = c.choice(FIRMS)
    a, b = two(c, PLACES)
    day, other_day = two(c, DAYS)
    kind, name, sibling = product(c)
    if c.random() < 0.5:
        word = c.choice(["only", "solely", "exclusively"])
        return f"The {name} is sold {word} in {a}, on {day}s and by appointment. {firm} repairs it everywhere.", [
            (f"The {name} is sold in {a}.", YES), (f"Outside {a} the {name} is not sold.", YES),
            (f"{firm} repairs the {name} everywhere.", YES), (f"The {name} can be bought in {b}.", NO),
            (f"{firm} repairs the {name} only in {a}.", NO), (f"The {name} is sold in {a} and {b}.", NO),
            (f"The {sibling} is sold {word} in {a}.", OPEN), (f"The {name} is the only {kind} sold in {a}.", OPEN),
        ]  # fmt: skip
    return f"{firm} sells the {name} in {a}; on {day}s there is a demonstration.", [
        (f"The {name} is sold by {firm} in {a}.", YES), (f"A demonstration takes place on {day}s.", YES),
        (f"{firm} sells the {name} only in {a}.", OPEN), (f"{firm} is the only shop that sells the {name}.", OPEN),
        (f"{firm} was the first to sell the {name} in {a}.", OPEN), (f"Demonstrations take place only on {day}s.", OPEN),
        (f"{firm} sells nothing but the {name} in {a}.", OPEN), (f"A demonstration takes place on {other_day}s.", OPEN),
        (f"The {name} is demonstrated every day.", NOT),
    ]  # fmt: skip


def conditional(c: Chance) -> Scene:
    """A rule with a condition or an exception."""
    who, other = c.choice(WORDS["conditional who"])
    may = c.choice(WORDS["conditional may"])
    condition, lacking = c.choice(WORDS["conditional condition"])
    premise = f"{who} may {may} {condition}. {other} may not."
    return premise, [
        (f"{condition[0].upper()}{condition[1:]}, {who.lower()} may {may}.", YES),
        (f"{other} are not allowed to {may}.", YES),
        (f"May {other.lower()} {may}? No.", YES),
        (f"May {other.lower()} {may}? Yes.", NO),
        (f"{who} may {may} {lacking}.", NO),
        (f"{who} may {may} at any time and without conditions.", NO),
        (f"{who} may {may}, whatever the circumstances.", NO),
        (f"{other} may {may} {condition}.", NO),
        (f"{who} and {other.lower()} may {may} {condition}.", NO),
        (f"{who} have to {may}.", NOT),
    ]


def listed(c: Chance) -> Scene:
    """Rows, key-value lines or a list, each with two figures."""
    names = (
        c.sample(PLACES, 4)
        if c.random() < 0.5
        else [f"{c.choice(GOODS)[1]} {v}" for v in c.sample(["S", "M", "L", "10", "20", "30", "Eco", "Pro"], 4)]
    )
    if len(set(names)) < 4:
        names = c.sample(PLACES, 4)
    first, second = c.choice(WORDS["listed first"])
    show = money(c)
    values = [(str(n), show(p)) for n, p in zip(c.sample(range(3, 95), 3), c.sample(range(11, 480), 3), strict=True)]
    head, rows = names[0], names[1:]
    form = c.choice(["pipes", "pairs", "lines", "tabs", "prose"])
    if form == "pipes":
        text = f"Name | {first} | {second}\n" + "\n".join(
            f"{n} | {x} | {y}" for n, (x, y) in zip(rows, values, strict=True)
        )
    elif form == "pairs":
        text = "\n".join(f"Name: {n}; {first}: {x}; {second}: {y}" for n, (x, y) in zip(rows, values, strict=True))
    elif form == "lines":
        text = "\n".join(
            f"- {n}: {first.lower()} {x}, {second.lower()} {y}" for n, (x, y) in zip(rows, values, strict=True)
        )
    elif form == "tabs":
        text = f"\t{first}\t{second}\n" + "\n".join(f"{n}\t{x}\t{y}" for n, (x, y) in zip(rows, values, strict=True))
    else:
        text = " ".join(
            f"{n} has {first.lower()} {x} and {second.lower()} {y}." for n, (x, y) in zip(rows, values, strict=True)
        )
    i, j = c.sample(range(3), 2)
    (xi, yi), (xj, yj) = values[i], values[j]
    what, label = c.choice([(first.lower(), (xi, xj)), (second.lower(), (yi, yj))])
    greater = rows[i] if int(xi) > int(xj) else rows[j]
    lesser = rows[j] if greater == rows[i] else rows[i]
    return text, [
        (f"The {what} of {rows[i]} is {label[0]}.", YES),
        (f"For {rows[j]}, the {second.lower()} is {yj}.", YES),
        (f"{rows[i]} has the {first.lower()} {xi} and the {second.lower()} {yi}.", YES),
        (f"What is the {what} of {rows[i]}? {label[0]}.", YES),
        (f"The {first.lower()} of {greater} is higher than that of {lesser}.", YES),
        (f"The {what} of {rows[i]} is {label[1]}.", NO),
        (f"For {rows[j]}, the {second.lower()} is {yi}.", NO),
        (f"{rows[i]} has the {first.lower()} {xi} and the {second.lower()} {yj}.", NO),
        (f"The {first.lower()} of {lesser} is higher than that of {greater}.", NO),
        (f"The {what} of {head} is {label[0]}.", OPEN),
        (f"What is the {what} of {rows[i]}? {label[1]}.", NO),
    ]


def happened(c: Chance) -> Scene:
    """Three events in a row, each with its date."""
    who, other = person(c), person(c)
    place, elsewhere = two(c, PLACES)
    years = sorted(c.sample(range(1950, 2022), 3))
    last = who.split()[1]
    verbs = c.sample(WORDS["happened verbs"], 2)
    (v, _), (w, _) = verbs
    day = f"{c.randint(1, 28)} {c.choice(MONTHS)}"
    d, m = day.split()
    premise = (
        f"{who} {v} {place} in {years[0]} and {w} {elsewhere} on {day} {years[1]}. {other} followed in {years[2]}."
    )
    return premise, [
        (f"In {years[0]} {last} {v} {place}.", YES), (f"{last} {w} {elsewhere} on {m} {d}, {years[1]}.", YES),
        (f"{other} came after {who}, in {years[2]}.", YES), (f"It was {years[1]} when {who} {w} {elsewhere}.", YES),
        (f"{who} {v} {place} before {other} followed.", YES),
        (f"{last} {v} {place} in {years[1]}.", NO), (f"{last} {w} {elsewhere} in {years[0]}.", NO),
        (f"{who} {v} {elsewhere} in {years[0]}.", NOT), (f"{who} {w} {place}.", NOT), (f"{other} {v} {place} in {years[0]}.", NOT),
        (f"{who} {w} {elsewhere} in {years[2]}.", NO), (f"{who} was the first who {w} {elsewhere}.", OPEN),
        (f"{who} {w} {elsewhere} before {last} {v} {place}.", NO),
    ]  # fmt: skip
