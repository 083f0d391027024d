"""What the chat shows before the first question: what the documents are about, and three questions that they answer.

Made once for each state of the documents, and kept with the index.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from askv4.evaluate.checking import Checker
from askv4.evaluate.drafting import Drafter
from askv4.files import write_whole
from askv4.sync.index import START
from askv4.tui.session import Session, Start
from askv4.types import Finished, Judgement

if TYPE_CHECKING:
    from askv4.neural.reader import Reader
    from askv4.workspace import Workspace

QUESTIONS = 3
TRIED = 15
"""Drafts that are asked at most, to see whether the documents answer them."""
OVERVIEW = "What are these documents about?"
"""Where the documents are too few or too terse for three questions of their own."""
_FORM = 1

_log = logging.getLogger(__name__)


class PoliteReader:
    """The reader, for work that nobody waits for: it gives way before each text."""

    def __init__(self, reader: Reader, give_way: Callable[[], None]) -> None:
        self._reader = reader
        self._give_way = give_way

    def read(self, question: str, texts: Sequence[str]) -> list[Judgement]:
        return [one for text in texts for one in self._read(question, text)]

    def _read(self, question: str, text: str) -> list[Judgement]:
        self._give_way()
        return self._reader.read(question, [text])

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([one.logit for one in self.read(question, texts)], dtype=np.float32)


def start_of(session: Session) -> Start:
    """What stands on the start screen. Takes seconds where the documents have changed, and gives way to questions.

    Raises Askv4Error, and Closing when the chat ends.
    """
    workspace, give_way = session.workspace, session.give_way
    if not workspace.index.catalog.passage_count():
        return Start()
    catalog, path = workspace.index.catalog, workspace.index.folder / START
    files = sorted(catalog.known_files().items())
    state = hashlib.sha256(
        repr([_FORM, workspace.within, *((name, file.sha256) for name, file in files)]).encode()
    ).hexdigest()
    kept = _kept(path, state)
    if kept is not None:
        return kept
    give_way()
    about: dict[str, str] = {}
    for citation in workspace.about().citations:
        about.setdefault(citation.document, " ".join(citation.quote.split()))
    checker = Checker(PoliteReader(workspace.reader, give_way), workspace.verifier, workspace.reader.is_word)
    drafts = islice(Drafter(catalog, checker, within=workspace.within).answerable(), TRIED)
    answered = (one.question for one in drafts if _answers(workspace, one.question, one.document, give_way))
    questions = [*islice(answered, QUESTIONS), OVERVIEW]
    start = Start(about, tuple(questions[:QUESTIONS]))
    with suppress(OSError):  # made anew next time
        write_whole(path, json.dumps({"state": state, **asdict(start)}).encode("utf-8"))
    return start


def _answers(workspace: Workspace, question: str, document: str, give_way: Callable[[], None]) -> bool:
    """Whether the documents answer a question, this one among them."""
    give_way()
    for event in workspace.stream(question, lead=None):
        if isinstance(event, Finished):
            cited = {citation.document for citation in event.answer.citations}
            return event.answer.status == "answered" and document in cited
    return False


def _kept(path: Path, state: str) -> Start | None:
    try:
        kept = json.loads(path.read_bytes())
        if kept["state"] != state:
            return None
        return Start({str(name): str(said) for name, said in kept["about"].items()}, tuple(map(str, kept["questions"])))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.info("what the start screen shows is made anew: %s", error)
        return None
