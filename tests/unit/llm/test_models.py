"""The built-in list, the rule of `auto`, and names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.errors import ModelMissing, ModelUnsupported, UsageError
from askv4.llm.known import (
    KNOWN,
    gigabytes,
    known_model,
    licence_name,
    normalise,
    quantisation_of,
    recognise,
    recommended,
    suggestions,
)
from askv4.llm.models import LocalModel, choose, did_you_mean, fits, not_a_chat_file, resolve

GB = 10**9


def local(name: str, *, gb: float = 2, need: float | None = None, **fields) -> LocalModel:
    model = LocalModel(name, Path("/models") / f"{name.replace(':', '-')}.gguf", int(gb * GB), "models folder")
    memory = int((gb + 0.5 if need is None else need) * GB)
    return replace(model, memory=memory, has_chat_template=True, architecture="llama", **fields)


def known(name: str, **fields) -> LocalModel:
    entry = known_model(name)
    assert entry is not None
    return replace(local(name, gb=entry.bytes / GB), known=entry, **fields)


class TestTheList:
    def test_every_entry_is_whole(self):
        for entry in KNOWN:
            assert re.fullmatch(r"[0-9a-f]{64}", entry.sha256)
            assert entry.revision is None or re.fullmatch(r"[0-9a-f]{40}", entry.revision)
            assert entry.repo.count("/") == 1
            assert entry.file.endswith(".gguf")
            assert entry.quantisation != "unknown"
            assert 10**8 < entry.bytes < 30 * GB
            assert len(entry.licence) > 10
        assert len({entry.name for entry in KNOWN}) == len({entry.sha256 for entry in KNOWN}) == len(KNOWN)

    def test_each_size_of_machine_has_suggestions_that_leave_it_room(self):
        for size in (4, 8, 16, 32):
            offered = suggestions(size * GB)
            assert offered
            assert all(entry.bytes < size * GB * 0.75 and entry.verified for entry in offered)
        assert suggestions(4 * GB) != suggestions(8 * GB)
        assert suggestions(None) == suggestions(8 * GB)
        assert suggestions(GB) == suggestions(4 * GB)

    def test_the_measured_ones_come_first_and_are_what_is_recommended(self):
        assert [entry.name for entry in KNOWN if entry.measured] == [entry.name for entry in KNOWN[:2]]
        assert recommended(8 * GB) is recommended(3 * GB) is recommended(None) is KNOWN[0]
        assert recommended(3 * GB - 1) is recommended(0) is KNOWN[1]
        assert all(suggestions(size * GB)[0] is KNOWN[0] for size in (4, 8, 16, 32))
        assert choose([known(entry.name) for entry in reversed(KNOWN)], available=64 * GB).model == known(KNOWN[0].name)

    def test_the_parts_of_a_packaged_model_make_up_the_whole(self):
        packaged = [(entry, entry.packages) for entry in KNOWN if entry.packages is not None]
        assert packaged
        for entry, parts in packaged:
            assert 0 < entry.bytes - (parts.count - 1) * parts.part_bytes <= parts.part_bytes
            assert parts.requirement(parts.count) == f"{parts.prefix}{parts.count}=={parts.version}"

    def test_every_class_of_machine_is_served(self):
        assert {entry.machine for entry in KNOWN} == {4, 8, 16, 32}

    @pytest.mark.parametrize(
        "name", ["qwen3-0.6b", "Qwen3-0.6B", "qwen3:0.6b", "Qwen3-0.6B-Q8_0.gguf", "Qwen/Qwen3-0.6B-GGUF"]
    )
    def test_a_model_is_known_by_all_its_names(self, name):
        known = known_model(name)
        assert known is not None
        assert known.name == "qwen3-0.6b"

    def test_an_unknown_name_is_not_guessed(self):
        assert known_model("qwen3") is None
        assert known_model("") is None

    def test_a_file_is_recognised_by_checksum_else_by_name_and_size(self):
        entry = KNOWN[0]
        assert recognise("renamed.gguf", 1, entry.sha256) is entry
        assert recognise(entry.file, entry.bytes, None) is entry
        assert recognise(f"org_{entry.file}", entry.bytes, None) is entry
        assert recognise(entry.file, entry.bytes + 1, None) is None
        assert recognise(entry.file, entry.bytes, "0" * 64) is None


class TestAuto:
    def test_nothing_here(self):
        assert choose([]).model is None
        assert "no chat model is on this machine" in choose([]).because

    def test_the_chosen_one_wins_even_when_another_is_better(self):
        models = [known("qwen3-4b-instruct-2507"), local("mine")]
        chosen = choose(models, preferred="mine", available=64 * GB)
        assert chosen.model is models[1]
        assert "models use" in chosen.because

    def test_a_chosen_one_that_is_gone_is_said(self):
        chosen = choose([local("other")], preferred="gone")
        assert chosen.model is not None
        assert chosen.because.startswith("gone, chosen with `askv4 models use`, is not here any more; ")

    def test_the_best_of_the_list_that_fits(self):
        models = [
            known("qwen3-0.6b"),
            known("qwen3-4b-instruct-2507"),
            known("gemma-3-1b-it"),
            local("big-unknown", gb=6),
        ]
        assert choose(models, available=16 * GB).model is models[1]
        assert choose(models, available=int(1.5 * GB)).model is models[2]
        assert choose(models, available=int(1.2 * GB)).model is models[0]
        assert "1.2 GB" in choose(models, available=int(1.2 * GB)).because

    def test_one_that_does_not_fit_is_not_taken(self):
        chosen = choose([known("qwen3.6-35b-a3b")], available=8 * GB)
        assert chosen.model is None
        assert "no model here fits the memory" in chosen.because

    def test_gigantic_unknown_models_are_never_taken(self):
        assert choose([local("deepseek", gb=87)], available=512 * GB).model is None

    def test_without_a_figure_for_free_memory_only_small_ones_are_taken(self):
        assert choose([known("qwen3.6-35b-a3b")], available=None).model is None
        assert choose([known("qwen3-0.6b")], available=None).model is not None

    def test_of_unknown_ones_instruct_then_plain_then_large(self):
        base, small, hybrid = local("x-7b", gb=5), local("y-3b-instruct", gb=2), local("z-7b-instruct", gb=5)
        hybrid = replace(hybrid, architecture="qwen35")
        assert choose([base, hybrid, small], available=16 * GB).model is small
        assert choose([base, hybrid], available=16 * GB).model is hybrid

    def test_another_quantisation_of_a_listed_model_counts_as_listed(self):
        models = [local("Qwen3-4B-Instruct-2507-Q6_K", gb=3.3), known("qwen3-1.7b"), local("mistral-7b-instruct", gb=5)]
        assert choose(models, available=16 * GB).model is models[0]
        assert choose([local("qwen3:4b"), models[1]], available=16 * GB).model is not models[1]

    def test_what_cannot_chat_or_cannot_be_silent_is_left_out(self):
        models = [
            local("embedder", reason="it is an embedding model"),
            replace(local("base"), has_chat_template=False),
            replace(local("gpt-oss-20b", gb=7), architecture="gpt-oss"),
        ]
        assert choose(models, available=64 * GB).model is None
        assert choose(models, preferred="gpt-oss-20b").model is models[2]
        assert choose(models, preferred="embedder").model is None

    def test_the_order_of_the_files_makes_no_difference(self):
        models = [known(entry.name) for entry in KNOWN] + [local("a"), local("b")]
        expected = choose(models, available=16 * GB).model
        assert choose(models[::-1], available=16 * GB).model == expected

    @given(st.lists(st.sampled_from(KNOWN), unique=True), st.integers(0, 40 * GB))
    def test_it_takes_nothing_that_does_not_fit_and_something_when_anything_does(self, entries, available):
        models = [known(entry.name) for entry in entries]
        taken = choose(models, available=available).model
        assert taken is None or fits(taken, available)
        assert (taken is None) == (not any(fits(model, available) for model in models))


class TestNames:
    models = (
        local("qwen3-0.6b", aliases=("Qwen3-0.6B-Q8_0.gguf", "Qwen/Qwen3-0.6B-GGUF")),
        local("llama3.2:3b", aliases=()),
        local("Mistral-7B-Instruct-v0.3.Q4_K_M", aliases=("Mistral-7B-Instruct-v0.3.Q4_K_M.gguf",)),
        local("nomic", reason="it is an embedding model"),
    )

    @pytest.mark.parametrize(
        ("name", "index"),
        [
            ("qwen3-0.6b", 0), ("QWEN3-0.6B", 0), ("qwen3:0.6b", 0), ("Qwen3-0.6B-Q8_0.gguf", 0), ("qwen3-0.6b-q8_0", 0),
            ("Qwen/Qwen3-0.6B-GGUF", 0), ("llama3.2:3b", 1), ("llama3.2-3b", 1), ("mistral-7b-instruct-v0.3", 2),
        ],
    )  # fmt: skip
    def test_a_name_in_any_dress(self, name, index):
        assert resolve(name, self.models) is self.models[index]

    def test_a_known_one_that_is_not_here_is_offered(self):
        with pytest.raises(ModelMissing, match="gemma-3-1b-it is not on this machine") as raised:
            resolve("gemma-3-1b-it", self.models)
        assert "askv4 models pull gemma-3-1b-it" in raised.value.remedy

    def test_a_slip_of_the_pen(self):
        with pytest.raises(ModelMissing) as raised:
            resolve("lama3.2:3b", self.models)
        assert "did you mean llama3.2:3b?" in raised.value.remedy

    def test_nothing_like_it(self):
        with pytest.raises(ModelMissing) as raised:
            resolve("zzzzzz", self.models)
        assert "did you mean" not in raised.value.remedy
        assert "askv4 models" in raised.value.remedy

    def test_one_that_cannot_chat_says_why(self):
        with pytest.raises(ModelUnsupported, match="embedding model"):
            resolve("nomic", self.models)

    def test_several(self):
        models = (local("a-Q4_K_M"), local("a-Q8_0"))
        with pytest.raises(UsageError, match="may mean a-Q4_K_M, a-Q8_0"):
            resolve("a", models)

    def test_an_exact_name_beats_a_likeness(self):
        models = (local("qwen3-0.6b"), local("qwen3:0.6b"))
        assert resolve("qwen3:0.6b", models) is models[1]

    @pytest.mark.parametrize("name", ["", " ", "Q4_K_M", ".gguf"])
    def test_names_that_say_nothing_find_nothing(self, name):
        with pytest.raises(ModelMissing):
            resolve(name, (local("a-Q4_K_M"), local("b-Q4_K_M")))

    @given(st.text(max_size=40))
    def test_any_text_is_answered(self, name):
        assert (
            normalise(name) == normalise(normalise(name))
            or ":" in name
            or "/" in name
            or "\\" in name
            or name.strip() != name
        )
        did_you_mean(name, ["a", "b"])

    @pytest.mark.parametrize(
        ("file", "expected"),
        [
            ("x-Q4_K_M.gguf", "Q4_K_M"), ("x.Q8_0.gguf", "Q8_0"), ("x-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"), ("x-f16.gguf", "F16"),
            ("x-IQ2_XXS.gguf", "IQ2_XXS"), ("gpt-oss-20b-MXFP4.gguf", "MXFP4"), ("Qwen3-0.6B.gguf", None), ("bf16-x.gguf", "BF16"),
        ],
    )  # fmt: skip
    def test_quantisation(self, file, expected):
        assert quantisation_of(file) == expected

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            ("Qwen3-4B-Q4_K_M.gguf", None), ("a/b-it.gguf", None), ("x-00001-of-00001.gguf", None), ("Drafting-7B.gguf", None),
            ("x-00001-of-00003.gguf", None), ("x-00002-of-00003.gguf", "part 2 of 3"), ("mmproj-model-f16.gguf", "image encoder"), ("Qwen3-Embedding-0.6B-Q8_0.gguf", "embedding"),
            ("bge-reranker-v2-m3.gguf", "reranker"), ("x.gguf.part", "not finished"), ("x.gguf.incomplete", "not finished"), ("x.bin", "not a GGUF"),
            ("embeddinggemma-300M.gguf", "embedding"), ("nomic-embed-text-v1.5.gguf", "embedding"),
        ],
    )  # fmt: skip
    def test_files_that_are_no_chat_models(self, file, words):
        reason = not_a_chat_file(file)
        assert reason is None if words is None else words in (reason or "")

    def test_licences_are_spelled_out(self):
        assert licence_name("apache-2.0") == "Apache License 2.0"
        assert licence_name("My-Own-1") == "My-Own-1"
        assert licence_name(" ") is licence_name(None) is None

    def test_sizes_for_people(self):
        assert [gigabytes(n) for n in (12, 1500, 639446688, 22134528992)] == ["12 bytes", "1.5 kB", "639 MB", "22.1 GB"]
