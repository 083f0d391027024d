"""Models as lines of styled text and as JSON; `output.py` writes both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from askv4.cli.render import QUIET, TITLE, WARNING, wrapped
from askv4.cli.wording import counted
from askv4.llm.known import KNOWN, KnownModel, gigabytes, recommended, suggestions
from askv4.llm.models import Choice, LocalModel, fits
from askv4.llm.modelstore import Record, Unfinished
from askv4.text.safe import safe_line, safe_name


@dataclass(frozen=True, slots=True)
class Overview:
    """What `askv4 models` shows."""

    models: Sequence[LocalModel]
    unfinished: Sequence[Unfinished]
    auto: Choice
    chosen: str | None
    """What `models use` was told."""
    given: str | None
    """What --model, the environment or the configuration names; then `auto` is not asked."""
    free: int | None
    """Bytes of memory."""
    total: int | None
    folder: Path
    """Where downloads go, and where files can be copied by hand."""

    @property
    def usable(self) -> list[LocalModel]:
        """The chat models."""
        return [model for model in self.models if model.usable]

    @property
    def unusable(self) -> list[LocalModel]:
        """The other files."""
        return [model for model in self.models if not model.usable]


_HEAD = ("", "name", "size", "quant.", "context", "memory", "licence", "where")
_FIGURES = {"size", "context"}
_WHERE = {"models folder": "models/", "Hugging Face cache": "Hugging Face", "llama.cpp cache": "llama.cpp"}


def overview_lines(overview: Overview, width: int, *, verbose: bool) -> Iterator[Text]:
    """The models that are here, which one `auto` takes, and what can be fetched."""
    if overview.usable:
        yield from _table(overview, width)
        yield Text()
    yield from _auto_lines(overview, width)
    for item in overview.unfinished:
        done = f"{gigabytes(item.done)} of {gigabytes(item.record.bytes)}"
        text = f"{safe_name(item.record.name)} is half downloaded ({done}); `{_same_pull(item.record)}` goes on"
        yield from wrapped(Text(text, style=WARNING), width)
    yield from _left_out_lines(overview.unusable, width, verbose=verbose)
    yield from _offer_lines(overview, width, verbose=verbose)


def _table(overview: Overview, width: int) -> Iterator[Text]:
    rows = [_cells(model, overview) for model in overview.usable]
    sizes = [max(cell_len(cells[column]) for cells in (_HEAD, *rows)) for column in range(len(_HEAD))]
    if sum(sizes) + 2 * (len(sizes) - 1) > width:
        for cells in rows:
            yield from wrapped(Text(f"{cells[1]}{'  (auto)' if cells[0] else ''}", style=TITLE), width)
            words = [cell for cell, head in zip(cells[2:], _HEAD[2:], strict=True) if cell != "-" and head != "context"]
            context = [f"context {cells[4]}"] if cells[4] != "-" else []
            yield from wrapped(Text(", ".join([*words, *context])), width, Text("    "), 4)
        return
    for number, cells in enumerate((_HEAD, *rows)):
        line = Text()
        for cell, head, size in zip(cells, _HEAD, sizes, strict=True):
            room = " " * (size - cell_len(cell))
            style = (
                QUIET
                if number == 0
                else TITLE
                if head == "name"
                else WARNING
                if cell.startswith("too large")
                else "none"
            )
            line.append(room + cell if head in _FIGURES else cell + room, style=style).append("  ")
        line.rstrip()
        yield line


def _cells(model: LocalModel, overview: Overview) -> tuple[str, ...]:
    verdict = fits(model, overview.free)
    memory = "-" if verdict is None else "fits" if verdict else f"too large: {gigabytes(model.memory or 0)}"
    licence = safe_line(model.licence) if model.licence else "-"
    return (
        "*" if overview.auto.model is model else "",
        safe_name(model.name),
        gigabytes(model.bytes),
        safe_name(model.quantisation or "-"),
        _thousands(model.context_length),
        memory,
        licence if len(licence) <= 32 else licence[:31] + "…",
        _WHERE.get(model.source, model.source),
    )


def _thousands(tokens: int | None) -> str:
    """A context length as models are advertised with: 32k."""
    if tokens is None:
        return "-"
    return f"{tokens // 1024}k" if tokens >= 1024 else str(tokens)


def _auto_lines(overview: Overview, width: int) -> Iterator[Text]:
    if overview.given is not None and overview.given != "auto":
        text = f"This run uses {overview.given}: an option, the environment or the configuration names it."
        yield from wrapped(Text(safe_line(text)), width)
    because = safe_line(overview.auto.because)
    if overview.auto.model is not None:
        text = f"auto takes {safe_name(overview.auto.model.name)} because {because}."
    else:
        text = f"auto takes no model: {because}. Answers are quotations."
    yield from wrapped(Text(text), width)


def _same_pull(record: Record) -> str:
    """The command that goes on with a download."""
    origin = "" if record.source == "hub" else f" --from {safe_name(record.source)}"
    return f"askv4 models pull {safe_name(record.name)}{origin}"


def _left_out_lines(models: Sequence[LocalModel], width: int, *, verbose: bool) -> Iterator[Text]:
    if not models:
        return
    yield Text()
    if not verbose:
        text = f"{counted(len(models), 'more file')} cannot be used as a chat model; -v says why."
        yield from wrapped(Text(text, style=QUIET), width)
        return
    yield Text("Cannot be used as a chat model", style=TITLE)
    for model in models:
        yield from wrapped(Text(f"{safe_name(model.name)}: {safe_line(model.reason or '')}"), width)
        yield from wrapped(Text(safe_name(str(model.path)), style=QUIET), width, Text("    "), 4)


def _offer_lines(overview: Overview, width: int, *, verbose: bool) -> Iterator[Text]:
    here = {model.known for model in overview.models if model.known}
    best = recommended(overview.free)
    listed = KNOWN if verbose else dict.fromkeys((best, *suggestions(overview.total)))
    offered = [known for known in listed if known not in here]
    if not offered or (overview.auto.model is not None and not verbose):
        return
    yield Text()
    yield Text("Can be fetched with `askv4 models pull NAME`", style=TITLE)
    for known in offered:
        notes = [
            "" if known.verified else ", unverified",
            ", measured" if known.measured else "",
            "; `askv4 models pull` takes this one here" if known is best else "",
        ]
        text = (
            f"{gigabytes(known.bytes)}, {known.licence}, for machines with {known.machine} GB and more{''.join(notes)}"
        )
        yield from wrapped(Text(f"{known.name}: {text}"), width)
    if not all(known.measured for known in offered):
        yield from wrapped(
            Text("Those that were not measured stand in an order that is a judgement on size and design.", style=QUIET),
            width,
        )
    yield from wrapped(Text(f"Or copy a GGUF file into {safe_name(str(overview.folder))}", style=QUIET), width)


def overview_json(overview: Overview) -> dict[str, Any]:
    """The same for programs. Sizes in bytes."""
    return {
        "models": [model_json(model, overview.free) for model in overview.usable],
        "auto": {"model": overview.auto.model.name if overview.auto.model else None, "because": overview.auto.because},
        "chosen": overview.chosen,
        "given": overview.given,
        "unusable": [model_json(model, overview.free) for model in overview.unusable],
        "unfinished": [
            {"name": item.record.name, "done": item.done, "bytes": item.record.bytes, "path": str(item.path)}
            for item in overview.unfinished
        ],
        "available": [known_json(known) for known in KNOWN],
        "recommended": known_json(recommended(overview.free)),
        "memory": {"free": overview.free, "total": overview.total},
        "folder": str(overview.folder),
    }


def model_json(model: LocalModel, free: int | None) -> dict[str, Any]:
    """One model file."""
    return {
        "name": model.name,
        "path": str(model.path),
        "bytes": model.bytes,
        "parts": model.parts,
        "source": model.source,
        "usable": model.usable,
        "reason": model.reason,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "context_length": model.context_length,
        "licence": model.licence,
        "memory": model.memory,
        "fits": fits(model, free),
        "chat_template": model.has_chat_template,
        "hybrid": model.hybrid,
        "sha256": model.sha256,
        "known": model.known.name if model.known else None,
        "managed": model.managed,
        "aliases": list(model.aliases),
        "copies": [str(path) for path in model.copies],
    }


def known_json(known: KnownModel) -> dict[str, Any]:
    """One entry of the built-in list."""
    return {
        "name": known.name,
        "repository": known.repo,
        "file": known.file,
        "revision": known.revision,
        "bytes": known.bytes,
        "sha256": known.sha256,
        "licence": known.licence,
        "machine_gb": known.machine,
        "parameters": known.parameters,
        "thinking": known.thinking,
        "hybrid": known.hybrid,
        "verified": known.verified,
        "measured": known.measured,
        "packages": known.packages is not None,
    }


def origin_json(record: Record | None) -> dict[str, Any] | None:
    """Where a file came from, as askv4's record of it says."""
    if record is None:
        return None
    return {
        "repository": record.repo,
        "revision": record.revision or None,
        "pulled": record.pulled,
        "source": record.source,
    }


