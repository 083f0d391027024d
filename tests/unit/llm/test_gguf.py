"""Reading the head of a GGUF file: what it says, what is missing, and what it must not be able to do."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askv4.errors import ModelDamaged, ModelError, ModelMissing
from askv4.llm import gguf as head
from askv4.llm.gguf import read_gguf
from tests.tiny_model import header_only, tiny_gguf


def test_says_what_the_file_says(tiny: Path) -> None:
    info = read_gguf(tiny)
    assert (info.architecture, info.name, info.license) == ("llama", "askv4 tiny random", "apache-2.0")
    assert (info.version, info.context_length, info.quantisation, info.shard) == (3, 8192, "F32", (1, 1))
    assert info.chat_template is not None
    assert "enable_thinking" in info.chat_template
    assert info.number("block_count") == 2
    assert info.why_no_chat is None


def test_adds_up_the_tensors(tiny: Path) -> None:
    reader = pytest.importorskip("gguf").GGUFReader(tiny)
    info = read_gguf(tiny)
    assert info.tensor_count == len(reader.tensors)
    assert info.parameters == sum(int(tensor.n_elements) for tensor in reader.tensors)
    assert info.tensor_bytes == sum(int(tensor.n_bytes) for tensor in reader.tensors)
    assert (info.missing_bytes, info.file_bytes) == (0, tiny.stat().st_size)


def test_knows_the_types_that_the_gguf_package_knows() -> None:
    constants = pytest.importorskip("gguf").constants
    sizes = {int(kind): (kind.name, *size) for kind, size in constants.GGML_QUANT_SIZES.items()}
    assert dict(head.TENSOR_TYPES) == sizes
    names = {
        int(kind): kind.name.removeprefix("MOSTLY_").removeprefix("ALL_").removesuffix("_MOE")
        for kind in constants.LlamaFileType
        if kind.name != "GUESSED"
    }
    assert dict(head.FILE_TYPES) == names


@pytest.mark.parametrize("missing", [1, 1000, 200_000])
def test_a_file_cut_off_in_its_weights_lacks_that_much(tiny: Path, tmp_path: Path, missing: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:-missing])
    # The last tensor may be padded; no byte of padding is missed.
    assert missing - 32 < read_gguf(path).missing_bytes <= missing


@pytest.mark.parametrize("length", [5, 24, 100, 3000])
def test_a_file_cut_off_in_its_head_is_damaged(tiny: Path, tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:length])
    with pytest.raises(ModelDamaged, match="cut off within its head") as caught:
        read_gguf(path)
    assert "download" in caught.value.line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a GGUF"),
        (b"PK\x03\x04 a zip", "not a GGUF"),
        (b"lmgg" + bytes(60), "GGML files of 2023"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(60), "big-endian"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(60), "version 1"),
        (b"GGUF" + struct.pack("<I", 99) + bytes(60), "version 99"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "no architecture"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=words):
        read_gguf(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model file"):
        read_gguf(tmp_path / "none.gguf")
    with pytest.raises(ModelDamaged, match="cannot be read"):
        read_gguf(tmp_path)


def _with_value(kind: int, value: bytes) -> bytes:
    key = b"a.key"
    return b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, len(key)) + key + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    "content",
    [
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62),
        _with_value(8, struct.pack("<Q", (1 << 64) - 1)),
        _with_value(9, struct.pack("<IQ", 8, 1 << 62)),
        _with_value(9, struct.pack("<IQ", 4, 1 << 62)),
        _with_value(9, struct.pack("<IQ", 9, 4)),
        _with_value(77, b""),
    ],
    ids=["pairs", "tensors", "key", "string", "strings", "numbers", "nesting", "type"],
)
def test_impossible_sizes_are_refused_before_they_are_believed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(content + bytes(4096))
    with pytest.raises(ModelDamaged, match="its head gives"):
        read_gguf(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(4, 12_000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6))
def test_no_change_of_the_head_does_worse_than_a_model_error(
    tiny: Path, tmp_path: Path, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(tiny.read_bytes())
    for at, change in changes:
        data[at : at + len(change)] = change
    path = tmp_path / "changed.gguf"
    path.write_bytes(data)
    with contextlib.suppress(ModelError):
        info = read_gguf(path)
        assert info.missing_bytes >= 0
        assert info.parameters >= 0


@pytest.mark.parametrize(
    ("architecture", "pairs", "what"),
    [
        ("bert", {}, "an embedding model"),
        ("qwen3", {"qwen3__pooling_type": 3}, "an embedding model"),
        ("llama", {"llama__attention__causal": False}, "an embedding model"),
        ("qwen3", {"qwen3__pooling_type": 4}, "a reranker"),
        ("clip", {"general__type": "mmproj"}, "the vision part"),
        ("llama", {"general__type": "adapter"}, "a LoRA adapter"),
        ("llama", {}, "a vocabulary without weights"),
    ],
)
def test_files_that_are_no_chat_model(
    tmp_path: Path, architecture: str, pairs: dict[str, bool | int | str], what: str
) -> None:
    info = read_gguf(header_only(tmp_path / "other.gguf", architecture, **pairs))
    assert info.why_no_chat is not None
    assert what in info.why_no_chat


def test_the_parts_of_a_split_model(tmp_path: Path) -> None:
    path = header_only(tmp_path / "big-00002-of-00003.gguf", "llama", split__no=1, split__count=3)
    info = read_gguf(path)
    assert info.shard == (2, 3)
    assert [part.name for part in info.parts] == [f"big-0000{i}-of-00003.gguf" for i in (1, 2, 3)]


def test_the_hybrid_model_says_its_layers(tmp_path: Path) -> None:
    info = read_gguf(tiny_gguf(tmp_path / "hybrid.gguf", shape={"architecture": "lfm2", "layers": 3}))
    assert info.numbers("attention.head_count_kv", 3) == (2, 0, 0)
    assert info.numbers("attention.head_count", 3) == (4, 4, 4)
