"""Regular expressions that are compiled when they are first used.

A program that starts for one question needs few of its patterns; compiling all of them took a third of a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Pattern:
    """What `re.compile(pattern, flags)` gives, later. Its methods are those of `re.Pattern` and raise what that raises."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The first match anywhere; `bounds` are where to begin and to end."""
        return self._compiled.search(text, *bounds)

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The match where the text begins, or its bounds."""
        return self._compiled.match(text, *bounds)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the whole text."""
        return self._compiled.fullmatch(text)

    def finditer(self, text: str, *bounds: int) -> Iterator[re.Match[str]]:
        """All matches, in order."""
        return self._compiled.finditer(text, *bounds)

    def findall(self, text: str) -> list[str]:
        """The matched words, of a pattern with at most one group."""
        return self._compiled.findall(text)

    def split(self, text: str, most: int = 0) -> list[str]:
        """The pieces between matches, at most `most` + 1 of them where that is not 0."""
        return self._compiled.split(text, most)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """The text with each match replaced, or the first `count` where that is not 0."""
        return self._compiled.sub(replacement, text, count)

    def made(self, match: re.Match[str]) -> bool:
        """Whether a match is of this pattern."""
        return match.re is self._compiled
