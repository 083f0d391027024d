"""Whether something can be asked, whether there is anything in the part of a corpus that is asked, and by which dates it was chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from askv4.errors import CorpusEmpty, UsageError
from askv4.records import Scope

if TYPE_CHECKING:
    from askv4.store.catalog import Catalog


LONGEST_QUESTION = 100_000
"""Characters; a longer text is a document, and its words would be compared with all of the index for minutes."""


def refuse_too_long(text: str) -> None:
    """Raises UsageError for what is no question but a document."""
    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters",
            f"ask in at most {LONGEST_QUESTION:,}; documents go into the corpus",
        )


def require(scope: Scope | None, catalog: Catalog, corpus: Path) -> None:
    """Raises UsageError where no document of the corpus, if it has any, lies in `scope`."""
    if scope is None or catalog.documents(scope) or not (every := catalog.documents()):
        return
    if not scope.kinds:
        raise UsageError(f"no document of {corpus} is in {scope.said}", "`askv4 docs` lists them")
    folders = sorted({one.document.partition("/")[0] for one in every if "/" in one.document})
    kinds = sorted({one.kind for one in every if one.kind})
    listed = (("folders", folders), ("kinds", kinds))
    there = "; ".join(f"its {what} are {', '.join(names[:8])}" for what, names in listed if names)
    missing = f"the corpus {corpus} has no folder, file, format or kind {scope.kinds[0]!r}"
    raise UsageError(missing, there or "it has no folders")


def require_any(catalog: Catalog, corpus: Path) -> None:
    """Raises CorpusEmpty when there is nothing to answer from."""
    if catalog.passage_count():
        return
    documents = catalog.documents()
    if not documents:
        raise CorpusEmpty(f"the corpus folder {corpus} holds no documents")
    if all(document.state == "skipped" for document in documents):
        which = "none of the documents" if len(documents) > 1 else "its only document"
        raise CorpusEmpty(f"{corpus}: {which} could not be read", "`askv4 docs` says why")


def dates_note(scope: Scope | None, catalog: Catalog) -> str | None:
    """Where documents of a time are asked: how many go by their file's date, because they have none of their own."""
    if scope is None or not (scope.since or scope.until):
        return None
    own, places = catalog.facts("date"), replace(scope, since="", until="")
    count = sum(one.date is None and one.document not in own for one in catalog.documents(places))
    return f"documents without a date of their own go by their file's: {count}" if count else None
