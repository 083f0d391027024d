"""What a chat model is, which ones are known to be good, and which one `auto` takes.

Pure values and rules: nothing here touches the disk, the network or the clock. `discover.py` finds the files,
`download.py` fetches them, `modelstore.py` remembers what was chosen and what was downloaded.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal, TypeVar

from askv4.errors import ModelMissing, ModelUnsupported, UsageError
from askv4.llm.known import KNOWN, KnownModel, bare_name, gigabytes, known_model, normalise

Source = Literal[
    "path", "models folder", "askv4", "Hugging Face cache", "LM Studio", "llama.cpp cache", "Ollama", "Jan"
]
"""Where a file was found. `askv4` is the data folder's models/."""

AnyPath = TypeVar("AnyPath", bound=PurePath)

LARGEST_UNKNOWN = 8 * 10**9
"""Bytes. `auto` takes no larger file that the built-in list does not know: without a graphics card it answers too slowly."""

NEVER_SILENT = frozenset({"gpt-oss"})
"""Architectures whose reasoning cannot be switched off; `auto` leaves them to those who ask for them by name."""

HYBRID = frozenset({
    "qwen35", "qwen35moe", "qwen3next", "lfm2", "lfm2moe", "granitehybrid", "mamba", "mamba2", "jamba", "falcon-h1",
    "nemotron_h", "plamo2", "rwkv6", "rwkv7",
})  # fmt: skip
"""Architectures that cannot roll their cache back part of the way: every question is read again from its first word."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model file on this machine, as its own header describes it."""

    name: str
    """Unique among the models found together: what `--model` takes."""
    path: Path
    bytes: int
    source: Source
    reason: str | None = None
    """Why it cannot chat (an embedding model, half a download, one part of several); None when it can."""
    aliases: tuple[str, ...] = ()
    """Other names it answers to: its file name, its name on the built-in list, its tag in Ollama."""
    architecture: str | None = None
    parameters: str | None = None
    """Its size as its header says it, such as 4B."""
    quantisation: str | None = None
    context_length: int | None = None
    """Tokens the model was trained to attend to; askv4 uses as many as a question needs."""
    licence: str | None = None
    has_chat_template: bool = False
    sha256: str | None = None
    """Known without reading the file: from askv4's own record, or from a cache that names files by it. Not checked."""
    memory: int | None = None
    """Bytes of memory it needs to answer, estimated; None when the header does not say enough."""
    parts: int = 1
    """Files that it consists of; `path` is the first."""
    copies: tuple[Path, ...] = ()
    """Other places where the same bytes lie."""
    known: KnownModel | None = None
    """Its entry on the built-in list, when name, size and (where known) checksum agree."""
    managed: bool = False
    """Whether askv4 downloaded it, so that `models remove` may delete it."""

    @property
    def usable(self) -> bool:
        """Whether it is a whole chat model."""
        return self.reason is None

    @property
    def hybrid(self) -> bool:
        """Whether its cache cannot be rolled back part of the way."""
        return self.architecture in HYBRID if self.architecture else bool(self.known and self.known.hybrid)


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that `auto` takes, and why; `model` is None when there is none to take."""

    model: LocalModel | None
    because: str


def fits(model: LocalModel, available: int | None) -> bool | None:
    """Whether `model` fits `available` bytes of memory; None when either is not known."""
    if available is None or model.memory is None:
        return None
    return model.memory <= available


def choose(models: Sequence[LocalModel], *, preferred: str | None = None, available: int | None = None) -> Choice:
    """Which of `models` `auto` takes.

    1. The one chosen with `models use` (`preferred`: its name or path), when it is still here.
    2. Else, of the chat models with a chat template whose memory fits what is free (`available`, bytes), the one that
       stands highest on the built-in list: that file, or by its name another quantisation of the same model. Models
       whose reasoning cannot be switched off are left out.
    3. Else the largest other one of at most 8 GB, instruction-tuned by its name before not, plain attention before
       hybrid.

    A model whose need or a machine whose free memory is not known counts as fitting when its file is at most 8 GB.
    """
    if preferred is not None:
        chosen = _find(preferred, [model for model in models if model.usable])
        if len(chosen) == 1:
            return Choice(chosen[0], "it was chosen with `askv4 models use`")
    lost = f"{preferred}, chosen with `askv4 models use`, is not here any more; " if preferred is not None else ""
    candidates = [model for model in models if _may_be_taken(model)]
    fitting = [model for model in candidates if _fits_or_small(model, available)]
    if not fitting:
        return Choice(None, lost + _why_none(models, candidates, available))
    best = min(fitting, key=_preference)
    return Choice(best, lost + _why(best, available))


def listed(model: LocalModel) -> KnownModel | None:
    """The entry of the built-in list that a file is, or is another quantisation of, judged by its names."""
    if model.known is not None:
        return model.known
    names = {bare_name(name) for name in (model.name, *model.aliases)}
    return next((entry for entry in KNOWN if names & {entry.name, bare_name(entry.file)}), None)


def _may_be_taken(model: LocalModel) -> bool:
    if not model.usable or not model.has_chat_template or model.architecture in NEVER_SILENT:
        return False
    return listed(model) is not None or model.bytes <= LARGEST_UNKNOWN


def _fits_or_small(model: LocalModel, available: int | None) -> bool:
    verdict = fits(model, available)
    return model.bytes <= LARGEST_UNKNOWN if verdict is None else verdict


def _preference(model: LocalModel) -> tuple[int, int, int, int, str, str]:
    """Sort key, best first."""
    entry = listed(model)
    rank = KNOWN.index(entry) if entry else len(KNOWN)
    words = " ".join((model.name, *model.aliases)).lower()
    instruct = re.search(r"instruct|chat|\bit\b", words) is not None
    return rank, not instruct, model.hybrid, -model.bytes, model.name, str(model.path)


def _why(model: LocalModel, available: int | None) -> str:
    what = "the first of the built-in list" if listed(model) else "the largest chat model of at most 8 GB"
    if available is None or model.memory is None:
        return f"it is {what} that is here"
    return f"it is {what} that is here and fits the {gigabytes(available)} of free memory (it needs about {gigabytes(model.memory)})"


def _why_none(models: Sequence[LocalModel], candidates: Sequence[LocalModel], available: int | None) -> str:
    if candidates:
        least = min(candidates, key=lambda model: (model.memory or model.bytes, model.name))
        need = gigabytes(least.memory or least.bytes)
        free = f" of {gigabytes(available)} free" if available is not None else ""
        return f"no model here fits the memory: the smallest, {least.name}, needs about {need}{free}"
    if any(model.usable for model in models):
        return "no model here is one that `auto` takes (chat template, at most 8 GB or on the built-in list)"
    return "no chat model is on this machine"


def resolve(name: str, models: Sequence[LocalModel]) -> LocalModel:
    """The model that `name` means: a name, alias or file name of `models`, in any case, with or without quantisation.

    Raises ModelMissing when there is none (with what to do: pull it, or the name that may have been meant),
    ModelUnsupported when it is here but cannot chat, UsageError when several are meant.
    """
    matches = _find(name, models)
    usable = [model for model in matches if model.usable]
    if len(usable) == 1:
        return usable[0]
    if len(usable) > 1:
        names = ", ".join(model.name for model in usable)
        raise UsageError(f"{name} may mean {names}", "name one of them in full, or its path")
    if matches:
        raise ModelUnsupported(
            f"{matches[0].name} cannot be used: {matches[0].reason}", "`askv4 models` shows those that can"
        )
    raise _missing(name, models)


def _missing(name: str, models: Sequence[LocalModel]) -> ModelMissing:
    if known := known_model(name):
        size = gigabytes(known.bytes)
        return ModelMissing(
            f"the model {known.name} is not on this machine", f"`askv4 models pull {known.name}` fetches it ({size})"
        )
    here = [model.name for model in models if model.usable]
    near = did_you_mean(name, [*here, *(known.name for known in KNOWN)])
    hint = f"did you mean {near}? `askv4 models` lists what is here" if near else None
    return ModelMissing(f"no model called {name} is on this machine", hint)


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """The nearest of `names`, or None when none is near."""
    by_key = {normalise(candidate): candidate for candidate in reversed(list(names))}
    near = difflib.get_close_matches(normalise(name), by_key, n=1, cutoff=0.6)
    return by_key[near[0]] if near else None


_PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.gguf$)", re.IGNORECASE)
_PARTIAL = (".incomplete", ".part", ".partial", ".downloading", ".downloadinprogress", ".crdownload", ".aria2", ".tmp")


def parts_of(path: AnyPath) -> tuple[AnyPath, ...]:
    """The files of a model, by the name of its first one: all parts of a model in several files, else `path` alone."""
    part = _PART.search(path.name)
    if part is None:
        return (path,)
    stem, rest = path.name[: part.start()], path.name[part.end() :]
    return tuple(
        path.with_name(f"{stem}-{number:05d}-of-{part[2]}{rest}") for number in range(1, min(int(part[2]), 999) + 1)
    )


def not_a_chat_file(file: str) -> str | None:
    """Why a file cannot be a chat model, as far as its name tells; None when it may be one."""
    name = re.split(r"[\\/]", file)[-1].lower()
    if name.endswith(_PARTIAL):
        return "the download is not finished"
    if not name.endswith(".gguf"):
        return "it is not a GGUF file"
    part = _PART.search(name)
    if part and int(part[1]) > 1:
        return f"it is part {int(part[1])} of {int(part[2])}; the first part stands for the model"
    if "mmproj" in name:
        return "it is the image encoder of another model"
    if re.search(r"(?<![a-z])(?:imatrix|lora|vocab-only|draft|mtp)(?![a-z])", name):
        return "it belongs to another model"
    if re.search(r"(?<![a-z])(?:rerank|reranker)(?![a-z])", name):
        return "it is a reranker"
    if re.search(r"(?<![a-z])embed(?:ding|dings)?(?![a-z])|embeddinggemma", name):
        return "it is an embedding model"
    return None


def _find(name: str, models: Sequence[LocalModel]) -> list[LocalModel]:
    """The models that answer to `name`, by the strictest comparison that finds any."""
    for key in (str, str.lower, normalise, bare_name):
        if not (wanted := key(name)):
            continue
        matches = [
            model for model in models if wanted in {key(n) for n in (model.name, str(model.path), *model.aliases)}
        ]
        if matches:
            return matches
    return []
