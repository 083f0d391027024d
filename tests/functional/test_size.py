"""A document that is too large to be searched whole says so where people look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.index_kit import write


def test_a_word_of_a_megabyte_costs_one_passage_and_docs_and_sync_say_it(
    tmp_path: Path, make_program: Callable[..., Any], encoder_dir: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    write(tmp_path / "corpus" / "key.txt", f"The key of the safe:\n\n{'k' * 1_000_000}\n")
    program = make_program(tmp_path, tmp_path, ASKV4_DATA_DIR=str(tmp_path / "data"))
    run = program("sync")
    assert run.status == 0, run.stderr
    assert "Not searched whole: key.txt" in " ".join(run.out.split())
    (row,) = json.loads(program("docs", "--json").out)["documents"]
    assert row["passages"] <= 2
    assert "1 word is longer than 50,000 characters" in row["notes"][0]
