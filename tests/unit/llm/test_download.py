"""Downloads against a hub on loopback: resumed, checked, in place whole or not at all."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import DownloadError, UsageError
from askv4.llm import download
from askv4.llm.download import fetch
from askv4.llm.hub import (
    choose_file,
    declared,
    declared_known,
    declared_reference,
    listing,
    online,
    parse_reference,
)
from askv4.llm.known import KNOWN
from askv4.llm.modelstore import ModelStore
from tests.fake_hub import COMMIT, FakeHub, fake_hub

REPO, FILE = "org/Tiny-GGUF", "Tiny-Q4_K_M.gguf"
CHUNK = 10 * 2**20
"""What huggingface_hub gathers before it writes."""


@pytest.fixture
def hub(monkeypatch):
    with fake_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        yield running


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "data")


def content(size: int) -> bytes:
    """Bytes that differ everywhere, so that a piece put in the wrong place shows."""
    block = b"".join(number.to_bytes(4, "big") for number in range(2**18))
    return (block * (size // len(block) + 1))[:size]


def pull(store: ModelStore, said: list[str] | None = None, seen: list[tuple[int, int]] | None = None) -> Path:
    with online():
        remote = declared("tiny", REPO, FILE, None, "MIT License")
        return fetch(
            remote,
            store,
            progress=lambda done, total: (seen if seen is not None else []).append((done, total)),
            narrate=(said if said is not None else []).append,
        )


def test_a_file_is_fetched_checked_recorded_and_put_in_place(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(100_000)
    seen: list[tuple[int, int]] = []

    path = pull(store, seen=seen)

    assert path.read_bytes() == data
    assert path == store.folder / "org" / "Tiny-GGUF" / FILE
    record = store.record(path)
    assert record is not None
    assert (record.revision, record.bytes, record.sha256) == (COMMIT, len(data), hashlib.sha256(data).hexdigest())
    assert seen[-1] == (len(data), len(data))
    assert not store.incoming.exists()


def test_the_bytes_are_asked_for_at_the_commit_that_was_declared(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = content(1000)
    pull(store)
    asked = [(method, path) for method, path, _ in hub.requests if "resolve" in path]
    assert asked == [("HEAD", f"/{REPO}/resolve/main/{FILE}"), ("GET", f"/{REPO}/resolve/{COMMIT}/{FILE}")]


def test_a_connection_that_breaks_is_taken_up_where_it_stopped(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(2 * CHUNK + 5)
    hub.break_after = [CHUNK + 3]
    assert pull(store).read_bytes() == data
    assert hub.ranges()
    assert all(header.startswith(f"bytes={CHUNK}") for header in hub.ranges())


def test_an_earlier_part_is_gone_on_with(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(300_000)
    _leave_part(store, data, data[:200_000])
    said: list[str] = []
    assert pull(store, said).read_bytes() == data
    assert set(hub.ranges()) == {"bytes=200000-"}
    assert any("going on at 200" in line for line in said)


def test_a_whole_part_needs_no_download(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(300_000)
    _leave_part(store, data, data)
    assert pull(store).read_bytes() == data
    assert [method for method, path, _ in hub.requests if path.startswith("/content")] == []


def test_a_part_that_is_too_long_is_begun_anew(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(300_000)
    _leave_part(store, data, data + b"more")
    assert pull(store).read_bytes() == data


def test_a_hub_that_ignores_ranges_sends_all_of_it_again(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(300_000)
    hub.ignore_ranges = True
    _leave_part(store, data, data[:200_000])
    assert pull(store).read_bytes() == data


def test_wrong_bytes_are_noticed_said_and_deleted(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = content(300_000)
    hub.declared_sha256 = "0" * 64
    with pytest.raises(DownloadError, match=r"not Tiny-Q4_K_M\.gguf.*deleted"):
        pull(store)
    assert not list(store.folder.rglob("*"))


def test_a_part_spoilt_on_disk_is_noticed_and_the_next_pull_succeeds(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(300_000)
    _leave_part(store, data, bytes(200_000))
    with pytest.raises(DownloadError, match="deleted"):
        pull(store)
    assert pull(store).read_bytes() == data


def test_an_interrupt_keeps_what_came_and_names_it(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(2 * CHUNK)

    def interrupt(done: int, _total: int) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with online(), pytest.raises(KeyboardInterrupt):
        fetch(declared("tiny", REPO, FILE, None, None), store, progress=interrupt, narrate=lambda _: None)
    assert not list(store.folder.rglob("*.gguf"))
    # The count comes before the write, so the first piece may or may not be there.
    assert [item.record.name for item in store.unfinished()] == ["tiny"]
    assert pull(store).read_bytes() == data
    assert store.unfinished() == []


def test_too_little_disk_space_is_said_before_anything_is_fetched(hub: FakeHub, store: ModelStore, monkeypatch):
    hub.files[REPO, FILE] = content(300_000)
    monkeypatch.setattr(ModelStore, "free_space", lambda _self: 1000)
    with pytest.raises(DownloadError, match=r"needs 300(\.0)? kB more and 1\.0 kB are free"):
        pull(store)
    assert not [path for _, path, _ in hub.requests if path.startswith("/content")]


def test_two_pulls_of_the_same_file_do_not_write_into_each_other(hub: FakeHub, store: ModelStore):
    hub.files[REPO, FILE] = data = content(1000)
    store.incoming.mkdir(parents=True)
    digest = hashlib.sha256(data).hexdigest()
    store.part_for(digest).write_bytes(data[:10])
    with store.locked(digest), pytest.raises(DownloadError, match="another askv4 is fetching"):
        pull(store)
    assert pull(store).read_bytes() == data


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda hub: hub.gated.add(REPO), "gated"),
        (lambda hub: hub.files.clear(), "no repository"),
        (lambda hub: hub.files.update({(REPO, "other.gguf"): hub.files.pop((REPO, FILE))}), "no file Tiny-Q4_K_M.gguf"),
        (lambda hub: setattr(hub, "failing", 403), "HTTP 403"),
        (lambda hub: setattr(hub, "failing", 503), "HTTP 503"),
        (lambda hub: setattr(hub, "failing", 429), "HTTP 429"),
    ],
)  # fmt: skip
def test_what_the_hub_refuses_is_said_in_one_line(hub: FakeHub, store: ModelStore, spoil, words: str):
    hub.files[REPO, FILE] = content(1000)
    spoil(hub)
    with pytest.raises(DownloadError, match=words) as raised:
        pull(store)
    assert raised.value.remedy
    assert "\n" not in raised.value.line


def test_without_a_network_the_line_says_how_to_copy_by_hand(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with online(), pytest.raises(DownloadError, match=r"no connection to http://127\.0\.0\.1:9") as raised:
        declared("tiny", REPO, FILE, None, None, by_hand="copy it by hand")
    assert raised.value.remedy == "copy it by hand"


def test_offline_switches_are_lifted_for_the_pull_alone(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")
    with online():
        assert "1" not in {os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]}
        assert constants.HF_HUB_OFFLINE is False
        assert constants.HF_HUB_DISABLE_TELEMETRY is True
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"
    assert constants.HF_HUB_OFFLINE is True


def test_a_pinned_model_whose_bytes_changed_is_refused_an_unpinned_one_is_said(hub: FakeHub):
    pinned = next(known for known in KNOWN if known.revision)
    floating = next(known for known in KNOWN if not known.revision)
    for known in (pinned, floating):
        hub.files[known.repo, known.file] = content(1000)
    with online():
        with pytest.raises(DownloadError, match="although its commit is pinned"):
            declared_known(pinned)
        assert "replaced upstream" in (declared_known(floating).warning or "")


def test_a_known_model_that_agrees_has_no_warning_unless_unverified(hub: FakeHub):
    data = content(1000)
    sha256 = hashlib.sha256(data).hexdigest()
    good, unverified = (
        next(known for known in KNOWN if known.revision and known.verified == is_so) for is_so in (True, False)
    )
    with online():
        for known, warning in ((good, None), (unverified, "unverified")):
            hub.files[known.repo, known.file] = data
            remote = declared_known(replace(known, bytes=1000, sha256=sha256))
            assert remote.revision == known.revision
            assert remote.warning is None if warning is None else warning in (remote.warning or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("org/repo", ("org/repo", None, None, None)),
        ("org/repo/a/b.gguf", ("org/repo", "a/b.gguf", None, None)),
        ("org/repo:Q8_0", ("org/repo", None, None, "Q8_0")),
        ("org/repo@abc/x.gguf", ("org/repo", "x.gguf", "abc", None)),
        ("hf.co/org/repo:Q8_0", ("org/repo", None, None, "Q8_0")),
        ("https://huggingface.co/org/repo", ("org/repo", None, None, None)),
        ("https://huggingface.co/org/repo/resolve/main/x.gguf?download=true", ("org/repo", "x.gguf", None, None)),
        ("https://huggingface.co/org/repo/blob/abc/d/x.gguf", ("org/repo", "d/x.gguf", "abc", None)),
        ("https://huggingface.co/org/repo/tree/main", ("org/repo", None, None, None)),
    ],
)  # fmt: skip
def test_references_as_people_paste_them(text, expected):
    reference = parse_reference(text)
    assert reference is not None
    assert (reference.repo, reference.file, reference.revision, reference.quantisation) == expected


def test_no_reference():
    assert parse_reference("qwen3-0.6b") is None
    assert parse_reference("what is this") is None


def test_a_repository_offers_its_four_bit_file(hub: FakeHub):
    for name in ("M-Q8_0.gguf", "M-Q4_K_M.gguf", "mmproj-F16.gguf", "M-Q2-00001-of-00002.gguf", "README.md"):
        hub.files[REPO, name] = name.encode()
    hub.licences[REPO] = "apache-2.0"
    with online():
        listed = listing(parse_reference(REPO))
        assert [name for name, _ in listed.files] == ["M-Q4_K_M.gguf", "M-Q8_0.gguf"]
        assert listed.licence == "Apache License 2.0"
        assert choose_file(listed) == "M-Q4_K_M.gguf"
        assert choose_file(listed, "q8_0") == "M-Q8_0.gguf"
        remote = declared_reference(REPO)
        assert (remote.name, remote.revision) == (f"{REPO}/M-Q4_K_M.gguf", COMMIT)
        with pytest.raises(DownloadError, match=r"several files: M-Q4_K_M\.gguf \(13 bytes\)"):
            choose_file(listed, "Q6_K")
        with pytest.raises(UsageError, match="image encoder"):
            declared_reference(f"{REPO}/mmproj-F16.gguf")


def test_a_repository_without_a_chat_model_says_so(hub: FakeHub):
    hub.files[REPO, "model.safetensors"] = b"x"
    with online(), pytest.raises(DownloadError, match="no GGUF"):
        declared_reference(REPO)


@pytest.mark.parametrize("file", ["../../x.gguf", "/etc/x.gguf", ".hidden/x.gguf", "a:b.gguf", "a\\b.gguf"])
def test_no_file_name_leads_out_of_the_models_folder(store: ModelStore, file: str):
    with pytest.raises(UsageError):
        store.place_for(REPO, file)


def test_importing_the_module_imports_no_library():
    import subprocess
    import sys

    code = "import sys, askv4.llm.hub, askv4.llm.packages, askv4.llm.web_file, askv4.llm.local_file; print(sorted({'huggingface_hub','httpx2','filelock'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _leave_part(store: ModelStore, data: bytes, here: bytes) -> None:
    store.incoming.mkdir(parents=True)
    store.part_for(hashlib.sha256(data).hexdigest()).write_bytes(here)


def test_sha256_of_reads_in_pieces_and_reports(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(content(100_000))
    seen: list[tuple[int, int]] = []
    assert (
        download.sha256_of(path, lambda done, total: seen.append((done, total)))
        == hashlib.sha256(path.read_bytes()).hexdigest()
    )
    assert seen == [(100_000, 100_000)]
