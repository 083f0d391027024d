"""What workers tell the screen. A worker posts; the controllers own the widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from askv4.answer.conversation.kept import Conversation, KeptTurn
from askv4.tui.session import SourceText, Start
from askv4.types import Answer, Document, Retrieved, SyncProgress, SyncReport


class News(Message):
    """What the screen passes on to the controllers that take it."""


@dataclass
class Told(News):
    """A line for the reader: what is going on, or what went wrong and what to do."""

    line: str
    trouble: bool = False


@dataclass
class DocumentsListed(News):
    """The documents as the index knows them now."""

    documents: Sequence[Document]


@dataclass
class StartMade(News):
    """What the start screen shows beside the documents."""

    start: Start


@dataclass
class SyncAdvanced(News):
    """Where the sync stands."""

    progress: SyncProgress


@dataclass
class SyncEnded(News):
    """A sync is done; `report` is None when it failed."""

    report: SyncReport | None


@dataclass
class FolderChanged(News):
    """The corpus folder changed."""


@dataclass
class ScopeChanged(News):
    """What questions are limited to from now on; None is nothing."""

    within: str | None
    line: str = ""
    """What there is to tell about it."""


@dataclass
class Counted(News):
    """How many documents would be added from these files and folders."""

    paths: list[Path]
    count: int


@dataclass
class ModelChanged(News):
    """What answers from now on: the name of the chat model, None for quotations."""

    name: str | None
    line: str = ""
    """Why there is none, when one was wanted."""


@dataclass
class PassagesFound(News):
    """A turn's passages are found; it is not decided what they say."""

    turn: int
    retrieved: Retrieved
    seconds: float


@dataclass
class LeadFollows(News):
    """A turn's answer in quotations, which stand until a model has written a lead."""

    turn: int
    answer: Answer
    contents: Mapping[str, str]


@dataclass
class Answered(News):
    """A turn's answer."""

    turn: int
    answer: Answer
    contents: Mapping[str, str]
    tokens_per_second: float | None


@dataclass
class CitationClicked(Message):
    """A marker of an answer was clicked."""

    n: int


@dataclass
class SourceRead(News):
    """The document of a citation."""

    turn: int
    n: int
    source: SourceText | None
    """None when it cannot be read any more."""
    trouble: str
    changes: Mapping[str, str]
    """What happened to the turn's documents since the answer."""


@dataclass
class DocumentRead(News):
    """A document that is to be read from its beginning."""

    source: SourceText


@dataclass
class EditorWanted(News):
    """The terminal is to be left to an editor."""

    command: list[str]


@dataclass
class ChangesSeen(News):
    """What happened to the documents that turns cite: turn -> name -> what."""

    changes: Mapping[int, Mapping[str, str]]


@dataclass
class ConversationsListed(News):
    """The conversations that hold the words searched for."""

    words: str
    conversations: Sequence[Conversation]


@dataclass
class QuestionsRecalled(News):
    """What was asked on earlier days, oldest first."""

    questions: Sequence[str]


@dataclass
class ConversationLoaded(News):
    """A kept conversation, to be shown."""

    conversation: Conversation
    turns: Sequence[KeptTurn]


@dataclass
class Failed(News):
    """A turn has no answer, and why."""

    turn: int
    line: str
