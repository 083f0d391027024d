"""`askv4 models` as a user runs it: a program of its own, a home folder of its own, a hub on loopback."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from askv4.llm.known import known_model
from scripts.tools.make_tiny_gguf import Shape, write_tiny_gguf
from tests.fake_hub import COMMIT, FakeHub, fake_hub
from tests.functional.models_kit import Machine, on_a_terminal

REPO, FILE = "org/Tiny-Instruct-GGUF", "Tiny-Instruct-Q4_K_M.gguf"
CHUNK = 10 * 2**20
"""What huggingface_hub gathers before it writes."""


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path / "home")


@pytest.fixture
def hub(machine):
    with fake_hub() as running:
        machine.env["HF_ENDPOINT"] = running.address
        yield running


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> bytes:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


@pytest.fixture
def model_file(machine, tiny) -> Path:
    """A model that a user copied in by hand."""
    path = machine.models / "by-hand-it.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(tiny)
    return path


class TestList:
    def test_an_empty_machine_is_told_what_to_fetch(self, machine: Machine):
        done = machine.run()
        assert done.returncode == 0
        assert "Can be fetched with `askv4 models pull NAME`" in done.stdout
        assert str(machine.models) in done.stdout
        assert done.stderr == ""

    def test_programs_are_told_what_a_pull_would_take_and_what_is_configured(self, machine: Machine):
        told = json.loads(machine.run("--json").stdout)
        assert told["recommended"]["name"] in {"qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-0.5b-instruct"}
        assert told["recommended"]["bytes"] > 0
        assert (told["mode"], told["server"]) == ("auto", None)

    def test_a_file_copied_in_by_hand_is_listed_and_taken(self, machine: Machine, model_file: Path):
        shown = machine.json()
        (model,) = [model for model in shown["models"] if model["path"] == str(model_file)]
        assert (model["name"], model["quantisation"], model["context_length"], model["licence"]) == (
            "by-hand-it",
            "F32",
            8192,
            "Apache License 2.0",
        )
        assert model["fits"] is True
        assert model["managed"] is False
        assert shown["memory"]["free"] > 0
        done = machine.run()
        assert "by-hand-it" in done.stdout
        assert "because" in done.stdout
        assert "Apache License 2.0" in done.stdout

    def test_a_narrow_terminal_gets_lines_instead_of_columns(self, machine: Machine, model_file: Path):
        machine.env["COLUMNS"] = "40"
        done = machine.run()
        assert model_file.stem in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 40

    def test_what_is_no_chat_model_is_counted_and_with_v_explained(self, machine: Machine, model_file: Path):
        write_tiny_gguf(model_file.with_name("minilm.gguf"), shape=Shape(architecture="bert"))
        plain, verbose = machine.run(), machine.run("-v")
        assert "cannot be used as a chat model; -v says why" in plain.stdout
        assert "minilm: it is an embedding model" in verbose.stdout

    def test_a_path_given_as_model_is_shown_too(self, machine: Machine, tiny: bytes):
        path = machine.work / "elsewhere.gguf"
        path.write_bytes(tiny)
        shown = machine.json("--model", str(path))
        assert str(path) in [model["path"] for model in shown["models"]]
        assert shown["given"] == str(path)

    def test_a_name_cannot_write_on_the_terminal(self, machine: Machine, tiny: bytes):
        machine.models.mkdir(parents=True)
        (machine.models / "evil\x1b[31m.gguf").write_bytes(tiny)
        done = machine.run()
        assert "evil" in done.stdout
        assert "\x1b" not in done.stdout

    def test_nothing_heavy_is_imported(self, machine: Machine):
        code = (
            "import sys; from askv4.cli.main import main; main(['models']);"
            "print({'llama_cpp', 'huggingface_hub', 'chromadb', 'torch', 'onnxruntime'} & set(sys.modules), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=machine.work, env=machine.env, capture_output=True, text=True, check=True
        )
        assert done.stderr.strip() == "set()"


class TestPull:
    def test_pulled_checked_listed(self, machine: Machine, hub: FakeHub, tiny: bytes):
        hub.files[REPO, FILE] = tiny
        hub.licences[REPO] = "apache-2.0"
        done = machine.run("pull", REPO, "--yes")
        assert done.returncode == 0, done.stderr
        for words in (FILE, "kB", "Apache License 2.0", f"{hub.address}/{REPO}", COMMIT[:12]):
            assert words in done.stderr
        path = machine.models / REPO / FILE
        assert path.read_bytes() == tiny
        assert str(path) in done.stdout
        assert machine.listed() == ["Tiny-Instruct-Q4_K_M"]
        again = machine.json("pull", f"{REPO}/{FILE}", "--yes")
        assert again["fetched"] is False
        assert again["origin"]["revision"] == COMMIT

    def test_killed_and_started_again_it_goes_on_and_nothing_half_is_ever_listed(
        self, machine: Machine, hub: FakeHub, tiny: bytes
    ):
        data = tiny + bytes(range(256)) * ((2 * CHUNK - len(tiny)) // 256)
        hub.files[REPO, FILE] = data
        hub.stall_after = CHUNK + 100_000

        process = machine.start("pull", REPO, "--yes")
        assert hub.stalled.wait(30)
        part = self.wait_for_bytes(machine, CHUNK)
        process.kill()
        process.communicate()

        assert machine.listed() == []
        (unfinished,) = machine.json()["unfinished"]
        assert (unfinished["done"], unfinished["bytes"]) == (CHUNK, len(data))
        assert part.stat().st_size == CHUNK
        shown = " ".join(machine.run().stdout.split())
        assert "is half downloaded (10.5 MB of 21.0 MB); `askv4 models pull" in shown

        hub.stall_after = None
        hub.let_go.set()
        done = machine.run("pull", REPO, "--yes")
        assert done.returncode == 0, done.stderr
        assert set(hub.ranges()) == {f"bytes={CHUNK}-"}
        assert "going on at 10.5 MB of 21.0 MB" in done.stderr
        assert (machine.models / REPO / FILE).read_bytes() == data
        assert machine.listed() == ["Tiny-Instruct-Q4_K_M"]
        assert machine.json("verify")["verified"][0]["result"] == "intact"

    @pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child there")
    def test_an_interrupt_says_how_far_it_is(self, machine: Machine, hub: FakeHub, tiny: bytes):
        hub.files[REPO, FILE] = tiny + bytes(2 * CHUNK)
        hub.stall_after = CHUNK + 100_000
        process = machine.start("pull", REPO, "--yes")
        assert hub.stalled.wait(30)
        self.wait_for_bytes(machine, CHUNK)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "interrupted at 10.5 MB of 21.4 MB; the same command goes on from there" in err
        assert "Traceback" not in err

    @pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
    @pytest.mark.parametrize(("said", "status"), [("n", 2), ("y", 0)])
    def test_a_person_is_asked_and_sees_how_far_it_is(
        self, machine: Machine, hub: FakeHub, tiny: bytes, said: str, status: int
    ):
        hub.files[REPO, FILE] = tiny
        returned, screen = on_a_terminal(machine, said, "pull", REPO)
        assert returned == status, screen
        assert "Download it? [y/N]" in screen
        assert bool(re.search(r"[\d.]+/[\d.]+ kB", screen)) == (status == 0)
        assert machine.listed() == (["Tiny-Instruct-Q4_K_M"] if status == 0 else [])
        assert bool([path for _, path, _ in hub.requests if path.startswith("/content")]) == (status == 0)

    def test_a_token_is_shown_to_the_hub_and_not_to_where_it_redirects(
        self, machine: Machine, hub: FakeHub, tiny: bytes
    ):
        hub.files[REPO, FILE] = tiny
        machine.env["HF_TOKEN"] = "hf_secret"
        assert machine.run("pull", f"{REPO}/{FILE}", "--yes").returncode == 0
        assert hub.authorized
        assert not [path for path in hub.authorized if path.startswith("/content")]

    @staticmethod
    def wait_for_bytes(machine: Machine, count: int) -> Path:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for part in machine.models.glob(".incoming/*.part"):
                if part.stat().st_size >= count:
                    return part
            time.sleep(0.02)
        raise AssertionError("no bytes arrived")

    def test_spoilt_bytes_are_said_and_not_kept(self, machine: Machine, hub: FakeHub, tiny: bytes):
        hub.files[REPO, FILE] = tiny
        hub.declared_sha256 = "0" * 64
        done = machine.run("pull", f"{REPO}/{FILE}", "--yes")
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith(f"askv4: the bytes that came are not {FILE}")
        assert not list(machine.models.rglob("*.gguf*"))
        assert machine.json()["unfinished"] == []

    def test_nobody_to_ask_and_no_yes_means_no_connection(self, machine: Machine, hub: FakeHub):
        done = machine.run("pull", "qwen3-0.6b")
        assert done.returncode == 2
        assert "qwen3-0.6b (639 MB, Apache License 2.0)" in done.stderr
        assert "--yes" in done.stderr
        assert hub.requests == []

    def test_without_a_network_one_line_says_how_to_copy_by_hand(self, machine: Machine):
        done = machine.run("pull", "qwen3-0.6b", "--yes")
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "no connection to http://127.0.0.1:9" in line
        assert f"copy Qwen3-0.6B-Q8_0.gguf by hand into {machine.models}" in line

    def test_a_built_in_model_of_other_bytes_is_refused_where_its_commit_is_pinned(
        self, machine: Machine, hub: FakeHub, tiny: bytes
    ):
        known = known_model("qwen3-0.6b")
        assert known is not None
        hub.files[known.repo, known.file] = tiny
        done = machine.run("pull", "qwen3:0.6b", "--yes")
        assert done.returncode == 2
        assert "although its commit is pinned" in done.stderr
        assert not [path for _, path, _ in hub.requests if path.startswith("/content")]

    def test_gated_missing_and_mistyped_are_one_line_each(self, machine: Machine, hub: FakeHub, tiny: bytes):
        hub.files[REPO, FILE] = tiny
        hub.gated.add(REPO)
        for name, words in (
            (f"{REPO}/{FILE}", "gated"),
            ("org/none", "no repository"),
            ("quen3-0.6b", "did you mean qwen3-0.6b?"),
        ):
            done = machine.run("pull", name, "--yes")
            assert done.returncode == 2
            assert words in done.stderr
            assert len(done.stderr.splitlines()) == 1

    def test_bytes_that_another_tool_keeps_are_not_fetched_again(self, machine: Machine, hub: FakeHub, tiny: bytes):
        import hashlib

        hub.files[REPO, FILE] = tiny
        digest = hashlib.sha256(tiny).hexdigest()
        manifest = machine.home / "ollama/manifests/registry.ollama.ai/library/tiny/latest"
        manifest.parent.mkdir(parents=True)
        layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": len(tiny)}
        manifest.write_text(json.dumps({"layers": [layer]}))
        blob = machine.home / "ollama" / "blobs" / f"sha256-{digest}"
        blob.parent.mkdir()
        blob.write_bytes(tiny)
        shown = machine.json("pull", REPO, "--yes")
        assert (shown["fetched"], shown["source"], shown["path"]) == (False, "Ollama", str(blob))


class TestEncoder:
    REPO = "org/encoder"

    def offer(self, hub: FakeHub) -> None:
        """An encoder on the hub, as far as a download looks at it."""
        modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
        hub.licences[self.REPO] = "mit"
        hub.files[self.REPO, "modules.json"] = json.dumps(modules).encode()
        hub.files[self.REPO, "config.json"] = b'{"model_type": "bert"}'
        hub.files[self.REPO, "model.safetensors"] = bytes(range(256)) * 100

    def test_an_encoder_is_shown_agreed_to_and_fetched(self, machine: Machine, hub: FakeHub):
        self.offer(hub)
        machine.env["HF_HUB_DISABLE_XET"] = "1"  # the loopback hub speaks plain HTTP alone
        refused = machine.run("pull", "--encoder", self.REPO)
        assert refused.returncode == 2
        assert hub.requests == []
        done = machine.run("pull", "--encoder", self.REPO, "--yes")
        assert done.returncode == 0, done.stderr
        assert "org/encoder: weights of 25.6 kB, MIT License" in done.stderr
        folder = Path(done.stdout.splitlines()[0].removeprefix("org/encoder is in place: "))
        assert folder.is_relative_to(machine.home / "data")
        assert (folder / "model.safetensors").read_bytes() == hub.files[self.REPO, "model.safetensors"]

    def test_an_encoder_that_is_not_there(self, machine: Machine, hub: FakeHub):
        done = machine.run("pull", "--encoder", self.REPO, "--yes")
        assert done.returncode == 2
        assert done.stderr == f"askv4: {hub.address} has no repository org/encoder, or it is private; check its name\n"


class TestOneModel:
    def test_use_and_back_to_auto(self, machine: Machine, model_file: Path, tiny: bytes):
        write_tiny_gguf(model_file.with_name("second-it.gguf"), seed=3)
        for name in ("by-hand-it", "second-it"):
            assert machine.json("use", name)["model"] == name
            assert machine.json()["auto"]["model"] == name
        outside = machine.work / "outside.gguf"
        outside.write_bytes(tiny + b"\0" * 64)
        assert machine.json("use", str(outside))["model"] == "outside"
        assert machine.json("use", "auto")["chosen"] is None
        done = machine.run("use", "by-hant-it")
        assert done.returncode == 2
        assert "did you mean by-hand-it?" in done.stderr

    def test_info(self, machine: Machine, model_file: Path):
        done = machine.run("info", "by-hand-it")
        for words in (str(model_file), "8192 tokens", "llama", "needs about", "Apache License 2.0"):
            assert words in done.stdout
        away = machine.json("info", "gemma-3-1b-it")
        assert (away["here"], away["licence"]) == (False, "Gemma Terms of Use")
        assert "unverified" in machine.run("info", "granite-4.0-micro").stdout

    def test_info_on_what_cannot_chat(self, machine: Machine, model_file: Path):
        write_tiny_gguf(model_file.with_name("minilm.gguf"), shape=Shape(architecture="bert"))
        done = machine.run("info", "minilm")
        assert done.returncode == 0
        assert "cannot be used as a chat model: it is an embedding model" in done.stdout
        assert machine.run("use", "minilm").returncode == 2

    def test_a_damaged_file_is_found(self, machine: Machine, hub: FakeHub, tiny: bytes):
        hub.files[REPO, FILE] = tiny
        assert machine.run("pull", REPO, "--yes").returncode == 0
        path = machine.models / REPO / FILE
        path.write_bytes(tiny[:-4] + b"oops")
        done = machine.run("verify", "tiny-instruct")
        assert done.returncode == 2
        assert "damaged" in done.stdout
        assert "the bytes are not those that were recorded" in done.stderr

    def test_a_file_without_a_checksum_says_so(self, machine: Machine, model_file: Path):
        done = machine.run("verify", model_file.stem)
        assert done.returncode == 0
        assert "no checksum is recorded" in done.stdout

    def test_only_its_own_downloads_are_removed(self, machine: Machine, hub: FakeHub, model_file: Path, tiny: bytes):
        hub.files[REPO, FILE] = write_tiny_gguf(machine.work / "x.bin", seed=9).read_bytes()
        assert machine.run("pull", REPO, "--yes").returncode == 0
        assert machine.json("use", "tiny-instruct")["chosen"] == "Tiny-Instruct-Q4_K_M"

        refused = machine.run("remove", "by-hand-it", "--yes")
        assert refused.returncode == 2
        assert str(model_file) in refused.stderr
        assert model_file.read_bytes() == tiny

        unasked = machine.run("remove", "tiny-instruct")
        assert unasked.returncode == 2
        assert "--yes" in unasked.stderr
        done = machine.run("remove", "tiny-instruct", "--yes")
        assert done.returncode == 0, done.stderr
        assert "auto chooses again" in done.stdout
        assert machine.listed() == ["by-hand-it"]
        assert not (machine.models / "org").exists()

    def test_what_an_interrupted_download_left_can_be_removed(self, machine: Machine, tiny: bytes):
        from askv4.llm.modelstore import ModelStore, Record

        store = ModelStore(machine.home / "data")
        record = Record(f"{REPO}/{FILE}", REPO, FILE, COMMIT, len(tiny), "a" * 64, None, "2026-01-01")
        store.begin(record).write_bytes(tiny[:1000])
        assert machine.run("remove", "Tiny-Instruct-Q4_K_M", "--yes").returncode == 0
        assert store.unfinished() == []
