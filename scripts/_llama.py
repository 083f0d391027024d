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

from _commands import CommandFailed
from _pins import CONSTRAINTS, installed, pinned, read_pins, site_packages
from _setup import PYTHON, ROOT, STATE, WINDOWS

if TYPE_CHECKING:
    from _install import Installer

WHEELS = Path(STATE, "wheels")
PACKAGE = "llama-cpp-python"
IMPORT = [PYTHON, "-c", "import llama_cpp"]
# What the Python package does not use. In the environment and not as pip's --config-settings, with which pip would not
# keep the wheel for the next .venv.
SWITCHES = (
    "-DLLAVA_BUILD=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    f"'-DCMAKE_PROJECT_llama_cpp_INCLUDE={Path(ROOT, 'scripts', 'llama_build.cmake').as_posix()}'",
)
_HOW_TO_GET_A_COMPILER = {
    "linux": "install one (Debian and Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`)",
    "darwin": "install one with `xcode-select --install`",
    "win32": "install the C++ build tools of Visual Studio",
}


def install(installer: Installer, later: bool) -> None:
    """Compile and install; the stamp "chat" says how it ended. Failing is no reason to stop: quoting goes on.

    `later` says that the question was answered meanwhile, and that who asked it waits for the prompt.
    """
    pins = read_pins()["chat"]
    began = time.monotonic()
    if installed(PACKAGE) == pinned(pins, PACKAGE).partition("==")[2] and _loads(installer):
        installer.stamp("chat", "ready")
        return
    if later:
        installer.progress.say(f"a chat model is here, and {PACKAGE} runs it; Ctrl-C leaves that for the next run")
    try:
        if lacks_compiler():
            # A wheel that someone else compiled will do, where the configured sources have one.
            options = ["--only-binary", PACKAGE]
            installer.step(f"looking for a ready-made {PACKAGE}", _fetch, installer, options, pins)
        else:
            options = ["--build-constraint", str(CONSTRAINTS)]
            text = f"compiling {PACKAGE}, once, which takes minutes"
            installer.step(text, _fetch, installer, options, [pinned(pins, PACKAGE)])
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


def _fetch(installer: Installer, options: list[str], pins: list[str]) -> None:
    """Fill WHEELS. Compiling happens outside .venv, so that an interruption leaves .venv whole."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    command = [PYTHON, "-m", "pip", "wheel", "--verbose", "--no-deps", "--wheel-dir", str(WHEELS), *options]
    theirs = os.environ.get("CMAKE_ARGS", "")
    installer.commands.run(
        [*command, *pins],
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
    installer.commands.run(IMPORT)
    installer.compile("tests", *(folder / "llama_cpp" for folder in site_packages()))


def _reason(failure: CommandFailed) -> str:
    if lacks_compiler():
        advice = _HOW_TO_GET_A_COMPILER.get(sys.platform, "install one")
        return f"there is no C++ compiler; {advice}, then ask for a model with --mode llm"
    return f"{failure.reason}; the whole log is {Path(STATE, 'log.txt')}"
