"""Text recognition for pages that are pictures, with the optional extra askv4[ocr]: RapidOCR, which runs the PP-OCR models
(Cui et al. 2025, arXiv:2507.05595) that come inside its package. Nothing is downloaded: it is told where they lie.

What is recognised becomes lines with places on the page, as those of a PDF with text are, and is laid out like them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from askv4.offline import go_offline
from askv4.text.loaders import pace
from askv4.text.loaders.composing import one_line
from askv4.text.loaders.pdf_lines import PageLines, PdfLine

if TYPE_CHECKING:
    from pypdfium2 import PdfPage  # type: ignore[import-untyped]

REMEDY = "read it with text recognition: `askv4 setup ocr`, then ask again"
SECONDS_PER_PAGE = 180.0
"""What one page may take; on two busy cores a full one takes some 10 seconds."""
_DOTS_PER_INCH = 200
_LONGEST_SIDE = 2000
"""Pixels; the recogniser makes larger pictures smaller again."""
_LEAST_CERTAIN = 0.6
_SIZE_STEP = 1.5
"""Heights of boxes vary with the letters in them: only those that differ by more are another size of print."""
_MODELS = {"Det": "*_det_*.onnx", "Cls": "*_cls_*.onnx", "Rec": "*_rec_*.onnx"}


def is_available() -> bool:
    """Whether the extra is installed with its models; nothing is imported for it."""
    return _models() is not None


class Recogniser:
    """Reads pages that are pictures. Raises ImportError when the extra is not installed or does not load."""

    def __init__(self) -> None:
        models = _models()
        if models is None:
            raise ImportError("rapidocr or its models are not installed")
        go_offline()  # before onnxruntime is loaded, which otherwise reports to its makers
        pace.allow(SECONDS_PER_PAGE)
        from rapidocr import RapidOCR  # type: ignore[import-not-found, import-untyped, unused-ignore]

        threads = max(1, min(4, (os.cpu_count() or 2) // 2))
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": _LONGEST_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                **{f"{part}.model_path": str(path) for part, path in models.items()},
            }
        )

    def read(self, page: PdfPage) -> PageLines:
        """The lines of a page, in points from the lower left, from top to bottom. Raises PdfiumError."""
        pace.allow(SECONDS_PER_PAGE)
        width, height = (float(side) for side in page.get_size())
        scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(width, height, 1.0))
        picture = page.render(scale=scale).to_numpy()
        reading = self._engine(picture)
        if reading.boxes is None:
            return PageLines(height, ())
        boxes = [
            (one_line(text), box.min(axis=0) / scale, box.max(axis=0) / scale)
            for box, text, certain in zip(reading.boxes, reading.txts, reading.scores, strict=True)
            if certain >= _LEAST_CERTAIN
        ]
        return PageLines(height, tuple(_lines(boxes, height)))


def _models() -> dict[str, Path] | None:
    """The part of the recogniser -> its model; None where one is missing."""
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "models"
    files = {part: min(folder.glob(pattern), default=None) for part, pattern in _MODELS.items()}
    models = {part: path for part, path in files.items() if path is not None}
    return models if len(models) == len(_MODELS) else None


def _lines(boxes: Sequence[tuple[str, Any, Any]], height: float) -> list[PdfLine]:
    """Boxes, given by text and corners from the upper left, as lines in the order of reading across the page."""
    boxes = [box for box in boxes if box[0]]
    if not boxes:
        return []
    usual = median(float(low[1] - high[1]) for _, high, low in boxes)
    lines: list[PdfLine] = []
    for row in _rows(boxes, usual):
        # What stands beside each other is on one baseline, though the boxes of a scan differ by a little.
        bottom = height - median(float(low[1]) for _, _, low in row)
        for text, high, low in row:
            tall = max(1.0, float(low[1] - high[1]))
            size = round(usual * _SIZE_STEP ** round(math.log(tall / usual, _SIZE_STEP)) * 1.5) / 2
            lines.append(PdfLine(text, float(high[0]), float(low[0]), bottom, bottom + tall, size, bold=False))
    return lines


def _rows(boxes: Sequence[tuple[str, Any, Any]], usual: float) -> list[list[tuple[str, Any, Any]]]:
    rows: list[list[tuple[str, Any, Any]]] = []
    for box in sorted(boxes, key=lambda box: float(box[2][1])):
        if rows and abs(float(box[2][1] - rows[-1][-1][2][1])) < 0.4 * usual:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: float(box[1][0])) for row in rows]
