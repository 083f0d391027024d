"""What a test must not assert, measured: malformed answers, seconds to a cancellation, memory over many questions.

    python scripts/llm_soak.py [--model PATH] [--decodes 500] [--questions 200]

Without --model, tiny models with random weights are written for it (scripts/make_tiny_gguf.py). Exits 1 when an answer was
malformed, a cancellation took more than 0.2 s, or the resident size grew by 5 % or more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

# The checkout's package: beside this file `askv4` would be the starter of that name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from askv4.answer.grammar import answer_grammar, parse_answer
from make_tiny_gguf import Shape, write_tiny_gguf

from askv4.llm.chat import Message
from askv4.llm.engine import Engine

SYSTEM = Message("system", "Answer from the numbered sentences alone, each sentence closed by its markers. " * 6)
SLOWEST_CANCELLATION = 0.2
LARGEST_GROWTH = 0.05
SETTLED = 20
"""Questions after which what is kept between questions is there."""


def question(number: int, evidence: int) -> list[Message]:
    """A question with so many numbered sentences, no two alike."""
    lines = [
        f"[{i}] Sentence {i} of question {number} says something of no consequence." for i in range(1, evidence + 1)
    ]
    return [SYSTEM, Message("user", "\n".join(lines) + f"\n\nWhat of {number}?")]


def malformed(engine: Engine, decodes: int) -> int:
    """How many of so many answers, each with another seed, are not of the form."""
    bad = tokens = 0
    begun = time.perf_counter()
    for seed in range(decodes):
        n = 1 + seed % 120
        grammar = answer_grammar(n, max_characters=24)
        text = "".join(
            engine.stream(question(seed % 5, 0), grammar=grammar, temperature=1.0, seed=seed, max_tokens=4000)
        )
        answer = parse_answer(text)
        numbers = [number for sentence in answer.sentences for number in sentence.numbers]
        cited = all(sentence.numbers for sentence in answer.sentences)
        in_range = all(1 <= number <= n for number in numbers)
        bad += not (answer.complete and cited and in_range)
        tokens += engine.stats.generated_tokens if engine.stats else 0
    seconds = time.perf_counter() - begun
    print(f"{decodes} random decodes, {tokens} tokens in {seconds:.1f} s: {bad} malformed")
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
    for _ in engine.stream(question(0, 1), grammar="root ::= [a-z]{1000}", max_tokens=1000, stop=stop):
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
        grammar = answer_grammar(20, max_characters=24)
        for _ in engine.stream(question(number, 20), grammar=grammar, temperature=1.0, seed=number, max_tokens=200):
            pass
    after = process.memory_info().rss
    growth = (after - settled) / settled
    print(f"{questions} questions: {settled / 1e6:.1f} MB -> {after / 1e6:.1f} MB resident, {growth:+.2%}")
    return growth


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--decodes", type=int, default=500)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = options.model or write_tiny_gguf(Path(folder) / "tiny.gguf")
        wide = Shape(width=1024, hidden=3072, layers=6, heads=16, kv_heads=8)
        large = options.model or write_tiny_gguf(Path(folder) / "wide.gguf", shape=wide)
        with Engine(small, threads=options.threads or 1) as engine:
            bad = malformed(engine, options.decodes)
            growth = memory_growth(engine, options.questions)
        with Engine(large, threads=options.threads) as engine:
            print("cancellation:")
            slowest = max(prompt_cancellation(engine, delay) for delay in (0.3, 0.9, 1.7))
            slowest = max(slowest, writing_cancellation(engine, 3))
    print(f"slowest cancellation: {slowest * 1000:.0f} ms")
    return int(bad > 0 or slowest > SLOWEST_CANCELLATION or growth >= LARGEST_GROWTH)


if __name__ == "__main__":
    raise SystemExit(main())
