"""`askv4 chat`: the terminal chat, on the terminal or in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from askv4.cli.diagnostics import Diagnostics
from askv4.cli.options import Invocation, answering_options, common_options, pass_invocation

if TYPE_CHECKING:
    from askv4.config import Settings
    from askv4.llm.chat import ChatModel


@click.command("chat", short_help="Ask and check answers in a terminal chat.")
@click.option("--web", is_flag=True, help="Serve the chat to a browser on this machine instead.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="With --web: the port; 0 takes a free one.")
@answering_options
@common_options
@pass_invocation
def chat(invocation: Invocation, web: bool, port: int) -> int:
    """Ask, read and check answers in a terminal chat.

    `askv4` alone opens it too. With --web the same chat is served to a browser on this machine, at an address with a
    secret in it that is printed.

    \b
    Examples:
      askv4 chat
      askv4 chat --corpus ~/papers
      askv4 chat --web
    """
    if web:
        from askv4.tui.web import serve

        serve(invocation.overrides, port, invocation.diagnostics.notice)
        return 0
    return run_chat(invocation)


def run_chat(invocation: Invocation) -> int:
    """Open the chat on this terminal, and return when it is closed."""
    from askv4.tui.app import ChatApp
    from askv4.tui.session import Session

    session = Session(invocation.settings, open_model)
    try:
        ChatApp(session).run(mouse=True)
    finally:
        session.close()
    return 0


class _Told(Diagnostics):
    """Narration that goes to the chat: it owns the terminal."""

    def __init__(self, narrate: Callable[[str], None]) -> None:
        super().__init__()
        self._narrate = narrate

    def notice(self, text: str) -> None:
        self._narrate(text)

    def detail(self, text: str) -> None:
        """Nobody asked for details here."""


def open_model(settings: Settings, narrate: Callable[[str], None]) -> ChatModel | None:
    """The chat model for these settings, loaded; lines about it go to `narrate`."""
    from askv4.cli.chat_model import open_chat_model

    return open_chat_model(settings, _Told(narrate))
