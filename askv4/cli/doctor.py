"""`askv4 doctor`: what is here, what works, and what leaves the machine."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from askv4.cli.compose import open_workspace
from askv4.cli.doctor_network import audited
from askv4.cli.doctor_repair import Finding, repairs
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.render import WARNING, wrapped
from askv4.cli.version import installed, version
from askv4.cli.wording import counted, readable_bytes
from askv4.errors import Askv4Error, UsageError
from askv4.llm.address import parse_address
from askv4.llm.discover import find_model
from askv4.llm.memory import free_memory
from askv4.neural.reader import MODEL_FILE, WEIGHTS, Reader
from askv4.sync.indexes import lost_indexes
from askv4.text.safe import safe_line, safe_name

if TYPE_CHECKING:
    from askv4.config import Settings

HEALTHY, TROUBLE = 0, 2


@click.command("doctor", short_help="Check the set-up, and say what leaves the machine.")
@click.option("--repair", is_flag=True, help="Look at every byte that is kept, and make anew what is damaged.")
@click.option("--network", is_flag=True, help="Answer a question and note every socket that is opened.")
@common_options
@pass_invocation
def doctor(invocation: Invocation, *, repair: bool, network: bool) -> int:
    """Check the set-up: corpus, index, encoder, reader, chat model, and what leaves the machine.

    --repair rebuilds the index and the prepared models where they are damaged, sets damaged conversations aside with all that
    can be read of them kept, sweeps what killed runs left, and says what it did. Documents are not touched.

    --network shows what opens a socket while a question is answered, and how reports of the libraries below are switched off.

    Exit status: 0 all is well, 2 something needs attention.
    """
    if repair and network:
        raise UsageError("--repair and --network are given", "leave one of them out")
    work = repairs if repair else audited if network else _findings
    findings = list(work(invocation))
    output = invocation.output
    if invocation.as_json:
        output.json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            text = Text(safe_line(finding.found), style="none" if finding.ok else WARNING)
            output.text(wrapped(text, output.width, Text(f"{finding.what:<12}"), 12))
    return HEALTHY if all(finding.ok for finding in findings) else TROUBLE


def _findings(invocation: Invocation) -> Iterator[Finding]:
    yield Finding("askv4", f"{version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    settings = invocation.settings
    read = "read" if settings.config_file.is_file() else "not there, and not needed"
    yield Finding("config", f"{settings.config_file} ({read})")
    yield from _documents(invocation)
    yield Finding("data", f"{settings.data_dir} ({_folder_size(settings.data_dir)})")
    if lost := lost_indexes(settings.data_dir):
        names = ", ".join(safe_name(str(one.corpus)) for one in lost)
        yield Finding("lost", f"indexes of folders that are gone: {names}; `askv4 sync --prune` forgets them")
    yield _chat_model(settings)
    yield _network(settings)


def _documents(invocation: Invocation) -> Iterator[Finding]:
    """Corpus, index and encoder, by using them: what fails says why."""
    settings = invocation.settings
    try:
        with open_workspace(settings, invocation.diagnostics, must_sync=True) as workspace:
            documents = workspace.documents()
            encoder = workspace.index.encoder
            folder = workspace.index.folder
    except Askv4Error as error:
        yield Finding("corpus", error.line, ok=False)
        return
    skipped = sum(document.state == "skipped" for document in documents)
    unread = f", {skipped} skipped (`askv4 docs` says why)" if skipped else ""
    empty = "" if documents else "; copy documents into it"
    read = counted(len(documents) - skipped, "document")
    yield Finding("corpus", f"{settings.corpus} ({settings.corpus_origin}): {read}{unread}{empty}", ok=bool(documents))
    passages = counted(sum(document.passages for document in documents), "passage")
    yield Finding("index", f"{folder}: {passages}, up to date")
    yield Finding("encoder", f"{encoder.name}, ready")
    yield _reader(invocation)


def _reader(invocation: Invocation) -> Finding:
    """Check that the reader loads."""
    try:
        Reader(invocation.settings.data_dir, invocation.diagnostics.notice).load()
    except Askv4Error as error:
        return Finding("reader", error.line, ok=False)
    return Finding("reader", f"{WEIGHTS / MODEL_FILE}, ready")


def _chat_model(settings: Settings) -> Finding:
    if settings.mode == "extractive":
        return Finding("chat model", "not used: the mode is extractive, answers are quotations")
    if settings.llm_url:
        return Finding("chat model", f"{settings.model or 'the one'} of the server that is named below")

    needed = settings.mode == "llm" or settings.model is not None
    try:
        choice = find_model(settings.model, settings.data_dir, available=free_memory())
    except Askv4Error as error:
        return Finding("chat model", error.line, ok=False)
    runtime = installed("llama-cpp-python")
    if choice.model is None:
        return Finding("chat model", f"none, answers are quotations: {choice.because}", ok=not needed)
    if runtime is None:
        missing = f"{choice.model.name} is here, but llama-cpp-python is not installed: answers are quotations"
        return Finding("chat model", missing, ok=not needed)
    return Finding("chat model", f"{choice.model.name}, with llama-cpp-python {runtime}")


def _network(settings: Settings) -> Finding:
    if not settings.llm_url or settings.mode == "extractive":
        return Finding("network", "nothing leaves this machine")

    try:
        address = parse_address(settings.llm_url, allow_remote=settings.allow_remote)
    except Askv4Error as error:
        return Finding("network", error.line, ok=False)
    if address.local:
        return Finding("network", f"nothing leaves this machine; the server {address.shown} runs on it")
    return Finding("network", f"questions and the passages they find go to another machine, {address.shown}")


def _folder_size(folder: Path) -> str:
    if not folder.is_dir():
        return "not there yet"
    return readable_bytes(sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()))
