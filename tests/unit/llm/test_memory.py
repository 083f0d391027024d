"""What a model needs, against what there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import ModelTooLarge
from askv4.llm import memory
from askv4.llm.gguf import read_gguf
from askv4.llm.memory import free_memory, gigabytes, memory_need, require_growth, require_memory
from tests.tiny_model import tiny_gguf


def test_the_cache_is_two_numbers_a_cell_for_keys_and_values(tiny: Path) -> None:
    info = read_gguf(tiny)
    # 2 layers, 2 key-value heads of 16, keys and values, f16: as llama.cpp reports for 2048 tokens, 0.5 MiB.
    assert memory_need(info, 2048).cache == 2048 * 2 * 2 * 16 * 2 * 2 == 512 * 1024
    assert memory_need(info, 2048).weights == info.tensor_bytes


def test_recurrent_layers_cost_nothing_per_token(tmp_path: Path) -> None:
    info = read_gguf(tiny_gguf(tmp_path / "hybrid.gguf", shape={"architecture": "lfm2", "layers": 4}))
    growth = memory_need(info, 4096).cache - memory_need(info, 2048).cache
    assert growth == 2048 * 2 * 16 * 2 * 2


def test_layers_between_full_attention_are_not_counted(tiny: Path) -> None:
    info = read_gguf(tiny)
    hybrid = replace(info, metadata={**info.metadata, "llama.full_attention_interval": 2})
    assert memory_need(hybrid, 2048).cache == memory_need(info, 2048).cache // 2


def test_what_a_head_claims_cannot_exhaust_the_estimate(tiny: Path) -> None:
    info = read_gguf(tiny)
    for value in (0, -5, 1 << 62):
        claims = {key: value for key in info.metadata if key.startswith("llama.")}
        assert memory_need(replace(info, metadata={**info.metadata, **claims}), 2048).weights == info.tensor_bytes


def test_a_model_that_does_not_fit_says_what_it_needs_and_what_is_free(tiny: Path) -> None:
    info = read_gguf(tiny)
    assert require_memory(info, 2048, lambda: 10**9).total < 10**9
    with pytest.raises(ModelTooLarge, match=r"tiny\.gguf needs \d+ MB .* of memory, and 10 MB are free") as caught:
        require_memory(info, 2048, lambda: 10_000_000)
    assert "smaller model" in caught.value.remedy


def test_growing_needs_only_what_is_added(tiny: Path) -> None:
    info = read_gguf(tiny)
    added = memory_need(info, 8192).total - memory_need(info, 4096).total
    require_growth(info, 4096, 8192, lambda: added)
    with pytest.raises(ModelTooLarge, match="context of 8192 tokens"):
        require_growth(info, 4096, 8192, lambda: added - 1)


def test_the_machine_has_memory_free() -> None:
    assert free_memory() > 1_000_000


def test_a_container_leaves_what_it_limits(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 500000\ninactive_file 150000\nactive_file 50000\n")
    assert memory.container_room(tmp_path) == 500_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.container_room(tmp_path) is None
    assert memory.container_room(tmp_path / "none") is None


def test_sizes_read_as_users_read_them() -> None:
    assert [gigabytes(n) for n in (5_000_000, 812_000_000, 4_700_000_000)] == ["5 MB", "812 MB", "4.7 GB"]
