"""Jupyter notebooks: the Markdown cells as text, the code cells as code, and what they printed."""

from __future__ import annotations

from typing import Any

from askv4.errors import DocumentUnreadable
from askv4.text.loaders import markdown
from askv4.text.loaders.composing import Composer, clean
from askv4.text.loaders.json_text import read_json
from askv4.types import ParsedText

_LONGEST_OUTPUT = 20_000


def parse(data: bytes, name: str) -> ParsedText:
    """The cells in order. Raises DocumentUnreadable when it is no notebook."""
    content, encoding, notes = read_json(data, name)
    cells = _cells(content)
    if cells is None:
        raise DocumentUnreadable(f"{name} is not a Jupyter notebook", "give the file the suffix of its real format")
    composer = Composer()
    title = None
    for cell in cells:
        source = _joined(cell.get("source", cell.get("input")))
        if cell.get("cell_type") == "code":
            composer.code(source)
            for output in _dicts(cell.get("outputs")):
                composer.code(_printed(output)[:_LONGEST_OUTPUT])
        elif cell.get("cell_type") == "markdown":
            text = clean(source)
            parsed = markdown.parse(text.encode(), name)
            composer.placed(parsed.text, parsed.blocks)
            title = title or parsed.title
        else:
            composer.plain(source)
    return composer.parsed(title=title, encoding=encoding, notes=notes)


def _cells(content: Any) -> list[dict[str, Any]] | None:
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return _dicts(content["cells"])
    if isinstance(content.get("worksheets"), list):  # before version 4
        return [cell for sheet in _dicts(content["worksheets"]) for cell in _dicts(sheet.get("cells"))]
    return None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _printed(output: dict[str, Any]) -> str:
    """What a cell printed or returned, as plain text; pictures have none."""
    data = output.get("data")
    returned = data.get("text/plain") if isinstance(data, dict) else None
    return _joined(output.get("text")) or _joined(returned)
