"""`askv4 doctor`: what is here, what works, and what leaves the machine."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.errors import Askv4Error

if TYPE_CHECKING:
    from askv4.config import Settings

HEALTHY, TROUBLE = 0, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    found: str
    ok: bool = True


@click.command("doctor", short_help="Check the set-up, and say what leaves the machine.")
@common_options
@pass_invocation
def doctor(invocation: Invocation) -> int:
    """Check the set-up: corpus, index, encoder, chat model, and what leaves the machine.

    Exit status: 0 all is well, 2 something needs attention.
    """
    findings = list(_findings(invocation))
    output = invocation.output
    if invocation.as_json:
        output.json({"findings": [asdict(finding) for finding in findings]})
    else:
        from rich.text import Text

        from askv4.cli.render import WARNING, wrapped
        from askv4.text.safe import safe_line

        for finding in findings:
            text = Text(safe_line(finding.found), style="none" if finding.ok else WARNING)
            output.text(wrapped(text, output.width, Text(f"{finding.what:<12}"), 12))
    return HEALTHY if all(finding.ok for finding in findings) else TROUBLE


def version() -> str:
    """The installed version of askv4."""
    return _installed("askv4") or "(not installed)"


def _installed(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _findings(invocation: Invocation) -> Iterator[Finding]:
    yield Finding("askv4", f"{version()}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    settings = invocation.settings
    read = "read" if settings.config_file.is_file() else "not there, and not needed"
    yield Finding("config", f"{settings.config_file} ({read})")
    yield Finding("data", f"{settings.data_dir} ({_folder_size(settings.data_dir)})")
    yield _checked("corpus", lambda: _corpus(invocation))
    yield _encoder(settings)
    yield _chat_runtime()
    yield _network(settings)


def _checked(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except Askv4Error as error:
        return Finding(what, error.line, ok=False)


def _corpus(invocation: Invocation) -> str:
    from askv4.cli.compose import open_workspace

    settings = invocation.settings
    with open_workspace(settings, invocation.diagnostics) as workspace:
        documents = workspace.documents()
        workspace.require_documents()
    skipped = sum(document.state == "skipped" for document in documents)
    passages = sum(document.passages for document in documents)
    unread = f", {skipped} skipped (`askv4 docs` says why)" if skipped else ""
    return f"{settings.corpus} ({settings.corpus_origin}): {len(documents) - skipped} documents, {passages} passages{unread}"


def _encoder(settings: Settings) -> Finding:
    return Finding("encoder", f"{settings.encoder or 'all-MiniLM-L6-v2'}, {settings.encoder_precision}")


def _chat_runtime() -> Finding:
    found = _installed("llama-cpp-python")
    if found:
        return Finding("chat model", f"llama-cpp-python {found} is installed")
    return Finding("chat model", "llama-cpp-python is not installed: answers are quotations")


def _network(settings: Settings) -> Finding:
    if settings.llm_url:
        return Finding("network", f"questions and the passages they find go to {settings.llm_url}")
    return Finding("network", "nothing leaves this machine")


def _folder_size(folder: Path) -> str:
    from askv4.cli.render import readable_bytes

    if not folder.is_dir():
        return "not there yet"
    return readable_bytes(sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()))
