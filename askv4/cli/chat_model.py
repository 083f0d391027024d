"""Which chat model answers in this run: a server's, a file's, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askv4.errors import ModelError, ModelMissing, RemoteNotAllowed, RuntimeMissing

if TYPE_CHECKING:
    from askv4.cli.diagnostics import Diagnostics
    from askv4.config import Settings
    from askv4.llm.chat import ChatModel


def open_chat_model(settings: Settings, diagnostics: Diagnostics) -> ChatModel | None:
    """The model that writes the answers, loaded; None when they are quotations.

    In the mode `auto` a model that was not asked for by name and does not work is no error: a line says so.

    Raises:
        ModelError: the mode is `llm`, or a model was named, and there is none that works.
    """
    if settings.mode == "extractive":
        return None
    try:
        model = _from_server(settings) if settings.llm_url else _from_file(settings, diagnostics)
    except ModelError as error:
        if settings.mode == "llm" or _was_asked_for(settings, error):
            raise
        diagnostics.notice(f"{error}; the sources are quoted instead")
        return None
    if model is not None:
        for note in model.notes:
            diagnostics.detail(note)
    return model


def _was_asked_for(settings: Settings, error: ModelError) -> bool:
    """Whether quoting instead would hide what the user got wrong. A missing llama-cpp-python is not the user's fault."""
    if isinstance(error, RemoteNotAllowed):
        return True
    return settings.model is not None and not settings.llm_url and not isinstance(error, RuntimeMissing)


def _from_server(settings: Settings) -> ChatModel:
    from askv4.llm.endpoint import Endpoint

    return Endpoint(
        str(settings.llm_url), model=settings.model, allow_remote=settings.allow_remote, api_key=settings.llm_api_key
    )


def _from_file(settings: Settings, diagnostics: Diagnostics) -> ChatModel | None:
    from askv4.llm.discover import find_model
    from askv4.llm.memory import free_memory

    choice = find_model(settings.model, settings.data_dir, available=free_memory())
    if choice.model is None:
        if settings.mode == "llm":
            raise ModelMissing(choice.because)
        diagnostics.detail(f"no chat model: {choice.because}")
        return None
    diagnostics.detail(f"chat model: {choice.model.name}, because {choice.because}")
    from askv4.llm.engine import Engine

    return Engine(choice.model.path, name=choice.model.name)
