"""What scripts/bench_quality.py measures: check_data.py's figures, gold questions, the words route alone, calibration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from question_sets import MEASURED, as_file, check_data, chinese, lay_out, read_documents

# The checkout's package: beside this file `askv4` would be the starter of that name.
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BINS = 10
Figures = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where the data, the tools and the program are, and how much of it is measured."""

    data: Path
    tools: Path
    gold: Path
    work: Path
    command: Sequence[str]
    every: int = 1


def measure(name: str, bench: Bench) -> Figures:
    """The figures of one set; those that check_data.py gives bear its names."""
    return SETS[name](name, bench)


def by_check_data(name: str, bench: Bench) -> Figures:
    """check_data.py as it is; the answers are read along, for the calibration of their confidence."""
    work = _prepared(bench, name)
    answers, figures = work / "answers.jsonl", work / "figures.json"
    answers.unlink(missing_ok=True)
    between = [sys.executable, str(Path(__file__).resolve()), str(answers), *bench.command]
    script = bench.tools / "check_data.py"
    told = ["--every", str(bench.every), "--json", str(figures), "--", *between]
    _run([sys.executable, str(script), name, str(bench.data / name), str(work), *told])
    found: Figures = json.loads(figures.read_text(encoding="utf-8"))
    found.pop("data")
    _, questions = check_data(bench.tools).load(name, bench.data / name)
    truth = [bool(question["answerable"]) for question in questions[:: bench.every]]
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    if not all(truth):
        found["calibration"] = calibration([row["confidence"] for row in rows], truth)
    return found


def by_eval(_name: str, bench: Bench) -> Figures:
    """The gold questions, through `askv4 eval`."""
    corpus = ["--corpus", str(ROOT / "corpus"), "--data-dir", str(_prepared(bench, "gold") / "data")]
    said = _run([*bench.command, *corpus, "eval", "--mode", "extractive", "--json", str(bench.gold)])
    figures = json.loads(said)["figures"]
    return {
        "questions": figures["right"]["total"],
        "right": figures["right"]["count"],
        "ndcg@10": figures["ndcg"],
        "exact": figures["exact"]["share"],
        "false_answers": figures["false_answers"]["share"],
        "false_refusals": figures["false_refusals"]["share"],
        "ask_ms": figures["median_ms"],
    }


def by_near_questions(name: str, bench: Bench) -> Figures:
    """Questions that a text comes near, on papers of home and work that nothing was fitted on.

    `shown`: of the answerable, one of the answering sentences is cited. `shown_refusing`: of the answerable that are refused,
    one stands below the refusal, as a terminal shows it.
    """
    from askv4.text.safe import safe_line

    work, documents = _prepared(bench, name), read_documents(MEASURED)
    corpus = work / "corpus"
    texts = {f"p{place:05d}.md": as_file(one.title, one.body()) for place, one in enumerate(documents)}
    lay_out(corpus, texts)
    asked = [
        (file, document, question.question, question.places)
        for file, document in zip(texts, documents, strict=True)
        for question in document.questions
    ][:: bench.every]
    batch = work / "questions.jsonl"
    batch.write_text(
        "".join(json.dumps({"question": question}) + "\n" for _, _, question, _ in asked), encoding="utf-8"
    )
    where = ["--corpus", str(corpus), "--data-dir", str(work / "data")]
    said = _run([*bench.command, *where, "ask", "--mode", "extractive", "--batch", str(batch)])
    refused: list[bool] = []
    answered: list[bool] = []
    shown: list[bool] = []
    exact: list[bool] = []
    refusing: list[bool] = []
    for (file, document, question, answer), row in zip(asked, map(json.loads, said.splitlines()), strict=True):
        cited = row["citations"]
        (refused if answer else answered).append((row["status"] == "answered") is not bool(answer))
        exact += [texts[c["document"]][c["start"] : c["end"]] == c["quote"] for c in cited]
        if answer:
            right = [c["quote"] for c in cited if c["document"] == file]
            wanted = [document.sentences[place].strip("-*# ") for place in answer]
            shown.append(any(sentence in quote for sentence in wanted for quote in right))
        if answer and row["status"] != "answered":
            below = safe_line(_run([*bench.command, *where, "ask", "--mode", "extractive", question], ends=(0, 1)))
            refusing.append(any(safe_line(sentence) in below for sentence in wanted))
    return {
        "questions": len(asked),
        "balanced": round(1 - (fmean(refused) + fmean(answered)) / 2, 4),
        "false_answers": round(fmean(answered), 4),
        "false_refusals": round(fmean(refused), 4),
        "shown": round(fmean(shown), 4),
        "shown_refusing": round(fmean(refusing), 4) if refusing else None,
        "exact": round(fmean(exact), 4),
    }


