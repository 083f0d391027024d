"""The next token, out of what the model thinks likely.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

from typing import Any, Final

_TOP_K: Final = 40
_TOP_P: Final = 0.95
_MIN_P: Final = 0.05


class Sampler:
    """Chooses tokens for one answer. Close it."""

    def __init__(self, lib: Any, *, temperature: float, seed: int) -> None:
        self._lib = lib
        self._chain = _native_chain(lib, temperature, seed)

    def close(self) -> None:
        if self._chain is not None:
            self._lib.llama_sampler_free(self._chain)
            self._chain = None

    def sample(self, context: Any) -> int:
        """The next token after what `context` has evaluated last."""
        return int(self._lib.llama_sampler_sample(self._chain, context, -1))


def _native_chain(lib: Any, temperature: float, seed: int) -> Any:
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    if temperature <= 0:
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_greedy())
        return chain
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_k(_TOP_K))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_p(_TOP_P, 1))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_min_p(_MIN_P, 1))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_temp(temperature))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_dist(seed & 0xFFFFFFFF))
    return chain
