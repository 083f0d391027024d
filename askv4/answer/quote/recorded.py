"""Answers from what is known of documents as documents: author, recipient, date, title, pages, format, and which there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Protocol

from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.asked_record import AskedRecord, asked_records
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import Places, indexed, own_words
from askv4.answer.quote.quoting import decline, texts
from askv4.language.words import words
from askv4.records import Scope
from askv4.text.loaders import format_of
from askv4.types import Answer, Document, Fact, Hit, Span

MOST_LISTED = 20
"""Documents that a list names; the others are counted."""
_LONGEST = 300
_SAID = {
    "author": "Author",
    "recipient": "Recipient",
    "date": "Date",
    "title": "Title",
    "pages": "Pages",
    "format": "Format",
    "name": "File",
}


class Records(Places, Protocol):
    """What this needs of the catalogue."""

    def facts(self, what: str) -> dict[str, Fact]: ...


def recorded(question: Question, sources: Records, within: Scope | None, *, sure: bool = True) -> Answer | None:
    """The answer to a question that asks something of documents as documents; None for every other, and where it is not known.

    `sure`: not where it may as well be asked about something of which a document tells: who wrote Hamlet.
    """
    for asked in asked_records(question.asked):
        if sure and asked.what in ("author", "recipient", "date") and not asked.names_a_document:
            continue
        documents = indexed(sources, within)
        answer = _listed if asked.what in ("count", "list") else _of_one
        if (made := answer(question, asked, sources, documents)) is not None:
            return made
    return None


def _of_one(question: Question, asked: AskedRecord, sources: Records, documents: Sequence[Document]) -> Answer | None:
    """What is known of the document that is named, or of each of up to four that may be."""
    wanted = asked.wanted
    if wanted:
        meant = [one for one in documents if wanted <= own_words(one)]
    else:
        meant = list(documents) if len(documents) == 1 and asked.names_a_document else []
    if not 0 < len(meant) <= 4:
        return None
    facts = sources.facts(asked.what)
    values = [(one, _value(asked.what, one, facts.get(one.document))) for one in meant]
    known = [(one, fact) for one, fact in values if fact is not None]
    if not known:
        return (
            decline(question, f"{meant[0].document} has no pages that are counted.", (), sources)
            if asked.what == "pages"
            else None
        )
    lines = [f"{_SAID[asked.what]} of {one.document}: {fact.value}" for one, fact in known]
    return _answer(question, lines, known, sources)


def _value(what: str, document: Document, fact: Fact | None) -> Fact | None:
    family = format_of(document.document)
    value = {
        "title": document.title, "pages": str(document.pages or ""), "format": family.name if family else "",
        "name": document.document,
    }.get(what)  # fmt: skip
    return Fact(what, value, None, "the file's record") if value else fact


def _listed(question: Question, asked: AskedRecord, sources: Records, documents: Sequence[Document]) -> Answer | None:
    """The documents of a kind, from a time or by somebody; counted, and named as far as there is room."""
    wanted, facts = asked.wanted, sources.facts("author" if "who" in asked.said else "date")
    if not wanted and not asked.names_a_document:
        return None
    chosen = [one for one in documents if not wanted or wanted <= _kinds(one, asked.said["kind"])]
    if when := asked.when:
        chosen = [one for one in chosen if (fact := facts.get(one.document)) and fact.value.startswith(when)]
    if who := stems_of(words(asked.said.get("who", ""))):
        chosen = [one for one in chosen if (fact := facts.get(one.document)) and who <= stems_of(words(fact.value))]
    # One file whose name has the word may be about such things, rather than one of them.
    if not chosen or (
        wanted and asked.what == "count" and len(chosen) == 1 and not _on_the_page(chosen[0], wanted, sources)
    ):
        return None
    named = ", ".join(one.document for one in chosen[:MOST_LISTED])
    more = f" and {len(chosen) - MOST_LISTED} more" if len(chosen) > MOST_LISTED else ""
    noun = "document" if len(chosen) == 1 else "documents"
    known = [(one, facts.get(one.document) if when or who else None) for one in chosen[:MOST_LISTED]]
    return _answer(question, [f"{len(chosen)} {noun}: {named}{more}"], known, sources)


def _kinds(document: Document, said: str) -> frozenset[str]:
    """Stems of what a document may be called as one of its kind: not by a word that is a plural itself, as in a list of things."""
    asked = set(words(said))
    own = words(f"{PurePosixPath(document.document).stem} {document.title} {document.kind or ''}".replace("_", " "))
    family = format_of(document.document)
    formats = words(f"{family.name if family else ''} {PurePosixPath(document.document).suffix}")
    return stems_of(formats) | stems_of(word for word in own if word not in asked or not word.endswith("s"))


def _on_the_page(document: Document, wanted: frozenset[str], sources: Records) -> bool:
    return wanted <= stems_of(words(sources.text(document.document)[:_LONGEST])) or wanted <= stems_of(
        words(document.kind or "")
    )


def _answer(
    question: Question, lines: Sequence[str], known: Sequence[tuple[Document, Fact | None]], sources: Records
) -> Answer:
    """The lines, and below them for each document the words that say so, else its title with what its record says."""
    text_of = texts(sources)
    quoted = []
    for document, fact in known:
        span = fact.span if fact and fact.span else _beginning(document, sources)
        if span is not None:
            by_record = fact and not fact.span and fact.value != document.title
            notes = ((span.start, f"{fact.what}, by {fact.source}: {fact.value}"),) if fact and by_record else ()
            hit = Hit(1, 1.0, 0, document, span.start, span.end, None, None, None, "", (span,))
            quoted.append(Quotation(hit, span, 1.0, notes, (span,)))
    text, citations = compose(quoted, text_of, sources.place)
    told = "\n".join([*lines, text])
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=told, quoted=told,
        citations=citations, skipped=tuple(sources.skipped()), confidence=1.0,
    )  # fmt: skip


def _beginning(document: Document, sources: Records) -> Span | None:
    """The title where it stands in the text, else the first sentence."""
    at = sources.text(document.document).find(document.title)
    if at >= 0:
        return Span(at, at + len(document.title))
    return next(iter(sources.neighbours(document.document, 0, 0, 0, 1)), None)
