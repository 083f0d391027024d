"""The question sets that the evidence is fitted on and measured with, all in the form that check_data.py gives them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from scripts.training.reader_pairs import (
    HELD_OUT,
    PAPERS,
    PAPERS_HELD_OUT,
    QUESTIONS,
    TWINS,
    parted,
    read_documents,
)

Set = tuple[list[tuple[str, str]], list[dict[str, Any]]]
"""(title, text) of the passages, and the questions."""


def check_data(tools: Path) -> ModuleType:
    """check_data.py as a module, for its reader of data sets."""
    return module_of(tools / "check_data.py")


def module_of(script: Path) -> ModuleType:
    """A script of ../shared/tools as a module."""
    spec = importlib.util.spec_from_file_location(script.stem, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name: str, data: Path, tools: Path) -> Set:
    """A set by its name; `data` and `tools` as in ../shared."""
    if name == "near":
        return _unseen(QUESTIONS, HELD_OUT)
    if name == "papers":
        return _unseen(PAPERS, PAPERS_HELD_OUT)
    if name == "twins":
        return _unseen(TWINS, PAPERS_HELD_OUT)
    if name in ("xquad_zh", "cmrc2018"):
        return _in_chinese(name, data)
    loaded: Set = check_data(tools).load(name, data / name)
    return loaded


def lay_out(folder: Path, texts: Mapping[str, str]) -> None:
    """Writes the files of a corpus; what is there already is left alone, so that an index of it stays current."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def as_file(title: str, text: str) -> str:
    """A passage as check_data.py writes it."""
    return (f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n" if title else "") + text + "\n"


@dataclass(frozen=True, slots=True)
class Chinese:
    """A Chinese set: its passages, by name, and (question, name of the right passage, answer)."""

    passages: dict[str, tuple[str, str]]
    questions: list[tuple[str, str, str]]


def chinese(name: str, data: Path) -> Chinese:
    """xquad_zh or cmrc2018; `data` as in ../shared."""
    passages: dict[str, tuple[str, str]] = {}
    questions: list[tuple[str, str, str]] = []
    if name == "xquad_zh":
        articles = json.loads((data / "xquad" / "xquad.zh.json").read_text(encoding="utf-8"))["data"]
        for paragraph in (paragraph for article in articles for paragraph in article["paragraphs"]):
            key = f"p{len(passages):05d}"
            passages[key] = ("", paragraph["context"])
            questions += [(asked["question"], key, asked["answers"][0]["text"]) for asked in paragraph["qas"]]
        return Chinese(passages, questions)

    def rows(part: str) -> list[dict[str, Any]]:
        lines = (data / name / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    passages = {row["id"]: (row["title"], row["text"]) for row in rows("corpus")}
    return Chinese(passages, [(row["text"], row["doc"], row["answers"][0]) for row in rows("queries")])


def _in_chinese(name: str, data: Path) -> Set:
    dataset = chinese(name, data)
    places = {key: place for place, key in enumerate(dataset.passages)}
    return list(dataset.passages.values()), [
        {
            "question": question,
            "history": [],
            "relevant": {places[key]: 1},
            "answerable": True,
            "gold": [],
            "answers": [answer],
        }
        for question, key, answer in dataset.questions
    ]


def _unseen(path: Path, every: int) -> Set:
    """All documents as passages; questions on those that the reader was not trained on."""
    documents = read_documents(path)
    places = {id(document): place for place, document in enumerate(documents)}
    _, held = parted(documents, every)
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
        for question, answer, _ in document.questions
    ]
    return [(document.title, document.body()) for document in documents], questions
