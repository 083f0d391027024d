"""The exported encoder in the data folder: made once, checked at every start, made again when it is damaged.

    data_dir/encoders/<weights' sha256, 16 digits>-r<recipe>/
        manifest.json  model_float32.onnx  model_int8.onnx  tokenizer.json

A folder under its final name is complete: it is written under another name, flushed to the disk, and renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from askv4.errors import DataFolderUnwritable, EncoderExportFailed
from askv4.files import clear_unfinished, folder_of_this_run, locked, new_unfinished, publish
from askv4.neural.manifest import RECIPE, Manifest, is_intact, read_manifest
from askv4.neural.packaged import EncoderSource, check_weights
from askv4.worker import run_in_fresh_interpreter

Narrate = Callable[[str], None]

_EXPECTED_SECONDS = 20


def export_folder(data_dir: Path, source: EncoderSource) -> Path:
    """Where the export of these weights lies, whether it is there or not."""
    return data_dir / "encoders" / f"{source.weights_sha256[:16]}-r{RECIPE}"


def ensure_export(
    data_dir: Path, source: EncoderSource, narrate: Narrate, *, thoroughly: bool = False
) -> tuple[Path, Manifest]:
    """The folder of a good export and its manifest; made first when there is none, or when it is damaged.

    `thoroughly` reads every byte of an export that is there. Two processes at once make one export: the second waits. Where it
    cannot be kept, it is made for this process alone.

    Raises EncoderMissing, EncoderDamaged (the weights), EncoderExportFailed, DataFolderUnwritable.
    """
    folder = export_folder(data_dir, source)
    manifest = _good_manifest(folder, source, thoroughly)
    if manifest is None:
        try:
            with locked(folder, lambda: narrate("another askv4 is preparing the encoder; waiting for it")):
                # Another process may have made it while this one waited.
                manifest = _good_manifest(folder, source, thoroughly) or _export(folder, source, narrate)
        except DataFolderUnwritable as error:
            narrate(f"the encoder is prepared for this run alone: {error}")
            folder = folder_of_this_run() / folder.name
            manifest = _good_manifest(folder, source, thoroughly) or _export(folder, source, narrate)
    return folder, manifest


def _good_manifest(folder: Path, source: EncoderSource, thoroughly: bool) -> Manifest | None:
    manifest = read_manifest(folder)
    if manifest is None or manifest.weights_sha256 != source.weights_sha256:
        return None
    return manifest if is_intact(folder, manifest, thoroughly=thoroughly) else None


def _export(folder: Path, source: EncoderSource, narrate: Narrate) -> Manifest:
    """Makes the export, under the lock, and puts it where the damaged one may have been."""
    weights = source.locate()
    narrate(f"preparing the encoder, once: about {_EXPECTED_SECONDS} s")
    check_weights(source, weights)
    try:
        unfinished = new_unfinished(folder)
        try:
            manifest = _export_into(unfinished, weights, source, narrate)
            publish(unfinished, folder)
        finally:
            clear_unfinished(folder)
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write the exported encoder to {folder}: {error}") from error
    narrate("the encoder is ready")
    return manifest


def _export_into(unfinished: Path, weights: Path, source: EncoderSource, narrate: Narrate) -> Manifest:
    def report(event: dict[str, Any]) -> None:
        narrate(f"preparing the encoder: {event['stage']}")

    arguments = {
        "source": str(weights),
        "target": str(unfinished),
        "model": source.name,
        "weights_sha256": source.weights_sha256,
    }
    run_in_fresh_interpreter("askv4.neural.onnx_export", arguments, report, died=EncoderExportFailed)
    manifest = read_manifest(unfinished)
    if manifest is None or not is_intact(unfinished, manifest, thoroughly=True):
        raise EncoderExportFailed("the exported encoder could not be read back", "check the disk, then ask again")
    return manifest
