"""What a workspace goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from askv4.types import Mode

Precision = Literal["int8", "float32"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A corpus, where its index is kept, and how questions are answered from it. All paths are absolute."""

    corpus: Path
    data_dir: Path
    """Index, exported encoders, conversations. Never inside the corpus."""
    within: str | None = None
    """The folder of the corpus to which questions are limited, `/` between parts."""
    mode: Mode = "auto"
    model: str | None = None
    """Name or path of the chat model; None lets `auto` choose."""
    encoder: str | None = None
    """Name or path of a sentence-transformers model; None is the built-in all-MiniLM-L6-v2."""
    encoder_precision: Precision = "int8"
    rerank: str | None = None
    """Name or path of a cross-encoder that puts the passages found in order; None leaves them as they are."""
    llm_url: str | None = None
    """Address of an OpenAI-compatible server that runs the chat model instead of this process."""
    llm_api_key: str | None = field(default=None, repr=False)
    allow_remote: bool = False
    """Whether text may be sent to a machine that is not this one."""
    follow_links: bool = False
    """Whether all symbolic links that leave the corpus are followed, not only those of `askv4 add --link`."""
    long: bool = False
    """Whether answers quote up to twelve sentences instead of five."""


class Narrator(Protocol):
    """Takes lines about what goes on."""

    def notice(self, text: str) -> None:
        """A line that everybody should see."""

    def detail(self, text: str) -> None:
        """A line for those who want to know more."""


class Silence:
    """Tells nobody."""

    def notice(self, text: str) -> None: ...

    def detail(self, text: str) -> None: ...
