"""The values that travel between the rooms: frozen, plain, without behaviour beyond their own arithmetic.

Offsets everywhere are character offsets, half-open (`text[start:end]`), into a document's *extracted text*: the text
that `askv4 docs --text NAME` prints. For plain text and Markdown that is the decoded file itself, front matter included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Role = Literal["heading", "paragraph", "list", "table", "code"]
Mode = Literal["auto", "extractive", "llm"]
Status = Literal["answered", "uncertain", "not_in_sources"]
Verdict = Literal["yes", "no", "not_stated"]
State = Literal["indexed", "skipped"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open run of characters of a document's extracted text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reader says of one text as the answer to a question."""

    logit: float
    """Whether the text answers; higher is better."""
    span: Span | None = None
    """The words of the text that answer, if it does; None where the text has none that were read."""
    span_score: float = 0.0
    """By how much the span is likelier than none, in logits."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no sentence crosses: a heading, a paragraph, a list item, a table row, a block of code."""

    start: int
    end: int
    role: Role = "paragraph"
    level: int = 0
    """Depth of a heading, 1 for the topmost; 0 for every other role."""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """What a loader makes of a file: its text, and the places in it."""

    text: str
    blocks: tuple[Block, ...]
    """In reading order, without overlap; what lies in no block (front matter, blank lines) is never quoted."""
    title: str | None = None
    kind: str | None = None
    """What sort of source it is ("news report"), as its own front matter says."""
    context: str | None = None
    """One line on when or in which situation it was written, as its own front matter says."""
    date: str | None = None
    """ISO date that the document itself declares."""
    pages: tuple[int, ...] = ()
    """Offset at which each page (or slide) begins; empty when the format has none."""
    has_lines: bool = True
    """Whether a line number of the extracted text means something to a reader of the file."""
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    """What the reader of the document's record should know, such as a guessed encoding."""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A part of a document that has a number: a clause, a step, a chapter, a row."""

    numbers: tuple[str, ...]
    """Outermost first, normalised by `language.numbering`: "§ 3 (2) (b)" is ("3", "2", "b"), "4.2 (b)" is ("4.2", "b")."""
    sorts: tuple[str, ...]
    """What each is called: a key of `PLACES`, "" where a number stands alone."""
    span: Span
    headed: bool = False
    """Whether the number stands in a heading."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a document: "author", "recipient" or "date"."""

    what: str
    value: str
    """Of a date as much of YYYY-MM-DD as is known."""
    span: Span | None
    """The words of the document that say so; None where they do not stand in its text."""
    source: str = ""
    """What says so where the text does not."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences under one heading: the unit that is embedded and ranked."""

    start: int
    end: int
    heading: str | None
    sentences: tuple[Span, ...]
    tokens: int
    """Length in the encoder's own tokens, without heading and title."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the corpus, as the catalogue knows it."""

    document: str
    """Path relative to the corpus, `/` between parts: the document's name everywhere."""
    title: str
    kind: str | None
    context: str | None
    date: str | None
    state: State
    reason: str | None
    """Why it was skipped; None when it is indexed."""
    bytes: int
    pages: int | None
    passages: int
    encoding: str | None
    notes: tuple[str, ...] = ()
    has_lines: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage, with what is needed to quote from it."""

    rank: int
    score: float
    passage_id: int
    document: Document
    start: int
    end: int
    line: int | None
    page: int | None
    heading: str | None
    text: str
    """The document's text[start:end]."""
    sentences: tuple[Span, ...]
    """Spans in the document's text, all within start..end."""
    cosine: float | None = None
    """Similarity of question and passage vectors; None when the dense route did not return the passage."""
    bm25: float | None = None
    """BM25 of the passage, higher is better; None when the full-text route did not return it."""
    short_forms: tuple[tuple[str, str], ...] = ()
    """(short, long) of what the question says and its document has shorter: by its own definition, or the name of a month."""
    reading: float | None = None
    """The reader's logit of the passage, read whole after its title, for the question; None when it was not read."""

    @property
    def own_sentences(self) -> list[Span]:
        """The spans of the sentences in `text`."""
        return [Span(one.start - self.start, one.end - self.start) for one in self.sentences]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a document, shown as the source of a sentence. `quote` is exactly the document's text[start:end]."""

    n: int
    document: str
    title: str
    kind: str | None
    start: int
    end: int
    line: int | None
    page: int | None
    heading: str | None
    quote: str
    answers: tuple[tuple[int, int], ...] = ()
    """(start, end) of the words that answer the question most directly: offsets into the document's text, in order, without
    overlap, all within start..end. Empty when nothing stands out."""
    shown: str = ""
    """The quotation on one line, with what it needs to be understood in square brackets; empty where that is the quote."""
    likely: tuple[int, int] | None = None
    """Of a nearest passage: (start, end) of its likeliest sentence, for compact views."""
    last_page: int | None = None
    """The page on which it ends; None where that is the page on which it begins."""

    @property
    def on_page(self) -> str | None:
        """ "page 3", "pages 3–4"; None where the format has no pages."""
        if self.page is None:
            return None
        return f"page {self.page}" if self.last_page is None else f"pages {self.page}–{self.last_page}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two cited documents that answer the question differently; the one that comes first is named first everywhere."""

    citations: tuple[int, ...]
    """The numbers `n` of the citations involved."""
    documents: tuple[str, ...]
    reason: str
    """In one sentence: what each says, with its kind, context and date, and why the first comes first."""
    sort: str = ""
    """In what they differ: "figure", "date", "name", "denial" or "wording"; empty in a record of an older version."""
    said: tuple[str, ...] = ()
    """What each answers, in the words of its sentence; for a denial "affirms it", "denies it" and the like."""
    kinds: tuple[str | None, ...] = ()
    contexts: tuple[str | None, ...] = ()
    dates: tuple[str | None, ...] = ()
    """The dates that the documents declare."""
    first: str = ""
    """Why the first is named first: it corrects, it states what the other supposes, it is newer; empty where nothing decides."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that could not be read, and why."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroundedSentence:
    """A sentence that the model wrote, held against what it cites."""

    text: str
    citations: tuple[int, ...]
    supported: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions that were asked at once, and how it fared."""

    question: str
    """As it was understood, standing alone."""
    status: Status
    citations: tuple[int, ...] = ()
    """The numbers `n` of its citations, or of its candidate; none when the sources do not answer it."""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer; `cli/output.py` writes it as the JSON of the contract."""

    question: str
    status: Status
    mode: Literal["extractive", "llm"]
    model: str | None
    answer: str
    """The lead where there is one, else the same as `quoted`; of a refusal, that it is one; of an uncertain answer, the
    candidate without its marker."""
    citations: tuple[Citation, ...] = ()
    """Those of the lead first, then the other quotations."""
    lead: str | None = None
    """What a model wrote, with markers; each sentence is carried by what it cites."""
    quoted: str = ""
    """The quotations, one to a line with its marker; empty for a refusal. The markers of an uncertain answer name those of
    `nearest` that are its candidates."""
    verdict: Verdict | None = None
    """What the sources say to a yes/no question, where they say just that."""
    nearest: tuple[Citation, ...] = ()
    """Where it is not answered, what came nearest: the candidates of an uncertain answer first, then whole passages."""
    conflicts: tuple[Conflict, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds: "total"; "retrieve" and "evidence", how long each took; "quotes" and "lead", when each stood there
    after the question was asked (a lead that was given up, too)."""
    grounding: tuple[GroundedSentence, ...] = ()
    standalone_question: str | None = None
    """The question as it was understood in its conversation; None when it was taken as asked."""
    note: str | None = None
    """One line on how the answer came about, such as a fall-back to quotations."""
    confidence: float | None = None
    """Estimated probability that the cited sentences answer the question."""
    left_machine: bool = False
    """Whether any text was sent to another machine to make the answer."""
    parts: tuple[Part, ...] = ()
    """The questions that were asked at once, in order; empty when it was one question."""

    def noted(self, *notes: str | None) -> Answer:
        """The same with further notes behind its own."""
        return replace(self, note=in_one(self.note, *notes))


