"""Trains a cross-encoder in as many single-threaded processes as there are cores, which meet and take the mean.

Local SGD (Stich 2019). Two threads in one process would wait for each other at every product of matrices; on a machine that
has other things to do that takes four times as long.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from scripts.training.reader_graph import Weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH = 16
MEET = 8
"""Steps between which the workers go their own ways."""
BUCKET = 40
"""Batches among which examples are sorted by length, so that little is padded."""
HEADS = 20.0
"""By how much faster a head learns that starts from nothing: at the body's rate it never gets away from there."""
KEEP_EVERY = 600
"""Seconds between weights that are kept."""


@dataclass(frozen=True, slots=True)
class Example:
    """A pair of texts as token ids, and what is to be learned of it."""

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    label: int
    weight: float = 1.0
    span: tuple[int, int] | None = None
    """Places of the first and the last token that answer, where known; (0, 0) where nothing does."""


class Task(Protocol):
    """A model, and how wrong it is. Goes to other processes: its class stands in a module."""

    heads: tuple[str, ...]
    """How the names of the parameters begin that start from nothing."""

    def build(self, weights: Weights) -> Any: ...
    def loss(self, model: Any, batch: Sequence[Example]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """How one pass over examples is made."""

    name: str
    rate: float
    """The highest learning rate."""
    end: float
    """The share of it with which the stage ends."""
    minutes: float
    """It ends after so many, at its lowest rate, if not all examples were seen before."""
    keep: Path
    workers: int = 2
    seed: int = 0


def padded(batch: Sequence[Example]) -> dict[str, Any]:
    """What the model takes: tensors [len(batch), longest]."""
    import torch

    width = max(len(one.ids) for one in batch)
    rows = {
        "input_ids": [[*one.ids] + [0] * (width - len(one.ids)) for one in batch],
        "token_type_ids": [[*one.segments] + [0] * (width - len(one.segments)) for one in batch],
        "attention_mask": [[1] * len(one.ids) + [0] * (width - len(one.ids)) for one in batch],
    }
    return {name: torch.tensor(values) for name, values in rows.items()}


def half() -> Any:
    """Where products of matrices are made in bf16: a processor that has no instructions for it takes forty times as long."""
    import torch

    known = torch.cpu.get_capabilities()
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=bool(known.get("avx512_bf16") or known.get("amx_bf16")))


def config() -> Any:
    """The base's shape, without dropout: it doubles the time of a step, and nothing is seen often enough to be learned by heart."""
    from transformers import BertConfig

    made = BertConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536)
    made.hidden_dropout_prob = made.attention_probs_dropout_prob = 0.0
    made._attn_implementation = "eager"  # on a processor, the fused kernel's backward pass takes twice the time
    return made


def train(task: Task, weights: Weights, examples: Sequence[Example], stage: Stage) -> tuple[Weights, dict[str, int]]:
    """One pass over `examples`; the trained weights, and what was done for them."""
    import torch

    torch.manual_seed(stage.seed)
    model = task.build(weights)
    print(f"{stage.name}: {len(examples)} pairs, {sum(len(one.ids) for one in examples)} tokens", flush=True)
    start = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    shared: Any = torch.stack([start] * stage.workers)
    done: Any = torch.zeros(2)
    shared.share_memory_()
    done.share_memory_()
    processes: Any = torch.multiprocessing
    barrier = processes.get_context("spawn").Barrier(stage.workers)
    processes.spawn(_work, (shared, barrier, done, task, weights, examples, stage), nprocs=stage.workers)
    torch.nn.utils.vector_to_parameters(shared[0], model.parameters())
    steps = len(examples) // BATCH // stage.workers
    return parameters(model), {"pairs": len(examples), "steps": int(done[1]), "of": steps, "workers": stage.workers}


def _work(
    rank: int,
    shared: Any,
    barrier: Any,
    done: Any,
    task: Task,
    weights: Weights,
    examples: Sequence[Example],
    stage: Stage,
) -> None:
    """Every `workers`th batch. AdamW; a twentieth of the way to warm up, then down in a line; the vocabulary stays.

    The way is all batches, or the minutes that the stage has, whichever is further on (`done`, which the first worker says).
    """
    import torch

    torch.set_num_threads(1)
    model = task.build(weights)
    torch.nn.utils.vector_to_parameters(shared[rank].clone(), model.parameters())
    model.train(True)
    model.bert.embeddings.requires_grad_(False)
    learned = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    groups = [
        {"params": [one for name, one in learned if name.startswith(task.heads) is fresh], "times": times}
        for fresh, times in ((False, 1.0), (True, HEADS))
    ]
    optimiser = torch.optim.AdamW(groups, lr=stage.rate, weight_decay=0.01)
    mine = list(_batches(examples, random.Random(stage.seed)))
    mine = mine[: len(mine) // stage.workers * stage.workers][rank :: stage.workers]
    steps, began, last, losses = len(mine), time.monotonic(), time.monotonic(), []
    for step, places in enumerate(mine, start=1):
        way = float(done[0])
        for group in optimiser.param_groups:
            group["lr"] = group["times"] * stage.rate * min(1, (way + 1 / steps) / 0.05) * (1 - (1 - stage.end) * way)
        loss = task.loss(model, [examples[place] for place in places])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([one for _, one in learned], 1.0)
        optimiser.step()
        losses.append(loss.item())
        if step % MEET and step != steps:
            continue
        shared[rank].copy_(torch.nn.utils.parameters_to_vector(model.parameters()).detach())
        if rank == 0:
            done[0] = min(1.0, max(step / steps, (time.monotonic() - began) / (60 * stage.minutes)))
            done[1] = step
        barrier.wait()
        mean, finished = shared.mean(dim=0), float(done[0]) >= 1
        barrier.wait()
        torch.nn.utils.vector_to_parameters(mean, model.parameters())
        if rank == 0 and (finished or step // MEET % 6 == 0):
            spent = time.monotonic() - began
            print(f"step {step} of {steps}, loss {np.mean(losses[-48:]):.3f}, {spent:.0f} s", flush=True)
        if rank == 0 and time.monotonic() - last > KEEP_EVERY:
            keep(parameters(model), stage.keep / f"{stage.name}-{step}.npz")
            last = time.monotonic()
        if finished:
            shared[rank].copy_(mean)
            return


def _batches(examples: Sequence[Example], chance: random.Random) -> Iterator[list[int]]:
    """Places of examples of about one length, in any order."""
    places = list(range(len(examples)))
    chance.shuffle(places)
    made = []
    for begin in range(0, len(places), BATCH * BUCKET):
        bucket = sorted(places[begin : begin + BATCH * BUCKET], key=lambda place: len(examples[place].ids))
        made += [bucket[i : i + BATCH] for i in range(0, len(bucket), BATCH)]
    chance.shuffle(made)
    yield from made


def parameters(model: Any) -> Weights:
    return {name: values.detach().numpy().astype(np.float32) for name, values in model.state_dict().items()}


def keep(weights: Weights, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, allow_pickle=False, **weights)


def kept(path: Path) -> Weights:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def base_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
