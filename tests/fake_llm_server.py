"""A small HTTP server on loopback that answers as llama-server, Ollama or any other would, or misbehaves as told.

Only a model's wording and a server's failures are made up here: the requests and the stream over HTTP are real.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Behaviour:
    """What the server has and does."""

    owner: str = "someone"
    models: Sequence[str] = ("tiny",)
    routes: dict[str, Any] = field(default_factory=dict)
    """JSON by path, for GET and POST; a function is given the request's body."""
    pieces: Sequence[str] = ("Hel", "lo.")
    raw_events: Sequence[str] | None = None
    """The stream, line by line, instead of `pieces`."""
    silence: float = 0.0
    """Seconds before the headers of the answer, and before each piece."""
    silence_between: float = 0.0
    status: int = 200
    error: bytes = b""
    plain_json: bool = False


class FakeServer:
    """A running server; `requests` has (path, headers, body) of each, `hung_up` is set when a client left."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.hung_up = threading.Event()
        self.url = ""

    def chats(self) -> list[Any]:
        """The bodies of the chat requests, in order."""
        return [body for path, _, body in self.requests if path == "/v1/chat/completions"]


def event(text: str | None, finish: str | None = None, **more: Any) -> str:
    """One event of a chat completion."""
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return "data: " + json.dumps({"choices": [choice], **more}, ensure_ascii=False)


@contextmanager
def fake_server(**behaviour: Any) -> Iterator[FakeServer]:
    """A server that behaves so while the context lasts."""
    fake = FakeServer(Behaviour(**behaviour))

    class Handler(_Handler):
        server_state = fake

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: FakeServer

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._note(None)
        self._route(None)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note(body)
        if self.path == "/v1/chat/completions":
            self._chat()
        else:
            self._route(body)

    def _note(self, body: Any) -> None:
        self.server_state.requests.append((self.path, dict(self.headers), body))

    def _route(self, body: Any) -> None:
        behaviour = self.server_state.behaviour
        models = {"object": "list", "data": [{"id": name, "owned_by": behaviour.owner} for name in behaviour.models]}
        routes = {"/v1/models": models} | behaviour.routes
        answer = routes.get(self.path)
        if isinstance(answer, bytes):
            self._send(200, answer, "text/html")
        elif isinstance(answer, tuple):
            self._send(answer[0], answer[1], "application/json", answer[2] if len(answer) > 2 else {})
        elif answer is None:
            self._send(404, b'{"error": {"message": "no such path"}}')
        else:
            self._send(200, json.dumps(answer(body) if callable(answer) else answer).encode())

    def _chat(self) -> None:
        behaviour = self.server_state.behaviour
        try:
            time.sleep(behaviour.silence)
            if behaviour.status != 200:
                self._send(behaviour.status, behaviour.error)
            elif behaviour.plain_json:
                message = {"role": "assistant", "content": "".join(behaviour.pieces)}
                self._send(200, json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode())
            else:
                self._stream()
        except OSError:
            self.server_state.hung_up.set()

    def _stream(self) -> None:
        behaviour = self.server_state.behaviour
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        lines = behaviour.raw_events
        if lines is None:
            usage = {"prompt_tokens": 40, "completion_tokens": len(behaviour.pieces)}
            details = {"usage": usage | {"prompt_tokens_details": {"cached_tokens": 30}}}
            lines = [*map(event, behaviour.pieces), event(None, "stop"), event(None, **details), "data: [DONE]"]
        for line in lines:
            time.sleep(behaviour.silence_between)
            self.wfile.write(line.encode() + b"\n\n")
            self.wfile.flush()

    def _send(
        self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
