"""Where a named sentence-transformers model lies on this machine, and whether it may be loaded.

A model may be loaded when its weights are safetensors and its modules are those of the library: a pickle, or code that
comes with a model, could do anything.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from askv4.errors import EncoderDamaged, EncoderMissing, EncoderUnsupported

MODULES_FILE = "modules.json"
_HUB_NAME = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*")
_MODEL_TYPE = "SentenceTransformer"
_DEFAULT_ORGANISATION = "sentence-transformers"


def find_model(model: str, data_dir: Path) -> Path:
    """The folder of a model that was named by its path, or by its name on the hub. Nothing is downloaded.

    Raises EncoderMissing, EncoderUnsupported, EncoderDamaged.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if not _HUB_NAME.fullmatch(model):
            raise EncoderMissing(f"there is no folder {model}", "name a folder with a sentence-transformers model")
        repository = hub_name(model)
        location = _downloaded(repository, data_dir) or _in_hub_cache(repository)
        if location is None:
            raise EncoderMissing(
                f"the encoder {model} is not on this machine", f"`askv4 models pull --encoder {model}` downloads it"
            )
        folder = location
    check_model_folder(folder)
    return folder


def find_cross_encoder(model: str) -> Path:
    """The folder of a cross-encoder: a path, or a name on the hub that lies in the Hugging Face cache.

    Raises EncoderMissing, EncoderUnsupported, EncoderDamaged.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        location = _in_hub_cache(model, "config.json") if _HUB_NAME.fullmatch(model) else None
        if location is None:
            raise EncoderMissing(
                f"the cross-encoder {model} is not on this machine", f"name a folder, or fetch it: hf download {model}"
            )
        folder = location
    config = _read_json(folder / "config.json")
    if not isinstance(config, dict):
        raise EncoderUnsupported(f"{folder} is not a cross-encoder", "name a folder with a config.json and its weights")
    if "auto_map" in config and not _transformers_knows(config.get("model_type")):
        raise EncoderUnsupported(f"{folder} needs code of its own, which askv4 does not run", "name another model")
    refuse_pickles([path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()], str(folder))
    return folder


def hub_name(model: str) -> str:
    """`organisation/name`, as the hub knows it. Raises EncoderUnsupported for what cannot be a name there."""
    if not _HUB_NAME.fullmatch(model):
        raise EncoderUnsupported(f"{model!r} is no name of a model on the hub", "names look like organisation/name")
    return model if "/" in model else f"{_DEFAULT_ORGANISATION}/{model}"


def download_folder(repository: str, data_dir: Path) -> Path:
    """Where a downloaded model lies, whether it is there or not."""
    return data_dir / "encoders" / "models" / repository.replace("/", "--")


def check_model_folder(folder: Path) -> None:
    """Raises EncoderUnsupported or EncoderDamaged when the model must not, or cannot, be loaded."""
    refuse_foreign_code(folder)
    refuse_pickles([path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()], str(folder))
    for index in folder.rglob("*.safetensors.index.json"):
        shards = set((_read_json(index) or {}).get("weight_map", {}).values())
        if missing := sorted(shard for shard in shards if not (index.parent / shard).is_file()):
            raise EncoderDamaged(f"{folder} is not whole: {missing[0]} is missing", "download the model again")


def refuse_pickles(files: list[str], name: str) -> None:
    """Raises EncoderUnsupported unless every module's weights are there as safetensors. `files` are relative paths."""
    folders_with_safetensors = {file.rpartition("/")[0] for file in files if file.endswith(".safetensors")}
    pickled = [file for file in files if re.fullmatch(r"pytorch_model.*\.bin", file.rpartition("/")[2])]
    if not folders_with_safetensors or any(file.rpartition("/")[0] not in folders_with_safetensors for file in pickled):
        raise EncoderUnsupported(
            f"{name} has weights that are not safetensors, and loading a pickle can run any code",
            "name a model with safetensors weights",
        )


def refuse_foreign_code(folder: Path) -> None:
    """Raises EncoderUnsupported when the folder is no sentence-transformers model, or one that brings its own code."""
    modules = _read_json(folder / MODULES_FILE)
    settings = _read_json(folder / "config_sentence_transformers.json") or {}
    if not isinstance(modules, list) or settings.get("model_type", _MODEL_TYPE) != _MODEL_TYPE:
        raise EncoderUnsupported(f"{folder} is not a sentence-transformers model", "name a SentenceTransformer model")
    kinds = [str(module.get("type", "")) for module in modules]
    foreign = [kind for kind in kinds if not kind.startswith("sentence_transformers.")]
    for file in () if foreign else folder.rglob("config.json"):
        config = _read_json(file)
        if isinstance(config, dict) and "auto_map" in config and not _transformers_knows(config.get("model_type")):
            foreign.append(str(config["auto_map"]))
    if foreign:
        raise EncoderUnsupported(
            f"{folder} needs code of its own ({foreign[0]}), which askv4 does not run",
            "name a model that needs none",
        )


def _transformers_knows(model_type: Any) -> bool:
    from transformers import CONFIG_MAPPING

    return model_type in CONFIG_MAPPING


def _downloaded(repository: str, data_dir: Path) -> Path | None:
    folder = download_folder(repository, data_dir)
    return folder if (folder / MODULES_FILE).is_file() else None


def _in_hub_cache(repository: str, needed: str = MODULES_FILE) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(repository, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return folder if (folder / needed).is_file() else None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EncoderDamaged(f"cannot read {path}: {error}", "download the model again") from error
