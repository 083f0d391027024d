"""Documents by the names that users type."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection

from askv4.errors import DocumentNotFound


def meant(name: str, names: Collection[str]) -> str:
    """The one of `names` that differs from `name` in its Unicode normal form at most: disks and keyboards spell "é" differently.

    Raises DocumentNotFound, with the nearest name.
    """
    plain = unicodedata.normalize("NFC", name).rstrip("/")
    same = [one for one in names if unicodedata.normalize("NFC", one) == plain]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(name, names, 1)
    raise DocumentNotFound(f"no document is called {name!r}", f"did you mean {near[0]!r}?" if near else None)
