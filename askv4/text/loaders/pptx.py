"""PowerPoint presentations: a slide is a page, its title a heading; speaker notes stand at the slide's end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from askv4.text.loaders.archives import damage_named, open_archive, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.properties import record, sensible_title
from askv4.text.loaders.tables import add_table
from askv4.types import ParsedText

_DEEPEST_GROUP = 20
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_ROW_HEIGHT = 360_000
"""Shapes whose tops differ by less (a centimetre) stand beside each other; lengths are in EMU."""


def parse(data: bytes, name: str) -> ParsedText:
    """The text of the slides. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    with open_archive(data, name), damage_named(name, "a PowerPoint presentation", PythonPptxError):
        presentation = Presentation(io.BytesIO(data))
        composer = Composer()
        properties = presentation.core_properties
        for slide in presentation.slides:
            composer.page()
            _add_slide(composer, slide)
        shown = next((slide.shapes.title.text for slide in presentation.slides if slide.shapes.title is not None), "")
    title = sensible_title(properties.title, one_line(shown) or None, composer.parsed().text)
    return composer.parsed(title=title, metadata=record(properties.author, properties.created))


def _add_slide(composer: Composer, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        composer.heading(title.text_frame.text, 1)
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(composer, shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text
        if notes.strip():
            composer.heading("Speaker notes", 2)
            for paragraph in notes.splitlines():
                composer.paragraph(paragraph)


def _in_reading_order(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """The shapes from top to bottom and left to right, those of groups in their group's place."""
    placed = sorted(shapes, key=lambda shape: ((shape.top or 0) // _ROW_HEIGHT, shape.left or 0))
    for shape in placed:
        if hasattr(shape, "shapes") and depth < _DEEPEST_GROUP:
            yield from _in_reading_order(shape.shapes, depth + 1)
        else:
            yield shape


def _rows(table: Any) -> list[list[str]]:
    """The texts of a table by row and column; a cell that spans others stands in each, but for one over a whole row."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            if cell.is_merge_origin:
                wide = cell.span_width if cell.span_width < len(rows[number]) else 1
                for covered in range(number, number + cell.span_height):
                    rows[covered][column : column + wide] = [cell.text] * wide
    return rows


def _add_shape(composer: Composer, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        add_table(composer, _rows(shape.table))
    elif getattr(shape, "has_chart", False):
        _add_chart(composer, shape.chart)
    elif getattr(shape, "has_text_frame", False):
        paragraphs = [one for one in shape.text_frame.paragraphs if one.text.strip()]
        for paragraph in paragraphs:
            if len(paragraphs) > 1:
                composer.item(paragraph.text)
            else:
                composer.paragraph(paragraph.text)
    else:
        _add_diagram(composer, shape)


def _add_diagram(composer: Composer, shape: Any) -> None:
    """The words of a SmartArt diagram, which stand in a part of their own."""
    for ids in shape._element.iter(f"{_DIAGRAM}relIds"):
        part = shape.part.related_part(ids.get(f"{_R}dm"))
        for point in parse_xml(part.blob).iter(f"{_DIAGRAM}pt"):
            for paragraph in point.iter(f"{_A}p"):
                composer.item("".join(one.text or "" for one in paragraph.iter(f"{_A}t")))


def _add_chart(composer: Composer, chart: Any) -> None:
    """A chart's title and its values, as a table with a column for each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        composer.paragraph(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        categories = [str(category) for category in plot.categories]
        rows = [
            [
                category,
                *("" if len(one.values) <= at or one.values[at] is None else f"{one.values[at]:g}" for one in series),
            ]
            for at, category in enumerate(categories)
        ]
        add_table(composer, [["Category", *(one.name or "value" for one in series)], *rows])
