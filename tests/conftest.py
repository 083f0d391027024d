"""What all rooms' tests share: the environment, and the real encoder, prepared once and kept between test runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from askv4.index.encoder import Encoder, open_encoder
from askv4.offline import go_offline

# Before any test module imports a library that reads these variables.
go_offline()


@pytest.fixture(scope="session")
def encoder_dir(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real exported encoder. Never write to it: it is kept in pytest's cache.

    The export inside is named after the weights' hash and checked whenever it is opened, so an old one does no harm.
    """
    if pytestconfig.pluginmanager.hasplugin("cacheprovider"):
        folder = Path(pytestconfig.cache.mkdir("askv4-encoder"))
    else:
        folder = tmp_path_factory.mktemp("askv4-encoder")
    open_encoder(folder)
    return folder


@pytest.fixture(scope="session")
def encoder(encoder_dir: Path) -> Encoder:
    """The real int8 encoder."""
    return open_encoder(encoder_dir)


@pytest.fixture
def data_dir(encoder_dir: Path, tmp_path: Path) -> Path:
    """An empty data folder of the test's own, in which the encoder is already prepared."""
    folder = tmp_path / "data"
    folder.mkdir()
    if sys.platform == "win32":
        shutil.copytree(encoder_dir / "encoders", folder / "encoders")
    else:
        (folder / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    return folder
