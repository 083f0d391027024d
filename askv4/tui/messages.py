"""What workers tell the screen. A worker posts; the screen's handlers own the widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from askv4.answer.conversation.kept import Conversation, KeptTurn
from askv4.tui.session import SourceText
from askv4.types import Answer, Document, Retrieved, SyncProgress, SyncReport


@dataclass
class Told(Message):
    """A line for the reader: what is going on, or what went wrong and what to do."""

    line: str
    trouble: bool = False


@dataclass
class DocumentsListed(Message):
    """The documents as the index knows them now."""

    documents: Sequence[Document]


@dataclass
class SyncAdvanced(Message):
    """Where the sync stands."""

    progress: SyncProgress


@dataclass
class SyncEnded(Message):
    """A sync is done; `report` is None when it failed."""

    report: SyncReport | None


@dataclass
class FolderChanged(Message):
    """Something in the corpus folder is other than before."""


@dataclass
class Counted(Message):
    """How many documents would be added from these files and folders."""

    paths: list[Path]
    count: int


@dataclass
class ModelChanged(Message):
    """What answers from now on: the name of the chat model, None for quotations."""

    name: str | None
    line: str = ""
    """Why there is none, when one was wanted."""


@dataclass
class PassagesFound(Message):
    """A turn's passages are found; it is not decided what they say."""

    turn: int
    retrieved: Retrieved
    seconds: float


@dataclass
class LeadFollows(Message):
    """A turn's answer in quotations, which stand until a model has written a lead."""

    turn: int
    answer: Answer
    contents: Mapping[str, str]


@dataclass
class Answered(Message):
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
class SourceRead(Message):
    """The document of a citation."""

    turn: int
    n: int
    source: SourceText | None
    """None when it cannot be read any more."""
    trouble: str
    changes: Mapping[str, str]
    """What happened to the turn's documents since the answer."""


@dataclass
class DocumentRead(Message):
    """A document that is to be read from its beginning."""

    source: SourceText


@dataclass
class ChangesSeen(Message):
    """What happened to the documents that turns cite: turn -> name -> what."""

    changes: Mapping[int, Mapping[str, str]]


@dataclass
class ConversationsListed(Message):
    """The conversations that hold the words searched for."""

    words: str
    conversations: Sequence[Conversation]


@dataclass
class QuestionsRecalled(Message):
    """What was asked on earlier days, oldest first."""

    questions: Sequence[str]


@dataclass
class ConversationLoaded(Message):
    """A kept conversation, to be shown."""

    conversation: Conversation
    turns: Sequence[KeptTurn]


@dataclass
class Failed(Message):
    """A turn has no answer, and why."""

    turn: int
    line: str
