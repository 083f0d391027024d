"""Settings come from options, environment, file and defaults, in that order, and say which of them is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from askv4 import config
from askv4.config import Settings, load_settings, ready_corpus, ready_data_dir, shipped_corpus
from askv4.errors import ConfigError, CorpusMissing, DataFolderUnwritable
from askv4.named import NamedWorkspaces
from askv4.options import index_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folders that nobody has used yet."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    for name in [name for name in os.environ if name.startswith("ASKV4_")]:
        monkeypatch.delenv(name)
    return tmp_path


def load(home: Path, toml: str = "", environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Settings for a user whose configuration file holds `toml`, started in an empty folder."""
    environ = dict(environ or {})
    if toml:
        (home / "askv4.toml").write_text(toml, encoding="utf-8")
        environ["ASKV4_CONFIG"] = str(home / "askv4.toml")
    (home / "cwd").mkdir(exist_ok=True)
    return load_settings(overrides, environ=environ, cwd=home / "cwd")


def test_defaults(home: Path) -> None:
    settings = load(home)
    assert (settings.mode, settings.model, settings.encoder, settings.encoder_precision) == ("auto", None, None, "int8")
    assert settings.corpus_origin == "own corpus"
    assert not settings.corpus.is_relative_to(settings.data_dir), "deleting the data folder must not delete documents"
    assert not settings.data_dir.is_relative_to(settings.corpus)
    assert settings.color
    assert not settings.allow_remote
    assert not settings.verbose


def test_options_win_over_environment_over_file(home: Path) -> None:
    toml = 'mode = "llm"\nmodel = "from-file"\nencoder = "from-file"\nallow_remote = true\ncolor = false\n'
    environ = {"ASKV4_MODE": "extractive", "ASKV4_MODEL": "from-environment"}
    settings = load(home, toml, environ, mode="auto", model=None)
    assert (settings.mode, settings.model, settings.encoder) == ("auto", "from-environment", "from-file")
    assert settings.allow_remote
    assert not settings.color


def test_which_corpus(home: Path) -> None:
    (home / "cwd" / "corpus" / "old").mkdir(parents=True)
    (home / "cwd" / "corpus" / "old" / "note.md").write_text("There.", encoding="utf-8")
    assert load(home).corpus_origin == "./corpus"
    settings = load(home, 'corpus = "papers"')
    assert (settings.corpus_origin, settings.corpus) == ("config file", home / "papers")
    settings = load(home, 'corpus = "papers"', {"ASKV4_CORPUS": "notes"})
    assert (settings.corpus_origin, settings.corpus) == ("ASKV4_CORPUS", home / "cwd" / "notes")
    settings = load(home, 'corpus = "papers"', {"ASKV4_CORPUS": "notes"}, corpus="~/here")
    assert (settings.corpus_origin, settings.corpus) == ("--corpus", home / "home" / "here")


def test_an_empty_variable_is_not_set(home: Path) -> None:
    assert load(home, environ={"ASKV4_CORPUS": "", "ASKV4_MODE": "", "ASKV4_CONFIG": ""}).corpus_origin == "own corpus"


