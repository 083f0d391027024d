"""Where a model server is, and whether that is this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from askv4.errors import EndpointError, RemoteNotAllowed

_KNOWN_ENDS: Final = ("/chat/completions", "/completions", "/models", "/v1")
_EXAMPLE: Final = "give an address such as http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an OpenAI-compatible server."""

    root: str
    """Without the `/v1` that its paths begin with, and without a slash at the end."""
    shown: str
    """The same without user name and password, for messages."""
    local: bool
    """Whether it is this machine."""

    @property
    def api(self) -> str:
        return self.root + "/v1"


def parse_address(url: str, *, allow_remote: bool) -> Address:
    """Take an address as users write it apart: with or without scheme, `/v1`, or the path of one call.

    Only `localhost`, 127.0.0.0/8 and ::1 are this machine. Other names are not looked up: the look-up alone would leave
    the machine, and a name can mean another address the next time.

    Raises:
        EndpointError: it is no HTTP address.
        RemoteNotAllowed: it is not this machine, and `allow_remote` is false.
    """
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise EndpointError(f"{text!r} is not an address: {error}", _EXAMPLE) from None
    if parts.scheme not in ("http", "https") or not host:
        raise EndpointError(f"{text!r} is not an HTTP address", _EXAMPLE)
    path = parts.path.rstrip("/")
    for end in _KNOWN_ENDS:
        path = path.removesuffix(end)
    root = urlunsplit(SplitResult(parts.scheme, parts.netloc, path, "", ""))
    shown_host = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{shown_host}{f':{port}' if port else ''}{path}"
    address = Address(root=root, shown=shown, local=is_this_machine(host))
    if not address.local and not allow_remote:
        raise RemoteNotAllowed(f"{shown} is not this machine, and questions and evidence would be sent there")
    return address


def is_this_machine(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
