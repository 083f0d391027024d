"""A change of the configuration file changes what was asked for, and not a character besides."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.cli.config_file import change
from askv4.errors import ConfigError

FILE = (
    '# mine\nmode = "auto"   # who # writes\n\n# the model\nmodel = """\nmode = "llm"\nx"""\t# tail\n\ncolor = true\n'
)


def changed(path: Path, text: str, name: str, value: bool | str | None) -> str:
    path.write_bytes(text.encode())
    change(path, name, value)
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("mode", "llm", 'mode = "auto"', 'mode = "llm"'),
        ("model", "tiny", '"""\nmode = "llm"\nx"""', '"tiny"'),
        ("color", False, "color = true", "color = false"),
        ("mode", None, 'mode = "auto"   # who # writes', "# who # writes"),
        ("color", None, "color = true\n", ""),
        ("long", True, "color = true\n", "color = true\nlong = true\n"),
    ],
)
def test_what_was_asked_for_and_nothing_else(
    tmp_path: Path, name: str, value: bool | str | None, old: str, new: str
) -> None:
    assert changed(tmp_path / "c.toml", FILE, name, value) == FILE.replace(old, new)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'mode = "llm"\n'),
        ("color = true", 'color = true\nmode = "llm"\n'),
        ("color = true\r\n# x\r\n", 'color = true\r\n# x\r\nmode = "llm"\r\n'),
        ("\ufeffmode = 'auto'", '\ufeffmode = "llm"'),
        ('  "mode"="auto"#x\r\n', '  "mode"="llm"#x\r\n'),
        ("a = 1\n[table]\nmode = 2\n", 'a = 1\nmode = "llm"\n[table]\nmode = 2\n'),
    ],
)
def test_line_ends_quotes_and_tables_stay(tmp_path: Path, before: str, after: str) -> None:
    assert changed(tmp_path / "c.toml", before, "mode", "llm") == after


@given(st.text(), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_is_written_so_that_it_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, value: str, comment: str
) -> None:
    value = value.encode("utf-8", "ignore").decode()
    path = tmp_path_factory.mktemp("config") / "c.toml"
    text = changed(path, f'# {comment}\nmodel = "x" # {comment}\ncolor = true # {comment}\n', "model", value)
    assert tomllib.loads(text) == {"model": value, "color": True}
    assert text.count(f"# {comment}\n") >= 3


def test_a_link_stays_a_link_and_permissions_stay(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows has neither for everybody")
    kept = tmp_path / "dotfiles" / "askv4.toml"
    kept.parent.mkdir()
    kept.write_text("color = true\n")
    kept.chmod(0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(kept)
    assert change(link, "mode", "llm")
    assert link.is_symlink()
    assert kept.read_text() == 'color = true\nmode = "llm"\n'
    assert kept.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in kept.parent.iterdir()] == ["askv4.toml"]


def test_what_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("mode = \n")
    with pytest.raises(ConfigError, match="is not TOML"):
        change(path, "mode", "llm")
    assert path.read_text() == "mode = \n"


def test_what_holds_already_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(FILE)
    path.chmod(0o400)
    assert not change(path, "mode", "auto")
    assert not change(path, "theme", None)
