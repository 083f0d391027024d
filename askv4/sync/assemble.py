"""Parsed text becomes a document as the catalogue keeps it: passages with their places, keys and a title."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from askv4.errors import DocumentEmpty, DocumentUnreadable
from askv4.language.short_forms import defined, used
from askv4.records import FileRecord, NewDocument, NewPassage, content_key, embedded_text
from askv4.text.about import facts
from askv4.text.loaders import format_of, is_indexable, load
from askv4.text.numbered import numbered
from askv4.text.places import line_of, page_of
from askv4.text.portions import LONGEST_WORD, MOST_PASSAGES, WORD_SHOWN, long_words
from askv4.types import ParsedText, Passage

if TYPE_CHECKING:
    from askv4.neural.encoder import Encoder

RECIPE_VERSION = 13
"""Raise it when a loader or the splitter makes something else of the same file. Every document is then made anew, and
only passages whose text differs are embedded."""
_TARGET_TOKENS = 150
_MOST_TOKENS = 240
_FEWEST_TOKENS = 16
_TITLE_CHARACTERS = 120
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class Assembler:
    """Turns files into documents for one encoder: its tokenizer decides where passages end."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._recipes: dict[str, str] = {}

    def recipe(self, name: str) -> str:
        """What decides on the passages of a file besides its content. A document made by another recipe is made anew,
        and a file that no loader read is tried again when one does."""
        suffix = os.path.splitext(name)[1]  # noqa: PTH122 - called for every file of the corpus, pathlib is ten times slower
        if suffix not in self._recipes:
            known = format_of(f"any{suffix}")
            self._recipes[suffix] = f"{RECIPE_VERSION} {known.way if known else 'unknown'} {self._encoder.identity}"
        return self._recipes[suffix]

    def is_indexable(self, name: str) -> bool:
        """Whether the name is one of a document."""
        return is_indexable(name)

    def load(self, data: bytes, name: str) -> ParsedText:
        """Parses a file's content. Raises DocumentError."""
        return load(data, name)

    def assemble(self, record: FileRecord, parsed: ParsedText) -> NewDocument:
        """The document, with its text divided into passages that the encoder can take whole.

        Raises DocumentEmpty when there is no passage in it, DocumentUnreadable when its text is not made of characters.
        """
        from askv4.text.passages import split_passages  # most syncs find nothing to split

        if (broken := _HALF_CHARACTER.search(parsed.text)) is not None:
            raise DocumentUnreadable(f"its text holds half a character at offset {broken.start()}")
        limit = max(_FEWEST_TOKENS, min(_MOST_TOKENS, self._encoder.max_tokens - self._special_tokens))
        declared = _HALF_CHARACTER.sub("\ufffd", parsed.title) if parsed.title else None
        title = _title_for_embedding(declared)
        if title is not None:
            limit = max(_FEWEST_TOKENS, limit - (self._encoder.count_tokens([f"{title}\n"])[0] - self._special_tokens))
        target = min(_TARGET_TOKENS, limit)
        count = self._encoder.count_tokens
        passages = split_passages(parsed, count, target=target, limit=limit, most=MOST_PASSAGES)
        if not passages:
            raise DocumentEmpty("there is no text in it")
        forms = defined(parsed.text)
        return NewDocument(
            record=record,
            title=declared or self.title_of(record.name),
            kind=parsed.kind,
            context=parsed.context,
            date=parsed.date,
            text=parsed.text,
            encoding=parsed.encoding,
            notes=parsed.notes + _shortened(parsed, passages),
            has_lines=parsed.has_lines,
            pages=parsed.pages,
            passages=tuple(_new_passage(parsed, passage, title, forms) for passage in passages),
            numbered=numbered(parsed),
            facts=facts(parsed, record.name),
        )

    @cached_property
    def _special_tokens(self) -> int:
        """How many tokens the encoder adds to every text."""
        return self._encoder.count_tokens([""])[0]

    def title_of(self, name: str) -> str:
        """A title for a document that has none: its file's name without folder and suffix, on one line, with spaces for "_"."""
        path = PurePosixPath(name)
        return " ".join(path.stem.replace("_", " ").split()) or path.name or name


def _title_for_embedding(title: str | None) -> str | None:
    """The title that the document itself declares, short enough to leave the passage its room. A file's name is not
    embedded: a renamed file keeps its vectors."""
    return " ".join(title.split())[:_TITLE_CHARACTERS] or None if title else None


def _shortened(parsed: ParsedText, passages: Sequence[Passage]) -> tuple[str, ...]:
    """What is to be said of a document that is not searched whole."""
    notes = []
    if len(passages) >= MOST_PASSAGES and passages[-1].end < parsed.blocks[-1].end:
        share = 100 * passages[-1].end // len(parsed.text)
        notes.append(
            f"only the first {len(passages):,} passages are searched, {share} % of the text; divide it into smaller files"
        )
    if words := long_words(parsed.text):
        what = "1 word is" if len(words) == 1 else f"{len(words)} words are"
        notes.append(f"{what} longer than {LONGEST_WORD:,} characters, and searched by the first {WORD_SHOWN} alone")
    return tuple(notes)


def _new_passage(parsed: ParsedText, passage: Passage, title: str | None, forms: Mapping[str, str]) -> NewPassage:
    text = parsed.text[passage.start : passage.end]
    lead = "\n".join(filter(None, [title, passage.heading])) or None
    embedded = embedded_text(lead, text)
    return NewPassage(
        start=passage.start,
        end=passage.end,
        heading=passage.heading,
        text=text,
        sentences=passage.sentences,
        line=line_of(parsed.text, passage.start) if parsed.has_lines else None,
        page=page_of(parsed.pages, passage.start),
        key=content_key(embedded),
        embedded=embedded,
        lead=lead,
        short_forms=used(text, forms),
    )
