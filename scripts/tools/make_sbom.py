"""Write what says where askv4 comes from: sbom.cdx.json, and from it hashes.txt, docs/supply.md and a part of NOTICE.

    .venv/bin/python -m scripts.tools.make_sbom            after constraints.txt, a model or its list has changed; needs uv
    .venv/bin/python -m scripts.tools.make_sbom --pages    NOTICE and docs/supply.md alone, from sbom.cdx.json; no network
    .venv/bin/python -m scripts.tools.make_sbom --print    docs/supply.md to the terminal; no network

The package index is asked for sums and sizes through uv, and for the metadata of what is not installed here through pip;
neither downloads a package that states its metadata. The same pins give the same bytes: nothing says when it was made.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import subprocess
import sys
import tempfile
import tomllib
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from askv4.llm.known import KNOWN
from scripts.places import ROOT
from scripts.tools.licences import installed_licence, licence_of
from scripts.tools.supply import CONSTRAINTS, File, Locked, Pin, chosen, hashes, lock, read_pins
from scripts.tools.supply_pages import NOTICE, PAGE, notice, page, parts

SBOM = ROOT / "sbom.cdx.json"
HASHES = ROOT / "hashes.txt"
CPU_TORCH = 191_794_682
"""Bytes of torch's CPU build for the reference system, which no package index states the size of; measured."""


def write() -> None:
    """Ask the package index, and write all four."""
    pins = read_pins(CONSTRAINTS.read_text(encoding="utf-8"))
    locked = lock(pins)
    _write(HASHES, hashes(pins, locked))
    _write(SBOM, bill(pins, locked, licences(pins)))
    write_pages()


def write_pages() -> None:
    """Write NOTICE's part and docs/supply.md from sbom.cdx.json."""
    listed = parts(json.loads(SBOM.read_text(encoding="utf-8")))
    _write(NOTICE, notice(NOTICE.read_text(encoding="utf-8"), listed))
    _write(PAGE, page(listed))


def licences(pins: Sequence[Pin]) -> dict[str, str]:
    """Name -> SPDX expression, from the metadata of what is installed in the pinned version, else through pip."""
    by_name: dict[str, str] = {}
    missing: list[str] = []
    for pin in pins:
        try:
            distribution = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            distribution = None
        if distribution is not None and distribution.version.partition("+")[0] == pin.version:
            by_name[pin.name] = installed_licence(distribution)
        elif pin.name in ("llama-cpp-python", "pywin32"):
            # pip would have to begin building the one to learn its metadata, and has no file of the other for this system.
            by_name[pin.name] = licence_of(pin.name, {})
        else:
            missing.append(f"{pin.name}=={pin.version}")
    for metadata in _metadata(missing):
        name = canonicalize_name(metadata["name"])
        by_name[name] = licence_of(name, metadata)
    return by_name


def _metadata(requirements: Sequence[str]) -> Iterable[dict[str, Any]]:
    """The metadata that the package index states of packages; nothing is installed."""
    if not requirements:
        return []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
        subprocess.run([*command, "--report", str(report), *requirements], check=True)
        return [install["metadata"] for install in json.loads(report.read_text(encoding="utf-8"))["install"]]


def bill(pins: Sequence[Pin], locked: dict[str, Locked], said: dict[str, str]) -> str:
    """The bill of materials in CycloneDX's JSON: askv4, its packages, and the models. Raises SystemExit if not valid."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    root = Component(
        type=ComponentType.APPLICATION, name=project["name"], version=project["version"], bom_ref=project["name"],
        description=project["description"], licenses=[LicenseExpression(project["license"])],
    )  # fmt: skip
    packages = {pin.name: _package(pin, chosen(locked[pin.name].files), said[pin.name]) for pin in pins}
    shipped, fetched = list(_shipped_models()), list(_fetched_models())
    # A name that the content decides, so that the same content is the same file.
    content = repr(
        [(c.bom_ref.value, c.version, c.hashes, c.properties) for c in (*packages.values(), *shipped, *fetched)]
    )
    bom = Bom(
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, content),
        version=1,
        components=[*packages.values(), *shipped, *fetched],
    )
    bom.metadata.component = root
    wanted = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    bom.register_dependency(root, [*(packages[name] for name in sorted(wanted)), *shipped])
    for name, component in packages.items():
        bom.register_dependency(component, [packages[need] for need in locked[name].needs])
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    written["metadata"].pop("timestamp", None)
    text = json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"the bill is not valid CycloneDX: {error}")
    return text


def _package(pin: Pin, file: File, licence: str) -> Component:
    return Component(
        type=ComponentType.LIBRARY, name=pin.name, version=pin.version, bom_ref=f"pypi:{pin.name}",
        purl=PackageURL("pypi", None, pin.name, pin.version), licenses=[LicenseExpression(licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=file.sha256)],
        properties=[
            _property("section", pin.section), _property("file", file.name), _property("bytes", str(file.bytes)),
            *_of_marker(pin),
        ],
    )  # fmt: skip


def _of_marker(pin: Pin) -> list[Property]:
    """Which systems need a package; and the build of torch that is not the package index's."""
    properties = [_property("marker", pin.marker)] if pin.marker else []
    return [*properties, _property("cpu-build-bytes", str(CPU_TORCH))] if pin.name == "torch" else properties


def _shipped_models() -> Iterable[Component]:
    """The models that lie in the package, each with an about.json beside it."""
    for about in sorted((ROOT / "askv4").rglob("about.json")):
        described = json.loads(about.read_text(encoding="utf-8"))
        for name in sorted(described["sha256"]):
            path = about.with_name(name)
            if path.exists() and path.suffix == ".onnx":
                yield _model(
                    described["name"], described["licence"], described["sha256"][name], path.stat().st_size,
                    "shipped", f"made from {described['from']}; {described['changed']}",
                )  # fmt: skip


def _fetched_models() -> Iterable[Component]:
    """The chat models that askv4 recommends, which are fetched where the user agrees."""
    for known in (known for known in KNOWN if known.measured):
        yield _model(known.name, "Apache-2.0", known.sha256, known.bytes, "fetched", f"{known.repo}/{known.file}")


def _model(name: str, licence: str, sha256: str, size: int, section: str, description: str) -> Component:
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL, name=name, bom_ref=f"model:{name}", description=description,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)], licenses=[LicenseExpression(licence)],
        properties=[_property("section", section), _property("bytes", str(size))],
    )  # fmt: skip


def _property(name: str, value: str) -> Property:
    return Property(name=f"askv4:{name}", value=value)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.relative_to(ROOT)}: {len(text.encode())} bytes")


def main() -> None:
    """Write them, or print the list of downloads."""
    parser = argparse.ArgumentParser(description="Write the bill of materials, the hashes and the licences.")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--pages", action="store_true", help="only NOTICE and docs/supply.md, from sbom.cdx.json")
    ways.add_argument("--print", action="store_true", help="print docs/supply.md as sbom.cdx.json gives it")
    options = parser.parse_args()
    if options.print:
        print(page(parts(json.loads(SBOM.read_text(encoding="utf-8")))), end="")
    elif options.pages:
        write_pages()
    else:
        write()


if __name__ == "__main__":
    main()
