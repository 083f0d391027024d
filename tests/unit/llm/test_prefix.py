"""What prompts begin with is read once, kept on disk for the next process, and never believed without a look."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from askv4.llm.chat import Message
from askv4.llm.engine import Engine, runtime
from askv4.llm.prefix import LEAST_TOKENS, PrefixStates
from tests.tiny_model import tiny_gguf

pytest.importorskip("llama_cpp", reason="llama-cpp-python runs the model")

SYSTEM = Message("system", "Answer from the excerpts alone. " * 5)
BEGIN = "The excerpts say that"

THINKING = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n<think>\n"
)
"""Opens the reasoning itself and has no switch."""
NO_SYSTEM = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
SPM = "{{ bos_token }}{% for m in messages %}{{ m['content'] }} {% endfor %}"
KINDS = {
    "switched off": {},
    "thinking": {"template": THINKING},
    "without system role": {"template": NO_SYSTEM},
    "hybrid": {"shape": {"architecture": "lfm2"}},
    "sentencepiece": {"template": SPM, "vocabulary": "spm"},
}


def asking(question: str, system: Message = SYSTEM) -> list[Message]:
    return [system, Message("user", question)]


def answers(
    path: Path, states: Path | None, *asked: Sequence[Message], begin: str = "", tokens: int = 12
) -> tuple[list[str], list[int]]:
    """What a newly loaded model writes, and how much of each prompt it did not have to read."""
    texts, cached = [], []
    with Engine(path, threads=1, states=states) as engine:
        for messages in asked:
            texts.append("".join(engine.stream(messages, max_tokens=tokens, begin=begin)))
            assert engine.stats is not None
            cached.append(engine.stats.cached_tokens)
    return texts, cached


def kept(states: Path) -> list[Path]:
    return sorted(states.iterdir()) if states.is_dir() else []


@pytest.fixture
def states(tmp_path: Path) -> Path:
    return tmp_path / "data" / "states"


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_the_next_process_reads_no_token_of_the_prefix(
    tmp_path: Path, states: Path, options: dict[str, object]
) -> None:
    path = tiny_gguf(tmp_path / "model.gguf", **options)  # type: ignore[arg-type]
    asked = asking("one"), asking("two two")
    without, _ = answers(path, None, *asked, begin=BEGIN)
    first, cached = answers(path, states, *asked, begin=BEGIN)
    assert cached[0] == 0
    assert cached[1] >= len(SYSTEM.content)
    second, cached = answers(path, states, *asked, begin=BEGIN)
    assert min(cached) >= len(SYSTEM.content)
    assert without == first == second
    assert len(kept(states)) == 1


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_a_beginning_stands_behind_the_prompt(tmp_path: Path, options: dict[str, object]) -> None:
    with Engine(tiny_gguf(tmp_path / "model.gguf", **options), threads=1) as engine:  # type: ignore[arg-type]
        prompt = engine.prompt(asking("one"))
        assert engine.prompt(asking("one"), BEGIN) == [*prompt, *engine.vocabulary.tokens(BEGIN, special=False)]
        # Reasoning is closed by then: what follows is the answer.
        assert not engine.template.prompt(asking("one")).rstrip().endswith("<think>")
        list(engine.stream(asking("one"), max_tokens=3, begin=BEGIN))
        assert engine.stats is not None
        assert engine.stats.prompt_tokens == len(prompt) + engine.count_tokens(BEGIN)


def test_a_beginning_cannot_speak_in_special_tokens(tiny: Path) -> None:
    with Engine(tiny, threads=1) as engine:
        assert len(engine.prompt(asking("a"), "<|im_end|>")) == len(engine.prompt(asking("a"))) + len("<|im_end|>")


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: flipped(data, 0),
        lambda data: flipped(data, 32),
        lambda data: flipped(data, len(data) // 2),
        lambda data: flipped(data, len(data) - 1),
        lambda data: data[: len(data) // 2],
        lambda data: data + b"\0",
        lambda _: b"",
    ],
)
def test_a_damaged_state_is_noticed_and_made_anew(
    tiny: Path, states: Path, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = answers(tiny, states, asking("one"))
    (file,) = kept(states)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    caplog.set_level(logging.INFO, "askv4.llm")
    assert answers(tiny, states, asking("one")) == (first, [0])
    assert "is damaged" in caplog.text
    assert file.read_bytes() == whole
    assert answers(tiny, states, asking("one"))[1][0] >= len(SYSTEM.content)


def test_a_state_that_llama_cpp_does_not_take_is_made_anew(tiny: Path, states: Path) -> None:
    first, _ = answers(tiny, states, asking("one"))
    with Engine(tiny, threads=1, states=states) as engine:
        prefix = engine.prefix(asking("one"))
        assert prefix is not None
        whole = prefix.load()
        prefix.save(b"no state, though its sum is right")
    assert answers(tiny, states, asking("one")) == (first, [0])
    assert prefix.load() == whole


def test_another_model_has_states_of_its_own(tiny: Path, tmp_path: Path, states: Path) -> None:
    answers(tiny, states, asking("one"))
    other = tiny_gguf(tmp_path / "other.gguf", seed=1)
    without, _ = answers(other, None, asking("one"))
    assert answers(other, states, asking("one")) == (without, [0])
    assert len(kept(states)) == 2


def test_a_file_that_was_exchanged_is_another_model(tmp_path: Path, states: Path) -> None:
    path = tiny_gguf(tmp_path / "model.gguf")
    answers(path, states, asking("one"))
    status = path.stat()
    # As some packages do: other weights, of the same length and time.
    tiny_gguf(path, seed=1)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    without, _ = answers(path, None, asking("one"))
    assert answers(path, states, asking("one")) == (without, [0])


def test_a_file_that_was_moved_is_the_same_model(tiny: Path, tmp_path: Path, states: Path) -> None:
    answers(tiny, states, asking("one"))
    moved = Path(shutil.copy2(tiny, tmp_path / "moved.gguf"))
    assert answers(moved, states, asking("one"))[1][0] >= len(SYSTEM.content)


def test_another_version_of_llama_cpp_has_states_of_its_own(
    tiny: Path, states: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(tiny, states, asking("one"))
    monkeypatch.setattr("llama_cpp.__version__", "9.9.9")
    assert answers(tiny, states, asking("one"))[1] == [0]
    assert len(kept(states)) == 2


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    without, _ = answers(tiny, None, asking("one"))
    caplog.set_level(logging.INFO, "askv4.llm")
    for states in (tmp_path / "file", tmp_path / "file" / "below"):
        assert answers(tiny, states, asking("one")) == (without, [0])
    assert caplog.text.count("the state is not kept") == 2


def test_a_disk_that_is_full_leaves_no_part_behind(tiny: Path, states: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without, _ = answers(tiny, None, asking("one"))

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert answers(tiny, states, asking("one")) == (without, [0])
    assert kept(states) == []


def test_a_folder_keeps_the_newest_states_only(tiny: Path, states: Path) -> None:
    store = PrefixStates(states, [tiny], "1")
    states.mkdir(parents=True)
    (states / "x.state-0badbeef").write_bytes(b"left by a process that was killed")
    os.utime(states / "x.state-0badbeef", (1, 1))
    prefixes = [store.prefix([number] * 40) for number in range(10)]
    for number, prefix in enumerate(prefixes):
        prefix.save(b"state")
        os.utime(prefix.path, (number + 2, number + 2))
    prefixes[-1].save(b"state")
    assert {path.name for path in kept(states)} == {prefix.path.name for prefix in prefixes[2:]}
    assert (prefixes[0].load(), prefixes[-1].load()) == (None, b"state")


def test_whoever_reads_while_others_write_reads_it_whole(tiny: Path, states: Path) -> None:
    prefix = PrefixStates(states, [tiny], "1").prefix(range(40))
    contents = [bytes([number]) * 100_000 for number in range(4)]
    prefix.save(contents[0])
    writers = [
        threading.Thread(target=lambda content: [prefix.save(content) for _ in range(20)], args=(content,))
        for content in contents
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert prefix.load() in contents
    assert [path.name for path in kept(states)] == [prefix.path.name]


def test_a_short_beginning_is_not_kept(tiny: Path, states: Path) -> None:
    short = Message("system", "Be brief.")
    assert len(short.content) + len("system\n") < LEAST_TOKENS
    answers(tiny, states, asking("one", short))
    answers(tiny, states, [Message("user", "x" * 100)])
    assert kept(states) == []


def test_nothing_that_was_asked_is_kept(tiny: Path, states: Path) -> None:
    answers(tiny, states, asking("one"))
    (file,) = kept(states)
    longer = [*asking("one"), Message("assistant", "Two, and a few more words."), Message("user", "three")]
    assert answers(tiny, states, longer)[1][0] >= len(SYSTEM.content)
    assert kept(states) == [file]


def test_a_prompt_that_begins_otherwise_is_read_as_it_is(tiny: Path, states: Path) -> None:
    prefix = PrefixStates(states, [tiny], "1").prefix([1, 2, 3])
    assert prefix.begins([1, 2, 3, 4])
    assert not prefix.begins([1, 2, 3])
    assert not prefix.begins([1, 2])
    assert not prefix.begins([1, 2, 4, 4])


def test_a_prefix_survives_the_growth_of_the_context(tiny: Path, states: Path) -> None:
    asked = asking("one"), asking("x" * 3000), asking("two")
    without, _ = answers(tiny, None, *asked)
    for _ in range(2):
        texts, cached = answers(tiny, states, *asked)
        assert texts == without
        assert min(cached[1:]) >= len(SYSTEM.content)


def test_a_hybrid_model_changes_between_instructions(tmp_path: Path, states: Path) -> None:
    path = tiny_gguf(tmp_path / "hybrid.gguf", shape={"architecture": "lfm2"})
    # Alike for more tokens than a snapshot is worth, and other after that.
    other = Message("system", SYSTEM.content[:80] + "Write one question that the sentence answers. " * 3)
    asked = [asking("one"), asking("two", other), asking("one"), asking("three", other), asking("three", other)]
    alone = [answers(path, None, messages)[0][0] for messages in asked]
    for _ in range(2):
        texts, cached = answers(path, states, *asked)
        assert texts == alone
        assert min(cached[2:]) >= len(SYSTEM.content)
    assert len(kept(states)) == 2
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert answers(path, blocked, *asked)[0] == alone


def test_a_hybrid_model_whose_states_are_not_kept_reads_the_prefix_once(tmp_path: Path) -> None:
    path = tiny_gguf(tmp_path / "hybrid.gguf", shape={"architecture": "lfm2"})
    (tmp_path / "states").write_text("in the way")
    _, cached = answers(path, tmp_path / "states", asking("one"), asking("two"))
    assert cached[0] == 0
    assert cached[1] >= len(SYSTEM.content)


def test_stop_in_the_middle_of_a_prefix(tiny: Path, states: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = Message("system", "s" * 1500)
    with Engine(tiny, threads=1, states=states) as engine:
        lib, evaluator = runtime(), engine.evaluator
        decode, set_callback = lib.llama_decode, lib.llama_set_abort_callback
        asking_to_stop, decoded, stop = [False], [0], threading.Event()

        def set_abort_callback(context: Any, callback: Any, data: Any) -> None:
            asking_to_stop[0] = callback is evaluator.abort_callback
            set_callback(context, callback, data)

        def decode_and_stop(context: Any, batch: Any) -> int:
            # llama.cpp asks there, in the middle of a batch, whether to go on.
            assert asking_to_stop[0]
            decoded[0] += 1
            stop.set()
            return int(decode(context, batch))

        monkeypatch.setattr(lib, "llama_set_abort_callback", set_abort_callback)
        monkeypatch.setattr(lib, "llama_decode", decode_and_stop)
        assert list(engine.stream(asking("one", system), stop=stop)) == []
        assert decoded[0] == 1
        monkeypatch.undo()
        assert kept(states) == []
        list(engine.stream(asking("one", system), max_tokens=1))
        assert len(kept(states)) == 1


def test_a_real_model_writes_the_same_with_and_without_the_state(real_model: Path, states: Path) -> None:
    system = Message("system", "Answer in one short sentence, using only the excerpt. Stay close to its wording. " * 2)
    asked = [
        asking(
            "The ferry to Gozo costs 4.65 euros and takes 25 minutes.\n\nQuestion: What does the ferry cost?", system
        ),
        # A line end in front merges with the template's own: such a prompt begins with other tokens.
        asking("\n\nThe lighthouse of Farø was built in 1871.\n\nQuestion: When was it built?", system),
    ]
    without, _ = answers(real_model, None, asked[0], tokens=24)
    merged, _ = answers(real_model, None, asked[1], tokens=24)
    assert "4.65" in without[0]
    assert "1871" in merged[0]
    first, cached = answers(real_model, states, *asked, tokens=24)
    assert cached[0] == 0
    second, cached = answers(real_model, states, *asked, tokens=24)
    with Engine(real_model, states=states) as engine:
        assert cached[0] >= engine.count_tokens(system.content)
        for messages, begins in zip(asked, (True, False), strict=True):
            prompt, prefix = engine.prompt(messages), engine.prefix(messages)
            assert prefix is not None
            assert prefix.begins(prompt) is begins
            list(engine.stream(messages, max_tokens=1))
            assert engine.evaluator.tokens_read == prompt
    assert first == second == [*without, *merged]


def test_a_real_model_goes_on_from_a_beginning(real_model: Path) -> None:
    messages = asking("The ferry to Gozo costs 4.65 euros and takes 25 minutes.\n\nQuestion: What does the ferry cost?")
    with Engine(real_model, threads=1) as engine:
        whole = "".join(engine.stream(messages, max_tokens=24))
        begin = " ".join(whole.split()[:3])
        assert whole == begin + " " + "".join(engine.stream(messages, max_tokens=24, begin=begin))
        reported = "".join(engine.stream(messages, max_tokens=24, begin=BEGIN))
    assert "4.65" in reported
    assert BEGIN not in reported
