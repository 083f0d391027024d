"""What is installed, and in which version."""

from __future__ import annotations


def version() -> str:
    """The installed version of askv4."""
    return installed("askv4") or "(not installed)"


def installed(package: str) -> str | None:
    """The version of an installed package; None where it is not."""
    from importlib import metadata  # a question has no use for it

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
