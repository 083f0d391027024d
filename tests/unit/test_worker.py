"""Work in a fresh interpreter, with small real modules."""

from __future__ import annotations

import itertools
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from askv4.errors import EncoderDamaged, EncoderExportFailed
from askv4.worker import run_in_fresh_interpreter


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes the body of a module's `run` and runs it in a child; returns what it reported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    numbers = itertools.count()

    def run(body: str, **arguments: Any) -> list[dict[str, Any]]:
        # A name of its own for each: compiled code is told from older by time in seconds and length alone.
        name = f"askv4_job_{next(numbers)}"
        source = "def run(arguments, report):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        reports: list[dict[str, Any]] = []
        environment = {"ASKV4_JOB": "yes"}
        run_in_fresh_interpreter(name, arguments, reports.append, died=EncoderExportFailed, environment=environment)
        return reports

    return run


def test_arguments_environment_and_reports_cross_over(job: Any) -> None:
    body = """
        import os
        report({"text": arguments["text"], "environment": os.environ["ASKV4_JOB"]})
        report({"pid": os.getpid()})
    """
    first, second = job(body, text="ä\ud83d")
    assert first == {"text": "ä\ud83d", "environment": "yes"}
    assert isinstance(second["pid"], int)


def test_what_a_library_prints_reaches_neither_the_reports_nor_the_terminal(
    job: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    reports = job("import os\nprint('chatter')\nos.write(1, b'more')\nos.write(2, b'trouble')\nreport({'n': 1})")
    assert reports == [{"n": 1}]
    assert capfd.readouterr() == ("", "")


def test_our_own_errors_arrive_as_what_they_were(job: Any) -> None:
    body = "from askv4.errors import EncoderDamaged\nraise EncoderDamaged('not whole', 'fetch it again')"
    with pytest.raises(EncoderDamaged, match="not whole") as raised:
        job(body)
    assert raised.value.remedy == "fetch it again"


def test_any_other_end_is_told_with_the_last_line(job: Any) -> None:
    with pytest.raises(EncoderExportFailed, match="ValueError: seven"):
        job("raise ValueError('seven')")
    with pytest.raises(EncoderExportFailed, match="status 3"):
        job("import os\nos._exit(3)")


def test_an_interrupted_call_leaves_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    source = "import os, time\ndef run(arguments, report):\n    report({'pid': os.getpid()})\n    time.sleep(60)\n"
    (tmp_path / "askv4_sleeper.py").write_text(source, encoding="utf-8")
    pids: list[int] = []

    def interrupt(event: dict[str, Any]) -> None:
        pids.append(event["pid"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_fresh_interpreter("askv4_sleeper", {}, interrupt, died=EncoderExportFailed)
    if sys.platform != "win32":
        import os

        with pytest.raises(ProcessLookupError):
            os.kill(pids[0], 0)
