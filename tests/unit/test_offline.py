from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

import pytest

from askv4.offline import REPORTS, go_offline, network_allowed


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


@pytest.mark.parametrize("package", REPORTS)
def test_what_reports_home_is_switched_off_by_what_it_reads(package: str) -> None:
    """Each switch stands in the very files of the package: a new version that reads another one is noticed here."""
    go_offline()
    files = [Path(str(file.locate())) for file in metadata.files(package) or ()]
    contents = [file.read_bytes().upper() for file in files if file.suffix in (".py", ".so", ".pyd", ".dylib")]
    for name in REPORTS[package]:
        assert os.environ[name].lower() in ("1", "true", "false")
        assert any(name.encode() in content for content in contents), f"{package} does not read {name}"


def test_no_installed_package_reports_home_without_being_named() -> None:
    """Found by what such packages are called and what senders of reports they need."""
    senders = {
        "posthog",
        "sentry-sdk",
        "opentelemetry-sdk",
        "segment-analytics-python",
        "scarf-analytics",
        "statsd",
        "mixpanel",
    }
    there = {str(one.metadata["Name"]).lower().replace("_", "-") for one in metadata.distributions()}
    assert there & senders <= set(REPORTS)
