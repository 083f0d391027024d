"""Models where people keep them: every tool's layout on every system, and what goes wrong on disks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from askv4.errors import ModelMissing, ModelUnsupported, UsageError
from askv4.llm import candidates as candidates_module
from askv4.llm import headers as headers_module
from askv4.llm.discover import discover, find_model, from_file
from askv4.llm.models import LocalModel
from askv4.llm.modelstore import ModelStore, Record
from askv4.llm.places import Machine, Place, places
from scripts.tools.make_tiny_gguf import Shape, write_tiny_gguf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")

Q4 = "Tiny-Instruct-Q4_K_M.gguf"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="session")
def other(tmp_path_factory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "other.gguf", seed=1)


@pytest.fixture
def home(tmp_path) -> Path:
    """A home folder with a checkout of askv4 in work/."""
    put_folder(tmp_path / "home" / "work").joinpath("pyproject.toml").write_text('[project]\nname = "askv4"\n')
    return tmp_path / "home"


def put(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def look(home: Path, platform: str = "linux", **environ: str) -> list[LocalModel]:
    """What is found on a machine whose home folder is `home`; askv4 is run in its work/."""
    # This machine's own models, in the checkout or Ollama's service folder, are none of the test's business.
    where = [
        place
        for place in places(Machine(home, environ, platform), home / "data", home / "work")
        if home in place.folder.parents
    ]
    return discover(home / "data", where=where)


def usable(models: list[LocalModel]) -> list[LocalModel]:
    return [model for model in models if model.usable]


def in_hub_cache(hub: Path, source: Path, repo: str, file: str, commit: str = "a" * 40) -> Path:
    """Store a file as huggingface_hub does; returns the snapshot's entry."""
    folder = hub / f"models--{repo.replace('/', '--')}"
    blob = put(source, folder / "blobs" / hashlib.sha256(source.read_bytes()).hexdigest())
    entry = folder / "snapshots" / commit / file
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.symlink_to(os.path.relpath(blob, entry.parent))
    return entry


