"""`askv4 chat`: the terminal chat, on the terminal or in a browser."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from askv4.cli.config_file import change
from askv4.cli.options import (
    Invocation,
    answering_options,
    common_options,
    no_keep_option,
    pass_invocation,
    scope_options,
)
from askv4.cli.terminal import is_terminal
from askv4.errors import UsageError
from askv4.llm.choosing import open_chat_model
from askv4.tui.app import ChatApp
from askv4.tui.session import Session, Told

if TYPE_CHECKING:
    from askv4.config import Settings
    from askv4.llm.chat import ChatModel


PATIENCE_S = 2.0
"""So long the end of the chat waits for what is under way."""


@click.command("chat", short_help="Ask and check answers in a terminal chat.")
@click.option("--web", is_flag=True, help="Serve the chat to a browser on this machine instead.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="With --web: 0 takes a free one.")
@answering_options
@scope_options
@no_keep_option
@common_options
@pass_invocation
def chat(invocation: Invocation, web: bool, port: int) -> int:
    """Ask, read and check answers in a terminal chat.

    `askv4` alone opens it too. With --web a browser on this machine shows the same chat, at an address with a secret in
    it that is printed.

    \b
    Examples:
      askv4 chat
      askv4 chat --corpus ~/papers
      askv4 chat --in science
      askv4 chat --web
    """
    return _serve(invocation, port) if web else run_chat(invocation)


def run_chat(invocation: Invocation) -> int:
    """Open the chat on this terminal, and return when it is closed.

    Raises:
        UsageError: there is no terminal.
    """
    served = "TEXTUAL_DRIVER" in os.environ
    if not served and not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError("the chat needs a terminal", 'ask one question instead: askv4 "your question"')
    if not invocation.settings.color:
        os.environ["NO_COLOR"] = "1"
    session = Session(invocation.settings, open_model)
    app = ChatApp(session, partial(change, invocation.settings.config_file, "theme"))
    app.run()
    if not app.threads.wait(PATIENCE_S):
        # A model that is loading cannot be broken off, and nothing that is kept is half written at any moment.
        os._exit(0)
    session.close()
    return 0


def _serve(invocation: Invocation, port: int) -> int:
    from askv4.tui.web import ChatServer, listen  # a server of web pages, which the terminal has no use for

    words = [sys.executable, "-m", "askv4", "chat", *_options(invocation)]
    command = subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
    ChatServer(command, listen(port), invocation.diagnostics.notice).run()
    return 0


def _options(invocation: Invocation) -> list[str]:
    """The options of this run again, for the chats that it serves."""
    settings = invocation.settings
    named = ["--in-workspace", settings.workspace] if settings.workspace else ["--corpus", str(settings.corpus)]
    options = [*named, "--data-dir", str(settings.data_dir), "--mode", settings.mode]
    options += ["--model", settings.model] if settings.model else []
    options += ["--llm-url", settings.llm_url] if settings.llm_url else []
    options += ["--long"] if settings.long else []
    options += [] if settings.keep_conversations else ["--no-keep"]
    options += invocation.scope_options
    return options + ([] if settings.color else ["--no-color"])


def open_model(settings: Settings, narrate: Callable[[str], None]) -> ChatModel | None:
    """The chat model for these settings, loaded; lines about it go to `narrate`."""
    return open_chat_model(settings, Told(narrate))
