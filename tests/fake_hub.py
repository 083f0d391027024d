"""A model hub on loopback: answers HEAD, GET with ranges and the repository listing as huggingface.co does.

A file's address redirects to a second one, as the real hub redirects to its content network, and the redirect carries
the declared commit, size and sha256. What goes wrong on real networks can be switched on per server.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """What the hub holds and how it misbehaves; `requests` is what it was asked."""

    address: str = ""
    content_address: str = ""
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By repository and path in it."""
    licences: dict[str, str] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path, Range header."""
    authorized: list[str] = field(default_factory=list)
    """The paths that were asked for with a token."""
    declared_sha256: str | None = None
    """Declared instead of the true one."""
    ignore_ranges: bool = False
    break_after: list[int] = field(default_factory=list)
    """For each coming download: bytes after which the connection is cut. Emptied as it is used."""
    stall_after: int | None = None
    """Bytes after which a download hangs until `let_go` is set."""
    stalled: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    failing: int | None = None
    """HTTP status that every request gets."""
    failing_content: int | None = None
    """HTTP status that every request for bytes gets."""
    content_etag: str | None = '"content-network"'
    """Of the bytes. Unlike the redirect before it, this is another host's answer: it says nothing about the content."""
    declares_length: bool = True

    def ranges(self) -> list[str]:
        """The Range headers of the downloads, in order."""
        return [header for method, _, header in self.requests if method == "GET" and header]


@contextmanager
def fake_hub(**settings: object) -> Iterator[FakeHub]:
    """A running hub; every connection is closed at the end."""
    hub = FakeHub(**settings)  # type: ignore[arg-type]

    class Handler(_Handler):
        pass

    Handler.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # A client that hangs up is what some tests are about, and no news on stderr.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    # Another name for the same server: the real content network is another host, and huggingface_hub looks no further.
    hub.content_address = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append((self.command, path, self.headers.get("Range")))
        if self.headers.get("Authorization"):
            self.hub.authorized.append(path)
        if self.hub.failing is not None:
            self._error(self.hub.failing, "")
        elif path.startswith("/api/models/"):
            self._listing(path.removeprefix("/api/models/"))
        elif path.startswith("/content/") and self.hub.failing_content is not None:
            self._error(self.hub.failing_content, "")
        elif path.startswith("/content/"):
            self._content(path.removeprefix("/content/"), body)
        else:
            self._resolve(path)

    def _resolve(self, path: str) -> None:
        parts = path.strip("/").split("/")
        repo, file = "/".join(parts[:2]), "/".join(parts[4:])
        if repo in self.hub.gated:
            return self._error(401, "GatedRepo")
        if repo not in {known for known, _ in self.hub.files}:
            return self._error(401, "RepoNotFound")
        content = self.hub.files.get((repo, file))
        if content is None:
            return self._error(404, "EntryNotFound")
        sha256 = self.hub.declared_sha256 or hashlib.sha256(content).hexdigest()
        self.send_response(302)
        self.send_header("Location", f"{self.hub.content_address}/content/{repo}/{file}")
        self.send_header("X-Repo-Commit", parts[3] if len(parts[3]) == 40 else COMMIT)
        self.send_header("X-Linked-Etag", f'"{sha256}"')
        self.send_header("X-Linked-Size", str(len(content)))
        # As for most files of the real hub today: there is a second way to fetch it, which keeps no partial file.
        self.send_header("X-Xet-Hash", "ab" * 32)
        self.send_header("X-Xet-Refresh-Route", f"{self.hub.address}/api/xet")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _content(self, name: str, body: bool) -> None:
        repo, file = "/".join(name.split("/")[:2]), "/".join(name.split("/")[2:])
        content = self.hub.files[repo, file]
        asked = self.headers.get("Range")
        start = 0
        if asked and not self.hub.ignore_ranges:
            start = int(asked.removeprefix("bytes=").split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if self.hub.declares_length:
            self.send_header("Content-Length", str(len(content) - start))
        else:
            self.close_connection = True
        if self.hub.content_etag is not None:
            self.send_header("ETag", self.hub.content_etag)
        self.end_headers()
        if body:
            self._send(content[start:])

    def _send(self, content: bytes) -> None:
        hub = self.hub
        try:
            if hub.break_after:
                self.wfile.write(content[: hub.break_after.pop(0)])
                self.close_connection = True
                return
            if hub.stall_after is not None:
                self.wfile.write(content[: hub.stall_after])
                self.wfile.flush()
                hub.stalled.set()
                hub.let_go.wait(30)
                content = content[hub.stall_after :]
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _listing(self, name: str) -> None:
        repo = "/".join(name.split("/")[:2])
        files = {file: content for (owner, file), content in self.hub.files.items() if owner == repo}
        if not files:
            return self._error(401, "RepoNotFound")
        siblings = [
            {
                "rfilename": file,
                "size": len(content),
                "blobId": "x",
                "lfs": {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "pointerSize": 135},
            }
            for file, content in files.items()
        ]
        card = {"license": self.hub.licences[repo]} if repo in self.hub.licences else {}
        answer = json.dumps({"id": repo, "sha": COMMIT, "siblings": siblings, "cardData": card}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        return None

    def _error(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()
