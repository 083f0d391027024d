"""`.askv4ignore` in the corpus folder: files that are no documents, in the syntax of .gitignore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from askv4.errors import CorpusError

IGNORE_FILE = ".askv4ignore"


def ignored_by(corpus: Path) -> Callable[[str], bool] | None:
    """Tells of names relative to the corpus whether they are to be passed over; None when nothing is.

    Raises CorpusError when the file cannot be read or a line of it is no pattern.
    """
    path = corpus / IGNORE_FILE
    if not path.is_file():  # most often; a look is cheaper than an attempt to open
        return None
    try:
        lines = path.read_text("utf-8-sig", "replace").splitlines()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return None
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise CorpusError(f"{path} has a line that is no pattern: {error}", "mend the line") from error
    return spec.match_file
