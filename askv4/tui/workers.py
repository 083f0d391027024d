"""What runs in threads beside the screen. Each function does its work and posts what comes of it.

Whatever goes wrong is logged and becomes a line, and the chat goes on: here where more than a line must follow, else in
`telling`, which the screen starts every thread with.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from textual.message import Message

from askv4.errors import Askv4Error
from askv4.text.places import line_of
from askv4.tui import garbage
from askv4.tui.messages import (
    Answered,
    ChangesSeen,
    ConversationLoaded,
    ConversationsListed,
    DocumentRead,
    DocumentsListed,
    Failed,
    FolderChanged,
    LeadFollows,
    ModelChanged,
    PassagesFound,
    QuestionsRecalled,
    ScopeChanged,
    SourceRead,
    StartMade,
    SyncAdvanced,
    SyncEnded,
    Told,
)
from askv4.tui.session import Closing, OpenConversation, Session
from askv4.types import Answer, Citation, Finished, Mode, Quoted, Retrieved, SyncProgress, Turn, in_one

Post = Callable[[Message], object]

REDRAW_S = 0.05
"""Progress is posted no more often: a screen is not read faster."""
SYNC_PATIENCE_S = 2.0
"""A question waits so long for the first sync, when there are documents to answer from already."""

_log = logging.getLogger(__name__)


def error_line(error: BaseException) -> str:
    """What happened and what to do, in one line."""
    if isinstance(error, Askv4Error):
        return error.line
    if isinstance(error, MemoryError):
        return "the machine has not enough memory for this; close other programs and try again"
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
        return f"{what}; check the disk and the permissions, then try again"
    return f"unexpected {type(error).__name__}: {error}; `askv4 doctor` may know more"


def failing(error: BaseException) -> str:
    """The line for an error, which is logged when nobody foresaw it."""
    if not isinstance(error, Askv4Error | OSError):
        _log.error("a worker of the chat failed", exc_info=error)
    return error_line(error)


def telling(post: Post, work: Callable[[], object]) -> None:
    """Do something; what goes wrong becomes a line."""
    try:
        work()
    except Exception as error:  # noqa: BLE001
        post(Told(failing(error), trouble=True))


def start(session: Session, post: Post) -> None:
    """Open the index, list what it holds, and bring it up to date."""

    def narrate(line: str) -> None:
        post(Told(line))

    try:
        session.open(narrate)
        limit = session.workspace.within
        if limit is not None:
            post(ScopeChanged(limit.said))
        known = session.documents()
        if known:
            # Of a new index it would only be told that there are no documents, which is not true.
            post(DocumentsListed(known))
    except Exception as error:  # noqa: BLE001
        session.in_step.set()
        post(Told(failing(error), trouble=True))
        post(SyncEnded(None))
        return
    sync(session, post)
    if limit is not None:
        telling(post, session.workspace.require_scope)
        post(ScopeChanged(limit.said, session.workspace.dates_note or ""))
    warm_up(session)
    make_start(session, post)


def warm_up(session: Session) -> None:
    """Load what the first question would wait for."""
    try:
        session.warm_up()
    except Exception as error:  # noqa: BLE001
        # The question itself will meet the same error, and tell it.
        _log.info("warming up failed: %s", error)
    garbage.settle()


def make_start(session: Session, post: Post) -> None:
    """See what the start screen can show beside the documents."""
    try:
        # Loaded now: what drafts and judges questions would take a third of the time until the screen is drawn.
        post(StartMade(import_module("askv4.tui.starting").start_of(session)))
    except Closing:
        return
    except Exception as error:  # noqa: BLE001
        # Nobody has asked for it.
        _log.info("the start screen shows the documents alone: %s", error)


def sync(session: Session, post: Post, *, allow_empty: bool = False) -> None:
    """Bring the index in step with the folder, and list what it then holds."""
    pace = _Pace()

    def advance(progress: SyncProgress) -> None:
        if pace.due() or progress.done == progress.total:
            post(SyncAdvanced(progress))

    try:
        report = session.sync(advance, allow_empty=allow_empty)
        post(DocumentsListed(session.documents()))
        post(SyncEnded(report))
    except Closing:
        return
    except Exception as error:  # noqa: BLE001
        post(Told(failing(error), trouble=True))
        post(SyncEnded(None))


def look_in(session: Session, post: Post, said: str) -> None:
    """Limit questions to a part of the corpus."""
    within = session.look_in(said)
    line = f"asked is {within}" if within else "all documents are asked"
    post(ScopeChanged(within, in_one(line, session.workspace.dates_note) or ""))


def ask(session: Session, post: Post, turn: int, question: str, history: Sequence[Turn], stop: threading.Event) -> None:
    """Answer one question."""
    try:
        _wait_for_index(session, stop)
        _answer(session, post, turn, question, history, stop)
    except Exception as error:  # noqa: BLE001
        post(Failed(turn, failing(error)))


def _wait_for_index(session: Session, stop: threading.Event) -> None:
    while not session.opened.wait(0.05):
        if stop.is_set():
            raise Askv4Error("stopped before the index was ready", "ask again in a moment")
    patience = time.monotonic() + SYNC_PATIENCE_S
    while not session.in_step.wait(0.02):
        if stop.is_set():
            raise Askv4Error("stopped before the documents were indexed", "ask again in a moment")
        if time.monotonic() > patience and session.catalog.passage_count() > 0:
            return


def _answer(
    session: Session, post: Post, turn: int, question: str, history: Sequence[Turn], stop: threading.Event
) -> None:
    begun = time.perf_counter()
    quoted: Answer | None = None
    unread = session.still_reading
    try:
        for event in session.ask(question, history, stop):
            if isinstance(event, Retrieved):
                post(PassagesFound(turn, event, time.perf_counter() - begun))
            elif isinstance(event, Quoted) and event.lead_follows:
                quoted = event.answer.noted(unread)
                post(LeadFollows(turn, quoted, session.contents(_documents(quoted))))
            elif isinstance(event, Finished):
                _post_answer(session, post, turn, event.answer.noted(unread))
    except Exception as error:
        if quoted is None:
            raise
        _post_answer(session, post, turn, quoted.noted(f"No lead: {failing(error)}"))


def _post_answer(session: Session, post: Post, turn: int, answer: Answer) -> None:
    stats = session.model.stats if session.model is not None and answer.model is not None else None
    speed = stats.tokens_per_second if stats is not None else None
    post(Answered(turn, answer, session.contents(_documents(answer)), speed))


def _documents(answer: Answer) -> set[str]:
    return {citation.document for citation in (*answer.citations, *answer.nearest)}


def read_source(session: Session, post: Post, turn: int, citation: Citation, contents: Mapping[str, str]) -> None:
    """Read the document of a citation, and see what happened to it since the answer was made from `contents`."""
    try:
        source = session.source(citation.document)
        changes = session.changed({turn: contents})[turn]
        post(SourceRead(turn, citation.n, source, "", changes))
    except Exception as error:  # noqa: BLE001
        post(SourceRead(turn, citation.n, None, failing(error), {}))


def read_document(session: Session, post: Post, name: str) -> None:
    """Read a document from its beginning."""
    post(DocumentRead(session.source(name)))


def line_now(session: Session, citation: Citation) -> int | None:
    """The line (from 1) where the words of a citation stand now; None where the document has no lines."""
    source = session.source(citation.document)
    if not source.document.has_lines:
        return None
    moved = source.text[citation.start : citation.end] != citation.quote
    place = source.text.find(citation.quote) if moved else citation.start
    return line_of(source.text, max(0, place))


def see_changes(session: Session, post: Post, turns: Mapping[int, Mapping[str, str]]) -> None:
    """See which cited documents have changed."""
    try:
        post(ChangesSeen(session.changed(turns)))
    except Exception as error:  # noqa: BLE001
        # The sync that has just failed has told why.
        _log.info("changes were not looked for: %s", error)


def keep(
    session: Session,
    post: Post,
    conversation: OpenConversation,
    answer: Answer,
    contents: Mapping[str, str],
    replacing: bool,
) -> None:
    """Keep a turn; a store that cannot be written costs a line, not the answer."""

    def narrate(line: str) -> None:
        post(Told(line))

    telling(post, lambda: session.keep(conversation, answer, contents, narrate, replacing=replacing))
    list_conversations(session, post, "")


def list_conversations(session: Session, post: Post, words: str) -> None:
    """List the conversations that hold `words`."""
    single = None if words else False  # what was asked by itself is found, and else not in the way
    kept = session.conversations.find(words, session.settings.corpus, single=single)
    post(ConversationsListed(words, kept))


def recall_questions(session: Session, post: Post) -> None:
    """Read what was asked on earlier days, each question once in a row."""
    try:
        asked = session.conversations.questions(session.settings.corpus)
    except Exception as error:  # noqa: BLE001
        # The list of conversations, which is read from the same file, tells why.
        _log.info("earlier questions were not read: %s", error)
        return
    post(QuestionsRecalled([question for question, _ in itertools.groupby(asked)]))


def load_conversation(session: Session, post: Post, number: int) -> None:
    """Read a kept conversation."""
    store = session.conversations
    post(ConversationLoaded(store.get(number), store.turns(number)))


def do(session: Session, post: Post, deed: Callable[[], str], words: str) -> None:
    """Do something with a conversation, tell what was done, and list the conversations anew."""
    telling(post, lambda: post(Told(deed())))
    list_conversations(session, post, words)


def use_model(session: Session, post: Post, mode: Mode, model: str | None, server: str | None) -> None:
    """Load what is to answer from now on."""
    lines: list[str] = []
    try:
        session.use(mode, model, server, lines.append)
    except Exception as error:  # noqa: BLE001
        post(ModelChanged(None, failing(error)))
        return
    garbage.settle()
    post(
        ModelChanged(
            session.model.name if session.model else None, lines[-1] if lines and session.model is None else ""
        )
    )


def watch(session: Session, post: Post, stop: threading.Event) -> None:
    """Tell when the corpus folder changes, until `stop`."""
    from watchfiles import watch as changes

    session.opened.wait()
    try:
        for _ in changes(session.settings.corpus, stop_event=stop, debounce=400, step=100, raise_interrupt=False):
            post(FolderChanged())
    except Exception as error:  # noqa: BLE001
        # Not worth a line: each question looks at the folder as well.
        _log.info("the corpus folder is not watched: %s", error)


class _Pace:
    """Says when it is time to post again."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + REDRAW_S
        return True
