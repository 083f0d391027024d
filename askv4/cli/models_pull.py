"""`askv4 models pull`: what will be fetched is shown, agreed to, fetched, and said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from askv4.errors import UsageError

if TYPE_CHECKING:
    from askv4.cli.options import Invocation
    from askv4.llm.download import RemoteFile
    from askv4.llm.known import KnownModel
    from askv4.llm.models import LocalModel
    from askv4.llm.modelstore import ModelStore


def pull_model(invocation: Invocation, name: str, *, yes: bool) -> int:
    """Fetch a chat model; returns the exit status."""
    from askv4.cli.models import DECLINED, agreed
    from askv4.config import ready_data_dir
    from askv4.llm.download import online
    from askv4.llm.known import known_model
    from askv4.llm.modelstore import ModelStore

    known = known_model(name)
    _refuse_what_is_no_name(name, known)
    _refuse_without_a_person(name, known, yes=yes)
    store = ModelStore(ready_data_dir(invocation.settings))
    with online():
        remote = _declared(name, known, store)
        model = _already_here(invocation, remote)
        if model is not None:
            return _report(invocation, remote, model, fetched=False)
        _show(invocation, remote, store)
        if not agreed(invocation, "Download it?", yes=yes):
            return DECLINED
        _fetch(invocation, remote, store)
    return _report(invocation, remote, _already_here(invocation, remote), fetched=True)


def pull_encoder(invocation: Invocation, name: str, *, yes: bool) -> int:
    """Fetch an encoder of sentences; returns the exit status."""
    from askv4.cli.models import DECLINED, agreed
    from askv4.config import ready_data_dir
    from askv4.index.encoder_download import download_encoder
    from askv4.index.model_folders import hub_name
    from askv4.llm.download import hub_address, online
    from askv4.llm.hub import described
    from askv4.llm.known import gigabytes

    repository, notice = hub_name(name), invocation.diagnostics.notice
    _refuse_without_a_person(repository, None, yes=yes)
    data_dir = ready_data_dir(invocation.settings)
    with online():
        found = described(
            repository, by_hand="check the connection, or copy the model's folder in and name it with its path"
        )
    weights = sum(size for file, size in found.files if file.endswith(".safetensors"))
    licence = found.licence or f"licence not declared: see {hub_address()}/{repository}"
    notice(f"{repository}: weights of {gigabytes(weights)}, {licence}")
    notice(f"from {hub_address()}/{repository} at {found.revision[:12]}")
    if not agreed(invocation, "Download it?", yes=yes):
        return DECLINED
    with invocation.diagnostics.transfer_bar() as bar:

        def narrate(text: str) -> None:
            bar.pause()
            notice(text)

        folder = download_encoder(name, data_dir, bar, revision=found.revision, narrate=narrate)
    if invocation.as_json:
        invocation.output.json({"encoder": repository, "path": str(folder), "revision": found.revision})
    else:
        invocation.output.plain(f"{repository} is in place: {folder}")
        invocation.output.plain(f'encoder = "{repository}" in the configuration, or ASKV4_ENCODER, uses it')
    return 0


def _refuse_what_is_no_name(name: str, known: KnownModel | None) -> None:
    from askv4.llm.hub import parse_reference
    from askv4.llm.known import KNOWN
    from askv4.llm.models import did_you_mean

    if known is not None:
        return
    if Path(name).expanduser().is_file():
        raise UsageError(f"{name} is a file that is here already", f"`askv4 models use {name}` answers with it")
    if parse_reference(name) is None:
        near = did_you_mean(name, (entry.name for entry in KNOWN))
        remedy = f"did you mean {near}?" if near else "`askv4 models -v` lists the names; others are org/repo/file.gguf"
        raise UsageError(f"askv4 knows no model called {name}", remedy)


def _refuse_without_a_person(name: str, known: KnownModel | None, *, yes: bool) -> None:
    """Where nobody can be asked and nobody said --yes, nothing is connected to."""
    import sys

    from askv4.cli.terminal import is_terminal
    from askv4.llm.download import hub_address
    from askv4.llm.known import gigabytes

    if yes or (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return
    what = f"{known.name} ({gigabytes(known.bytes)}, {known.licence})" if known else name
    raise UsageError(f"{what} would be downloaded from {hub_address()}, and nobody can be asked", "add --yes to agree")


def _declared(name: str, known: KnownModel | None, store: ModelStore) -> RemoteFile:
    from askv4.llm.download import declared_known
    from askv4.llm.hub import declared_reference

    file = known.file if known is not None else "the file"
    by_hand = f"check the connection, or copy {file} by hand into {store.folder} (models/README.md says how)"
    if known is not None:
        return declared_known(known, by_hand=by_hand)
    return declared_reference(name, by_hand=by_hand)


def _already_here(invocation: Invocation, remote: RemoteFile) -> LocalModel | None:
    """The very bytes, if they are on this machine: pulled before, or kept by another tool."""
    from askv4.llm.discover import discover

    found = discover(invocation.settings.data_dir)
    return next((model for model in found if model.sha256 == remote.sha256 and model.bytes == remote.bytes), None)


def _show(invocation: Invocation, remote: RemoteFile, store: ModelStore) -> None:
    """What is about to be fetched."""
    from askv4.llm.download import hub_address
    from askv4.llm.known import gigabytes

    notice = invocation.diagnostics.notice
    licence = remote.licence or f"licence not declared: see {hub_address()}/{remote.repo}"
    notice(f"{remote.name}: {remote.file}, {gigabytes(remote.bytes)}, {licence}")
    notice(f"from {hub_address()}/{remote.repo} at {remote.revision[:12]}, sha256 {remote.sha256[:12]}…")
    notice(f"to {store.folder}, where {gigabytes(store.free_space())} are free")
    if remote.warning:
        notice(remote.warning)


def _fetch(invocation: Invocation, remote: RemoteFile, store: ModelStore) -> None:
    from askv4.llm.download import fetch
    from askv4.llm.known import gigabytes

    with invocation.diagnostics.transfer_bar() as bar:

        def narrate(text: str) -> None:
            bar.pause()
            invocation.diagnostics.notice(text)

        try:
            fetch(remote, store, progress=bar, narrate=narrate)
        except KeyboardInterrupt:
            part = store.part_for(remote.sha256)
            done = part.stat().st_size if part.exists() else 0
            narrate(
                f"interrupted at {gigabytes(done)} of {gigabytes(remote.bytes)}; the same command goes on from there"
            )
            raise


def _report(invocation: Invocation, remote: RemoteFile, model: LocalModel | None, *, fetched: bool) -> int:
    """Where it lies, and whether it will answer."""
    from askv4.cli.models import overview
    from askv4.cli.models_output import model_json
    from askv4.errors import DownloadError
    from askv4.text.safe import safe_line

    if model is None:
        raise DownloadError(
            f"{remote.file} was put in place and is gone again", "look whether another program moves it"
        )
    shown = overview(invocation)
    if invocation.as_json:
        origin = {"repository": remote.repo, "file": remote.file, "revision": remote.revision}
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
