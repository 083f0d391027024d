"""The engine, over llama.cpp itself and a model of half a megabyte."""

from __future__ import annotations

import builtins
import itertools
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from askv4.errors import (
    GenerationFailed,
    ModelDamaged,
    ModelMissing,
    ModelTooLarge,
    ModelUnsupported,
    RuntimeMissing,
)
from askv4.llm import engine as engine_module
from askv4.llm.chat import ChatModel, Message
from askv4.llm.engine import Engine
from tests.tiny_model import header_only, tiny_gguf

pytest.importorskip("llama_cpp", reason="llama-cpp-python runs the model")

SYSTEM = Message("system", "Answer from the numbered sentences alone. " * 5)


def asking(question: str) -> list[Message]:
    return [SYSTEM, Message("user", question)]


Say = Callable[[str], None]


@pytest.fixture
def say(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Has the model say a text and end. Its wording alone is faked: tokens, bytes, evaluation and filter are real."""
    vocabulary = engine.vocabulary
    end = engine_module.runtime().llama_vocab_eos(vocabulary.handle)

    def say(text: str) -> None:
        said = iter(vocabulary.tokens(text, special=True))
        monkeypatch.setattr("askv4.llm.sampling.Sampler.sample", lambda *_: next(said, end))

    return say


def test_is_a_chat_model(engine: Engine) -> None:
    assert isinstance(engine, ChatModel)
    assert (engine.name, engine.remote) == ("tiny", False)
    assert (engine.context, engine.notes, engine.counts_exactly) == (4096, (), True)


def test_counts_tokens_as_the_model_does(engine: Engine) -> None:
    # One token a byte; ChatML adds <|im_start|>, role, line end, <|im_end|> and line end, and opens the answer.
    assert engine.count_tokens("héllo") == 6
    assert engine.count_tokens("<|im_end|>") == 10
    opened = len("<|im_start|>") and 1 + len("assistant\n") + 1 + len("\n\n") + 1 + len("\n\n")
    assert engine.prompt_tokens([Message("user", "hi")]) == 1 + len("user\nhi") + 1 + 1 + opened


def test_a_document_cannot_speak_in_special_tokens(engine: Engine) -> None:
    plain = engine.prompt_tokens([Message("user", "abcdefghij")])
    assert engine.prompt_tokens([Message("user", "<|im_end|>")]) == plain + 1


def test_the_same_seed_writes_the_same(engine: Engine) -> None:
    def written(seed: int) -> str:
        return "".join(engine.stream(asking("a"), max_tokens=30, temperature=1.0, seed=seed))

    assert written(1) == written(1)
    assert written(1) != written(2)


def test_temperature_zero_is_the_default_and_has_no_seed(engine: Engine) -> None:
    first = "".join(engine.stream(asking("a"), max_tokens=30, seed=1))
    assert first == "".join(engine.stream(asking("a"), max_tokens=30, seed=2))


def test_max_tokens_ends_an_answer(engine: Engine, say: Say) -> None:
    say("a" * 100)
    assert "".join(engine.stream(asking("a"), max_tokens=7)) == "a" * 7
    assert engine.stats is not None
    assert (engine.stats.generated_tokens, engine.stats.stop_reason) == (7, "length")


def test_the_model_ends_an_answer(engine: Engine, say: Say) -> None:
    say("yes")
    assert "".join(engine.stream(asking("a"))) == "yes"
    assert engine.stats is not None
    assert engine.stats.stop_reason == "end"
    assert engine.stats.tokens_per_second > 0


def test_characters_of_several_tokens_come_whole(engine: Engine, say: Say) -> None:
    say("€𝄞ß日本")
    pieces = list(engine.stream(asking("a")))
    assert "".join(pieces) == "€𝄞ß日本"
    assert all(len(piece) == 1 for piece in pieces)


def test_a_character_that_is_cut_off_is_left_out(engine: Engine, say: Say) -> None:
    say("a€")
    assert "".join(engine.stream(asking("a"), max_tokens=2)) == "a"


def test_special_tokens_are_no_text(engine: Engine, say: Say) -> None:
    say("Hel<|im_start|>lo</think>.<|endoftext|> and more")
    assert "".join(engine.stream(asking("a"))) == "Hello."
    assert engine.vocabulary.special_texts == {"<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"}


def test_at_any_temperature_special_tokens_are_no_text(engine: Engine) -> None:
    for seed in range(20):
        text = "".join(engine.stream(asking("a"), max_tokens=40, temperature=5.0, seed=seed))
        assert not any(special in text for special in engine.vocabulary.special_texts)


def test_the_shared_beginning_is_read_once(tiny: Path) -> None:
    with Engine(tiny, threads=1) as engine:
        list(engine.stream(asking("first"), max_tokens=5))
        assert engine.stats is not None
        assert engine.stats.cached_tokens == 0
        list(engine.stream(asking("second question"), max_tokens=5))
        shared = engine.count_tokens(SYSTEM.content) + len("system\n")
        assert shared < engine.stats.cached_tokens < shared + 20
        list(engine.stream(asking("second question"), max_tokens=5))
        assert engine.stats.evaluated_tokens == 1


def test_a_kept_beginning_changes_no_answer(tiny: Path) -> None:
    questions = ["one", "two", "two and a half", "one"]
    with Engine(tiny, threads=1) as engine:
        kept = ["".join(engine.stream(asking(question), max_tokens=40)) for question in questions]
    for question, answer in zip(questions, kept, strict=True):
        with Engine(tiny, threads=1) as fresh:
            assert "".join(fresh.stream(asking(question), max_tokens=40)) == answer


def test_a_hybrid_model_keeps_the_shared_beginning_too(tmp_path: Path) -> None:
    path = tiny_gguf(tmp_path / "hybrid.gguf", shape={"architecture": "lfm2"})
    questions = ["one", "two", "three", "x" * 1500, "four"]
    cached, answers = [], []
    with Engine(path, threads=1) as engine:
        for question in questions:
            answers.append("".join(engine.stream(asking(question), max_tokens=20)))
            assert engine.stats is not None
            cached.append(engine.stats.cached_tokens)
    assert cached[:2] == [0, 0]
    assert min(cached[2:]) > len(SYSTEM.content)
    for question, answer in zip(questions, answers, strict=True):
        with Engine(path, threads=1) as fresh:
            assert "".join(fresh.stream(asking(question), max_tokens=20)) == answer


def test_the_context_is_as_large_as_the_prompts_need(tiny: Path) -> None:
    with Engine(tiny, threads=1) as engine:
        assert engine.context_size == 0
        list(engine.stream(asking("a"), max_tokens=5))
        assert engine.context_size == 1024
        list(engine.stream(asking("b" * 5000), max_tokens=5))
        assert engine.context_size == 6144
        assert engine.stats is not None
        # What was read before the context was made anew is carried over.
        assert engine.stats.cached_tokens > engine.count_tokens(SYSTEM.content)


def test_a_context_beyond_the_plan_is_checked_against_the_memory(tiny: Path) -> None:
    free = itertools.chain([10**9], itertools.repeat(1000))
    with Engine(tiny, threads=1, context=2048, free=lambda: next(free)) as engine:
        list(engine.stream(asking("a"), max_tokens=5))
        with pytest.raises(ModelTooLarge, match="a context of 6144 tokens"):
            list(engine.stream(asking("b" * 5000), max_tokens=5))
        list(engine.stream(asking("a"), max_tokens=5))


def test_a_prompt_over_the_trained_context_is_refused_at_once(engine: Engine) -> None:
    with pytest.raises(GenerationFailed, match=r"the prompt has 9\d{3} tokens, and the model takes 8192"):
        engine.stream(asking("a" * 9000))


def test_an_answer_has_what_the_context_leaves(tmp_path: Path) -> None:
    path = tiny_gguf(tmp_path / "small.gguf", shape={"context": 512})
    with Engine(path, threads=1) as engine:
        assert engine.context == 512
        prompt = engine.prompt_tokens([Message("user", "a" * 460)])
        list(engine.stream([Message("user", "a" * 460)], max_tokens=300))
        assert engine.stats is not None
        assert (engine.stats.generated_tokens, engine.stats.stop_reason) == (512 - prompt, "length")


def test_stop_ends_the_answer_at_the_next_token(engine: Engine, say: Say) -> None:
    say("a" * 300)
    stop = threading.Event()
    pieces = []
    for piece in engine.stream(asking("a"), max_tokens=300, stop=stop):
        pieces.append(piece)
        if len(pieces) == 4:
            stop.set()
    assert len(pieces) == 4
    assert engine.stats is not None
    assert (engine.stats.generated_tokens, engine.stats.stop_reason) == (4, "cancelled")


def test_stop_before_the_prompt_writes_nothing(engine: Engine) -> None:
    assert list(engine.stream(asking("something new"), stop=lambda: True)) == []
    assert engine.stats is not None
    assert (engine.stats.generated_tokens, engine.stats.stop_reason) == (0, "cancelled")


def test_stop_in_the_middle_of_a_prompt(tmp_path: Path) -> None:
    # Wide enough for one batch of the prompt to last longer than the wait between two looks at `stop`.
    path = tiny_gguf(tmp_path / "slow.gguf", shape={"width": 512, "hidden": 2048, "layers": 6, "heads": 8})
    asked = itertools.count()
    with Engine(path, threads=1) as engine:
        expected = "".join(engine.stream(asking("x" * 100), max_tokens=3))
        assert list(engine.stream(asking("y" * 1500), stop=lambda: next(asked) >= 2)) == []
        assert engine.stats is not None
        assert engine.stats.stop_reason == "cancelled"
        # Asked before a batch and while it is read: of the prompt's twelve batches most were never begun.
        assert next(asked) <= 4
        assert "".join(engine.stream(asking("x" * 100), max_tokens=3)) == expected


def test_an_interruption_in_the_middle_of_a_prompt_does_no_harm(engine: Engine) -> None:
    expected = "".join(engine.stream(asking("next"), max_tokens=5))
    asked = itertools.count()

    def stop() -> bool:
        if next(asked) == 1:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        list(engine.stream(asking("z" * 3000), stop=stop))
    assert "".join(engine.stream(asking("next"), max_tokens=5)) == expected


def test_closing_the_stream_cancels(engine: Engine, say: Say) -> None:
    say("a" * 300)
    stream = engine.stream(asking("a"), max_tokens=300)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert engine.stats is not None
    assert engine.stats.stop_reason == "cancelled"
    say("next")
    assert "".join(engine.stream(asking("a"))) == "next"


def test_two_threads_take_turns(engine: Engine) -> None:
    def answer(word: str) -> str:
        return "".join(engine.stream(asking(word), max_tokens=40))

    words = ("one", "two", "three")
    alone = {word: answer(word) for word in words}
    answers: dict[str, str] = {}
    threads = [threading.Thread(target=lambda word: answers.update({word: answer(word)}), args=(w,)) for w in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == alone


def test_one_thread_cannot_wait_for_itself(engine: Engine) -> None:
    first = engine.stream(asking("a"))
    next(first)
    with pytest.raises(GenerationFailed, match="still writing another answer"):
        next(engine.stream(asking("b")))
    first.close()  # type: ignore[attr-defined]


def test_a_closed_model_writes_nothing_more(tiny: Path) -> None:
    engine = Engine(tiny, threads=1)
    stream = engine.stream(asking("a"), max_tokens=300)
    next(stream)
    engine.close()
    assert list(stream) == []
    engine.close()
    for use in (lambda: engine.stream(asking("a")), lambda: engine.count_tokens("a"), lambda: engine.prompt_tokens([])):
        with pytest.raises(GenerationFailed, match="was closed"):
            use()


def test_reasoning_is_switched_off_by_the_template(engine: Engine) -> None:
    prompt = engine.template.prompt([Message("user", "a")])
    assert prompt.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_reasoning_that_comes_all_the_same_is_not_shown(engine: Engine, say: Say) -> None:
    say("<think>secret</think>Hello.")
    assert "".join(engine.stream(asking("a"))) == "Hello."


def test_a_model_without_template_but_with_its_tokens_gets_chatml(tmp_path: Path) -> None:
    with Engine(tiny_gguf(tmp_path / "base.gguf", template=None), threads=1) as engine:
        assert "ChatML is assumed" in engine.notes[0]
        assert engine.template.prompt([Message("user", "a")]).endswith("<|im_start|>assistant\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"template": None, "vocabulary": "spm"}, "no chat template"),
        ({"template": "{% if %}"}, "chat template cannot be read"),
        ({"shape": {"architecture": "llama2000"}}, r"does not know .*architecture \(llama2000\)"),
    ],
)
def test_models_that_cannot_chat(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    path = tiny_gguf(tmp_path / "other.gguf", **options)
    with pytest.raises(ModelUnsupported, match=words):
        Engine(path, threads=1)


def test_a_template_may_say_nothing(tmp_path: Path) -> None:
    path = tiny_gguf(tmp_path / "mute.gguf", template="{# nothing #}")
    with Engine(path, threads=1) as engine, pytest.raises(GenerationFailed, match="makes nothing of"):
        engine.stream(asking("a"))


def test_a_template_may_raise(tmp_path: Path) -> None:
    path = tiny_gguf(tmp_path / "odd.gguf", template="{{ raise_exception('no such role') }}")
    with Engine(path, threads=1) as engine, pytest.raises(ModelUnsupported, match="no such role"):
        engine.stream(asking("a"))


def test_a_sentencepiece_model_writes_too(tmp_path: Path) -> None:
    template = "{{ bos_token }}{% for m in messages %}{{ m['content'] }} {% endfor %}"
    with Engine(tiny_gguf(tmp_path / "spm.gguf", vocabulary="spm", template=template), threads=1) as engine:
        # The beginning of text is there once, though template and vocabulary both ask for it.
        assert engine.prompt_tokens([Message("user", "abc")]) == 1 + len("abc ")
        assert engine.vocabulary.special_texts == {"<unk>", "<s>", "</s>"}
        list(engine.stream(asking("a"), max_tokens=20))
        assert engine.stats is not None
        assert engine.stats.generated_tokens > 0


def test_an_embedding_model_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    path = header_only(tmp_path / "embedder.gguf", "bert")
    with pytest.raises(ModelUnsupported, match=r"embedder\.gguf is an embedding model, not a chat model"):
        Engine(path)


def test_a_truncated_file_is_refused_before_it_is_loaded(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:-4096])
    with pytest.raises(ModelDamaged, match=r"cut\.gguf is truncated: 4096 of \d+ bytes are missing"):
        Engine(path)


def test_a_claim_that_ends_llama_cpp_is_refused_before(tiny: Path, tmp_path: Path) -> None:
    key = b"llama.block_count\x04\x00\x00\x00"
    data = tiny.read_bytes()
    at = data.index(key) + len(key)
    path = tmp_path / "many.gguf"
    path.write_bytes(data[:at] + (100_000).to_bytes(4, "little") + data[at + 4 :])
    with pytest.raises(ModelDamaged, match="claims 100000 layers"):
        Engine(path)


def test_weights_that_do_not_match_the_head_give_llama_cpps_reason(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(tiny.read_bytes().replace(b"blk.1.ffn_up.weight", b"blk.1.ffn_no.weight"))
    with pytest.raises(ModelDamaged, match=r"cannot load odd\.gguf: .*blk\.1\.ffn_up\.weight"):
        Engine(path, threads=1)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    path = header_only(tmp_path / "big-00001-of-00002.gguf", "llama", split__no=0, split__count=2)
    with pytest.raises(ModelMissing, match=r"lacks its part big-00002-of-00002\.gguf"):
        Engine(path)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model file"):
        Engine(tmp_path / "gone.gguf")


def test_memory_is_compared_before_loading(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module.runtime(), "llama_model_load_from_file", lambda *_: pytest.fail("loaded"))
    with pytest.raises(ModelTooLarge, match=r"tiny\.gguf needs .* and 1 MB are free"):
        Engine(tiny, free=lambda: 1_000_000)


def test_a_model_too_large_for_the_gpu_is_loaded_for_the_cpu(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lib = engine_module.runtime()
    load, tried = lib.llama_model_load_from_file, []

    def without_gpu_memory(path: bytes, params: Any) -> Any:
        tried.append(params.n_gpu_layers)
        return None if params.n_gpu_layers else load(path, params)

    monkeypatch.setattr(lib, "llama_supports_gpu_offload", lambda: True)
    monkeypatch.setattr(lib, "llama_model_load_from_file", without_gpu_memory)
    with Engine(tiny, threads=1) as engine:
        assert list(engine.stream(asking("a"), max_tokens=20))
    assert tried == [-1, 0]


@pytest.mark.parametrize(
    ("failure", "words"),
    [(ImportError("No module named 'llama_cpp'"), "is not installed"), (RuntimeError("libgomp.so.1"), "does not load")],
)
def test_without_llama_cpp_the_remedy_is_named(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception, words: str
) -> None:
    real = builtins.__import__

    def failing(name: str, *arguments: Any) -> Any:
        if name.startswith("llama_cpp"):
            raise failure
        return real(name, *arguments)

    engine_module.runtime.cache_clear()
    monkeypatch.setattr(builtins, "__import__", failing)
    try:
        with pytest.raises(RuntimeMissing, match=words) as caught:
            Engine(tiny)
    finally:
        monkeypatch.undo()
        engine_module.runtime.cache_clear()
    assert "pip install" in caught.value.remedy


LOUD = """
import sys
from pathlib import Path
from askv4.errors import ModelError
from askv4.llm.chat import Message
from askv4.llm.engine import Engine
try:
    Engine(Path(sys.argv[2]))
except ModelError:
    pass
with Engine(Path(sys.argv[1]), threads=1) as engine:
    list(engine.stream([Message("user", "hi")], max_tokens=4))
"""


def test_nothing_is_written_to_the_terminal(tiny: Path, tmp_path: Path) -> None:
    unknown = tiny_gguf(tmp_path / "unknown.gguf", shape={"architecture": "nonesuch"})
    run = subprocess.run(
        [sys.executable, "-c", LOUD, str(tiny), str(unknown)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
