"""The form of a written answer: made impossible to miss for the model, and read back from what it wrote.

    Ascend chips were used for inference. [3][5] Nobody has disclosed what V4 was trained on. [9]

One to six sentences, each closed by one to three markers out of the numbers that exist, or the single refusal token.
The model holds to it through a GBNF grammar; a server that takes none is given a JSON schema of the same answer.
`AnswerStream` reads both while they come in, and copes with what an unconstrained model makes of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

REFUSAL: Final = "NOT_IN_SOURCES"
MAX_SENTENCES: Final = 6
MAX_MARKERS: Final = 3
MAX_CHARACTERS: Final = 400
"""Of one sentence: beyond it the grammar leaves nothing but an end, should a small model ramble."""

_TERMINALS: Final = ".!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u061f\u06d4\u0589\u1362\u104b\u17d4"
"""What ends a sentence in the scripts that have it: Latin, CJK, Devanagari, Arabic, Urdu, Armenian, Ethiopic, ..."""
_CLOSERS: Final = "\"')\u201d\u2019\u00bb\u203a\u300d\u300f\uff09"
_SPACES: Final = " \u00a0\u202f"

# Characters of a sentence. Left out: brackets of all kinds that could be taken for a marker, control and bidirectional
# characters, line ends, invisible spaces, private use.
_CHARACTERS: Final = (
    ("!", "Z"), ("\\", "\\"), ("^", "~"), ("\u00a1", "\u00ac"), ("\u00ae", "\u061b"), ("\u061d", "\u167f"),
    ("\u1681", "\u180d"), ("\u180f", "\u1fff"), ("\u200c", "\u200d"), ("\u2010", "\u2027"), ("\u2030", "\u205e"),
    ("\u2070", "\u2fff"), ("\u3001", "\u300f"), ("\u3012", "\u3013"), ("\u3016", "\ud7ff"), ("\uf900", "\ufdcf"),
    ("\ufdf0", "\ufefe"), ("\uff01", "\uff3a"), ("\uff3c", "\uff3c"), ("\uff3e", "\uffef"),
    ("\U00010000", "\U0001fffd"), ("\U00020000", "\U0003fffd"),
)  # fmt: skip
# A sentence begins with none of these: ends of sentences, and what opens a tag, a list, a table or a block of code.
_NO_BEGINNING: Final = frozenset(_TERMINALS + "!),-*+:;<=>?\\^_`{|}~/\u3001\uff0c\uff1a\uff1b")


_MARKER: Final = re.compile(r"\[\s*(\d{1,6}(?:\s*[,;]\s*\d{1,6})*)\s*\]")
_MARKER_BEGUN: Final = re.compile(r"\[[\d\s,;]{0,40}\Z")
_BULLET: Final = re.compile(r"\s*(?:[-*\u2022\u2013]\s+)?")
_BULLET_BEGUN: Final = re.compile(r"\s*[-*\u2022\u2013]?\s*\Z")
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
"""Control and bidirectional characters: an answer is shown on terminals, which would obey them."""
_ORNAMENT: Final = " \t\r\n\"'*`"


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence of a model's answer and the numbers of the evidence that it cites, each once."""

    text: str
    numbers: tuple[int, ...]
    """Empty when all that the model cited does not exist."""


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What a model answered."""

    refused: bool
    sentences: tuple[ParsedSentence, ...]
    complete: bool
    """False when the answer broke off, or ended in something that cites nothing."""
    tail: str = ""
    """What came after the last cited sentence, and is no part of the answer."""


@dataclass(frozen=True, slots=True)
class WrittenText:
    """Some more of the sentence under way, without markers."""

    text: str


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """The sentence under way is complete."""

    sentence: ParsedSentence


@dataclass(frozen=True, slots=True)
class WrittenRefusal:
    """The model says that the evidence does not answer; what else it writes means nothing."""


Written = WrittenText | WrittenSentence | WrittenRefusal


def answer_grammar(
    n_sentences: int,
    *,
    max_sentences: int = MAX_SENTENCES,
    refusal: str = REFUSAL,
    max_characters: int = MAX_CHARACTERS,
) -> str:
    """The GBNF grammar of an answer that may cite [1] to [n_sentences]; its root rule is `root`.

    Raises ValueError when there is nothing to cite.
    """
    if n_sentences < 1 or max_sentences < 1:
        raise ValueError(f"an answer of {max_sentences} sentences from {n_sentences} cannot be written")
    more = f" ( space? sentence ){{0,{max_sentences - 1}}}" if max_sentences > 1 else ""
    return "\n".join(
        [
            f"root ::= space? ( {_literal(refusal)} | sentence{more} )",
            # As models like to write it: the markers after the full stop, or before it.
            "sentence ::= text ( end markers | markers terminal )",
            f"text ::= beginning ( space? character ){{0,{max_characters}}}",
            "end ::= terminal closer?",
            f"markers ::= ( space? marker ){{1,{MAX_MARKERS}}}",
            'marker ::= "[" number "]"',
            f"number ::= {' | '.join(_numbers_up_to(n_sentences))}",
            f"beginning ::= {_class(_without(_NO_BEGINNING))}",
            f"character ::= {_class(_CHARACTERS)}",
            f"terminal ::= {_class((c, c) for c in _TERMINALS)}",
            f"closer ::= {_class((c, c) for c in _CLOSERS)}",
            f"space ::= {_class((c, c) for c in _SPACES)}",
        ]
    )


def answer_schema(n_sentences: int, *, max_sentences: int = MAX_SENTENCES) -> dict[str, Any]:
    """The JSON schema of the same answer: {"refused": false, "sentences": [{"text": "...", "cites": [1, 4]}]}."""
    if n_sentences < 1 or max_sentences < 1:
        raise ValueError(f"an answer of {max_sentences} sentences from {n_sentences} cannot be written")
    # Numbers one by one rather than a range: every server knows `enum`, not every one `minimum`.
    cite = {"type": "integer", "enum": list(range(1, n_sentences + 1))}
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": MAX_CHARACTERS},
            "cites": {"type": "array", "items": cite, "minItems": 1, "maxItems": MAX_MARKERS},
        },
        "required": ["text", "cites"],
        "additionalProperties": False,
    }
    sentences = {"type": "array", "items": sentence, "maxItems": max_sentences}
    return {
        "type": "object",
        "properties": {"refused": {"type": "boolean"}, "sentences": sentences},
        "required": ["refused", "sentences"],
        "additionalProperties": False,
    }


def _numbers_up_to(n: int) -> Iterator[str]:
    """Alternatives that match the decimal numbers from 1 to n and no other."""
    for digits in range(1, len(str(n))):
        yield "[1-9]" + " [0-9]" * (digits - 1)
    text = str(n)
    for i, digit in enumerate(text):
        lowest, highest = ("1" if i == 0 else "0"), chr(ord(digit) - 1)
        if highest >= lowest:
            yield " ".join([_literal(text[:i])] * (i > 0) + [f"[{lowest}-{highest}]"] + ["[0-9]"] * (len(text) - i - 1))
    yield _literal(text)


def _without(excluded: frozenset[str]) -> Iterator[tuple[str, str]]:
    for first, last in _CHARACTERS:
        start = ord(first)
        for gap in sorted(ord(c) for c in excluded if first <= c <= last):
            if start < gap:
                yield chr(start), chr(gap - 1)
            start = gap + 1
        if start <= ord(last):
            yield chr(start), last


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _class(ranges: Iterable[tuple[str, str]]) -> str:
    parts = (_escape(first) if first == last else f"{_escape(first)}-{_escape(last)}" for first, last in ranges)
    return "[" + "".join(parts) + "]"


def _escape(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def parse_answer(text: str, n_sentences: int | None = None, *, refusal: str = REFUSAL) -> ParsedAnswer:
    """Read a whole answer, in either form; see `AnswerStream`."""
    stream = AnswerStream(n_sentences, refusal=refusal)
    stream.feed(text)
    stream.finish()
    return stream.answer


class AnswerStream:
    """Reads an answer while it is written, in the grammar's form or the schema's, whichever it begins as.

    Numbers above `n_sentences` are dropped. A sentence that is not closed by a marker is none: it stays in the tail.
    """

    def __init__(self, n_sentences: int | None = None, *, refusal: str = REFUSAL) -> None:
        self._limit = n_sentences
        self._refusal = refusal
        self._beginning = ""
        self._reader: _TextReader | _JsonReader | None = None

    def feed(self, delta: str) -> list[Written]:
        """What the further text of the answer makes certain."""
        delta = _INVISIBLE.sub("", delta)
        if self._reader is None:
            self._beginning += delta
            if not self._beginning.strip():
                return []
            # No sentence begins so, but JSON does, and a code block around it.
            is_json = self._beginning.lstrip()[0] in "{`"
            self._reader = _JsonReader(self._limit) if is_json else _TextReader(self._limit, self._refusal)
            delta = self._beginning
        return list(self._reader.feed(delta))

    def finish(self) -> list[Written]:
        """What the end of the text makes certain."""
        return list(self._reader.finish()) if self._reader else []

    @property
    def answer(self) -> ParsedAnswer:
        """The answer as far as it is known; for good after `finish`."""
        if self._reader is None:
            return ParsedAnswer(refused=False, sentences=(), complete=False)
        return self._reader.answer


class _TextReader:
    """Reads sentences closed by markers."""

    def __init__(self, limit: int | None, refusal: str) -> None:
        self._limit = limit
        self._refusal = refusal
        self._refused = False
        self._pending = ""
        self._text = ""
        self._shown = 0
        self._numbers: list[int] | None = None
        """Of the markers behind the sentence under way; None before the first."""
        self._sentences: list[ParsedSentence] = []

    @property
    def answer(self) -> ParsedAnswer:
        tail = "" if self._refused else " ".join(self._text.split())
        sentences = () if self._refused else tuple(self._sentences)
        return ParsedAnswer(self._refused, sentences, self._refused or bool(sentences and not tail), tail)

    def feed(self, delta: str) -> Iterator[Written]:
        self._pending += delta
        while self._pending and not self._refused:
            if self._pending[0] == "[" and _MARKER_BEGUN.match(self._pending):
                break
            marker = _MARKER.match(self._pending)
            if marker:
                self._pending = self._pending[marker.end() :]
                self._mark(marker[1])
            else:
                character, self._pending = self._pending[0], self._pending[1:]
                yield from self._take(character)

    def finish(self) -> Iterator[Written]:
        if self._numbers is not None:
            yield from self._close()

    def _mark(self, digits: str) -> None:
        # A marker before any word cites nothing.
        if not self._text.strip():
            return
        numbers = (int(digit) for digit in re.findall(r"\d+", digits))
        valid = [n for n in numbers if n >= 1 and (self._limit is None or n <= self._limit)]
        self._numbers = list(dict.fromkeys([*(self._numbers or []), *valid]))

    def _take(self, character: str) -> Iterator[Written]:
        if self._numbers is None:
            self._text += character
            yield from self._show()
        elif character in _TERMINALS:
            # The full stop behind the markers belongs to the sentence before them.
            if self._text.rstrip(_CLOSERS + _ORNAMENT)[-1:] not in _TERMINALS:
                self._text = self._text.rstrip() + character
                yield from self._show()
        elif not character.isspace():
            yield from self._close()
            self._text = character
            yield from self._show()

    def _show(self) -> Iterator[Written]:
        """Whatever is certain to be text of a sentence: no bullet, no space before a marker, no refusal."""
        if not self._sentences:
            bare = self._text.lstrip(_ORNAMENT)
            if bare.startswith(self._refusal):
                self._refused, self._text, self._pending = True, "", ""
                yield WrittenRefusal()
                return
            if self._refusal.startswith(bare):
                return
        if _BULLET_BEGUN.match(self._text):
            return
        text = self._clean()
        if len(text) > self._shown:
            yield WrittenText(text[self._shown :])
            self._shown = len(text)

    def _clean(self) -> str:
        bullet = _BULLET.match(self._text)
        return " ".join(self._text[bullet.end() if bullet else 0 :].split())

    def _close(self) -> Iterator[Written]:
        sentence = ParsedSentence(self._clean(), tuple(self._numbers or ()))
        if len(sentence.text) > self._shown:
            yield WrittenText(sentence.text[self._shown :])
        self._text, self._shown, self._numbers = "", 0, None
        self._sentences.append(sentence)
        yield WrittenSentence(sentence)


class _JsonReader:
    """Reads the schema's form, sentence by sentence."""

    _OPENING = re.compile(r'"sentences"\s*:\s*\[')
    _REFUSED = re.compile(r'"refused"\s*:\s*true\b')
    _GAP = re.compile(r"[\s,]*")

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._raw = ""
        self._position: int | None = None
        """Behind the last sentence read; None before the list of them begins."""
        self._refused = False
        self._closed = False
        self._sentences: list[ParsedSentence] = []

    @property
    def answer(self) -> ParsedAnswer:
        sentences = () if self._refused else tuple(self._sentences)
        return ParsedAnswer(self._refused, sentences, self._refused or (self._closed and bool(sentences)))

    def feed(self, delta: str) -> Iterator[Written]:
        self._raw += delta
        if self._position is None:
            opening = self._OPENING.search(self._raw)
            self._position = opening.end() if opening else None
        if not self._refused and not self._sentences and self._REFUSED.search(self._raw):
            self._refused = True
            yield WrittenRefusal()
        while self._position is not None and not self._refused and not self._closed:
            sentence = self._next()
            if sentence is None:
                return
            self._sentences.append(sentence)
            yield WrittenText(sentence.text)
            yield WrittenSentence(sentence)

    def finish(self) -> Iterator[Written]:
        return iter(())

    def _next(self) -> ParsedSentence | None:
        """The next sentence that is there whole; what has no text is passed over."""
        while self._position is not None:
            gap = self._GAP.match(self._raw, self._position)
            start = gap.end() if gap else self._position
            if self._raw[start : start + 1] == "]":
                self._closed = True
                return None
            try:
                # Not strict: the schema that servers make a grammar of lets line ends stand within a text.
                item, self._position = json.JSONDecoder(strict=False).raw_decode(self._raw, start)
            except ValueError:
                return None
            sentence = self._sentence(item)
            if sentence:
                return sentence
        return None

    def _sentence(self, item: Any) -> ParsedSentence | None:
        text = item.get("text") if isinstance(item, dict) else None
        cites = item.get("cites") if isinstance(item, dict) else None
        if not isinstance(text, str) or not isinstance(cites, list):
            return None
        # Whatever looks like a marker within the text is the model's own, and stands for nothing.
        text = " ".join(_MARKER.sub("", _INVISIBLE.sub("", text)).split())
        numbers = (n for n in cites if isinstance(n, int) and not isinstance(n, bool))
        valid = dict.fromkeys(n for n in numbers if n >= 1 and (self._limit is None or n <= self._limit))
        return ParsedSentence(text, tuple(valid)) if text else None
