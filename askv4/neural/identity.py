"""What makes two encoders the same: vectors may be compared only within one identity."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def identity_of(**parts: Any) -> str:
    """32 hexadecimal digits over everything that changes a vector: weights, pooling, prompts, precision."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
