"""`askv4 models` as a user runs it: a program of its own and a home folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


class Machine:
    """A machine with nothing on it, and askv4 on that machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.work = home / "work"
        self.work.mkdir(parents=True)
        self.models = home / "data" / "models"
        self.program = ["-m", "askv4"]
        """What Python is given to run askv4."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "LANG", "TMPDIR"}}
        self.env = kept | {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "APPDATA": str(home / "roaming"),
            "LOCALAPPDATA": str(home / "local"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "ASKV4_DATA_DIR": str(home / "data"),
            "HF_ENDPOINT": "http://127.0.0.1:9",
            "OLLAMA_MODELS": str(home / "ollama"),
            "COLUMNS": "200",
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, *self.program, "models", *args]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.work, env=self.env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*args)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def json(self, *args: str) -> dict:
        done = self.run(*args, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def listed(self) -> list[str]:
        """The names of the chat models that the list shows from this machine's home folder."""
        return [model["name"] for model in self.json()["models"] if Path(model["path"]).is_relative_to(self.home)]


def on_a_terminal(machine: Machine, answer: str, *args: str) -> tuple[int, str]:
    """Run askv4 with a pseudo-terminal for all three streams and type an answer; returns exit status and screen."""
    import pty

    controller, terminal = pty.openpty()
    command = [sys.executable, *machine.program, "models", *args]
    env = machine.env | {"TERM": "xterm"}
    process = subprocess.Popen(command, cwd=machine.work, env=env, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    screen = b""
    while True:
        try:
            piece = os.read(controller, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        screen += piece
        if b"[y/N]" in screen and answer:
            os.write(controller, f"{answer}\n".encode())
            answer = ""
    os.close(controller)
    return process.wait(timeout=60), screen.decode("utf-8", "replace")