def model_lines(model: LocalModel, record: Record | None, free: int | None, width: int) -> Iterator[Text]:
    """Everything that is known of one model file."""
    yield Text(safe_name(model.name), style=TITLE)
    if model.reason is not None:
        yield from wrapped(Text(f"cannot be used as a chat model: {safe_line(model.reason)}", style=WARNING), width)
    yield from _fact_lines(_facts(model, record, free), width)


def _facts(model: LocalModel, record: Record | None, free: int | None) -> Iterator[tuple[str, str | None]]:
    known = model.known
    yield "path", str(model.path)
    yield "found in", model.source + (", downloaded by askv4" if model.managed else "")
    yield "size", f"{gigabytes(model.bytes)} ({model.bytes} bytes)"
    yield "files", f"{model.parts}, of which this is the first" if model.parts > 1 else None
    yield "parameters", model.parameters
    yield "quantised", model.quantisation
    yield "architecture", model.architecture and model.architecture + (" (hybrid)" if model.hybrid else "")
    yield "context", f"{model.context_length} tokens" if model.context_length else None
    yield "memory", _memory_in_words(model, free)
    yield "licence", model.licence or "the file does not say"
    if model.usable:
        yield "chat template", "yes" if model.has_chat_template else "none: `auto` does not take it"
    yield "thinking", known.thinking if known else None
    yield "built-in list", known.name + ("" if known.verified else " (unverified)") if known else None
    yield "sha256", model.sha256 and f"{model.sha256} (as recorded; `askv4 models verify` reads the file)"
    if record is not None:
        yield "from", _origin_in_words(record)
    for copy in model.copies:
        yield "also in", str(copy)
    yield "answers to", ", ".join(dict.fromkeys(model.aliases)) or None


