"""The counting behind scripts/bench/quality.py, on made-up answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.bench.quality_counts import (
    as_shown,
    calibration,
    caught_and_accused,
    error_rates,
    marked_words,
    paper_figures,
    shown_sentences,
    shown_words,
)
from scripts.bench.quality_measures import cites_sentence, holds_sentence, of_answers
from scripts.bench.quality_run import Bench
from scripts.training.span_measure import span_f1


def answer(status: str, *quotes: str, nearest: tuple[str, ...] = ()) -> dict[str, Any]:
    """An answer's JSON as far as it is counted."""
    return {
        "status": status,
        "answer": " ".join(quotes),
        "citations": [citation(quote) for quote in quotes],
        "nearest": [citation(quote) for quote in nearest],
        "confidence": 0.6,
    }


def citation(quote: str, start: int = 10, *marks: tuple[int, int]) -> dict[str, Any]:
    return {"document": "a.md", "quote": quote, "start": start, "end": start + len(quote), "answers": list(marks)}


def paper(expected: Any, verdict: str, got: dict[str, Any], kind: str = "a:table", cause: str | None = None) -> Any:
    return {"expected": expected, "verdict": verdict, "got": got, "kind": kind, "cause": cause}


def verdict(got: Any, expected: Any) -> str:
    """As check_papers.py decides, for one expected text."""
    if got.get("status") != "answered":
        return "right" if expected == "refuse" else "refused"
    if expected == "refuse":
        return "answered"
    return "right" if any(expected in one["quote"] for one in got["citations"]) else "wrong"


def test_errors_at_both_thresholds() -> None:
    have = ["answered", "answered", "uncertain", "not_in_sources"]
    lack = ["answered", "uncertain", "uncertain", "not_in_sources", "not_in_sources"]
    rates = error_rates([*have, *lack], [True] * 4 + [False] * 5)
    assert rates == {
        "false_answers": 0.2,
        "false_refusals": 0.5,
        "balanced": 0.65,
        "false_answers_shown": 0.6,
        "false_refusals_shown": 0.25,
        "balanced_shown": 0.575,
        "uncertain": 0.3333,
    }


def test_a_program_without_uncertain_answers_has_one_threshold() -> None:
    rates = error_rates(["answered", "not_in_sources", "answered"], [True, True, False])
    assert rates["false_answers"] == rates["false_answers_shown"] == 1.0
    assert rates["false_refusals"] == rates["false_refusals_shown"] == 0.5
    assert rates["uncertain"] == 0


def test_what_there_is_none_of_has_no_share() -> None:
    assert error_rates(["answered", "uncertain"], [True, True]) == {
        "false_refusals": 0.5,
        "false_refusals_shown": 0.0,
        "uncertain": 0.5,
    }


def test_an_uncertain_answer_shows_the_first_of_the_nearest() -> None:
    shown = as_shown(answer("uncertain", nearest=("first", "second")))
    assert shown["status"] == "answered"
    assert [one["quote"] for one in shown["citations"]] == ["first"]
    refused = answer("not_in_sources", nearest=("first",))
    assert as_shown(refused) is refused


def test_papers_count_uncertain_answers_as_refused_and_as_shown() -> None:
    rows = [
        paper("12 EUR", "right", answer("answered", "It costs 12 EUR.")),
        paper("12 EUR", "wrong", answer("answered", "It costs more."), cause="C1 amounts"),
        paper("12 EUR", "refused", answer("uncertain", nearest=("It costs 12 EUR.", "Other.")), cause="C1 amounts"),
        paper("12 EUR", "refused", answer("uncertain", nearest=("Other.", "It costs 12 EUR."))),
        paper("12 EUR", "refused", answer("not_in_sources", nearest=("It costs 12 EUR.",))),
        paper("refuse", "right", answer("not_in_sources"), "c:refuse"),
        paper("refuse", "right", answer("uncertain", nearest=("Other.",)), "c:refuse"),
        paper("refuse", "answered", answer("answered", "Other."), "c:refuse"),
    ]
    assert [verdict(row["got"], row["expected"]) for row in rows] == [row["verdict"] for row in rows]
    figures = paper_figures(rows, verdict)
    assert figures["questions"] == 8
    assert (figures["right"], figures["wrong_or_false"]) == (0.375, 0.25)
    assert (figures["right_shown"], figures["wrong_or_false_shown"]) == (0.375, 0.5)
    assert (figures["false_refusals"], figures["false_refusals_shown"]) == (0.6, 0.2)
    assert (figures["false_answers"], figures["false_answers_shown"]) == (0.3333, 0.6667)
    assert figures["balanced"] == pytest.approx((1 / 5 + 2 / 3) / 2, abs=1e-4)
    assert figures["uncertain"] == 0.375
    assert figures["by_cause"] == {"none seen": [3, 1, 6], "C1 amounts": [0, 1, 2]}


def test_rare_kinds_are_counted_together() -> None:
    many = [paper("x", "right", answer("answered", "x"), "a:table") for _ in range(5)]
    few = [paper("x", "wrong", answer("answered", "y"), f"own:{kind}:direct") for kind in ("lease", "chat")]
    few += [paper("x", "refused", answer("not_in_sources"), "b:page")]
    assert paper_figures([*few, *many], verdict)["by_kind"] == {"table": [5, 0, 5], "others": [0, 2, 3]}


