"""Subtitles (.srt, .vtt): what was said, under headings that give the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.decoding import decode
from askv4.types import ParsedText

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}"
_CUE = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^ >]*)?[ \t]+([^>]+)>")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*\Z")
_GROUP_CHARACTERS = 300
_LONGEST_GROUP = 700
_PAUSE_S = 15
"""A longer silence ends a passage, so that its times tell where to look."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start_s: int
    end_s: int
    text: str


def parse(data: bytes, name: str) -> ParsedText:
    """What was said and when. Raises DocumentUnreadable when there are no times in it."""
    decoded = decode(data, name)
    cues = list(_cues(re.sub(r"\r\n?", "\n", decoded.text)))
    if not cues and decoded.text.strip() and not decoded.text.startswith("WEBVTT"):
        raise DocumentUnreadable(f"{name} holds no subtitles", "give the file the suffix of its real format")
    composer = Composer()
    for group in _groups(cues):
        composer.heading(f"{_clock(group[0].start_s)}–{_clock(group[-1].end_s)}", 1)
        for turn in _turns(group):
            composer.paragraph(turn)
    return composer.parsed(encoding=decoded.encoding, notes=decoded.notes)


def _cues(text: str) -> Iterator[_Cue]:
    times = list(_CUE.finditer(text))
    previous = ""
    for number, time in enumerate(times):
        end = times[number + 1].start() if number + 1 < len(times) else len(text)
        # A blank line ends a cue; what follows is the next one's name or a comment.
        body = re.split(r"\n[ \t]*(?:\n|\Z)", text[time.end() : end].lstrip("\n"), maxsplit=1)[0]
        spoken = one_line(unescape(_TAG.sub("", _VOICE.sub(r"\1: ", body))))
        if spoken and spoken != previous:
            yield _Cue(_seconds(time.groups()[:3]), _seconds(time.groups()[3:]), spoken)
        previous = spoken


def _groups(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """Cues that may share a passage, ended where a sentence does."""
    group: list[_Cue] = []
    size = 0
    for cue in cues:
        if group and cue.start_s - group[-1].end_s > _PAUSE_S:
            yield group
            group, size = [], 0
        group.append(cue)
        size += len(cue.text) + 1
        if size >= _LONGEST_GROUP or (size >= _GROUP_CHARACTERS and _SENTENCE_END.search(cue.text)):
            yield group
            group, size = [], 0
    if group:
        yield group


def _turns(group: list[_Cue]) -> Iterator[str]:
    """What each speaker says; a cue that begins with a dash or a name is another's turn."""
    words: list[str] = []
    for cue in group:
        if words and re.match(r"[-–]\s|>>|[A-Z][\w. ]{0,30}: ", cue.text):
            yield " ".join(words)
            words = []
        words.append(cue.text)
    yield " ".join(words)


def _seconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
