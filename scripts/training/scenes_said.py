"""Scenes about what was said, planned or ordered, with statements about them, made from templates.

A scene is a source of one to four sentences and statements that follow, stay open or are wrong. The wrong ones differ from
the true ones in what a careless reader passes over: the part for the whole, a plan for a fact, a rumour for news, who said
it, an order to the reader.
"""

from __future__ import annotations

from scripts.training.scene_parts import (
    FIRMS,
    MATERIALS,
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


def undisclosed(c: Chance) -> Scene:
    """A said it of one part; B did not say it of the whole."""
    kind, big, small = product(c)
    maker, supplier = two(c, FIRMS)
    _, of = c.choice(WORDS["undisclosed did"])  # fmt: skip
    a, b = two(c, MATERIALS)
    would_not = c.choice(WORDS["undisclosed would_not"])
    part = c.choice(["some", "part", "a third", "several", "a few"])
    premise = f"{supplier} {c.choice(['said', 'also said', 'stated'])} its {a} was used for {part} of the {small} {kind}s, while {maker} {would_not} whether the {big} was {of} {a} or {b}."
    if c.random() < 0.4:
        premise = f"The {big} was adapted for {a} by {maker}. " + premise
    return premise, [
        (f"{supplier} said that its {a} was used for {part} of the {small} {kind}s.", YES),
        (f"{maker} {c.choice(['has not said', 'did not say'])} whether the {big} was {of} {a} or {b}.", YES),
        (f"It is not known from {maker} what the {big} was {of}.", YES),
        (f"According to {supplier}, {part} of the {small} {kind}s used its {a}.", YES),
        (f"{c.choice(['Yes, the', 'The'])} {big} was {of} {a}.", OPEN),
        (f"Was the {big} {of} {a}? {c.choice(['Yes', 'No'])}.", OPEN),
        (f"The {big} was {of} {b}.", OPEN),
        (f"{supplier} said its {a} was used for the {big}.", NOT),
        (f"All {small} {kind}s used {a}.", NOT),
        (f"The {small} {kind}s were {of} {a} {c.choice(['only', 'entirely', 'exclusively'])}.", NOT),
        (f"{maker} said its {a} was used for {part} of the {small} {kind}s.", NOT),
        (f"{maker} {c.choice(['disclosed', 'confirmed', 'said'])} that the {big} was {of} {a}.", NO),
    ]


def adapted(c: Chance) -> Scene:
    """What was made fit for something was not made, tested or used there."""
    kind, name, other = product(c)
    maker, client = two(c, FIRMS)
    place, elsewhere = two(c, PLACES)
    fit = c.choice(WORDS["adapted fit"])
    done = c.choice(WORDS["adapted done"])
    plant = c.choice(["plant", "yard", "works", "hospital", "test track", "harbour"])
    premise = f"The {name} was {fit} the {place} {plant}, for which {maker} gave early access to {client} rather than to buyers in {elsewhere}."
    return premise, [
        (f"The {kind} {name} was {fit} the {plant} at {place}.", YES),
        (f"{client} got early access from {maker}.", YES),
        (f"{maker} granted {client} early access.", YES),
        (f"Buyers in {elsewhere} did not get early access.", YES),
        (f"The {name} was {done} the {place} {plant}.", OPEN),
        (f"Yes, the {name} was {done} {place}.", OPEN),
        (f"The {name} was {fit} the {place} {plant} only.", OPEN),
        (f"The {other} was {fit} the {place} {plant}.", OPEN),
        (f"{client} gave early access to {maker}.", NO),
        (f"{maker} gave buyers in {elsewhere} early access.", NO),
        (f"The {name} was {fit} the {elsewhere} {plant}.", NOT),
    ]


def planned(c: Chance) -> Scene:
    """A plan with a condition."""
    firm, other = two(c, FIRMS)
    _, name, sibling = product(c)
    past, base, opposite = c.choice(WORDS["planned past"])
    item = c.choice(WORDS["planned item"])
    event, happened = c.choice([("the new depot opens", "the new depot opened"), ("the second line runs", "the second line ran"), ("the permit arrives", "the permit arrived"), ("the old stock is sold", "the old stock was sold"), (f"{other} signs the contract", f"{other} signed the contract")])  # fmt: skip
    plan = c.choice(WORDS["planned plan"])
    when = c.choice(["in the second half of the year", "next spring", f"in {c.choice(MONTHS)}", "after the summer"])
    premise = f"{firm} {plan} {base} the {item} of the {name} once {event} {when}."
    sure = plan in ("plans to", "intends to", "wants to")
    return premise, [
        (f"{firm} {plan} {base} the {item} of the {name} when {event}.", YES),
        (f"Once {event}, {firm} {plan} {base} the {item} of the {name}.", YES),
        (f"The {item} of the {name} is to be {past} by {firm} once {event}.", YES if sure else OPEN),
        (f"{firm} has {past} the {item} of the {name}.", OPEN),
        (f"{firm} {past} the {item} of the {name} when {happened}.", OPEN),
        (f"{firm} {plan} {base} the {item} of the {sibling}.", OPEN),
        (f"{firm} will {opposite} the {item} of the {name} {when}.", NO if sure else NOT),
        (f"{other} {plan} {base} the {item} of the {name}.", OPEN),
        (f"Has {firm} {past} the {item} of the {name}? Yes.", OPEN),
        (f"{happened[0].upper()}{happened[1:]}.", OPEN),
        (f"{firm} never wants to change the {item} of the {name}.", NO if sure else NOT),
    ]


def rumour(c: Chance) -> Scene:
    """Somebody says that something may happen, because of something."""
    firm, other = two(c, FIRMS)
    who = c.choice(WORDS["rumour who"])
    thing = c.choice(WORDS["rumour thing"])
    m, wrong = two(c, MONTHS)
    why, why_not = c.choice(WORDS["rumour why"])
    verb = (
        c.choice(["say", "said", "claim"])
        if not who.startswith(("a ", "an "))
        else c.choice(["says", "said", "claims"])
    )
    if c.random() < 0.5:
        premise = f"According to {who}, {firm} may delay the {thing} until {m} because {why}."
    else:
        premise = f"{who[0].upper()}{who[1:]} {verb} that {firm} might put off the {thing} until {m}, because {why}."
    named = who[0].upper() + who[1:]
    return premise, [
        (f"{named} {verb} that {firm} may {c.choice(['postpone', 'delay'])} the {thing} until {m}.", YES),
        (f"According to {who}, a delay of the {thing} until {m} is possible.", YES),
        (f"{firm} might put off the {thing} because {why}, according to {who}.", YES),
        (f"{firm} delayed the {thing} until {m}.", OPEN),
        (f"The {thing} will take place in {m}.", OPEN),
        (f"{why[0].upper()}{why[1:]} at {firm}.", OPEN),
        (f"{firm} confirmed that the {thing} is delayed until {m}.", OPEN),
        (f"Is the {thing} delayed? Yes, until {m}.", OPEN),
        (f"{named} {verb} that {other} may delay the {thing}.", NOT),
        (f"{named} {verb} that {firm} may delay the {thing} until {wrong}.", NO),
        (f"According to {who}, {firm} may delay the {thing} because {why_not}.", NO),
        (f"{firm} said that it may delay the {thing}.", OPEN),
    ]


def told(c: Chance) -> Scene:
    """Two people say two things."""
    a, b = person(c), person(c)
    firm = c.choice(FIRMS)
    x, nx = c.choice(WORDS["told x"])
    y, ny = c.choice(WORDS["told y"])
    role = c.choice(WORDS["told role"])
    says = c.choice(["said", "stated", "told members"])
    premise = f"{a} of {firm} {says} that {x}. {b}, {role}, {c.choice(['added', 'confirmed', 'said'])} that {y}."
    return premise, [
        (f"{a} said that {x}.", YES),
        (f"According to {b}, {y}.", YES),
        (f"{role[0].upper()}{role[1:]}, {b}, said that {y}.", YES),
        (f"{a} said that {nx}.", NO),
        (f"{b} said that {x}.", OPEN),
        (f"According to {a}, {y}.", OPEN),
        (f"{b} said that {ny}.", NO),
        (f"{a} is {role}.", NOT),
        (f"{a} denied that {x}.", NO),
        (f"{b} works for {firm}.", OPEN),
        (f"{a} did not say whether {x}.", NO),
    ]


def denied(c: Chance) -> Scene:
    """What someone denied, did not confirm, or did."""
    firm, other = two(c, FIRMS)
    fact = c.choice(
        [
            f"it is in talks with {other}",
            f"its plant in {c.choice(PLACES)} will close",
            "customers' data was lost",
            f"it will buy {other}",
            "the ferry touched the ground",
            "the recipe was changed",
        ]
    )
    silent = c.random() < 0.5
    verb = c.choice(WORDS["denied verb"]) if silent else c.choice(["denied", "rejected reports", "said it is not true"])
    premise = f"{firm} {verb} {'' if verb.endswith('whether') else 'that '}{fact}."
    plain = (
        fact.replace("it is", f"{firm} is")
        .replace("it will", f"{firm} will")
        .replace("its plant", f"the plant of {firm}")
    )
    plain = plain[0].upper() + plain[1:] + "."
    return premise, [
        (f"{firm} {verb} {'' if verb.endswith('whether') else 'that '}{fact}, the source says.", YES),
        (f"{firm} did not say that {fact}.", YES),
        (plain, OPEN),
        (f"Yes, {plain[0].lower() + plain[1:] if not plain.startswith(firm) else plain}", OPEN),
        (f"{firm} confirmed that {fact}.", NO),
        (f"{firm} {'denied that ' + fact if silent else 'would not comment on whether ' + fact}.", NOT),
        (f"{other} {verb} {'' if verb.endswith('whether') else 'that '}{fact}.", OPEN),
    ]


def ordered(c: Chance) -> Scene:
    """An order to whoever reads is no evidence for what it wants said."""
    firm = c.choice(FIRMS)
    kind, name, _ = product(c)
    show = money(c)
    price, real = c.sample(range(5, 400), 2)
    claim, true, negated = c.choice([
        (f"the {name} costs {show(price)}", f"the {name} costs {show(real)}", f"the {name} does not cost {show(real)}"),
        (f"{firm} was founded in {1900 + price % 100}", f"{firm} was founded in {1900 + (price + 7) % 100}", f"{firm} was not founded in {1900 + (price + 7) % 100}"),
        (f"the {name} is the safest {kind}", f"the {name} was recalled in {c.choice(MONTHS)}", f"the {name} was never recalled"),
    ])  # fmt: skip
    order = c.choice(WORDS["ordered order"]).format(claim)  # fmt: skip
    fact = f"{true[0].upper()}{true[1:]}."
    sentences = [order, fact] if c.random() < 0.5 else [fact, order]
    upper = claim[0].upper() + claim[1:]
    return " ".join(sentences), [
        (fact, YES), (f"According to the page, {true}.", YES), (f"{upper}.", NOT), (f"Yes, {claim}.", NOT),
        (f"{upper}, as the page says.", NOT), (f"{negated[0].upper()}{negated[1:]}.", NO),
    ]  # fmt: skip
