"""The conversations that are kept in the data folder: one SQLite file, written by the chat and by `askv4 ask`.

Each call opens the file for itself, so that any thread may call, and several askv4 at once: readers see the last
committed state (WAL), writers take turns.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from askv4.answer.conversation.record import answer_from_record, answer_to_record
from askv4.answer.conversation.tables import prepare
from askv4.errors import Askv4Error, ConversationNotFound, ConversationsDamaged, DataFolderUnwritable
from askv4.files import erase, locked, set_aside
from askv4.text.excerpt import GAP, cut
from askv4.types import Answer, Turn

FILE_NAME = "conversations.sqlite3"
TITLE_LENGTH = 80
BUSY_S = 10.0
_LARGEST = 2**63 - 1
"""The largest number that SQLite has."""

_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,  # a table or column that is missing
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
"""Errors that lie in the file; others are the disk's, or another program's that holds it."""

_DROP_LAST = "DELETE FROM turns WHERE id = (SELECT max(id) FROM turns WHERE conversation_id = ?)"
_LISTED = """
SELECT conversations.id, title, corpus, created, updated, count(turns.id), single
FROM conversations LEFT JOIN turns ON conversation_id = conversations.id
"""
_SAID = """fold(title) || ' ' || coalesce((SELECT group_concat(fold(question || ' ' || said), ' ')
FROM turns AS t WHERE t.conversation_id = conversations.id), '')"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, without what was said in it."""

    id: int
    title: str
    corpus: Path
    created: datetime
    updated: datetime
    turns: int
    single: bool = False
    """Whether it is one question by itself, that nobody has gone on from."""


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question with its whole answer."""

    id: int
    question: str
    answer: Answer
    asked: datetime
    contents: Mapping[str, str] = field(default_factory=dict)
    """Document name -> SHA-256 (hex) of the file that was cited; documents that could not be hashed are missing."""

    @property
    def turn(self) -> Turn:
        """What a follow-up needs of it."""
        return Turn(self.question, self.answer.answer)


class ConversationStore:
    """The conversations in `data_dir`. The file is made when the first turn is kept.

    Every method raises ConversationsDamaged when the file cannot be used (`keep` begins a new one), ConversationsTooNew when a
    newer askv4 wrote it, DataFolderUnwritable when it cannot be written, and ConversationNotFound for a number that no conversation has.
    """

    def __init__(self, data_dir: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = data_dir / FILE_NAME
        self._clock = clock

    def find(
        self, search: str = "", corpus: Path | None = None, limit: int = 500, *, single: bool | None = None
    ) -> list[Conversation]:
        """Conversations in which all words of `search` occur, the latest first; `corpus` leaves out those on others.

        `single`: only, or no, questions by themselves.
        """
        words = search.split()
        conditions = [f"instr({_SAID}, fold(?))" for _ in words] + (["corpus = ?"] if corpus is not None else [])
        values: list[object] = [*words, *([os.fsencode(corpus)] if corpus is not None else [])]
        conditions += [] if single is None else [f"single = {single:d}"]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"{_LISTED} {where} GROUP BY conversations.id ORDER BY updated DESC, conversations.id DESC LIMIT ?"
        with self._reading() as connection:
            rows = [] if connection is None else connection.execute(query, (*values, limit)).fetchall()
        return [_conversation(row) for row in rows]

    def get(self, conversation: int) -> Conversation:
        """The conversation with this number."""
        if conversation > _LARGEST:
            raise ConversationNotFound(f"there is no conversation {conversation}")
        with self._reading() as connection:
            query = f"{_LISTED} WHERE conversations.id = ? GROUP BY conversations.id"
            row = None if connection is None else connection.execute(query, (conversation,)).fetchone()
        if row is None:
            raise ConversationNotFound(f"there is no conversation {conversation}")
        return _conversation(row)

    def last(self, corpus: Path) -> Conversation | None:
        """The conversation on this corpus that was continued last."""
        return next(iter(self.find(corpus=corpus, limit=1)), None)

    def turns(self, conversation: int) -> list[KeptTurn]:
        """What was said, oldest first."""
        self.get(conversation)
        with self._reading() as connection:
            query = "SELECT id, question, answer, contents, asked FROM turns WHERE conversation_id = ? ORDER BY id"
            rows = [] if connection is None else connection.execute(query, (conversation,)).fetchall()
        return [self._turn(row) for row in rows]

    def questions(self, corpus: Path | None = None, limit: int = 200) -> list[str]:
        """The questions that were asked last, of a corpus or of all, in all conversations, oldest first."""
        with self._reading() as connection:
            query = (
                "SELECT question FROM turns JOIN conversations ON conversations.id = conversation_id "
                "WHERE corpus = coalesce(?, corpus) ORDER BY turns.id DESC LIMIT ?"
            )
            values = (None if corpus is None else os.fsencode(corpus), limit)
            rows = [] if connection is None else connection.execute(query, values).fetchall()
        return [question for (question,) in reversed(rows)]

    def keep(
        self,
        answer: Answer,
        corpus: Path,
        conversation: int | None = None,
        contents: Mapping[str, str] | None = None,
        *,
        replacing: bool = False,
        single: bool = False,
        narrate: Callable[[str], None] = lambda _: None,
    ) -> int:
        """Add a turn to a conversation, or begin one with it; returns the conversation's number.

        `replacing` puts it in the place of the conversation's last turn, which was asked again or otherwise. A `single` question
        is kept apart until one goes on from it. A damaged file is set aside for a new one, of which `narrate` is told.
        """
        contents = contents or {}
        try:
            return self._add(answer, corpus, conversation, contents, single, replacing)
        except ConversationsDamaged:
            with self._meaning_of_errors(), locked(self.path, lambda: None):
                try:  # another askv4 may have set it aside meanwhile
                    return self._add(answer, corpus, None, contents, single)
                except ConversationsDamaged:
                    narrate(
                        f"the kept conversations are damaged: they are set aside as {set_aside(self.path)}, and new ones begun"
                    )
                return self._add(answer, corpus, None, contents, single)

    def _add(
        self,
        answer: Answer,
        corpus: Path,
        conversation: int | None,
        contents: Mapping[str, str],
        single: bool,
        replacing: bool = False,
    ) -> int:
        now = self._clock().timestamp()
        question = _valid(answer.question)
        with self._writing() as connection:
            if conversation is None:
                begin = "INSERT INTO conversations (title, corpus, created, updated, single) VALUES (?, ?, ?, ?, ?)"
                cursor = connection.execute(begin, (title_of(question), os.fsencode(corpus), now, now, single))
                conversation = int(cursor.lastrowid or 0)
            else:
                touch = "UPDATE conversations SET updated = ?, single = single AND ? WHERE id = ?"
                _require(connection.execute(touch, (now, replacing, conversation)), conversation)
                if replacing:
                    connection.execute(_DROP_LAST, (conversation,))
            said = _valid("\n".join(filter(None, (answer.lead, answer.quoted))) or answer.answer)
            record, hashes = json.dumps(answer_to_record(answer)), json.dumps(dict(contents))
            row = (
                "INSERT INTO turns (conversation_id, question, said, answer, contents, asked) VALUES (?, ?, ?, ?, ?, ?)"
            )
            connection.execute(row, (conversation, question, said, record, hashes, now))
        return conversation

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title. Raises ValueError for an empty one."""
        title = title_of(_valid(title))
        if not title:
            raise ValueError("a title needs at least one character")
        self.get(conversation)
        with self._writing() as connection:
            changed = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))
            _require(changed, conversation)

    def delete(self, conversation: int) -> None:
        """Forget a conversation for good."""
        self.get(conversation)
        with self._writing() as connection:
            _require(connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,)), conversation)

    def clear_single(self, corpus: Path | None = None) -> int:
        """Forget all questions by themselves, those on a corpus or on all, for good; returns how many there were."""
        shown = self.find(corpus=corpus, limit=_LARGEST, single=True)
        if shown:
            with self._writing() as connection:
                of_corpus = "corpus = coalesce(?, corpus)"
                value = None if corpus is None else os.fsencode(corpus)
                connection.execute(f"DELETE FROM conversations WHERE single AND {of_corpus}", (value,))
        return len(shown)

    def forget(self, documents: Collection[str], corpus: Path) -> int:
        """Erases the turns on `corpus` whose answers show one of these documents; returns how many."""
        shown = []
        for conversation in self.find(corpus=corpus, limit=_LARGEST):
            for turn in self.turns(conversation.id):
                citations = (*turn.answer.citations, *turn.answer.nearest)
                if any(citation.document in documents for citation in citations):
                    shown.append((turn.id,))
        if shown:
            with self._writing() as connection:
                connection.executemany("DELETE FROM turns WHERE id = ?", shown)
                connection.execute("DELETE FROM conversations WHERE id NOT IN (SELECT conversation_id FROM turns)")
            with self._reading() as connection:
                if connection is not None:
                    connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        return len(shown)

    def move(self, former: Path, corpus: Path) -> None:
        """The conversations on a folder that was renamed are on `corpus` from now on; links to it counted."""
        with self._reading() as connection:
            rows = [] if connection is None else connection.execute("SELECT DISTINCT corpus FROM conversations")
            old = [(os.fsencode(corpus), name) for (name,) in rows if os.path.realpath(name) == os.fsencode(former)]
        if old:
            with self._writing() as connection:
                connection.executemany("UPDATE conversations SET corpus = ? WHERE corpus = ?", old)

    def erase(self) -> None:
        """Removes all conversations, damaged ones that were set aside included."""
        with self._meaning_of_errors():
            for path in self.path.parent.glob(f"{self.path.stem}.*"):
                erase(path)

    def repair(self) -> Path | None:
        """Looks at all of the file; a damaged one is set aside, and what can be read of it goes into a new one.

        Returns where the damaged one lies; None where there is no damage. Raises what `keep` does.
        """
        if not self.path.exists() or self._is_whole():
            return None
        with self._meaning_of_errors(), locked(self.path, lambda: None):
            rows = {table: self._readable(table) for table in ("conversations", "turns")}
            aside = set_aside(self.path)
            with self._writing() as connection:
                for table, kept in rows.items():
                    for row in kept:
                        row = (*row, 0) if table == "conversations" and len(row) == 5 else row  # an older file's
                        with suppress(sqlite3.Error):  # a turn whose conversation is lost
                            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        return aside

    def _is_whole(self) -> bool:
        try:
            with self._reading() as connection:
                outcome = None if connection is None else connection.execute("PRAGMA integrity_check(1)").fetchone()
            for conversation in self.find():
                self.turns(conversation.id)
        except ConversationsDamaged:
            return False
        return outcome is None or bool(outcome == ("ok",))

    def _readable(self, table: str) -> list[tuple[object, ...]]:
        """The rows of a table that can be read, up to the first that cannot, from either end."""
        readable: dict[object, tuple[object, ...]] = {}
        for order in ("ASC", "DESC"):
            with suppress(sqlite3.Error, UnicodeDecodeError), closing(sqlite3.connect(self.path)) as connection:
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY id {order}"):
                    if row[0] in readable:
                        break
                    if table == "conversations" or self._can_be_read(row):
                        readable[row[0]] = row
        return list(readable.values())

    def _can_be_read(self, row: tuple[int, int, str, str, str, str, float]) -> bool:
        number, _, question, _, answer, contents, asked = row
        try:
            self._turn((number, question, answer, contents, asked))
        except ConversationsDamaged:
            return False
        return True

    def _turn(self, row: tuple[int, str, str, str, float]) -> KeptTurn:
        number, question, answer, contents, asked = row
        try:
            kept = answer_from_record(json.loads(answer))
            return KeptTurn(number, question, kept, _time(asked), json.loads(contents))
        except (TypeError, ValueError, OverflowError, OSError) as error:
            raise ConversationsDamaged(
                f"turn {number} in {self.path} cannot be read: {error}", "delete that conversation"
            ) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection; None while there is no file."""
        if not self.path.exists():
            yield None
            return
        with self._meaning_of_errors(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is committed at the end of the block, and undone when it raises."""
        with self._meaning_of_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)
            with closing(self._connect()) as connection, connection:
                yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level="IMMEDIATE")
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is written over
            connection.create_function("fold", 1, lambda text: str(text).casefold(), deterministic=True)
            prepare(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _meaning_of_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            in_file = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _DAMAGE
            if in_file or (self.path.exists() and not self.path.is_file()):
                raise ConversationsDamaged(f"the conversations in {self.path} cannot be read ({error})") from error
            raise DataFolderUnwritable(f"cannot keep conversations in {self.path}: {error}") from error
        except OSError as error:
            raise DataFolderUnwritable(f"cannot write {self.path}: {error.strerror or error}") from error


def title_of(question: str) -> str:
    """A conversation's title: its first question in one line, cut at a word."""
    line = " ".join(question.split())
    return line if len(line) <= TITLE_LENGTH else cut(line, TITLE_LENGTH - 1) + GAP


def _conversation(row: tuple[int, str, bytes, float, float, int, int]) -> Conversation:
    number, title, corpus, created, updated, turns, single = row
    try:
        return Conversation(
            number, title, Path(os.fsdecode(corpus)), _time(created), _time(updated), turns, bool(single)
        )
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise ConversationsDamaged(f"conversation {number} cannot be read: {error}") from error


def _time(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _valid(text: str) -> str:
    """Text as SQLite takes it: half a surrogate pair is no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _require(changed: sqlite3.Cursor, conversation: int) -> None:
    if changed.rowcount == 0:
        raise ConversationNotFound(f"there is no conversation {conversation}")


def follow(data_dir: Path, corpus: Path, narrate: Callable[[str], None], former: Path) -> None:
    """The conversations on a corpus that was renamed go on under its new name; where they cannot, `narrate` is told."""
    try:
        ConversationStore(data_dir).move(former, corpus)
    except Askv4Error as error:
        narrate(f"the conversations stay with {former}: {error.line}")
