"""Which chat model writes leads in this run: a server's, a file's, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from askv4.errors import ModelError, ModelMissing, RemoteNotAllowed, RuntimeMissing
from askv4.llm.address import parse_address
from askv4.llm.discover import find_model
from askv4.llm.loading import checked
from askv4.llm.memory import free_memory

if TYPE_CHECKING:
    from askv4.llm.chat import ChatModel
    from askv4.options import Narrator, Options


class ChosenModel:
    """A chat model that is there; its weights are loaded when the first lead is to be written.

    In the mode `auto` one that was not asked for by name and does not load is no error: a line says so, and there is no lead.
    """

    def __init__(self, options: Options, narrator: Narrator, open_: Callable[[], ChatModel]) -> None:
        self._options = options
        self._narrator = narrator
        self._open = open_
        self._model: ChatModel | None = None
        self._failed = False

    def load(self) -> ChatModel | None:
        """The model; None where it failed and nobody had asked for it.

        Raises:
            ModelError: it does not load, and it was asked for.
        """
        if self._model is not None or self._failed:
            return self._model
        try:
            self._model = self._open()
        except ModelError as error:
            if self.was_asked_for(error):
                raise
            self._failed = True
            self._narrator.notice(f"{error}; the sources are quoted only")
            return None
        for note in self._model.notes:
            self._narrator.detail(note)
        return self._model

    def was_asked_for(self, error: ModelError) -> bool:
        """Whether quoting only would hide what the user got wrong."""
        return self._options.mode == "llm" or _was_named(self._options, error)

    def close(self) -> None:
        """Let go of the model, if it was loaded."""
        if self._model is not None:
            self._model.close()


def choose_chat_model(options: Options, narrator: Narrator) -> ChosenModel | None:
    """The model that writes leads; None when answers are quotations only.

    In the mode `auto` a model that was not asked for by name and is damaged is no error: a line says so.

    Raises:
        ModelError: the mode is `llm`, or a model was named, and there is none, or it is no whole chat model.
    """
    if options.mode == "extractive":
        return None
    try:
        open_ = _from_server(options) if options.llm_url else _from_file(options, narrator)
    except ModelError as error:
        if options.mode == "llm" or _was_named(options, error):
            raise
        narrator.notice(f"{error}; the sources are quoted only")
        return None
    return ChosenModel(options, narrator, open_) if open_ is not None else None


def open_chat_model(options: Options, narrator: Narrator) -> ChatModel | None:
    """The same, loaded at once."""
    chosen = choose_chat_model(options, narrator)
    return chosen.load() if chosen is not None else None


def _was_named(options: Options, error: ModelError) -> bool:
    """Whether this very model was asked for. A missing llama-cpp-python is not the user's fault."""
    if isinstance(error, RemoteNotAllowed):
        return True
    return options.model is not None and not options.llm_url and not isinstance(error, RuntimeMissing)


def _from_server(options: Options) -> Callable[[], ChatModel]:
    url = str(options.llm_url)
    parse_address(url, allow_remote=options.allow_remote)

    def open_() -> ChatModel:
        from askv4.llm.endpoint import Endpoint  # an HTTP client, for those who named a server

        return Endpoint(url, model=options.model, allow_remote=options.allow_remote, api_key=options.llm_api_key)

    return open_


def _from_file(options: Options, narrator: Narrator) -> Callable[[], ChatModel] | None:
    choice = find_model(options.model, options.data_dir, available=free_memory())
    model = choice.model
    if model is None:
        if options.mode == "llm":
            raise ModelMissing(choice.because)
        narrator.detail(f"no chat model: {choice.because}")
        return None
    narrator.detail(f"chat model: {model.name}, because {choice.because}")
    checked(model.path)

    def open_() -> ChatModel:
        from askv4.llm.engine import Engine  # llama.cpp

        return Engine(model.path, name=model.name, states=options.data_dir / "states")

    return open_
