"""What the commands on models share: what is here, and a person's yes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from askv4.cli.models_output import Overview
from askv4.errors import UsageError
from askv4.llm.discover import discover, names_a_path, total_memory
from askv4.llm.memory import free_memory
from askv4.llm.models import choose
from askv4.llm.modelstore import ModelStore

if TYPE_CHECKING:
    from askv4.cli.options import Invocation

DECLINED = 2
"""A person who was asked said no: what the command is for was not done."""


def overview(invocation: Invocation) -> Overview:
    """What is here, and what `auto` makes of it."""
    settings, store, free = invocation.settings, ModelStore(invocation.settings.data_dir), free_memory()
    chosen = store.chosen()
    extra = [Path(named).expanduser() for named in (settings.model, chosen) if named and names_a_path(named)]
    models = discover(settings.data_dir, extra=extra)
    choice = choose(models, preferred=chosen, available=free)
    return Overview(models, store.unfinished(), choice, chosen, settings.model, free, total_memory(), store.folder)


def agreed(invocation: Invocation, question: str, *, yes: bool) -> bool:
    """Whether the person says yes, here or by --yes; a no is narrated. Raises UsageError where nobody can be asked."""
    if yes:
        return True
    answer = invocation.diagnostics.confirm(question)
    if answer is None:
        undone = f"{question[:1].lower()}{question[1:].rstrip('?')}"
        raise UsageError(f"not done without a yes: {undone}", "add --yes to agree")
    if not answer:
        invocation.diagnostics.notice("nothing was done")
    return answer
