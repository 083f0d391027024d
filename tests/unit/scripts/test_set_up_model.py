"""llama.cpp and a chat model, set up around an answer: what a person on a terminal sees, and who reads a pipe."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.scripts import tiny_checkout
from tests.unit.scripts.tiny_checkout import TinyCheckout

pytestmark = pytest.mark.skipif(os.name == "nt", reason="terminals and signals as POSIX has them")

PULL = "models pull tiny-model --yes"
UNASKED = {"ASKV4_SET_UP_MODEL": "1"}


@pytest.fixture
def llama_wheel(checkout: TinyCheckout) -> Iterator[None]:
    """llama-cpp-python among the package sources."""
    wheel = tiny_checkout.make_wheel(checkout.wheels, "llama_cpp_python", "0.3", 'VERSION = "0.3"', "llama_cpp")
    yield
    wheel.unlink()


@pytest.fixture
def slow_source(checkout: TinyCheckout, tmp_path: Path) -> Iterator[None]:
    """llama-cpp-python as a source that compiles for ever."""
    source = tiny_checkout.make_slow_source(checkout.wheels, "llama_cpp_python", "0.3", tmp_path)
    yield
    source.unlink()


@pytest.fixture
def lying_model(checkout: TinyCheckout) -> None:
    """A model file where the checkout keeps them."""
    folder = checkout.root / "models"
    folder.mkdir()
    (folder / "some.Q4_K_M.gguf").touch()


@pytest.fixture
def no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def authors_index(tmp_path: Path) -> Iterator[str]:
    """A package index like the one of llama-cpp-python's author, with a wheel in it."""
    page = tmp_path / "whl" / "llama-cpp-python"
    page.mkdir(parents=True)
    wheel = tiny_checkout.make_wheel(page, "llama_cpp_python", "0.3", 'VERSION = "0.3 ready-made"', "llama_cpp")
    (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>', encoding="utf-8")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "whl"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("llama_wheel")
def test_a_person_sees_quotations_then_what_follows_then_the_lead(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", HF_ENDPOINT="https://hub.example")
    assert seen.status == 0
    assert seen.in_order(
        "answer ['a question']",
        "askv4: for an answer in plain words above the quotations, this follows once:",
        "askv4: - llama.cpp, which runs chat models, is compiled: about ",
        "askv4: - the model tiny-model, 1.1 GB, Tiny License, comes from hub.example or the package index",
        "askv4: Ctrl-C leaves it for the next run, --no-model for good",
        "askv4: llama-cpp-python is in place",
        "pulling",
        "askv4: the same question, with the model:",
        "answer ['a question']",
        "chat 0.3",
        "lead of tiny-model.gguf",
    ), seen.text
    assert checkout.calls == ["models", PULL]


@pytest.mark.usefixtures("llama_wheel")
def test_later_runs_just_answer(checkout: TinyCheckout) -> None:
    checkout.on_a_terminal("a question")
    before = checkout.log
    seen = checkout.on_a_terminal("a question")
    assert seen.text == f"answer ['a question'] {checkout.home}\nchat 0.3\nlead of tiny-model.gguf\n"
    assert checkout.calls == ["models", PULL]
    assert checkout.log == before
    # Whoever has deleted the model does not want it.
    shutil.rmtree(checkout.data / "models")
    assert checkout.on_a_terminal("a question").text.count("answer") == 1


@pytest.mark.usefixtures("llama_wheel")
@pytest.mark.parametrize("elsewhere", ["", "their-model"])
def test_an_update_of_the_checkout_is_no_reason_to_answer_twice(elsewhere: str, checkout: TinyCheckout) -> None:
    checkout.on_a_terminal("a question", TINY_MODEL=elsewhere)
    checkout.change()
    seen = checkout.on_a_terminal("a question", TINY_MODEL=elsewhere)
    assert "askv4: everything is in place" in seen.text
    assert seen.text.count("answer [") == 1
    assert seen.text.count("chat 0.3\n") == 1
    assert "follows" not in seen.text


@pytest.mark.usefixtures("llama_wheel")
def test_what_is_not_in_the_sources_is_printed_once(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", TINY_STATUS="1")
    assert seen.status == 1
    assert seen.text.count("answer [") == 1
    assert checkout.calls == ["models", PULL]


def test_an_error_sets_nothing_up(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", TINY_STATUS="2")
    assert (seen.status, seen.text) == (2, f"answer ['a question'] {checkout.home}\n")
    assert checkout.calls == []


@pytest.mark.usefixtures("llama_wheel")
def test_a_follow_up_is_not_asked_twice(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("ask", "--continue", "and why?")
    assert seen.text.count("answer [") == 1
    assert checkout.calls == ["models", PULL]


@pytest.mark.usefixtures("llama_wheel")
def test_other_commands_set_nothing_up(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("docs")
    assert seen.text == f"answer ['docs'] {checkout.home}\n"


@pytest.mark.usefixtures("llama_wheel")
@pytest.mark.parametrize("argument", ["a question", "--json"])
def test_a_pipe_gets_one_answer_and_the_person_one_line(argument: str, checkout: TinyCheckout) -> None:
    (checkout.state / "told").unlink()
    piped = checkout.on_a_terminal("a question", argument, piped=True)
    assert piped.out == f"answer ['a question', '{argument}'] {checkout.home}\n"
    assert piped.text == (
        "askv4: for answers in plain words `python3 scripts/askv4.py models pull` gets a chat model; "
        "--no-model refuses it\n"
    )
    assert checkout.run("a question").stderr == ""
    assert checkout.calls == []


@pytest.mark.usefixtures("llama_wheel")
def test_json_on_a_terminal_is_one_answer(checkout: TinyCheckout) -> None:
    (checkout.state / "told").unlink()
    seen = checkout.on_a_terminal("--json", "a question")
    assert seen.text.count("answer [") == 1
    assert "models pull" in seen.text
    assert checkout.calls == []


@pytest.mark.usefixtures("llama_wheel")
def test_unasked_a_pipe_gets_the_whole_answer(checkout: TinyCheckout) -> None:
    done = checkout.run("a question", **UNASKED)
    assert done.stdout == f"answer ['a question'] {checkout.home}\nchat 0.3\nlead of tiny-model.gguf\n"
    assert "askv4: - the model tiny-model, 1.1 GB" in done.stderr
    assert "pulled to stdout" in done.stderr


@pytest.mark.usefixtures("slow_source")
def test_ctrl_c_leaves_compiling_for_the_next_run(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", interrupt_at="1 of 2")
    assert seen.status == 0
    assert seen.text.endswith("askv4: the set-up was stopped; the next run goes on with it\n")
    assert seen.text.count("answer [") == 1
    assert checkout.calls == ["models"]
    again = checkout.on_a_terminal("a question", interrupt_at="1 of 2")
    assert again.in_order("answer [", "is compiled: about", "the set-up was stopped")


@pytest.mark.usefixtures("llama_wheel")
def test_ctrl_c_leaves_the_model_for_the_next_run(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", interrupt_at="pulling", TINY_PULL_SLEEP="60", TINY_STATUS="1")
    assert seen.status == 1
    assert seen.text.endswith("askv4: what is missing for a chat model is left for the next run\n")
    again = checkout.on_a_terminal("a question")
    assert "compiled" not in again.text
    assert again.text.endswith("lead of tiny-model.gguf\n")
    assert checkout.calls == ["models", PULL, "models", PULL]


@pytest.mark.usefixtures("llama_wheel")
def test_a_refusal_is_remembered_and_taken_back(checkout: TinyCheckout) -> None:
    refused = checkout.on_a_terminal("a question", "--no-model")
    assert refused.in_order("askv4: no chat model will be set up unasked", "answer ['a question']")
    # In the data folder, which outlives .venv.
    shutil.rmtree(checkout.state.parent)
    checkout.run("docs")
    alone = f"answer ['a question'] {checkout.home}\n"
    assert checkout.on_a_terminal("a question").text == alone
    assert checkout.on_a_terminal("a question", "--no-model").text == alone
    assert checkout.run("a question", **UNASKED).stderr == ""
    assert checkout.calls == []
    asked = checkout.on_a_terminal("models", "pull")
    assert "askv4: llama-cpp-python is in place" in asked.text
    assert checkout.on_a_terminal("a question").text.endswith("lead of tiny-model.gguf\n")
    assert not list(checkout.data.glob("no-model"))


@pytest.mark.usefixtures("llama_wheel")
def test_a_word_of_the_question_is_no_refusal(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("--", "--no-model")
    assert seen.text.startswith("answer ['--', '--no-model']")
    assert checkout.calls == ["models", PULL]


@pytest.mark.usefixtures("llama_wheel")
def test_a_pull_that_failed_is_tried_again_when_asked_for(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", TINY_PULL_STATUS="2")
    assert seen.status == 0
    assert "askv4: the chat model was not fetched, so answers are quotations; `python3 scripts/askv4.py" in seen.text
    assert (checkout.state / "model").read_text(encoding="utf-8").endswith("models pull ended with 2\n")
    assert checkout.on_a_terminal("a question").text == f"answer ['a question'] {checkout.home}\nchat 0.3\n"
    asked = checkout.on_a_terminal("a question", "--mode", "llm")
    assert asked.in_order("the model tiny-model", "pulling", "answer [", "lead of tiny-model.gguf")


@pytest.mark.usefixtures("llama_wheel")
def test_a_model_of_another_program_is_looked_for_once(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", TINY_MODEL="their-model")
    assert seen.in_order("answer [", "- llama.cpp", "- the model their-model is here already", "answer [", "chat 0.3")
    assert "\r" not in checkout.on_a_terminal("a question").text
    assert checkout.calls == ["models"]


@pytest.mark.usefixtures("llama_wheel")
def test_who_has_configured_quotations_is_left_in_peace(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", TINY_MODE="extractive")
    assert seen.text == f"answer ['a question'] {checkout.home}\n"
    assert checkout.calls == []


@pytest.mark.usefixtures("llama_wheel", "lying_model")
def test_for_a_model_that_lies_there_only_llama_is_installed(checkout: TinyCheckout) -> None:
    (checkout.state / "told").unlink()
    piped = checkout.run("a question")
    assert piped.stderr == "askv4: a chat model is here, and llama.cpp is not compiled yet: --mode llm does that\n"
    seen = checkout.on_a_terminal("a question")
    assert seen.in_order("answer [", "- the model in models/ is here already", "in place", "answer [", "chat 0.3")
    assert checkout.calls == ["models"]


@pytest.mark.usefixtures("llama_wheel")
def test_a_model_that_is_named_installs_llama_first(checkout: TinyCheckout) -> None:
    done = checkout.run("--model", "some.gguf", "q")
    assert done.stdout.endswith("chat 0.3\n")
    assert "askv4: llama-cpp-python is in place" in done.stderr
    assert checkout.run("--model", "some.gguf", "q").stderr == ""
    checkout.change()
    assert "compiling" not in checkout.run("--model", "some.gguf", "q").stderr
    assert checkout.calls == []


def test_without_llama_there_are_quotations_and_one_line(checkout: TinyCheckout) -> None:
    """It is tried once by itself, and again whenever it is asked for."""
    first = checkout.on_a_terminal("a question", ASKV4_LLAMA_INDEX="http://127.0.0.1:9")
    assert first.status == 0
    assert first.text.count("answer [") == 1
    assert "askv4: llama-cpp-python cannot be installed, so answers are quotations: " in first.text
    assert checkout.on_a_terminal("a question").text == f"answer ['a question'] {checkout.home}\n"
    asked = checkout.run("a question", "--mode=llm", ASKV4_LLAMA_INDEX="http://127.0.0.1:9")
    assert "askv4: llama-cpp-python cannot be installed" in asked.stderr
    assert asked.stdout.startswith("answer")
    assert checkout.calls == ["models"]


@pytest.mark.usefixtures("no_compiler")
def test_without_a_compiler_the_authors_own_wheel_will_do(
    checkout: TinyCheckout, authors_index: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    nothing = (tmp_path / "empty").as_uri()
    seen = checkout.on_a_terminal("a question", ASKV4_LLAMA_INDEX=authors_index, PIP_NO_INDEX="", PIP_INDEX_URL=nothing)
    assert seen.in_order(
        "- llama.cpp, which runs chat models: ready-made, for no C++ compiler is here",
        "askv4: llama-cpp-python is in place",
        "chat 0.3 ready-made",
        "lead of tiny-model.gguf",
    ), seen.text


@pytest.mark.usefixtures("llama_wheel", "no_compiler")
def test_without_a_compiler_the_configured_sources_go_first(checkout: TinyCheckout, authors_index: str) -> None:
    seen = checkout.on_a_terminal("a question", ASKV4_LLAMA_INDEX=authors_index)
    assert "chat 0.3\n" in seen.text


@pytest.mark.usefixtures("no_compiler")
def test_without_a_compiler_and_a_wheel_one_line_says_what_to_do(checkout: TinyCheckout) -> None:
    seen = checkout.on_a_terminal("a question", ASKV4_LLAMA_INDEX="http://127.0.0.1:9")
    assert seen.status == 0
    last = seen.text.splitlines()[-1]
    assert last.rpartition("\x1b[K")[2].startswith(
        "askv4: llama-cpp-python cannot be installed, so answers are quotations: there is no C++ compiler; install one"
    )
    assert last.endswith("then run `python3 scripts/askv4.py models pull`")
    assert checkout.calls == ["models"]


@pytest.mark.usefixtures("no_compiler")
def test_a_wheel_that_does_not_load_is_taken_out_again(checkout: TinyCheckout) -> None:
    wheel = tiny_checkout.make_wheel(
        checkout.wheels, "llama_cpp_python", "0.3", "raise OSError('no libc.musl')", "llama_cpp"
    )
    seen = checkout.on_a_terminal("a question", ASKV4_LLAMA_INDEX="http://127.0.0.1:9")
    wheel.unlink()
    assert "askv4: llama-cpp-python cannot be installed" in seen.text
    assert not list(checkout.root.rglob("llama_cpp.py"))