def in_one(*notes: str | None) -> str | None:
    """Notes on one line; None where there are none."""
    return "; ".join(filter(None, notes)) or None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, earlier in the same conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Event: retrieval is done; nothing has been decided yet."""

    question: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Event: the quotations, or the refusal: the answer but for a lead."""

    answer: Answer
    lead_follows: bool
    """Whether a model now writes a lead, which takes seconds; it may not stand."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the answer; the last one of a stream."""

    answer: Answer


Event = Retrieved | Quoted | Finished


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """Event: where a sync stands. `total` counts documents that need work, not all documents."""

    done: int
    total: int
    document: str
    passages: int
    """Passages embedded so far."""
    phase: Literal["documents", "vectors"] = "documents"
    """In the phase "vectors", the last one, `done` and `total` count vectors that are written to the vector store."""
    seconds: float = 0.0
    """Since this phase began."""

    @property
    def seconds_left(self) -> float | None:
        """How long the phase will go on at the pace so far; None as long as nothing is done."""
        return self.seconds * (self.total - self.done) / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found and did."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    renamed: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    passages_embedded: int = 0
    repaired: bool = False
    """Whether the remains of an interrupted sync were put right."""
    documents_read: int = 0
    """How many files were looked into."""
    seconds: float = 0.0
    """How long the work took; 0 when there was none."""
    shortened: tuple[Skipped, ...] = ()
    """Documents that were read now and are not searched whole, since they are too large, with what is left out."""
