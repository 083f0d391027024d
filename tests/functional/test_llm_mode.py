"""`--mode llm` with the real llama.cpp on a tiny model of random weights: it says nothing sensible, and that is found out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Program
from tests.tiny_model import tiny_gguf

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: no model can run")
CORPUS = Path(__file__).resolve().parents[2] / "corpus"
QUESTION = "was V4 trained on Ascend?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, encoder_dir: Path) -> Path:
    home = tmp_path_factory.mktemp("llm-mode")
    shutil.copytree(encoder_dir / "encoders", home / "data" / "encoders")
    tiny_gguf(home / "tiny.gguf")
    return home


@pytest.fixture(scope="module")
def program(home: Path, make_program: Callable[..., Program]) -> Program:
    return make_program(home, ASKV4_DATA_DIR=str(home / "data"), ASKV4_CORPUS=str(CORPUS))


def test_what_the_model_makes_up_is_found_out_and_the_sources_are_quoted(program: Program, home: Path) -> None:
    run = program("--mode", "llm", "--model", str(home / "tiny.gguf"), "--json", QUESTION)
    assert run.status == 0, run.stderr
    answer = json.loads(run.out)
    assert (answer["status"], answer["mode"], answer["model"]) == ("answered", "extractive", "tiny")
    assert answer["lead"] is None
    assert "stopped early" in answer["note"]
    assert not any(sentence["supported"] for sentence in answer["grounding"])
    assert not answer["left_machine"]
    for citation in answer["citations"]:
        text = (CORPUS / citation["document"]).read_bytes().decode("utf-8")
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        assert f"[{citation['n']}]" in answer["answer"]


def test_what_the_sources_do_not_answer_never_reaches_the_model(program: Program, home: Path) -> None:
    run = program("--mode", "llm", "--model", str(home / "tiny.gguf"), "--json", "What is the capital of France?")
    assert run.status == 1
    answer = json.loads(run.out)
    assert (answer["status"], answer["grounding"]) == ("not_in_sources", [])


@pytest.mark.parametrize("content", [b"", b"GGUF", b"this is no model at all", bytes(4096)])
def test_a_file_that_is_no_model_is_one_line_and_status_2(program: Program, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(content)
    run = program("--mode", "llm", "--model", str(broken), QUESTION)
    assert run.status == 2
    assert run.out == ""
    assert run.stderr.startswith("askv4: ")
    assert len(run.stderr.strip().splitlines()) == 1


def test_no_model_at_all_is_said(program: Program) -> None:
    run = program("--mode", "llm", QUESTION)
    assert run.status == 2
    assert "models" in run.stderr


def test_a_server_on_another_machine_is_refused_unless_the_configuration_allows_it(program: Program) -> None:
    run = program("--llm-url", "http://192.0.2.1:8080", "--mode", "llm", QUESTION)
    assert run.status == 2
    assert "allow_remote" in run.stderr


def test_a_server_that_is_not_there_is_one_line(program: Program) -> None:
    run = program("ask", "--llm-url", "http://127.0.0.1:9", "--mode", "llm", QUESTION)
    assert run.status == 2
    assert len(run.stderr.strip().splitlines()) == 1