def test_the_marks_of_the_first_citation_that_has_some() -> None:
    cited = [
        citation("nothing marked", 0),
        citation("from 8 to 10 and 12", 100, (105, 112), (117, 119)),
        citation("x", 0, (0, 1)),
    ]
    assert marked_words(cited) == "8 to 10 12"
    assert marked_words([citation("nothing marked", 0)]) == ""


def test_span_f1_is_that_of_the_best_answer() -> None:
    assert span_f1("The Red House", ["a red house", "green"]) == 1.0
    assert span_f1("in the red house", ["red house"]) == pytest.approx(0.8)
    assert span_f1("", ["red house"]) == 0.0
    assert span_f1("blue", ["red house"]) == 0.0


def test_what_is_read_beside_check_data() -> None:
    marked = {**answer("answered", "x"), "citations": [citation("in 1911 or so", 0, (3, 7))]}
    questions = [
        {"answerable": True, "answers": ["1911"]},
        {"answerable": True, "answers": ["1912"]},
        {"answerable": False, "answers": []},
    ]
    figures = of_answers(questions, [marked, answer("uncertain", nearest=("in 1912",)), answer("not_in_sources")])
    assert (figures["span_f1"], figures["marked"]) == (0.5, 0.5)
    assert (figures["false_refusals"], figures["false_refusals_shown"]) == (0.5, 0.0)
    assert figures["calibration"]["questions"] == 3
    assert "calibration" not in of_answers(questions[:2], [marked, marked])


def test_a_sentence_counts_when_it_is_cited_from_the_right_file() -> None:
    cited = answer("answered", "The pool opens at 9. Bring a towel.")
    assert cites_sentence(cited, "a.md", "", ["The pool opens at 9."])
    assert not cites_sentence(cited, "b.md", "", ["The pool opens at 9."])
    assert not cites_sentence(cited, "a.md", "", ["The pool shuts at 9."])


def test_a_sentence_is_read_across_the_lines_of_a_screen() -> None:
    assert holds_sentence("Nearest:\n   The pool opens\n   at 9 today.", ["The pool opens at 9"])
    assert not holds_sentence("Nearest: nothing", ["The pool opens at 9"])


def test_caught_of_the_false_and_accused_of_the_true() -> None:
    assert caught_and_accused([True, True, False, False, False], [True, False, True, True, False]) == (0.6667, 0.5)
    assert caught_and_accused([True], [False]) == (None, 0.0)


def test_calibration_by_bins() -> None:
    figures = calibration([0.05, 0.95, 0.92, 0.15, None, 1.0], [False, True, True, True, True, False])
    assert figures["questions"] == 5
    assert figures["brier"] == pytest.approx((0.05**2 + 0.05**2 + 0.08**2 + 0.85**2 + 1) / 5, abs=1e-4)
    assert figures["chance"] == pytest.approx(0.6 * 0.4)
    assert figures["bins"] == [[1, 0.05, 0.0], [1, 0.15, 1.0], [3, 0.9567, 0.6667]]


@pytest.mark.parametrize(("every", "sample", "step"), [(1, None, 1), (7, None, 7), (1, 30, 4), (1, 500, 1)])
def test_how_much_is_taken(tmp_path: Path, every: int, sample: int | None, step: int) -> None:
    bench = Bench(tmp_path, tmp_path, every=every, sample=sample)
    taken = bench.some(range(100))
    assert bench.step(100) == step
    assert len(taken) == -(-100 // step)
    assert taken == sorted(set(taken))
    assert taken == bench.some(range(100))


def test_precision_and_recall_of_shown_sentences() -> None:
    sentences = ["The hall is old.", "It was built in 1891.", "It has a tower."]
    gold = sentences[:2]
    whole = [citation("The hall is old. It was built in 1891.")]
    assert shown_sentences(whole, "a.md", sentences, gold) == (1.0, 1.0)
    assert shown_sentences([citation("It has a tower."), *whole], "a.md", sentences, gold) == (2 / 3, 1.0)
    assert shown_sentences(whole, "b.md", sentences, gold) == (0.0, 0.0)
    assert shown_sentences([], "a.md", sentences, gold) == (0.0, 0.0)


def test_precision_and_recall_of_shown_words() -> None:
    cited = [citation("The hall burned."), citation("A tower stands.")]
    assert shown_words(cited, "The hall burned in the night.") == (0.5, 2 / 3)
    assert shown_words([], "The hall burned.") == (0.0, 0.0)


def test_citations_that_help_are_counted_of_right_answers() -> None:
    helps = answer("answered", "It costs 5 euros.", "It is red.")
    rows = [paper("5 euros", "right", helps), paper("7 euros", "wrong", helps)]

    def verdict(got: Any, expected: Any) -> str:
        return "right" if any(expected in one["quote"] for one in got["citations"]) else "wrong"

    assert paper_figures(rows, verdict)["citations_that_help"] == 0.5
