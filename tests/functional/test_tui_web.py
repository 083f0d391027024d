"""The chat in a browser: on loopback, behind a secret address, loading nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.conftest import ROOT, Program
from tests.functional.tui_kit import fill

aiohttp = pytest.importorskip("aiohttp")
pytest.importorskip("textual_serve")


@pytest.fixture
def address(tmp_path: Path, data_dir: Path, fresh_program: Callable[..., Program]) -> Iterator[str]:
    options = ["--corpus", str(fill(tmp_path / "corpus")), "--data-dir", str(data_dir), "--mode", "extractive"]
    process = fresh_program().start("chat", "--web", *options)
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    match = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", line)
    assert match, line
    yield match[0]
    process.terminate()
    process.communicate(timeout=30)


async def test_the_page_needs_the_secret_and_loads_from_itself(address: str) -> None:
    base = address.rsplit("/", 2)[0]
    async with aiohttp.ClientSession() as browser:
        async with browser.get(address) as page:
            text = await page.text()
            assert page.status == 200
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert re.findall(r"https?://[^\"'\s]+", text) == re.findall(rf"{re.escape(base)}[^\"'\s]+", text)
        script = re.search(r'src="([^"]+textual\.js)"', text)
        assert script is not None
        async with browser.get(script[1]) as static:
            assert static.status == 200
        for wrong in (base, base + "/ws", base + "/static/js/textual.js", base + "/" + "x" * 32 + "/"):
            async with browser.get(wrong) as refused:
                assert refused.status == 404
        async with browser.get(address, headers={"Host": "evil.example"}) as refused:
            assert refused.status == 403


async def test_the_question_has_the_focus_at_the_start(address: str) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(address) as page:
        assert 'querySelector(".xterm-helper-textarea")?.focus()' in await page.text()


@pytest.mark.parametrize("size", ["0", "-3", "x", "1e3", "100000", "9" * 5000, "\u0663"])
async def test_no_terminal_is_of_a_size_that_cannot_be_drawn(address: str, size: str) -> None:
    async with aiohttp.ClientSession() as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="400"):
            await browser.ws_connect(f"{address}ws?width={size}&height=24")


@pytest.mark.timeout(900)
def test_malformed_messages_end_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.tools.web_soak", "--messages", "200", "--seed", "5"],
        cwd=ROOT, capture_output=True, text=True, timeout=800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 messages, 0 chats ended, 0 tracebacks" in done.stdout


async def test_a_browser_gets_the_chat(address: str) -> None:
    async with aiohttp.ClientSession() as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await browser.ws_connect(f"{address}ws", headers={"Origin": "http://evil.example"})
        async with browser.ws_connect(f"{address}ws?width=100&height=30", timeout=aiohttp.ClientWSTimeout(60)) as chat:
            drawn = b""
            async for message in chat:
                drawn += message.data if message.type == aiohttp.WSMsgType.BINARY else b""
                if b"Ask your documents" in drawn:
                    break
            assert b"askv4" in drawn


def _ends(data_dir: str) -> bool:
    """Whether nobody works on this data folder any more, soon."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        asked = subprocess.run(["ps", "-e", "-o", "args"], capture_output=True, text=True, check=True).stdout
        if not any(data_dir in line for line in asked.splitlines()):
            return True
        time.sleep(0.5)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="looks for processes with ps")
async def test_no_chat_outlives_a_server_that_was_killed(
    tmp_path: Path, data_dir: Path, fresh_program: Callable[..., Program]
) -> None:
    options = ["--corpus", str(fill(tmp_path / "corpus")), "--data-dir", str(data_dir), "--mode", "extractive"]
    server = fresh_program().start("chat", "--web", *options)
    assert server.stderr is not None
    address = re.search(r"http://\S+", server.stderr.readline().decode())
    assert address
    async with aiohttp.ClientSession() as browser, browser.ws_connect(f"{address[0]}ws?width=100&height=30") as chat:
        drawn = b""
        async for message in chat:
            drawn += message.data if message.type == aiohttp.WSMsgType.BINARY else b""
            if b"Ask your documents" in drawn:
                break
        server.kill()
        server.communicate(timeout=30)
    assert _ends(str(data_dir))
