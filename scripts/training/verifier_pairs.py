"""What the verifier learns beside the public sets: pairs written for it, made from templates, and public sentences altered.

verifier_pairs.jsonl holds a source a line, with the statements that it carries (`entailed`), leaves open (`neutral`),
contradicts, or at least does not carry (`not_entailed`); a language model (Claude) wrote them for this. scenes_said.py and
scenes_facts.py make more from templates. Passages of the public answerability sets, in ../shared/data/training, give
sentences word for word and altered by grounding_alterations.py, and their questions with the right and with another answer.
Nothing here has to do with askv4's corpus or with the texts that the verifier is measured on.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.training.entailment_sets import CONTRADICTION, ENTAILMENT, NEUTRAL, NOT_ENTAILMENT, Pair, tidy
from scripts.training.grounding_alterations import Case, altered, name_runs
from scripts.training.scene_parts import YES, Chance
from scripts.training.scenes_facts import bought, conditional, counted, happened, listed, only, prices
from scripts.training.scenes_said import adapted, denied, ordered, planned, rumour, told, undisclosed

WRITTEN = Path(__file__).resolve().parent / "verifier_pairs.jsonl"
KEYS = {"entailed": ENTAILMENT, "neutral": NEUTRAL, "contradicted": CONTRADICTION, "not_entailed": NOT_ENTAILMENT}
REPEATED = 3
"""How often a written pair is seen, each time beside other pairs."""
SCENES = (
    undisclosed,
    adapted,
    prices,
    counted,
    planned,
    rumour,
    told,
    denied,
    bought,
    only,
    conditional,
    listed,
    ordered,
    happened,
)
MADE = 5000
ALTERED = 3600
ANSWERS = 2400
PASSAGES = ("squad2_halfdev", "qed_train_v0", "nq_oracle")
LONGEST = 90
"""Words of a public passage from which answers are taken; longer ones cost time."""
_LABELS = {
    "reworded": ENTAILMENT,
    "negation added": CONTRADICTION,
    "negation removed": CONTRADICTION,
    "other source": NEUTRAL,
}


def made_pairs(folder: Path, seed: int) -> list[Pair]:
    """All of it; `folder` is the answerability sets'. Raises OSError, ValueError."""
    chance = random.Random(seed)
    return [
        *(pair for _ in range(REPEATED) for pair in written_pairs(chance)),
        *scene_pairs(MADE, chance),
        *altered_pairs(folder, chance),
        *answer_pairs(folder, chance),
    ]


def written_pairs(chance: random.Random) -> Iterator[Pair]:
    """As many that are carried as that are not, of every source: of the longer list some are left out."""
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        follows = [(text, ENTAILMENT) for text in row.get("entailed", ())]
        others = [(text, label) for key, label in KEYS.items() if label != ENTAILMENT for text in row.get(key, ())]
        most = len(follows) + 1
        for text, label in [*follows, *chance.sample(others, min(most, len(others)))]:
            yield Pair(row["premise"], text, label, "written")


def scene_pairs(number: int, chance: Chance) -> Iterator[Pair]:
    """`number` pairs: of each scene as many that follow as that do not; now and then between sentences of another."""
    made = 0
    while made < number:
        scene = SCENES[made // 6 % len(SCENES)]
        premise, statements = scene(chance)
        if chance.random() < 0.25 and "\n" not in premise:
            beside = chance.choice((told, bought, only, happened))(chance)[0]
            premise = f"{beside} {premise}" if chance.random() < 0.5 else f"{premise} {beside}"
        follows = [s for s in statements if s[1] == YES]
        others = [s for s in statements if s[1] != YES]
        size = min(3, len(follows))
        for statement, label in [*chance.sample(follows, size), *chance.sample(others, min(4, len(others)))]:
            yield Pair(premise, _worn(statement, chance), label, f"made {scene.__name__}")
            made += 1


def _worn(statement: str, chance: Chance) -> str:
    """As people and models write: without the full stop, or with a word before it."""
    form = chance.random()
    if form < 0.06:
        return statement.rstrip(".")
    if form < 0.10 and statement[-1] == "." and "?" not in statement:
        return (
            f"The source says that {statement[0].lower()}{statement[1:]}" if statement.startswith("The ") else statement
        )
    return statement


def altered_pairs(folder: Path, chance: random.Random) -> list[Pair]:
    """Sentences of public passages beside their neighbours, true and made false."""
    true = []
    for number, row in enumerate(_rows(folder)):
        sentences = [
            s for s in re.split(r"(?<=[a-z0-9)\"]\.) (?=[A-Z\"])", tidy(row["passage"])) if 4 < len(s.split()) < 45
        ]
        if sentences:
            place = chance.randrange(len(sentences))
            cited = tuple(sentences[max(0, place - chance.randint(0, 1)) : place + chance.randint(1, 2)])
            true.append(Case("public", "true", sentences[place], cited, row["question"], str(number)))
    true = chance.sample(true, min(ALTERED // 2, len(true)))
    false = [
        case for case in altered(true, chance.randrange(1 << 30)) if case.kind != "reworded" or chance.random() < 0.7
    ]
    cases = [*true, *chance.sample(false, min(ALTERED // 2 + ALTERED // 5, len(false)))]
    labels = {"true": ENTAILMENT, **_LABELS}
    return [Pair(" ".join(c.cited), c.sentence, labels.get(c.kind, NOT_ENTAILMENT), f"altered {c.kind}") for c in cases]


def answer_pairs(folder: Path, chance: random.Random) -> list[Pair]:
    """Question and answer as one statement: the right one, another name or number of the passage, or one from elsewhere."""
    rows = [row for row in _rows(folder) if row.get("answer") and len(row["passage"].split()) <= LONGEST]
    pairs = []
    for row in chance.sample(rows, min(ANSWERS // 2, len(rows))):
        passage, answer, question = tidy(row["passage"]), tidy(row["answer"]), tidy(row["question"])
        form = chance.choice(("The answer to “{}” is {}.", "{}? {}"))
        wrong, label = _another(passage, answer, chance), NOT_ENTAILMENT
        if wrong is None or chance.random() < 0.3:
            wrong = tidy(chance.choice(rows)["answer"])
        for said, verdict in ((answer, ENTAILMENT), (wrong, label)):
            if verdict == ENTAILMENT or said.lower() not in answer.lower():
                pairs.append(Pair(passage, form.format(question.rstrip("? "), said), verdict, "answers"))
    return pairs


def _another(passage: str, answer: str, chance: random.Random) -> str | None:
    """A number for a number, a name for a name, from elsewhere in the passage."""
    if re.search(r"\d", answer):
        others = re.findall(r"(?:\w+ )?\d[\d,.]*\d(?: \w+)?", passage)
    else:
        words = passage.split()
        others = [" ".join(words[a:b]).strip(',.;:()"') for a, b in name_runs(words, frozenset())]
    others = [text for text in others if text.lower() not in answer.lower() and answer.lower() not in text.lower()]
    return chance.choice(others) if others else None


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for name in PASSAGES:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                if row["label"] == "answerable":
                    yield row
