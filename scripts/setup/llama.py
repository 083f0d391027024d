"""Installs llama-cpp-python, which is compiled on this machine for this machine, and says why where that cannot be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .commands import CommandFailed
from .network import OTHER_FILE, UNREACHABLE, answers
from .pins import CONSTRAINTS, installed, pinned, read_pins, site_packages, with_sums
from .state import PYTHON, ROOT, STATE, WINDOWS

if TYPE_CHECKING:
    from .install import Installer

WHEELS = Path(STATE, "wheels")
LISTING = Path(STATE, "llama.txt")
PACKAGE = "llama-cpp-python"
AUTHORS_INDEX = "https://abetlen.github.io/llama-cpp-python/whl/cpu"
"""Where llama-cpp-python's author keeps wheels for processors; ASKV4_LLAMA_INDEX names a mirror."""
IMPORT = [PYTHON, "-c", "import llama_cpp"]
# What the Python package does not use. In the environment and not as pip's --config-settings, with which pip would not
# keep the wheel for the next .venv.
SWITCHES = (
    "-DLLAVA_BUILD=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    f"'-DCMAKE_PROJECT_llama_cpp_INCLUDE={Path(ROOT, 'scripts', 'setup', 'llama_build.cmake').as_posix()}'",
)
_HOW_TO_GET_A_COMPILER = {
    "linux": "install one (Debian and Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`)",
    "darwin": "install one with `xcode-select --install`",
    "win32": "install the C++ build tools of Visual Studio",
}


def install(installer: Installer) -> None:
    """Compile and install; the stamp "chat" says how it ended. Failing is no reason to stop: quoting goes on."""
    pins = read_pins()["chat"]
    began = time.monotonic()
    if is_installed() and _loads(installer):
        installer.stamp("chat", "ready")
        return
    try:
        if lacks_compiler():
            text = f"looking for a ready-made {PACKAGE}"
            installer.step(text, _fetch_ready_made, installer, pinned(pins, PACKAGE))
        else:
            text = f"compiling {PACKAGE}, once, which takes minutes"
            installer.step(text, _compile, installer, pinned(pins, PACKAGE))
        installer.step(f"installing {PACKAGE}", _install_wheels, installer, pins)
    except CommandFailed as failure:
        reason = _reason(failure)
        installer.stamp("chat", "failed", reason)
        installer.progress.say(f"{PACKAGE} cannot be installed, so answers are quotations: {reason}")
        return
    finally:
        shutil.rmtree(WHEELS, ignore_errors=True)
    installer.stamp("chat", "ready")
    installer.progress.say(f"{PACKAGE} is in place, after {time.monotonic() - began:.0f} s")


def is_installed() -> bool:
    """Whether .venv holds the pinned version, whatever the stamp says."""
    return installed(PACKAGE) == pinned(read_pins()["chat"], PACKAGE).partition("==")[2]


def lacks_compiler() -> bool:
    """Whether there is surely no C++ compiler. Windows hides its own from the path, so there it may turn out later."""
    if WINDOWS or os.environ.get("CXX"):
        return False
    if sys.platform == "darwin":
        # The compilers on the path are stand-ins that offer to install the real ones.
        try:
            return subprocess.run(["xcode-select", "-p"], check=False, capture_output=True).returncode != 0
        except OSError:
            return True
    return not any(shutil.which(name) for name in ("c++", "g++", "clang++"))


def _loads(installer: Installer) -> bool:
    try:
        installer.commands.run(IMPORT)
    except CommandFailed:
        return False
    return True


def _compile(installer: Installer, pin: str) -> None:
    """A wheel made here; where that fails for a reason of this machine, a ready-made one."""
    try:
        LISTING.write_text(with_sums([pin])[0] + "\n", encoding="utf-8")
        _fetch(installer, ["--build-constraint", str(CONSTRAINTS), "--requirement", str(LISTING)])
    except CommandFailed as failure:
        if installer.commands.stopped or failure.mentions(*UNREACHABLE, *OTHER_FILE):
            raise
        try:
            _fetch_ready_made(installer, pin)
        except CommandFailed:
            raise failure from None


def _fetch_ready_made(installer: Installer, pin: str) -> None:
    """A wheel that someone else compiled: of the configured sources, else of its author's own index."""
    ready_made = ["--only-binary", PACKAGE, pin]
    index = os.environ.get("ASKV4_LLAMA_INDEX") or AUTHORS_INDEX
    try:
        _fetch(installer, ready_made)
    except CommandFailed:
        if installer.commands.stopped or not answers(f"{index}/{PACKAGE}/"):
            raise
        installer.progress.detail("", f"in {index}")
        _fetch(installer, [*ready_made, "--index-url", index, "--retries", "1", "--timeout", "15"])


def _fetch(installer: Installer, options: list[str]) -> None:
    """Fill WHEELS. Compiling happens outside .venv, so that an interruption leaves .venv whole."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    command = [PYTHON, "-m", "pip", "wheel", "--verbose", "--no-deps", "--wheel-dir", str(WHEELS), *options]
    theirs = os.environ.get("CMAKE_ARGS", "")
    installer.commands.run(
        command,
        on_line=lambda line: _show_place(installer, line),
        environment={"CMAKE_ARGS": " ".join((theirs, *SWITCHES)).strip()},
    )
    installer.progress.detail("", "")


def _show_place(installer: Installer, line: str) -> None:
    place = re.search(r"\[(\d+)/(\d+)\] ", line)
    if place:
        installer.progress.detail("", f"{place[1]} of {place[2]}")
    elif "Downloading " in line:
        installer.progress.detail("", "downloading")


def _install_wheels(installer: Installer, pins: list[str]) -> None:
    wheels = list(WHEELS.glob("*.whl"))
    names = {wheel.name.partition("-")[0].replace("_", "-") for wheel in wheels}
    others = [pin for pin in pins if pin.partition("==")[0] not in names]
    # Reinstalled in any case: an interrupted run may have left half of it.
    installer.commands.run([*installer.pip("--force-reinstall"), *map(str, wheels), *others])
    try:
        installer.commands.run(IMPORT)
    except CommandFailed:
        # A ready-made one can be for another system, which its name does not always say.
        installer.commands.run([PYTHON, "-m", "pip", "uninstall", "--yes", PACKAGE])
        raise
    installer.compile("tests", *(folder / "llama_cpp" for folder in site_packages()))


def _reason(failure: CommandFailed) -> str:
    if lacks_compiler():
        advice = _HOW_TO_GET_A_COMPILER.get(sys.platform, "install one")
        return f"there is no C++ compiler; {advice}, then run `python3 scripts/askv4.py models pull`"
    return f"{failure.reason}; the whole log is {Path(STATE, 'log.txt')}"
