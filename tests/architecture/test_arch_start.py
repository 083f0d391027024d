"""What a fresh interpreter loads: a static check cannot see an import that another import brings along."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ["chromadb", "llama_cpp", "onnx", "onnxruntime", "sentence_transformers", "textual", "torch", "transformers"]
PROGRAM = """\
import json, sys
sys.argv = ["askv4", *sys.argv[1:]]
try:
    from askv4.cli.main import main
    status = main()
except SystemExit as stopped:
    status = stopped.code
print(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["ask", "--help"], ["models", "--help"], ["eval", "--help"]]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )
    status, loaded = json.loads(done.stderr.splitlines()[-1])
    assert status in (0, None)
    assert done.stdout.strip()
    assert not set(HEAVY) & set(loaded)
    assert "askv4" in loaded
