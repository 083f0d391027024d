"""Fields of a PDF's forms: what was filled in becomes text of the page, boxes are taken down."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from askv4.language.ticks import TICKED, UNTICKED
from askv4.text.loaders.composing import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage  # type: ignore[import-untyped]


_MOST_ANNOTATIONS = 5_000
_MOST_NAMED = 200
"""Characters of a field's name."""


@dataclass(frozen=True, slots=True)
class Box:
    """A check box or a radio button."""

    x0: float
    y0: float
    x1: float
    y1: float
    ticked: bool
    name: str
    """What the form says of it to those who do not see it; empty where it says nothing."""

    @property
    def mark(self) -> str:
        """How it stands in the text."""
        return TICKED if self.ticked else UNTICKED

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def with_fields(document: PdfDocument, number: int) -> tuple[PdfPage, tuple[Box, ...]]:
    """A page on which what was filled into forms and written over it is part of its text, and its boxes. Raises PdfiumError."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    page = document[number]
    kinds, boxes = set(), []
    for place in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)):
        if annotation := pdfium.FPDFPage_GetAnnot(page.raw, place):
            kinds.add(kind := pdfium.FPDFAnnot_GetSubtype(annotation))
            if kind == pdfium.FPDF_ANNOT_WIDGET and document.formenv is not None:
                boxes += _box(document.formenv.raw, annotation)
            pdfium.FPDFPage_CloseAnnot(annotation)
    if kinds.isdisjoint((pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)):
        return page, ()
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[number], tuple(boxes)


def _box(form: Any, annotation: Any) -> list[Box]:
    import pypdfium2.raw as pdfium

    sort = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    place = pdfium.FS_RECTF()
    if sort not in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON) or not pdfium.FPDFAnnot_GetRect(
        annotation, place
    ):
        return []
    said = _said(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    if sort == pdfium.FPDF_FORMFIELD_RADIOBUTTON:  # the name is that of all its buttons
        value = _said(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        said = f"{said}: {value}" if said and value else said or value
    said = said or _said(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
    ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
    return [Box(place.left, place.bottom, place.right, place.top, ticked, said)]


def _said(ask: Any, form: Any, annotation: Any) -> str:
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(2 * _MOST_NAMED)
    ask(form, annotation, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), len(buffer))
    return one_line(buffer.raw.decode("utf-16-le", "replace").partition("\0")[0])