def in_ollama(
    models: Path, source: Path | None, model: str, tag: str, *, licence: str = "", namespace: str = "library"
) -> None:
    """Store a file as Ollama does; without a source only its manifest."""
    content = source.read_bytes() if source else b"missing"
    layers = [("application/vnd.ollama.image.model", content), ("application/vnd.ollama.image.params", b"{}")]
    if licence:
        layers.append(("application/vnd.ollama.image.license", licence.encode()))
    rows = []
    for kind, data in layers:
        digest = hashlib.sha256(data).hexdigest()
        if data != b"missing":
            blob = models / "blobs" / f"sha256-{digest}"
            blob.parent.mkdir(parents=True, exist_ok=True)
            blob.write_bytes(data)
        rows.append({"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)})
    manifest = models / "manifests" / "registry.ollama.ai" / namespace / model / tag
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": rows}))


class TestWhatAFileSays:
    def test_the_header_is_read(self, home, tiny):
        put(tiny, home / "work" / "models" / Q4)
        (model,) = look(home)
        assert (model.name, model.source, model.usable) == ("Tiny-Instruct-Q4_K_M", "models folder", True)
        assert (model.architecture, model.context_length, model.licence) == ("llama", 8192, "Apache License 2.0")
        assert model.has_chat_template
        assert model.bytes == tiny.stat().st_size
        assert model.memory is not None
        assert model.memory > model.bytes
        assert not model.managed

    def test_a_base_model_has_no_template(self, home):
        write_tiny_gguf(put_folder(home / "work" / "models") / "base.gguf", template=None)
        (model,) = look(home)
        assert model.usable
        assert not model.has_chat_template

    def test_what_is_no_chat_model_says_why(self, home, tiny):
        folder = put_folder(home / "work" / "models")
        write_tiny_gguf(folder / "minilm.gguf", shape=Shape(architecture="bert"))
        put(tiny, folder / "mmproj-Tiny.gguf")
        put(tiny, folder / "big-00001-of-00002.gguf")
        put(tiny, folder / "half.gguf.part")
        (folder / "text.gguf").write_text("not a model")
        (folder / "cut.gguf").write_bytes(tiny.read_bytes()[:-5000])
        (folder / "notes.txt").write_text("nothing")
        reasons = {model.name: model.reason or "" for model in look(home)}
        assert len(reasons) == 6
        for name, words in {
            "minilm": "embedding", "mmproj-Tiny": "image encoder", "big": "big-00002-of-00002.gguf is missing", "half.gguf.part": "not finished",
            "text": "not a GGUF", "cut": "cut off",
        }.items():  # fmt: skip
            assert words in reasons[name], name

    def test_a_model_in_several_files_is_one(self, home):
        import numpy as np
        from gguf import GGUFWriter

        folder = put_folder(home / "work" / "models")
        writer = GGUFWriter(folder / "big.gguf", "llama", split_max_tensors=1)
        writer.add_context_length(64)
        for name in ("token_embd.weight", "output_norm.weight"):
            writer.add_tensor(name, np.zeros((4, 32), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        files = sorted(folder.iterdir())
        assert [file.name for file in files] == ["big-00001-of-00002.gguf", "big-00002-of-00002.gguf"]
        first, second = look(home)
        assert (first.name, first.usable, first.parts, first.bytes) == (
            "big",
            True,
            2,
            sum(file.stat().st_size for file in files),
        )
        assert second.reason == "it is part 2 of 2; the first part stands for the model"
        files[1].unlink()
        (alone,) = look(home)
        assert "big-00002-of-00002.gguf is missing" in (alone.reason or "")

    def test_a_reason_does_not_repeat_the_path(self, home):
        put_folder(home / "work" / "models").joinpath("text.gguf").write_text("not a model")
        (model,) = look(home)
        assert str(model.path) not in (model.reason or "")


class TestPlaces:
    @pytest.mark.parametrize(
        ("platform", "environ", "expected"),
        [
            ("linux", {}, {".cache/huggingface/hub", ".ollama/models", ".lmstudio/models", ".cache/llama.cpp", ".local/share/Jan/data/llamacpp/models", ".config/Jan/data/llamacpp/models"}),
            ("darwin", {}, {".cache/huggingface/hub", ".ollama/models", ".lmstudio/models", "Library/Caches/llama.cpp", "Library/Application Support/Jan/data/llamacpp/models"}),
            ("win32", {}, {".cache/huggingface/hub", ".ollama/models", ".lmstudio/models", "AppData/Local/llama.cpp", "AppData/Roaming/Jan/data/llamacpp/models"}),
            ("linux", {"XDG_CACHE_HOME": "~/xc", "XDG_DATA_HOME": "~/xd"}, {"xc/huggingface/hub", "xc/llama.cpp", "xd/Jan/data/llamacpp/models"}),
            ("linux", {"HF_HOME": "~/hf", "LLAMA_CACHE": "~/lc", "OLLAMA_MODELS": "~/om"}, {"hf/hub", "lc", "om"}),
            ("linux", {"HF_HOME": "~/hf", "HF_HUB_CACHE": "~/hub"}, {"hub"}),
            ("win32", {"LOCALAPPDATA": "~/la", "APPDATA": "~/ra"}, {"la/llama.cpp", "ra/Jan/data/llamacpp/models"}),
        ],
    )  # fmt: skip
    def test_each_system_and_variable(self, home, platform, environ, expected):
        folders = places(Machine(home, environ, platform), home / "data", home / "work")
        assert {home / path for path in expected} <= {place.folder for place in folders}

    @pytest.mark.parametrize(
        "project",
        [None, "", "name = 'askv4'", "[project]\nname = 'other'", "project = 'askv4'", "[project", "\xff", "a=" + "[" * 5000],
    )  # fmt: skip
    def test_the_models_of_somebody_s_folder_are_not_looked_at(self, home, tiny, project):
        put(tiny, home / "work" / "models" / "x.gguf")
        assert len(look(home)) == 1
        if project is None:
            (home / "work" / "pyproject.toml").unlink()
        else:
            (home / "work" / "pyproject.toml").write_text(project, encoding="latin-1")
        assert look(home) == []

    def test_askv4_s_own_folders_come_first(self, home):
        put_folder(home / "work" / "models")
        folders = places(Machine(home, {}, "linux"), home / "data", home / "work")
        assert [place.folder for place in folders[:2]] == [home / "data" / "models", home / "work" / "models"]

    def test_a_variable_replaces_the_default(self, home):
        folders = places(Machine(home, {"OLLAMA_MODELS": "/elsewhere"}, "linux"), home, home)
        assert [place.folder for place in folders if place.source == "Ollama"] == [Path("/elsewhere")]

    def test_lm_studio_s_home_moves(self, home):
        put_folder(home)
        (home / ".lmstudio-home-pointer").write_text(f"{home}/studio\n")
        put_folder(home / "studio").joinpath("settings.json").write_text(
            json.dumps({"downloadsFolder": f"{home}/big-disk"})
        )
        folders = [
            place.folder for place in places(Machine(home, {}, "linux"), home, home) if place.source == "LM Studio"
        ]
        assert folders == [home / "studio" / "models", home / "big-disk"]

    def test_lm_studio_s_older_home(self, home):
        put_folder(home / ".cache" / "lm-studio")
        folders = [
            place.folder for place in places(Machine(home, {}, "linux"), home, home) if place.source == "LM Studio"
        ]
        assert folders == [home / ".cache" / "lm-studio" / "models"]


class TestTools:
    def test_hugging_face_cache(self, home, tiny):
        entry = in_hub_cache(home / "hf" / "hub", tiny, "org/Tiny-GGUF", Q4)
        entry.parents[2].joinpath("blobs", "1234.incomplete").write_bytes(b"half")
        rows = look(home, HF_HOME=str(home / "hf"))
        (model,) = usable(rows)
        assert (model.name, model.path, model.source) == ("Tiny-Instruct-Q4_K_M", entry, "Hugging Face cache")
        assert model.sha256 == hashlib.sha256(tiny.read_bytes()).hexdigest()
        assert f"org/Tiny-GGUF/{Q4}" in model.aliases
        assert [row.reason for row in rows if not row.usable] == ["the download is not finished"]

    def test_the_same_blob_in_two_snapshots_is_one_model(self, home, tiny):
        for commit in ("a" * 40, "b" * 40):
            in_hub_cache(home / "hub", tiny, "org/Tiny-GGUF", Q4, commit)
        (model,) = look(home, HF_HUB_CACHE=str(home / "hub"))
        assert model.copies == ()

    def test_lm_studio(self, home, tiny):
        put(tiny, home / ".lmstudio" / "models" / "publisher" / "Tiny-GGUF" / Q4)
        (model,) = look(home)
        assert (model.source, model.aliases) == ("LM Studio", (Q4, "publisher/Tiny-GGUF"))

    def test_llama_cpp(self, home, tiny):
        put(tiny, home / "lc" / f"org_{Q4}")
        put(tiny, home / "lc" / f"org_{Q4}.json")
        put(tiny, home / "lc" / "org_Half.gguf.downloadInProgress")
        rows = look(home, LLAMA_CACHE=str(home / "lc"))
        assert [model.source for model in usable(rows)] == ["llama.cpp cache"]
        assert len(rows) == 2

    def test_jan_names_the_folder(self, home, tiny):
        put(tiny, home / ".local/share/Jan/data/llamacpp/models/tiny-it/model.gguf")
        (model,) = look(home)
        assert (model.name, model.source) == ("tiny-it", "Jan")

    def test_ollama(self, home, tiny, other):
        models = home / ".ollama" / "models"
        in_ollama(models, tiny, "tiny", "0.6b", licence="\n    Apache License\n  Version 2.0")
        in_ollama(models, other, "mine", "latest", namespace="me")
        in_ollama(models, None, "gone", "latest")
        put_folder(models / "manifests/registry.ollama.ai/library/spoilt").joinpath("latest").write_text("{")
        put_folder(models / "manifests/registry.ollama.ai/library/sly").joinpath("x").write_text(
            json.dumps(
                {
                    "layers": [
                        {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../../etc/passwd"}
                    ]
                }
            )
        )
        by_name = {model.name: model for model in look(home)}
        assert by_name["tiny:0.6b"].usable
        assert by_name["tiny:0.6b"].sha256 == hashlib.sha256(tiny.read_bytes()).hexdigest()
        assert by_name["tiny:0.6b"].licence == "Apache License 2.0"
        assert "me/mine" in by_name["me/mine:latest"].aliases
        assert "missing" in (by_name["gone:latest"].reason or "")
        assert "manifest cannot be read" in (by_name["spoilt:latest"].reason or "")
        assert "manifest cannot be read" in (by_name["sly:x"].reason or "")

    def test_ollama_s_licence_stands_in_for_a_silent_header(self, home, tmp_path):
        import numpy as np
        from gguf import GGUFWriter

        path = tmp_path / "silent.gguf"
        writer = GGUFWriter(path, "llama")
        writer.add_context_length(64)
        writer.add_tensor("token_embd.weight", np.zeros((4, 32), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        in_ollama(home / ".ollama" / "models", path, "silent", "latest", licence="MY LICENSE AGREEMENT")
        (model,) = look(home)
        assert model.licence == "MY LICENSE AGREEMENT"


class TestOneRowEach:
    def test_a_copy_and_a_link_are_named_under_the_first(self, home, tiny):
        own = put(tiny, home / "data" / "models" / Q4)
        copy = put(tiny, home / ".lmstudio" / "models" / "p" / "m" / Q4)
        link = home / "work" / "models" / "linked.gguf"
        put_folder(link.parent)
        link.symlink_to(own)
        (model,) = look(home)
        assert (model.path, model.source, model.copies) == (own, "askv4", (copy,))
        assert "linked" in model.aliases

    def test_files_of_one_size_that_differ_stay_two(self, home, tiny, other):
        assert tiny.stat().st_size == other.stat().st_size
        put(tiny, home / "work" / "models" / "a.gguf")
        put(other, home / "work" / "models" / "b.gguf")
        assert len(look(home)) == 2

    def test_two_of_one_name_get_two_names(self, home, tiny, other):
        put(tiny, home / "data" / "models" / "x.gguf")
        put(other, home / ".lmstudio" / "models" / "p" / "m" / "x.gguf")
        assert [model.name for model in look(home)] == ["lmstudio/x", "x"]

    def test_names_are_unique_whatever_lies_there(self, home):
        for number, place in enumerate(["a/x", "b/x", "a/y/x", "X"]):
            write_tiny_gguf(
                put_folder((home / "work" / "models" / place).parent) / f"{Path(place).name}.gguf", seed=number
            )
        names = [model.name.casefold() for model in look(home)]
        assert len(set(names)) == len(names) == 4


class TestTrouble:
    def test_no_folder_at_all(self, home):
        assert look(home) == []

    def test_a_link_that_leads_nowhere(self, home):
        put_folder(home / "work" / "models").joinpath("x.gguf").symlink_to(home / "gone.gguf")
        (model,) = look(home)
        assert model.reason == "the link leads nowhere"

    def test_a_folder_that_links_to_itself(self, home, tiny):
        folder = put_folder(home / "work" / "models")
        (folder / "again").symlink_to(folder)
        put(tiny, folder / "x.gguf")
        assert len(look(home)) == 1

    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
    def test_a_folder_that_may_not_be_listed(self, home, tiny):
        put(tiny, home / "work" / "models" / "x.gguf")
        locked = put_folder(home / "work" / "models" / "locked")
        locked.chmod(0)
        try:
            assert {model.reason for model in look(home)} == {None, "the folder cannot be listed: Permission denied"}
        finally:
            locked.chmod(0o700)

    def test_a_folder_that_raises_on_listing_is_a_row(self, home, monkeypatch):
        put_folder(home / "work" / "models")

        def refuse(_path):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(candidates_module.os, "scandir", refuse)
        (model,) = look(home)
        assert model.reason == "the folder cannot be listed: Permission denied"

    def test_hidden_and_deep_files_are_not_looked_at(self, home, tiny):
        put(tiny, home / "work" / "models" / ".hidden" / "x.gguf")
        put(tiny, home / "work" / "models" / "/".join("abcdefgh") / "x.gguf")
        assert look(home) == []

    def test_a_folder_full_of_something_else_is_left(self, home, tiny, monkeypatch):
        monkeypatch.setattr(candidates_module, "MOST_ENTRIES", 50)
        folder = put_folder(home / "work" / "models" / "pictures")
        for number in range(60):
            (folder / f"{number}.jpg").touch()
        put(tiny, home / "work" / "models" / "x.gguf")
        rows = look(home)
        assert [model.name for model in usable(rows)] == ["x"]
        assert any("the rest was not looked at" in (model.reason or "") for model in rows)

    def test_the_order_is_the_same_every_time(self, home, tiny, other):
        for name in ("B", "a", "C"):
            put(tiny if name == "a" else other, home / "work" / "models" / f"{name}.gguf")
        write_tiny_gguf(home / "work" / "models" / "D.gguf", seed=5)
        assert look(home) == look(home)
        assert [model.name for model in look(home)] == ["a", "B", "D"]


class TestHeadersAreRemembered:
    def test_a_file_is_read_once_until_it_changes(self, home, tiny, other, monkeypatch):
        path = put(tiny, home / "work" / "models" / "x.gguf")
        read: list[Path] = []
        true_read = headers_module.read_gguf
        monkeypatch.setattr(headers_module, "read_gguf", lambda path: read.append(path) or true_read(path))
        first, second = look(home), look(home)
        assert first == second
        assert read == [path]
        put(other, path)
        os.utime(path, ns=(1, 1))
        look(home)
        assert read == [path, path]

    @pytest.mark.parametrize(
        "content", ["", "[]", '{"format": 1, "headers": {"x": 5}}', '{"format": 1, "headers": []}']
    )
    def test_a_spoilt_memory_is_none(self, home, tiny, content):
        put(tiny, home / "work" / "models" / "x.gguf")
        put_folder(home / "data").joinpath("model-headers.json").write_text(content)
        assert len(usable(look(home))) == 1


class TestFinding:
    def test_a_path(self, home, tiny):
        choice = find_model(str(tiny), home / "data", cwd=home)
        assert choice.model is not None
        assert (choice.model.source, choice.model.path) == ("path", tiny)

    def test_paths_that_lead_nowhere(self, home, tmp_path):
        with pytest.raises(ModelMissing, match="does not exist"):
            find_model(str(tmp_path / "none.gguf"), home / "data", cwd=home)
        with pytest.raises(ModelMissing, match="is a folder"):
            from_file(tmp_path, home / "data")
        (tmp_path / "text.gguf").write_text("no")
        with pytest.raises(ModelUnsupported, match="not a GGUF"):
            find_model(str(tmp_path / "text.gguf"), home / "data", cwd=home)

    def test_auto_takes_a_chosen_file_wherever_it_lies(self, home, tiny, monkeypatch):
        monkeypatch.setenv("HOME", str(home))
        ModelStore(home / "data").use(str(tiny))
        choice = find_model(None, home / "data", cwd=home)
        assert choice.model is not None
        assert choice.model.path.samefile(tiny)

    def test_downloads_of_askv4_are_known_as_its_own(self, home, tiny):
        store = ModelStore(home / "data")
        digest = hashlib.sha256(tiny.read_bytes()).hexdigest()
        record = Record(
            "org/t/x.gguf", "org/t", "x.gguf", "c" * 40, tiny.stat().st_size, digest, "MIT License", "2026-01-01"
        )
        put(tiny, store.begin(record))
        assert look(home) == []
        assert [item.record for item in store.unfinished()] == [record]
        path = store.finish(record)
        (model,) = look(home)
        assert (model.path, model.managed, model.sha256) == (path, True, digest)
        store.remove(path)
        assert look(home) == []
        assert list((home / "data" / "models").iterdir()) == [store.incoming]

    def test_what_askv4_did_not_download_is_not_its_to_remove(self, home, tiny):
        store = ModelStore(home / "data")
        path = put(tiny, store.folder / "mine.gguf")
        with pytest.raises(UsageError, match="did not download"):
            store.remove(path)
        assert path.exists()

    def test_a_place_can_be_named(self, home, tiny):
        put(tiny, home / "x" / "a.gguf")
        assert [model.name for model in discover(home / "data", where=[Place("models folder", home / "x")])] == ["a"]


def put_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
