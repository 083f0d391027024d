"""The server: tools and resources over one workspace. Nothing is written; documents that changed are taken up before each call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, unquote

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resources.templates import ResourceSecurity
from mcp_types import Resource, ToolAnnotations
from pydantic import Field
from typing_extensions import TypedDict

from askv4.as_json import answer_json, document_json, search_json
from askv4.errors import Askv4Error
from askv4.options import Narrator, Options
from askv4.sync.syncing import SyncOptions
from askv4.types import Finished, Quoted, Retrieved, SyncProgress, Turn
from askv4.workspace import Workspace

MOST_CHARACTERS = 20_000
"""Characters of a document that one call reads."""
MOST_LISTED = 500
"""Documents that are listed as resources; all others can be read, too."""
_INSTRUCTIONS = """Answers from the user's own documents, with exact citations: every `quote` is the document's text[start:end].
Use `ask` for questions (it says so when the documents do not answer), `search` for passages, `read_document` for more around
a citation. Cite document and line or page."""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

T = TypeVar("T")
Tell = Callable[[float, str], None]
"""Takes how far a call is, of 1, and what it does."""


class _Cancelled(Exception):
    """Nobody waits for this call; what an interrupted sync leaves is put right by the next one."""


class EarlierTurn(TypedDict):
    """A question and its answer, earlier in the conversation."""

    question: str
    answer: str


class Excerpt(TypedDict):
    """A part of a document's extracted text."""

    document: str
    title: str
    start: int
    end: int
    characters: int
    text: str


class Documents:
    """One workspace, opened at the first call and brought up to date before each; calls come from several threads."""

    def __init__(self, options: Options, narrator: Narrator) -> None:
        self._options = options
        self._narrator = narrator
        self._changing = threading.Lock()
        self._workspace: Workspace | None = None

    @contextmanager
    def ready(self, tell: Tell) -> Iterator[Workspace]:
        """The workspace, up to date; its errors as the protocol's."""

        def advance(progress: SyncProgress) -> None:
            tell(0.0, f"indexing: {progress.done} of {progress.total} {progress.phase}")

        try:
            with self._changing:
                if self._workspace is None:
                    self._workspace = Workspace(self._options, self._narrator)
                self._workspace.sync_if_writable(SyncOptions(progress=advance))
            yield self._workspace
        except Askv4Error as error:
            raise ToolError(error.line) from error

    def close(self) -> None:
        """Lets go of the workspace."""
        if self._workspace is not None:
            self._workspace.close()

    # What the tools do, each on a thread of its own

    def search(self, query: str, count: int, tell: Tell, _: threading.Event) -> dict[str, Any]:
        """The JSON of a search."""
        with self.ready(tell) as workspace:
            return search_json(query, workspace.search(query, count))

    def ask(self, question: str, history: list[EarlierTurn], tell: Tell, stop: threading.Event) -> dict[str, Any]:
        """The JSON of an answer."""
        turns = [Turn(turn["question"], turn["answer"]) for turn in history]
        with self.ready(tell) as workspace:
            for event in workspace.stream(question, turns, stop):
                match event:
                    case Retrieved():
                        tell(0.3, f"{len(event.hits)} passages")
                    case Quoted():
                        tell(0.7, "a model writes" if event.lead_follows else "quoted")
                    case Finished():
                        return answer_json(event.answer)
        raise AssertionError("the events ended without an answer")

    def read(self, name: str, start: int, end: int | None, tell: Tell, _: threading.Event) -> Excerpt:
        """A part of a document's text."""
        with self.ready(tell) as workspace:
            document, text = workspace.document(name), workspace.text(name)
        last = min(len(text), start + MOST_CHARACTERS, len(text) if end is None else end)
        first = min(start, last)
        return Excerpt(
            document=document.document, title=document.title, start=first, end=last, characters=len(text),
            text=text[first:last],
        )  # fmt: skip

    def rows(self, folder: str, tell: Tell, _: threading.Event) -> dict[str, Any]:
        """The JSON of the documents, of all or of those in a folder."""
        inside = f"{folder.strip('/')}/" if folder.strip("/") else ""
        with self.ready(tell) as workspace:
            return {"documents": [document_json(d) for d in workspace.documents() if d.document.startswith(inside)]}

    def resources(self) -> list[Resource]:
        """The first documents that could be read."""
        with self.ready(_silent) as workspace:
            readable = [document for document in workspace.documents() if document.state == "indexed"]
        return [
            Resource(uri=f"askv4:///{quote(one.document)}", name=one.document, title=one.title, mime_type="text/plain")
            for one in readable[:MOST_LISTED]
        ]

    def text(self, name: str) -> str:
        """A document's whole text."""
        with self.ready(_silent) as workspace:
            return workspace.text(name)


