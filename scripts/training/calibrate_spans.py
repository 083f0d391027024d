"""Print what each value of SURE_SPAN (askv4/answer/quote/quoting.py) would mark, on XQuAD English through the program's own rooms.

    .venv/bin/python -m scripts.training.calibrate_spans --shared ../shared --work /tmp/spans [--every 4]

Looked at is the best sentence of each question whose evidence suffices: the words in it that the reader points at, against
the answers, as the evaluation of SQuAD counts. `f1` is of all questions, `f1_marked` of those with a mark, `touching` the
share of the marks that have a word of an answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import numpy as np

from askv4.answer.evidence.assess import judge, load_model
from askv4.answer.evidence.gather import gather, settled
from askv4.answer.question.question import Question
from askv4.neural.encoder import open_shipped
from askv4.neural.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.sync.index import open_index
from scripts.training.question_sets import as_file, lay_out, load
from scripts.training.span_measure import span_f1


def pointed(args: argparse.Namespace) -> Iterator[tuple[float, float]]:
    """(score, F1) for each question; the score of one without words to mark is -inf."""
    passages, questions = load("xquad", args.shared / "data", args.shared / "tools")
    corpus, data = args.work / "corpus", args.work / "data"
    lay_out(corpus, {f"p{i:05d}.md": as_file(*passage) for i, passage in enumerate(passages)})
    encoder, reader = open_shipped(data, narrate=print), Reader(data, print)
    with open_index(data, corpus, encoder) as index:
        index.sync()
        retriever = Retriever(index.catalog, index.vectors, encoder)
        for question in questions[:: args.every]:
            asked = Question(question["question"])
            hits = settled(reader, encoder, asked, retriever.search(asked.asked, 40, also=asked.wordings))
            evidence = judge(gather(asked, hits, encoder, index.catalog), load_model(), reader)
            best = evidence.sentences[0] if evidence.status == "answered" else None
            if best is None or best.answer is None:
                yield -np.inf, 0.0
            else:
                words = best.answer.of(index.catalog.text(best.candidate.hit.document.document))
                yield best.answer_score, span_f1(words, question["answers"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/spans"))
    parser.add_argument("--every", type=int, default=4, help="take every Nth question")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    scores, f1 = (np.array(column) for column in zip(*pointed(args), strict=True))
    for least in (-np.inf, *np.arange(-8, 8.5, 1)):
        marked = (scores >= least) & np.isfinite(scores)
        of_marked = f1[marked] if marked.any() else np.zeros(1)
        print(
            f"SURE_SPAN {least:5.1f}:  f1 {np.where(marked, f1, 0).mean():.3f}  marked {marked.mean():.3f}"
            f"  f1_marked {of_marked.mean():.3f}  touching {fmean(of_marked > 0):.3f}"
        )


if __name__ == "__main__":
    main()
