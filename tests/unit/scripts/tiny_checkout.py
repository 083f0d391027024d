"""A checkout as small as can be: the real scripts, a program that prints what it was given, and wheels made by hand.

The set-up runs in it as it does in a user's hands, with the real venv and the real pip, but offline and in seconds.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts.places import ROOT

SCRIPTS = ROOT / "scripts"

PROGRAM = """\
import json, os, pathlib, sys, time

DATA = pathlib.Path(os.environ["HOME"], ".local", "share", "askv4", "data")

def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if words[:1] == ["models"]:
        return pull() if words[1:2] == ["pull"] else overview()
    print("answer", sys.argv[1:], os.getcwd(), flush=True)
    try:
        import llama_cpp
        print("chat", llama_cpp.VERSION, flush=True)
        for model in sorted(DATA.rglob("*.gguf")):
            print("lead of", model.name, flush=True)
    except ImportError:
        pass
    return int(os.environ.get("TINY_STATUS", "0"))

def overview():
    print(json.dumps({
        "auto": {"model": os.environ.get("TINY_MODEL") or None}, "given": None,
        "recommended": {"name": "tiny-model", "bytes": 1_100_000_000, "licence": "Tiny License"},
    }))
    with open(DATA.parent / "calls", "a") as calls:
        calls.write("models\\n")
    return 0

def pull():
    with open(DATA.parent / "calls", "a") as calls:
        calls.write(" ".join(sys.argv[1:]) + "\\n")
    print("pulled to stdout", flush=True)
    print("pulling", file=sys.stderr, flush=True)
    try:
        time.sleep(float(os.environ.get("TINY_PULL_SLEEP", "0")))
    except KeyboardInterrupt:
        return 130
    if os.environ.get("TINY_PULL_STATUS"):
        return int(os.environ["TINY_PULL_STATUS"])
    folder = DATA / "models" / "org" / "repository"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny-model.gguf").touch()
    return 0
"""

INTENT = """\
import json, os, sys

options = sys.argv[1:]
options = options[: options.index("--")] if "--" in options else options
words = [word for word in sys.argv[1:] if not word.startswith("-")]
print(json.dumps({
    "answers": words[:1] not in (["docs"], ["models"]) and os.environ.get("TINY_MODE") != "extractive",
    "asks_for_model": words[:2] == ["models", "pull"] or bool({"--model", "--mode", "--mode=llm"} & set(options)),
    "names_model": "--model" in options, "chat": sys.argv[1:] == [], "for_programs": "--json" in options,
    "goes_on": "--continue" in options, "data_dir": os.path.join(os.environ["HOME"], ".local", "share", "askv4", "data"),
}))
"""
"""What stands for askv4/cli/intent.py, which has tests of its own."""

BACKEND = '''\
"""Builds the editable wheel of the tiny checkout; sleeps first when it is told to, as a slow build would."""
import os, pathlib, time, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    time.sleep(float(os.environ.get("TINY_SLEEP", "0")))
    name = "askv4-0.1-py3-none-any.whl"
    info = "askv4-0.1.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("askv4.pth", os.getcwd())
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: askv4\\nVersion: 0.1\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\\naskv4 = askv4.cli.main:main\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
'''

SLOW_BUILD = """\
import time

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("[1/2] compiling", flush=True)
    time.sleep(60)
