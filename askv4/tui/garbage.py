"""Python's cyclic garbage collector, which stops every thread while it looks: here it looks at little, or at a good time.

By itself it looks now and then at all objects there are. Libraries, vocabularies and shown answers are some hundred
thousand of them, which takes a tenth of a second, in the middle of an answer or of a word that is being typed.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """What there is now is there to stay: only what comes after it is looked at. Takes no time."""
    gc.freeze()


def sweep() -> None:
    """A full collection, after a conversation closes. Takes a tenth of a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def leave() -> None:
    """The collector as it was, at the end of the chat."""
    gc.unfreeze()
