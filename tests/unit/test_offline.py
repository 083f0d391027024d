from __future__ import annotations

import os

import pytest

from askv4.offline import go_offline, network_allowed


@pytest.fixture(autouse=True)
def _environment_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        monkeypatch.setenv(name, os.environ[name])
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


def test_going_offline_sets_every_switch_and_may_be_repeated() -> None:
    os.environ["HF_HUB_OFFLINE"] = "0"
    go_offline()
    go_offline()
    expected = {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "ORT_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    assert {name: os.environ.get(name) for name in expected} == expected


def test_a_download_lifts_the_switches_and_puts_them_back() -> None:
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    with network_allowed():
        assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "0"
    assert "HF_HUB_OFFLINE" not in os.environ
    assert os.environ["TRANSFORMERS_OFFLINE"] == "1"


def test_going_offline_waits_for_the_last_of_overlapping_downloads() -> None:
    first, second = network_allowed(), network_allowed()
    first.__enter__()
    second.__enter__()
    go_offline()
    first.__exit__(None, None, None)
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    second.__exit__(None, None, None)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
