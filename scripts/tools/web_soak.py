"""Random messages to the chat in a browser, by somebody who has its token: none may end it.

    .venv/bin/python -m scripts.tools.web_soak --messages 1000 --seed 7

Prints how many were sent and what came of them; the exit status is 1 when a chat ended, or a traceback was printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

WORDS = ("stdin", "resize", "ping", "focus", "blur", "open_url", "quit", "exit", "deliver_chunk_request", "", "\x00")
# All but what a reader ends the chat with, and Enter, which would ask.
TYPED = [chr(code) for code in range(0x250) if code not in (0x03, 0x04, 0x0A, 0x0D, 0x11)] + [
    "\u202e",
    "\U000e0041",
    "\U0001f600",
]
PATIENCE_S = 180.0
PORTION = 100


def message(chance: random.Random) -> str | bytes:
    """One message, most often one that the page would never send."""
    kind = chance.randrange(8)
    typed = "".join(chance.choices(TYPED, k=chance.choice((0, 1, 5, 200))))
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        return typed
    if kind == 2:
        return json.dumps(["stdin", typed])
    if kind == 3:
        return json.dumps(["resize", {"width": chance.randint(1, 300), "height": chance.randint(1, 100)}])
    if kind == 4:
        return "[" * chance.choice((1, 100, 100_000))
    if kind == 5:
        return json.dumps([chance.choice(WORDS), *(value(chance, 0) for _ in range(chance.randrange(3)))])
    if kind == 6:
        return json.dumps(["resize", {"width": value(chance, 1), "height": value(chance, 1)}])
    return json.dumps(value(chance, 0))


def value(chance: random.Random, depth: int) -> object:
    """Any JSON value."""
    plain = (None, True, -1, 0, 1e308, 10**40, "x" * 1000, "\ud800", "\x1b[2J")
    kind = chance.randrange(3 if depth < 3 else 1)
    if kind == 0:
        return chance.choice(plain)
    parts = [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return parts if kind == 1 else {str(chance.choice((*WORDS, "width", "height", "type"))): part for part in parts}


async def received(chat: aiohttp.ClientWebSocketResponse, patience_s: float) -> bytes | None:
    """What the chat drew next: empty when it drew nothing, None when it ended."""
    try:
        one = await chat.receive(patience_s)
    except TimeoutError:
        return b""
    if one.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
        return None
    return one.data if one.type is aiohttp.WSMsgType.BINARY else b"-"


async def has_begun(chat: aiohttp.ClientWebSocketResponse) -> bool:
    """Whether the chat comes to its prompt."""
    seen = b""
    while b"Ask your documents" not in seen:
        part = await received(chat, PATIENCE_S)
        if not part:
            return False
        seen = seen[-10_000:] + part
    return True


async def still_obeys(chat: aiohttp.ClientWebSocketResponse) -> bool:
    """Whether the chat goes on, and ends when its reader ends it: it still reads what is typed."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        if await received(chat, 1.0) is None:
            return False
    await chat.send_str(json.dumps(["stdin", "\x11"]))
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if await received(chat, PATIENCE_S) is None:
            return True
    return False


async def soak(address: str, messages: int, chance: random.Random) -> int:
    """Sends them in portions, each to a chat of its own; how many chats ended before they were left."""
    ended = 0
    async with aiohttp.ClientSession() as browser:
        for start in range(0, messages, PORTION):
            async with browser.ws_connect(f"{address}ws?width=100&height=30") as chat:
                if not await has_begun(chat):
                    ended += 1
                    continue
                for _ in range(min(PORTION, messages - start)):
                    sent = message(chance)
                    await (chat.send_bytes(sent) if isinstance(sent, bytes) else chat.send_str(sent))
                ended += not await still_obeys(chat)
    return ended


def main() -> int:
    """Start the chat, soak it, end it, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "a.txt").write_text("The gate has the code 4711.", encoding="utf-8")
        words = ["--corpus", str(corpus), "--data-dir", str(Path(folder) / "data"), "--mode", "extractive"]
        command = [sys.executable, "-m", "askv4", "chat", "--web", *words]
        with (Path(folder) / "said").open("w+b") as said:
            served = subprocess.Popen(
                command, stdout=said, stderr=subprocess.PIPE, cwd=Path(__file__).resolve().parents[2]
            )
            assert served.stderr is not None
            line = served.stderr.readline().decode()
            address = re.search(r"http://\S+", line)
            try:
                assert address, line
                ended = asyncio.run(soak(address[0], options.messages, random.Random(options.seed)))
            finally:
                served.terminate()
                _, trouble = served.communicate(timeout=60)
            said.seek(0)
            tracebacks = (said.read() + trouble).count(b"Traceback")
    print(f"seed {options.seed}: {options.messages} messages, {ended} chats ended, {tracebacks} tracebacks")
    return int(bool(ended or tracebacks))


if __name__ == "__main__":
    sys.exit(main())
