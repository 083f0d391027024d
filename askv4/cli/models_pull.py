"""`askv4 models pull`: what will be fetched is shown, agreed to, fetched, and said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from askv4.cli.models_common import DECLINED, agreed, overview
from askv4.cli.models_output import model_json
from askv4.cli.terminal import is_terminal
from askv4.config import ready_data_dir
from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm.discover import discover
from askv4.llm.download import fetch
from askv4.llm.hub import (
    declared_known,
    declared_quickly,
    declared_reference,
    described,
    hub_address,
    online,
    parse_reference,
)
from askv4.llm.known import KNOWN, gigabytes, known_model, recommended
from askv4.llm.local_file import declared_file
from askv4.llm.memory import free_memory
from askv4.llm.models import did_you_mean
from askv4.llm.modelstore import ModelStore
from askv4.llm.packages import declared_packages
from askv4.llm.web_file import declared_address, is_address, shown
from askv4.neural.encoder_download import download_encoder
from askv4.neural.model_folders import hub_name
from askv4.text.safe import safe_line

if TYPE_CHECKING:
    from askv4.cli.options import Invocation
    from askv4.llm.download import RemoteFile
    from askv4.llm.known import KnownModel
    from askv4.llm.models import LocalModel

HUB, PACKAGES = "hub", "packages"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command line asks for."""

    name: str | None
    """As it was typed."""
    known: KnownModel | None
    """Its entry on the built-in list; where nothing was named, the recommended one."""
    origin: str | None
    """hub, packages, a file or an address; None for the hub and then the packages."""

    @property
    def elsewhere(self) -> bool:
        """Whether the bytes are to come from a file or an address that was named."""
        return self.origin not in (None, HUB, PACKAGES)


def pull_model(invocation: Invocation, name: str | None, origin: str | None, *, yes: bool) -> int:
    """Fetch a chat model; returns the exit status."""
    wanted = _wanted(name, origin)
    _refuse_what_is_no_name(wanted)
    store = ModelStore(ready_data_dir(invocation.settings))
    if wanted.known is not None and (model := _known_here(invocation, wanted.known)) is not None:
        return _report(invocation, _origin_of(wanted.known, store, model), model, fetched=False)
    _refuse_without_a_person(wanted.name or "the model", wanted.known, origin, yes=yes)
    with online():
        remote = _declared(invocation, wanted, store)
        model = _already_here(invocation, remote, store)
        if model is not None:
            return _report(invocation, _origin(remote), model, fetched=False)
        _show(invocation, remote, store)
        if not agreed(invocation, "Copy it?" if _is_file(wanted) else "Download it?", yes=yes):
            return DECLINED
        remote = _fetch_from_any(invocation, wanted, remote, store)
    return _report(invocation, _origin(remote), _already_here(invocation, remote, store), fetched=True)


def _wanted(name: str | None, origin: str | None) -> Wanted:
    wanted = Wanted(name, known_model(name) if name is not None else None, origin)
    if name is None and not wanted.elsewhere:
        return Wanted(None, recommended(free_memory()), origin)
    return wanted


def _is_file(wanted: Wanted) -> bool:
    return wanted.elsewhere and not is_address(wanted.origin or "")


def pull_encoder(invocation: Invocation, name: str, *, yes: bool) -> int:
    """Fetch an encoder of sentences; returns the exit status."""
    repository, notice = hub_name(name), invocation.diagnostics.notice
    _refuse_without_a_person(repository, None, HUB, yes=yes)
    data_dir = ready_data_dir(invocation.settings)
    with online():
        description = described(
            repository, by_hand="check the connection, or copy the model's folder in and name it with its path"
        )
    weights = sum(size for file, size in description.files if file.endswith(".safetensors"))
    licence = description.licence or f"licence not declared: see {hub_address()}/{repository}"
    notice(f"{repository}: weights of {gigabytes(weights)}, {licence}")
    notice(f"from {hub_address()}/{repository} at {description.revision[:12]}")
    if not agreed(invocation, "Download it?", yes=yes):
        return DECLINED
    with invocation.diagnostics.transfer_bar() as bar:

        def narrate(text: str) -> None:
            bar.pause()
            notice(text)

        folder = download_encoder(name, data_dir, bar, revision=description.revision, narrate=narrate)
    if invocation.as_json:
        invocation.output.json({"encoder": repository, "path": str(folder), "revision": description.revision})
    else:
        invocation.output.plain(f"{repository} is in place: {folder}")
        invocation.output.plain(f'encoder = "{repository}" in the configuration, or ASKV4_ENCODER, uses it')
    return 0


