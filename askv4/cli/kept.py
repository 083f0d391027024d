"""What `ask` keeps: its turn, in the conversations of the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askv4.answer.conversation.kept import ConversationStore
from askv4.errors import Askv4Error

if TYPE_CHECKING:
    from askv4.answer.conversation.kept import Conversation
    from askv4.cli.options import Invocation
    from askv4.types import Answer, Turn


def continued(invocation: Invocation) -> tuple[Conversation | None, tuple[Turn, ...]]:
    """The conversation on this corpus that was continued last, and its turns; None when there is none."""
    settings = invocation.settings
    store = ConversationStore(settings.data_dir)
    last = store.last(settings.corpus)
    if last is None:
        invocation.diagnostics.notice("there is no conversation to continue; this begins one")
        return None, ()
    return last, tuple(kept.turn for kept in store.turns(last.id))


def keep(invocation: Invocation, answer: Answer, conversation: Conversation | None) -> None:
    """Keep a turn. An answer that cannot be kept is an answer all the same: a line says so."""
    settings = invocation.settings
    try:
        ConversationStore(settings.data_dir).keep(answer, settings.corpus, conversation.id if conversation else None)
    except Askv4Error as error:
        invocation.diagnostics.notice(f"the question is not kept: {error.line}")
