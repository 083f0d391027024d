"""A model behind an OpenAI-compatible server: llama-server, llama-cpp-python, Ollama, LM Studio, vLLM and their like."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal

from askv4.errors import EndpointError
from askv4.llm.address import parse_address
from askv4.llm.chat import DEFAULT_SEED, GenerationStats, Message, Stop, stop_check
from askv4.llm.completion import CompletionReader, positive
from askv4.llm.reasoning import TEMPLATE_OPTIONS, ReasoningFilter
from askv4.llm.wire import Wire

_log = logging.getLogger("askv4.llm")

Kind = Literal["llama-server", "llama-cpp-python", "ollama", "lm-studio", "vllm", "other"]

_OWNERS: Final[Mapping[str, Kind]] = {
    "llamacpp": "llama-server",
    "me": "llama-cpp-python",
    "library": "ollama",
    "organization_owner": "lm-studio",
    "organization-owner": "lm-studio",
    "vllm": "vllm",
}
"""Who `/v1/models` says a model belongs to, by server."""
_ASSUMED_CONTEXT: Final[Mapping[Kind, int]] = {"llama-cpp-python": 2048}
_USUAL_CONTEXT: Final = 4096
"""Ollama's default too, which its OpenAI-compatible side cannot change; it cuts longer prompts without a word."""

_MESSAGE_TOKENS: Final = 8
"""A template's own tokens around a message, on the high side."""
_READ_SECONDS: Final = 600.0
"""Longest silence of a server: it may be reading a long prompt without a GPU."""

_TEMPLATE_MARK: Final = re.compile(
    r"<\|[^<>|\s]{1,40}\|?>|<[^<>|\s]{1,40}\|>|<\uff5c[^<>]{1,60}\uff5c>|</?s>|</?think>|<(?:start|end)_of_turn>|\[/?INST\]"
)
"""Special tokens as the usual templates write them; a document must not end its own message with one."""


@dataclass(frozen=True, slots=True)
class _Server:
    kind: Kind
    model: str
    context: int | None


