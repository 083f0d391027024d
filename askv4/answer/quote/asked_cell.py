"""The cell of a row that a question names by its column: "how heavy is the City 7E?" asks for no other model's weight."""

from __future__ import annotations

from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.language.words import words
from askv4.text.row_labels import cells_below, row_labels
from askv4.types import Span


def in_asked_cell(question: Question, text: str, row: Span, answer: Span) -> Span:
    """The words of a sentence that answer, `answer`, or the cell of the column that the question names where they lie in
    another one; all as offsets in `text`."""
    cell = _asked_cell(question, text, row)
    return answer if cell is None or (cell.start <= answer.start and answer.end <= cell.end) else cell


def _asked_cell(question: Question, text: str, row: Span) -> Span | None:
    """The cell below the one label that the question has word for word; None where it has none or several, or the cell too."""
    labels = row_labels(text, row)
    stems = [stems_of(words(label)) for _, label in labels]
    named = [place for place, label in enumerate(stems) if label and label <= question.stems]
    named = [place for place in named if not any(stems[place] < stems[other] for other in named)]
    if len(named) != 1 or len(labels) == 1:
        return None
    cell = cells_below(labels, row)[named[0]]
    said = cell.of(text).rstrip(" \t|")
    if not said or stems_of(words(said)) <= question.stems:
        return None
    return Span(cell.start, cell.start + len(said))