@pytest.mark.parametrize(
    ("toml", "message", "remedy"),
    [
        ('corpsu = "x"', '"corpsu"', 'did you mean "corpus"?'),
        ("zebra = 1", '"zebra"', "the keys are corpus"),
        ('mode = "extractve"', "'extractve'", 'did you mean "extractive"?'),
        ("mode = 3", '"mode" in', "say auto or extractive or llm"),
        ('color = "yes"', '"color" in', "without quotes"),
        ("corpus = 3", '"corpus" in', "name a folder"),
        ('corpus = " "', '"corpus" in', "name a folder"),
        ("model = true", '"model" in', "in quotes"),
        ("mode = ", "not TOML", "mend that line"),
        ("[corpus]\na = 1", '"corpus" in', "name a folder"),
    ],
)
def test_a_wrong_file_names_file_key_and_remedy(home: Path, toml: str, message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(home, toml)
    assert "askv4.toml" in str(caught.value)
    assert message in str(caught.value)
    assert remedy in caught.value.remedy


def test_a_file_written_by_a_windows_editor(home: Path) -> None:
    (home / "askv4.toml").write_bytes(b'\xef\xbb\xbfmode = "llm"\r\n')
    assert load_settings(environ={"ASKV4_CONFIG": str(home / "askv4.toml")}, cwd=home).mode == "llm"


def test_a_file_that_is_not_text(home: Path) -> None:
    (home / "askv4.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(environ={"ASKV4_CONFIG": str(home / "askv4.toml")}, cwd=home)


def test_a_named_file_must_exist_and_the_usual_one_need_not(home: Path) -> None:
    assert not load(home).config_file.exists()
    with pytest.raises(ConfigError, match="ASKV4_CONFIG"):
        load(home, environ={"ASKV4_CONFIG": str(home / "nowhere.toml")})


def test_the_usual_file_is_read(home: Path) -> None:
    usual = load(home).config_file
    usual.parent.mkdir(parents=True)
    usual.write_text('mode = "extractive"\n', encoding="utf-8")
    assert load(home).mode == "extractive"


@pytest.mark.parametrize(("word", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_switches_in_the_environment(home: Path, word: str, value: bool) -> None:
    assert load(home, environ={"ASKV4_ALLOW_REMOTE": word}).allow_remote is value


@pytest.mark.parametrize(
    ("name", "value"), [("ASKV4_ALLOW_REMOTE", "perhaps"), ("ASKV4_MODE", "llama"), ("ASKV4_ENCODER_PRECISION", "int4")]
)
def test_a_wrong_variable_is_named(home: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load(home, environ={name: value})


@pytest.mark.parametrize("inside", ["corpus", "corpus/data", "corpus/../corpus/x/y"])
def test_the_index_never_lies_in_the_corpus(home: Path, inside: str) -> None:
    with pytest.raises(ConfigError, match="lies in the corpus") as caught:
        load(home, corpus=str(home / "corpus"), data_dir=str(home / inside))
    assert "--data-dir" in caught.value.remedy


def test_the_index_never_lies_in_the_corpus_by_a_link_either(home: Path) -> None:
    (home / "corpus").mkdir()
    (home / "link").symlink_to(home / "corpus")
    with pytest.raises(ConfigError, match="lies in the corpus"):
        load(home, corpus=str(home / "corpus"), data_dir=str(home / "link" / "data"))


def test_a_data_folder_beside_or_around_the_corpus_is_fine(home: Path) -> None:
    assert load(home, corpus=str(home / "corpus"), data_dir=str(home / "corpus-data")).data_dir.name == "corpus-data"
    assert load(home, corpus=str(home / "data" / "corpus"), data_dir=str(home / "data")).data_dir == home / "data"


@pytest.fixture
def shipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two documents and a hidden folder, read-only as an installed package's files can be."""
    folder = home / "shipped"
    (folder / "more").mkdir(parents=True)
    (folder / "a.md").write_text("Alpha.\n", encoding="utf-8")
    (folder / "more" / "b.txt").write_text("Beta.\n", encoding="utf-8")
    for file in (folder / "a.md", folder / "more" / "b.txt"):
        file.chmod(0o444)
    monkeypatch.setattr(config, "shipped_corpus", lambda: folder)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


@pytest.mark.usefixtures("shipped")
def test_the_own_corpus_is_filled_once(home: Path) -> None:
    settings = load(home)
    corpus = ready_corpus(settings)
    assert names(corpus) == ["a.md", "more/b.txt"]
    assert [path.name for path in corpus.parent.iterdir()] == ["corpus"], "no workshop is left behind"
    (corpus / "a.md").write_text("The user's own words.\n", encoding="utf-8")
    (corpus / "more" / "b.txt").unlink()
    assert names(ready_corpus(settings)) == ["a.md"], "what the user removed does not come back"
    assert (corpus / "a.md").read_text(encoding="utf-8") == "The user's own words.\n"


@pytest.mark.usefixtures("shipped")
def test_a_crash_while_filling_leaves_no_half_filled_corpus(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(home)
    real, copied = config.shutil.copyfile, []

    def full_disk(source: Path, target: Path) -> None:
        if copied:
            raise OSError(28, "No space left on device")
        copied.append(real(source, target))

    monkeypatch.setattr(config.shutil, "copyfile", full_disk)
    with pytest.raises(CorpusMissing, match="No space left"):
        ready_corpus(settings)
    assert not settings.corpus.exists()
    monkeypatch.undo()


def test_only_the_own_corpus_is_made(home: Path, shipped: Path) -> None:
    with pytest.raises(CorpusMissing, match="does not exist"):
        ready_corpus(load(home, corpus=str(home / "typo")))
    with pytest.raises(CorpusMissing, match=r"named by ASKV4_CORPUS.*is a file"):
        ready_corpus(load(home, environ={"ASKV4_CORPUS": str(shipped / "a.md")}))
    assert not (home / "typo").exists()


def test_the_data_folder_is_made(home: Path) -> None:
    folder = ready_data_dir(load(home, data_dir=str(home / "deep" / "data")))
    assert folder.is_dir()


def test_a_data_folder_that_cannot_be_made(home: Path) -> None:
    (home / "file").write_text("", encoding="utf-8")
    for impossible in (home / "file", home / "file" / "data"):
        with pytest.raises(DataFolderUnwritable) as caught:
            ready_data_dir(load(home, data_dir=str(impossible)))
        assert str(impossible) in str(caught.value)
        assert "--data-dir" in caught.value.remedy


def test_the_shipped_corpus_is_the_package_s_or_the_checkout_s(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = home / "site" / "askv4"
    package.mkdir(parents=True)
    monkeypatch.setattr(config, "__file__", str(package / "config.py"))
    (home / "site" / "corpus").mkdir()
    assert shipped_corpus() is None, "another package's corpus in site-packages is not ours"
    (home / "site" / "pyproject.toml").write_text("", encoding="utf-8")
    assert shipped_corpus() == home / "site" / "corpus"
    (package / "_corpus").mkdir()
    assert shipped_corpus() == package / "_corpus"


def test_a_key_is_not_shown(home: Path) -> None:
    settings = load(home, environ={"ASKV4_LLM_API_KEY": "secret"})
    assert settings.llm_api_key == "secret"
    assert "secret" not in repr(settings)


def test_an_empty_folder_called_corpus_is_passed_over_until_it_has_an_index(home: Path) -> None:
    beside = home / "cwd" / "corpus"
    (beside / "empty").mkdir(parents=True)
    (beside / ".keep").touch()
    settings = load(home)
    assert (settings.corpus_origin, settings.passed_over) == ("own corpus", beside)
    index_folder(settings.data_dir, beside).mkdir(parents=True)
    assert (load(home).corpus_origin, load(home).passed_over) == ("./corpus", None), "it has lost its documents"


def test_a_workspace_names_the_corpus(home: Path) -> None:
    named = NamedWorkspaces(home)
    named.make("papers", home / "papers")
    named.make("notes", home / "notes")
    (home / "askv4.toml").touch()
    assert load(home, environ={"ASKV4_CONFIG": str(home / "askv4.toml")}).workspace is None
    settings = load(home, 'workspace = "papers"')
    assert (settings.corpus, settings.workspace, settings.corpus_origin) == (home / "papers", "papers", "config file")
    settings = load(home, 'workspace = "papers"', {"ASKV4_WORKSPACE": "notes"})
    assert (settings.corpus, settings.corpus_origin) == (home / "notes", "ASKV4_WORKSPACE")
    settings = load(home, 'workspace = "papers"', corpus=str(home / "here"))
    assert (settings.corpus, settings.workspace) == (home / "here", None)
    with pytest.raises(ConfigError, match="--corpus and --in-workspace are both given"):
        load(home, 'workspace = "papers"', corpus=str(home / "here"), workspace="notes")
    with pytest.raises(ConfigError) as caught:
        load(home, 'workspace = "paper"')
    assert caught.value.remedy == "did you mean 'papers'?"
    with pytest.raises(CorpusMissing, match=r"workspace papers"):
        ready_corpus(load(home, 'workspace = "papers"'))
