"""The JSON of DESIGN.md: one answer, one search result, the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askv4.answer.assistant import SearchOutcome
    from askv4.types import Answer, Citation, Document, SyncReport


def answer_json(answer: Answer) -> dict[str, Any]:
    """One answer, the contract's keys first."""
    return {
        "question": answer.question,
        "status": answer.status,
        "mode": answer.mode,
        "model": answer.model,
        "answer": answer.answer,
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "lead": answer.lead,
        "verdict": answer.verdict,
        "conflicts": [asdict(conflict) for conflict in answer.conflicts],
        "skipped": [asdict(skipped) for skipped in answer.skipped],
        "timings_ms": _rounded(answer.timings_ms),
        "grounding": [asdict(sentence) for sentence in answer.grounding],
        "standalone_question": answer.standalone_question,
        "note": answer.note,
        "confidence": answer.confidence,
        "left_machine": answer.left_machine,
    } | ({"parts": [asdict(part) for part in answer.parts]} if answer.parts else {})


def citation_json(citation: Citation) -> dict[str, Any]:
    """One citation; the words that answer only where some stand out, the last page only where it is another. What helps the
    eye is left out."""
    made = asdict(citation)
    del made["shown"], made["likely"]
    if not made["answers"]:
        del made["answers"]
    if made["last_page"] is None:
        del made["last_page"]
    return made


def search_json(query: str, outcome: SearchOutcome) -> dict[str, Any]:
    """The passages found for one query, best first."""
    results = [
        {
            "rank": hit.rank,
            "score": hit.score,
            "document": hit.document.document,
            "title": hit.document.title,
            "kind": hit.document.kind,
            "start": hit.start,
            "end": hit.end,
            "line": hit.line,
            "page": hit.page,
            "heading": hit.heading,
            "text": hit.text,
        }
        for hit in outcome.hits
    ]
    return {"query": query, "results": results, "note": outcome.note, "timings_ms": _rounded(outcome.timings_ms)}


def document_json(document: Document) -> dict[str, Any]:
    """One row of the documents, the contract's keys first."""
    return {
        "document": document.document,
        "title": document.title,
        "kind": document.kind,
        "state": document.state,
        "reason": document.reason,
        "passages": document.passages,
        "bytes": document.bytes,
        "pages": document.pages,
        "context": document.context,
        "date": document.date,
        "encoding": document.encoding,
        "notes": list(document.notes),
    }


def report_json(report: SyncReport) -> dict[str, Any]:
    """What a sync found and did."""
    return asdict(report)


def error_json(question: str, error: Exception) -> dict[str, Any]:
    """A question of a batch that could not be answered; its row keeps the rows of the others in order."""
    remedy = getattr(error, "remedy", "")
    return {"question": question, "status": "error", "error": " ".join(str(error).split()), "remedy": remedy}


def _rounded(timings_ms: Mapping[str, float]) -> dict[str, float]:
    return {step: round(took, 1) for step, took in timings_ms.items()}
