"""A conversation as a file: in Markdown its questions, leads, and the sources of each answer with their words; as BibTeX or
CSL-JSON what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from askv4.answer.conversation.kept import Conversation, KeptTurn
from askv4.answer.conversation.references import bibtex, csl_json, references
from askv4.answer.quote.listing import blocks, lead_lines, passages, unlisted_conflicts
from askv4.errors import UsageError
from askv4.text.as_markdown import literal
from askv4.text.safe import safe, safe_line, safe_name
from askv4.types import Answer, Citation

Format = Literal["markdown", "bibtex", "csl-json"]
FORMATS: tuple[Format, ...] = get_args(Format)
_SUFFIXES: Mapping[str, Format] = {".bib": "bibtex", ".json": "csl-json"}

_MARKER = re.compile(r"\\\[(\d{1,4})\\\]")


def format_of(path: Path | None) -> Format:
    """What a file of this name holds: BibTeX in .bib, CSL-JSON in .json, else Markdown."""
    return "markdown" if path is None else _SUFFIXES.get(path.suffix.lower(), "markdown")


def exported(
    conversation: Conversation, turns: Sequence[KeptTurn], form: Format, dates: Mapping[str, str | None]
) -> str:
    """A conversation in this format; `dates` are those of its documents, by name."""
    if form == "markdown":
        return conversation_markdown(conversation, turns)
    cited = references(turns, dates)
    return bibtex(conversation, cited) if form == "bibtex" else csl_json(conversation, cited)


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet. Raises UsageError."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} exists already", "name another file") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", "name another file") from error


def conversation_markdown(conversation: Conversation, turns: Sequence[KeptTurn]) -> str:
    """The whole conversation; what documents and models wrote shows as it is, and none of it is Markdown or HTML."""
    lines = [
        f"# {_plain(conversation.title)}",
        "",
        f"Corpus: {_plain(safe_name(str(conversation.corpus)))}  ",
        f"Begun: {conversation.created:%Y-%m-%d %H:%M} UTC",
        "",
    ]
    for turn in turns:
        lines += [f"## {_plain(turn.question)}", "", *_answer_lines(turn.answer)]
    return "\n".join(lines).rstrip() + "\n"


def _answer_lines(answer: Answer) -> Iterator[str]:
    markers = {str(citation.n) for citation in answer.citations or answer.nearest}

    def marked(paragraph: str) -> str:
        return _MARKER.sub(lambda match: f"[{match[1]}]" if match[1] in markers else match[0], _plain(paragraph))

    said = answer.answer.split("\n") if answer.status == "not_in_sources" else lead_lines(answer)
    for paragraph in filter(str.strip, said):
        yield marked(paragraph)
        yield ""
    for entry in (entry for block in blocks(answer) for entry in block):
        if entry.citation is not None:
            yield from _source_lines(entry.citation, entry.text)
        else:
            yield f"**{_plain(entry.text)}**" if entry.role == "question" else marked(entry.text)
            yield ""
    near = passages(answer)
    if near:
        yield "### Nearest passages"
        yield ""
        for citation in near:
            yield from _source_lines(citation)
    remarks = [f"The sources differ: {conflict.reason}" for conflict in unlisted_conflicts(answer)]
    remarks += [answer.note] if answer.note else []
    for remark in remarks:
        yield f"*{_plain(remark)}*"
        yield ""


def _source_lines(citation: Citation, said: str = "") -> Iterator[str]:
    """A source and its words: the document's own, or `said`, which has more than they to be understood."""
    more = citation.shown or not said.startswith("“")
    yield f"[{citation.n}] {_plain(source_place(citation))}"
    yield ""
    for line in safe(said if said and more else citation.quote).split("\n"):
        yield f"> {literal(line)}".rstrip()
    yield ""


def source_place(citation: Citation) -> str:
    """A citation in one line: title, kind, file with line or page, heading."""
    title = f"{safe_line(citation.title)} ({safe_line(citation.kind)})" if citation.kind else safe_line(citation.title)
    place = safe_name(citation.document)
    if citation.on_page:
        place += f", {citation.on_page}"
    elif citation.line is not None:
        place += f":{citation.line}"
    if citation.heading:
        place += f", under “{safe_line(citation.heading)}”"
    return f"{title}, {place}"


def _plain(text: str) -> str:
    return literal(safe_line(text))