def by_words(name: str, bench: Bench) -> Figures:
    """nDCG@10 of the full-text route alone, one relevant document for each question."""
    from askv4.index.store import open_index
    from askv4.retrieve.query import fts_query

    texts, questions = words_data(name, bench.data)
    questions = questions[:: bench.every]
    corpus = bench.work / name / "corpus"
    lay_out(corpus, texts)
    gains = []
    with open_index(bench.work / name / "data", corpus, Blank()) as index:
        index.sync()
        for question, right in questions:
            query = fts_query(question)
            ids = [passage for passage, _ in index.catalog.match(query, 50)] if query else []
            stored = index.catalog.passages(ids)
            order = list(dict.fromkeys(stored[passage].document.document for passage in ids))[:10]
            gains.append(1 / log2(order.index(right) + 2) if right in order else 0.0)
    return {"passages": len(texts), "questions": len(questions), "ndcg@10": round(fmean(gains), 4)}


SETS: Mapping[str, Callable[[str, Bench], Figures]] = {
    "gold": by_eval,
    "clapnq": by_check_data,
    "xquad": by_check_data,
    "mtrag_un": by_check_data,
    "near": by_near_questions,
    "xquad_zh": by_words,
    "cmrc2018": by_words,
}


class Blank:
    """An encoder whose vectors say nothing: for measuring what words alone find, without waiting for vectors."""

    identity = "blank"
    name = "blank"
    dimension = 4
    max_tokens = 256

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), self.dimension), 0.5, dtype=np.float32)

    encode_passages = encode_queries

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token for each character of a script without spaces, and for each word of another."""
        return [
            sum(ord(character) > 0x2E80 for character in text) + len(text.encode("ascii", "ignore").split())
            for text in texts
        ]

    def known_share(self, _text: str) -> float:
        return 0.0


def words_data(name: str, data: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(document -> text, [(question, right document)]) of a set with one relevant passage for each question."""
    found = chinese(name, data)
    texts = {f"{key}.md": as_file(*passage) for key, passage in found.passages.items()}
    return texts, [(question, f"{key}.md") for question, key, _ in found.questions]


def calibration(confidence: Sequence[float | None], truth: Sequence[bool]) -> Figures:
    """Brier score and reliability of the confidence that the sources answer, in BINS bins of equal width.

    `chance` is the Brier score of whoever always says the share of answerable questions.
    """
    pairs = [(guess, answerable) for guess, answerable in zip(confidence, truth, strict=True) if guess is not None]
    base = fmean(answerable for _, answerable in pairs)
    bins = []
    for number in range(BINS):
        inside = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
        if inside:
            bins.append([len(inside), round(fmean(g for g, _ in inside), 4), round(fmean(t for _, t in inside), 4)])
    return {
        "questions": len(pairs),
        "brier": round(fmean((guess - answerable) ** 2 for guess, answerable in pairs), 4),
        "chance": round(base * (1 - base), 4),
        "bins": bins,
    }


def _prepared(bench: Bench, name: str) -> Path:
    """The set's own folder; the exported encoder is shared by all, since exporting takes as long as a hundred questions."""
    work = bench.work / name
    (work / "data").mkdir(parents=True, exist_ok=True)
    (bench.work / "encoders").mkdir(exist_ok=True)
    own = work / "data" / "encoders"
    if not own.exists() and sys.platform != "win32":
        own.symlink_to((bench.work / "encoders").resolve(), target_is_directory=True)
    return work


def _run(command: Sequence[str], ends: Sequence[int] = (0,)) -> str:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environ)
    if done.returncode not in ends:
        sys.exit(
            f"bench_quality: {' '.join(command[:3])} ... ended with {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        )
    return done.stdout


def tee(target: Path, command: Sequence[str]) -> int:
    """Run `command` and keep a copy of the answers that it prints; check_data.py sees no difference."""
    done = subprocess.run(command, check=False, stdin=sys.stdin.buffer, stdout=subprocess.PIPE)
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    if "ask" in command:
        target.write_bytes(done.stdout)
    return done.returncode


def main(words: Iterable[str]) -> int:
    """`quality_measures.py FILE COMMAND ...`: what stands between check_data.py and the program."""
    target, *command = words
    return tee(Path(target), command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
