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

from askv4.text.safe import safe_line
from askv4.tui.looks import MUTED
from askv4.tui.session import Session
from askv4.tui.threads import Threads
from askv4.tui.workers import failing
from askv4.types import Mode

if TYPE_CHECKING:
    from askv4.llm.models import LocalModel

QUOTE, AUTO = "quote", "auto"


@dataclass(frozen=True, slots=True)
class Pick:
    """What is to answer from now on."""

    mode: Mode
    model: str | None


class ModelScreen(ModalScreen[Pick | None]):
    """The list that `askv4 models` gives, and the two choices that need none of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    @dataclass
    class Looked(Message):
        """The models of this machine."""

        models: Sequence[LocalModel]
        trouble: str = ""

    def __init__(self, session: Session, threads: Threads) -> None:
        super().__init__()
        self._session = session
        self._threads = threads

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialogue"):
            yield Static("Who answers", classes="dialogue-title")
            yield OptionList(*fixed_entries(), id="models")
            yield Static(Content("looking for models…"), id="models-note", classes="dialogue-hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self._threads.start(self._look)

    def _look(self) -> None:
        try:
            self.post_message(self.Looked(self._session.models()))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(self.Looked([], failing(error)))

    @on(Looked)
    def _show(self, event: Looked) -> None:
        models, trouble = event.models, event.trouble
        entries = self.query_one(OptionList)
        entries.add_options([Option(model_entry(model), f"model:{model.name}") for model in models])
        current = self._session.model.name if self._session.model is not None else None
        wanted = f"model:{current}" if current is not None else QUOTE
        entries.highlighted = next((i for i, option in enumerate(entries.options) if option.id == wanted), 0)
        note = trouble or (
            "" if models else "No model is on this machine. In a shell, `askv4 models` shows how to get one."
        )
        self.query_one("#models-note", Static).update(
            Content(safe_line(note) or "Enter chooses, Esc leaves it as it is.")
        )

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        picked = event.option.id or ""
        if picked == QUOTE:
            self.dismiss(Pick("extractive", None))
        elif picked == AUTO:
            self.dismiss(Pick("auto", None))
        else:
            self.dismiss(Pick("llm", picked.removeprefix("model:")))

    def action_cancel(self) -> None:
        self.dismiss(None)


def fixed_entries() -> list[Option]:
    """The choices that are always there."""
    return [
        Option(Content.assemble("Quotations", "\n", ("  the sources' own words; at once", MUTED)), QUOTE),
        Option(
            Content.assemble("Automatic", "\n", ("  the best model that fits this machine, else quotations", MUTED)),
            AUTO,
        ),
    ]


def model_entry(model: LocalModel) -> Content:
    """A model in two lines: its name, and below it size, quantisation and where it lies."""
    about = [f"{model.bytes / 1e9:.1f} GB", model.quantisation or "", model.licence or "", model.source]
    return Content.assemble(safe_line(model.name), "\n", ("  " + safe_line(" · ".join(filter(None, about))), MUTED))
