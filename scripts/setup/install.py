"""Makes .venv and installs into it what constraints.txt pins. Standard library and pip; read only when there is work.

A set-up that is interrupted leaves the file `busy`, and the next one makes .venv anew. Each part that is whole gets a
stamp, written last; scripts/setup/state.py compares the stamps at every start.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any

from . import state
from .commands import CommandFailed, Commands, lanes
from .network import OTHER_FILE, UNREACHABLE, answers
from .pins import CONSTRAINTS, ROOT, VENV, installed, pinned, read_pins, site_packages, unpinned, with_sums
from .progress import Progress
from .state import PYTHON, WINDOWS

STATE = Path(state.STATE)
LOCK = VENV / ".lock"
BUSY = STATE / "busy"
LOG = STATE / "log.txt"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
# Byte code is made before the first start for what every start imports. These get theirs when something imports them: the
# encoder is exported once, and then nothing of them is needed any more.
_ONCE = "torch|torchgen|functorch|transformers|sentence_transformers|sklearn|scipy|sympy|mpmath|joblib|onnx"
_NEVER = r"tests|kubernetes|networkx|setuptools|transformers[/\\]models|onnx[/\\]backend"


class SetupFailed(Exception):
    """The set-up cannot go on: what happened and what to do, in one line, and the last lines of what failed."""

    def __init__(self, line: str, tail: Sequence[str] = ()) -> None:
        super().__init__(line)
        self.tail = list(tail)


class Stopped(BaseException):
    """A signal told the set-up to end."""


def ensure(*parts: str, later: bool = False) -> None:
    """Install those of the parts "run", "test" and "chat" that are not in place.

    Waits for another set-up of this folder. Exits with status 2 and a line on stderr when "run" or "test" cannot be
    installed, with 130 when interrupted. Without "chat" the program still answers, so why it could not be installed is
    said in a line and kept in its stamp. With `later`, the answer is already given and an interruption is no error.
    """
    progress = Progress()
    try:
        with _signals(), _locked(progress) as lock:
            Installer(progress, Commands(LOG, lock.fileno())).install(parts)
    except (KeyboardInterrupt, Stopped):
        progress.say("the set-up was stopped; the next run goes on with it")
        if not later:
            sys.exit(130)
    except SetupFailed as failure:
        progress.quote(failure.tail)
        progress.say(str(failure))
        sys.exit(2)
    except OSError as error:
        progress.say(_in_words(error))
        if parts != ("chat",):
            sys.exit(2)
        with contextlib.suppress(OSError):
            state.write_stamp("chat", "failed", state.fingerprint(), str(error))
    finally:
        progress.clear()


class Installer:
    """One set-up, under the lock."""

    def __init__(self, progress: Progress, commands: Commands) -> None:
        self.progress = progress
        self.commands = commands
        self.current = state.fingerprint()

    def install(self, parts: Sequence[str]) -> None:
        """Install those of `parts` that are not in place by now: another set-up may have been faster."""
        STATE.mkdir(parents=True, exist_ok=True)
        if any(part != "chat" and not state.is_ready(part, self.current) for part in parts):
            self._install_packages(tests="test" in parts)
        if "chat" in parts and not state.is_ready("chat", self.current):
            from . import llama

            llama.install(self)

    def pip(self, *options: str) -> list[str]:
        """A pip command that installs what is pinned, as it stands."""
        return [PYTHON, "-m", "pip", "install", "--no-deps", "--no-compile", *options]

    def step(self, text: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Do one thing while the progress line lives."""
        self.progress.begin(text)
        with lanes(self.commands, self.progress) as start:
            start(function, *arguments)

    def stamp(self, part: str, word: str, reason: str = "") -> None:
        """Write the stamp of a part for what is installed now."""
        state.write_stamp(part, word, self.current, reason)

    def compile(self, skipped: str, *folders: Path) -> None:
        """Write byte code, which each start would otherwise make or look for; never a reason to fail."""
        command = [PYTHON, "-m", "compileall", "-q", "-q", "-j", "0", "-x", rf"[/\\]({skipped})[/\\]"]
        with contextlib.suppress(CommandFailed):
            # Without the lock: its worker processes would keep it for ever if they alone were left.
            self.commands.run([*command, *map(str, folders)], keeps_lock=False)

    def _install_packages(self, tests: bool) -> None:
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
                self.step("making .venv", _make_venv)
            wanted = pins["set-up"] + pins["run"] + (pins["test"] if tests else [])
            self.step("getting pip", self._bootstrap_pip, pinned(pins["set-up"], "pip"))
            self._install_all(wanted)
            self.progress.begin("preparing the program")
            with lanes(self.commands, self.progress) as start:
                start(self.commands.run, [*self.pip("--no-build-isolation"), "--editable", str(ROOT)])
                # Tests export again and again, and in a container Python may not write byte code by itself.
                skipped = _NEVER if tests else f"{_NEVER}|{_ONCE}"
                start(self.compile, skipped, *site_packages(), ROOT / "askv4")
        except CommandFailed as failure:
            raise _explained(failure) from failure
        BUSY.unlink()
        for part in ("run", *(["test"] if tests else [])):
            self.stamp(part, "ready")
        self.progress.say(f"everything is in place, after {time.monotonic() - began:.0f} s")

    def _bootstrap_pip(self, pin: str) -> None:
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
                    self.commands.run(command)
                return
            except CommandFailed as failure:
                last = failure
        if last.mentions("No module named ensurepip"):
            raise SetupFailed(
                "this Python has neither pip nor ensurepip; install them (Debian and Ubuntu: "
                "`apt install python3-venv`) and run this again"
            )
        raise last

    def _install_all(self, wanted: list[str]) -> None:
        """Install the pins side by side: torch, which is as large as all others together, and the others."""
        torch = pinned(wanted, "torch")
        rest = [pin for pin in wanted if pin != torch]
        default_only = os.environ.get("ASKV4_TORCH") == "default"
        self.progress.begin("installing packages into .venv, once")
        with lanes(self.commands, self.progress) as start:
            start(self._install_pins, rest)
            has_torch = start(self._install_pins, [torch]) if not _torch_brings_cuda() else None
            if has_torch is None and not default_only:
                has_torch = start(self._install_cpu_torch, torch)
        if has_torch is None or has_torch.result() is False:
            if not default_only:
                self.progress.say(
                    "no package source offers a CPU build of torch, and download.pytorch.org does not answer: "
                    "downloading the default build, which can bring gigabytes of CUDA libraries"
                )
            # The one step where pip resolves: which libraries that build needs is known to it alone.
            command = [PYTHON, "-m", "pip", "install", "--no-compile", "--constraint", str(CONSTRAINTS), torch]
            self.step("installing torch", self.commands.run, command, self._reporting("torch"))

    def _install_pins(self, pins: list[str]) -> None:
        listing = STATE / f"{len(pins)}.txt"
        listing.write_text("\n".join(with_sums(pins)) + "\n", encoding="utf-8")
        self.commands.run(self.pip("--requirement", str(listing)), self._reporting("", len(pins)))
        listing.unlink()
        self.progress.detail("", "")

    def _install_cpu_torch(self, pin: str) -> bool:
        """Install a CPU build of torch from the configured sources, else from PyTorch's own. Whether there is one."""
        build = f"{pin}+cpu"
        for source in ([], ["--index-url", TORCH_INDEX]):
            if source and not answers(TORCH_INDEX):
                continue
            try:
                self.commands.run([*self.pip(*source), build], self._reporting("torch"))
            except CommandFailed as failure:
                if failure.mentions("No matching distribution found"):
                    continue
                raise
            self.progress.detail("torch", "")
            return True
        return False

    def _reporting(self, lane: str, total: int = 1) -> Callable[[str], None]:
        """Reads pip's lines, and shows where it is."""
        name = lane or "the others"
        count = 0

        def on_line(line: str) -> None:
            nonlocal count
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                count += 1
                self.progress.detail(lane, f"{name}: {count} of {total}" if total > 1 else f"{name}: downloading")
            elif line.startswith("Installing collected packages"):
                self.progress.detail(lane, f"{name}: unpacking")

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


def _in_words(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{ROOT} cannot be written, so .venv cannot be made there; copy the checkout to a folder of your own"
    if error.errno == errno.ENOSPC:
        return f"the disk is full: .venv needs about 1.5 GB in {ROOT}; make room and run this again"
    return f"the set-up failed: {error}; run this again"


@contextlib.contextmanager
def _locked(progress: Progress) -> Iterator[IO[str]]:
    """Hold the lock of this folder's set-up. The system frees it when its holder dies, so it is never stale."""
    VENV.mkdir(exist_ok=True)
    with LOCK.open("a", encoding="utf-8") as file:
        waiting = False
        while not _try_lock(file):
            if not waiting:
                progress.begin("waiting for another set-up of this folder")
                waiting = True
            time.sleep(0.2)
            progress.tick()
        yield file


def _try_lock(file: IO[str]) -> bool:
    try:
        if WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network folders know no locks; two set-ups at once are rare enough there.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """A closed terminal or a `kill` ends what the set-up started, too."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
