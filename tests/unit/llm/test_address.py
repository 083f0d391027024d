"""Which addresses are this machine, in all the ways that one can be written."""

from __future__ import annotations

import pytest

from askv4.errors import EndpointError, RemoteNotAllowed
from askv4.llm.address import is_this_machine, parse_address


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:1234/v1/", "http://localhost:1234/v1"),
        ("http://localhost:1234/v1/chat/completions", "http://localhost:1234/v1"),
        ("http://[::1]:8080/llm/v1", "http://[::1]:8080/llm/v1"),
    ],
)
def test_addresses_are_taken_as_users_write_them(url: str, api: str) -> None:
    address = parse_address(url, allow_remote=False)
    assert (address.api, address.local) == (api, True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost.example.com", "192.168.1.5", "0.0.0.0", "127.0.0.1.nip.io", "2130706433", "::", "::2"],
)
def test_other_machines(host: str) -> None:
    assert not is_this_machine(host)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1",
        "https://192.168.1.5",
        "http://localhost@example.com",
        "http://127.0.0.1:80@example.com:80/",
    ],
)
def test_another_machine_must_be_allowed(url: str) -> None:
    with pytest.raises(RemoteNotAllowed, match="is not this machine") as caught:
        parse_address(url, allow_remote=False)
    assert "allow_remote" in caught.value.remedy
    assert not parse_address(url, allow_remote=True).local


def test_a_password_is_not_shown() -> None:
    address = parse_address("http://me:secret@localhost:8080/v1", allow_remote=False)
    assert (address.shown, address.root) == ("http://localhost:8080", "http://me:secret@localhost:8080")


@pytest.mark.parametrize(
    "url", ["", "ftp://localhost", "http://", "http://localhost:99999", "http://[::1", "file:///etc"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(EndpointError):
        parse_address(url, allow_remote=True)
