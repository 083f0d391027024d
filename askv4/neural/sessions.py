"""onnxruntime as all models of askv4 use it: one thread a text, several texts at a time, the same figures on every processor."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from askv4.errors import EncoderDamaged

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Item = TypeVar("Item")


def open_session(path: Path) -> Any:
    """An onnxruntime session of a model that `optimise` wrote."""
    onnxruntime, options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Without a second attempt, of which onnxruntime would tell on stdout.
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"], enable_fallback=0)


def optimise(path: Path, target: Path | None, *, eight_bits: bool) -> Any:
    """Fuses a model's operators once, so that no start has to, and writes it to `target` where one is given. Returns its session.

    `eight_bits`: its weights use all of their 8 bits. Processors without VNNI add two products in 16 bits, which would
    overflow (logits moved by up to 0.6); for those it is written in a form that does not. With VNNI that form would take twice as long.
    """
    onnxruntime, options = _options()
    if eight_bits and not has_vnni():
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    if target is not None:
        options.optimized_model_filepath = str(target)
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"], enable_fallback=0)


@cache
def has_vnni(processors: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor multiplies eight bits without overflow, as far as the system tells: only Linux does."""
    with suppress(OSError):
        for line in processors.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("flags"):
                return not {"avx512_vnni", "avx_vnni"}.isdisjoint(line.split())
    return False


def _options() -> tuple[Any, Any]:
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime, options


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file, without padding and truncation. Files of the same bytes, as those of encoder, reader and verifier
    are, share it: it takes 30 ms to make. Raises OSError, and what tokenizers raises."""
    return _tokenizer(path.read_bytes())


@lru_cache(maxsize=4)
def _tokenizer(data: bytes) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(data)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def each_alone(
    items: Sequence[Item], length: Callable[[Item], int], run: Callable[[int, Item], None], *, threads: int, name: str
) -> None:
    """Calls `run(place, item)` for every item, on several threads, the longest first.

    A model reads every text alone: dynamic quantisation scales by the largest activation of a run, and padding changes the
    last bits, so only alone does a text always get the same figures. With a long one last, the other threads would wait.
    An interrupted call ends after the items in work.
    """
    places = sorted(range(len(items)), key=lambda place: -length(items[place]))
    workers = min(threads, len(places))
    if workers <= 1:
        for place in places:
            run(place, items[place])
        return
    left = iter(places)
    stop = threading.Event()

    def work() -> None:
        for place in left:  # next() on a list's iterator is atomic
            if stop.is_set():
                return
            run(place, items[place])

    with ThreadPoolExecutor(workers, thread_name_prefix=f"askv4-{name}") as pool:
        futures = [pool.submit(work) for _ in range(workers)]
        try:
            for future in futures:
                future.result()
        finally:
            stop.set()


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def import_onnxruntime() -> Any:
    """The module; nothing else of askv4 imports it, so that its noise is kept off the terminal in one place."""
    with quiet_device_discovery():
        try:
            import onnxruntime  # type: ignore[import-untyped]
        except ImportError as error:
            remedy = "reinstall it: pip install --force-reinstall onnxruntime"
            raise EncoderDamaged(f"onnxruntime does not load: {error}", remedy) from error
    # On Windows it reports through the system's event tracing, which no variable of the environment turns off.
    onnxruntime.disable_telemetry_events()
    return onnxruntime


@contextmanager
def quiet_device_discovery(cards: Path = Path("/sys/class/drm")) -> Iterator[None]:
    """Keeps one warning of onnxruntime off the terminal.

    On Linux with a display card that is no GPU (WSL, Raspberry Pi), importing it prints to the descriptor of standard
    error that a file is missing; no setting prevents that (microsoft/onnxruntime#27092). Only there is the descriptor
    turned away, and only while the library is first imported.
    """
    affected = sys.platform == "linux" and any(
        "-" not in card.name and not (card / "device" / "vendor").exists() for card in cards.glob("card[0-9]*")
    )
    if not affected or "onnxruntime" in sys.modules:
        yield
        return
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
