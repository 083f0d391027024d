"""The lines that calendar files and vCards are made of (RFC 5545, RFC 6350): NAME;PARAMETER=VALUE:value, long ones folded."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_END = re.compile(r"\r\n|\r|\n")
_FOLD = re.compile(rf"(?:{_END.pattern})[ \t]")
_LINE = re.compile(
    r'(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<with>(?:;(?:[^":;]|"[^"]*")*)*):(?P<value>.*)', re.DOTALL
)
_PARAMETER = re.compile(r';(?P<name>[^=":;]+)(?:=(?P<value>(?:[^":;]|"[^"]*")*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_APART = re.compile(r"(?<!\\);")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A line: what it is called in capitals, how it is qualified, what it says."""

    name: str
    written: str
    """The value as it is written, a transfer encoding aside."""
    parameters: Mapping[str, str]
    group: str = ""
    """What ties lines together, "item1"; of vCards."""

    @property
    def text(self) -> str:
        """The value without the signs that keep it on a line."""
        return _plain(self.written)

    @property
    def parts(self) -> list[str]:
        """The parts of a value of several, such as an address."""
        return [_plain(part).strip() for part in _APART.split(self.written)]


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    kind: str
    lines: list[ContentLine] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def first(self, name: str) -> ContentLine | None:
        """The first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def all(self, name: str) -> Iterator[ContentLine]:
        """The lines of that name."""
        return (line for line in self.lines if line.name == name)

    def text(self, name: str) -> str:
        """What the first line of that name says; empty where there is none."""
        line = self.first(name)
        return line.text.strip() if line is not None else ""


def components(text: str, kind: str) -> list[Component]:
    """The outermost components of a kind. One that is not ended, ends with what is around it."""
    root = Component("")
    open_ = [root]
    for line in _lines(text):
        if line.name == "BEGIN":
            begun = Component(line.written.strip().upper())
            open_[-1].parts.append(begun)
            open_.append(begun)
        elif line.name == "END":
            named = line.written.strip().upper()
            place = next((at for at in range(len(open_) - 1, 0, -1) if open_[at].kind == named), len(open_))
            del open_[place:]
        else:
            open_[-1].lines.append(line)
    return [one for one in root.parts if one.kind == kind]


def _lines(text: str) -> Iterator[ContentLine]:
    physical = iter(_END.split(_FOLD.sub("", text)))
    for line in physical:
        if (match := _LINE.match(line)) is None:
            continue
        parameters = {
            one["name"].upper(): (one["value"] or "").replace('"', "") for one in _PARAMETER.finditer(match["with"])
        }
        value = match["value"]
        if "QUOTED-PRINTABLE" in (parameters.get("ENCODING", "").upper(), *parameters):
            folded = [value]
            while folded[-1].endswith("="):  # a line of this encoding is folded in its own way
                folded[-1] = folded[-1][:-1]
                folded.append(next(physical, ""))
            value = _unquoted("".join(folded), parameters.get("CHARSET") or "utf-8")
        yield ContentLine(match["name"].upper(), value, parameters, (match["group"] or "").lower())


def _unquoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode())
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
