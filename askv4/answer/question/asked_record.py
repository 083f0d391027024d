"""What a question asks of documents as documents: who wrote one, how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from askv4.answer.question.asked_place import LONGEST, stems_of
from askv4.language import en, others
from askv4.language.dates import dates
from askv4.language.patterns import Pattern
from askv4.language.words import words

_QUESTIONS = [
    (what, Pattern(rf"[\s¿]*(?:{pattern})[\s?.!]*", 2))
    for listed in (en.RECORD_QUESTIONS, others.RECORD_QUESTIONS)
    for what, pattern in listed.items()
]


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """A question for what is known of one document, or for the documents of which something is."""

    what: str
    """A key of `RECORD_QUESTIONS`."""
    said: Mapping[str, str]
    """The words of the question by their parts: "of" is the document, "kind", "when" and "who" choose among all."""

    @property
    def when(self) -> str:
        """The year, month or day that is meant, as the beginning of an ISO date; empty where none is."""
        said = self.said.get("when", "")
        dated = next((date for date in dates(said) if date.year and len(date.months) == 1), None)
        if dated is None:
            return said if said.isdecimal() and len(said) == 4 else ""
        return f"{dated.year}-{dated.months[0]:02}" + (f"-{dated.days[0]:02}" if dated.days else "")

    @property
    def wanted(self) -> frozenset[str]:
        """Stems of the words that say which document, or which kind of document; empty where any will do."""
        told = words(self.said.get("of") or self.said.get("kind") or "")
        kept = (word for word in told if word not in en.STOP_WORDS and word not in en.DOCUMENT_NOUNS)
        return stems_of(word for word in kept if word not in others.DOCUMENT_NOUNS | others.ARTICLES)

    @property
    def names_a_document(self) -> bool:
        """Whether a word says that a document is meant."""
        told = self.said.get("of") or self.said.get("kind") or ""
        nouns = en.DOCUMENT_NOUNS | others.DOCUMENT_NOUNS
        return "." in told.strip(".") or any(word in nouns for word in words(told))


def asked_records(question: str) -> list[AskedRecord]:
    """What `question`, on one line, may ask of documents as documents; most ask nothing of the kind."""
    records = []
    for what, pattern in _QUESTIONS if len(question) <= LONGEST else ():
        if match := pattern.fullmatch(question):
            said = {
                name.rstrip("0123456789"): value.strip(" ?.!") for name, value in match.groupdict().items() if value
            }
            asked = AskedRecord(what, said)
            if "when" not in said or asked.when:
                records.append(asked)
    return records
