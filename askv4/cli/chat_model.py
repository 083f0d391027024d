"""Which chat model writes leads in this run: a server's, a file's, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from askv4.errors import ModelError, ModelMissing, RemoteNotAllowed, RuntimeMissing

if TYPE_CHECKING:
    from askv4.cli.diagnostics import Diagnostics
    from askv4.config import Settings
    from askv4.llm.chat import ChatModel


class ChosenModel:
    """A chat model that is there; its weights are loaded when the first lead is to be written.

    In the mode `auto` one that was not asked for by name and does not load is no error: a line says so, and there is no lead.
    """

    def __init__(self, settings: Settings, diagnostics: Diagnostics, open_: Callable[[], ChatModel]) -> None:
        self._settings = settings
        self._diagnostics = diagnostics
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
            self._diagnostics.notice(f"{error}; the sources are quoted only")
            return None
        for note in self._model.notes:
            self._diagnostics.detail(note)
        return self._model

    def was_asked_for(self, error: ModelError) -> bool:
        """Whether quoting only would hide what the user got wrong."""
        return self._settings.mode == "llm" or _was_named(self._settings, error)

    def close(self) -> None:
        """Let go of the model, if it was loaded."""
        if self._model is not None:
            self._model.close()


def choose_chat_model(settings: Settings, diagnostics: Diagnostics) -> ChosenModel | None:
    """The model that writes leads; None when answers are quotations only.

    In the mode `auto` a model that was not asked for by name and is damaged is no error: a line says so.

    Raises:
        ModelError: the mode is `llm`, or a model was named, and there is none, or it is no whole chat model.
    """
    if settings.mode == "extractive":
        return None
    try:
        open_ = _from_server(settings) if settings.llm_url else _from_file(settings, diagnostics)
    except ModelError as error:
        if settings.mode == "llm" or _was_named(settings, error):
            raise
        diagnostics.notice(f"{error}; the sources are quoted only")
        return None
    return ChosenModel(settings, diagnostics, open_) if open_ is not None else None


def open_chat_model(settings: Settings, diagnostics: Diagnostics) -> ChatModel | None:
    """The same, loaded at once."""
    chosen = choose_chat_model(settings, diagnostics)
    return chosen.load() if chosen is not None else None


def _was_named(settings: Settings, error: ModelError) -> bool:
    """Whether this very model was asked for. A missing llama-cpp-python is not the user's fault."""
    if isinstance(error, RemoteNotAllowed):
        return True
    return settings.model is not None and not settings.llm_url and not isinstance(error, RuntimeMissing)


def _from_server(settings: Settings) -> Callable[[], ChatModel]:
    from askv4.llm.address import parse_address

    url = str(settings.llm_url)
    parse_address(url, allow_remote=settings.allow_remote)

    def open_() -> ChatModel:
        from askv4.llm.endpoint import Endpoint

        return Endpoint(url, model=settings.model, allow_remote=settings.allow_remote, api_key=settings.llm_api_key)

    return open_


def _from_file(settings: Settings, diagnostics: Diagnostics) -> Callable[[], ChatModel] | None:
    from askv4.llm.discover import find_model
    from askv4.llm.loading import checked
    from askv4.llm.memory import free_memory

    choice = find_model(settings.model, settings.data_dir, available=free_memory())
    found = choice.model
    if found is None:
        if settings.mode == "llm":
            raise ModelMissing(choice.because)
        diagnostics.detail(f"no chat model: {choice.because}")
        return None
    diagnostics.detail(f"chat model: {found.name}, because {choice.because}")
    checked(found.path)

    def open_() -> ChatModel:
        from askv4.llm.engine import Engine

        return Engine(found.path, name=found.name, states=settings.data_dir / "states")

    return open_
