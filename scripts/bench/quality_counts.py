"""How answers are counted: pure functions over the JSON of answers, the same for every set.

An answer lies above the upper threshold ("answered"), between the two ("uncertain"), or below the lower ("not_in_sources").
Figures without an ending count at the upper threshold: what is uncertain is refused. Those that end in `_shown` count at the
lower one: what is uncertain is shown, and the first of `nearest` is what it shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from askv4.answer.question.question import squeezed
from askv4.language.en import STOP_WORDS
from askv4.language.tokens import stem
from askv4.language.words import words

Figures = dict[str, Any]
Answer = Mapping[str, Any]
Verdict = Callable[[Answer, Any], str]
"""check_papers.py's: "right", "wrong", "refused", or "answered" where refusing was right."""

BINS = 10
RARE = 5
"""Kinds of fewer questions are counted together."""


def mean(values: Iterable[float]) -> float | None:
    """To four places; None of nothing."""
    numbers = list(values)
    return round(fmean(numbers), 4) if numbers else None


def error_rates(statuses: Sequence[str], answerable: Sequence[bool]) -> Figures:
    """False answers (of the unanswerable) and false refusals (of the answerable) at both thresholds, and what lies between.

    Figures of a share of nothing are left out.
    """
    pairs = list(zip(statuses, answerable, strict=True))
    have, lack = ([status for status, truth in pairs if truth is wanted] for wanted in (True, False))
    rates = {
        "false_answers": mean(status == "answered" for status in lack),
        "false_refusals": mean(status != "answered" for status in have),
        "false_answers_shown": mean(is_shown(status) for status in lack),
        "false_refusals_shown": mean(not is_shown(status) for status in have),
        "uncertain": mean(status == "uncertain" for status in statuses),
    }
    for end in ("", "_shown"):
        errors = rates[f"false_answers{end}"], rates[f"false_refusals{end}"]
        if errors[0] is not None and errors[1] is not None:
            rates[f"balanced{end}"] = round(1 - (errors[0] + errors[1]) / 2, 4)
    return {name: value for name, value in rates.items() if value is not None}


def is_shown(status: str) -> bool:
    """Whether something is shown as an answer, if only as one that may be."""
    return status in ("answered", "uncertain")


def as_shown(answer: Answer) -> Answer:
    """An uncertain answer as if its candidate were the answer; any other as it is."""
    if answer.get("status") != "uncertain":
        return answer
    return {**answer, "status": "answered", "answer": "", "citations": list(answer["nearest"][:1])}


def paper_figures(rows: Sequence[Mapping[str, Any]], verdict: Verdict) -> Figures:
    """Of rows as check_papers.py writes them ("expected", "kind", "cause", "verdict", "got"): shares of all questions, error
    rates, and [right, wrong or false, all] by kind and by cause.
    """
    figures: Figures = {"questions": len(rows)}
    for end, verdicts in (
        ("", [row["verdict"] for row in rows]),
        ("_shown", [verdict(as_shown(row["got"]), row["expected"]) for row in rows]),
    ):
        pairs = list(zip(rows, verdicts, strict=True))
        have, lack = (
            [said for row, said in pairs if (row["expected"] != "refuse") is wanted] for wanted in (True, False)
        )
        figures[f"right{end}"] = mean(said == "right" for said in verdicts)
        figures[f"wrong_or_false{end}"] = mean(map(_wrong, verdicts))
        figures[f"false_refusals{end}"] = mean(said == "refused" for said in have)
        figures[f"false_answers{end}"] = mean(said == "answered" for said in lack)
        if have and lack:
            right, false = fmean(said == "right" for said in have), fmean(said == "answered" for said in lack)
            figures[f"balanced{end}"] = round((right + 1 - false) / 2, 4)
    figures["uncertain"] = mean(row["got"].get("status") == "uncertain" for row in rows)
    cited = [
        (row["got"]["citations"], row) for row in rows if row["verdict"] == "right" and row["got"].get("citations")
    ]
    figures["citations_that_help"] = mean(
        fmean(
            verdict({**row["got"], "answer": "", "citations": [one]}, row["expected"]) == "right" for one in citations
        )
        for citations, row in cited
    )
    verdicts = [row["verdict"] for row in rows]
    figures["by_kind"] = _tally([row["kind"].rsplit(":", 1)[-1] for row in rows], verdicts, RARE)
    figures["by_cause"] = _tally([row["cause"] or "none seen" for row in rows], verdicts)
    return {name: value for name, value in figures.items() if value is not None}


