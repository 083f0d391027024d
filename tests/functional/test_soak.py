"""Random things happen to a corpus, its index and the program; against a simple account of what must hold.

pytest tests/functional/test_soak.py                         a short run
ASKV4_SOAK_MINUTES=60 ASKV4_SOAK_SEED=7 pytest ...           as long as that, from that seed on
ASKV4_SOAK_REPORT=counts.json                                what happened, as JSON
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from askv4.neural.encoder import Encoder
from tests.soak_kit import COUNTS, DAMAGES, World, damage
from tests.tiny_model import tiny_gguf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills process groups, and limits the size of files")

MINUTES = float(os.environ.get("ASKV4_SOAK_MINUTES", "0"))
SEED = int(os.environ.get("ASKV4_SOAK_SEED", "0"))
STEPS = 12
NAMES = st.sampled_from(["a.txt", "b.txt", "c.md", "sub/d.txt", "sub/e.md"])


def machine(encoder: Encoder, encoder_dir: Path, model: Path | None) -> type[RuleBasedStateMachine]:
    """The machine over these parts."""

    class Soak(RuleBasedStateMachine):
        """What can happen."""

        def __init__(self) -> None:
            super().__init__()
            self.world = World(encoder, encoder_dir, model)

        def teardown(self) -> None:
            try:
                self.world.look()
            finally:
                self.world.close()

        def there(self) -> bool:
            return bool(self.world.facts)

        @rule(name=NAMES, sentences=st.sampled_from([1, 3, 40]))
        def write(self, name: str, sentences: int) -> None:
            self.world.write(name, sentences)

        @precondition(there)
        @rule(data=st.data())
        def remove(self, data: st.DataObject) -> None:
            self.world.remove(data.draw(st.sampled_from(sorted(self.world.facts))))

        @precondition(there)
        @rule(data=st.data(), other=NAMES)
        def rename(self, data: st.DataObject, other: str) -> None:
            name = data.draw(st.sampled_from(sorted(self.world.facts)))
            if name != other:
                self.world.rename(name, other)

        @rule()
        def rename_corpus(self) -> None:
            self.world.rename_corpus()

        @precondition(there)
        @rule(data=st.data(), seconds=st.sampled_from([-(10**9), -1, 1, 10**7]))
        def move_clock(self, data: st.DataObject, seconds: int) -> None:
            self.world.move_clock(data.draw(st.sampled_from(sorted(self.world.facts))), seconds)

        @rule(after_s=st.floats(0.2, 1.5))
        def kill(self, after_s: float) -> None:
            self.world.kill(after_s)

        @rule()
        def together(self) -> None:
            self.world.together()

        @rule(limit=st.sampled_from([0, 10_000, 50_000, 150_000]))
        def full_disk(self, limit: int) -> None:
            self.world.full_disk(limit)

        @rule()
        def ask(self) -> None:
            self.world.ask()

        @rule()
        def ask_while_syncing(self) -> None:
            self.world.ask_while_syncing()

        @rule()
        def switch_model(self) -> None:
            self.world.switch_model()

        @rule(kind=st.sampled_from(DAMAGES), number=st.integers(0, 10**6))
        def damage_model(self, kind: str, number: int) -> None:
            self.world.damage_model(kind, random.Random(number))

        @rule(kind=st.sampled_from(DAMAGES), number=st.integers(0, 10**6))
        def damage(self, kind: str, number: int) -> None:
            self.world.damage(kind, random.Random(number))

        @rule()
        def look(self) -> None:
            self.world.look()

    return Soak


def run(made: type[RuleBasedStateMachine], number: int, examples: int) -> None:
    """So many examples, of this seed."""
    made = seeded(number)(made)
    calm = settings(
        max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(made, settings=calm)  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def _report() -> Iterator[None]:
    yield
    if "ASKV4_SOAK_REPORT" in os.environ:
        Path(os.environ["ASKV4_SOAK_REPORT"]).write_text(json.dumps(dict(sorted(COUNTS.items())), indent=1), "utf-8")


@pytest.fixture(scope="module")
def chat_model(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A tiny chat model; none where llama.cpp or what writes the file is not installed."""
    if not all(importlib.util.find_spec(name) for name in ("gguf", "llama_cpp")):
        return None
    return tiny_gguf(tmp_path_factory.mktemp("chat-model") / "tiny.gguf")


@pytest.mark.timeout(600 + 60 * MINUTES)
def test_whatever_happens_the_index_is_what_the_folder_is(
    encoder: Encoder, encoder_dir: Path, chat_model: Path | None
) -> None:
    made = machine(encoder, encoder_dir, chat_model)
    end = time.monotonic() + 60 * MINUTES
    for number in itertools.count(SEED):
        run(made, number, 2)
        COUNTS["examples"] += 2
        if time.monotonic() >= end:
            return


@pytest.mark.parametrize("kind", DAMAGES)
def test_each_kind_of_damage_to_each_file_is_mended(kind: str, encoder: Encoder, encoder_dir: Path) -> None:
    world = World(encoder, encoder_dir)
    try:
        for name in ("a.txt", "b.md"):
            world.write(name, 3)
        world.ask()
        world.look()
        kept = [*(world.data / "indexes").rglob("*"), *world.data.glob("conversations*")]
        names = sorted({path.relative_to(world.data).name for path in kept if path.is_file() and path.name != "lock"})
        for name in names:
            for path in [one for one in world.data.rglob(name) if one.is_file() and "encoders" not in one.parts]:
                COUNTS[f"each: {kind}"] += 1
                damage(path, kind, random.Random(len(names)))
                world.repair()
                world.look()
    finally:
        world.close()
