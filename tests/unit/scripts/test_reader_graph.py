"""The reader's weights, taken out of its ONNX file and put back."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from askv4.neural.reader import MODEL_FILE, WEIGHTS, Reader, pair_input
from askv4.neural.sessions import import_onnxruntime
from scripts.training.reader_graph import BLOCK, VOCABULARY, rounded, weights_of, with_weights

QUESTION, TEXT = "Who built the lighthouse?", "The lighthouse was built by the engineer Ida Holm."


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    return onnx.load(WEIGHTS / MODEL_FILE)


def score(model: onnx.ModelProto, reader: Reader) -> float:
    tokenizer = reader.tokenizer()
    session = import_onnxruntime().InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return float(session.run(None, pair_input(tokenizer, QUESTION, TEXT))[0][0, 0])


def test_what_was_taken_out_and_put_back_is_the_same(model: onnx.ModelProto, reader: Reader) -> None:
    weights = weights_of(model)
    again = with_weights(model, weights)
    assert score(again, reader) == pytest.approx(score(model, reader), abs=1e-4)
    for name, values in weights_of(again).items():
        assert np.allclose(values, weights[name], atol=1e-6), name


def test_all_parameters_are_found(model: onnx.ModelProto) -> None:
    weights = weights_of(model)
    assert weights[VOCABULARY].shape == (30522, 384)
    assert weights["bert.encoder.layer.11.intermediate.dense.weight"].shape == (1536, 384)
    assert weights["classifier.weight"].shape == (1, 384)
    assert sum(values.size for values in weights.values()) == 33_361_155


def test_other_weights_give_other_scores(model: onnx.ModelProto, reader: Reader) -> None:
    weights = weights_of(model)
    weights["classifier.bias"] = weights["classifier.bias"] + 3
    assert score(with_weights(model, weights), reader) == pytest.approx(score(model, reader) + 3, abs=1e-3)


def test_a_missing_parameter_is_an_error(model: onnx.ModelProto) -> None:
    weights = weights_of(model)
    del weights["bert.pooler.dense.weight"]
    with pytest.raises(KeyError, match="pooler"):
        with_weights(model, weights)


@given(arrays(np.float32, (3, 2 * BLOCK), elements=st.floats(-8, 8, width=16)))
def test_rounding_to_four_bits_is_within_half_a_step_and_stays(vectors: np.ndarray) -> None:
    once = rounded(vectors)
    step = np.abs(vectors.reshape(3, 2, BLOCK)).max(axis=2, keepdims=True) / 7
    assert (np.abs(once - vectors).reshape(3, 2, BLOCK) <= step / 2 + 1e-5).all()
    assert np.allclose(rounded(once), once, atol=1e-5)
