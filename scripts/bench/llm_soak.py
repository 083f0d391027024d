"""What a test must not assert, measured: malformed drafts, seconds to a cancellation, memory over many questions.

    .venv/bin/python -m scripts.bench.llm_soak [--model PATH] [--drafts 500] [--questions 200]

Without --model, tiny models with random weights are written for it (scripts/tools/make_tiny_gguf.py). Exits 1 when a draft was
malformed, a cancellation took more than 0.2 s, or the resident size grew by 5 % or more.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from askv4.answer.write.drafting import MAX_TOKENS, MOST_SENTENCES, draft
from askv4.answer.write.prompt import REPORT, lead_prompt
from askv4.answer.write.pruning import Excerpt
from askv4.llm.chat import Message
from askv4.llm.engine import Engine
from askv4.text.safe import safe_line
from askv4.types import Document, Hit, Span
from scripts.tools.make_tiny_gguf import Shape, write_tiny_gguf

SLOWEST_CANCELLATION = 0.2
LARGEST_GROWTH = 0.05
SETTLED = 20
"""Questions after which what is kept between questions is there."""


DOCUMENT = Document("notes.md", "Notes", "memo", None, None, "indexed", None, 1, None, 1, "utf-8")


class Wild(Engine):
    """Writes at random, each time otherwise."""

    seed = 0

    def stream(self, *arguments: Any, **options: Any) -> Iterator[str]:
        self.seed += 1
        return super().stream(*arguments, **options, temperature=1.0, seed=self.seed)


def question(number: int, evidence: int, begin: str = "") -> list[Message]:
    """The prompt of a question with so many excerpts, no two alike."""
    excerpts = []
    for i in range(1, evidence + 1):
        text = f"Sentence {i} of question {number} says something of no consequence."
        span = Span(0, len(text))
        hit = Hit(1, 1.0, i, DOCUMENT, span.start, span.end, 1, None, None, text, (span,))
        excerpts.append(Excerpt(hit, span, text))
    return lead_prompt(f"What of {number}?", excerpts, begin)


def malformed(engine: Engine, drafts: int) -> int:
    """How many of so many drafts, each of another random text, are not one or two whole lines."""
    bad = tokens = sentences = 0
    begun = time.perf_counter()
    special = engine.vocabulary.special_texts
    for number in range(drafts):
        begin = REPORT if number % 2 else ""
        written = draft(engine, question(number % 5, 3, begin), begin)
        whole = all(one.strip() and one == safe_line(one) and "\n" not in one for one in written.sentences)
        bare = not any(mark in one for mark in special for one in written.sentences)
        generated = engine.stats.generated_tokens if engine.stats else 0
        bad += not (whole and bare and len(written.sentences) <= MOST_SENTENCES and generated <= MAX_TOKENS)
        tokens += generated
        sentences += len(written.sentences)
    seconds = time.perf_counter() - begun
    print(f"{drafts} random drafts, {tokens} tokens, {sentences} sentences in {seconds:.1f} s: {bad} malformed")
    return bad


def prompt_cancellation(engine: Engine, delay: float) -> float:
    """Seconds from a cancellation, so long into the reading of a prompt, to the end of the stream."""
    stop, asked = threading.Event(), [0.0]

    def cancel() -> None:
        time.sleep(delay)
        asked[0] = time.perf_counter()
        stop.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    pieces = sum(1 for _ in engine.stream(question(int(delay * 1000), 80), max_tokens=2000, stop=stop))
    seconds = time.perf_counter() - asked[0]
    thread.join()
    print(f"  {delay:.1f} s into the prompt: {seconds * 1000:.0f} ms, {pieces} pieces written")
    return seconds


def writing_cancellation(engine: Engine, after: int) -> float:
    """Seconds from a cancellation, after so many pieces, to the end of the stream."""
    stop, pieces, asked = threading.Event(), 0, 0.0
    for _ in engine.stream(question(0, 1), max_tokens=1000, stop=stop):
        pieces += 1
        if pieces == after:
            asked = time.perf_counter()
            stop.set()
    seconds = time.perf_counter() - asked
    print(f"  after {after} pieces: {seconds * 1000:.0f} ms, {pieces} pieces written")
    return seconds


def memory_growth(engine: Engine, questions: int) -> float:
    """By how much of itself the resident size grows, from the settled state on."""
    process = psutil.Process()
    settled = 0
    for number in range(questions + SETTLED):
        if number == SETTLED:
            settled = process.memory_info().rss
        for _ in engine.stream(question(number, 20), max_tokens=200):
            pass
    after = process.memory_info().rss
    growth = (after - settled) / settled
    print(f"{questions} questions: {settled / 1e6:.1f} MB -> {after / 1e6:.1f} MB resident, {growth:+.2%}")
    return growth


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--drafts", type=int, default=500)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = options.model or write_tiny_gguf(Path(folder) / "tiny.gguf")
        wide = Shape(width=1024, hidden=3072, layers=6, heads=16, kv_heads=8)
        large = options.model or write_tiny_gguf(Path(folder) / "wide.gguf", shape=wide)
        with Wild(small, threads=options.threads or 1) as engine:
            bad = malformed(engine, options.drafts)
            growth = memory_growth(engine, options.questions)
        with Engine(large, threads=options.threads) as engine:
            print("cancellation:")
            slowest = max(prompt_cancellation(engine, delay) for delay in (0.3, 0.9, 1.7))
            slowest = max(slowest, writing_cancellation(engine, 3))
    print(f"slowest cancellation: {slowest * 1000:.0f} ms")
    return int(bad > 0 or slowest > SLOWEST_CANCELLATION or growth >= LARGEST_GROWTH)


if __name__ == "__main__":
    raise SystemExit(main())
