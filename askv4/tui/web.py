"""The chat in a browser: textual-serve on loopback, behind an address that nobody can guess."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import WSMessage, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from askv4.errors import UsageError

HOST = "127.0.0.1"
# The page may load from this address only. Its script and styles are partly inline.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self' ws://{authority}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}

LARGEST = 1_000
"""Columns or rows of a browser's terminal."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatServer(Server):
    """Serves the chat below one secret path. Every visitor gets a chat of their own, over the same documents."""

    def __init__(self, command: str, listening: socket.socket, announce: Callable[[str], None]) -> None:
        port = listening.getsockname()[1]
        templates = Path(__file__).parent / "templates"
        super().__init__(command, HOST, port, title="askv4", templates_path=templates)
        self.authority = f"{HOST}:{port}"
        self.token = secrets.token_urlsafe(24)
        self.address = f"http://{self.authority}/{self.token}/"
        self._listening = listening
        self._announce = announce

    async def _make_app(self) -> web.Application:
        inside = await super()._make_app()
        outside = web.Application(middlewares=[self._guard])
        outside.add_subapp(f"/{self.token}", inside)
        return outside

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer nobody who came by another name (DNS rebinding) or from another page."""
        origin = request.headers.get("Origin")
        if request.headers.get("Host") != self.authority or origin not in (None, f"http://{self.authority}"):
            raise web.HTTPForbidden(text="This chat is for its own address only.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
            response.headers["Content-Security-Policy"] = _POLICY.format(authority=self.authority)
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A visitor's chat, in a terminal of a size that can be drawn."""
        sizes = (request.query.get(name, "80") for name in ("width", "height"))
        if not all(size.isascii() and size.isdigit() and _is_size(int(size[:5])) for size in sizes):
            raise web.HTTPBadRequest(text=f"A terminal has 1 to {LARGEST} columns and rows.")
        return await super().handle_websocket(request)

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        await super()._process_messages(_WellFormed(websocket), app_service)  # type: ignore[arg-type]

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002
        self._announce(f"the chat is at {self.address} (Ctrl+C ends it)")

    def run(self) -> None:
        """Serve until Ctrl+C."""
        web.run_app(self._make_app(), sock=self._listening, print=None, access_log=None, shutdown_timeout=2)


class _WellFormed:
    """A browser's messages without those that the server could make nothing of: it would end the chat with a traceback."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        self._websocket = websocket
        self.send_json = websocket.send_json

    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        async for message in self._websocket:
            if message.type is WSMsgType.TEXT and is_well_formed(message.data):
                yield message


def is_well_formed(text: str) -> bool:
    """Whether a message is one that the page sends."""
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        return False
    match envelope:
        case ["focus" | "blur"] | ["ping", str()]:
            return True
        case ["stdin", str(typed)]:  # nothing would be the end of what is typed, and the chat deaf from then on
            return bool(typed) and not any("\ud800" <= character <= "\udfff" for character in typed)
        case ["resize", {"width": width, "height": height}]:
            return _is_size(width) and _is_size(height)
    return False


def _is_size(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LARGEST


def listen(port: int) -> socket.socket:
    """A socket on loopback; port 0 takes a free one. Raises UsageError when the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        # From here on visitors wait instead of being refused: the address is told before the server is up.
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(
            f"port {port} cannot be used: {error.strerror or error}", "name another with --port"
        ) from error
    return listening