"""

PYTEST = """\
import os, sys
print("tests", sys.argv[1:], os.getcwd())
"""


@dataclass(frozen=True)
class Screen:
    """What a run on a terminal showed."""

    status: int
    text: str
    out: str
    """What went through the pipe, if stdout was one."""

    def in_order(self, *texts: str) -> bool:
        """Whether the texts stand there one after the other."""
        place = 0
        for text in texts:
            place = self.text.find(text, place) + 1
            if not place:
                return False
        return True


@dataclass(frozen=True)
class TinyCheckout:
    """The folder, and what its runs see."""

    root: Path
    wheels: Path
    home: Path

    @property
    def state(self) -> Path:
        return self.root / ".venv" / ".askv4"

    @property
    def log(self) -> str:
        log = self.state / "log.txt"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def environment(self, **more: str) -> dict[str, str]:
        """No index, no configuration, no home but the test's own."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "ASKV4_", "XDG_"))}
        return {
            **kept,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_CACHE_DIR": "1",
            "HOME": str(self.home),
            **more,
        }

    def command(self, script: str, *arguments: str) -> list[str]:
        return [sys.executable, str(self.root / "scripts" / script), *arguments]

    def run(self, *arguments: str, script: str = "askv4.py", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script from the test's home folder."""
        return subprocess.run(
            self.command(script, *arguments),
            check=False,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment(**environment),
            timeout=120,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start scripts/askv4.py in a process group of its own, as a shell does."""
        return subprocess.Popen(
            self.command("askv4.py", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env=self.environment(**environment),
            start_new_session=True,
        )

    @property
    def data(self) -> Path:
        """Where the program keeps its models."""
        return self.home / ".local" / "share" / "askv4" / "data"

    @property
    def calls(self) -> list[str]:
        """What the program was asked about models, one line a call."""
        calls = self.data.parent / "calls"
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        return [line.removesuffix(f" --data-dir {self.data}") for line in lines]

    def on_a_terminal(
        self, *arguments: str, piped: bool = False, interrupt_at: str | None = None, **environment: str
    ) -> Screen:
        """Run scripts/askv4.py on a terminal of its own, and press Ctrl-C when it has said `interrupt_at`.

        With `piped` its stdout is a pipe, as in `askv4.py QUESTION | less`.
        """
        import pty

        terminal, theirs = pty.openpty()
        process = subprocess.Popen(
            self.command("askv4.py", *arguments),
            stdin=theirs,
            stdout=subprocess.PIPE if piped else theirs,
            stderr=theirs,
            cwd=self.home,
            env=self.environment(TERM="xterm", **environment),
            start_new_session=True,
        )
        os.close(theirs)
        said = b""
        while True:
            try:
                said += os.read(terminal, 4096)
            except OSError:  # nobody holds the other end any more
                break
            if interrupt_at is not None and interrupt_at.encode() in said:
                os.killpg(process.pid, signal.SIGINT)
                interrupt_at = None
        os.close(terminal)
        out = process.stdout.read().decode() if process.stdout is not None else ""
        return Screen(process.wait(timeout=60), said.decode().replace("\r\n", "\n"), out)

    def change(self) -> None:
        """Make what is installed stale."""
        with (self.root / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write("# changed\n")


def make(folder: Path) -> TinyCheckout:
    """A fresh checkout in `folder`, in a path with a space."""
    checkout = TinyCheckout(folder / "a checkout", folder / "wheels", folder / "home")
    package = checkout.root / "askv4" / "cli"
    for made in (package, checkout.wheels, checkout.home):
        made.mkdir(parents=True)
    shutil.copytree(
        SCRIPTS / "setup", checkout.root / "scripts" / "setup", ignore=shutil.ignore_patterns("__pycache__")
    )
    for starter in ("askv4.py", "test.py"):
        shutil.copy2(SCRIPTS / starter, checkout.root / "scripts")
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "main.py").write_text(PROGRAM, encoding="utf-8")
    (package / "intent.py").write_text(INTENT, encoding="utf-8")
    (checkout.data / "models").mkdir(parents=True)
    (checkout.root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "tinybuild"\n'
        '[project]\nname = "askv4"\nversion = "0.1"\ndependencies = ["torch", "tiny-lib", "llama-cpp-python"]\n'
        'optional-dependencies.test = ["pytest"]\n',
        encoding="utf-8",
    )
    (checkout.root / "constraints.txt").write_text(
        f"# pins\n# [set-up]\npip=={importlib.metadata.version('pip')}\ntinybuild==1.0\n"
        '# [run]\ntorch==2.0\ntiny-lib==1.0\nnever==1.0 ; sys_platform == "nowhere"\n'
        "# [chat]\nllama-cpp-python==0.3\n# [build]\n# [test]\npytest==1.0\n",
        encoding="utf-8",
    )
    # On Linux only a CPU build will do; the label says that it is one.
    torch = "2.0+cpu" if sys.platform.startswith("linux") else "2.0"
    make_wheel(checkout.wheels, "torch", torch, "")
    make_wheel(checkout.wheels, "tiny_lib", "1.0", "")
    make_wheel(checkout.wheels, "tinybuild", "1.0", BACKEND)
    make_wheel(checkout.wheels, "pytest", "1.0", PYTEST)
    pack_pip(checkout.wheels)
    return checkout


def make_wheel(folder: Path, name: str, version: str, source: str, module: str | None = None) -> Path:
    """A wheel of one module, which has the package's name if no other is given."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{module or name}.py", source)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def make_slow_source(folder: Path, name: str, version: str, scratch: Path) -> Path:
    """A source archive that compiles for a minute and never comes to an end."""
    inner = scratch / f"{name}-{version}"
    inner.mkdir()
    (inner / "slowbuild.py").write_text(SLOW_BUILD, encoding="utf-8")
    (inner / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "slowbuild"\nbackend-path = ["."]\n', encoding="utf-8"
    )
    (inner / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    path = folder / f"{name}-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(inner, inner.name)
    return path


def pack_pip(folder: Path) -> None:
    """The pip that is installed here, as the wheel that it came from."""
    installed = importlib.metadata.distribution("pip")
    with zipfile.ZipFile(folder / f"pip-{installed.version}-py3-none-any.whl", "w") as wheel:
        for file in installed.files or ():
            if file.parts[0] not in ("..", "__pycache__") and file.suffix != ".pyc":
                wheel.write(str(file.locate()), file.as_posix())
