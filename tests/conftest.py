"""What all rooms' tests share: the environment, and the real encoder, prepared once and kept between test runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from askv4.answer.write.verifier import Verifier, open_verifier
from askv4.neural.encoder import Encoder, open_encoder
from askv4.neural.reader import Reader
from askv4.offline import go_offline
from scripts.setup import small_model

# Before any test module imports a library that reads these variables.
go_offline()


@pytest.fixture(scope="session")
def encoder_dir(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real exported encoder, and the reader. Never write to it: it is kept in pytest's cache.

    The export inside is named after the weights' hash and checked whenever it is opened, so an old one does no harm.
    """
    if pytestconfig.pluginmanager.hasplugin("cacheprovider"):
        folder = Path(pytestconfig.cache.mkdir("askv4-encoder"))
    else:
        folder = tmp_path_factory.mktemp("askv4-encoder")
    open_encoder(folder)
    Reader(folder).load()
    return folder


@pytest.fixture(scope="session")
def encoder(encoder_dir: Path) -> Encoder:
    """The real int8 encoder."""
    return open_encoder(encoder_dir)


@pytest.fixture(scope="session")
def reader(encoder_dir: Path) -> Reader:
    """The real reader."""
    return Reader(encoder_dir)


@pytest.fixture(scope="session")
def verifier(encoder_dir: Path) -> Verifier:
    """The real verifier of leads."""
    return open_verifier(encoder_dir)


@pytest.fixture
def data_dir(encoder_dir: Path, tmp_path: Path) -> Path:
    """An empty data folder of the test's own, in which the encoder is already prepared."""
    folder = tmp_path / "data"
    folder.mkdir()
    if sys.platform == "win32":
        shutil.copytree(encoder_dir / "encoders", folder / "encoders")
    else:
        (folder / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def real_model() -> Path:
    """The file of a small chat model that makes sense of what it reads, Qwen2.5-Coder-0.5B-Instruct; skips without it."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: scripts/test.py compiles it")
    model: Path | None = small_model.find()
    if model is None:
        pytest.skip(f"{small_model.NAME} is not in {small_model.cache_folder()}: scripts/test.py fetches it")
    return model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model with random weights and prompts, on disk: two layers, one token per letter."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    letters = "abcdefghijklmnopqrstuvwxyz0123456789:"
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    parts = tmp_path_factory.mktemp("tiny-parts")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(parts)
    BertTokenizerFast(vocab={token: number for number, token in enumerate(vocabulary)}).save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=48), Pooling(32), Normalize()]
    folder = tmp_path_factory.mktemp("tiny") / "tiny-model"
    prompts = {"query": "ask: ", "document": "text: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    return folder
