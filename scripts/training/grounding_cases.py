"""Sentences that are true of their sources, and the same sentences made false, from the development data.

Nothing here imports the checker: what counts as a number, a name, a date or a negation is decided by simpler means, so that
the checker is not measured with its own ruler. What is put in comes from other sentences of the data, never from the source.

Kinds that the bar counts: `number`, `date`, `name`, `negation added`, `negation removed`. Harder kinds, reported beside it:
`number moved` and `name moved` (two numbers or names of one sentence change places), `opposite` (more for less, before for
after), `certainty` (may becomes will), `other source` (the true sentence, citing sentences of another text).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.training.grounding_alterations import Case, altered

COUNTED = ("number", "date", "name", "negation added", "negation removed")
HARDER = ("other source", "number moved", "name moved", "unit", "opposite", "certainty")


def load(data: Path, split: Callable[[str], list[str]], seed: int = 7) -> list[Case]:
    """All cases of the data sets under `data`; `split` cuts a text into sentences. Missing sets are left out."""
    true = [
        *_clapnq(data / "clapnq" / "answerable.jsonl", split),
        *_xquad(data / "xquad" / "xquad.en.json", split, seed),
    ]
    return [
        *true,
        *altered(true, seed),
        *_halueval(data / "halueval" / "pairs.jsonl", split),
        *_ramdocs(data / "ramdocs", split),
        *_mtrag(data / "mtrag_un" / "reference.jsonl", split),
    ]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _clapnq(path: Path, split: Callable[[str], list[str]]) -> Iterator[Case]:
    """Annotators' long answers sentence by sentence, and the sentences they were written from, word for word."""
    for row in _lines(path):
        output = row["output"][0]
        cited = tuple(output["selected_sentences"])
        allowed = f"{row['input']} {row['passages'][0]['title']}"
        if not cited:
            continue
        for sentence in split(output["answer"]):
            if len(sentence.split()) >= 3:
                yield Case("clapnq answers", "true", sentence, cited, allowed, row["id"])
        for sentence in cited:
            if len(sentence.split()) >= 3:
                yield Case("clapnq verbatim", "true", sentence, cited, allowed, row["id"])


def _xquad(path: Path, split: Callable[[str], list[str]], seed: int, every: int = 3) -> Iterator[Case]:
    """Every third sentence, word for word, cited with up to one neighbour on either side."""
    if not path.exists():
        return
    chance = random.Random(seed)
    paragraphs = [p for a in json.loads(path.read_text(encoding="utf-8"))["data"] for p in a["paragraphs"]]
    for number, paragraph in enumerate(paragraphs):
        sentences = split(paragraph["context"])
        for index in range(number % every, len(sentences), every):
            if len(sentences[index].split()) >= 4:
                cited = sentences[max(0, index - chance.randint(0, 1)) : index + chance.randint(1, 2)]
                question = paragraph["qas"][0]["question"]
                yield Case("xquad verbatim", "true", sentences[index], tuple(cited), question, f"xquad {number}")


def _halueval(path: Path, split: Callable[[str], list[str]]) -> Iterator[Case]:
    """Right and made-up answers. A fragment becomes a sentence in one stated way: the question, then the answer."""
    for number, row in enumerate(_lines(path)):
        cited = tuple(split(re.sub(r"(?<=[.)\"])(?=[A-Z\"])(?<![A-Z]\.)", " ", row["knowledge"].strip())))
        for kind, key in (("true", "right"), ("made up", "hallucinated")):
            answer = " ".join(row[key].split())
            sentence = answer if is_sentence(answer, row["question"]) else as_sentence(row["question"], answer)
            yield Case("halueval", kind, sentence, cited, row["question"], f"halueval {number}")


def _ramdocs(folder: Path, split: Callable[[str], list[str]]) -> Iterator[Case]:
    """Each right answer and each wrong one, as a sentence, citing a document that answers rightly."""
    documents = {row["id"]: row for row in _lines(folder / "corpus.jsonl")}
    for row in _lines(folder / "queries.jsonl"):
        right = [documents[i] for i in row["docs"] if documents[i]["type"] == "correct"]
        for answer in dict.fromkeys(row["answers"]):
            source = next((document for document in right if document["answer"] == answer), None)
            if source is None:
                continue
            cited = tuple(split(source["text"]))
            made = [("true", answer), *(("wrong answer", wrong) for wrong in dict.fromkeys(row["wrong_answers"]))]
            for kind, text in made:
                yield Case("ramdocs", kind, as_sentence(row["text"], text), cited, row["text"], f"ramdocs {row['id']}")


def _mtrag(path: Path, split: Callable[[str], list[str]]) -> Iterator[Case]:
    """Answers in conversations, sentence by sentence, citing all that was retrieved; not every one of them is true of it."""
    for row in _lines(path):
        if row["answerability"][0] not in ("ANSWERABLE", "PARTIAL") or not row["contexts"]:
            continue
        cited = tuple(sentence for context in row["contexts"] for sentence in split(context["text"]))
        said = " ".join(turn["text"] for turn in row["input"][-4:])
        for sentence in split(row["targets"][0]["text"]):
            if len(sentence.split()) >= 4:
                yield Case("mtrag_un answers", "mostly true", sentence, cited, said, row["task_id"])


_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|may|might|must|should|be|been|began|became|won|made|"
    r"wrote|took|plays?|gave|led|\w{3,}ed|\w{3,}es)\b"
)


def is_sentence(answer: str, question: str) -> bool:
    """Whether `answer` has a verb and more than four words; `question` is not looked at for verbs."""
    return len(answer.split()) > 4 and bool(_VERB.search(answer)) and answer != question


def as_sentence(question: str, answer: str) -> str:
    """`The answer to "QUESTION" is ANSWER.`: the same frame for right and made-up answers."""
    return f"The answer to “{question.rstrip(' ?')}” is {answer.rstrip('.')}."
