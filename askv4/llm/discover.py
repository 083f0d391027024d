"""Which models lie on this machine: every place is looked into, every header read once, nothing is hashed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from askv4.errors import ModelMissing, ModelUnsupported
from askv4.llm.candidates import Candidate, candidates, from_path
from askv4.llm.headers import Header, HeaderCache, read_header
from askv4.llm.known import licence_name, quantisation_of, recognise
from askv4.llm.models import Choice, LocalModel, choose, parts_of, resolve
from askv4.llm.modelstore import ModelStore
from askv4.llm.places import Machine, Place, places, this_machine

_SHORT = {
    "path": "path", "models folder": "models", "askv4": "askv4", "Hugging Face cache": "huggingface", "LM Studio": "lmstudio",
    "llama.cpp cache": "llama.cpp", "Ollama": "ollama", "Jan": "jan",
}  # fmt: skip

_SAMPLE = 1 << 16
"""Bytes compared at both ends of two files of the same size, to see whether one is a copy of the other."""


def discover(
    data_dir: Path,
    *,
    extra: Iterable[Path] = (),
    cwd: Path | None = None,
    machine: Machine | None = None,
    where: Sequence[Place] | None = None,
) -> list[LocalModel]:
    """Every GGUF file in the known places, chat model or not (`LocalModel.reason`), sorted by name.

    The same bytes are named once: askv4's own copy first, the others under `copies`. `extra` are files that the user
    named, wherever they lie; `where` replaces the places. Files that cannot be read become rows with a reason; nothing
    is raised for them, and those of `extra` that do not exist are left out.
    """
    store, headers = ModelStore(data_dir), HeaderCache(data_dir / "model-headers.json")
    looked_at = where if where is not None else places(machine or this_machine(), data_dir, cwd or Path.cwd())
    files = [candidate for place in looked_at for candidate in candidates(place)]
    files += [from_path(path.absolute()) for path in extra if path.is_file()]
    rows = [_describe(candidate, store, headers.header) for candidate in files]
    headers.save()
    return sorted(_uniquely_named(_merged(rows)), key=lambda row: (row.name.casefold(), row.name, str(row.path)))


def find_model(name: str | None, data_dir: Path, *, available: int | None = None, cwd: Path | None = None) -> Choice:
    """The model for a run: the file or name that was given, or for None and "auto" the one that `choose` takes.

    `available` is the free memory in bytes. `Choice.model` is None when nothing was named and nothing is there to take.
    Raises ModelMissing, ModelUnsupported, UsageError for a name or path that leads to no chat model.
    """
    if name is not None and name != "auto":
        if names_a_path(name):
            return Choice(_chat_model(from_file(Path(name), data_dir)), "its path was given")
        return Choice(resolve(name, discover(data_dir, cwd=cwd)), "its name was given")
    preferred = ModelStore(data_dir).chosen()
    extra = [Path(preferred)] if preferred is not None and names_a_path(preferred) else []
    return choose(discover(data_dir, extra=extra, cwd=cwd), preferred=preferred, available=available)


def total_memory() -> int | None:
    """Bytes of memory that the machine has in all; None where that cannot be known."""
    import psutil

    return int(psutil.virtual_memory().total)


def _chat_model(model: LocalModel) -> LocalModel:
    if model.reason is not None:
        raise ModelUnsupported(f"{model.path} cannot be used: {model.reason}", "`askv4 models` shows what can")
    return model


def from_file(path: Path, data_dir: Path) -> LocalModel:
    """The model file that a user names by its path.

    Raises ModelMissing when there is none; what else is wrong stands in `LocalModel.reason`.
    """
    whole = path.expanduser().absolute()
    if not whole.is_file():
        what = "is a folder" if whole.is_dir() else "does not exist"
        raise ModelMissing(f"the model file {path} {what}", "name a GGUF file, or a model that `askv4 models` lists")
    return _describe(from_path(whole), ModelStore(data_dir), read_header)


def names_a_path(name: str) -> bool:
    """Whether what was given as --model means a file and not a name."""
    if name.startswith(("./", "../", "~", ".\\", "..\\")) or Path(name).is_absolute():
        return True
    return Path(name).is_file()


def _describe(candidate: Candidate, store: ModelStore, read: Callable[[Path], Header]) -> LocalModel:
    """A row for a candidate, with what its header says."""
    record = store.record(candidate.path)
    parts = parts_of(candidate.path) if candidate.reason is None else (candidate.path,)
    size = sum(_size(part) for part in parts)
    # A checksum is of one file.
    sha256 = None if len(parts) > 1 else record.sha256 if record is not None else candidate.sha256
    row = LocalModel(
        name=candidate.name,
        path=candidate.path,
        bytes=size,
        source=candidate.source,
        reason=candidate.reason or _missing_part(parts),
        aliases=candidate.aliases,
        quantisation=quantisation_of(candidate.path.name),
        licence=licence_name(record.licence if record is not None else candidate.licence),
        sha256=sha256,
        parts=len(parts),
        managed=record is not None and store.folder in candidate.path.parents,
    )
    if row.reason is None:
        row = _with_header(row, read(row.path))
    known = recognise(candidate.path.name, size, sha256) if row.usable else None
    if known is None:
        return row
    aliases = (known.name, *row.aliases) if row.source == "Ollama" else (row.name, *row.aliases)
    name = row.name if row.source == "Ollama" else known.name
    return replace(row, name=name, aliases=aliases, known=known, licence=row.licence or known.licence)


def _missing_part(parts: Sequence[Path]) -> str | None:
    gone = [part.name for part in parts if len(parts) > 1 and not part.is_file()]
    return f"its part {gone[0]} is missing: all parts belong in one folder" if gone else None


def _with_header(row: LocalModel, header: Header) -> LocalModel:
    return replace(
        row,
        reason=header.reason,
        architecture=header.architecture,
        parameters=header.parameters,
        # The name says more than the header of UD- files does.
        quantisation=row.quantisation or header.quantisation,
        context_length=header.context_length,
        licence=licence_name(header.licence) or row.licence,
        has_chat_template=header.has_chat_template,
        memory=header.memory,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _merged(rows: Iterable[LocalModel]) -> list[LocalModel]:
    """The rows, those of the same bytes as one. The first is kept: places come in the order in which they are named."""
    kept: list[LocalModel] = []
    by_file: dict[str, int] = {}
    by_size: dict[int, list[int]] = {}
    for row in rows:
        file = os.path.realpath(row.path)
        same = by_file.get(file)
        if same is None and row.usable:
            same = next((i for i in by_size.get(row.bytes, []) if _same_bytes(kept[i], row)), None)
        if same is not None:
            first = kept[same]
            elsewhere = (
                first.copies
                if row.path == first.path or file == os.path.realpath(first.path)
                else (*first.copies, row.path)
            )
            aliases = dict.fromkeys((*first.aliases, row.name, *row.aliases))
            kept[same] = replace(first, aliases=tuple(aliases), copies=elsewhere, sha256=first.sha256 or row.sha256)
            continue
        by_file[file] = len(kept)
        if row.usable:
            by_size.setdefault(row.bytes, []).append(len(kept))
        kept.append(row)
    return kept


def _same_bytes(one: LocalModel, other: LocalModel) -> bool:
    """Whether two files of the same size are copies: by checksum where both are known, else by their two ends."""
    if one.sha256 is not None and other.sha256 is not None:
        return one.sha256 == other.sha256
    return _ends(one.path) == _ends(other.path)


def _ends(path: Path) -> bytes:
    """The first and last bytes of a file: two trainings of one model differ in the last weights."""
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
            file.seek(max(0, path.stat().st_size - _SAMPLE))
            return head + file.read(_SAMPLE)
    except OSError:
        return str(path).encode("utf-8", "surrogateescape")


def _uniquely_named(rows: Sequence[LocalModel]) -> list[LocalModel]:
    """The rows with names that no other row has: the first keeps its own, later ones say where they lie."""
    taken: set[str] = set()
    named = []
    for row in rows:
        name = next(name for name in _names(row) if name.casefold() not in taken)
        taken.add(name.casefold())
        named.append(row if name == row.name else replace(row, name=name, aliases=(row.name, *row.aliases)))
    return named


def _names(row: LocalModel) -> Iterator[str]:
    """What a row may be called, shortest first; the last is its alone."""
    place = _SHORT[row.source]
    yield row.name
    yield f"{place}/{row.name}"
    folders = row.path.parent.parts
    for depth in (1, 2, 3):
        yield "/".join((place, *folders[-depth:], row.path.name.removesuffix(".gguf")))
    yield str(row.path)
