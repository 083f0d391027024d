"""What a model needs of the machine's memory, and what the machine has free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from askv4.errors import ModelTooLarge
from askv4.llm.gguf import GgufInfo

GPU_BATCH = 512
CPU_BATCH = 128
"""Tokens that are evaluated at once. llama.cpp can be stopped between two operations on a batch: with 512 tokens on two
cores that took 130 to 280 ms under load, with 128 a quarter of it, and the prompt was read no slower."""

_CELL_BYTES = 2
"""A number in the KV cache, f16."""

_MOST_LAYERS = 4096

FreeMemory = Callable[[], int]
"""Tells how many bytes a program may still take."""


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes that a model takes while it answers, by what for."""

    weights: int
    cache: int
    """The KV cache (and, of hybrid models, the recurrent state) for the whole context."""
    buffers: int

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.buffers

    def __str__(self) -> str:
        return f"{gigabytes(self.total)} ({gigabytes(self.weights)} weights, {gigabytes(self.cache)} context)"


def gigabytes(count: int) -> str:
    """Bytes as users read them: "4.7 GB", "812 MB"."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def free_memory() -> int:
    """Bytes that this process may still take: what the system has available, or what its container leaves."""
    import psutil

    available = int(psutil.virtual_memory().available)
    room = container_room(Path("/sys/fs/cgroup"))
    return available if room is None else min(available, room)


def container_room(cgroup: Path) -> int | None:
    """What the limit of the control group (v2) leaves; None without a limit."""
    try:
        limit = int((cgroup / "memory.max").read_text())
        used = int((cgroup / "memory.current").read_text())
        pairs = (line.split() for line in (cgroup / "memory.stat").read_text().splitlines())
        # The page cache counts as used, and gives way.
        reclaimable = sum(int(value) for name, value in pairs if name in ("inactive_file", "active_file"))
    except (OSError, ValueError):
        return None
    return max(0, limit - used + reclaimable)


def memory_need(info: GgufInfo, context: int) -> MemoryNeed:
    """An estimate of what `info`'s model takes with a context of that many tokens, on the high side."""
    # A head may claim anything; what nobody has built is not calculated with.
    layers = min(max(info.number("block_count") or 0, 0), _MOST_LAYERS)
    width = info.number("embedding_length") or 0
    hidden = max(info.numbers("feed_forward_length", layers) or (4 * width,), default=4 * width)
    experts = info.number("expert_used_count") or 0
    hidden = max(hidden, experts * (info.number("expert_feed_forward_length") or 0))
    activations = GPU_BATCH * (6 * width + 2 * hidden) * 4
    mask = GPU_BATCH * context * _CELL_BYTES
    logits = 16 * (info.number("vocab_size") or 256_000)
    return MemoryNeed(
        weights=info.tensor_bytes if len(info.parts) == 1 else sum(_size(part) for part in info.parts),
        cache=_cache_bytes(info, context, layers, width),
        buffers=activations + mask + logits + (64 << 20),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cache_bytes(info: GgufInfo, context: int, layers: int, width: int) -> int:
    cells = -(-context // 256) * 256
    latent = info.number("attention.kv_lora_rank")
    if latent and info.number("attention.key_length_mla"):
        return layers * (latent + (info.number("rope.dimension_count") or 64)) * cells * _CELL_BYTES
    heads = info.numbers("attention.head_count", layers) or (1,) * layers
    kv_heads = info.numbers("attention.head_count_kv", layers) or heads
    size = width // max(1, *heads, 1)
    keys = info.number("attention.key_length") or size
    values = info.number("attention.value_length") or size
    interval = info.number("full_attention_interval") or 1
    own = layers - (info.number("attention.shared_kv_layers") or 0)
    attention = [n for i, n in enumerate(kv_heads[:own]) if n and (i + 1) % interval == 0]
    return sum(attention) * (keys + values) * cells * _CELL_BYTES + (own - len(attention)) * _state_bytes(info)


def _state_bytes(info: GgufInfo) -> int:
    """What one recurrent layer remembers, whatever the context."""
    inner, state = info.number("ssm.inner_size") or 0, info.number("ssm.state_size") or 0
    window = max(0, (info.number("ssm.conv_kernel") or info.number("shortconv.l_cache") or 1) - 1)
    groups = info.number("ssm.group_count") or 0
    return 4 * (inner * state + window * (inner + 2 * groups * state + (info.number("embedding_length") or 0)))


def require_memory(info: GgufInfo, context: int, free: FreeMemory = free_memory) -> MemoryNeed:
    """The need, where the machine has it free.

    Raises:
        ModelTooLarge: it has not.
    """
    need, available = memory_need(info, context), free()
    if need.total > available:
        raise ModelTooLarge(
            f"{info.path.name} needs {need} of memory, and {gigabytes(available)} are free",
            "close other programs, choose a smaller model (`askv4 models`), or answer with --mode extractive",
        )
    return need


def require_growth(info: GgufInfo, old: int, new: int, free: FreeMemory = free_memory) -> None:
    """Check that the context may grow from `old` tokens (0: there is none yet) to `new`, the weights being loaded.

    Raises:
        ModelTooLarge: the memory does not suffice.
    """
    need = memory_need(info, new)
    held = memory_need(info, old) if old else None
    more = need.cache + need.buffers - (held.cache + held.buffers if held else 0)
    available = free()
    if more > available:
        raise ModelTooLarge(
            f"a context of {new} tokens takes {gigabytes(more)} more memory, and {gigabytes(available)} are free",
            "close other programs, ask with less evidence, or choose a smaller model (`askv4 models`)",
        )
