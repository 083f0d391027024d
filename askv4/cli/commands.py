"""The commands: what each is called, where it stands and what it is for; none is loaded before it is run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A command that is loaded when it is run."""

    module: str
    name: str
    """Of the click command in the module."""
    help: str
    """In the list of commands."""
    answers: bool = False
    """Whether it answers a person's question, which a chat model may do."""


COMMANDS: Mapping[str, Command] = {
    "about": Command("askv4.cli.about", "about", "Tell what the documents, or one of them, are about."),
    "add": Command("askv4.cli.add", "add", "Copy documents into the corpus and index them."),
    "ask": Command("askv4.cli.ask", "ask", "Answer a question from the documents (the default).", True),
    "chat": Command("askv4.cli.chat", "chat", "Ask and check answers in a terminal chat.", True),
    "config": Command("askv4.cli.config", "config", "Show and change settings, and where each comes from."),
    "conflicts": Command("askv4.cli.conflicts", "conflicts", "List where documents say different things."),
    "conversations": Command("askv4.cli.conversations", "conversations", "List, export and delete past conversations."),
    "docs": Command("askv4.cli.docs", "docs", "List the documents and how they fared."),
    "doctor": Command("askv4.cli.doctor", "doctor", "Check the set-up, and say what leaves the machine."),
    "eval": Command("askv4.cli.eval", "eval_", "Measure answers on questions whose answers you know."),
    "forget": Command("askv4.cli.forget", "forget", "Erase what is kept of documents and questions."),
    "mcp": Command("askv4.cli.mcp", "mcp", "Serve the documents to other programs (MCP, on stdio)."),
    "models": Command("askv4.cli.models", "models", "List, fetch and choose chat models."),
    "remove": Command("askv4.cli.remove", "remove", "Move documents to the bin and forget them."),
    "search": Command("askv4.cli.search", "search", "Show the passages that fit a question, best first."),
    "setup": Command("askv4.cli.setup", "setup", "Install what is optional: ocr (scans), mcp."),
    "sync": Command("askv4.cli.sync", "sync", "Bring the index up to date with the documents."),
    "workspaces": Command("askv4.cli.workspaces", "workspaces", "Give folders of documents names, and choose one."),
}
ELSEWHERE: Mapping[str, str] = {
    "delete": "remove", "help": "--help", "import": "add", "index": "sync", "info": "doctor", "install": "setup",
    "list": "docs", "ls": "docs", "pull": "models pull", "rm": "remove", "serve": "chat --web", "settings": "config", "preferences": "config", "options": "config", "status": "doctor",
    "update": "sync", "upload": "add", "version": "--version",
}  # fmt: skip
"""What other programs call it -> how it is called here."""
ALIKE = 0.75
"""From this likeness on (0 to 1) a word is taken for a mistyped command."""


def meant_by(word: str) -> str | None:
    """The command that a single word was probably meant as; None where it looks like a question."""
    lowered = word.lower()
    if lowered in ELSEWHERE:
        return ELSEWHERE[lowered]
    near = difflib.get_close_matches(lowered, [*COMMANDS, *(name for name in ELSEWHERE if len(name) > 3)], 1, ALIKE)
    return ELSEWHERE.get(near[0], near[0]) if near else None
