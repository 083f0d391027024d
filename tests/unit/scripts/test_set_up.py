"""The set-up as its user meets it: scripts/askv4.py and scripts/test.py run in a tiny checkout, offline."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import time

import pytest

from scripts.setup import small_model
from tests.unit.scripts.tiny_checkout import TinyCheckout, make_wheel

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and process groups as POSIX has them")


def test_a_start_with_all_in_place_only_runs_the_program(checkout: TinyCheckout) -> None:
    before = checkout.log
    done = checkout.run("one", "--two", "", "three four")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"answer ['one', '--two', '', 'three four'] {checkout.home}\n"
    assert checkout.log == before


def test_exit_status_is_the_programs(checkout: TinyCheckout) -> None:
    assert checkout.run(TINY_STATUS="7").returncode == 7


def test_the_users_folder_does_not_shadow_modules(checkout: TinyCheckout) -> None:
    planted = checkout.home / "askv4.py"
    planted.write_text("raise SystemExit('the wrong askv4')", encoding="utf-8")
    assert checkout.run("q").stdout.startswith("answer")
    planted.unlink()


def test_changed_pins_are_installed_in_place(checkout: TinyCheckout) -> None:
    kept = checkout.root / ".venv" / "kept"
    kept.touch()
    checkout.change()
    done = checkout.run("q")
    assert "askv4: everything is in place" in done.stderr
    assert done.stdout.startswith("answer")
    assert kept.exists()
    assert checkout.run("q").stderr == ""


def test_what_an_interruption_left_is_made_anew(checkout: TinyCheckout) -> None:
    remains = checkout.root / ".venv" / "remains"
    remains.mkdir()
    (remains / "of").touch()
    (checkout.state / "run").unlink()
    (checkout.state / "busy").touch()
    done = checkout.run("q")
    assert "askv4: making .venv" in done.stderr
    assert done.stdout.startswith("answer")
    assert not remains.exists()
    assert not (checkout.state / "busy").exists()


@posix_only
def test_ctrl_c_ends_everything_and_the_next_run_knows(checkout: TinyCheckout) -> None:
    checkout.change()
    (checkout.state / "log.txt").unlink()
    running = checkout.start("q", TINY_SLEEP="60")
    _wait_for_build(checkout)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert out == ""
    assert err.endswith("askv4: the set-up was stopped; the next run goes on with it\n")
    assert "Traceback" not in err
    assert (checkout.state / "busy").exists()
    assert not _processes_of(checkout)


@posix_only
def test_kill_9_leaves_nothing_that_the_next_run_trusts(checkout: TinyCheckout) -> None:
    """What the killed set-up had started still runs; the next set-up waits for it, and then makes .venv anew."""
    checkout.change()
    (checkout.state / "log.txt").unlink()
    killed = checkout.start("q", TINY_SLEEP="3")
    _wait_for_build(checkout)
    killed.kill()
    killed.wait()
    done = checkout.run("q")
    assert "askv4: waiting for another set-up of this folder" in done.stderr
    assert "askv4: making .venv" in done.stderr
    assert done.stdout.startswith("answer")
    killed.communicate()


@posix_only
def test_two_at_once_install_once(checkout: TinyCheckout) -> None:
    checkout.change()
    (checkout.state / "log.txt").unlink()
    both = [checkout.start("q"), checkout.start("q")]
    results = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(out.startswith("answer") for out, _ in results)
    assert checkout.log.count("--editable") == 1


def test_a_missing_package_is_named(checkout: TinyCheckout) -> None:
    constraints = checkout.root / "constraints.txt"
    before = constraints.read_text(encoding="utf-8")
    constraints.write_text(before.replace("tiny-lib==1.0", "tiny-lib==1.1"), encoding="utf-8")
    done = checkout.run("q")
    assert done.returncode == 2
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert "No matching distribution found for tiny-lib==1.1" in last
    assert last.startswith("askv4: the set-up failed")
    assert str(checkout.state / "log.txt") in last


def test_a_file_with_another_sum_is_not_installed(checkout: TinyCheckout) -> None:
    """With hashes.txt pip takes the very files that it lists, from whatever index."""
    pins = (checkout.root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    sums = {wheel.name.partition("-")[0].replace("_", "-"): wheel for wheel in checkout.wheels.glob("*.whl")}
    lines = []
    for pin in pins:
        if "==" in pin:
            wheel = sums.get(pin.partition("==")[0])
            digest = hashlib.sha256(wheel.read_bytes() if wheel else b"").hexdigest()
            lines.append(f"{pin} \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{digest}\n")
    (checkout.root / "hashes.txt").write_text("# sums\n" + "".join(lines), encoding="utf-8")
    checkout.change()
    done = checkout.run("q")
    assert done.stdout.startswith("answer"), done.stderr
    assert "--hash" not in done.stderr
    shutil.rmtree(next((checkout.root / ".venv").rglob("tiny_lib-1.0.dist-info")))
    make_wheel(checkout.wheels, "tiny_lib", "1.0", "print('another file')")
    checkout.change()
    done = checkout.run("q")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "a package is not the file that hashes.txt has the sum of" in done.stderr.splitlines()[-1]
    make_wheel(checkout.wheels, "tiny_lib", "1.0", "")


def test_an_unreachable_index_is_said_to_be_one(checkout: TinyCheckout) -> None:
    constraints = checkout.root / "constraints.txt"
    before = constraints.read_text(encoding="utf-8")
    constraints.write_text(before.replace("tiny-lib==1.0", "tiny-lib==1.1"), encoding="utf-8")
    done = checkout.run("q", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1", PIP_NO_INDEX="")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("askv4: no package index can be reached")


def test_a_dependency_without_a_pin_is_named(checkout: TinyCheckout) -> None:
    pyproject = checkout.root / "pyproject.toml"
    before = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(before.replace('"tiny-lib"', '"tiny-lib", "Other.Thing>=2"'), encoding="utf-8")
    done = checkout.run("q")
    assert done.returncode == 2
    assert "asks for other-thing, which constraints.txt does not pin" in done.stderr
    assert "make_constraints" in done.stderr


def test_tests_run_from_the_root_with_their_arguments(checkout: TinyCheckout) -> None:
    (checkout.home / "tests").mkdir()
    done = checkout.run("-q", "tests::one", "-k", "word", script="test.py")
    assert done.stdout == f"tests ['-q', '{checkout.home / 'tests'}::one', '-k', 'word'] {checkout.root}\n", done.stderr
    assert "askv4: installing packages" in done.stderr
    assert "llama-cpp-python cannot be installed" in done.stderr
    assert checkout.run("--only-set-up", script="test.py").stdout == ""


def test_tests_fetch_their_model_into_the_cache_once(checkout: TinyCheckout) -> None:
    """What comes is not the right file here, and so is said not to be there, and not asked for again by itself."""
    done = checkout.run("-q", script="test.py")
    cache = checkout.home / ".cache" / "askv4"
    pull = f"models pull {small_model.NAME} --yes --json --data-dir {cache}"
    assert checkout.calls == [pull]
    assert f"askv4: fetching {small_model.NAME} (491 MB) into {cache}" in done.stderr
    assert "so the tests of the real model are skipped" in done.stderr
    assert done.stdout.startswith("tests ['-q']")
    assert small_model.NAME not in checkout.run("-q", script="test.py").stderr
    assert checkout.calls == [pull]
    assert checkout.run("--only-set-up", "modle", script="test.py").returncode == 2
    checkout.run("--only-set-up", "model", script="test.py")
    assert checkout.calls == [pull, pull]


def _wait_for_build(checkout: TinyCheckout) -> None:
    """Until a running set-up has come to the build backend."""
    deadline = time.monotonic() + 60
    while "--editable" not in checkout.log:
        assert time.monotonic() < deadline, checkout.log
        time.sleep(0.05)


def _processes_of(checkout: TinyCheckout) -> list[list[str]]:
    """What still runs in the checkout, by its command line."""
    psutil = pytest.importorskip("psutil")
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if any(str(checkout.root) in word for word in line)]
