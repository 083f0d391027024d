"""Opening a document in the system's viewer, at the page where a viewer is known that can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from askv4.errors import Askv4Error

PAGE_VIEWERS: Mapping[str, Callable[[int], list[str]]] = {
    "evince": lambda page: [f"--page-index={page}"],
    "papers": lambda page: [f"--page-index={page}"],
    "okular": lambda page: ["--page", str(page)],
    "xreader": lambda page: [f"--page-index={page}"],
    "atril": lambda page: [f"--page-index={page}"],
    "zathura": lambda page: [f"--page={page}"],
    "sioyek": lambda page: ["--page", str(page)],
    "mupdf": lambda page: ["{path}", str(page)],
    "xpdf": lambda page: ["{path}", str(page)],
}
"""Viewers of PDF files on Linux and BSD desktops, and how each is told the page."""


def open_command(
    path: Path,
    page: int | None,
    *,
    platform: str = sys.platform,
    environ: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """The command that opens `path` for the user, at `page` (from 1) where it is a PDF and a viewer takes one.

    Raises Askv4Error where there is no desktop or no way to open a file.
    """
    environ = os.environ if environ is None else environ
    if platform == "darwin":
        return ["open", str(path)]
    at_page = page is not None and path.suffix.lower() == ".pdf"
    if platform == "win32":
        return (
            ["SumatraPDF", "-page", str(page), str(path)]
            if at_page and which("SumatraPDF")
            else ["explorer", str(path)]
        )
    if not any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")):
        raise Askv4Error(
            "there is no desktop here to open the file on", f"name an editor in $EDITOR; the file is {path}"
        )
    if page is not None and at_page:
        for viewer, arguments in PAGE_VIEWERS.items():
            if which(viewer):
                return _with_path(viewer, arguments(page), str(path))
    for opener in ("xdg-open", "gio", "wslview"):
        if which(opener):
            return [opener, "open", str(path)] if opener == "gio" else [opener, str(path)]
    raise Askv4Error("this system has no xdg-open", f"install xdg-utils, or open {path} yourself")


def require_file(path: Path) -> None:
    """Raises Askv4Error where the file is gone."""
    if not path.exists():
        raise Askv4Error(f"{path} does not exist any more", "the answer quotes an earlier state of the folder")


def open_file(path: Path, page: int | None) -> None:
    """Open `path` in the user's viewer. Raises Askv4Error when it is gone or cannot be opened."""
    require_file(path)
    start(open_command(path, page), path)


def start(command: list[str], path: Path) -> None:
    """Start what shows `path` in a window of its own, and outlives the chat. Raises Askv4Error."""
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Askv4Error(
            f"{command[0]} cannot be started: {error.strerror or error}", f"open {path} yourself"
        ) from error


def _with_path(viewer: str, arguments: list[str], path: str) -> list[str]:
    if "{path}" in arguments:
        return [viewer, *(path if argument == "{path}" else argument for argument in arguments)]
    return [viewer, *arguments, path]
