"""Work that would weigh on this process, or needs another environment, done by a fresh interpreter.

The first preparation of the encoder imports torch and transformers (ten seconds, half a gigabyte, chatty): a child does
it and is gone. The child runs `MODULE.run(arguments, report)` and sends what it reports as JSON lines.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from askv4 import errors
from askv4.errors import Askv4Error

Report = Callable[[dict[str, Any]], None]

# The child sees exactly the modules that the parent sees: neither the current folder nor PYTHONPATH adds to them.
_BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from askv4.worker import serve; sys.exit(serve(sys.argv[2], json.loads(sys.argv[3])))"
)


def run_in_fresh_interpreter(
    module: str,
    arguments: Mapping[str, Any],
    report: Report,
    *,
    died: type[Askv4Error],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs `module.run(arguments, report)` in a child process and returns when it is done.

    `arguments` and reports travel as JSON. `environment` is added to this process's. An `Askv4Error` in the child is
    raised here again as the same class. The child is ended when this call is interrupted.

    Raises `died` when the child ended in any other way; its message holds the last line that the child wrote.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        # A frozen program has no interpreter to start.
        importlib.import_module(module).run(dict(arguments), report)
        return
    path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109
    command = [sys.executable, "-P", "-X", "utf8", "-c", _BOOTSTRAP, json.dumps(path), module, json.dumps(arguments)]
    with tempfile.TemporaryFile() as trouble:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=trouble,
            env={**os.environ, **(environment or {})},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        failure = None
        try:
            assert child.stdout is not None
            for line in child.stdout:
                event = json.loads(line)
                if "error" in event:
                    failure = event
                else:
                    report(event)
            child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            if child.stdout is not None:
                child.stdout.close()
        if failure is not None:
            raise _rebuilt(failure)
        if child.returncode != 0:
            raise died(f"{module} ended with status {child.returncode}: {_last_line(trouble)}")


def serve(module: str, arguments: dict[str, Any]) -> int:
    """The child's side: runs the module, and writes reports to what was its standard output.

    Whatever a library prints goes to standard error, so that it cannot be taken for a report.
    """
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def report(event: dict[str, Any]) -> None:
        channel.write(json.dumps(event) + "\n")

    try:
        importlib.import_module(module).run(arguments, report)
    except Askv4Error as error:
        report({"error": type(error).__name__, "message": str(error), "remedy": error.remedy})
        return 1
    return 0


def _rebuilt(failure: Mapping[str, str]) -> Askv4Error:
    kind = getattr(errors, failure["error"], Askv4Error)
    rebuilt: Askv4Error = kind(failure["message"], failure["remedy"])
    return rebuilt


def _last_line(trouble: IO[bytes]) -> str:
    trouble.seek(0)
    lines: Sequence[str] = trouble.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it wrote nothing"