def _refuse_what_is_no_name(wanted: Wanted) -> None:
    name = wanted.name
    if name is None or wanted.known is not None or wanted.elsewhere:
        return
    if Path(name).expanduser().is_file():
        raise UsageError(
            f"{name} is a file that is here already",
            f"`askv4 models use {name}` answers with it, `askv4 models pull --from {name}` copies it in",
        )
    if parse_reference(name) is None:
        near = did_you_mean(name, (entry.name for entry in KNOWN))
        remedy = f"did you mean {near}?" if near else "`askv4 models -v` lists the names; others are org/repo/file.gguf"
        raise UsageError(f"askv4 knows no model called {name}", remedy)
    if wanted.origin == PACKAGES:
        carried = " and ".join(entry.name for entry in KNOWN if entry.packages is not None)
        raise UsageError(f"no package carries {name}", f"packages carry {carried}")


def _refuse_without_a_person(name: str, known: KnownModel | None, origin: str | None, *, yes: bool) -> None:
    """Where nobody can be asked and nobody said --yes, nothing is connected to."""
    import sys

    if yes or (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return
    what = f"{known.name} ({gigabytes(known.bytes)}, {known.licence})" if known else name
    places = {None: hub_address(), HUB: hub_address(), PACKAGES: "the package index"}
    where = places.get(origin) or (shown(origin) if origin is not None and is_address(origin) else origin)
    raise UsageError(f"{what} would be fetched from {where}, and nobody can be asked", "add --yes to agree")


def _declared(invocation: Invocation, wanted: Wanted, store: ModelStore) -> RemoteFile:
    """What the source says; without one named, the hub, and where it does not answer the packages."""
    known = wanted.known
    if wanted.elsewhere:
        return _declared_elsewhere(invocation, wanted)
    if known is not None and known.packages is not None and wanted.origin is None:
        try:
            return declared_quickly(known)
        except SourceUnavailable as error:
            invocation.diagnostics.notice(f"{error}; taking the packages instead")
            return declared_packages(known)
    if known is not None and wanted.origin == PACKAGES:
        return declared_packages(known)
    file = known.file if known is not None else "the file"
    by_hand = f"check the connection, or copy {file} by hand into {store.folder} (models/README.md says how)"
    if known is not None:
        return declared_known(known, by_hand=by_hand)
    return declared_reference(wanted.name or "", by_hand=by_hand)


def _declared_elsewhere(invocation: Invocation, wanted: Wanted) -> RemoteFile:
    origin = wanted.origin or ""
    if is_address(origin):
        return declared_address(origin, wanted.known, wanted.name)
    with invocation.diagnostics.transfer_bar() as bar:
        return declared_file(Path(origin), wanted.known, wanted.name, bar)


def _known_here(invocation: Invocation, known: KnownModel) -> LocalModel | None:
    """The file of a model whose bytes cannot be others by now, if it is on this machine: then nobody need be asked."""
    if known.revision is None and known.packages is None:
        return None
    models = discover(invocation.settings.data_dir)
    return next((model for model in models if model.known is known and model.usable), None)


def _already_here(invocation: Invocation, remote: RemoteFile, store: ModelStore) -> LocalModel | None:
    """The very bytes, if they are on this machine: pulled before, or kept by another tool."""
    models = discover(invocation.settings.data_dir)
    if remote.sha256 is not None:
        return next((model for model in models if (model.sha256, model.bytes) == (remote.sha256, remote.bytes)), None)
    target = store.place_for(remote.repo, remote.file)
    record = store.record(target)
    if record is None or (record.source, record.revision, record.bytes) != (
        remote.source, remote.revision, remote.bytes
    ):  # fmt: skip
        return None
    return next((model for model in models if model.path == target), None)


def _show(invocation: Invocation, remote: RemoteFile, store: ModelStore) -> None:
    """What is about to be fetched."""
    notice = invocation.diagnostics.notice
    page = f": see {hub_address()}/{remote.repo}" if remote.source == HUB else ""
    licence = remote.licence or f"licence not declared{page}"
    notice(f"{remote.name}: {remote.file}, {gigabytes(remote.bytes)}, {licence}")
    notice(f"from {remote.where}" + (f", sha256 {remote.sha256[:12]}…" if remote.sha256 else ""))
    notice(f"to {store.folder}, where {gigabytes(store.free_space())} are free")
    if remote.warning:
        notice(remote.warning)


def _fetch_from_any(invocation: Invocation, wanted: Wanted, remote: RemoteFile, store: ModelStore) -> RemoteFile:
    """Fetch it; where no source was named and the hub breaks down on the way, from the packages. Returns what came."""
    try:
        _fetch(invocation, remote, store)
    except SourceUnavailable as error:
        if wanted.origin is not None or remote.source != HUB or wanted.known is None or wanted.known.packages is None:
            raise
        invocation.diagnostics.notice(f"{error}; taking the packages instead")
        remote = declared_packages(wanted.known)
        _fetch(invocation, remote, store)
    return remote


def _fetch(invocation: Invocation, remote: RemoteFile, store: ModelStore) -> None:
    with invocation.diagnostics.transfer_bar() as bar:

        def narrate(text: str) -> None:
            bar.pause()
            invocation.diagnostics.notice(text)

        try:
            fetch(remote, store, progress=bar, narrate=narrate)
        except KeyboardInterrupt:
            part = store.part_for(remote.key)
            done = part.stat().st_size if part.exists() else 0
            narrate(
                f"interrupted at {gigabytes(done)} of {gigabytes(remote.bytes)}; the same command goes on from there"
            )
            raise


def _origin(remote: RemoteFile) -> dict[str, str | None]:
    return {
        "repository": remote.repo,
        "file": remote.file,
        "revision": remote.revision or None,
        "source": remote.source,
    }


def _origin_of(known: KnownModel, store: ModelStore, model: LocalModel) -> dict[str, str | None]:
    record = store.record(model.path)
    source = record.source if record is not None else None
    return {"repository": known.repo, "file": known.file, "revision": known.revision, "source": source}


def _report(invocation: Invocation, origin: dict[str, str | None], model: LocalModel | None, *, fetched: bool) -> int:
    """Where it lies, and whether it will answer."""
    if model is None:
        raise DownloadError(
            f"{origin['file']} was put in place and is gone again", "look whether another program moves it"
        )
    shown = overview(invocation)
    if invocation.as_json:
        invocation.output.json({"fetched": fetched, **model_json(model, shown.free), "origin": origin})
        return 0
    lead = "is in place and checked" if fetched else f"is here already ({model.source})"
    lines = [f"{model.name} {lead}: {model.path}"]
    if model.reason is not None:
        lines.append(f"it cannot be used as a chat model: {model.reason}")
    elif shown.auto.model is not None and shown.auto.model.path == model.path:
        lines.append("auto takes it")
    else:
        lines.append(f"auto takes {_auto_name(shown.auto.model)}; `askv4 models use {model.name}` chooses this one")
    for line in lines:
        invocation.output.plain(safe_line(line))
    return 0


def _auto_name(model: LocalModel | None) -> str:
    return model.name if model is not None else "no model"
