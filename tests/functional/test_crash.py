"""A sync that is killed at random moments, again and again, ends in the index that an undisturbed one makes.

The full measure, 20 kills of a sync of 200 documents, is `python scripts/crash_test.py`.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "crash_test.py"


@pytest.fixture(scope="module")
def crash_test() -> ModuleType:
    spec = importlib.util.spec_from_file_location("crash_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["crash_test"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is another thing on Windows")
def test_killed_syncs_lose_nothing(crash_test: ModuleType, tmp_path: Path) -> None:
    lines: list[str] = []
    kills, wrong = crash_test.torture(
        tmp_path, documents=40, rounds=6, seed=7, encoders=tmp_path / "encoders", say=lines.append
    )
    assert wrong == [], "\n".join(lines)
    assert kills.documents + kills.publishing >= 3, "the killer was too slow to show anything: " + "\n".join(lines)
