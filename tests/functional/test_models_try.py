"""`askv4 models try` as a user runs it, and the trial's own questions asked of models whose words are given."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from askv4.answer.assistant import Assistant
from askv4.answer.write.lead import LeadWriter
from askv4.answer.write.verifier import Verifier
from askv4.evaluate.outcomes import Outcome
from askv4.evaluate.runner import evaluate
from askv4.evaluate.trial import PASSAGES, Trial, lay_out, trial_questions, went_right
from askv4.llm.chat import Message
from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.sync.index import Index, open_index
from tests.fake_llm_server import fake_server
from tests.functional.conftest import Program
from tests.tiny_model import tiny_gguf
from tests.unit.answer.scripted import ScriptedModel

# llama.cpp's threads wait for each other: on a machine with more work than processors a trial takes many times as long.
pytestmark = pytest.mark.timeout(1800)
PATIENCE = 1700
QUESTIONS = trial_questions()
ANSWERED = [question for question in QUESTIONS if question.answerable]


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Program], encoder_dir: Path
) -> Program:
    """A user whose encoder and reader are prepared and who has a document."""
    home = tmp_path_factory.mktemp("try")
    shutil.copytree(encoder_dir / "encoders", home / "data" / "encoders")
    (home / "corpus").mkdir()
    (home / "corpus" / "own.md").write_text("My own bicycle weighs 15 kilograms.", "utf-8")
    (home / "tmp").mkdir()
    return make_program(home, home, ASKV4_DATA_DIR=str(home / "data"), TMPDIR=str(home / "tmp"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    """The documents of the trial, indexed."""
    home = tmp_path_factory.mktemp("trial")
    lay_out(home / "documents")
    with open_index(home / "data", home / "documents", encoder) as made:
        made.sync()
        yield made


class Prepared(ScriptedModel):
    """Says its line to each question, however often it is asked."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        super().__init__()
        self._by_question = lines
        self._said = ""

    def stream(self, messages: Sequence[Message], **options: Any) -> Iterator[str]:
        asked = messages[-1].content
        lines = [line for question, line in self._by_question.items() if question in asked]
        # Without a question it is to say what an excerpt says, and says again what was rejected.
        self._said = (lines or [self._said])[0]
        self._lines = [self._said]
        return super().stream(messages, **options)


def tried(index: Index, encoder: Encoder, reader: Reader, verifier: Verifier, lines: Sequence[str]) -> list[Outcome]:
    """What comes of the questions when the model says these lines, one for each that is answered."""
    model = Prepared({question.question: line for question, line in zip(ANSWERED, lines, strict=True)})
    retriever = Retriever(index.catalog, index.vectors, encoder)
    assistant = Assistant(retriever, index.catalog, encoder, reader, LeadWriter(lambda: model, verifier, reader))  # type: ignore[arg-type]
    return evaluate(assistant, index.catalog, QUESTIONS, PASSAGES)


def test_a_model_that_keeps_to_the_words_is_worth_having(
    index: Index, encoder: Encoder, reader: Reader, verifier: Verifier
) -> None:
    said = [next(one.quote or "" for one in question.groups[0]).rstrip(".") + "." for question in ANSWERED]
    # A sentence that only points back is no answer that stands alone.
    said = [
        line.replace("It weighs", "The Tervo Trek weighs").replace("takes it", "takes the Tervo City") for line in said
    ]
    outcomes = tried(index, encoder, reader, verifier, said)
    assert all(outcome.right for outcome in outcomes), [outcome.gold.id for outcome in outcomes if not outcome.right]
    wrong = [outcome.gold.id for outcome in outcomes if not went_right(outcome)]
    trial = Trial(tuple(outcomes), load_s=0.0, memory=None, free=None)
    assert trial.worth_having, wrong
    assert trial.right >= 11, wrong
    assert [outcome.gold.id for outcome in outcomes if outcome.lead is None and outcome.lead_ms is None] == ["price"]


def test_a_model_that_answers_something_else_is_not(
    index: Index, encoder: Encoder, reader: Reader, verifier: Verifier
) -> None:
    outcomes = tried(
        index, encoder, reader, verifier, ["Both models carry a rider of up to 120 kilograms."] * len(ANSWERED)
    )
    trial = Trial(tuple(outcomes), load_s=0.0, memory=None, free=None)
    assert not trial.worth_having
    assert "are right, 9 are needed" in trial.because
    assert all(outcome.lead is None or outcome.lead_right is False for outcome in outcomes)
    assert trial.figures.rejected + trial.figures.leads_false.count == len(ANSWERED)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_real_model_is_tried_and_leaves_nothing_behind(program: Program, real_model: Path) -> None:
    data = program.cwd / "data"
    before = snapshot(data)
    run = program("models", "try", str(real_model), "--json", timeout=PATIENCE)
    assert run.status in (0, 1), run.stderr
    result = json.loads(run.out)
    assert run.status == (0 if result["worth_having"] else 1)
    assert len(result["questions"]) == result["right"]["total"] == 12
    assert result["right"]["count"] == sum(row["went_right"] for row in result["questions"])
    # What half a billion parameters manage with a sentence before them.
    assert result["figures"]["leads_right"]["count"] >= 4
    assert result["figures"]["leads"]["total"] == 11
    assert 2e8 < result["memory_bytes"] < 2e9 < result["free_bytes"]
    assert result["load_s"] > 0
    assert 0 < result["figures"]["quotes_median_ms"] < result["figures"]["lead_median_ms"]
    for row in result["questions"]:
        assert row["lead"] is None or "[1]" in row["lead"]
    assert "12 questions" in run.stderr
    assert snapshot(data) == before
    assert not list((program.cwd / "tmp").iterdir())


def test_a_model_of_noise_is_not_worth_having_and_the_reason_is_the_last_line(program: Program, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: no model can run")
    run = program("models", "try", str(tiny_gguf(tmp_path / "tiny.gguf")), COLUMNS="200", timeout=PATIENCE)
    assert run.status == 1, run.stderr
    last = run.out.splitlines()[-1]
    assert last.startswith("tiny is not worth having on this machine: 1 of 12 are right, 9 are needed")
    assert run.out.count("no lead") >= len(ANSWERED)
    assert "memory taken" in run.out
    for question in QUESTIONS:
        assert question.question in run.out


def test_a_server_is_tried_and_its_memory_is_not_known(program: Program) -> None:
    with fake_server(pieces=("Journeys abroad are approved by ", "the head of finance.")) as server:
        run = program("models", "try", "--llm-url", server.url, "--json")
        asked = [chat["messages"][-1]["content"] for chat in server.chats()]
    for question in QUESTIONS:
        assert any(question.question in text for text in asked) is question.answerable
    assert run.status == 1, run.stderr
    result = json.loads(run.out)
    assert (result["model"], result["memory_bytes"], result["others"]) == ("tiny", None, None)
    right = {row["id"] for row in result["questions"] if row["went_right"]}
    assert right == {"abroad", "price"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-model",), "models"),
        ((), "models"),
        (("--llm-url", "http://127.0.0.1:9"), "127.0.0.1:9"),
        (("--llm-url", "http://192.0.2.1:8080"), "allow_remote"),
    ],
)
def test_what_cannot_be_tried_is_one_line_and_status_2(program: Program, arguments: tuple[str, ...], said: str) -> None:
    run = program("models", "try", *arguments)
    assert (run.status, run.out) == (2, "")
    assert said in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
