"""Who answers: quotations, a chat model of this machine, or a server."""

from __future__ import annotations

from functools import partial

from askv4.tui import workers
from askv4.tui.controllers.answering import Answering
from askv4.tui.messages import ModelChanged
from askv4.tui.screens.base import PanesScreen, Takers
from askv4.tui.screens.models import ModelScreen, Pick

NO_MODEL = "Quoting the sources. For answers in its own words askv4 needs a model: F4, or `askv4 models` in a shell."


class Models:
    """Loads what is chosen, and shows who answers."""

    def __init__(self, view: PanesScreen, answering: Answering) -> None:
        self._view = view
        self._answering = answering

    def takers(self) -> Takers:
        """What this controller takes."""
        return ((ModelChanged, self._change),)

    def start(self) -> None:
        """Load what the settings name."""
        settings = self._view.session.settings
        if settings.mode != "extractive":
            self.load(Pick(settings.mode, settings.model, settings.llm_url))

    def choose(self) -> None:
        """Let the reader choose mode and model."""

        def use(pick: Pick | None) -> None:
            if pick is not None:
                self.load(pick)

        self._view.app.push_screen(ModelScreen(self._view.session, self._view.threads), use)

    def load(self, pick: Pick) -> None:
        """Answer by this from the next question on."""
        view = self._view
        self._answering.end_lead()
        view.status_line.change(loading="loading the model…" if pick.mode != "extractive" else None)
        chosen = (pick.mode, pick.model, pick.server)
        view.in_thread(partial(workers.use_model, view.session, view.post_message, *chosen))

    def _change(self, news: ModelChanged) -> None:
        view, session = self._view, self._view.session
        remote = session.settings.llm_url if session.model is not None and session.model.remote else None
        mode = session.settings.mode
        view.status_line.change(mode=mode, model=news.name, loading=None, speed=None, remote=remote)
        if news.line:
            view.tell(news.line, trouble=True)
        elif news.name is None and mode == "auto":
            view.tell(NO_MODEL)
