"""Makes the ONNX export of a sentence-transformers model. Runs in a child process: it alone imports torch.

The graph takes the token ids of one text and gives the last state of each token. Pooling is left to the reader of those
states, so that work on single tokens can use the same file.
"""

from __future__ import annotations

import importlib.metadata
import logging
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from askv4.errors import EncoderExportFailed
from askv4.files import sha256_of
from askv4.neural.manifest import MODEL_FILES, RECIPE, ExportedFile, Manifest, Parity, Precision
from askv4.neural.onnx_encoder import OnnxEncoder
from askv4.neural.packaged import TOKENIZER_FILE
from askv4.neural.parity_texts import PARITY_TEXTS
from askv4.neural.sessions import optimise
from askv4.offline import go_offline
from askv4.worker import Report

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LOWEST_COSINE: dict[Precision, float] = {"float32": 0.9999, "int8": 0.9}
"""Below this the export is not used. For int8 that is far below what is measured: it catches broken arithmetic."""

_OPSET = 17
_LIBRARIES = ("torch", "transformers", "sentence-transformers", "onnx", "onnxruntime", "tokenizers")
_UPDATE = "install the versions that askv4's constraints file names, then ask again"


def run(arguments: dict[str, str], report: Report) -> None:
    """Exports the model in `source` into the folder `target`, with its manifest.

    `arguments`: source, target, model (its name), weights_sha256. Raises EncoderExportFailed.
    """
    go_offline()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    source, target = Path(arguments["source"]), Path(arguments["target"])
    report({"stage": "loading the weights"})
    original = _load_original(source)
    report({"stage": "exporting"})
    _export_graph(original, target / "graph.onnx")
    optimise(target / "graph.onnx", target / MODEL_FILES["float32"], eight_bits=False)
    _quantise(target / "graph.onnx", target / "quantised.onnx")
    optimise(target / "quantised.onnx", target / MODEL_FILES["int8"], eight_bits=False)
    (target / "graph.onnx").unlink()
    (target / "quantised.onnx").unlink()
    shutil.copyfile(source / TOKENIZER_FILE, target / TOKENIZER_FILE)
    report({"stage": "comparing with the original"})
    manifest = Manifest(
        recipe=RECIPE,
        model=arguments["model"],
        weights_sha256=arguments["weights_sha256"],
        pooling="mean",
        dimension=int(original.get_embedding_dimension() or 0),
        max_sequence=int(original.max_seq_length or 0),
        files={name: _described(target / name) for name in (*MODEL_FILES.values(), TOKENIZER_FILE)},
        parity={},
        versions={library: importlib.metadata.version(library) for library in _LIBRARIES},
    )
    _with_parity(manifest, original, target).write(target)


def _load_original(source: Path) -> SentenceTransformer:
    """The model as sentence-transformers loads it. Raises EncoderExportFailed when it is of another kind."""
    import torch
    from sentence_transformers import SentenceTransformer

    # Texts this small gain nothing from more threads, and lose tenfold where the machine is busy: they spin.
    torch.set_num_threads(1)
    # Eager attention exports to plain matrix products; the fused kernels leave a tail of shape and mask operators.
    model = SentenceTransformer(
        str(source),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"attn_implementation": "eager", "use_safetensors": True},
    )
    kinds = [type(module).__name__ for module in model]
    if kinds != ["Transformer", "Pooling", "Normalize"] or model[1].pooling_mode != "mean":
        raise EncoderExportFailed(f"only a transformer with mean pooling can be exported, not {kinds}", _UPDATE)
    return model.eval()


def _export_graph(model: SentenceTransformer, path: Path) -> None:
    import torch

    class TokenStates(torch.nn.Module):
        """One text without padding: no mask is needed, and all tokens are of one segment."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer: Any = model[0].auto_model

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = self.transformer(input_ids=input_ids).last_hidden_state
            return states

    example = torch.arange(16).unsqueeze(0)
    try:
        with torch.inference_mode():
            # The newer exporter needs two more packages and three times as long, for the same operators.
            torch.onnx.export(
                TokenStates().eval(),
                (example,),
                str(path),
                input_names=["input_ids"],
                output_names=["token_states"],
                dynamic_axes={"input_ids": {1: "tokens"}, "token_states": {1: "tokens"}},
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError, ImportError, AttributeError) as error:
        raise EncoderExportFailed(f"torch {torch.__version__} cannot export the encoder: {error}", _UPDATE) from error


def _quantise(graph: Path, target: Path) -> None:
    """Weights and activations to 8 bits, the activations' scale found at each run.

    One scale per output channel keeps a cosine of 0.99 to the original, where one per matrix gives 0.96 at the same
    speed. Weights use 7 of the 8 bits: processors without VNNI add two products in 16 bits, which would overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    quantize_dynamic(graph, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def _described(path: Path) -> ExportedFile:
    status = path.stat()
    return ExportedFile(bytes=status.st_size, mtime_ns=status.st_mtime_ns, sha256=sha256_of(path))


def _with_parity(manifest: Manifest, original: SentenceTransformer, folder: Path) -> Manifest:
    """The manifest with the cosines between original and export. Raises EncoderExportFailed when one is too low."""

    expected = np.asarray(
        original.encode(list(PARITY_TEXTS), batch_size=1, normalize_embeddings=True), dtype=np.float64
    )
    parity: dict[str, Parity] = {}
    for precision, floor in LOWEST_COSINE.items():
        vectors = OnnxEncoder(folder, manifest, precision).encode_passages(PARITY_TEXTS).astype(np.float64)
        cosines = (vectors * expected).sum(axis=1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(expected, axis=1)
        if not cosines.min() >= floor:
            worst = PARITY_TEXTS[int(cosines.argmin())][:40]
            raise EncoderExportFailed(
                f"the {precision} export differs from the original: cosine {cosines.min():.6f} for {worst!r}", _UPDATE
            )
        parity[precision] = Parity(len(PARITY_TEXTS), float(cosines.min()), float(cosines.mean()))
    return replace(manifest, parity=parity)