def _wrong(verdict: str) -> bool:
    return verdict in ("wrong", "answered")


def _tally(names: Sequence[str], verdicts: Sequence[str], least: int = 1) -> dict[str, list[int]]:
    """Name -> [right, wrong or false, all], the most frequent first; those of fewer than `least` are the last, together."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, verdict in zip(names, verdicts, strict=True):
        key = name if names.count(name) >= least else "others"
        for place, holds in enumerate((verdict == "right", _wrong(verdict), True)):
            counts[key][place] += holds
    return dict(sorted(counts.items(), key=lambda item: (item[0] == "others", -item[1][2], item[0])))


def marked_words(citations: Sequence[Mapping[str, Any]]) -> str:
    """The words marked as the answer: those of the first citation that has some, joined by a space; empty when none has."""
    for one in citations:
        if marks := one.get("answers"):
            return " ".join(one["quote"][start - one["start"] : end - one["start"]] for start, end in marks)
    return ""


def shown_sentences(
    citations: Sequence[Mapping[str, Any]], document: str, sentences: Sequence[str], gold: Sequence[str]
) -> tuple[float, float]:
    """(precision, recall) of the sentences that citations show, against those of `document` that annotators chose.

    A citation of another document is one wrong sentence; so is one that shows no whole sentence.
    """
    wanted = {squeezed(one) for one in gold}
    right, shown = set(), 0
    for one in citations:
        quote = squeezed(one["quote"])
        here = [squeezed(s) for s in sentences if squeezed(s) and (squeezed(s) in quote or quote in squeezed(s))]
        shown += max(1, len(here)) if one["document"] == document else 1
        right |= wanted.intersection(here) if one["document"] == document else set()
    return len(right) / max(1, shown), len(right) / max(1, len(wanted))


def shown_words(citations: Sequence[Mapping[str, Any]], reference: str) -> tuple[float, float]:
    """(precision, recall) of the content words that citations show, against a reference answer's: the mean over the citations
    of the share that it has, and its share that they have together."""
    wanted = _content(reference)
    shown = [_content(one["quote"]) for one in citations]
    precision = [len(words & wanted) / len(words) for words in shown if words]
    return fmean(precision or [0.0]), len(wanted & frozenset().union(*shown)) / max(1, len(wanted))


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def caught_and_accused(true: Sequence[bool], objected: Sequence[bool]) -> tuple[float | None, float | None]:
    """(share of the false statements that were objected to, of the true ones)."""
    pairs = list(zip(true, objected, strict=True))
    caught, accused = (mean(said for holds, said in pairs if holds is wanted) for wanted in (False, True))
    return caught, accused


def calibration(confidence: Sequence[float | None], truth: Sequence[bool]) -> Figures:
    """Brier score and reliability of the confidence that the sources answer, in BINS bins of equal width.

    `chance` is the Brier score of whoever always says the share of answerable questions.
    """
    pairs = [(guess, answerable) for guess, answerable in zip(confidence, truth, strict=True) if guess is not None]
    base = fmean(answerable for _, answerable in pairs)
    bins = []
    for number in range(BINS):
        inside = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
        if inside:
            bins.append([len(inside), round(fmean(g for g, _ in inside), 4), round(fmean(t for _, t in inside), 4)])
    return {
        "questions": len(pairs),
        "brier": round(fmean((guess - answerable) ** 2 for guess, answerable in pairs), 4),
        "chance": round(base * (1 - base), 4),
        "bins": bins,
    }
