"""What a Word document shows on every page: its headers and footers, each once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from askv4.text.loaders.docx_numbers import W

if TYPE_CHECKING:
    from docx.document import Document as Docx

_SHORT = 25
"""A paragraph with a field for the page number and no more than this besides says nothing else."""


def margins(document: Docx) -> Iterator[tuple[str, Any]]:
    """The headers and footers in the order of the sections, each as its name and its element."""
    even = document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        first = section.different_first_page_header_footer
        headers = [section.header, *([section.first_page_header] if first else [])]
        footers = [section.footer, *([section.first_page_footer] if first else [])]
        if even:
            headers.append(section.even_page_header)
            footers.append(section.even_page_footer)
        for name, parts in (("Page header", headers), ("Page footer", footers)):
            yield from ((name, part._element) for part in parts if not part.is_linked_to_previous)


def numbers_pages(paragraph: Any, text: str) -> bool:
    """Whether a paragraph only gives the number of the page."""
    told = [one.text or "" for one in paragraph.iter(f"{W}instrText")]
    told += [one.get(f"{W}instr") or "" for one in paragraph.iter(f"{W}fldSimple")]
    return len(text) <= _SHORT and any("PAGE" in one.upper() for one in told)
