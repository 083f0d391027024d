"""One tiny checkout serves all tests of the set-up: each makes it stale or half made, and the next gets it back whole."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.scripts import tiny_checkout
from tests.unit.scripts.tiny_checkout import TinyCheckout


@pytest.fixture(scope="session")
def shared_checkout(tmp_path_factory: pytest.TempPathFactory) -> TinyCheckout:
    """A checkout that has been set up by asking a first question."""
    if int(importlib.metadata.version("pip").partition(".")[0]) < 26:
        pytest.skip("the pip of this Python is older than the one that constraints.txt pins")
    made = tiny_checkout.make(tmp_path_factory.mktemp("set_up"))
    first = made.run("a question", TINY_STATUS="1")
    assert first.returncode == 1, first.stderr
    assert first.stdout == f"answer ['a question'] {made.home}\n"
    assert "askv4: installing packages into .venv" in first.stderr
    return made


@pytest.fixture
def checkout(shared_checkout: TinyCheckout) -> Iterator[TinyCheckout]:
    """The checkout with everything in place, as the first question has left it."""
    saved = shared_checkout.root.parent / "saved"
    if not saved.exists():
        _copy(shared_checkout.root, saved)
    yield shared_checkout
    shutil.rmtree(shared_checkout.root)
    _copy(saved, shared_checkout.root)
    shutil.rmtree(shared_checkout.data.parent)
    (shared_checkout.data / "models").mkdir(parents=True)


def _copy(source: Path, target: Path) -> None:
    def link_or_copy(file: str, copy: str) -> None:
        # pip replaces what it has installed and never writes into it.
        (os.link if "site-packages" in file else shutil.copy2)(file, copy)

    shutil.copytree(source, target, symlinks=True, copy_function=link_or_copy)
