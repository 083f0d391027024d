"""Old Word documents (.doc) and presentations (.ppt), read where LibreOffice is installed: it makes new ones of them, which are
read. It runs with a profile of its own that knows no macros and reaches no network, and is ended when it takes too long.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from askv4.errors import DocumentUnreadable, ParserTooSlow, UnsupportedFormat
from askv4.text.loaders import docx, pace, pptx
from askv4.types import ParsedText

SECONDS = 120.0
"""What a conversion may take, by the clock."""
_SLIDES = "PowerPoint Document".encode("utf-16-le")
_SLIDE_SUFFIXES = (".ppt", ".pps", ".pot")
_KNOWN_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_SETTINGS: Mapping[str, Mapping[str, int | str]] = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": 3,
        "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True,
    },
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": 2,
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": 9,
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": 9,
    },
}
"""No macros, no pictures from elsewhere; and should anything be fetched all the same, through a proxy that is not there."""


def office() -> str | None:
    """The program of LibreOffice; None where it is not installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    return program or next((place for place in _KNOWN_PLACES if Path(place).is_file()), None)


def is_available() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def parse(data: bytes, name: str) -> ParsedText:
    """The text of an old document. Raises UnsupportedFormat without LibreOffice, DocumentUnreadable, ParserTooSlow."""
    slides = _SLIDES in data or name.lower().endswith(_SLIDE_SUFFIXES)
    what = "an old PowerPoint presentation" if slides else "an old Word document"
    old, better = (".ppt", ".pptx") if slides else (".doc", ".docx")
    program = office()
    if program is None:
        raise UnsupportedFormat(
            f"{name} is {what}, which LibreOffice would read", f"install LibreOffice, or save it as {better}"
        )
    with tempfile.TemporaryDirectory(prefix="askv4-office-", ignore_cleanup_errors=True) as folder:
        made = _converted(program, data, Path(folder), old, better)
    if made is None:
        raise DocumentUnreadable(
            f"{name} is {what} that LibreOffice cannot read", f"open it with its program and save it as {better}"
        )
    return pptx.parse(made, name) if slides else docx.parse(made, name)


def _converted(program: str, data: bytes, folder: Path, suffix: str, better: str) -> bytes | None:
    """What LibreOffice makes of a file; None when that is nothing. Raises ParserTooSlow."""
    source = folder / f"document{suffix}"
    source.write_bytes(data)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck", "--nologo",
        "--convert-to", better[1:], "--outdir", str(folder), str(source),
    ]  # fmt: skip
    pace.allow(SECONDS)
    child = subprocess.Popen(
        [*_without_network(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        child.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ParserTooSlow(f"LibreOffice could not read it within {SECONDS:.0f} seconds") from error
    finally:
        _end(child)
    made = source.with_suffix(better)
    return made.read_bytes() if made.is_file() else None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends a program and what it started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # nothing of it is left
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()


def _without_network() -> list[str]:
    """What starts a program in a name space of its own without a network, where this system lets us."""
    unshare = shutil.which("unshare") if sys.platform == "linux" else None
    if unshare is None:
        return []
    prefix = [unshare, "--map-root-user", "--net"]
    tried = subprocess.run([*prefix, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return prefix if tried.returncode == 0 else []


def _registry() -> str:
    """The settings as LibreOffice keeps them in a profile."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{str(value).lower()}</value></prop></item>'
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
