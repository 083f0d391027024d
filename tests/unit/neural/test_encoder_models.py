"""Other sentence-transformers models: found, refused, and used with their own prompts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from askv4.errors import EncoderDamaged, EncoderMissing, EncoderUnsupported
from askv4.neural.encoder import Encoder, open_encoder
from askv4.neural.packaged import packaged_folder

ROOT = Path(__file__).parents[3]


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


@pytest.fixture
def tiny_encoder(model: Path, tmp_path: Path) -> Encoder:
    return open_encoder(tmp_path / "data", str(model))


def change(path: Path, **values: Any) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **values}), encoding="utf-8")


def test_questions_and_passages_get_the_models_own_prompts(tiny_encoder: Encoder, model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(model), device="cpu")
    (question,) = tiny_encoder.encode_queries(["a lake"])
    (passage,) = tiny_encoder.encode_passages(["a lake"])
    np.testing.assert_allclose(question, original.encode("ask: a lake"), atol=1e-6)
    np.testing.assert_allclose(passage, original.encode("text: a lake"), atol=1e-6)
    assert not np.allclose(question, passage)
    assert np.linalg.norm(question) == pytest.approx(1)


def test_a_text_gets_the_same_bits_whatever_else_is_in_the_call(tiny_encoder: Encoder) -> None:
    texts = ["a lake", "", "a much longer text about a lake in the hills", "half \ud83d"]
    alone = np.concatenate([tiny_encoder.encode_passages([text]) for text in texts])
    assert tiny_encoder.encode_passages(texts).tobytes() == alone.tobytes()
    assert tiny_encoder.encode_passages([]).shape == (0, 32)


def test_tokens_are_counted_without_prompt_and_special_tokens(tiny_encoder: Encoder) -> None:
    assert tiny_encoder.count_tokens(["", "abc", "ab " * 100]) == [0, 3, 200]
    # 48 tokens less [CLS] and [SEP], less the five of "text: ".
    assert tiny_encoder.max_tokens == 41
    full = "a" * tiny_encoder.max_tokens
    assert tiny_encoder.encode_passages([full]).tobytes() == tiny_encoder.encode_passages([full + "b"]).tobytes()
    assert tiny_encoder.encode_passages([full]).tobytes() != tiny_encoder.encode_passages([full[:-1]]).tobytes()


def test_the_identity_follows_weights_prompts_and_pooling(model: Path, tmp_path: Path) -> None:
    seen = [open_encoder(tmp_path, str(model)).identity]
    assert open_encoder(tmp_path / "elsewhere", str(model)).identity == seen[0]
    change(model / "config_sentence_transformers.json", prompts={"query": "q: ", "document": "d: "})
    seen.append(open_encoder(tmp_path, str(model)).identity)
    change(model / "1_Pooling" / "config.json", pooling_mode="cls")
    seen.append(open_encoder(tmp_path, str(model)).identity)
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    seen.append(open_encoder(tmp_path, str(model)).identity)
    assert len(set(seen)) == 4


def test_what_was_learned_by_loading_is_known_at_the_next_start(model: Path, tmp_path: Path) -> None:
    assert open_encoder(tmp_path, str(model)).dimension == 32
    program = f"""
import sys
from pathlib import Path
from askv4.neural.encoder import open_encoder
encoder = open_encoder(Path({str(tmp_path)!r}), {str(model)!r})
assert (encoder.dimension, encoder.max_tokens) == (32, 41)
assert not {{"torch", "transformers", "sentence_transformers", "onnxruntime"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_loading_prints_nothing_and_is_told_to_the_callback(model: Path, tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from askv4.neural.encoder import open_encoder
told = []
encoder = open_encoder(Path({str(tmp_path)!r}), {str(model)!r}, narrate=told.append)
encoder.encode_queries(["a", "abc " * 200])
encoder.count_tokens(["abc " * 200])
assert len(told) == 1 and told[0].startswith("loading the encoder"), told
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_original_weights_agree_with_the_float32_export(encoder_dir: Path, tmp_path: Path) -> None:
    texts = ["Storks return in March.", "¿Cuándo vuelven las cigüeñas?", "", "Wing beats. " * 120]
    original = open_encoder(tmp_path, str(packaged_folder()))
    exported = open_encoder(encoder_dir, precision="float32")
    cosines = (original.encode_passages(texts) * exported.encode_passages(texts)).sum(axis=1)
    assert cosines.min() > 0.9999
    assert original.count_tokens(texts) == exported.count_tokens(texts)
    assert (original.max_tokens, original.dimension) == (exported.max_tokens, exported.dimension)


def test_a_name_that_is_not_here_is_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing) as raised:
        open_encoder(tmp_path, "some-org/some-model")
    assert "askv4 models pull --encoder some-org/some-model" in raised.value.remedy
    with pytest.raises(EncoderMissing, match="there is no folder"):
        open_encoder(tmp_path, "./not/here")
    with pytest.raises(EncoderMissing, match="there is no folder"):
        open_encoder(tmp_path, "../../nowhere/at/all")


def test_a_name_is_found_in_the_hubs_own_cache(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    repository = tmp_path / "cache" / "models--some-org--some-model"
    commit = "0123456789abcdef0123456789abcdef01234567"
    shutil.copytree(model, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit, encoding="utf-8")
    encoder = open_encoder(tmp_path / "data", "some-org/some-model")
    assert encoder.identity == open_encoder(tmp_path / "data", str(model)).identity
    assert encoder.name == "some-org/some-model"


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "custom_code.Transformer"}]),
        ("config_sentence_transformers.json", {"model_type": "SparseEncoder"}),
        ("config.json", {"model_type": "unheard-of", "auto_map": {"AutoModel": "modeling.Model"}}),
    ],
)
def test_foreign_code_and_other_kinds_are_refused(model: Path, tmp_path: Path, file: str, values: Any) -> None:
    (model / file).write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(EncoderUnsupported) as raised:
        open_encoder(tmp_path, str(model))
    assert raised.value.remedy


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnsupported, match="not a sentence-transformers model"):
        open_encoder(tmp_path, str(tmp_path))


def test_pickled_weights_are_refused(model: Path, tmp_path: Path) -> None:
    (model / "pytorch_model.bin").write_bytes(b"")
    open_encoder(tmp_path, str(model))
    (model / "model.safetensors").unlink()
    with pytest.raises(EncoderUnsupported, match="pickle"):
        open_encoder(tmp_path, str(model))


def test_a_damaged_model_is_told(model: Path, tmp_path: Path) -> None:
    (model / "model.safetensors").write_bytes(b"not weights")
    encoder = open_encoder(tmp_path, str(model))
    with pytest.raises(EncoderDamaged):
        encoder.encode_queries(["a"])
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (model / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(EncoderDamaged, match="not whole"):
        open_encoder(tmp_path, str(model))
    (model / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderDamaged, match="cannot read"):
        open_encoder(tmp_path, str(model))
