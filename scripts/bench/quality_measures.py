"""What scripts/bench/quality.py measures of the whole program: check_data.py's and check_papers.py's sets, gold, near, words."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.bench import tee
from scripts.bench.quality_counts import (
    as_shown,
    calibration,
    error_rates,
    marked_words,
    mean,
    paper_figures,
    shown_sentences,
    shown_words,
)
from scripts.bench.quality_run import Bench, Figures
from scripts.places import ROOT
from scripts.training.question_sets import as_file, check_data, chinese, lay_out, module_of
from scripts.training.reader_pairs import read_documents
from scripts.training.span_measure import span_f1

Row = dict[str, Any]
NEAR = Path(__file__).with_name("near_questions.jsonl")
"""More questions like the reader's, on papers of home and work: nothing is trained or fitted on them."""


def by_check_data(name: str, bench: Bench) -> Figures:
    """check_data.py as it is; the answers are read along, for what it does not count."""
    work = bench.prepared(name)
    answers, figures = work / "answers.jsonl", work / "figures.json"
    answers.unlink(missing_ok=True)
    _, questions = check_data(bench.tools).load(name, bench.data / name)
    step = bench.step(len(questions))
    between = [sys.executable, tee.__file__, str(answers), *bench.command]
    options = ["--every", str(step), "--json", str(figures), "--", *between]
    bench.run([sys.executable, str(bench.tools / "check_data.py"), name, str(bench.data / name), str(work), *options])
    measured: Figures = json.loads(figures.read_text(encoding="utf-8"))
    measured.pop("data")
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    references = [None] * len(questions)
    if name == "mtrag_un":
        lines = (bench.data / name / "reference.jsonl").read_text(encoding="utf-8").splitlines()
        told = [row for row in map(json.loads, lines) if row["answerability"][0] != "UNDERSPECIFIED"]
        references = [row["targets"][0]["text"] for row in told]
    return measured | of_answers(questions[::step], rows) | of_shown(questions[::step], rows, references[::step])


def of_shown(questions: Sequence[Row], answers: Sequence[Row], references: Sequence[str | None]) -> Figures:
    """Precision and recall of what is shown where the answerable is answered: of sentences where annotators chose some, of
    words where there is a reference answer."""
    figures: Figures = {}
    triples = zip(questions, answers, references, strict=True)
    kept = [one for one in triples if one[0]["answerable"] and one[1]["citations"]]
    sentences = [
        shown_sentences(row["citations"], f"p{next(iter(asked['relevant'])):05d}.md", asked["sentences"], asked["gold"])
        for asked, row, _ in kept
        if asked["gold"]
    ]
    told = [shown_words(row["citations"], reference) for _, row, reference in kept if reference]
    for what, pairs in (("sentences", sentences), ("words", told)):
        if pairs:
            figures[f"shown_{what}_precision"] = mean(precision for precision, _ in pairs)
            figures[f"shown_{what}_recall"] = mean(recall for _, recall in pairs)
    return figures


def of_answers(questions: Sequence[Row], answers: Sequence[Row]) -> Figures:
    """What check_data.py leaves out: both thresholds, the calibration of the confidence, how well the marks hit.

    `span_f1` is of all questions with known answers: a refusal, or an answer without marks, scores 0; `marked` is the share
    with marks.
    """
    truth = [bool(question["answerable"]) for question in questions]
    figures = error_rates([row["status"] for row in answers], truth)
    if not all(truth):
        figures["calibration"] = calibration([row["confidence"] for row in answers], truth)
    marked = [
        (marked_words(row["citations"]), question["answers"])
        for question, row in zip(questions, answers, strict=True)
        if question["answers"]
    ]
    if marked:
        figures["span_f1"] = mean(span_f1(words, wanted) for words, wanted in marked)
        figures["marked"] = mean(bool(words) for words, _ in marked)
    return figures


def by_eval(name: str, bench: Bench) -> Figures:
    """The gold questions, through `askv4 eval`."""
    corpus = ["--corpus", str(ROOT / "corpus"), "--data-dir", str(bench.prepared(name) / "data")]
    gold = bench.shared / "gold" / "seed_questions.dev.jsonl"
    told = json.loads(bench.run([*bench.command, *corpus, "eval", "--mode", "extractive", "--json", str(gold)]))
    figures, rows = told["figures"], told["questions"]
    return {
        "questions": figures["right"]["total"],
        "right": figures["right"]["count"],
        "ndcg@10": figures["ndcg"],
        "exact": figures["exact"]["share"],
        "ask_ms": figures["median_ms"],
        **error_rates([row["status"] for row in rows], [row["answerable"] for row in rows]),
    }


