"""The usual script for questions over documents, to measure askv4 beside: passages into a prompt, and the model answers.

It has what such scripts have and what does it good: the same passages that askv4 finds, a prompt that begins alike each
time (llama.cpp reads that part once), as many threads as there are cores, temperature 0, and an answer that streams.

    .venv/bin/python -m scripts.bench.usual_script MODEL.gguf QUESTION PASSAGE [PASSAGE ...]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any

from askv4.llm.loading import physical_cores

PASSAGES = 5
MOST_TOKENS = 200
CONTEXT = 4096
SYSTEM = (
    "You answer questions about the user's documents. Answer from the context, in one or two short sentences. "
    "If the answer is not in the context, say that you don't know."
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What the model may answer from."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and when it came: seconds after the prompt was given."""

    text: str
    first: float
    """Until the first piece of it; all of the time when nothing came."""
    end: float


class UsualScript:
    """A model, loaded by llama-cpp-python's own `Llama`."""

    def __init__(self, model: Path, threads: int) -> None:
        from llama_cpp import Llama

        self._llama: Any = Llama(
            str(model), n_ctx=CONTEXT, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def answer(self, question: str, passages: Sequence[Passage], before: str | None = None) -> Told:
        """Answer `question` from `passages`; `before` is the question that the user asked before it."""
        begun = perf_counter()
        first = None
        pieces = []
        stream = self._llama.create_chat_completion(
            messages(question, passages, before), temperature=0.0, max_tokens=MOST_TOKENS, stream=True
        )
        for event in stream:
            piece = event["choices"][0]["delta"].get("content")
            if piece:
                first = first or perf_counter() - begun
                pieces.append(piece)
        end = perf_counter() - begun
        return Told("".join(pieces).strip(), first or end, end)

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

    def __enter__(self) -> UsualScript:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def messages(question: str, passages: Sequence[Passage], before: str | None = None) -> list[dict[str, str]]:
    """The conversation that the model goes on with."""
    context = "\n\n".join(f"{one.title}\n{one.text}" for one in passages)
    asked = f"The user asked before: {before}\n\nQuestion: {question}" if before else f"Question: {question}"
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"Context:\n{context}\n\n{asked}"}]


def main(words: Sequence[str]) -> int:
    """Answer one question from passages of the command line."""
    if len(words) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    model, question, *passages = words
    with UsualScript(Path(model), physical_cores()) as script:
        told = script.answer(question, [Passage("", text) for text in passages])
    print(told.text)
    print(f"first word {told.first:.2f} s, end {told.end:.2f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
