"""What a workspace goes by."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from askv4.types import Mode

Precision = Literal["int8", "float32"]
INDEXES = "indexes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A corpus, where its index is kept, and how questions are answered from it. All paths are absolute."""

    corpus: Path
    data_dir: Path
    """Index, exported encoders, conversations. Never inside the corpus."""
    within: str | Sequence[str] | None = None
    """What questions are limited to: folders and files of the corpus, patterns such as "*.pdf", formats, kinds of document."""
    since: str | None = None
    """A year, month or day: older documents are left out, by their own date where they have one, else by their file's."""
    until: str | None = None
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


def index_folder(data_dir: Path, corpus: Path) -> Path:
    """Where the index of a corpus lies: one folder per real path, with a name that people recognise."""
    real = os.path.realpath(corpus)
    slug = re.sub(r"[^a-z0-9]+", "-", Path(real).name.lower()).strip("-")[:40] or "corpus"
    return data_dir / INDEXES / f"{slug}-{hashlib.sha256(os.fsencode(real)).hexdigest()[:12]}"
