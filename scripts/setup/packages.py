"""Makes .venv and installs into it what constraints.txt pins. Standard library and pip.

A set-up that is interrupted leaves the file `busy`, and the next one makes .venv anew. Each part that is whole gets a
stamp, written last; every start compares the stamps (state.py).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable

from .commands import CommandFailed, lanes
from .network import OTHER_FILE, UNREACHABLE, answers
from .pins import CONSTRAINTS, ROOT, VENV, installed, pinned, read_pins, site_packages, unpinned, with_sums
from .state import PYTHON, WINDOWS
from .work import LOG, STATE, SetupFailed, Work

LOCK = VENV / ".lock"
BUSY = STATE / "busy"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
# Byte code is made before the first start for what every start imports. These get theirs when something imports them: the
# encoder is exported once, and then nothing of them is needed any more.
_ONCE = "torch|torchgen|functorch|transformers|sentence_transformers|sklearn|scipy|sympy|mpmath|joblib|onnx"
_NEVER = r"tests|kubernetes|networkx|setuptools|transformers[/\\]models|onnx[/\\]backend"


def install(work: Work, tests: bool) -> None:
    """Make .venv where there is none, and install askv4 and what it needs; with `tests` what they need, too."""
    pins = read_pins()
    stranger = unpinned(pins)
    if stranger is not None:
        raise SetupFailed(
            f"pyproject.toml asks for {stranger}, which constraints.txt does not pin; run "
            "`.venv/bin/python -m scripts.tools.make_constraints`"
        )
    began = time.monotonic()
    interrupted = BUSY.exists()
    for part in ("run", "test"):
        (STATE / part).unlink(missing_ok=True)
    BUSY.touch()
    try:
        if interrupted or not _runs():
            work.step("making .venv", _make_venv)
        wanted = pins["set-up"] + pins["run"] + (pins["test"] if tests else [])
        work.step("getting pip", _bootstrap_pip, work, pinned(pins["set-up"], "pip"))
        _install_all(work, wanted)
        work.progress.begin("preparing the program")
        with lanes(work.commands, work.progress) as start:
            start(work.commands.run, [*work.pip("--no-build-isolation"), "--editable", str(ROOT)])
            # Tests export again and again, and in a container Python may not write byte code by itself.
            skipped = _NEVER if tests else f"{_NEVER}|{_ONCE}"
            start(work.compile, skipped, *site_packages(), ROOT / "askv4")
    except CommandFailed as failure:
        raise _explained(failure) from failure
    BUSY.unlink()
    for part in ("run", *(["test"] if tests else [])):
        work.stamp(part, "ready")
    work.progress.say(f"everything is in place, after {time.monotonic() - began:.0f} s")


def _bootstrap_pip(work: Work, pin: str) -> None:
    """The pinned pip, in .venv: it takes half the time of those that come with Python."""
    if installed("pip") == pin.partition("==")[2]:
        return
    ways = []
    if importlib.util.find_spec("pip") is not None:
        # The pip of the Python that runs this installs into .venv; making .venv's own first takes seconds.
        ways.append([[sys.executable, "-m", "pip", "--python", PYTHON, "install", pin]])
    ways.append([[PYTHON, "-m", "ensurepip"], [PYTHON, "-m", "pip", "install", pin]])
    for way in ways:
        try:
            for command in way:
                work.commands.run(command)
            return
        except CommandFailed as failure:
            last = failure
    if last.mentions("No module named ensurepip"):
        raise SetupFailed(
            "this Python has neither pip nor ensurepip; install them (Debian and Ubuntu: "
            "`apt install python3-venv`) and run this again"
        )
    raise last


def _install_all(work: Work, wanted: list[str]) -> None:
    """Install the pins side by side: torch, which is as large as all others together, and the others."""
    torch = pinned(wanted, "torch")
    rest = [pin for pin in wanted if pin != torch]
    default_only = os.environ.get("ASKV4_TORCH") == "default"
    work.progress.begin("installing packages into .venv, once")
    with lanes(work.commands, work.progress) as start:
        start(_install_pins, work, rest)
        has_torch = start(_install_pins, work, [torch]) if not _torch_brings_cuda() else None
        if has_torch is None and not default_only:
            has_torch = start(_install_cpu_torch, work, torch)
    if has_torch is None or has_torch.result() is False:
        if not default_only:
            work.progress.say(
                "no package source offers a CPU build of torch, and download.pytorch.org does not answer: "
                "downloading the default build, which can bring gigabytes of CUDA libraries"
            )
        # The one step where pip resolves: which libraries that build needs is known to it alone.
        command = [PYTHON, "-m", "pip", "install", "--no-compile", "--constraint", str(CONSTRAINTS), torch]
        work.step("installing torch", work.commands.run, command, _reporting(work, "torch"))


def _install_pins(work: Work, pins: list[str]) -> None:
    listing = STATE / f"{len(pins)}.txt"
    listing.write_text("\n".join(with_sums(pins)) + "\n", encoding="utf-8")
    work.commands.run(work.pip("--requirement", str(listing)), _reporting(work, "", len(pins)))
    listing.unlink()
    work.progress.detail("", "")


def _install_cpu_torch(work: Work, pin: str) -> bool:
    """Install a CPU build of torch from the configured sources, else from PyTorch's own. Whether there is one."""
    build = f"{pin}+cpu"
    for source in ([], ["--index-url", TORCH_INDEX]):
        if source and not answers(TORCH_INDEX):
            continue
        try:
            work.commands.run([*work.pip(*source), build], _reporting(work, "torch"))
        except CommandFailed as failure:
            if failure.mentions("No matching distribution found"):
                continue
            raise
        work.progress.detail("torch", "")
        return True
    return False


