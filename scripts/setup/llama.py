"""Installs llama-cpp-python, which is compiled on this machine for this machine, and says why where that cannot be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .commands import CommandFailed
from .network import OTHER_FILE, UNREACHABLE, answers
from .pins import CONSTRAINTS, installed, pinned, read_pins, site_packages, with_sums
from .state import PYTHON, ROOT, WINDOWS
from .work import LOG, STATE, Work

WHEELS = STATE / "wheels"
LISTING = STATE / "llama.txt"
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


def install(work: Work) -> None:
    """Compile and install; the stamp "chat" says how it ended. Failing is no reason to stop: quoting goes on."""
    pins = read_pins()["chat"]
    began = time.monotonic()
    if is_installed() and _loads(work):
        work.stamp("chat", "ready")
        return
    try:
        if lacks_compiler():
            text = f"looking for a ready-made {PACKAGE}"
            work.step(text, _fetch_ready_made, work, pinned(pins, PACKAGE))
        else:
            text = f"compiling {PACKAGE}, once, which takes minutes"
            work.step(text, _compile, work, pinned(pins, PACKAGE))
        work.step(f"installing {PACKAGE}", _install_wheels, work, pins)
    except CommandFailed as failure:
        reason = reason_of(failure)
        work.stamp("chat", "failed", reason)
        work.progress.say(f"{PACKAGE} cannot be installed, so answers are quotations: {reason}")
        return
    finally:
        shutil.rmtree(WHEELS, ignore_errors=True)
    work.stamp("chat", "ready")
    work.progress.say(f"{PACKAGE} is in place, after {time.monotonic() - began:.0f} s")


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


def _loads(work: Work) -> bool:
    try:
        work.commands.run(IMPORT)
    except CommandFailed:
        return False
    return True


def _compile(work: Work, pin: str) -> None:
    """A wheel made here; where that fails for a reason of this machine, a ready-made one."""
    try:
        LISTING.write_text(with_sums([pin])[0] + "\n", encoding="utf-8")
        _fetch(work, ["--build-constraint", str(CONSTRAINTS), "--requirement", str(LISTING)])
    except CommandFailed as failure:
        if work.commands.stopped or failure.mentions(*UNREACHABLE, *OTHER_FILE):
            raise
        try:
            _fetch_ready_made(work, pin)
        except CommandFailed:
            raise failure from None


def _fetch_ready_made(work: Work, pin: str) -> None:
    """A wheel that someone else compiled: of the configured sources, else of its author's own index."""
    ready_made = ["--only-binary", PACKAGE, pin]
    index = os.environ.get("ASKV4_LLAMA_INDEX") or AUTHORS_INDEX
    try:
        _fetch(work, ready_made)
    except CommandFailed:
        if work.commands.stopped or not answers(f"{index}/{PACKAGE}/"):
            raise
        work.progress.detail("", f"in {index}")
        _fetch(work, [*ready_made, "--index-url", index, "--retries", "1", "--timeout", "15"])


def _fetch(work: Work, options: list[str]) -> None:
    """Fill WHEELS. Compiling happens outside .venv, so that an interruption leaves .venv whole."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    command = [PYTHON, "-m", "pip", "wheel", "--verbose", "--no-deps", "--wheel-dir", str(WHEELS), *options]
    theirs = os.environ.get("CMAKE_ARGS", "")
    work.commands.run(
        command,
        on_line=lambda line: _show_place(work, line),
        environment={"CMAKE_ARGS": " ".join((theirs, *SWITCHES)).strip()},
    )
    work.progress.detail("", "")


def _show_place(work: Work, line: str) -> None:
    place = re.search(r"\[(\d+)/(\d+)\] ", line)
    if place:
        work.progress.detail("", f"{place[1]} of {place[2]}")
    elif "Downloading " in line:
        work.progress.detail("", "downloading")


def _install_wheels(work: Work, pins: list[str]) -> None:
    wheels = list(WHEELS.glob("*.whl"))
    names = {wheel.name.partition("-")[0].replace("_", "-") for wheel in wheels}
    others = [pin for pin in pins if pin.partition("==")[0] not in names]
    # Reinstalled in any case: an interrupted run may have left half of it.
    work.commands.run([*work.pip("--force-reinstall"), *map(str, wheels), *others])
    try:
        work.commands.run(IMPORT)
    except CommandFailed:
        # A ready-made one can be for another system, which its name does not always say.
        work.commands.run([PYTHON, "-m", "pip", "uninstall", "--yes", PACKAGE])
        raise
    work.compile("tests", *(folder / "llama_cpp" for folder in site_packages()))


def reason_of(failure: CommandFailed) -> str:
    if lacks_compiler():
        advice = _HOW_TO_GET_A_COMPILER.get(sys.platform, "install one")
        return f"there is no C++ compiler; {advice}, then run `python3 scripts/askv4.py models pull`"
    return f"{failure.reason}; the whole log is {LOG}"