def _silent(_share: float, _message: str) -> None:
    """For calls that report no progress."""


def serve(options: Options, narrator: Narrator, version: str) -> None:
    """Serve on stdin and stdout until the client leaves. `narrator` must not write to stdout."""
    documents = Documents(options, narrator)
    try:
        server_over(documents, version).run("stdio")
    finally:
        documents.close()


def server_over(documents: Documents, version: str) -> MCPServer[Any]:
    """The tools `search`, `ask`, `read_document`, `list_documents`, and the documents as resources."""
    # Names are looked up in the catalogue and open no file, so that ".." and "/" in them do no harm.
    security = ResourceSecurity(reject_path_traversal=False, reject_absolute_paths=False)
    server = _Server(documents, "askv4", version=version, instructions=_INSTRUCTIONS, resource_security=security)

    @server.tool(title="Search passages", annotations=_READS)
    async def search(query: str, context: Context, count: Annotated[int, Field(ge=1, le=50)] = 8) -> dict[str, Any]:
        """The passages of the documents nearest to a query, best first, with document, character span, line or page."""
        return await _in_thread(partial(documents.search, query, count), context)

    @server.tool(title="Ask the documents", annotations=_READS)
    async def ask(question: str, context: Context, history: list[EarlierTurn] | None = None) -> dict[str, Any]:
        """A cited answer. `status` is "answered", "uncertain" (the first of `nearest` may be it) or "not_in_sources"; `citations`
        have the exact words and their span. `history` are the turns before a follow-up question, oldest first."""
        return await _in_thread(partial(documents.ask, question, history or []), context)

    @server.tool(title="Read a document", annotations=_READS)
    async def read_document(
        document: str, context: Context, start: Annotated[int, Field(ge=0)] = 0, end: int | None = None
    ) -> Excerpt:
        """The extracted text of a document from character `start` to `end`, at most 20,000 at once. Offsets are those of citations."""
        return await _in_thread(partial(documents.read, document, start, end), context)

    @server.tool(title="List the documents", annotations=_READS)
    async def list_documents(context: Context, folder: str = "") -> dict[str, Any]:
        """Every file of the corpus, or of a folder in it, with title, kind and state; of those that could not be read, why."""
        return await _in_thread(partial(documents.rows, folder), context)

    @server.resource(
        "askv4:///{+document}", title="A document", description="A document's extracted text.", mime_type="text/plain"
    )
    async def document_text(document: str) -> str:
        return await anyio.to_thread.run_sync(documents.text, unquote(document))

    return server


class _Server(MCPServer[Any]):
    """Lists the documents that there are now as resources."""

    def __init__(self, documents: Documents, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._documents = documents

    async def list_resources(self) -> list[Resource]:
        return await anyio.to_thread.run_sync(self._documents.resources)


async def _in_thread(work: Callable[[Tell, threading.Event], T], context: Context[Any, Any]) -> T:
    """Runs `work(tell, stop)` on a thread; a call that the client cancels sets `stop` and ends when it tells next."""
    stop = threading.Event()
    reached = 0.0

    def tell(share: float, message: str) -> None:
        nonlocal reached
        if stop.is_set():
            raise _Cancelled
        reached = max(share, reached + 1e-6)  # the protocol wants each report above the last
        anyio.from_thread.run(context.report_progress, reached, 1.0, message)

    try:
        return await anyio.to_thread.run_sync(partial(work, tell, stop), abandon_on_cancel=True)
    finally:
        stop.set()
