"""HTTP to a model server: JSON calls, and a stream of events that can be broken off at any moment.

httpx2 is httpx's maintained continuation; its client is told to ignore proxies of the environment and not to follow
redirects, so that text goes to the address that was allowed and nowhere else.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from askv4.errors import EndpointError
from askv4.llm.address import Address

if TYPE_CHECKING:
    import httpx2

_POLL_SECONDS: Final = 0.02
_WAITING_EVENTS: Final = 256
_CONNECT_SECONDS: Final = 5.0
_CALL_SECONDS: Final = 30.0
_LONGEST_REASON: Final = 200


_STATUS_REMEDIES: Final = {
    401: "the server wants an API key",
    403: "the server wants another API key",
    404: "check the address, and that an OpenAI-compatible server listens there",
    429: "wait a little, and ask again",
    503: "wait until the server has loaded its model, and ask again",
}


class Wire:
    """The connection to one server."""

    def __init__(self, address: Address, *, api_key: str | None, read_seconds: float) -> None:
        import httpx2

        self._address = address
        self._read_seconds = read_seconds
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {api_key}"} if api_key else None,
            timeout=httpx2.Timeout(_CALL_SECONDS, connect=_CONNECT_SECONDS),
            # A connection for each call: breaking one off must not hit the next.
            limits=httpx2.Limits(max_keepalive_connections=0),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str) -> Any:
        """The JSON at `path`. Raises EndpointError."""
        return self._call("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that the server makes of `body`. Raises EndpointError."""
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        import httpx2

        try:
            response = self._client.request(method, self._address.root + path, json=body)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._failure(error) from error
        self._check(response)
        try:
            return response.json()
        except ValueError:
            raise EndpointError(
                f"{self._address.shown}{path} answered with something that is not JSON",
                "check that an OpenAI-compatible server listens there",
            ) from None

    def events(self, path: str, body: Mapping[str, Any], should_stop: Callable[[], bool]) -> Iterator[str]:
        """The data of each server-sent event; ends early when `should_stop` says so. Raises EndpointError.

        A server that answers with plain JSON gives one event.
        """
        reader = _Reader(self, path, body)
        reader.start()
        try:
            while not should_stop():
                try:
                    item = reader.received.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    continue
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            reader.break_off()

    def _check(self, response: httpx2.Response) -> None:
        if response.is_redirect:
            target = response.headers.get("location", "elsewhere")
            raise EndpointError(
                f"{self._address.shown} redirects to {target}, which is not followed",
                "give that address if it is right",
            )
        if not response.is_success:
            response.read()
            status, reason = response.status_code, _reason(response.text)
            raise EndpointError(
                f"{self._address.shown} answered with status {status}" + (f": {reason}" if reason else ""),
                _STATUS_REMEDIES.get(status, "look at the server's own log"),
            )

    def _failure(self, error: Exception) -> EndpointError:
        import httpx2

        shown = self._address.shown
        if isinstance(error, httpx2.ConnectTimeout):
            return EndpointError(f"{shown} cannot be reached", "check the address, and that the server runs")
        if isinstance(error, httpx2.TimeoutException):
            return EndpointError(f"{shown} did not answer in time", "look at what the server is doing, and ask again")
        if isinstance(error, httpx2.ConnectError):
            return EndpointError(f"nothing answers at {shown} ({error})", "start the server, or check the address")
        if isinstance(error, httpx2.RemoteProtocolError | httpx2.NetworkError):
            return EndpointError(f"{shown} broke off the connection", "look at the server's own log")
        return EndpointError(f"{shown} does not answer as a model server does ({error})", "check the address")


class _Reader(threading.Thread):
    """Reads one stream of events in the background, so that waiting for it can be given up."""

    def __init__(self, wire: Wire, path: str, body: Mapping[str, Any]) -> None:
        super().__init__(name="askv4 endpoint", daemon=True)
        self.received: queue.Queue[str | BaseException | None] = queue.Queue(_WAITING_EVENTS)
        self._wire = wire
        self._path = path
        self._body = body
        self._socket: socket.socket | None = None
        self._broken_off = threading.Event()

    def run(self) -> None:
        import httpx2

        try:
            self._read()
            self._give(None)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            self._give(self._wire._failure(error))
        except Exception as error:  # noqa: BLE001  # to be raised in the thread that waits
            self._give(error)

    def _read(self) -> None:
        from httpx2 import EventSource, Timeout

        wire = self._wire
        with wire._client.stream(
            "POST",
            wire._address.root + self._path,
            json=self._body,
            headers={"Accept": "text/event-stream"},
            timeout=Timeout(wire._read_seconds, connect=_CONNECT_SECONDS),
            extensions={"trace": self._trace},
        ) as response:
            wire._check(response)
            if response.headers.get("content-type", "").startswith("application/json"):
                response.read()
                self._give(response.text)
                return
            for event in EventSource(response):
                self._give(event.data)
                if self._broken_off.is_set():
                    return

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._broken_off.is_set():
                self._hang_up()

    def _give(self, item: str | BaseException | None) -> None:
        while not self._broken_off.is_set():
            try:
                self.received.put(item, timeout=0.2)
            except queue.Full:
                continue
            return

    def break_off(self) -> None:
        """Hang up, whether the server is in the middle of an answer or has not begun one."""
        self._broken_off.set()
        if self.is_alive():
            self._hang_up()

    def _hang_up(self) -> None:
        # Closing alone would not wake a thread that waits in recv, nor tell the server.
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _reason(text: str) -> str:
    """What the body of an error response says, in one line."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    error = body.get("error", body.get("detail", body.get("message"))) if isinstance(body, dict) else None
    if isinstance(error, dict):
        error = error.get("message")
    reason = error if isinstance(error, str) else "" if text.lstrip().startswith("<") else text
    return " ".join(reason.split())[:_LONGEST_REASON]
