"""The commands on real documents: asked, searched, listed, changed, interrupted, shown on a terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

TEA = """---
title: Notes on tea
kind: diary
---
# Green

Steep green tea for two minutes. The water should be 75 degrees warm.

# Black

Black tea takes four minutes. It was first sold in London in 1657.
"""
BOATS = "Boats\r\n\r\nThe ferry to Gozo leaves at 07:15. A ticket costs 4.65 euros. Café on board: “Ħanut”.\r\n"
ANSWER_KEYS = {
    "question",
    "status",
    "mode",
    "model",
    "answer",
    "citations",
    "nearest",
    "conflicts",
    "skipped",
    "timings_ms",
}
CITATION_KEYS = {"n", "document", "title", "kind", "start", "end", "line", "page", "heading", "quote"}
HIT_KEYS = {"rank", "score", "document", "title", "start", "end", "line", "page", "heading", "text"}
DOCUMENT_KEYS = {"document", "title", "kind", "state", "reason", "passages", "bytes", "pages"}


def write_corpus(folder: Path) -> Path:
    """Two good documents, one of them in a subfolder, and one that cannot be read."""
    (folder / "travel").mkdir(parents=True)
    (folder / "tea.md").write_bytes(TEA.encode())
    (folder / "travel" / "boats.txt").write_bytes(BOATS.encode())
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    return folder


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, make_program: Any, encoder_dir: Path) -> Any:
    """A user with documents in ./corpus. Only for tests that leave the documents alone."""
    home = tmp_path_factory.mktemp("reader")
    write_corpus(home / "corpus")
    shutil.copytree(encoder_dir / "encoders", home / "data" / "encoders")
    return make_program(home, home, ASKV4_DATA_DIR=str(home / "data"))


@pytest.fixture
def own_program(tmp_path: Path, make_program: Any, data_dir: Path) -> Any:
    """A user with documents of their own in ./corpus."""
    write_corpus(tmp_path / "corpus")
    return make_program(tmp_path, tmp_path, ASKV4_DATA_DIR=str(data_dir))


def rows(run: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.out.splitlines()]


def assert_clean(run: Any) -> None:
    """The run ended as a run that answers or refuses."""
    assert run.status in (0, 1), run.stderr
    assert run.stderr == ""


def test_a_question_is_answered_with_its_source(program: Any) -> None:
    run = program("how long should green tea steep?")
    assert_clean(run)
    assert run.status == 0
    assert "Steep green tea for two minutes." in run.out
    assert "Notes on tea (diary)" in run.out
    assert "tea.md:7, under “Green”" in run.out
    assert "\x1b" not in run.out


def test_quotes_and_command_may_be_left_out_and_standard_input_works(program: Any) -> None:
    question = "how long should green tea steep?"
    said = {"answer": None}
    for run in (
        program("--json", question),
        program(*question.split(), "--json"),
        program("--json", stdin=question.encode()),
        program("ask", "-", "--json", stdin=question.encode()),
    ):
        [row] = rows(run)
        assert (run.status, row["question"], row["status"]) == (0, question, "answered")
        assert said["answer"] in (None, row["answer"])
        said = row


def test_the_answer_s_json_is_the_contract_s(program: Any) -> None:
    [row] = rows(program("--json", "when does the ferry to Gozo leave?"))
    assert set(row) >= ANSWER_KEYS
    assert row["citations"]
    for citation in row["citations"]:
        assert set(citation) - {"answers"} == CITATION_KEYS
        assert all(citation["start"] <= a < b <= citation["end"] for a, b in citation.get("answers", ()))
        text = (program.cwd / "corpus" / citation["document"]).read_bytes().decode()
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        assert citation["line"] == text.count("\n", 0, citation["start"]) + 1
    assert any("07:15" in citation["quote"] for citation in row["citations"])
    assert [skipped["document"] for skipped in row["skipped"]] == ["broken.txt"]
    assert row["timings_ms"]["total"] > 0


def test_what_the_sources_do_not_answer(program: Any) -> None:
    run = program("who won the chess tournament in Reykjavik?")
    assert run.status == 1
    assert "Nearest passages" in run.out
    [row] = rows(program("--json", "who won the chess tournament in Reykjavik?"))
    assert (row["status"], row["citations"]) == ("not_in_sources", [])
    assert row["nearest"]


def test_a_batch_answers_in_order_and_ends_with_0(program: Any) -> None:
    history = [{"question": "how long does black tea take?", "answer": "Four minutes."}]
    lines = [
        "when does the ferry leave?",
        "",
        json.dumps({"question": "and green tea?", "history": history}),
        "who is the king of chess?",
    ]
    run = program("ask", "--batch", "-", stdin="\n".join(lines).encode())
    assert (run.status, run.stderr) == (0, "")
    assert [row["question"] for row in rows(run)] == [lines[0], "and green tea?", lines[3]]
    (program.cwd / "questions.txt").write_text("\n".join(lines), encoding="utf-8")
    again = program("ask", "--batch", "questions.txt")
    assert [row["answer"] for row in rows(again)] == [row["answer"] for row in rows(run)]
    assert program("ask", "--batch", "-", stdin=b"\n").status == 0


def test_a_typing_error_is_mended_and_said(program: Any) -> None:
    [outcome] = rows(program("search", "--json", "tikcet"))
    assert outcome["results"][0]["document"] == "travel/boats.txt"
    assert outcome["note"] == "searched for “ticket” instead of “tikcet”, which no document has"
    [answer] = rows(program("--json", "what does a tikcet cost?"))
    assert answer["citations"][0]["document"] == "travel/boats.txt"
    assert "“ticket” instead of “tikcet”" in answer["note"]


def test_passages_are_reranked_by_what_is_here_alone(program: Any) -> None:
    [outcome] = rows(program("search", "--rerank", "reader", "--json", "when does the ferry leave?"))
    assert outcome["results"][0]["document"] == "travel/boats.txt"
    assert set(outcome["timings_ms"]) == {"total", "retrieve", "rerank"}
    run = program("search", "--rerank", "nobody/none", "ferry")
    assert run.status == 2
    assert "the cross-encoder nobody/none is not on this machine" in run.stderr


def test_search(program: Any) -> None:
    run = program("search", "-k", "1", "ferry ticket")
    assert_clean(run)
    assert "travel/boats.txt:" in run.out
    [row] = rows(program("search", "-k", "2", "--json", "ferry ticket"))
    assert set(row) >= {"query", "results", "timings_ms"}
    assert [result["rank"] for result in row["results"]] == [1, 2]
    assert set(row["results"][0]) >= HIT_KEYS
    first = row["results"][0]
    text = (program.cwd / "corpus" / first["document"]).read_bytes().decode()
    assert first["text"] == text[first["start"] : first["end"]]
    batch = program("search", "--batch", "-", "-k", "1", stdin=b'{"question": "ferry", "history": []}\ngreen tea\n')
    assert [row["query"] for row in rows(batch)] == ["ferry", "green tea"]


def test_every_file_has_its_row(program: Any) -> None:
    listed = json.loads(program("docs", "--json").out)["documents"]
    assert [row["document"] for row in listed] == ["broken.txt", "tea.md", "travel/boats.txt"]
    assert all(set(row) >= DOCUMENT_KEYS for row in listed)
    broken, tea, _ = listed
    assert (broken["state"], broken["passages"], broken["bytes"]) == ("skipped", 0, 400)
    assert broken["reason"]
    assert (tea["state"], tea["title"], tea["kind"], tea["reason"]) == ("indexed", "Notes on tea", "diary", None)
    table = program("docs").out
    assert "travel/boats.txt" in table
    assert broken["reason"] in table


def test_the_extracted_text_is_the_file_s_own(program: Any) -> None:
    for name, text in (("tea.md", TEA), ("travel/boats.txt", BOATS)):
        assert program("docs", "--text", name).stdout == text.encode()
        assert program("docs", "--text", f"corpus/{name}").stdout == text.encode()
        assert json.loads(program("docs", "--text", name, "--json").out)["text"] == text


def test_text_that_is_not_there(program: Any) -> None:
    for name, words in (
        ("teas.md", "did you mean 'tea.md'?"),
        ("../tea.md", "no document"),
        ("broken.txt", "was skipped"),
    ):
        run = program("docs", "--text", name)
        assert (run.status, run.stdout) == (2, b"")
        assert words in run.stderr
        assert run.stderr.count("\n") == 1


ODD = (
    "🚀",
    "🫖 how long?",
    '"green tea" AND NEAR(* OR -',
    "' OR 1=1; --",
    "tea " * 2500,
    "x" * 10_000,
    "?",
    "\x1b[2J",
    "ħ不变",
    "a\tb\u2028c",
)


def test_odd_questions(program: Any) -> None:
    run = program("ask", "--batch", "-", stdin="\n".join(ODD).encode())
    assert_clean(run)
    assert [row["question"] for row in rows(run)] == [question.strip() for question in ODD]
    assert {row["status"] for row in rows(run)} <= {"answered", "uncertain", "not_in_sources"}
    for question in ('🫖 "how" long?', "a\tb\nc", "caf\udce9", "-5 degrees?"):
        run = program(question)
        assert_clean(run)
        assert not set(run.out) & {"\x1b", "\t"}


def test_v_tells_how_it_went(program: Any) -> None:
    run = program("-v", "how long should green tea steep?")
    assert "mode: extractive" in run.stderr
    assert "time: " in run.stderr
    assert "Traceback" not in run.stderr


def test_doctor(program: Any) -> None:
    run = program("doctor")
    assert "nothing leaves this machine" in run.out
    assert "2 documents" in run.out
    assert run.status == 0
    assert {finding["what"] for finding in json.loads(program("doctor", "--json").out)["findings"]} >= {
        "corpus",
        "encoder",
    }
    ill = program("doctor", "--corpus", "nowhere")
    assert ill.status == 2
    assert "does not exist" in ill.out


def test_new_changed_and_removed_documents_are_noticed(own_program: Any) -> None:
    corpus = own_program.cwd / "corpus"
    assert "2 documents: 2 added, 1 skipped" in own_program("sync").out
    assert "nothing has changed" in own_program("sync").out or "1 skipped" in own_program("sync").out
    (corpus / "bridge.md").write_text("The bridge opened in May 1932.\n", encoding="utf-8")
    run = own_program("when did the bridge open?")
    assert (run.status, run.stderr) == (0, "")
    assert "The bridge opened in May 1932." in run.out
    (corpus / "bridge.md").unlink()
    report = json.loads(own_program("sync", "--json").out)
    assert (report["removed"], report["added"], report["unchanged"]) == (1, 0, 2)
    assert "bridge" not in own_program("search", "bridge").out


def test_an_empty_corpus_says_what_to_do(own_program: Any) -> None:
    (own_program.cwd / "empty").mkdir()
    for args in (["--corpus", "empty", "why?"], ["search", "--corpus", "empty", "why?"]):
        run = own_program(*args)
        assert run.status == 2
        assert "holds no documents; copy documents into the folder" in run.stderr
        assert run.stderr.count("\n") == 1
    assert own_program("--corpus", "empty", "docs").status == 0
    assert own_program("--corpus", "empty", "sync").status == 0
    (own_program.cwd / "empty" / "x.txt").write_bytes(b"")
    run = own_program("--corpus", "empty", "why?")
    assert run.status == 2
    assert "could not be read; `askv4 docs` says why" in run.stderr


def test_the_first_start_in_an_empty_folder_brings_documents(
    own_program: Any, make_program: Any, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    program = make_program(tmp_path, elsewhere, ASKV4_DATA_DIR=own_program.environ["ASKV4_DATA_DIR"])
    listed = json.loads(program("docs", "--json").out)["documents"]
    assert listed
    assert all(row["state"] == "indexed" for row in listed)
    assert list(elsewhere.iterdir()) == []


@pytest.fixture
def terminal(program: Any) -> Any:
    """Runs the program on a pseudo-terminal and gives what it shows."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

    def run(*args: str, **environ: str) -> str:
        pid, descriptor = pty.fork()
        if pid == 0:
            os.chdir(program.cwd)
            os.execve(sys.executable, program.command(*args), {**program.environ, **environ})
        shown = b""
        try:
            while data := os.read(descriptor, 4096):
                shown += data
        except OSError:
            # Linux says EIO when the other side has closed.
            pass
        os.close(descriptor)
        os.waitpid(pid, 0)
        return shown.decode("utf-8").replace("\r\n", "\n")

    return run


