"""PDF by page, through pdfium: the text that is in the file, as paragraphs in reading order.

Line ends and the hyphens at them are undone, running heads and page numbers left out where they repeat. What is stored
is the result, so quotations are exact in it. Pages that are pictures are recognised where the extra askv4[ocr] is installed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from askv4.errors import DocumentEmpty, DocumentEncrypted, DocumentUnreadable
from askv4.text.loaders import ocr
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.pdf_fields import with_fields
from askv4.text.loaders.pdf_layout import Writer, without_running_heads
from askv4.text.loaders.pdf_lines import PageLines, read_page
from askv4.text.loaders.pdf_marks import with_marks
from askv4.text.loaders.properties import record, sensible_title
from askv4.types import ParsedText

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_PASSWORD_ERROR = 4
_LOOKED_FOR_PICTURES = 10
_MOST_RECOGNISED = 500
"""Pages of one document that are recognised; a note names the others."""


def parse(data: bytes, name: str) -> ParsedText:
    """The pages' text. Raises DocumentUnreadable, DocumentEncrypted, and DocumentEmpty for scans."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            raise DocumentEncrypted(f"{name} needs a password") from error
        raise DocumentUnreadable(f"{name} is damaged or not really a PDF", "open and save it anew") from error
    try:
        pages, broken = _pages(document)
        recognised = _recognise(document, pages, broken, name) if ocr.is_available() else []
        if not any(page.lines for page in pages):
            _explain_emptiness(document, name, broken)
        declared = document.get_metadata_dict()
    finally:
        document.close()
    return _composed(pages, declared, broken, recognised)


def _pages(document: PdfDocument) -> tuple[list[PageLines], list[int]]:
    """The lines of each page, and the numbers of the pages that pdfium cannot load."""
    from pypdfium2 import PdfiumError

    pages: list[PageLines] = []
    broken: list[int] = []
    document.init_forms()
    for number in range(len(document)):
        try:
            page, boxes = with_fields(document, number)
            pages.append(with_marks(read_page(page, boxes), boxes))
        except PdfiumError:
            broken.append(number + 1)
            pages.append(PageLines(0.0, ()))
    return pages, broken


def _recognise(document: PdfDocument, pages: list[PageLines], broken: list[int], name: str) -> list[int]:
    """Fills in pages that show something and hold no text; gives their numbers. Raises DocumentUnreadable."""
    from pypdfium2 import PdfiumError

    recogniser = None
    recognised: list[int] = []
    for number, page in enumerate(pages, 1):
        if page.lines or number in broken or len(recognised) == _MOST_RECOGNISED:
            continue
        try:
            shown = document[number - 1]
            if next(shown.get_objects(), None) is None:
                continue
            recogniser = recogniser or ocr.Recogniser()
            pages[number - 1] = recogniser.read(shown)
        except PdfiumError:
            continue  # it stays a page without text
        except ImportError as error:
            raise DocumentUnreadable(
                f"{name} is a scan, and text recognition does not start: {error}",
                "install it anew: `askv4 setup ocr`",
            ) from error
        if pages[number - 1].lines:
            recognised.append(number)
    return recognised


def _composed(
    pages: list[PageLines], declared: Mapping[str, str], broken: list[int], recognised: list[int]
) -> ParsedText:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    composer = Composer()
    writer = Writer(composer, sizes, [line.text for page in pages for line in page.lines])
    for page in without_running_heads(pages):
        writer.page(page)
    writer.finish()
    silent = [number for number, page in enumerate(pages, 1) if not page.lines and number not in broken]
    notes = []
    if recognised:
        notes.append(f"{_listed(recognised)} text that was recognised in pictures (OCR), mistakes included")
    if silent:
        notes.append(f"{_listed(silent)} no text (pictures, or empty)")
    if broken:
        notes.append(f"{_listed(broken)} nothing that can be read")
    title = sensible_title(declared.get("Title"), writer.title, composer.parsed().text)
    return composer.parsed(
        title=title, notes=tuple(notes), metadata=record(declared.get("Author"), declared.get("CreationDate"))
    )


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")
    return f"page {shown} holds" if len(numbers) == 1 else f"pages {shown} hold"


def _explain_emptiness(document: PdfDocument, name: str, broken: list[int]) -> None:
    """Raises the error for a document without any text."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
    from pypdfium2 import PdfiumError

    if len(document) == len(broken):
        raise DocumentUnreadable(f"no page of {name} can be read", "open and save it anew")
    for number in range(min(len(document), _LOOKED_FOR_PICTURES)):
        try:
            if any(True for _ in document[number].get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,))):
                raise DocumentEmpty(
                    f"the pages of {name} are pictures without text, as a scanner makes them",
                    "text recognition found none either" if ocr.is_available() else ocr.REMEDY,
                )
        except PdfiumError:
            continue  # it is named as broken already
    raise DocumentEmpty(f"there is no text in {name}", "put text into it, or take it away")
