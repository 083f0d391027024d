"""What was broken by attack once (../shared/attacks), each kind as the promise that now holds."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.conftest import Program

QUESTION = "what is the code of the Halden gate?"


@pytest.fixture
def program(tmp_path: Path, data_dir: Path, make_program: Callable[..., Program]) -> Program:
    """The program beside a corpus of one document."""
    corpus = tmp_path / "cwd" / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text("The Halden gate has the code 4711.", encoding="utf-8")
    return make_program(tmp_path, ASKV4_DATA_DIR=str(data_dir))


@pytest.mark.skipif(sys.platform == "win32", reason="rights are ACLs there")
def test_the_data_folder_is_its_owners_alone(program: Program, data_dir: Path) -> None:
    data_dir.chmod(0o755)
    assert program(QUESTION).status == 0
    assert data_dir.stat().st_mode & 0o777 == 0o700


def test_an_answer_is_not_lost_because_it_cannot_be_kept(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    kept = data_dir / "conversations.sqlite3"
    content = kept.read_bytes()
    place = content.find(b"CREATE TABLE turns") + 3
    kept.write_bytes(content[:place] + b"\xad" + content[place + 1 :])
    run = program("ask", "--continue", QUESTION)
    assert run.status == 0
    assert "4711" in run.out
    assert "set aside" in run.stderr
    assert "Traceback" not in run.stderr
    assert kept.with_name("conversations.damaged.sqlite3").exists()
    assert json.loads(program("--json", "conversations").stdout)["conversations"][0]["questions"] == 1


def test_an_answer_is_not_lost_because_a_file_is_locked(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    with closing(sqlite3.connect(data_dir / "conversations.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run = program(QUESTION)
    assert "4711" in run.out
    assert run.status == 0
    assert "the question is not kept" in run.stderr


def test_no_width_is_no_reason_to_say_nothing(program: Program) -> None:
    assert "4711" in program(QUESTION, COLUMNS="0").out


def test_an_empty_path_adds_nothing(program: Program) -> None:
    (program.cwd / "private.txt").write_text("The salary is 90000.", encoding="utf-8")
    run = program("add", "")
    assert run.status == 2
    assert "empty" in run.stderr
    assert [path.name for path in (program.cwd / "corpus").iterdir()] == ["a.txt"]


def test_a_member_without_a_name_does_not_cost_the_others(program: Program) -> None:
    with zipfile.ZipFile(program.cwd / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), b"x")
        archive.writestr("good.txt", "The tower is 7 m high.")
    program("add", "--unpack", "x.zip")
    assert (program.cwd / "corpus" / "x" / "good.txt").exists()


@pytest.mark.parametrize("command", [["export"], ["rename", "--title", "x"], ["delete", "--yes"]])
def test_no_number_is_too_large_to_be_no_conversation(program: Program, command: list[str]) -> None:
    assert program(QUESTION).status == 0
    run = program("conversations", command[0], "9" * 23, *command[1:])
    assert run.status == 2
    assert "unexpected" not in run.stderr


def test_a_text_of_a_megabyte_is_no_question(program: Program) -> None:
    run = program("ask", stdin=b"k9+/Az" * 170_000)
    assert run.status == 2
    assert "characters" in run.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_stderr_does_not_change_the_status(program: Program) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(program.command("--nosuch"), cwd=program.cwd, env=dict(program.environ), stderr=full)
    assert done.returncode == 2


def test_what_a_killed_run_left_is_swept(program: Program, data_dir: Path) -> None:
    assert program("sync").status == 0
    [store] = (data_dir / "indexes").glob("*/chroma")
    [pointer] = store.glob("passages-*.json")
    left = store / f"{pointer.stem}-deadbeef0000.partial"
    left.mkdir()
    (left / "file").write_text("half", encoding="utf-8")
    assert program("sync").status == 0
    assert not left.exists()


def test_nothing_but_json_reaches_stdout_while_a_model_is_made_anew(program: Program, data_dir: Path) -> None:
    before = json.loads(program("--json", QUESTION).stdout)
    models = list((data_dir / "encoders").glob("reader-*/reader.onnx"))
    assert models
    for model in models:  # one prepared by another version may lie beside it
        content = bytearray(model.read_bytes())
        content[:: len(content) // 200] = b"\xa5" * len(content[:: len(content) // 200])
        model.unlink()  # it may be shared between tests
        model.write_bytes(content)
    after = json.loads(program("--json", QUESTION).stdout)
    assert after["confidence"] == before["confidence"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_an_answer_is_not_lost_on_a_full_disk(program: Program) -> None:
    """A limit on the size of files stands for it: nothing can be written any more."""
    assert program(QUESTION).status == 0
    limited = "import resource, runpy, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); runpy.run_module('askv4', run_name='__main__', alter_sys=True)"
    done = subprocess.run(
        [sys.executable, "-c", limited, QUESTION],
        cwd=program.cwd,
        env=dict(program.environ),
        capture_output=True,
        text=True,
    )
    assert "4711" in done.stdout
    assert done.returncode == 0
    assert "the question is not kept" in done.stderr


@pytest.mark.parametrize("changed", ["passage", "text"])
def test_a_letter_that_changed_in_the_index_is_never_quoted(program: Program, data_dir: Path, changed: str) -> None:
    assert program(QUESTION).status == 0
    [catalog] = (data_dir / "indexes").glob("corpus-*/catalog.sqlite3")
    with closing(sqlite3.connect(catalog)) as connection, connection:
        if changed == "passage":
            connection.execute("UPDATE passages SET text = replace(text, '4711', '4712')")
        else:
            [(text,)] = connection.execute("SELECT deflated FROM texts").fetchall()
            connection.execute("UPDATE texts SET deflated = ?", (text[:-6] + bytes(6),))
    runs = [program(QUESTION), program(QUESTION)]
    assert all("4712" not in run.out for run in runs)
    assert "4711" in runs[1].out


def test_a_letter_that_changed_in_the_tables_definition_is_damage(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    [catalog] = (data_dir / "indexes").glob("corpus-*/catalog.sqlite3")
    catalog.write_bytes(catalog.read_bytes().replace(b"ctime_ns   INTEGER", b"ctime_nr   INTEGER"))
    run = program(QUESTION)
    assert "4711" in run.out
    assert "built anew" in run.stderr


def kept_bytes(data_dir: Path) -> bytes:
    """All that the data folder keeps, models aside."""
    files = (path for path in data_dir.rglob("*") if path.is_file() and not path.is_relative_to(data_dir / "encoders"))
    return b"".join(path.read_bytes() for path in files)


def test_what_is_forgotten_is_in_no_file(program: Program, data_dir: Path) -> None:
    Path(program.environ["HOME"]).mkdir(parents=True)
    other = program.cwd / "corpus" / "other.txt"
    other.write_text("The Vessen tower has 93 steps, says Quillfeather.", encoding="utf-8")
    assert program(QUESTION).status == 0
    assert program("how many steps has the Vessen tower?").status == 0
    assert b"Vessen" in kept_bytes(data_dir)
    run = program("forget", "other.txt")
    assert run.status == 0, run.stderr
    assert "1 answer that showed it" in run.out
    assert not other.exists()
    left = kept_bytes(data_dir).lower()
    assert b"quillfeather" not in left  # nor its stem: no term of the full-text index begins so
    assert b"quillfeath" not in left
    assert b"halden" in left
    assert "4711" in program(QUESTION).out
    assert program("forget", "other.txt").status == 2


def test_all_can_be_forgotten(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    assert program("forget", "--all").status == 2  # nobody was there to say yes
    assert b"halden" in kept_bytes(data_dir).lower()
    assert program("forget", "--all", "--yes").status == 0
    assert b"halden" not in kept_bytes(data_dir).lower()
    assert (program.cwd / "corpus" / "a.txt").exists()
    assert "4711" in program(QUESTION).out


@pytest.mark.skipif(sys.platform == "win32", reason="rights are ACLs there")
def test_what_was_asked_is_its_owners_alone(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    assert (data_dir / "conversations.sqlite3").stat().st_mode & 0o777 == 0o600
    [index] = (data_dir / "indexes").iterdir()
    assert index.stat().st_mode & 0o777 == 0o700
    kept = [path for path in data_dir.rglob("*") if path.is_file() and "encoders" not in path.parts]
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_nothing_is_kept_of_questions_where_nobody_wants_that(program: Program, data_dir: Path) -> None:
    assert program(QUESTION, ASKV4_KEEP_CONVERSATIONS="no").status == 0
    assert not [*data_dir.glob("conversations*")]


def repaired(program: Program) -> dict[str, str]:
    """What `doctor --repair` says it did, by part."""
    run = program("doctor", "--repair", "--json")
    assert run.status == 0, run.out + run.stderr
    return {finding["what"]: finding["found"] for finding in json.loads(run.stdout)["findings"]}


def test_what_is_damaged_is_rebuilt_and_said(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    assert program("second question about the gate?").status == 1
    repaired(program)  # prepares the verifier, too
    assert {*repaired(program).values()} == {"none", "whole"}
    [index] = (data_dir / "indexes").glob("corpus-*")
    [vectors] = index.glob("chroma/passages-*/*/data_level0.bin")
    catalog, kept = index / "catalog.sqlite3", data_dir / "conversations.sqlite3"
    vectors.write_bytes(bytes(byte ^ 0xA5 for byte in vectors.read_bytes()))
    catalog.write_bytes(catalog.read_bytes().replace(b"has the code 4711", b"has the code 4712"))
    kept.write_bytes(kept.read_bytes().replace(b'{"question": "second', b'["question": "second'))
    (data_dir / "model.json").write_text("{", encoding="utf-8")
    said = repaired(program)
    assert "built anew" in said["catalogue"]
    assert "made anew" in said["vectors"]
    assert "what can be read is kept" in said["said"]
    assert "auto" in said["chat model"]
    assert {*repaired(program).values()} == {"none", "whole"}
    assert "4711" in program(QUESTION).out


def test_what_cannot_be_repaired_does_not_stop_the_rest(program: Program, data_dir: Path) -> None:
    (data_dir / "conversations.sqlite3").mkdir()
    (data_dir / "conversations.damaged.sqlite3").write_text("earlier damage", encoding="utf-8")
    assert "conversations.damaged1.sqlite3" in repaired(program)["said"]


def test_an_index_outlives_the_name_of_its_folder(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    folder = program.cwd / "corpus"
    folder.rename(program.cwd / "renamed")
    run = program("sync", "--corpus", "renamed")
    assert "1 document: nothing has changed" in run.out
    assert len([*(data_dir / "indexes").iterdir()]) == 1


READ_ONLY = "import json, os, subprocess, sys; mount, data, *command = sys.argv[1:]; "
READ_ONLY += (
    "[subprocess.run(['mount', *how, mount], check=True) for how in (['--bind', mount], ['-o', 'remount,bind,ro'])]; "
)
READ_ONLY += "os.chdir(os.getcwd()); sys.exit(subprocess.run(command).returncode)"


@pytest.fixture
def read_only(program: Program) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the program where the folder `home` with all that lies in it is a read-only medium; skips where none can be mounted."""

    def run(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
        command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-c", READ_ONLY, str(home), ""]
        try:
            subprocess.run([*command, "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no read-only medium can be mounted here")
        environ = dict(program.environ) | {"TMPDIR": "/dev/shm"}
        return subprocess.run(
            [*command, *program.command(*args)], cwd=program.cwd, env=environ, capture_output=True, text=True
        )

    return run


@pytest.mark.parametrize("left", ["all is well", "a document is new", "a writer was killed"])
def test_questions_are_answered_from_a_read_only_medium(
    program: Program,
    read_only: Callable[..., subprocess.CompletedProcess[str]],
    data_dir: Path,
    tmp_path: Path,
    left: str,
) -> None:
    assert program(QUESTION).status == 0
    [catalog] = (data_dir / "indexes").glob("*/catalog.sqlite3")
    if left == "a document is new":
        (program.cwd / "corpus" / "new.txt").write_text("Anything else.", encoding="utf-8")
    with closing(sqlite3.connect(catalog)) as writer:
        if left == "a writer was killed":  # a log that is not in the file yet
            writer.execute("INSERT INTO meta VALUES ('left', '1')")
            writer.commit()
            log = catalog.with_name(catalog.name + "-wal").read_bytes()
    if left == "a writer was killed":
        catalog.with_name(catalog.name + "-wal").write_bytes(log)
    for args in ([QUESTION], ["search", QUESTION], ["docs"]):
        done = read_only(tmp_path, *args)
        assert done.returncode == 0, done.stderr
        assert ("4711" if args != ["docs"] else "a.txt") in done.stdout
        assert ("as it is" in done.stderr) == (left == "a document is new"), done.stderr
    assert read_only(tmp_path, "sync").returncode == (2 if left == "a document is new" else 0)


@pytest.mark.skipif(sys.platform == "win32", reason="links and rights are others there")
def test_forgetting_all_follows_no_link(program: Program, data_dir: Path, tmp_path: Path) -> None:
    assert program(QUESTION).status == 0
    own = tmp_path / "own"
    (own / "letters").mkdir(parents=True)
    (own / "letters" / "one.txt").write_text("mine", encoding="utf-8")
    [index] = (data_dir / "indexes").iterdir()
    for link in (data_dir / "indexes" / "other-0123", index / "more", data_dir / "evaluations"):
        link.symlink_to(own, target_is_directory=True)
    assert program("forget", "--all", "--yes").status == 0
    assert [path.name for path in own.rglob("*")] == ["letters", "one.txt"]
    assert b"halden" not in kept_bytes(data_dir).lower()
    assert not [*(data_dir / "indexes").iterdir()]


def test_a_conversation_goes_on_after_its_corpus_was_renamed(program: Program, data_dir: Path) -> None:
    assert program(QUESTION).status == 0
    Path(program.environ["HOME"]).mkdir(parents=True)
    corpus = program.cwd / "corpus"
    moved = str(corpus.rename(corpus.with_name("moved")))
    run = program("--corpus", moved, "ask", "--continue", "what code has it?")
    assert "there is no conversation" not in run.stderr
    listed = json.loads(program("--corpus", moved, "--json", "conversations").stdout)
    assert listed["conversations"][0]["questions"] == 2
    assert program("--corpus", moved, "forget", "a.txt").status == 0
    assert b"halden" not in kept_bytes(data_dir).lower()


@pytest.mark.parametrize("command", ["about", "remove", "forget", "add"])
def test_an_empty_name_names_nothing(program: Program, command: str) -> None:
    run = program(command, "")
    assert run.status == 2
    assert "Traceback" not in run.stderr
    assert (program.cwd / "corpus" / "a.txt").exists()