def by_check_papers(name: str, bench: Bench) -> Figures:
    """check_papers.py as it is, which asks each folder's questions in one process; its rows are counted further."""
    work, script = bench.prepared(name), bench.tools / "check_papers.py"
    questions = bench.shared / name / "questions.jsonl"
    step = bench.step(len(questions.read_text(encoding="utf-8").splitlines()))
    kept = work / "rows.json"
    told = [str(questions), str(bench.shared / name / "cases"), str(work), "--every", str(step), "--json", str(kept)]
    said = bench.run([sys.executable, str(script), *told, "--", *bench.command])
    rows = json.loads(kept.read_text(encoding="utf-8"))
    if silent := sorted({row["case"] for row in rows if not row["got"]}):
        print(f"bench_quality: no answers, counted as refusals: {', '.join(silent)}", file=sys.stderr)
    exact = json.loads(said.splitlines()[-1])["exact"]
    return paper_figures(rows, module_of(script).verdict) | {"exact": exact}


def by_near_questions(name: str, bench: Bench) -> Figures:
    """Questions that a text comes near, on papers of home and work that nothing was fitted on.

    `shown`: of the answerable, one of the answering sentences is cited. `shown_candidate`: cited, or what an uncertain answer
    shows as its candidate. `shown_refusing`: of the answerable that are refused or uncertain, one stands below, as a
    terminal shows it.
    """
    work, documents = bench.prepared(name), read_documents(NEAR)
    texts = {f"p{place:05d}.md": as_file(one.title, one.body()) for place, one in enumerate(documents)}
    lay_out(work / "corpus", texts)
    asked = [
        (file, question, [document.sentences[place].strip("-*# ") for place in answer])
        for file, document in zip(texts, documents, strict=True)
        for question, answer, *_ in document.questions
    ]
    asked = asked[:: bench.step(len(asked))]
    batch = work / "questions.jsonl"
    batch.write_text("".join(json.dumps({"question": one[1]}) + "\n" for one in asked), encoding="utf-8")
    ask = [*bench.command, "--corpus", str(work / "corpus"), "--data-dir", str(work / "data")]
    ask += ["ask", "--mode", "extractive"]
    answers = [json.loads(line) for line in bench.run([*ask, "--batch", str(batch)]).splitlines()]
    pairs = [(one, row) for one, row in zip(asked, answers, strict=True) if one[2]]
    below = [
        holds_sentence(bench.run([*ask, question], ends=(0, 1)), wanted)
        for (_, question, wanted), row in pairs
        if row["status"] != "answered"
    ]
    cited = [c for row in answers for c in row["citations"]]
    return {
        "questions": len(asked),
        **error_rates([row["status"] for row in answers], [bool(one[2]) for one in asked]),
        "shown": mean(cites_sentence(row, *one) for one, row in pairs),
        "shown_candidate": mean(cites_sentence(as_shown(row), *one) for one, row in pairs),
        "shown_refusing": mean(below),
        "exact": mean(texts[c["document"]][c["start"] : c["end"]] == c["quote"] for c in cited),
    }


def cites_sentence(answer: Mapping[str, Any], file: str, _question: str, wanted: Sequence[str]) -> bool:
    """Whether one of the wanted sentences of `file` is cited."""
    quotes = [one["quote"] for one in answer["citations"] if one["document"] == file]
    return any(sentence in quote for sentence in wanted for quote in quotes)


def holds_sentence(screen: str, wanted: Sequence[str]) -> bool:
    """Whether one of the wanted sentences can be read on a screen, wherever its lines break."""
    from askv4.text.safe import safe_line

    shown = safe_line(screen)
    return any(safe_line(sentence) in shown for sentence in wanted)


def by_words(name: str, bench: Bench) -> Figures:
    """nDCG@10 of the full-text route alone, one relevant document for each question."""
    from askv4.retrieve.query import fts_query
    from askv4.sync.index import open_index

    texts, questions = words_data(name, bench.data)
    questions = questions[:: bench.step(len(questions))]
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


class Blank:
    """An encoder whose vectors say nothing: for measuring what words alone find, without waiting for vectors."""

    identity = "blank"
    name = "blank"
    dimension = 4
    max_tokens = 256

    def load(self) -> None:
        """There is nothing to load."""

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
    dataset = chinese(name, data)
    texts = {f"{key}.md": as_file(*passage) for key, passage in dataset.passages.items()}
    return texts, [(question, f"{key}.md") for question, key, _ in dataset.questions]
