"""`askv4 models try`: whether a chat model is worth having on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from askv4.cli.models_try_output import Tried, tried_json, tried_lines
from askv4.cli.options import Invocation, common_options, pass_invocation, server_option
from askv4.config import ready_data_dir
from askv4.errors import ModelMissing, ModelTooLarge
from askv4.evaluate.runner import evaluate
from askv4.evaluate.trial import PASSAGES, Meter, Trial, lay_out, trial_questions
from askv4.llm.choosing import ChosenModel
from askv4.llm.discover import find_model
from askv4.llm.engine import Engine
from askv4.llm.memory import free_memory
from askv4.neural.encoder import open_encoder
from askv4.sync.index import open_index
from askv4.workspace import Workspace

if TYPE_CHECKING:
    from askv4.cli.diagnostics import Diagnostics
    from askv4.config import Settings
    from askv4.llm.chat import ChatModel

WORTH_HAVING, NOT_WORTH_HAVING = 0, 1


@click.command("try", short_help="Find out whether a model is worth having here.")
@click.argument("name", metavar="[NAME|PATH]", required=False)
@server_option
@common_options
@pass_invocation
def try_(invocation: Invocation, name: str | None) -> int:
    """Ask a model a dozen questions about documents that come with askv4, and say whether it is worth having here.

    It takes about a minute. Without NAME the model that `auto` takes is tried, with --llm-url the server's. Your own
    documents are not read, and the data folder stays as it is. -v shows the sentences that were rejected.

    A model is worth having when at least 9 of 12 questions come out right and at most one lead is false, when its leads
    take at most 8 seconds (median), and when at least 500 MB of memory stay free.

    \b
    Examples:
      askv4 models try
      askv4 models try ~/Downloads/model.gguf
      askv4 models try --llm-url http://localhost:8080

    Exit status: 0 worth having, 1 not worth having, 2 an error.
    """
    settings = _settings(invocation.settings, name)
    tried = _tried(settings, invocation.diagnostics)
    output = invocation.output
    if invocation.as_json:
        output.json(tried_json(tried))
    else:
        output.text(tried_lines(tried, output.width, verbose=invocation.diagnostics.verbose))
    return WORTH_HAVING if tried.trial is not None and tried.trial.worth_having else NOT_WORTH_HAVING


def _settings(settings: Settings, name: str | None) -> Settings:
    """The user's settings with the parts that were measured: the trial is of the chat model alone."""
    return replace(
        settings,
        mode="llm",
        model=name or settings.model,
        encoder=None,
        encoder_precision="int8",
        rerank=None,
        long=False,
    )


def _tried(settings: Settings, diagnostics: Diagnostics) -> Tried:
    questions = trial_questions()
    model, path = _meant(settings, free_memory())
    diagnostics.notice(f"asking {model} {len(questions)} questions, which takes about a minute")
    with _workspace(settings, path, diagnostics) as workspace:
        meter, free = Meter(), free_memory()
        started = perf_counter()
        try:
            chat = workspace.load_model()
        except ModelTooLarge as error:
            return Tried(model, None, error.line)
        load_s = perf_counter() - started

        with diagnostics.count_bar("asking") as bar:

            def asked(done: int, total: int) -> None:
                meter.look()
                bar(done, total)

            outcomes = evaluate(workspace.assistant, workspace.index.catalog, questions, PASSAGES, asked)
        # What a server takes is not this machine's to tell.
        memory, others = (None, None) if settings.llm_url else (meter.memory, meter.others)
    name = chat.name if chat is not None and path is None else model
    return Tried(name, Trial(tuple(outcomes), load_s, memory, free, others))


def _meant(settings: Settings, free: int) -> tuple[str, Path | None]:
    """What the model is called before it is loaded, and its file; a server's has none. Raises ModelError when there is none."""
    if settings.llm_url:
        return settings.model or f"the model of {settings.llm_url}", None

    choice = find_model(settings.model, settings.data_dir, available=free)
    if choice.model is None:
        raise ModelMissing(f"there is no model to try: {choice.because}")
    return choice.model.name, choice.model.path


@contextmanager
def _workspace(settings: Settings, model: Path | None, diagnostics: Diagnostics) -> Iterator[Workspace]:
    """The documents of the trial, indexed in a temporary folder; encoder, reader and verifier are those of the data folder,
    in which a model on trial keeps nothing."""
    data_dir = ready_data_dir(settings)
    encoder = open_encoder(data_dir, settings.encoder, settings.encoder_precision, narrate=diagnostics.notice)
    with tempfile.TemporaryDirectory(prefix="askv4-trial-", ignore_cleanup_errors=True) as place:
        corpus = Path(place) / "documents"
        lay_out(corpus)
        settings = replace(settings, corpus=corpus)
        with open_index(Path(place) / "data", corpus, encoder, narrate=diagnostics.notice) as index:
            workspace = Workspace(settings, diagnostics, index=index)
            workspace.sync()
            if model is not None:
                workspace.chat_model = ChosenModel(settings, diagnostics, lambda: _engine(model))
            # What answers need without a model is loaded before the memory of the model is measured.
            workspace.reader.load()
            try:
                yield workspace
            finally:
                workspace.close()


def _engine(model: Path) -> ChatModel:
    return Engine(model)
