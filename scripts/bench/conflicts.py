"""How well `conflicts` tells sources that differ from sources that only seem to.

    .venv/bin/python -m scripts.bench.conflicts [pairs] [ramdocs] [--half tuned|held] [--data ../shared/data]
                                          [--work DIR] [--misses N] [--json]

The whole program's way: documents are indexed, the question is asked in quotation mode, and the answer's `conflicts` are read.
Every case has a folder of its own, and its question looks nowhere else.

pairs      tests/data/conflicts/pairs.jsonl: two documents each, some differ, some only seem to. Right is a conflict between
           the two exactly where they differ; `first` is how often the one that should be named first is.
ramdocs    the data's ramdocs (Wang et al. 2025): the documents of a question that answer it, each with the answer that it gives. A conflict
           is right when its two documents give different answers. Questions are counted apart where a document is wrong,
           where all are right but about several things of one name, and where all agree.

Rules and thresholds were made looking at the half "tuned" of both; "held" is unseen. `recall` counts refused questions as missed,
`recall if answered` leaves them out. Data that is not there is said to be missing, and the status is 0.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.places import ROOT, SHARED

if TYPE_CHECKING:
    from askv4.types import Answer

PAIRS = ROOT / "tests" / "data" / "conflicts" / "pairs.jsonl"
DATA = SHARED / "data"
SETS = ("pairs", "ramdocs")


@dataclass(frozen=True)
class Case:
    """A question, its documents, and which of them say different things."""

    name: str
    of: str
    half: str
    sort: str
    question: str
    documents: tuple[str, ...]
    """Whole files, front matter included."""
    says: tuple[str | None, ...]
    """For each document what it answers, None when it does not; two differ when these do."""
    first: int | None = None
    """Which document should be named first; None when nothing decides."""

    @property
    def differs(self) -> bool:
        """Whether two of the documents answer differently."""
        return len({said for said in self.says if said is not None}) > 1

    def file(self, index: int) -> str:
        """The name of a document in the corpus."""
        return f"{self.name}/{index}.md"

    def right(self, documents: Sequence[str]) -> bool:
        """Whether the named documents answer differently."""
        said = {self.says[int(Path(name).stem)] for name in documents}
        return len(said) > 1 and None not in said


@dataclass
class Row:
    """The verdicts on the cases of one sort."""

    cases: int = 0
    answered: int = 0
    shown: int = 0
    """Cases with a conflict."""
    right: int = 0
    """Cases with a right conflict."""
    conflicts: int = 0
    right_conflicts: int = 0
    firsts: int = 0
    """Right cases where one of the two should be first."""
    first: int = 0


def load_pairs(path: Path) -> Iterator[Case]:
    """The pairs of documents that come with the tests."""
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        documents = tuple(_with_front_matter(document) for document in pair["documents"])
        says = ("one", "other") if pair["differ"] else ("one", "one")
        sort = f"{'differ' if pair['differ'] else 'agree'}: {pair['sort']}"
        name = f"pairs/{pair['id']}{'' if pair['differ'] else '-agree'}"
        yield Case(name, "pairs", pair["half"], sort, pair["question"], documents, says, pair["first"])


def _with_front_matter(document: dict[str, Any]) -> str:
    fields = {key: document[key] for key in ("title", "kind", "context", "date") if document[key]}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(["---", *lines, "---", "", document["text"], ""])


def load_ramdocs(folder: Path) -> Iterator[Case]:
    """RAMDocs (Wang et al. 2025): every second question to look at, the others to report."""
    held = {}
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        held[document["id"]] = document
    for n, line in enumerate((folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()):
        query = json.loads(line)
        own = [held[name] for name in query["docs"]]
        says = _same_said([None if d["type"] == "noise" else d["answer"] for d in own])
        wrong = {s for d, s in zip(own, says, strict=True) if d["type"] == "misinfo"}
        true = {s for d, s in zip(own, says, strict=True) if d["type"] == "correct"}
        sort = "a document is wrong" if wrong - true and true else "several of one name" if len(true) > 1 else "agree"
        half = "held" if n % 2 else "tuned"
        texts = tuple(d["text"] + "\n" for d in own)
        yield Case(f"ramdocs/{query['id']}", "ramdocs", half, sort, query["text"], texts, says)


def _same_said(answers: Sequence[str | None]) -> tuple[str | None, ...]:
    """The answers, with one wording for those that say the same: "football" and "American football" do."""
    words = [None if said in (None, "unknown") else set(re.findall(r"\w+", str(said).lower())) for said in answers]
    worded: list[str | None] = []
    for n, own in enumerate(words):
        like = (m for m in range(n) if own and (other := words[m]) and (own <= other or other <= own))
        same = next(like, None)
        worded.append(None if not own else answers[n] if same is None else worded[same])
    return tuple(worded)


@contextmanager
def asking(work: Path, cases: Iterable[Case]) -> Iterator[Any]:
    """A function from a case to its answer, once all documents are written and indexed."""
    from askv4.answer.assistant import Assistant
    from askv4.answer.conflict.disagreements import Disagreements
    from askv4.neural.encoder import open_encoder, open_shipped
    from askv4.neural.reader import Reader
    from askv4.neural.verifier import Verifier
    from askv4.records import Scope
    from askv4.retrieve.retriever import Retriever
    from askv4.store.contrasts import ContrastStore
    from askv4.sync.index import open_index
    from askv4.sync.syncing import SyncOptions
    from askv4.types import Finished

    corpus, data = work / "corpus", work / "data"
    for case in cases:
        for number, text in enumerate(case.documents):
            path = corpus / case.file(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
    data.mkdir(parents=True, exist_ok=True)
    encoder = open_encoder(data, narrate=_say)
    judging, reader, verifier = open_shipped(data, narrate=_say), Reader(data, _say), Verifier(data, _say)
    with open_index(data, corpus, encoder, narrate=_say) as index:
        index.sync(SyncOptions(allow_empty=True))

        def ask(case: Case) -> Answer:
            own = Scope(case.name, folders=(case.name,))
            retriever = Retriever(index.catalog, index.vectors, encoder, own)
            disagreements = Disagreements(index.catalog, ContrastStore(index.catalog), encoder, verifier, own)
            assistant = Assistant(
                retriever, index.catalog, judging, reader, entailment=verifier, disagreements=disagreements
            )
            for event in assistant.ask(case.question):
                if isinstance(event, Finished):
                    return event.answer
            raise AssertionError("no answer")

        yield ask


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def count(row: Row, case: Case, answer: Answer) -> bool:
    """Add a case to its row; whether the program was right about it."""
    right = [conflict for conflict in answer.conflicts if case.right(conflict.documents)]
    row.cases += 1
    row.answered += answer.status == "answered"
    row.shown += bool(answer.conflicts)
    row.right += bool(right)
    row.conflicts += len(answer.conflicts)
    row.right_conflicts += len(right)
    if right and case.first is not None:
        row.firsts += 1
        row.first += right[0].documents[0] == case.file(case.first)
    return bool(right) == case.differs and len(right) == len(answer.conflicts)


def summary(rows: dict[tuple[str, str], Row]) -> list[dict[str, Any]]:
    """One line per set, with its precision and recall."""
    lines = []
    for of in SETS:
        mine = {sort: row for (name, sort), row in rows.items() if name == of}
        if not mine:
            continue
        differ = [row for sort, row in mine.items() if not sort.startswith("agree")]
        cases, right = sum(r.cases for r in differ), sum(r.right for r in differ)
        answered = sum(r.answered for r in differ)
        shown, good = sum(r.conflicts for r in mine.values()), sum(r.right_conflicts for r in mine.values())
        firsts, first = sum(r.firsts for r in differ), sum(r.first for r in differ)
        lines.append({
            "set": of, "cases": sum(r.cases for r in mine.values()), "conflicts": shown, "precision": _share(good, shown),
            "recall": _share(right, cases), "recall_if_answered": _share(right, answered), "first": _share(first, firsts),
        })  # fmt: skip
    return lines


def rows_of(cases: Sequence[Case], asked: Sequence[Case], work: Path, misses: int = 0) -> dict[tuple[str, str], Row]:
    """(set, sort) -> how the cases `asked` came out; the first `misses` wrong ones are printed.

    The corpus is that of all `cases`, whatever is asked of it: the rarity of words is that of the whole.
    """
    rows: dict[tuple[str, str], Row] = {}
    with asking(work, cases) as ask:
        for case in asked:
            answer = ask(case)
            if not count(rows.setdefault((case.of, case.sort), Row()), case, answer) and misses:
                misses -= 1
                report_miss(case, answer)
    return rows


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def show(rows: dict[tuple[str, str], Row]) -> None:
    """The tables: each sort by itself, then the sets."""
    print(f"{'set':8} {'sort':22} {'cases':>6} {'answered':>9} {'with conflict':>14} {'right':>6}")
    for (of, sort), row in sorted(rows.items()):
        print(f"{of:8} {sort:22} {row.cases:6} {row.answered:9} {row.shown:14} {row.right:6}")
    print()
    for line in summary(rows):
        print("  ".join(f"{key} {'-' if value is None else value}" for key, value in line.items()))


def report_miss(case: Case, answer: Answer) -> None:
    """A case that was judged wrongly, with what was shown."""
    print(f"\n{case.name} [{case.sort}] {case.question} ({answer.status})")
    for said, text in zip(case.says, case.documents, strict=True):
        body = text.split("---\n\n", 1)[-1]
        print(f"   {said!r:24} {' '.join(body.split())[:600]}")
    for conflict in answer.conflicts:
        print(f"   -> {conflict.documents} {conflict.reason}")


def main() -> None:
    """Parse, ask, count, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("sets", nargs="*", metavar="pairs|ramdocs")
    parser.add_argument("--half", choices=("tuned", "held"), help="one half only")
    parser.add_argument("--data", type=Path, default=DATA, help="where ramdocs lies (default: ../shared/data)")
    parser.add_argument("--work", type=Path, help="keep the index in this folder and use it again")
    parser.add_argument(
        "--misses", type=int, default=0, metavar="N", help="print so many cases that were judged wrongly"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sets = options.sets or SETS
    if not set(sets) <= set(SETS):
        parser.error(f"the sets are {' and '.join(SETS)}")
    cases: list[Case] = list(load_pairs(PAIRS)) if "pairs" in sets else []
    if "ramdocs" in sets:
        ramdocs = options.data / "ramdocs"
        if ramdocs.is_dir():
            cases += load_ramdocs(ramdocs)
        else:
            _say(f"{ramdocs} is not there: without it only the pairs are measured")
    asked = [case for case in cases if options.half in (None, case.half)]
    folder = nullcontext(options.work) if options.work else tempfile.TemporaryDirectory(prefix="askv4-conflicts-")
    with folder as work:
        rows = rows_of(cases, asked, Path(work), options.misses)
    if options.json:
        print(json.dumps(summary(rows)))
    else:
        show(rows)


if __name__ == "__main__":
    main()
