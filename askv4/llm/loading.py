"""From a file to a loaded model, or to the reason why there is none.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

import os
from collections.abc import MutableSequence
from pathlib import Path
from typing import Any, Final

from askv4.errors import ModelDamaged, ModelError, ModelMissing, ModelTooLarge, ModelUnsupported
from askv4.llm.gguf import GgufInfo, read_gguf
from askv4.llm.memory import FreeMemory, require_memory

_MOST_LAYERS: Final = 512
OTHER_MODEL: Final = "choose another model (`askv4 models`)"


def checked(path: Path) -> GgufInfo:
    """The file's head, where the file is whole and may be a chat model."""
    info = read_gguf(path)
    missing = [part.name for part in info.parts if not part.is_file()]
    if missing:
        raise ModelMissing(f"{path.name} lacks its part {missing[0]}", "download all parts into the same folder")
    if info.missing_bytes:
        raise ModelDamaged(
            f"{path.name} is truncated: {info.missing_bytes} of {info.file_bytes + info.missing_bytes} bytes are missing",
            "delete it and download it again",
        )
    layers = info.number("block_count")
    if layers is not None and not 1 <= layers <= _MOST_LAYERS:
        # llama.cpp ends the process over these.
        raise ModelDamaged(f"{path.name} is damaged: it claims {layers} layers", "delete it and download it again")
    what = info.why_no_chat
    if what:
        raise ModelUnsupported(f"{path.name} is {what}, not a chat model", OTHER_MODEL)
    return info


def load_model(
    lib: Any, info: GgufInfo, context: int, *, gpu: bool, free: FreeMemory, recent: MutableSequence[str]
) -> tuple[Any, bool]:
    """The native model, and whether it is on the GPU; one that does not fit there is loaded for the CPU."""
    if not gpu:
        require_memory(info, context, free)
    params = lib.llama_model_default_params()
    params.load_mode = lib.LLAMA_LOAD_MODE_MMAP
    params.n_gpu_layers = -1 if gpu else 0
    recent.clear()
    model = lib.llama_model_load_from_file(os.fsencode(info.parts[0]), params)
    if not model and gpu:
        return load_model(lib, info, context, gpu=False, free=free, recent=recent)
    if not model:
        raise _load_error(info, " ".join(recent))
    return model, gpu


def _load_error(info: GgufInfo, log: str) -> ModelError:
    """What llama.cpp's log says on why a model did not load."""
    name = info.path.name
    if not info.path.is_file():
        return ModelMissing(f"{info.path} vanished while it was being loaded")
    if "unknown model architecture" in log or "unknown pre-tokenizer" in log:
        return ModelUnsupported(
            f"this build of llama.cpp does not know {name}'s architecture ({info.architecture})",
            f"update llama-cpp-python, or {OTHER_MODEL}",
        )
    if "allocate" in log or "out of memory" in log:
        return ModelTooLarge(
            f"llama.cpp could not get the memory for {name}", "close other programs, or " + OTHER_MODEL
        )
    reason = log.rpartition("error loading model: ")[2].partition("llama_model_load")[0].strip() or "it gives no reason"
    return ModelDamaged(f"llama.cpp cannot load {name}: {reason}", "download it again, or " + OTHER_MODEL)


def physical_cores() -> int:
    """Physical cores that this process may use: more threads than that slow llama.cpp down."""
    import psutil

    logical = psutil.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or logical
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical
    return max(1, min(physical, usable, _container_cores(Path("/sys/fs/cgroup/cpu.max")) or physical))


def _container_cores(limit: Path) -> int | None:
    """Whole processors that the control group (v2) grants; None without a limit."""
    try:
        quota, period = limit.read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return None
