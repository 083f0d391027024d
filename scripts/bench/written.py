"""What a model writes: askv4's leads beside the usual script, the same questions, passages and model in one run.

    .venv/bin/python -m scripts.bench.written                            all sets, 1.5B and 0.5B
    .venv/bin/python -m scripts.bench.written --model FILE.gguf --sets gold,xquad --limit 10
    .venv/bin/python -m scripts.bench.written --only-askv4 --sentences 4,5,6,8,10
    .venv/bin/python -m scripts.bench.written --usual-every 2            the usual script on every second question
    .venv/bin/python -m scripts.bench.written --redraw                   docs/written.md from the rows that are kept

Sets: gold (../shared/gold), every 24th question of xquad, every 10th of clapnq, every 5th of papers; how an answer is
judged stands in written_scores.py. Both programs are warm: indexes built, models loaded, an uncounted question asked before
the first. Each row goes to --json at once, so that a run can be cut off or go on with another model later: of two rows for
one question the later counts. Beside it lies a file with all leads (`.read.json`): in it a person may set "false" to true or
false, and --redraw counts that. Neither belongs in the repository. Without the data it says so and ends with status 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from scripts.bench.quality import about
from scripts.bench.quality_page import with_section
from scripts.bench.usual_script import PASSAGES, Passage, UsualScript
from scripts.bench.written_page import QUOTING, USUAL, kept_rows, leads_to_read, page_section
from scripts.bench.written_sets import SETS, Asked, by_corpus, load
from scripts.places import ROOT, SHARED

if TYPE_CHECKING:
    from askv4.answer.assistant import Assistant
    from askv4.answer.write.verifier import Verifier
    from askv4.llm.engine import Engine
    from askv4.neural.reader import Reader

MODELS = ("qwen2.5-coder-1.5b-instruct-q4_k_m", "qwen2.5-coder-0.5b-instruct-q4_k_m")
WARMING = Asked(-1, "Why do programmers still favour Nvidia's platform?", ROOT / "corpus", answerable=True)
Row = dict[str, Any]
MakeAssistant = Callable[..., "Assistant"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of whom."""

    sets: dict[str, list[Asked]]
    work: Path
    sentences: tuple[int | None, ...]
    """How many sentences of evidence the model sees; None is what askv4 does by itself."""
    usual_every: int
    """The usual script answers every Nth question; 0: none."""


class Bench:
    """Opens indexes, asks, and hands each row to `keep`."""

    def __init__(self, plan: Plan, keep: Callable[[Row], None]) -> None:
        self._plan = plan
        self._keep = keep

    def quote(self) -> None:
        """askv4 without a model, and before any is loaded."""
        for name, asked in self._plan.sets.items():
            for corpus, group in by_corpus(asked):
                with self._opened(corpus) as make:
                    assistant = make(None)
                    for one in group:
                        self._keep(_row(name, one, "", QUOTING) | ask(assistant, one))

    def write(self, path: Path, name: str) -> None:
        """askv4 and the usual script with one model, question by question."""
        from askv4.llm.engine import Engine
        from askv4.llm.loading import physical_cores

        with ExitStack() as stack:
            engine = stack.enter_context(Engine(path, name=name))
            usual = stack.enter_context(UsualScript(path, physical_cores())) if self._plan.usual_every else None
            with self._opened(WARMING.corpus) as make:
                for _ in self._both(make, engine, usual, WARMING):
                    pass
            for data, asked in self._plan.sets.items():
                narrate(f"{name}: {data}, {len(asked)} questions")
                for corpus, group in by_corpus(asked):
                    with self._opened(corpus) as make:
                        for one in group:
                            compared = usual if usual and not asked.index(one) % self._plan.usual_every else None
                            for program, row in self._both(make, engine, compared, one):
                                self._keep(_row(data, one, name, program) | row)

    def _both(
        self, make: MakeAssistant, engine: Engine, usual: UsualScript | None, one: Asked
    ) -> Iterator[tuple[str, Row]]:
        from askv4.answer.write.lead import SENTENCES, LeadWriter

        assert self._shared_reader is not None  # an index is open
        for sentences in self._plan.sentences:
            writer = LeadWriter(lambda: engine, self._verifier, self._shared_reader, sentences or SENTENCES)
            assistant = make(writer)
            yield f"askv4, {sentences} sentences" if sentences else "askv4", ask(assistant, one)
        if usual is not None:
            yield USUAL, ask_usual(make(None), usual, one)

    @contextmanager
    def _opened(self, corpus: Path) -> Iterator[MakeAssistant]:
        """What makes an assistant on the index of `corpus`, after a first question that is not counted."""
        from askv4.answer.assistant import Assistant
        from askv4.cli.compose import open_workspace
        from askv4.cli.diagnostics import Diagnostics
        from askv4.config import load_settings
        from askv4.neural.onnx_encoder import OnnxEncoder
        from askv4.retrieve.retriever import Retriever

        given = {"corpus": str(corpus), "data_dir": str(self._plan.work / "data"), "mode": "extractive"}
        with open_workspace(load_settings(given), Diagnostics()) as workspace:
            index, reader = workspace.index, self._reader(workspace.reader)
            retriever = Retriever(index.catalog, index.vectors, index.encoder)
            assert isinstance(index.encoder, OnnxEncoder)  # the shipped one, which judges evidence too
            make = partial(Assistant, retriever, index.catalog, index.encoder, reader)
            for _ in make(None).ask(WARMING.question):
                pass
            yield make

    @cached_property
    def _verifier(self) -> Verifier:
        from askv4.answer.write.verifier import open_verifier

        return open_verifier(self._plan.work / "data")

    _shared_reader: Reader | None = None

    def _reader(self, own: Reader) -> Reader:
        """The reader of the first index serves all: loading it is no part of an answer."""
        self._shared_reader = self._shared_reader or own
        return self._shared_reader


