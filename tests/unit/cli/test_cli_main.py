"""What the words of a command line come to, before any work is done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from askv4.cli.commands import COMMANDS, meant_by
from askv4.cli.main import cli, main
from askv4.cli.options import Invocation

ROOT = Path(__file__).resolve().parents[3]


def parse(*args: str) -> tuple[str, dict[str, Any], Invocation]:
    """The command that `args` name, its own parameters, and what the options of all came to."""
    invocation = Invocation()
    with cli.make_context("askv4", list(args), obj=invocation) as context:
        name, command, rest = cli.resolve_command(context, [*context._protected_args, *context.args])
        with command.make_context(name, rest, parent=context) as sub:
            return command.name, sub.params, invocation


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["two words"], ("two words",)),
        (["two", "words"], ("two", "words")),
        (["ask", "two words"], ("two words",)),
        (["--", "two", "words"], ("two", "words")),
        (["docs are where?"], ("docs are where?",)),
        (["--", "docs"], ("docs",)),
        (["ask", "--", "docs"], ("docs",)),
        (["ask", "docs"], ("docs",)),
        (["--", "-v"], ("-v",)),
        (["--json", "--", "--help", "me"], ("--help", "me")),
        (["--corpus", "x", "--", "-5"], ("-5",)),
        (["--corpus=x", "--", "-5"], ("-5",)),
        (["-5 degrees: is that cold?"], ("-5 degrees: is that cold?",)),
        (["-v what is that?", "--json"], ("-v what is that?",)),
        (["--json is what?"], ("--json is what?",)),
        (["-"], ("-",)),
        ([""], ("",)),
        (["🚀"], ("🚀",)),
        (["*", "AND", 'NEAR("'], ("*", "AND", 'NEAR("')),
    ],
)
def test_questions(args: list[str], words: tuple[str, ...]) -> None:
    command, params, _ = parse(*args)
    assert (command, params["words"]) == ("ask", words)


@pytest.mark.parametrize("command", ["ask", "search", "sync", "docs", "doctor"])
def test_options_of_all_stand_before_or_after_the_command(command: str) -> None:
    options = ["--corpus", "a b", "--data-dir", "d", "--json", "--no-color", "-v"]
    for args in ([*options, command], [command, *options], [*options[:2], command, *options[2:]]):
        name, _, invocation = parse(*args)
        assert name == command
        assert invocation.overrides == {"corpus": "a b", "data_dir": "d", "color": False, "verbose": True}
        assert invocation.as_json
        assert invocation.diagnostics.verbose


def test_the_later_of_two_wins() -> None:
    _, _, invocation = parse("--corpus", "first", "ask", "--corpus", "second", "q")
    assert invocation.overrides["corpus"] == "second"


@pytest.mark.parametrize(
    "args", [["--mode", "extractive", "q"], ["q", "--mode", "extractive"], ["--mode=extractive", "ask", "q"]]
)
def test_how_to_answer(args: list[str]) -> None:
    command, params, invocation = parse(*args)
    assert (command, params["words"], invocation.overrides) == ("ask", ("q",), {"mode": "extractive"})


def test_options_of_ask_need_no_ask() -> None:
    command, params, invocation = parse("--batch", "-", "--json")
    assert (command, params["batch"], params["words"]) == ("ask", "-", ())
    assert invocation.as_json


def test_search() -> None:
    command, params, _ = parse("search", "-k", "3", "--", "-v")
    assert (command, params["count"], params["words"]) == ("search", 3, ("-v",))


@pytest.mark.parametrize(
    ("args", "message", "remedy"),
    [
        (["--frobnicate", "q"], "no such option '--frobnicate'", "see `askv4 ask --help`"),
        (["ask", "q", "--corpsu", "x"], "--corpsu", "--help"),
        (["--mode", "lm", "q"], "'lm'", "see `askv4 --help`"),
        (["search", "-k", "0", "q"], "0 is not in the range", "see `askv4 search --help`"),
        (["search", "-k", "many", "q"], "'many'", "see `askv4 search --help`"),
        (["--corpus"], "requires an argument", "see `askv4 --help`"),
        (["docs", "about", "what?"], "unexpected extra arguments", 'a question that begins with "docs" goes in quotes'),
        (["sync", "now"], "unexpected extra argument", "`askv4 ask --`"),
        (["ask", "q", "--batch", "-"], "a question and --batch", "leave one of them out"),
        (["search", "q", "--batch", "-"], "a question and --batch", "leave one of them out"),
        ([""], "the question is empty", 'askv4 ask "your question"'),
        (["search", " "], "the question is empty", 'askv4 search "your question"'),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], args: list[str], message: str, remedy: str
) -> None:
    assert main(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("askv4: ")
    assert message in err
    assert remedy in err


def test_help_is_short_and_shows_three_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for args in ([], ["ask"], ["search"], ["sync"], ["docs"]):
        assert main([*args, "--help"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert sum(line.strip().startswith("askv4 ") for line in out.splitlines()) == 3, out
        assert out.count("\n") <= 46
        assert max(map(len, out.splitlines())) <= 100


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in COMMANDS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("askv4 ")


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("askv4.cli.ask.question_from", interrupted)
    assert main(["q"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_failure_of_our_own_is_one_line_and_v_shows_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("askv4.cli.ask.question_from", broken)
    assert main(["q"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "unexpected KeyError" in err
    assert main(["q", "-v"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_click_knows_the_group() -> None:
    assert isinstance(cli, click.Group)
    assert cli.default_cmd_name == "ask"


@pytest.mark.parametrize(
    "interrupted",
    [
        "exec('raise KeyboardInterrupt')",  # what @dataclass does, when the signal comes while a module loads
        "exec('raise ImportError from KeyboardInterrupt()')",  # what pybind11 makes of one
    ],
)
def test_an_interrupt_ends_with_its_status_wherever_it_strikes(interrupted: str, tmp_path: Path) -> None:
    code = f"""
import sys
from askv4.cli import main
def run(*_): {interrupted}
main._run = run
sys.exit(main.main([]))
"""
    (tmp_path / "interrupted.py").write_text(code, encoding="utf-8")
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    # By -m, as askv4 is started: run from a file or by -c, Python forgets the interrupt.
    done = subprocess.run([sys.executable, "-m", "interrupted"], env=environ, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    context = click.Context(cli)
    for name, listed in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(200).startswith(listed.help.rstrip(".").partition(":")[0])


@pytest.mark.parametrize(
    ("word", "meant"),
    [("docz", "docs"), ("list", "docs"), ("settings", "config"), ("Modls", "models"), ("rm", "remove")],
)
def test_a_mistyped_command_is_an_error_that_says_what_is_near(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"`askv4 {meant}`" in captured.err
    assert f"`askv4 ask {word}`" in captured.err


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("docz --json", "docs"),
        ("list --mode extractive", "docs"),
        ("modles pull", "models pull"),
        ("conversation list", "conversations list"),
        ("--no-color ad x.pdf", "add x.pdf"),
        ("evl gold.jsonl --in letters", "eval gold.jsonl"),
    ],
)
def test_a_mistyped_command_with_its_words_is_an_error_too(
    line: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    assert f"`askv4 {meant}`" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["list the main arguments", "model weights of V4", "chart of the harbour"])
def test_words_that_only_begin_like_a_command_are_a_question(question: str) -> None:
    words = question.split()
    context = click.Context(cli)
    assert cli.resolve_command(context, words)[0] in (None, "ask")


def test_other_single_words_are_questions() -> None:
    for word in ("Ascend", "rent", "price?", "Caretaker", "why"):
        assert meant_by(word) is None
