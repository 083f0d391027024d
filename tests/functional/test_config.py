"""`askv4 config`: settings with their sources, changed in a file whose comments stay."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_a_setting_is_set_got_and_unset_and_says_where_it_comes_from(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program(ASKV4_MODEL="from-environment")
    assert program("config", "set", "mode", "extractive").status == 0
    shown = json.loads(program("--long", "config", "--json").stdout)
    path = Path(shown["config_file"])
    path.write_text("# mine\n" + path.read_text())
    sources = {one["name"]: (one["value"], one["source"]) for one in shown["settings"]}
    assert sources["mode"] == ("extractive", "config file")
    assert sources["model"] == ("from-environment", "ASKV4_MODEL")
    assert sources["long"] == (True, "--long")
    assert sources["encoder_precision"] == ("int8", "default")
    assert program("config", "get", "mode").out == "extractive\n"
    assert json.loads(program("config", "get", "mode", "--json").stdout)["source"] == "config file"
    rows = [line.split() for line in program("config").out.splitlines()]
    assert ["mode", "config", "file", "extractive"] in rows
    assert program("config", "unset", "mode").status == 0
    assert path.read_text() == "# mine\n"
    assert program("config", "get", "mode").out == "auto\n"


def test_a_path_is_set_as_the_folder_that_was_meant(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    assert program("config", "set", "corpus", "papers").status == 0
    assert program("config", "get", "corpus").out == f"{program.cwd / 'papers'}\n"


def test_a_key_of_a_server_is_shown_to_who_asks_for_it_alone(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    set_ = program("config", "set", "llm_api_key", "s3cret")
    assert "s3cret" not in set_.out + program("config").out + program("config", "--json").out
    assert program("config", "get", "llm_api_key").out == "s3cret\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["get", "modell"], 'there is no setting "modell"; did you mean "model"?'),
        (["set", "mode", "exractive"], "mode is 'exractive'; did you mean \"extractive\"?"),
        (["set", "color", "purple"], "say true or false"),
        (["set", "model", ""], "say it as text"),
        (["set", "data_dir", "corpus/data"], "lies in the corpus folder"),
        (["unset", "modell"], 'there is no setting "modell"'),
        (["mode", "llm"], "did you mean `askv4 config set mode llm`?"),
        (["mode"], "did you mean `askv4 config get mode`?"),
        (["set", "mode"], "missing argument 'VALUE'"),
    ],
)
def test_what_is_wrong_is_one_line_and_changes_nothing(
    fresh_program: Callable[..., Any], args: list[str], words: str
) -> None:
    program = fresh_program()
    (program.cwd / "corpus").mkdir()
    (program.cwd / "corpus" / "tea.md").write_text("Tea.\n")  # an empty one is passed over
    run = program("config", *args)
    assert (run.status, run.stdout) == (2, b"")
    assert words in run.stderr
    assert run.stderr.count("\n") == 1
    assert not list(Path(program.environ["HOME"]).rglob("config.toml"))


def test_a_file_that_is_wrong_is_mended_by_the_command(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program(ASKV4_CONFIG="c.toml")
    (program.cwd / "c.toml").write_text('modell = "x"\nmode = "purple"\n# stays\n')
    assert program("config").status == 2
    assert program("config", "unset", "modell").status == 0
    assert program("config", "set", "mode", "llm").status == 0
    assert (program.cwd / "c.toml").read_text() == 'mode = "llm"\n# stays\n'
    assert program("config").status == 0


def test_the_editor_is_opened_and_what_it_leaves_is_checked(fresh_program: Callable[..., Any], tmp_path: Path) -> None:
    script = tmp_path / "ed.py"
    script.write_text(
        "import sys, pathlib\np = pathlib.Path(sys.argv[1])\np.write_text(p.read_text() + 'modus = \"llm\"\\n')\n"
    )
    program = fresh_program(EDITOR=f"{sys.executable} {script}")
    run = program("config", "edit")
    assert run.status == 2
    assert 'unknown key "modus"; did you mean "mode"?' in run.stderr
    assert program("config", "unset", "modus").status == 0
    (file,) = Path(program.environ["HOME"]).rglob("config.toml")
    assert "# who writes answers: auto, extractive, llm\n# mode =" in file.read_text()
    assert program("config").status == 0
    assert "cannot be started" in program("config", "edit", EDITOR="no-such-editor").stderr