def _reporting(work: Work, lane: str, total: int = 1) -> Callable[[str], None]:
    """Reads pip's lines, and shows where it is."""
    name = lane or "the others"
    count = 0

    def on_line(line: str) -> None:
        nonlocal count
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            count += 1
            work.progress.detail(lane, f"{name}: {count} of {total}" if total > 1 else f"{name}: downloading")
        elif line.startswith("Installing collected packages"):
            work.progress.detail(lane, f"{name}: unpacking")

    return on_line


def _torch_brings_cuda() -> bool:
    """Whether the index's default torch for this system is a CUDA build. On Macs and Windows it is a CPU build."""
    return sys.platform.startswith("linux")


def _runs() -> bool:
    """Whether .venv holds a Python that starts, of a version that askv4 runs on."""
    code = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    try:
        return subprocess.run([PYTHON, "-c", code], check=False, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    """A new .venv, without pip, in place of what is there."""
    try:
        import venv
    except ImportError:
        raise SetupFailed(
            "this Python comes without its venv module; install it (Debian and Ubuntu: `apt install python3-venv`) "
            "and run this again"
        ) from None
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink() and entry != STATE:
            shutil.rmtree(entry)
        elif entry not in (LOCK, STATE):
            entry.unlink()
    venv.EnvBuilder(symlinks=not WINDOWS).create(VENV)


def _explained(failure: CommandFailed) -> SetupFailed:
    if failure.mentions(*OTHER_FILE):
        return SetupFailed(
            "a package is not the file that hashes.txt has the sum of, so it was not installed; a mirror may have built it "
            "anew, or changed it; see the index that `pip config list` names",
            failure.tail[-6:],
        )
    if failure.mentions(*UNREACHABLE):
        return SetupFailed(
            "no package index can be reached, and the first run needs one; check the network, or pip's configuration "
            f"(`pip config list`), and run this again; the whole log is {LOG}",
            failure.tail[-3:],
        )
    return SetupFailed(
        f"the set-up failed: {failure.reason}; the whole log is {LOG}, and the next run begins anew", failure.tail
    )
