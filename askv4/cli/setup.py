"""`askv4 setup`: put what is optional into the environment that runs askv4."""

from __future__ import annotations

import subprocess
import sys
from importlib import invalidate_caches
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import click

from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.errors import UsageError
from askv4.text.loaders import ocr

EXTRAS = {
    "ocr": ("rapidocr", "text recognition is installed; scans are read with the next question or `askv4 sync`"),
    "mcp": ("mcp", "`askv4 mcp` can serve other programs; `askv4 mcp --config CLIENT` prints what they need"),
}
"""Extra -> its package, and what can be done when it is there."""
_CHECKOUT = Path(__file__).resolve().parents[2]
_OFFLINE = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "Temporary failure", "ProxyError")


@click.command("setup", short_help="Install what is optional: ocr reads scans, mcp serves other programs.")
@click.argument("extra", type=click.Choice(list(EXTRAS)))
@common_options
@pass_invocation
def setup(invocation: Invocation, *, extra: str) -> int:
    """Install what is optional into the environment that runs askv4. `ocr` reads scanned PDF pages, `mcp` serves other programs.

    It downloads from the package index that pip is configured with. The next question or `askv4 sync` reads the scans.

    \b
    Examples:
      askv4 setup ocr
      askv4 setup mcp
    """
    invocation.diagnostics.notice(f"installing the extra {extra} into {sys.prefix}")
    _install(extra)
    invalidate_caches()
    package, done = EXTRAS[extra]
    if find_spec(package) is None or (extra == "ocr" and not ocr.is_available()):
        raise UsageError(f"pip installed {extra}, and it is not complete", f"run `askv4 setup {extra}` again")
    if invocation.as_json:
        invocation.output.json({"extra": extra, "installed": True})
    else:
        invocation.output.plain(done)
    return 0


def _install(extra: str) -> None:
    """Runs pip. Raises UsageError with the reason in one line."""
    run = subprocess.run(_command(extra), capture_output=True, text=True, errors="replace", check=False)
    if run.returncode == 0:
        return
    told = f"{run.stdout}\n{run.stderr}"
    if any(sign in told for sign in _OFFLINE):
        raise UsageError(
            "the package index cannot be reached", f"connect this machine, then `askv4 setup {extra}` again"
        )
    errors = [line.removeprefix("ERROR: ") for line in told.splitlines() if line.startswith("ERROR:")]
    why = errors[-1] if errors else (told.strip().splitlines() or ["pip failed"])[-1]
    raise UsageError(
        f"the extra {extra} could not be installed: {why[:300]}", f"run `{sys.executable} -m pip --version`"
    )


def _command(extra: str) -> list[str]:
    """pip of this very interpreter; in a checkout with its pins, else with the version of askv4 that is installed."""
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "1"]
    constraints = _CHECKOUT / "constraints.txt"
    if constraints.is_file():
        return [*pip, "--constraint", str(constraints), *_requirements(extra)]
    return [*pip, *_requirements(extra)]


def _requirements(extra: str) -> list[str]:
    """What the extra requires, as the installed askv4 declares it: askv4 itself is not installed again."""
    marked = [one.partition(";") for one in requires("askv4") or ()]
    return [name.strip() for name, _, marker in marked if f"extra == '{extra}'" in marker.replace('"', "'")]