class Endpoint:
    """A model on a server; implements `askv4.llm.chat.ChatModel`."""

    def __init__(
        self,
        url: str,
        *,
        model: str | None = None,
        allow_remote: bool = False,
        api_key: str | None = None,
        context: int | None = None,
        read_seconds: float = _READ_SECONDS,
    ) -> None:
        """Ask the server at `url` what it is and which models it has.

        Args:
            model: which of its models; may be None when there is one.
            allow_remote: whether the address may be another machine.
            api_key: sent as a bearer token.
            context: tokens of prompt and answer, where the server does not tell.
            read_seconds: how long the server may be silent.

        Raises:
            RemoteNotAllowed: the address is another machine; no connection was made.
            EndpointError: nothing answers, or no OpenAI-compatible server, or it has no such model.
        """
        self._address = parse_address(url, allow_remote=allow_remote)
        self._wire = Wire(self._address, api_key=api_key, read_seconds=read_seconds)
        try:
            server = self._identify(model)
        except EndpointError:
            self._wire.close()
            raise
        self.kind = server.kind
        self.name = server.model
        self.counts_exactly = server.kind in ("llama-server", "llama-cpp-python", "vllm")
        self._stats: GenerationStats | None = None
        self.context = context or server.context or _ASSUMED_CONTEXT.get(server.kind, _USUAL_CONTEXT)
        self._context_known = bool(context or server.context)

    @property
    def remote(self) -> bool:
        return not self._address.local

    @property
    def address(self) -> str:
        """The server's address, without a password."""
        return self._address.shown

    @property
    def notes(self) -> tuple[str, ...]:
        notes = []
        if not self.counts_exactly:
            notes.append(f"{self.address} does not count tokens; lengths are estimated")
        if not self._context_known:
            notes.append(f"{self.address} does not tell its context; {self.context} tokens are assumed")
        return tuple(notes)

    @property
    def stats(self) -> GenerationStats | None:
        return self._stats

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _identify(self, wanted: str | None) -> _Server:
        listing = self._wire.get("/v1/models")
        entries = listing.get("data") if isinstance(listing, dict) else None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise EndpointError(
                f"{self._address.shown} is not an OpenAI-compatible server: /v1/models has no list of models",
                "check the address",
            )
        entry = _choose(self._address.shown, entries, wanted)
        kind = _OWNERS.get(str(entry.get("owned_by")), "other")
        name = str(entry["id"])
        if kind in ("other", "llama-server"):
            props = self._try(lambda: self._wire.get("/props"))
            settings = props.get("default_generation_settings") if isinstance(props, dict) else None
            if isinstance(settings, dict):
                return _Server("llama-server", name, positive(settings.get("n_ctx")))
        if kind == "vllm":
            return _Server(kind, name, positive(entry.get("max_model_len")))
        if kind == "ollama":
            running = self._try(lambda: self._wire.get("/api/ps"))
            return _Server(kind, name, _listed(running, "models", "name", name, "context_length"))
        if kind == "lm-studio":
            models = self._try(lambda: self._wire.get("/api/v0/models"))
            return _Server(kind, name, _listed(models, "data", "id", name, "loaded_context_length"))
        return _Server(kind, name, None)

    def _try(self, call: Callable[[], Any]) -> Any:
        """What an optional call gives; None where the server does not know it."""
        try:
            return call()
        except EndpointError as error:
            _log.debug("%s", error)
            return None

    def count_tokens(self, text: str) -> int:
        if self.kind == "llama-server":
            answer = self._try(lambda: self._wire.post("/tokenize", {"content": text, "parse_special": False}))
            tokens = answer.get("tokens") if isinstance(answer, dict) else None
            count = len(tokens) if isinstance(tokens, list) else None
        elif self.kind == "llama-cpp-python":
            body = {"model": self.name, "input": text}
            answer = self._try(lambda: self._wire.post("/extras/tokenize/count", body))
            count = positive(answer.get("count")) if isinstance(answer, dict) else None
        elif self.kind == "vllm":
            request = {"model": self.name, "prompt": text, "add_special_tokens": False}
            answer = self._try(lambda: self._wire.post("/tokenize", request))
            count = positive(answer.get("count")) if isinstance(answer, dict) else None
        else:
            return estimate_tokens(text)
        return self._counted(count, text)

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        bodies = self._plain(messages)
        if self.kind == "llama-server":
            kwargs = {"messages": bodies, "chat_template_kwargs": TEMPLATE_OPTIONS}
            rendered = self._try(lambda: self._wire.post("/apply-template", kwargs))
            prompt = rendered.get("prompt") if isinstance(rendered, dict) else None
            if isinstance(prompt, str):
                body = {"content": prompt, "add_special": True, "parse_special": True}
                answer = self._try(lambda: self._wire.post("/tokenize", body))
                tokens = answer.get("tokens") if isinstance(answer, dict) else None
                if isinstance(tokens, list):
                    return len(tokens)
        if self.kind == "vllm":
            answer = self._try(lambda: self._wire.post("/tokenize", {"model": self.name, "messages": bodies}))
            count = positive(answer.get("count")) if isinstance(answer, dict) else None
            if count is not None:
                return count
        text = "\n".join(body["content"] for body in bodies)
        return self.count_tokens(text) + _MESSAGE_TOKENS * (len(bodies) + 1)

    def _counted(self, count: int | None, text: str) -> int:
        if count is None and text:
            self.counts_exactly = False
            return estimate_tokens(text)
        return count or 0

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        stop: Stop | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
        begin: str = "",  # noqa: ARG002
    ) -> Iterator[str]:
        """See `ChatModel.stream`."""
        body: dict[str, Any] = {
            "model": self.name,
            "messages": self._plain(messages),
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._without_thinking(),
        }
        return self._stream(body, stop_check(stop))

    def _without_thinking(self) -> dict[str, Any]:
        if self.kind in ("llama-server", "vllm"):
            return {"chat_template_kwargs": TEMPLATE_OPTIONS}
        # Of Ollama's levels, "none" is the only one that models without thinking do not refuse.
        return {"reasoning_effort": "none"} if self.kind == "ollama" else {}

    def _plain(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        def plain(text: str) -> str:
            return _TEMPLATE_MARK.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)

        return [{"role": message.role, "content": plain(message.content)} for message in messages]

    def _stream(self, body: dict[str, Any], should_stop: Callable[[], bool]) -> Iterator[str]:
        run = CompletionReader(self._address.shown)
        reasoning = ReasoningFilter()
        try:
            for chunk in self._wire.events("/v1/chat/completions", body, should_stop):
                text = reasoning.feed(run.take(chunk))
                if text:
                    yield text
            if should_stop():
                return
            run.require_end()
            rest = reasoning.finish()
            if rest:
                yield rest
        finally:
            self._stats = run.stats()


def estimate_tokens(text: str) -> int:
    """How many tokens a text may have, on the high side, where nobody can be asked.

    Digits, punctuation and characters outside ASCII count as one each, letters as one for three.
    """
    letters = sum(1 for c in text if c.isascii() and c.isalpha())
    spaces = sum(1 for c in text if c == " ")
    return -(-letters // 3) + (len(text) - letters - spaces)


def _choose(shown: str, entries: Sequence[Mapping[str, Any]], wanted: str | None) -> Mapping[str, Any]:
    """The model to use: the wanted one, or the only one that is not plainly for embeddings."""
    named = [entry for entry in entries if isinstance(entry.get("id"), str)]
    names = [str(entry["id"]) for entry in named]
    if not named:
        raise EndpointError(f"{shown} has no model", "load one there, and ask again")
    if wanted is not None:
        for entry in named:
            if entry["id"] in (wanted, f"{wanted}:latest"):
                return entry
        raise EndpointError(f"{shown} has no model {wanted!r}", f"it has: {_some(names)}")
    writing = [entry for entry in named if "embed" not in str(entry["id"]).lower()]
    if len(writing) != 1:
        raise EndpointError(f"{shown} has {len(named)} models", f"name one with --model: {_some(names)}")
    return writing[0]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _listed(listing: Any, key: str, name_key: str, name: str, value_key: str) -> int | None:
    """A number out of a server's own list of models."""
    entries = listing.get(key) if isinstance(listing, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get(name_key) == name:
            return positive(entry.get(value_key))
    return None
