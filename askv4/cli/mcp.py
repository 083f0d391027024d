"""`askv4 mcp`: the documents for other programs, by the Model Context Protocol."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import click

from askv4.cli.options import Invocation, answering_options, common_options, pass_invocation, scope_options
from askv4.cli.version import version
from askv4.config import ready_corpus, ready_data_dir
from askv4.errors import UsageError

CLIENTS: dict[str, tuple[str, str]] = {
    "claude-desktop": ("mcpServers", "claude_desktop_config.json"),
    "claude-code": ("mcpServers", ".mcp.json"),
    "cursor": ("mcpServers", "~/.cursor/mcp.json"),
    "lm-studio": ("mcpServers", "mcp.json"),
    "vscode": ("servers", ".vscode/mcp.json"),
    "zed": ("context_servers", "settings.json"),
}
"""Client -> the key below which its configuration names servers, and the file it is in."""


@click.command("mcp", short_help="Serve the documents to other programs (MCP, on stdio).")
@click.option(
    "--config", "client", type=click.Choice(list(CLIENTS)), help="Print what this client's configuration needs."
)
@answering_options
@scope_options
@common_options
@pass_invocation
def mcp(invocation: Invocation, client: str | None) -> int:
    """Serve search, cited answers and documents to another program on this machine, by the Model Context Protocol.

    The program starts it and talks to it through stdin and stdout; no socket is opened. Answers are quotations unless --mode or
    --model asks for a chat model, since the program that asks has one.

    \b
    Examples:
      askv4 mcp --config claude-desktop
      askv4 mcp --corpus ~/papers
    """
    settings = invocation.settings
    if settings.mode == "auto" and settings.model is None:
        settings = replace(settings, mode="extractive")
    if client is not None:
        invocation.output.plain(json.dumps(_configuration(client, invocation), indent=2))
        invocation.diagnostics.notice(f"this goes into {CLIENTS[client][1]}")
        return 0
    ready_corpus(settings)
    ready_data_dir(settings)
    try:
        from askv4.mcp.server import serve  # the SDK is an extra, and takes half a second
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("mcp", "mcp_types", "anyio", "pydantic"):
            raise
        raise UsageError("the MCP SDK is not installed", "install it by `askv4 setup mcp`") from error
    serve(settings, invocation.diagnostics, version())
    return 0


def _configuration(client: str, invocation: Invocation) -> dict[str, Any]:
    settings = invocation.settings
    words = ["-m", "askv4", "mcp", "--corpus", str(settings.corpus), "--data-dir", str(settings.data_dir)]
    words += invocation.scope_options
    words += ["--mode", settings.mode] if settings.mode != "auto" else []
    words += ["--model", settings.model] if settings.model else []
    started = {"command": sys.executable, "args": words}
    if client == "vscode":
        started = {"type": "stdio", **started}
    return {CLIENTS[client][0]: {"askv4": started}}
