"""How scripts/bench/written.py judges texts, takes its questions and draws its tables; no model runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.bench.quality_page import with_section
from scripts.bench.usual_script import Passage, messages
from scripts.bench.written import main, parse
from scripts.bench.written_page import BEGIN, QUOTING, USUAL, judged, kept_rows, leads_to_read, page_section
from scripts.bench.written_scores import best, refuses, right, rouge_l, tells, token_recall, without_markers
from scripts.bench.written_sets import Asked, by_corpus, load
from scripts.training.span_measure import normalised

QUESTION = "How long is the ferry to Hvar delayed?"


@pytest.mark.parametrize(
    "text",
    [
        "I don't know.",
        "I’m sorry, but I do not have that.",
        "The context does not provide information about the fee.",
        "The rent is not mentioned in the context.",
        "There is no information on that.",
        "Das steht dort nicht; ich weiß es nicht.",
        "不知道。",
        "",
        "  ",
    ],
)
def test_a_refusal(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "The fee is 40 euros.",
        "The ferry did not sail on Monday.",
        "It is three hours late. The context does not say why.",
        "No, dogs are not allowed on board.",
        "The harbour office did not disclose whether the ferry was mended.",
        "No, V4 was not given a name.",
    ],
)
def test_no_refusal(text: str) -> None:
    assert not refuses(text)


def test_markers_are_no_part_of_a_text() -> None:
    assert without_markers("It is late [1] [12]. Why, nobody says [2].") == "It is late. Why, nobody says."


def test_a_gold_span_is_compared_as_squad_does_in_whole_words() -> None:
    assert normalised("The  Hvar-line, a ferry!") == "hvarline ferry"
    truth = {"answers": ["the 14 islands"]}
    assert right("It calls at 14 Islands. [1]", "", truth)
    assert right("It calls at 114 islands.", "", truth) is False
    assert right("It calls at 14 ports and islands.", "", truth) is False


def test_an_expected_text_stands_there_or_all_of_its_key_words() -> None:
    truth = {"texts": ["EUR 840", "840 a month"]}
    assert right("The rent is €840.", "", truth)
    assert right("The rent is 840 euros.", "", truth)
    assert right("The rent is EUR\n840 a month.", "", truth)
    assert right("The rent is 84 euros.", "", truth) is False
    assert right("Die Tür wird um 午後十一時 geschlossen.", "", {"texts": ["午後十一時"]})


def test_a_quote_is_told_by_half_of_what_the_question_does_not_say() -> None:
    quote = "The ferry was delayed by almost three months to rebuild its engine"
    assert tells("It was almost three months late: the engine was rebuilt.", quote, QUESTION)
    assert not tells("The ferry to Hvar was delayed.", quote, QUESTION)


def test_a_quote_is_not_told_without_its_numbers_and_its_denial() -> None:
    assert tells("It costs $799 on the desktop.", "$799 desktop", "What does it cost?")
    assert not tells("It costs $699 on the desktop.", "$799 desktop", "What does it cost?")
    quote, question = "It is not a technical death blow", "Is it a technical death blow?"
    assert tells("It isn't a technical death blow.", quote, question)
    assert not tells("It is a technical death blow.", quote, question)


def test_a_quote_that_only_repeats_the_question_is_told_by_its_own_words_alone() -> None:
    quote, question = "there are two ways to respond", "What are the two ways to respond?"
    assert tells("Indeed there are two ways to respond.", quote, question)
    assert not tells("There are ways to respond, two of them.", quote, question)


def test_every_group_must_be_told() -> None:
    truth = {"groups": [["three months"], ["engine rebuilt", "engine replaced"]]}
    assert right("Three months, since the engine was replaced.", QUESTION, truth)
    assert right("Three months.", QUESTION, truth) is False
    assert right("Three months.", QUESTION, {}) is None


def test_rouge_l_takes_the_longest_common_subsequence_without_stemming() -> None:
    assert rouge_l("the ferry was late", "The ferry, late!") == pytest.approx(6 / 7)
    assert rouge_l("ferries", "ferry") == 0
    assert rouge_l("late ferry", "ferry late") == pytest.approx(0.5)
    assert rouge_l("", "ferry") == 0


def test_token_recall_counts_each_word_as_often_as_the_reference_has_it() -> None:
    assert token_recall("The ferry", "a ferry, a ferry") == pytest.approx(0.5)
    assert token_recall("It was a late ferry.", "the late ferry") == 1


def test_the_best_reference_counts() -> None:
    assert best(token_recall, "late ferry", ["early train", "late train", "late ferry"]) == 1
    assert best(token_recall, "", ["late"]) == 0


def test_the_usual_prompt_holds_passages_and_question() -> None:
    system, user = messages("How long?", [Passage("Note", "Three hours.")], "Is it late?")
    assert "don't know" in system["content"]
    assert (
        user["content"] == "Context:\nNote\nThree hours.\n\nThe user asked before: Is it late?\n\nQuestion: How long?"
    )


def row(place: int, program: str, text: str | None, **more: Any) -> dict[str, Any]:
    given = {
        "set": "papers", "place": place, "model": "small", "program": program, "question": QUESTION, "after": None,
        "answerable": True, "may_refuse": False, "truth": {"texts": ["three hours"]}, "answered": True, "text": text,
        "quoted": "“The ferry is three hours late.” [1]", "wrote": True, "first": 0.2, "end": 2.0,
    }  # fmt: skip
    return given | more


ROWS = [
    row(0, "askv4", "Three hours late. [1]"),
    row(0, USUAL, "It is three hours late.", first=4.0, end=5.0),
    row(1, "askv4", "Two hours late. [1]", end=2.2),
    row(1, USUAL, "I don't know.", first=4.0, end=5.0),
    row(2, "askv4", None, answerable=False, truth={}, answered=False, quoted="", wrote=False),
    row(2, USUAL, "Nine hours.", answerable=False, truth={}, first=4.0, end=5.0),
]


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    machine = {"python": "3.11", "cpus": 2, "load": 0.1}
    about = {"date": "2026-01-01T00:00:00", "commit": "abc", "changed": False, "machine": machine}
    older = row(0, "askv4", "Nothing of use.")
    path.write_text("".join(json.dumps(one) + "\n" for one in [{"about": about}, older, *ROWS]), encoding="utf-8")
    return path


def test_of_two_rows_for_a_question_the_later_counts(rows_file: Path) -> None:
    run = kept_rows(rows_file)
    assert len(run.rows) == len(ROWS)
    assert judged(run.rows[0]).right


def test_the_usual_scripts_answer_is_shown_unless_it_refuses() -> None:
    answer, refusal = judged(ROWS[1]), judged(ROWS[3])
    assert (answer.answered, answer.shown, answer.right) == (True, True, True)
    assert (refusal.answered, refusal.shown, refusal.right) == (False, False, None)


def test_refusing_is_good_where_it_may_be() -> None:
    assert judged(row(0, USUAL, "I don't know.", may_refuse=True)).good
    assert not judged(row(0, USUAL, "I don't know.")).good
    assert not judged(row(0, USUAL, "Two hours.", may_refuse=True)).good


def test_what_is_shown_and_not_right_is_to_be_read_and_what_was_read_stays(rows_file: Path) -> None:
    run = kept_rows(rows_file)
    leads = leads_to_read(run, [])
    assert [(lead["text"], lead["doubtful"], lead["false"]) for lead in leads[:1]] == [("Two hours late.", True, None)]
    assert [lead["text"] for lead in leads if lead["false"]] == ["Nine hours."]
    leads[0]["false"] = True
    assert leads_to_read(run, leads)[0]["false"] is True


def cells(section: str, heading: str) -> dict[str, list[str]]:
    """The rows of a table of the page, by their program."""
    table = section.partition(f"### {heading}\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    return {line.split(" | ")[2]: [cell.strip("| ") for cell in line.split(" | ")] for line in table}


def test_the_tables(rows_file: Path) -> None:
    run = kept_rows(rows_file)
    section = page_section(run, leads_to_read(run, []))
    answers = cells(section, "Answers")
    assert answers["askv4"][3:] == [
        "3", "2 of 2 (100 %)", "1 of 1 (100 %)", "2 of 2 (100 %)", "1 of 2 (50 %)", "1 of 2 (50 %)", "2 of 2", "0", "1", "3",
    ]  # fmt: skip
    assert answers[USUAL][4:8] == ["1 of 2 (50 %)", "0 of 1 (0 %)", "2 of 2 (100 %)", "1 of 1 (100 %)"]
    assert answers[USUAL][10] == "1"
    assert cells(section, "Seconds")["askv4"][3:5] == ["0.20 / 0.20", "2.10 / 2.18"]
    beside = cells(section, "askv4 beside the usual script, the same questions")["askv4"]
    assert beside[4:6] == ["1 of 2 (50 %)", "1 of 2 (50 %)"]
    assert beside[-1] == "2.4 times"


def test_clapnq_has_the_measures_of_its_paper(rows_file: Path) -> None:
    truth = {"references": ["The ferry is three hours late."]}
    told = row(0, "askv4", "Three hours late. [1]", set="clapnq", truth=truth)
    rows_file.write_text(json.dumps(told) + "\n", encoding="utf-8")
    section = page_section(kept_rows(rows_file), [])
    assert "| askv4, small: quotations (1) | 100.0 | 100.0 | 30 |" in section
    assert "| askv4, small: lead, where one stands (1) | 66.7 | 60.0 | 17 |" in section
    assert "GPT-4" in section


def test_redraw_writes_the_page_without_asking(rows_file: Path, tmp_path: Path) -> None:
    page = tmp_path / "written.md"
    page.write_text("# What a model writes\n\nBy hand.\n", encoding="utf-8")
    for _ in range(2):
        assert main(["--redraw", "--json", str(rows_file), "--docs", str(tmp_path)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count(BEGIN) == 1
    assert "By hand." in text
    assert json.loads(rows_file.with_suffix(".read.json").read_text(encoding="utf-8"))


def test_redraw_without_rows_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--redraw", "--json", str(tmp_path / "none.jsonl")]) == 2
    assert "no rows" in capsys.readouterr().err


def test_a_page_keeps_what_is_around_its_generated_part() -> None:
    page = with_section("# Title\n", "<!-- begin -->\nold\n<!-- end -->") + "After.\n"
    assert with_section(page, "<!-- begin -->\nnew\n<!-- end -->") == (
        "# Title\n\n<!-- begin -->\nnew\n<!-- end -->\nAfter.\n"
    )


def test_papers_are_every_fifth_question_with_what_was_asked_before(tmp_path: Path) -> None:
    expected: list[Any] = ["refuse", "17", ["18", "refuse"], "19"]
    rows = [
        {"case": f"c{place % 2}", "question": f"q{place}", "expected": expected[place // 5], "after": "before" if place == 5 else None}
        for place in range(20)
    ]  # fmt: skip
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = load("papers", tmp_path, tmp_path)
    assert [one.place for one in asked] == [0, 5, 10, 15]
    assert [one.answerable for one in asked] == [False, True, True, True]
    assert [one.may_refuse for one in asked] == [True, False, True, False]
    assert asked[1].after == "before"
    assert asked[1].truth == {"texts": ["17"]}
    assert [len(group) for _, group in by_corpus(asked)] == [2, 2]
    assert [one.place for one in load("papers", tmp_path, tmp_path, limit=2)] == [0, 10]


def test_clapnq_questions_keep_their_own_references(tmp_path: Path) -> None:
    shared = Path(__file__).resolve().parents[4] / "shared"
    if not (shared / "data" / "clapnq").is_dir():
        pytest.skip("no development data beside the checkout")
    asked = load("clapnq", shared, tmp_path)
    assert [one.answerable for one in asked] == [True] * 15 + [False] * 15
    assert all(one.truth["references"] for one in asked if one.answerable)
    line = (shared / "data" / "clapnq" / "answerable.jsonl").read_text(encoding="utf-8").splitlines()[10]
    assert json.loads(line)["input"] == asked[1].question
    assert json.loads(line)["output"][0]["answer"] in asked[1].truth["references"]


def test_models_and_sets_are_named_with_commas_or_again() -> None:
    options = parse(["--model", "a.gguf", "--models", "b.gguf,c.gguf", "--sets", "gold,papers", "--sentences", "4,6"])
    assert options.models == ["a.gguf", "b.gguf", "c.gguf"]
    assert options.sets == ("gold", "papers")
    assert options.sentences == (4, 6)
    with pytest.raises(SystemExit):
        parse(["--sets", "nonsense"])
    assert Asked(0, "q", Path(), answerable=True).after is None
    assert QUOTING != USUAL
