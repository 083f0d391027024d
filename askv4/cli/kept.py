"""What `ask` keeps: its turn, in the conversations of the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askv4.answer.conversation.kept import ConversationStore
from askv4.cli.diagnostics import error_line
from askv4.errors import Askv4Error

if TYPE_CHECKING:
    from askv4.answer.conversation.kept import Conversation
    from askv4.cli.options import Invocation
    from askv4.types import Answer, Turn


def continued(invocation: Invocation) -> tuple[Conversation | None, tuple[Turn, ...]]:
    """The conversation on this corpus that was continued last, and its turns; None when there is none."""
    settings = invocation.settings
    store = ConversationStore(settings.data_dir)
    try:
        last = store.last(settings.corpus)
        if last is not None:
            return last, tuple(kept.turn for kept in store.turns(last.id))
        invocation.diagnostics.notice("there is no conversation to continue; this begins one")
    except Askv4Error as error:
        invocation.diagnostics.notice(f"no conversation is continued: {error.line}")
    return None, ()


def keep(invocation: Invocation, answer: Answer, conversation: Conversation | None) -> None:
    """Keep a turn. An answer that cannot be kept is an answer all the same: a line says so."""
    settings, tell = invocation.settings, invocation.diagnostics.notice
    if not settings.keep_conversations:
        return
    number = conversation.id if conversation else None
    try:
        ConversationStore(settings.data_dir).keep(
            answer, settings.corpus, number, single=conversation is None, narrate=tell
        )
    except Exception as error:  # noqa: BLE001  whatever it is, the answer stands
        tell(f"the question is not kept: {error_line(error)}")
