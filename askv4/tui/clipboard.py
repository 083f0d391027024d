"""Copying: to the terminal's clipboard, which works over SSH, and to the system's where there is one."""

from __future__ import annotations

import logging
import os
import sys

_log = logging.getLogger(__name__)


def copy_to_system(text: str) -> bool:
    """Put `text` on the system's clipboard; False where that is not possible. Takes its time: it starts a program."""
    if not _has_desktop():
        return False
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError) as error:
        _log.info("the system's clipboard was not reached: %s", error)
        return False
    return True


def _has_desktop() -> bool:
    """Whether there is a desktop to paste into. Without one pyperclip would start programs that hang or fail."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERMUX_VERSION"))
