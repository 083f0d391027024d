"""Settings and paths. Options win over the environment, it over the configuration file, and that over the defaults.

The file is TOML, `config.toml` in the platform's configuration folder or where ASKV4_CONFIG says. Every key of it can be
set in the environment as well: `data_dir` is ASKV4_DATA_DIR.
"""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from askv4.errors import ConfigError, CorpusMissing, DataFolderUnwritable
from askv4.files import make_private
from askv4.named import NamedWorkspaces
from askv4.options import Options, Precision, index_folder
from askv4.types import Mode

CorpusOrigin = Literal[
    "--corpus", "--in-workspace", "ASKV4_CORPUS", "ASKV4_WORKSPACE", "config file", "./corpus", "own corpus"
]

_Kind = Literal["folder", "text", "switch"] | tuple[str, ...]
"""What a key holds: a folder's path, any text, true or false, or one of the words of a tuple."""


class Setting(NamedTuple):
    """What can be set."""

    kind: _Kind
    about: str


SETTINGS: Mapping[str, Setting] = {
    "corpus": Setting("folder", "the folder of documents"),
    "workspace": Setting("text", "the workspace whose documents are asked, by its name"),
    "data_dir": Setting("folder", "where the index and the conversations are kept"),
    "mode": Setting(get_args(Mode), "who writes answers"),
    "model": Setting("text", "the chat model: its name, or a GGUF file"),
    "encoder": Setting("text", "another sentence-transformers model for the vectors"),
    "encoder_precision": Setting(get_args(Precision), "how exactly the encoder counts"),
    "rerank": Setting("text", "a cross-encoder that puts passages in order"),
    "llm_url": Setting("text", "an OpenAI-compatible server that writes leads"),
    "llm_api_key": Setting("text", "the key of that server"),
    "allow_remote": Setting("switch", "text may be sent to another machine"),
    "follow_links": Setting("switch", "links that leave the corpus are followed"),
    "color": Setting("switch", "colours on the terminal"),
    "long": Setting("switch", "up to twelve sentences instead of five"),
    "theme": Setting("text", "the colours of the chat, by the name of a theme"),
    "keep_conversations": Setting("switch", "questions and answers are kept in the data folder"),
}
"""Every setting by its name."""
SECRET = frozenset({"llm_api_key"})
"""Not shown where all settings are."""
_SWITCH_WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Options):
    """What one run of the program goes by: the options of its workspace, and how it shows what it does."""

    corpus_origin: CorpusOrigin
    config_file: Path
    """Where the configuration file is looked for; it need not exist."""
    color: bool = True
    verbose: bool = False
    workspace: str | None = None
    """Name of the workspace whose folder the corpus is, where it was named by that."""
    passed_over: Path | None = None
    """A ./corpus that is empty, so that another one is asked."""
    theme: str | None = None
    """Name of the chat's theme; None is its own dark one."""
    keep_conversations: bool = True
    """Whether questions and answers are kept in the data folder."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A setting as it holds now."""

    name: str
    value: Any
    source: str
    """The option, the environment variable, "config file" or "default"; of the corpus also "./corpus" or "own corpus"."""


