"""Downloads a sentence-transformers model from the Hugging Face hub, when the user asks for it.

Only safetensors, JSON and text files are fetched, at one pinned revision, and the hub's own sha256 of each large file is
checked. It happens in a child process, for this one may have loaded the hub's library offline.
"""

from __future__ import annotations

import fnmatch
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askv4.errors import Askv4Error, DownloadError, EncoderError
from askv4.files import locked, publish, sha256_of
from askv4.neural.model_folders import (
    check_model_folder,
    download_folder,
    hub_name,
    refuse_foreign_code,
    refuse_pickles,
)
from askv4.offline import network_allowed
from askv4.worker import Report, run_in_fresh_interpreter

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

SOURCE_FILE = "askv4-source.json"
_WANTED = ("*.safetensors", "*.json", "*.txt")
_OTHER_BACKENDS = ("onnx/*", "openvino/*")
_SPARE_BYTES = 64 * 1024 * 1024


def download_encoder(
    name: str,
    data_dir: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    revision: str | None = None,
    narrate: Callable[[str], None] | None = None,
) -> Path:
    """Fetches the model `name` (`organisation/name`) and returns its folder; `open_encoder` then finds it by its name.

    `progress` is told bytes so far and bytes in all. `revision` is a commit, branch or tag; None takes what the hub
    serves now. An interrupted download goes on where it stopped. HF_ENDPOINT names another hub.

    Raises DownloadError, EncoderUnsupported (pickled weights, or code of its own), DataFolderUnwritable.
    """
    repository = hub_name(name)
    target = download_folder(repository, data_dir)
    tell = narrate or (lambda _: None)

    def report(event: dict[str, Any]) -> None:
        if progress is not None:
            progress(event["done"], event["total"])

    arguments = {"repository": repository, "target": str(target), "revision": revision}
    with locked(target, lambda: tell(f"another askv4 is downloading {repository}; waiting for it")), network_allowed():
        run_in_fresh_interpreter("askv4.neural.encoder_download", arguments, report, died=DownloadError)
    return target


def run(arguments: dict[str, Any], report: Report) -> None:
    """The child's side of `download_encoder`."""
    from huggingface_hub import HfApi

    repository, target = arguments["repository"], Path(arguments["target"])
    try:
        info = HfApi().model_info(repository, revision=arguments["revision"], files_metadata=True)
        if _is_there(target, info):
            return
        # The name is fixed, so that the next attempt goes on with what this one fetched.
        unfinished = target.parent / f".partial-{target.name}"
        _fetch(repository, info, unfinished, report)
        _publish(info, unfinished, target)
    except Askv4Error:
        raise
    except Exception as error:
        # The edge of the child process, and the hub's library raises a dozen unrelated classes.
        raise DownloadError(
            _in_words(repository, error), "check the name and the connection, then try again"
        ) from error


def _is_there(target: Path, info: ModelInfo) -> bool:
    try:
        source = json.loads((target / SOURCE_FILE).read_text(encoding="utf-8"))
        check_model_folder(target)
    except (OSError, ValueError, EncoderError):
        return False
    return bool(source["revision"] == info.sha)


def _in_words(repository: str, error: Exception) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        return f"the hub gives {repository} only to accounts that accepted its terms"
    if isinstance(error, RepositoryNotFoundError):
        return f"the hub has no model {repository}"
    if isinstance(error, RevisionNotFoundError):
        return f"the hub has no such revision of {repository}"
    return f"{repository} could not be downloaded: {type(error).__name__}: {error}"


def _wanted(info: ModelInfo) -> list[RepoSibling]:
    """The files to fetch, small ones first, so that a model that must be refused is refused early."""
    files = [
        sibling
        for sibling in info.siblings or []
        if any(fnmatch.fnmatch(sibling.rfilename, pattern) for pattern in _WANTED)
        and not any(fnmatch.fnmatch(sibling.rfilename, pattern) for pattern in _OTHER_BACKENDS)
    ]
    return sorted(files, key=lambda sibling: (sibling.rfilename.endswith(".safetensors"), sibling.size or 0))


def _fetch(repository: str, info: ModelInfo, folder: Path, report: Report) -> None:
    from huggingface_hub import hf_hub_download

    names = [sibling.rfilename for sibling in info.siblings or []]
    refuse_pickles(names, repository)
    files = _wanted(info)
    total = sum(file.size or 0 for file in files)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < total + _SPARE_BYTES:
        raise DownloadError(f"{repository} takes {total:,} bytes, more than {folder} has free", "free some space")
    done = 0
    refused_if_foreign = False
    for file in files:
        if file.rfilename.endswith(".safetensors") and not refused_if_foreign:
            refuse_foreign_code(folder)
            refused_if_foreign = True
        bar = _bar_that_reports(done, total, report)
        path = Path(hf_hub_download(repository, file.rfilename, revision=info.sha, local_dir=folder, tqdm_class=bar))
        _check(path, file)
        done += file.size or 0
        report({"done": done, "total": total})


def _publish(info: ModelInfo, unfinished: Path, target: Path) -> None:
    shutil.rmtree(unfinished / ".cache", ignore_errors=True)
    check_model_folder(unfinished)
    source = {"repository": info.id, "revision": info.sha}
    (unfinished / SOURCE_FILE).write_text(json.dumps(source, indent=2) + "\n", encoding="utf-8")
    publish(unfinished, target)


def _check(path: Path, file: RepoSibling) -> None:
    """Raises DownloadError when the file is not the one that the hub describes."""
    expected = file.lfs.sha256 if file.lfs else None
    if path.stat().st_size == (file.size or path.stat().st_size) and expected in (None, sha256_of(path)):
        return
    path.unlink()
    raise DownloadError(f"{file.rfilename} arrived damaged: its size or sha256 is not the hub's", "try again")


def _bar_that_reports(before: int, total: int, report: Report) -> Any:
    """What the hub's library takes for a progress bar: it counts bytes and reports about every megabyte."""

    class Bar:
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            self.n = initial
            self._reported = 0

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def update(self, n: float | None = 1) -> None:
            self.n += int(n or 0)
            if self.n - self._reported >= 1 << 20:
                self._reported = self.n
                report({"done": min(before + self.n, total), "total": total})

        def close(self) -> None:
            return

    return Bar
