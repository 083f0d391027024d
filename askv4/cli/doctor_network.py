"""`askv4 doctor --network`: a question is answered while every socket that Python opens is noted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askv4.cli.compose import open_workspace
from askv4.cli.doctor_repair import Finding
from askv4.cli.wording import counted
from askv4.errors import Askv4Error
from askv4.offline import REPORTS
from askv4.text.safe import safe_line

if TYPE_CHECKING:
    from askv4.cli.options import Invocation
    from askv4.workspace import Workspace

_LONGEST = 200
"""Characters of the question."""
_INODE = 9
"""Its column in the tables of /proc/net."""
_DESCRIPTORS = Path("/proc/self/fd")
_NO_SOCKET = {"socket.gethostname", "socket.sethostname"}
"""They ask the system alone."""


class SocketAudit:
    """An audit hook that notes what happens to sockets while it listens; a hook stays for as long as the process."""

    def __init__(self) -> None:
        self.listening = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.listening and event.startswith("socket.") and event not in _NO_SOCKET:
            where = arguments[1:] if event in ("socket.connect", "socket.bind", "socket.sendto") else arguments
            self.seen.append(safe_line(f"{event} {where}"))


def audited(invocation: Invocation) -> Iterator[Finding]:
    """What was seen while the documents were synced and a question about them was answered."""
    audit, before, left = SocketAudit(), _open_sockets(), set[str]()
    audit.listening = True
    try:
        with open_workspace(invocation.settings, invocation.diagnostics, with_models="answer") as workspace:
            answer = workspace.ask(_question(workspace))
            left = _open_sockets() - before
        with_model = f", with the chat model {answer.model}" if answer.model else ""
        asked = Finding("asked", f"a question was answered from {invocation.settings.corpus}{with_model}")
    except Askv4Error as error:
        asked = Finding("asked", error.line, ok=False)
    finally:
        audit.listening = False
    server = invocation.settings.llm_url is not None
    yield asked
    what = f"Python opened or used {counted(len(audit.seen), 'socket')}"
    shown = f": {'; '.join(dict.fromkeys(audit.seen))}" if audit.seen else ""
    yield Finding("sockets", what + shown, ok=server or not audit.seen)
    if _DESCRIPTORS.is_dir():
        outward = left & _network_sockets()
        native = f"among its open files, native code's included: {counted(len(outward), 'socket')} of the network"
        inward = f", {len(left - outward)} between its own threads" if left - outward else ""
        yield Finding("", native + inward, ok=server or not outward)
    yield from _switches()


def _question(workspace: Workspace) -> str:
    """A question that the documents answer, so that all that answers is at work: a sentence of theirs."""
    catalog = workspace.index.catalog
    for document in workspace.documents():
        for span in catalog.neighbours(document.document, 0, 0, 0, 1):
            return span.of(catalog.text(document.document))[:_LONGEST]
    return "Who wrote that?"


def _open_sockets() -> set[str]:
    """The sockets of this process as Linux lists them; elsewhere none can be seen."""
    sockets = set()
    for descriptor in _DESCRIPTORS.iterdir() if _DESCRIPTORS.is_dir() else ():
        try:
            target = os.readlink(descriptor)  # noqa: PTH115
        except OSError:
            continue  # the one that this listing was read through
        if target.startswith("socket:"):
            sockets.add(target)
    return sockets


def _network_sockets() -> set[str]:
    """Those of IP that are open in this namespace, in the words of `_open_sockets`; a library's pair to wake itself is none."""
    sockets = set()
    for protocol in ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6"):
        table = Path("/proc/net") / protocol
        if table.is_file():
            rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
            sockets |= {f"socket:[{row[_INODE]}]" for row in rows if len(row) > _INODE}
    return sockets


def _switches() -> Iterator[Finding]:
    for package, names in REPORTS.items():
        values = ", ".join(f"{name}={os.environ.get(name, '(not set)')}" for name in names)
        yield Finding("reports", f"{package}: {values}", ok=all(os.environ.get(name) for name in names))
