"""Changes of the configuration file that leave every other character as it is.

A change is tried on the text, and taken only when a TOML parser then reads what was wanted and nothing else: so it is exact
whatever the file looks like, and comments, order and line ends stay.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from askv4.errors import ConfigError

_BOM = "\ufeff"


def read(path: Path) -> str:
    """The file's text, with its line ends; empty where there is none. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {error}", "mend or remove it") from error


def change(path: Path, name: str, value: bool | str | None) -> bool:
    """Set a key of the file, or with None take it out; whether that changed anything.

    Raises ConfigError, and then the file is as it was.
    """
    text = read(path)
    try:
        before = tomllib.loads(_bare(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"the configuration file {path} is not TOML: {error}", "mend it: askv4 config edit"
        ) from error
    after = {key: held for key, held in before.items() if key != name} | ({} if value is None else {name: value})
    if before == after:
        return False
    changed = next((tried for tried in _tries(text, name, value, before) if _is(tried, after)), None)
    if changed is None:
        raise ConfigError(f'"{name}" cannot be changed in {path} without touching more', "do it: askv4 config edit")
    _write(path, changed)
    return True


def _bare(text: str) -> str:
    return text.removeprefix(_BOM)


def _is(text: str, table: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(_bare(text)) == table
    except tomllib.TOMLDecodeError:
        return False


def _tries(text: str, name: str, value: bool | str | None, before: dict[str, Any]) -> Iterator[str]:
    """Texts that may be the one that is wanted."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    written = "" if value is None else _toml(value)
    if name in before:
        key = re.compile(rf"{_BOM}?[ \t]*(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')[ \t]*=[ \t]*")
        for first, line in enumerate(lines):
            if (head := key.match(line)) is None:
                continue
            for last in range(first, len(lines)):
                entry = "".join(lines[first : last + 1])
                if not _is(entry, {name: before[name]}):
                    continue
                tail = _after_value(entry, name, before[name])
                new = f"{head[0]}{written}{tail}" if value is not None else tail.lstrip(" \t").lstrip("\r\n")
                yield "".join([*lines[:first], new, *lines[last + 1 :]])
                break
        return
    end = "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    # At the end; before the first table where there are some.
    for place in (len(lines), *(n for n, line in enumerate(lines) if line.lstrip().startswith("["))):
        yield "".join([*lines[:place], f"{name} = {written}{end}", *lines[place:]])


def _after_value(entry: str, name: str, value: object) -> str:
    """What stands after the value in the lines of a key: a comment with the space before it, and the line end."""
    for match in re.finditer("#", entry):
        if _is(entry[: match.start()], {name: value}):
            return entry[len(entry[: match.start()].rstrip(" \t")) :]
    return entry[len(entry.rstrip()) :]


def _toml(value: bool | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"  # a path of Windows, as people write it
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: Path, text: str) -> None:
    """Write the file at once: a crash leaves the old one or the new one. A link to it stays a link. Raises ConfigError."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                Path(draft).chmod(target.stat().st_mode & 0o777)
            Path(draft).replace(target)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"the configuration file {path} cannot be written: {error.strerror or error}",
            "check the disk and the permissions, or name another file with ASKV4_CONFIG",
        ) from error