def _origin_in_words(record: Record) -> str:
    file = f"{record.repo}/{record.file}" + (f" at {record.revision}" if record.revision else "")
    if record.source in ("hub", "packages"):
        return f"{file}, {'through packages, ' if record.source == 'packages' else ''}{record.pulled}"
    return f"{record.source}, {record.pulled}"


def _memory_in_words(model: LocalModel, free: int | None) -> str | None:
    if model.memory is None:
        return None
    need = f"needs about {gigabytes(model.memory)}"
    return need if free is None else f"{need}, {gigabytes(free)} are free"


def known_lines(known: KnownModel, width: int) -> Iterator[Text]:
    """An entry of the built-in list that is not here."""
    yield Text(known.name, style=TITLE)
    yield from wrapped(Text(f"not on this machine; `askv4 models pull {known.name}` fetches it"), width)
    yield from _fact_lines(
        (
            ("size", f"{gigabytes(known.bytes)} ({known.bytes} bytes)"),
            ("parameters", known.parameters),
            ("quantised", known.quantisation),
            ("machine", f"{known.machine} GB of memory and more"),
            ("licence", known.licence),
            ("thinking", known.thinking),
            ("measured", "yes" if known.measured else "no"),
            ("packages", _packages_in_words(known)),
            ("attention", "hybrid: every question is read again from its first word" if known.hybrid else "plain"),
            ("sha256", known.sha256 + ("" if known.verified else " (unverified: only one public project pins it)")),
            ("from", f"{known.repo}/{known.file}" + (f" at {known.revision}" if known.revision else "")),
        ),
        width,
    )


def _packages_in_words(known: KnownModel) -> str | None:
    parts = known.packages
    return f"{parts.prefix}1 to {parts.count}, version {parts.version}" if parts is not None else None


def _fact_lines(facts: Iterable[tuple[str, str | None]], width: int) -> Iterator[Text]:
    for what, value in facts:
        if value is not None:
            yield from wrapped(Text(safe_line(value)), width, Text(f"  {what:<15}", style=QUIET), 17)
