"""One holder at a time; the others wait, are told so once, and are never held up by the dead."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from askv4.errors import DataFolderUnwritable, IndexLocked
from askv4.store.lock import index_lock

REPOSITORY = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from askv4.store.lock import index_lock
with index_lock(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its stdin ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(REPOSITORY), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_free_lock_is_taken_without_a_word(tmp_path: Path) -> None:
    lines: list[str] = []
    for _ in range(2):
        with index_lock(tmp_path / "index", lines.append):
            pass
    assert lines == []


def test_a_second_process_waits_and_says_so_once(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    lines: list[str] = []

    def let_go(line: str) -> None:
        lines.append(line)
        assert holder.stdin is not None
        holder.stdin.close()

    with index_lock(tmp_path, let_go):
        assert holder.wait(10) == 0
    assert len(lines) == 1
    assert "another askv4" in lines[0]


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    with index_lock(tmp_path, lambda _: holder.kill(), timeout_s=20):
        assert holder.wait(10) != 0


def test_patience_ends(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(IndexLocked, match="another askv4"), index_lock(tmp_path, timeout_s=0.2):
            pytest.fail("the lock was taken although another process holds it")
    finally:
        holder.kill()
        holder.wait()


def test_threads_exclude_each_other(tmp_path: Path) -> None:
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with index_lock(tmp_path):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="oops"), index_lock(tmp_path):
        raise ValueError("oops")
    with index_lock(tmp_path, timeout_s=0):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderUnwritable, match="file"), index_lock(tmp_path / "file" / "index"):
        pytest.fail("there is no folder to lock")