def test_on_a_terminal_there_are_colours_and_links(terminal: Any, program: Any) -> None:
    shown = terminal("how long should green tea steep?")
    assert "\x1b[1;36m[1]" in shown
    assert (program.cwd / "corpus" / "tea.md").as_uri() in shown
    assert "\x1b[34m" in terminal("docs")
    for args, environ in (((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "dumb"})):
        assert "\x1b" not in terminal("docs", *args, **environ)


def test_a_narrow_terminal(terminal: Any) -> None:
    for args in (("how long should green tea steep?",), ("docs",), ("search", "tea")):
        assert max(map(len, terminal(*args, COLUMNS="40", NO_COLOR="1").split("\n"))) <= 40


def test_a_reader_that_has_gone(program: Any) -> None:
    for args in (["docs", "--text", "tea.md"], ["how long should green tea steep?"], ["docs", "--json"]):
        process = program.start(*args)
        process.stdout.close()  # type: ignore[union-attr]
        assert process.stderr.read() == b""  # type: ignore[union-attr]
        process.stderr.close()  # type: ignore[union-attr]
        assert process.wait(60) == 141


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_an_interrupt_ends_it_without_a_traceback_and_harms_nothing(own_program: Any) -> None:
    for number in range(60):
        (own_program.cwd / "corpus" / f"more{number}.md").write_text(f"Fact {number} is here. " * 40, encoding="utf-8")
    process = own_program.start("sync")
    indexes = Path(own_program.environ["ASKV4_DATA_DIR"]) / "indexes"
    for _ in range(600):  # however slow the machine: it is to be in the middle of its work
        if list(indexes.glob("*/lock")):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode in (0, 130)
    assert b"Traceback" not in stderr
    assert own_program("sync").status == 0
    assert json.loads(own_program("sync", "--json").out)["unchanged"] == 62
