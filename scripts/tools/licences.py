"""Under which licence a package stands, as an SPDX expression, and whether askv4 may depend on it.

What a package's metadata says decides; STATED holds what metadata leaves open, read in the package's own licence file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

PERMISSIVE = frozenset(
    """
    0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python ISC MIT MIT-0 MIT-CMU PSF-2.0 Unlicense Zlib
    """.split()
) | {"Apache-2.0 WITH LLVM-exception"}
"""Licences that ask for no more than that they are named and passed on."""

EXCEPTIONS: Mapping[str, str] = {
    "certifi": "MPL-2.0 binds changes to its own files, which askv4 leaves as they are",
    "ebooklib": "writes EPUBs for tests; no part of the program, and not installed with it",
    "hypothesis": "for tests alone; MPL-2.0 binds changes to its own files",
    "orjson": "MPL-2.0 binds changes to its own files, which askv4 leaves as they are",
    "pathspec": "MPL-2.0 binds changes to its own files, which askv4 leaves as they are",
    "tld": "its list of domains, which trafilatura needs; MPL-1.1, one of its three licences, binds changes to its own files",
    "tqdm": "MPL-2.0 binds changes to its own files, which askv4 leaves as they are",
}
"""Package -> why it is there although its licence asks for more. None of them is copied into askv4 or changed."""

STATED: Mapping[str, str] = {
    "chardetng-py": "MIT",
    "cmake": "Apache-2.0 AND BSD-3-Clause",
    "click-default-group": "BSD-3-Clause",
    "colorama": "BSD-3-Clause",
    "gguf": "MIT",
    "llama-cpp-python": "MIT",
    "odfpy": "Apache-2.0 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
    "omegaconf": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "pywin32": "PSF-2.0",
    "requests-oauthlib": "ISC",
    "scipy": "BSD-3-Clause",
    "uvloop": "Apache-2.0 OR MIT",
}

_WORDS: Mapping[str, str] = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "gnu affero general public license": "AGPL-3.0-or-later",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "the bsd 2-clause license": "BSD-2-Clause",
}


class UnknownLicence(Exception):
    """The metadata of a package does not say its licence in words that are known."""


def licence_of(name: str, metadata: Mapping[str, object], licence_texts: Iterable[str] = ()) -> str:
    """The SPDX expression of a package. `metadata` has pip's names: license_expression, license, classifier.

    Raises UnknownLicence.
    """
    if name in STATED:
        return STATED[name]
    classifiers = metadata.get("classifier") or ()
    assert isinstance(classifiers, Iterable)
    classified = [str(one).rpartition(" :: ")[2] for one in classifiers if str(one).startswith("License ::")]
    for said in (metadata.get("license_expression"), metadata.get("license"), *classified):
        if said and (expression := _spdx(str(said))):
            return expression
    text = "\n".join(licence_texts)
    if "BSD" in f"{metadata.get('license')} {classified}" and "Redistribution and use in source" in text:
        return "BSD-3-Clause" if "Neither the name" in text else "BSD-2-Clause"
    raise UnknownLicence(f"{name}: {metadata.get('license')!r}, {classified}; read its licence and put it into STATED")


def installed_licence(distribution: Distribution) -> str:
    """The SPDX expression of an installed package. Raises UnknownLicence."""
    metadata = distribution.metadata
    described = {
        "license_expression": (metadata.get_all("License-Expression") or [""])[0],
        "license": (metadata.get_all("License") or [""])[0],
        "classifier": metadata.get_all("Classifier") or [],
    }
    files = [file for file in distribution.files or () if re.match("(?i)licen[cs]e|copying", file.name)]
    texts = [file.read_text(encoding="utf-8") for file in files if "dist-info" in str(file)]
    return licence_of(re.sub(r"[-_.]+", "-", metadata["Name"]).lower(), described, texts)


def _spdx(words: str) -> str | None:
    known = _WORDS.get(words.strip().lower())
    try:
        return known or str(canonicalize_license_expression(words.strip()))
    except InvalidLicenseExpression:
        return None


def is_permissive(expression: str) -> bool:
    """Whether one of the alternatives of an SPDX expression holds nothing but permissive licences."""
    expression = expression.strip()
    for sign, holds in ((" OR ", any), (" AND ", all)):
        parts = _split(expression, sign)
        if len(parts) > 1:
            return holds(is_permissive(part) for part in parts)
    if expression.startswith("("):
        return is_permissive(expression[1:-1])
    return expression in PERMISSIVE


def _split(expression: str, sign: str) -> list[str]:
    """The parts of an expression between `sign`s that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(expression):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and expression.startswith(sign, place):
            parts.append(expression[start:place])
            start = place + len(sign)
    return [*parts, expression[start:]]