def _row(data: str, one: Asked, model: str, program: str) -> Row:
    """What a row is about."""
    return {
        "set": data, "place": one.place, "model": model, "program": program, "question": one.question,
        "after": one.after, "answerable": one.answerable, "may_refuse": one.may_refuse, "truth": dict(one.truth),
    }  # fmt: skip


def ask(assistant: Assistant, one: Asked) -> Row:
    """askv4's answer, its quotations as they stood before the lead, and when both stood there."""
    from askv4.types import Finished, Quoted, Turn

    quoted = ""
    for event in assistant.ask(one.question, [Turn(one.after, "")] if one.after else []):
        if isinstance(event, Quoted):
            quoted = event.answer.quoted
        elif isinstance(event, Finished):
            answer = event.answer
    times = answer.timings_ms
    return {
        "answered": answer.status == "answered",
        "confidence": answer.confidence,
        "text": answer.lead,
        "quoted": quoted,
        "rejected": [[one.text, *one.problems] for one in answer.grounding if not one.supported],
        "note": answer.note,
        "wrote": "lead" in times,
        "first": times["quotes"] / 1000,
        "end": times.get("lead", times["quotes"]) / 1000,
    }


def ask_usual(assistant: Assistant, usual: UsualScript, one: Asked) -> Row:
    """The usual script's answer from the passages that askv4 finds; finding them is part of its time."""
    from askv4.types import Turn

    begun = perf_counter()
    hits = assistant.find(one.question, [Turn(one.after, "")] if one.after else [], PASSAGES).hits
    search_s = perf_counter() - begun
    told = usual.answer(one.question, [Passage(hit.document.title, hit.text) for hit in hits], one.after)
    return {"text": told.text, "wrote": True, "first": search_s + told.first, "end": search_s + told.end}


def narrate(line: str) -> None:
    """Show progress."""
    print(f"bench_written: {line}", file=sys.stderr, flush=True)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    work = Path(tempfile.gettempdir()) / "askv4-written"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=_names, default=tuple(SETS), help=f"with commas between ({','.join(SETS)})")
    parser.add_argument(
        "--model", "--models", action="extend", type=_names, dest="models", metavar="NAME|PATH",
        help="repeatable, or with commas between (Qwen2.5-Coder 1.5B and 0.5B)",
    )  # fmt: skip
    parser.add_argument("--limit", type=_count, help="at most so many questions of each set, evenly taken")
    parser.add_argument("--only-askv4", action="store_true", help="leave the usual script out")
    parser.add_argument("--usual-every", type=_count, default=1, help="every Nth question to the usual script (1)")
    parser.add_argument("--sentences", type=_counts, default=(None,), help="sentences of evidence to compare: 4,6,8")
    parser.add_argument("--no-quoting", action="store_true", help="leave the pass without a model out")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where gold, data and papers lie (../shared)")
    parser.add_argument("--work", type=Path, default=work, help="folders of documents and indexes are kept here")
    parser.add_argument("--json", type=Path, dest="rows", help="rows are kept here (WORK/rows.jsonl)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where written.md is (docs)")
    parser.add_argument("--redraw", action="store_true", help="ask nothing; write the page from the rows")
    options = parser.parse_args(words)
    unknown = [name for name in options.sets if name not in SETS]
    if unknown:
        parser.error(f"unknown set {unknown[0]}; the sets are {', '.join(SETS)}")
    options.rows = options.rows or options.work / "rows.jsonl"
    return options


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(_count(part) for part in text.split(","))


def measure(options: argparse.Namespace) -> None:
    """Ask everything, and add the rows to those that are kept."""
    from askv4.config import load_settings
    from askv4.llm.discover import find_model

    sets = {name: load(name, options.shared, options.work, options.limit) for name in options.sets}
    named = options.models or MODELS
    models = [find_model(name, load_settings().data_dir).model for name in named]
    options.rows.parent.mkdir(parents=True, exist_ok=True)
    with options.rows.open("a", encoding="utf-8") as file:

        def keep(row: Row) -> None:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()

        keep({"about": about()})
        plan = Plan(sets, options.work, options.sentences, 0 if options.only_askv4 else options.usual_every)
        bench = Bench(plan, keep)
        if not options.no_quoting:
            narrate("quotations without a model")
            bench.quote()
        for model in models:
            assert model is not None  # it was named
            bench.write(model.path, model.name)


def draw(options: argparse.Namespace) -> None:
    """Write the page, print what it says, and list the leads for reading."""
    run = kept_rows(options.rows)
    reading = options.rows.with_suffix(".read.json")
    leads = leads_to_read(run, json.loads(reading.read_text(encoding="utf-8")) if reading.exists() else [])
    reading.write_text(json.dumps(leads, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    section = page_section(run, leads)
    page = options.docs / "written.md"
    text = page.read_text(encoding="utf-8") if page.exists() else "# What a model writes\n"
    page.write_text(with_section(text, section), encoding="utf-8")
    print(section)
    narrate(f"{sum(lead['false'] is None and lead['doubtful'] for lead in leads)} leads to read in {reading}")


def main(words: Sequence[str]) -> int:
    """Measure, and write the page."""
    options = parse(words)
    if not options.redraw:
        if not (options.shared / "data").is_dir():
            narrate(f"no development data in {options.shared}; name its folder with --shared")
            return 0
        measure(options)
    if not options.rows.exists():
        narrate(f"no rows in {options.rows}; run without --redraw, or name them with --json")
        return 2
    draw(options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
