"""The question sets that the evidence is fitted on and measured with, all in the form that check_data.py gives them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from reader_pairs import parted, read_documents

Set = tuple[list[tuple[str, str]], list[dict[str, Any]]]
"""(title, text) of the passages, and the questions."""


def check_data(tools: Path) -> ModuleType:
    """check_data.py as a module, for its reader of data sets."""
    spec = importlib.util.spec_from_file_location("check_data", tools / "check_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name: str, data: Path, tools: Path) -> Set:
    """A set by its name; `data` and `tools` as in ../shared."""
    if name == "near":
        return _near()
    if name in ("xquad_zh", "cmrc2018"):
        return _chinese(name, data)
    found: Set = check_data(tools).load(name, data / name)
    return found


def _chinese(name: str, folder: Path) -> Set:
    if name == "xquad_zh":
        articles = json.loads((folder / "xquad" / "xquad.zh.json").read_text(encoding="utf-8"))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        asked = [(q["question"], i, q["answers"][0]["text"]) for i, p in enumerate(paragraphs) for q in p["qas"]]
        return [("", p["context"]) for p in paragraphs], [_question(*row) for row in asked]
    rows = [json.loads(line) for line in (folder / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    places = {row.get("_id", row.get("id")): i for i, row in enumerate(rows)}
    queries = [json.loads(line) for line in (folder / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    found = dict(
        line.split("\t")[:2] for line in (folder / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    )
    return [(row.get("title", ""), row["text"]) for row in rows], [
        _question(q["text"], places[found[q.get("_id", q.get("id"))]], q["answers"][0]) for q in queries
    ]


def _question(text: str, place: int, answer: str) -> dict[str, Any]:
    return {
        "question": text,
        "history": [],
        "relevant": {place: 1},
        "answerable": True,
        "gold": [],
        "answers": [answer],
    }


def _near() -> Set:
    """All documents as passages; questions on those that the reader has not seen."""
    documents = read_documents()
    places = {id(document): place for place, document in enumerate(documents)}
    _, held = parted(documents)
    questions = [
        {
            "question": question,
            "history": [],
            "relevant": {places[id(document)]: 1} if answer else {},
            "answerable": bool(answer),
            "gold": [document.sentences[place] for place in answer],
            "answers": [],
        }
        for document in held
        for question, answer in document.questions
    ]
    return [(document.title, document.body()) for document in documents], questions
