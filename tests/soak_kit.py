"""A corpus that random things happen to, and a simple account of what must hold whatever happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from askv4.answer.conversation.kept import ConversationStore
from askv4.errors import IndexDamaged
from askv4.neural.encoder import Encoder
from askv4.sync.index import Index, open_index
from askv4.sync.repair import repair_index
from askv4.sync.syncing import SyncOptions
from tests.functional.conftest import user_environment

COUNTS: Counter[str] = Counter()
"""How often each thing happened, in this run of the tests."""
DAMAGES = ("emptied", "cut", "zeros", "flipped", "deleted", "garbage")
_LIMITED = (
    "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "limit = int(sys.argv.pop(1)); resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)); "
    "runpy.run_module('askv4', run_name='__main__', alter_sys=True)"
)
# Where all processors are busy, the threads of llama.cpp wait for each other: two minutes for one answer were seen.
_NO_MORE = {"timeout": 900, "capture_output": True, "text": True, "check": False}


class World:
    """A corpus folder with its data folder; `facts` is the account: name of a document -> the word that only it has now.

    `model` is a chat model's file, which questions are asked with while it is on.
    """

    def __init__(self, encoder: Encoder, encoder_dir: Path, model: Path | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="askv4-soak-"))
        self.corpus, self.data = self.home / "corpus", self.home / "data"
        self.corpus.mkdir()
        self.data.mkdir()
        (self.data / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
        self.encoder = encoder
        self.model = Path(shutil.copy(model, self.home / "model.gguf")) if model else None
        self.model_on = False
        self.facts: dict[str, str] = {}
        self.gone: list[str] = []
        self._words = 0
        self._environment = user_environment(self.home / "user") | {"ASKV4_DATA_DIR": str(self.data)}

    def close(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    # What happens to documents

    def write(self, name: str, sentences: int) -> None:
        """A new document, or a new text of one."""
        COUNTS["changed" if name in self.facts else "added"] += 1
        self.forget(name)
        self._words += 1
        word = f"zq{self._words}xv"
        text = " ".join(f"The {word} gate number {number} has the code {4711 + number}." for number in range(sentences))
        path = self.corpus / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.facts[name] = word

    def remove(self, name: str) -> None:
        COUNTS["removed"] += 1
        self.forget(name)
        (self.corpus / name).unlink()

    def rename(self, name: str, other: str) -> None:
        COUNTS["renamed"] += 1
        (self.corpus / other).parent.mkdir(exist_ok=True)
        (self.corpus / name).rename(self.corpus / other)
        self.forget(other)
        self.facts[other] = self.facts.pop(name)

    def rename_corpus(self) -> None:
        COUNTS["corpus renamed"] += 1
        self.corpus = self.corpus.rename(self.home / f"corpus{self._words}-{len(self.gone)}-{COUNTS['corpus renamed']}")

    def move_clock(self, name: str, seconds: int) -> None:
        """The file says that it was written at another time."""
        COUNTS["clock"] += 1
        moment = time.time() + seconds
        os.utime(self.corpus / name, (moment, moment))

    def forget(self, name: str) -> None:
        if name in self.facts:
            self.gone.append(self.facts.pop(name))

    # What happens to the program

    def _command(self, *args: str) -> list[str]:
        return [*args, "--corpus", str(self.corpus)]

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "askv4", *self._command(*args)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, env=self._environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def kill(self, after_s: float) -> None:
        """A sync, and its children, are killed."""
        COUNTS["killed"] += 1
        child = self.start("sync")
        time.sleep(after_s)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def together(self) -> None:
        """Two processes at once."""
        COUNTS["two at once"] += 1
        statuses = [child.wait(timeout=900) for child in [self.start("sync", "--prune"), self.start("sync", "--prune")]]
        assert statuses == [0, 0]

    def full_disk(self, limit: int) -> None:
        """No file can grow beyond a limit."""
        COUNTS["full disk"] += 1
        command = [sys.executable, "-c", _LIMITED, str(limit), *self._command("sync", "--prune")]
        done = subprocess.run(command, env=self._environment, stdin=subprocess.DEVNULL, **_NO_MORE)  # type: ignore[call-overload]
        assert done.returncode in (0, 2), done
        assert "Traceback" not in done.stderr

    def switch_model(self) -> None:
        """The chat model is switched on or off."""
        self.model_on = self.model is not None and not self.model_on
        COUNTS["model on" if self.model_on else "model off"] += 1

    def ask_while_syncing(self) -> None:
        """One process asks while another brings the index in step."""
        COUNTS["asked while syncing"] += 1
        other = self.start("sync", "--prune")
        try:
            self.ask()
        finally:
            assert other.wait(timeout=900) == 0

    def ask(self) -> None:
        """One question, by the program: whatever it says, its quotations stand in the files."""
        mode = ("llm", "--model", str(self.model)) if self.model_on else ("extractive",)
        COUNTS[f"asked: {mode[0]}"] += 1
        names = sorted(self.facts)
        word = self.facts[names[len(self.gone) % len(names)]] if names else "zq0xv"
        command = [
            sys.executable,
            "-m",
            "askv4",
            *self._command("ask", "--json", "--mode", *mode, f"what code has the {word} gate?"),
        ]
        done = subprocess.run(command, env=self._environment, stdin=subprocess.DEVNULL, **_NO_MORE)  # type: ignore[call-overload]
        assert done.returncode in (0, 1, 2), done
        assert "Traceback" not in done.stderr, done.stderr
        assert "unexpected" not in done.stderr, done.stderr
        if done.returncode == 2:
            assert done.stderr
            return
        for citation in json.loads(done.stdout)["citations"]:
            text = (self.corpus / citation["document"]).read_text(encoding="utf-8")
            assert text[citation["start"] : citation["end"]] == citation["quote"]

    def damage(self, kind: str, chance: random.Random) -> None:
        """Something happens to a file of the data folder; it is asked and repaired, and then all holds again."""
        files = sorted(
            path for path in [*(self.data / "indexes").rglob("*"), *self.data.glob("conversations*")]
            if path.is_file() and path.name != "lock"
        )  # fmt: skip
        if not files:
            return
        path = chance.choice(files)
        COUNTS[f"damaged: {path.suffix or path.name}, {kind}"] += 1
        damage(path, kind, chance)
        self.ask()
        self.repair()

    def damage_model(self, kind: str, chance: random.Random) -> None:
        """Something happens to the chat model's file while it is on; then the file is put back."""
        if self.model is None or not self.model_on:
            return
        COUNTS[f"damaged: model, {kind}"] += 1
        whole = self.model.read_bytes()
        damage(self.model, kind, chance)
        self.ask()
        self.model.write_bytes(whole)

    def repair(self) -> None:
        """What `askv4 doctor --repair` does with index and conversations."""
        with self.index() as index:
            list(repair_index(index, SyncOptions(allow_empty=True, prune=True)))
        ConversationStore(self.data).repair()

    # What must hold

    def index(self) -> Index:
        return open_index(self.data, self.corpus, self.encoder)

    def look(self) -> None:
        """After a sync documents, texts, words and vectors are those of the account."""
        COUNTS["looked"] += 1
        with self.index() as index:
            try:
                index.sync(SyncOptions(allow_empty=True, prune=True))
                self._compare(index)
            except IndexDamaged:  # met while it was read: the next start has healed it
                COUNTS["healed"] += 1
                index.catalog.reopen()
                index.sync(SyncOptions(allow_empty=True, prune=True))
                self._compare(index)

    def _compare(self, index: Index) -> None:
        catalog = index.catalog
        assert {one.document for one in catalog.documents()} == set(self.facts)
        for name, word in self.facts.items():
            assert catalog.text(name) == (self.corpus / name).read_text(encoding="utf-8")
            matched = catalog.passages(id_ for id_, _ in catalog.match(word, 50))
            assert {passage.document.document for passage in matched.values()} == {name}
            assert all(passage.text == catalog.text(name)[passage.start : passage.end] for passage in matched.values())
        assert not any(catalog.match(word, 5) for word in self.gone[-5:])
        assert index.vectors.keys() == catalog.keys()
        if self.facts:
            nearest = index.vectors.query(self.encoder.encode_queries(["the code of a gate"])[0], 3)
            assert {key for key, _ in nearest} <= catalog.keys()


def damage(path: Path, kind: str, chance: random.Random) -> None:
    """One kind of damage to one file."""
    content = bytearray(path.read_bytes())
    if kind == "deleted":
        path.unlink()
        return
    if kind == "flipped":
        for _ in range(min(20, len(content))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    else:
        content = {
            "emptied": bytearray(),
            "cut": content[: len(content) // 2],
            "zeros": bytearray(len(content)),
            "garbage": bytearray(chance.randbytes(len(content))),
        }[kind]
    path.write_bytes(content)
