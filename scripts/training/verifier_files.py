"""The verifier's folder: weights as ONNX of eight bits, and about.json with what they were made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnx

from askv4.files import sha256_of
from askv4.neural.cross_encoder import ABOUT_FILE
from askv4.neural.verifier import MODEL_FILE, VERDICTS, WEIGHTS
from scripts.training.reader_graph import Weights, with_weights


def as_graph(base: onnx.ModelProto, weights: Weights) -> onnx.ModelProto:
    """The base's graph with a figure for each verdict where it had one."""
    written = with_weights(base, weights)
    # Shapes that were noted for a single figure no longer hold; onnxruntime finds them anew.
    del written.graph.value_info[:]
    (output,) = written.graph.output
    output.type.tensor_type.shape.dim[1].dim_value = len(VERDICTS)
    onnx.checker.check_model(written, full_check=True)
    return written


def write(base: onnx.ModelProto, weights: Weights, about: dict[str, Any], folder: Path = WEIGHTS) -> None:
    """Raises OSError."""
    folder.mkdir(exist_ok=True)
    onnx.save(as_graph(base, weights), folder / MODEL_FILE)
    sums = {MODEL_FILE: sha256_of(folder / MODEL_FILE)}
    (folder / ABOUT_FILE).write_text(json.dumps({**about, "sha256": sums}, indent=1) + "\n", encoding="utf-8")
    print("wrote", folder, f"({(folder / MODEL_FILE).stat().st_size:,} bytes)")
