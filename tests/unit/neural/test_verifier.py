"""The verifier: the model that sees source and statement together, as it comes with askv4."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from askv4.errors import VerifierMissing
from askv4.neural import verifier as room
from askv4.neural.cross_encoder import ABOUT_FILE
from askv4.neural.verifier import MODEL_FILE, VERDICTS, WEIGHTS, Verifier

SOURCE = ["The mill on the Ems was built by Ida Holm in 1871.", "Karl Brandt may rebuild it if the town agrees."]


@pytest.fixture(scope="module")
def verifier(encoder_dir: Path) -> Verifier:
    return Verifier(encoder_dir)


@pytest.mark.parametrize(
    ("carried", "not_carried"),
    [
        ("Ida Holm built the mill.", "Karl Brandt built the mill."),
        ("The mill was built in 1871.", "The mill was built in 1917."),
        ("Karl Brandt may rebuild the mill.", "Karl Brandt has rebuilt the mill."),
        ("Who built the mill? Ida Holm.", "Who built the mill? Karl Brandt."),
    ],
)
def test_what_follows_is_likelier_than_what_does_not(carried: str, not_carried: str, verifier: Verifier) -> None:
    assert verifier.probability(SOURCE, carried) > 2 * verifier.probability(SOURCE, not_carried)


def test_verdicts_are_chances(verifier: Verifier) -> None:
    chances = verifier.verdicts([(SOURCE, "Ida Holm built the mill."), (SOURCE, "It rains.")])
    assert chances.shape == (2, len(VERDICTS))
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert np.array_equal(
        chances[:, 0], verifier.probabilities([(SOURCE, "Ida Holm built the mill."), (SOURCE, "It rains.")])
    )


def test_a_probability_does_not_depend_on_the_company(verifier: Verifier) -> None:
    pairs = [(SOURCE, "The mill stands on the Ems."), (SOURCE[:1], "Ida Holm was a builder.")]
    together = verifier.probabilities([*pairs, (["A much longer source. " * 60], "It is long.")])
    assert [verifier.probability(*pair) for pair in pairs] == together[:2].tolist()


def test_no_pairs_no_probabilities(verifier: Verifier) -> None:
    assert verifier.probabilities([]).shape == (0,)


@pytest.mark.parametrize("text", ["", "\ud800 half a character", "x" * 5000, "word " * 3000, "[SEP] [CLS] \x00"])
def test_any_text_can_be_read(text: str, verifier: Verifier) -> None:
    assert 0 <= verifier.probability([text], "The mill is old.") <= 1
    assert 0 <= verifier.probability(SOURCE, text) <= 1
    assert 0 <= verifier.probability([], text) <= 1


def test_a_long_source_loses_its_end_and_not_the_statement(verifier: Verifier) -> None:
    tokenizer = verifier.tokenizer()
    pair = room.premise_input(tokenizer, ["word " * 5000], "The mill is old.")
    assert pair["input_ids"].shape == (1, room.MAX_TOKENS)
    assert (
        int(pair["token_type_ids"].sum()) == len(tokenizer.encode("The mill is old.", add_special_tokens=False).ids) + 1
    )


def test_it_is_as_small_as_promised() -> None:
    assert (WEIGHTS / MODEL_FILE).stat().st_size < 35_000_000


@pytest.mark.parametrize("lost", [ABOUT_FILE, MODEL_FILE])
def test_without_its_files_the_error_says_what_to_do(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    monkeypatch.setattr(room, "WEIGHTS", folder)
    (folder / lost).unlink()
    with pytest.raises(VerifierMissing) as caught:
        Verifier(tmp_path / "data").load()
    assert str(folder / lost) in caught.value.line
    assert "install askv4 again" in caught.value.line


def test_verifying_needs_neither_torch_nor_onnx(encoder_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from askv4.neural.verifier import Verifier; "
        "Verifier(Path(sys.argv[1])).probability(['so'], 'so'); print('onnx' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(encoder_dir)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
