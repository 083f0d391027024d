"""The files in a place that may be models: names and links are looked at, no file is opened but manifests."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from askv4.llm.models import Source, not_a_chat_file
from askv4.llm.places import Place

DEEPEST = 5
"""Folders below a place that are looked into: publisher/model/quantisation/ and some room."""

MOST_ENTRIES = 20_000
"""Files and folders looked at in one place; a models/ full of something else must not hold up a question."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MODEL_LAYER = "application/vnd.ollama.image.model"
_LICENCE_LAYER = "application/vnd.ollama.image.license"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be a model, as far as its place and name tell."""

    path: Path
    source: Source
    name: str
    aliases: tuple[str, ...] = ()
    sha256: str | None = None
    licence: str | None = None
    reason: str | None = None
    """Why it is no chat model, when its name tells already."""


def candidates(place: Place) -> Iterator[Candidate]:
    """The files of a place, in an order that depends on their names alone."""
    if place.layout == "ollama":
        return _ollama(place)
    if place.layout == "hub cache":
        return _hub_cache(place)
    return _folder(place)


def from_path(path: Path) -> Candidate:
    """The file that a user names by its path, whatever it is called."""
    return Candidate(path, "path", _stem(path), (path.name,))


def _folder(place: Place) -> Iterator[Candidate]:
    for path, trouble in _files(place.folder):
        reason = trouble or not_a_chat_file(path.name)
        if trouble is None and not _mentions_gguf(path.name):
            continue
        publisher = "/".join(path.relative_to(place.folder).parts[:-1])
        # Jan calls every file model.gguf and names the folder.
        name = path.parent.name if path.name == "model.gguf" else _stem(path)
        yield Candidate(path, place.source, name, tuple(filter(None, (path.name, publisher))), reason=reason)


def _hub_cache(place: Place) -> Iterator[Candidate]:
    for folder in _folders(place.folder):
        if not folder.name.startswith("models--"):
            continue
        repo = folder.name.removeprefix("models--").replace("--", "/")
        for snapshot in _folders(folder / "snapshots"):
            for path, trouble in _files(snapshot):
                if trouble is None and not _mentions_gguf(path.name):
                    continue
                file = path.relative_to(snapshot).as_posix()
                candidate = Candidate(path, place.source, _stem(path), (path.name, f"{repo}/{file}", repo))
                yield replace(candidate, sha256=_linked_sha256(path), reason=trouble or not_a_chat_file(path.name))
        if "gguf" in repo.lower():
            for path in _partial_blobs(folder / "blobs"):
                yield Candidate(path, place.source, repo, (path.name,), reason="the download is not finished")


def _partial_blobs(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(".incomplete"))
    except OSError:
        return []


def _linked_sha256(path: Path) -> str | None:
    """The sha256 by which the hub's cache names what a snapshot's entry links to."""
    try:
        # One link only: what it names may in turn link to a store that is shared and named by another hash.
        name = path.readlink().name
    except OSError:
        return None
    return name if _SHA256.fullmatch(name) else None


def _ollama(place: Place) -> Iterator[Candidate]:
    manifests = place.folder / "manifests"
    for path, trouble in _files(manifests):
        parts = path.relative_to(manifests).parts
        if trouble is None and len(parts) == 4:
            yield from _ollama_model(place, path, _ollama_name(*parts))


def _ollama_name(registry: str, namespace: str, model: str, tag: str) -> str:
    """The name that `ollama run` takes."""
    owner = "" if namespace == "library" else f"{namespace}/"
    host = "" if registry == "registry.ollama.ai" else f"{registry}/"
    return f"{host}{owner}{model}:{tag}"


def _ollama_model(place: Place, manifest: Path, name: str) -> Iterator[Candidate]:
    layers = _layers(manifest)
    if layers is None:
        yield Candidate(manifest, place.source, name, reason="its manifest cannot be read")
        return
    models = [digest for kind, digest in layers if kind == _MODEL_LAYER]
    if len(models) != 1:
        # Models that run elsewhere ("cloud") have none; safetensors ones have many layers of another kind.
        yield Candidate(manifest, place.source, name, reason="Ollama keeps no GGUF file of it here")
        return
    path = _blob(place.folder, models[0])
    licences = [_first_line(_blob(place.folder, digest)) for kind, digest in layers if kind == _LICENCE_LAYER]
    reason = None if path.exists() else "its file is missing: the download is not finished, or it was removed"
    aliases = (name.removesuffix(":latest"),) if name.endswith(":latest") else ()
    yield Candidate(path, place.source, name, aliases, models[0], next(filter(None, licences), None), reason)


def _layers(manifest: Path) -> list[tuple[str, str]] | None:
    """Media type and sha256 of each layer; None when the file is not a manifest."""
    try:
        content: Any = json.loads(manifest.read_text(encoding="utf-8"))
        layers = [(layer["mediaType"], layer["digest"].removeprefix("sha256:")) for layer in content["layers"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    # The digest becomes part of a path: it must be one.
    return layers if all(isinstance(kind, str) and _SHA256.fullmatch(digest) for kind, digest in layers) else None


def _blob(folder: Path, sha256: str) -> Path:
    return folder / "blobs" / f"sha256-{sha256}"


def _first_line(path: Path) -> str | None:
    """What a licence's text calls itself."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = [" ".join(line.split()) for line in file.read(400).splitlines() if line.strip()]
    except OSError:
        return None
    return lines[0][:60] if lines else None


def _mentions_gguf(name: str) -> bool:
    """Whether it is a GGUF file, whole or on its way (x.gguf.part)."""
    return ".gguf" in name.lower() and not name.lower().endswith((".json", ".etag", ".lock", ".txt", ".md"))


def _stem(path: Path) -> str:
    """The name of a model after its file; the first of several parts stands for all."""
    return re.sub(r"(?:-00001-of-\d{5})?\.gguf$", "", path.name, flags=re.IGNORECASE)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def _files(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """The files below a folder, by name, each with what keeps it from being opened, if anything; hidden ones are not
    looked at. Folders that are links are followed, each once. What cannot be listed comes as a row of its own."""
    left = MOST_ENTRIES
    seen: set[tuple[int, int]] = set()
    # Depth first, by name: the last of the list is next.
    waiting = [(folder, 0)]
    while waiting:
        current, depth = waiting.pop()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(current) as listed:
                entries = sorted(islice(listed, left + 1), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield current, f"the folder cannot be listed: {error.strerror}"
            continue
        left -= len(entries)
        if left < 0:
            yield current, f"more than {MOST_ENTRIES} files lie in {folder}; the rest was not looked at"
            return
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        for entry in shown:
            if not entry.is_dir():
                yield current / entry.name, _broken(entry)
        if depth < DEEPEST:
            waiting.extend((current / entry.name, depth + 1) for entry in reversed(shown) if entry.is_dir())


def _broken(entry: os.DirEntry[str]) -> str | None:
    """What is wrong with a link that leads nowhere; None for everything else."""
    return "the link leads nowhere" if entry.is_symlink() and not Path(entry).exists() else None