def load_settings(
    overrides: Mapping[str, Any] | None = None, *, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Settings:
    """Settings from options (`overrides`, None meaning "not given"), environment, configuration file and defaults.

    Reads the configuration file and touches nothing else.

    Raises:
        ConfigError: a source holds an unknown key or an impossible value, or the data folder lies in the corpus.
    """
    return _load(overrides or {}, os.environ if environ is None else environ, Path.cwd() if cwd is None else cwd)[0]


def explain(
    overrides: Mapping[str, Any], *, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> list[Explained]:
    """Every setting with its value and where that comes from. Raises ConfigError as `load_settings`."""
    environ, cwd = os.environ if environ is None else environ, Path.cwd() if cwd is None else cwd
    settings, (options, environment, file) = _load(overrides, environ, cwd)

    def source(name: str) -> str:
        if name in options:
            return _option(name)
        if name in environment:
            return f"ASKV4_{name.upper()}"
        return "config file" if name in file else settings.corpus_origin if name == "corpus" else "default"

    return [Explained(name, getattr(settings, name), source(name)) for name in SETTINGS]


def configured(name: str) -> Any:
    """What the configuration file says of a setting; None where it says nothing. Raises ConfigError."""
    return _from_file(config_file()).get(name)


def check_file(text: str, path: Path) -> None:
    """Raises ConfigError where `text` is no content for the configuration file `path`."""
    _checked_table(_parsed(text, path), path)


def from_text(name: str, text: str, cwd: Path) -> bool | str:
    """A setting's value in the form that the configuration file has; relative paths start at `cwd`. Raises ConfigError."""
    if name not in SETTINGS:
        raise ConfigError(f'there is no setting "{name}"', _near(name))
    value = _from_text(name, text, name, cwd)
    return value if isinstance(value, bool) else str(value)


def _load(
    overrides: Mapping[str, Any], environ: Mapping[str, str], cwd: Path
) -> tuple[Settings, tuple[dict[str, Any], ...]]:
    """The settings, and the layers that they are made of."""
    given = {key: value for key, value in overrides.items() if value is not None}
    options = {key: _from_text(key, value, _option(key), cwd) for key, value in given.items() if key in SETTINGS}
    path = config_file(environ, cwd)
    layers = (options, _from_environment(environ, cwd), _from_file(path))
    values: dict[str, Any] = {}
    for layer in reversed(layers):
        values.update(layer)
    values.setdefault("data_dir", own_folder() / "data")
    values |= _choose_corpus(layers, cwd, path.parent, values["data_dir"])
    corpus = values["corpus"]
    _keep_apart(corpus, values["data_dir"])
    verbose = bool(given.get("verbose", False))
    return Settings(config_file=path, verbose=verbose, **values), layers


def ready_corpus(settings: Settings) -> Path:
    """The corpus folder, there and a folder. The user's own one is filled with the shipped documents the first time:
    when the folder does not exist, so that a document which the user removed does not come back.

    Raises:
        CorpusMissing: there is no such folder.
    """
    corpus = settings.corpus
    if settings.corpus_origin == "own corpus" and not corpus.exists():
        try:
            _fill_with_shipped(corpus)
        except OSError as error:
            raise CorpusMissing(
                f"your own corpus {corpus} cannot be made: {error.strerror or error}",
                "name a folder of documents with --corpus DIR",
            ) from error
    if not corpus.is_dir():
        trouble = "is a file, not a folder" if corpus.exists() else "does not exist"
        by = f"workspace {settings.workspace}" if settings.workspace else f"named by {settings.corpus_origin}"
        named = "" if settings.corpus_origin == "--corpus" else f" ({by})"
        raise CorpusMissing(f"the corpus folder {corpus}{named} {trouble}")
    return corpus


def ready_data_dir(settings: Settings) -> Path:
    """The data folder, there; one that cannot be written will do where an index lies in it.

    Raises:
        DataFolderUnwritable: it cannot be made, or neither written nor read from.
    """
    folder = settings.data_dir
    try:
        make_private(folder)
    except OSError as error:
        raise DataFolderUnwritable(
            f"the data folder {folder} cannot be made: {error.strerror or error}", "name another folder with --data-dir"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK) and not (folder / "indexes").is_dir():
        raise DataFolderUnwritable(f"the data folder {folder} cannot be written", "name another folder with --data-dir")
    return folder


def shipped_corpus() -> Path | None:
    """The folder of the documents that come with askv4: packed into a wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    if (package / "_corpus").is_dir():
        return package / "_corpus"
    checkout = package.parent
    # The neighbour of an installed package is site-packages, where any other package may be called "corpus".
    if (checkout / "pyproject.toml").is_file() and (checkout / "corpus").is_dir():
        return checkout / "corpus"
    return None


def own_folder() -> Path:
    """The user's folder for what is no setting: their corpora, and the data folder unless another is named."""
    import platformdirs

    return Path(platformdirs.user_data_dir("askv4", appauthor=False))


def config_file(environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Path:
    """Where the configuration file is looked for. Raises ConfigError where ASKV4_CONFIG names none."""
    environ, cwd = os.environ if environ is None else environ, Path.cwd() if cwd is None else cwd
    named = environ.get("ASKV4_CONFIG")
    if named:
        path = _absolute(named, cwd)
        if not path.is_file():
            raise ConfigError(
                f"ASKV4_CONFIG names {path}, which is not a file", "name a TOML file, or unset ASKV4_CONFIG"
            )
        return path
    import platformdirs

    return Path(platformdirs.user_config_dir("askv4", appauthor=False)) / "config.toml"


def _from_environment(environ: Mapping[str, str], cwd: Path) -> dict[str, Any]:
    names = {key: f"ASKV4_{key.upper()}" for key in SETTINGS}
    return {key: _from_text(key, environ[name], name, cwd) for key, name in names.items() if environ.get(name)}


def _from_text(key: str, value: Any, where: str, cwd: Path) -> Any:
    """A value as an option or an environment variable gives it."""
    kind = SETTINGS[key].kind
    if kind == "switch" and isinstance(value, str):
        if value.lower() not in _SWITCH_WORDS:
            raise ConfigError(f"{where} is {value!r}", "say true or false")
        return _SWITCH_WORDS[value.lower()]
    return _checked(key, value, where, cwd)


def _from_file(path: Path) -> dict[str, Any]:
    """The keys of a configuration file; relative paths in it start at the file's own folder."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {error}", "mend or remove it") from error
    return _checked_table(_parsed(text, path), path)


def _parsed(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"the configuration file {path} is not TOML: {error}", "mend that line, or remove the file"
        ) from error


def _checked_table(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    for key in table:
        if key not in SETTINGS:
            raise ConfigError(f'{path} holds the unknown key "{key}"', _near(key))
    return {key: _checked(key, value, f'"{key}" in {path}', path.parent) for key, value in table.items()}


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, SETTINGS, 1)
    return f'did you mean "{near[0]}"?' if near else f"the keys are {', '.join(SETTINGS)}"


def _checked(key: str, value: Any, where: str, base: Path) -> Any:
    kind = SETTINGS[key].kind
    if kind == "switch":
        if not isinstance(value, bool):
            raise ConfigError(f"{where} is {value!r}", "say true or false, without quotes")
        return value
    if isinstance(kind, tuple):
        if value not in kind:
            near = difflib.get_close_matches(str(value), kind, 1)
            raise ConfigError(
                f"{where} is {value!r}", f'did you mean "{near[0]}"?' if near else f"say {' or '.join(kind)}"
            )
        return value
    if not isinstance(value, str | os.PathLike) or not str(value).strip():
        raise ConfigError(f"{where} is {value!r}", "name a folder" if kind == "folder" else "say it as text, in quotes")
    return _absolute(value, base) if kind == "folder" else str(value)


def _absolute(value: str | os.PathLike[str], base: Path) -> Path:
    # Not resolve(): a symbolic link that the user named is shown as the user named it.
    return Path(os.path.normpath(base / Path(value).expanduser()))


def _choose_corpus(layers: tuple[dict[str, Any], ...], cwd: Path, home: Path, data_dir: Path) -> dict[str, Any]:
    """The corpus, its origin, the workspace that it is, and what was passed over. `home` is the configuration's folder."""
    origins = (("--corpus", "--in-workspace"), ("ASKV4_CORPUS", "ASKV4_WORKSPACE"), ("config file", "config file"))
    for layer, (by_folder, by_name) in zip(layers, origins, strict=True):
        if "corpus" in layer and "workspace" in layer:
            both = "corpus and workspace" if by_folder == by_name else f"{by_folder} and {by_name}"
            raise ConfigError(f"{both} are both given, and each names the documents", "leave one of them out")
        if "corpus" in layer:
            return {"corpus": layer["corpus"], "corpus_origin": by_folder, "workspace": None}
        if "workspace" in layer:
            folder = NamedWorkspaces(home).folder(layer["workspace"])
            return {"corpus": folder, "corpus_origin": by_name, "workspace": layer["workspace"]}
    beside = cwd / "corpus"
    if beside.is_dir():
        # One that has lost its documents stays: the sync says so, and another one would answer in its place.
        if _holds_a_file(beside) or index_folder(data_dir, beside).is_dir():
            return {"corpus": beside, "corpus_origin": "./corpus"}
        return {"corpus": own_corpus(), "corpus_origin": "own corpus", "passed_over": beside}
    return {"corpus": own_corpus(), "corpus_origin": "own corpus"}


def own_corpus() -> Path:
    """The user's own corpus: beside the data folder, not in it, for deleting that must not delete documents."""
    return own_folder() / "corpus"


def _holds_a_file(folder: Path) -> bool:
    walk = os.walk(folder)
    return any(not name.startswith(".") for _, _, names in walk for name in names)


def _option(name: str) -> str:
    named = {"workspace": "--in-workspace", "color": "--no-color", "keep_conversations": "--no-keep"}
    return named.get(name, f"--{name.replace('_', '-')}")


def _keep_apart(corpus: Path, data_dir: Path) -> None:
    if data_dir.resolve().is_relative_to(corpus.resolve()):
        raise ConfigError(
            f"the data folder {data_dir} lies in the corpus folder {corpus}",
            "name a folder outside it with --data-dir DIR",
        )


def _fill_with_shipped(target: Path) -> None:
    """Make `target` with the shipped documents in it, all at once: a crash leaves no half-filled corpus."""
    target.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".corpus-", dir=target.parent))
    try:
        filled = workshop / "corpus"
        filled.mkdir()
        source = shipped_corpus()
        if source is not None:
            _copy_contents(source, filled)
        try:
            filled.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            # Another askv4 was first.
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _copy_contents(source: Path, target: Path) -> None:
    """Copy the files without their permissions: those of an installed package may be read-only."""
    for file in source.rglob("*"):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
