"""`askv4 doctor --repair`: checks all that is kept byte by byte, and rebuilds what it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from askv4.answer.conversation.kept import ConversationStore
from askv4.cli.wording import counted
from askv4.config import ready_corpus, ready_data_dir
from askv4.errors import Askv4Error
from askv4.files import otherwise, sweep
from askv4.llm.modelstore import ModelStore
from askv4.neural.exports import ensure_export, export_folder
from askv4.neural.packaged import PACKAGED
from askv4.neural.reader import Reader
from askv4.neural.verifier import Verifier
from askv4.sync.repair import WHOLE, repair_index
from askv4.sync.syncing import SyncOptions
from askv4.workspace import Workspace

if TYPE_CHECKING:
    from askv4.cli.options import Invocation

_REMADE = "was damaged or missing: made anew"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    found: str
    ok: bool = True


def repairs(invocation: Invocation) -> Iterator[Finding]:
    """What is looked at, and what was found and done. What cannot be mended says why, and the rest goes on."""
    ready_corpus(invocation.settings)
    data_dir = ready_data_dir(invocation.settings)
    for what, work in _WORK.items():
        try:
            yield from work(invocation, data_dir)
        except (Askv4Error, OSError) as error:
            yield Finding(what, getattr(error, "line", str(error)), ok=False)


def _leftovers(_: Invocation, data_dir: Path) -> Iterator[Finding]:
    swept = sweep(data_dir / "encoders")
    yield Finding(
        "leftovers", f"{counted(len(swept), 'unfinished folder')} of killed runs removed" if swept else "none"
    )


def _encoder(invocation: Invocation, data_dir: Path) -> Iterator[Finding]:
    folder = export_folder(data_dir, PACKAGED)
    before = _written(folder)
    ensure_export(data_dir, PACKAGED, invocation.diagnostics.notice, thoroughly=True)
    yield Finding("encoder", WHOLE if _written(folder) == before else _REMADE)


def _cross_encoders(invocation: Invocation, data_dir: Path) -> Iterator[Finding]:
    """Their sums are taken each time they are loaded."""
    for what, kind in (("reader", Reader), ("verifier", Verifier)):
        before = {path: _written(path) for path in (data_dir / "encoders").glob(f"{what}-*")}
        kind(data_dir, invocation.diagnostics.notice).load()
        after = {path: _written(path) for path in (data_dir / "encoders").glob(f"{what}-*")}
        yield Finding(what, WHOLE if after == before else _REMADE)


def _written(folder: Path) -> int | None:
    """Which folder it is: one that is made anew has another number."""
    return folder.stat().st_ino if folder.exists() else None


def _index(invocation: Invocation, _: Path) -> Iterator[Finding]:
    with Workspace(invocation.settings, invocation.diagnostics) as workspace, invocation.diagnostics.sync_bar() as bar:
        options = SyncOptions(progress=bar, follow_links=invocation.settings.follow_links)
        for what, outcome in repair_index(workspace.index, options):
            yield Finding(what, outcome)


def _conversations(_: Invocation, data_dir: Path) -> Iterator[Finding]:
    aside = ConversationStore(data_dir).repair()
    outcome = WHOLE if aside is None else f"were damaged: what can be read is kept, the damaged file is {aside}"
    yield Finding("said", outcome)


def _models(_: Invocation, data_dir: Path) -> Iterator[Finding]:
    store = ModelStore(data_dir)
    for path in sorted(store.folder.rglob("*.gguf")):
        record = store.record(path)
        if record is not None and (wrong := otherwise(path, record.sha256, record.name)):
            yield Finding("chat model", f"{wrong}; `askv4 models pull {record.name}` fetches it again", ok=False)
    if store.choice_is_damaged():
        store.use(None)
        yield Finding("chat model", "the choice of a model could not be read: it is `auto` again")


_WORK: dict[str, Callable[[Invocation, Path], Iterator[Finding]]] = {
    "leftovers": _leftovers,
    "encoder": _encoder,
    "reader": _cross_encoders,
    "index": _index,
    "said": _conversations,
    "chat model": _models,
}
