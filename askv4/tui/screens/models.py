"""Choosing who answers: quotations, or one of the models of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from askv4.llm.known import gigabytes, recommended
from askv4.llm.memory import free_memory
from askv4.llm.models import fits
from askv4.text.safe import safe_line
from askv4.tui.looks import MUTED, WARNING
from askv4.tui.session import Session
from askv4.tui.threads import Threads
from askv4.tui.workers import failing
from askv4.types import Mode

if TYPE_CHECKING:
    from askv4.llm.models import LocalModel

QUOTE, AUTO, SERVER = "quote", "auto", "server"


@dataclass(frozen=True, slots=True)
class Pick:
    """What is to answer from now on."""

    mode: Mode
    model: str | None = None
    server: str | None = None


class ModelScreen(ModalScreen[Pick | None]):
    """The list that `askv4 models` gives, and the two choices that need none of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    @dataclass
    class Looked(Message):
        """The models of this machine."""

        models: Sequence[LocalModel]
        free: int | None = None
        """Bytes of memory that are free."""
        trouble: str = ""

    def __init__(self, session: Session, threads: Threads) -> None:
        super().__init__()
        self._session = session
        self._threads = threads

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialogue"):
            yield Static("Who answers", classes="dialogue-title")
            yield OptionList(*fixed_entries(self._session.server), id="models")
            yield Static(Content("looking for models…"), id="models-note", classes="dialogue-hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self._threads.start(self._look)

    def _look(self) -> None:
        try:
            self.post_message(self.Looked(self._session.models(), free_memory()))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(self.Looked([], trouble=failing(error)))

    @on(Looked)
    def _show(self, event: Looked) -> None:
        models, trouble = event.models, event.trouble
        entries = self.query_one(OptionList)
        entries.add_options([Option(model_entry(model, event.free), f"model:{model.name}") for model in models])
        current = self._session.model.name if self._session.model is not None else None
        served = self._session.settings.llm_url is not None
        wanted = QUOTE if current is None else SERVER if served else f"model:{current}"
        entries.highlighted = next((i for i, option in enumerate(entries.options) if option.id == wanted), 0)
        note = trouble or ("" if models else no_model(event.free))
        self.query_one("#models-note", Static).update(
            Content(safe_line(note) or "Enter chooses, Esc leaves it as it is.")
        )

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        picked = event.option.id or ""
        if picked == QUOTE:
            self.dismiss(Pick("extractive"))
        elif picked == AUTO:
            self.dismiss(Pick("auto"))
        elif picked == SERVER:
            self.dismiss(Pick("llm", server=self._session.server))
        else:
            self.dismiss(Pick("llm", picked.removeprefix("model:")))

    def action_cancel(self) -> None:
        self.dismiss(None)


def no_model(free: int | None) -> str:
    """How to get a model, where there is none."""
    best = recommended(free)
    return (
        f"No model is on this machine. In a shell, `askv4 models pull` fetches {best.name} ({gigabytes(best.bytes)}) "
        "after asking."
    )


def fixed_entries(server: str | None) -> list[Option]:
    """The choices that need no model file."""
    entries = [
        Option(Content.assemble("Quotations", "\n", ("  the sources' own words; at once", MUTED)), QUOTE),
        Option(
            Content.assemble("Automatic", "\n", ("  the best model that fits this machine, else quotations", MUTED)),
            AUTO,
        ),
    ]
    if server is not None:
        about = Content.assemble("Server", "\n", (f"  {safe_line(server)}", MUTED))
        entries.append(Option(about, SERVER))
    return entries


def model_entry(model: LocalModel, free: int | None) -> Content:
    """A model in two lines: its name, and below it size, quantisation, where it lies, and whether it fits the memory."""
    too_large = fits(model, free) is False
    about = [f"{model.bytes / 1e9:.1f} GB", model.quantisation or "", model.licence or "", model.source]
    line = safe_line(" · ".join(filter(None, about)))
    warning = f" · needs {(model.memory or 0) / 1e9:.1f} GB, more than is free" if too_large else ""
    return Content.assemble(safe_line(model.name), "\n", (f"  {line}", MUTED), (warning, WARNING))
