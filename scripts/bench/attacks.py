"""Run the attacks of ../shared/attacks against this checkout: each exits 0 where the fault that it shows is gone.

    .venv/bin/python -m scripts.bench.attacks [--shared ../shared] [NUMBER ...]

Two of them import paths that moved since; they run with the import of today. Ends with 1 where one does not exit 0, and with 0,
saying so, where there are none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.places import ROOT, SHARED

MOVED: Mapping[str, str] = {
    "from askv4.answer.grounding import check": (
        "import os, pathlib\n"
        "from askv4.answer.write.verifier import open_verifier\n"
        "verifier = open_verifier(pathlib.Path(os.environ['W']))\n"
        "def check(sentence, cited):\n"
        "    problems = verifier.problems(cited, sentence)\n"
        "    return not problems, problems"
    ),
    "from askv4.answer.export import _answer_lines": (
        "from askv4.answer.conversation.export import _answer_lines\n"
        "from askv4.types import Answer, Citation\n"
        "def N(**given):\n"
        "    if 'quote' in given:\n"
        "        return Citation(start=0, end=len(given['quote']), **given)\n"
        "    return Answer(question='q', status='answered', mode='extractive', model=None, **given)"
    ),
}
"""What a script imports, by the words of the script -> the same today."""
LONGEST_S = 900


def run(script: Path, environment: Mapping[str, str]) -> tuple[int, bool]:
    """The exit status of a script, and whether it was run with other imports."""
    text = script.read_text(encoding="utf-8")
    now = text
    for old, new in MOVED.items():
        now = now.replace(old, new)
    now = now.replace("W=$(mktemp -d)", "export W=$(mktemp -d)")
    done = subprocess.run(
        ["/bin/sh", "-c", now, script.name], env=environment, capture_output=True, timeout=LONGEST_S, check=False
    )
    return done.returncode, any(old in text for old in MOVED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("numbers", nargs="*", help="only these, such as 07")
    options = parser.parse_args(arguments)
    scripts = sorted((options.shared / "attacks").glob("*.sh"))
    if not scripts:
        print(f"there are no attacks in {options.shared}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "askv4"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m askv4 "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        here = {"ASKV4": str(program), "PYTHON": sys.executable, "CHECKOUT": str(ROOT), "PYTHONPATH": str(ROOT)}
        for script in scripts:
            if options.numbers and script.name[:2] not in options.numbers:
                continue
            status, moved = run(script, os.environ | here)
            failed += status != 0
            print(f"{script.stem}: exit {status}{' (with imports of today)' if moved else ''}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
