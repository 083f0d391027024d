"""The tables of docs/written.md, from the rows that scripts/bench/written.py keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

from scripts.bench.quality_page import END
from scripts.bench.written_scores import best, refuses, right, rouge_l, token_recall, without_markers

BEGIN = "<!-- figures: written by scripts/bench/written.py --redraw, do not edit -->"
QUOTING, USUAL = "askv4, no model loaded", "usual script"
PUBLISHED = (
    ("GPT-4, gold passage given (published)", "35.9", "67.7", "759", "18"),
    ("Mistral-7B, gold passage given (published)", "39.0", "56.0", "384", "19"),
    ("T5-large trained on it, gold passage given (published)", "57.2", "68.3", "318", "89"),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """The rows that count, and what they were measured with."""

    about: tuple[Mapping[str, Any], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, judged."""

    row: Row
    text: str
    """The lead, or the usual script's answer, without markers; empty where none was given."""
    answered: bool
    right: bool | None
    """Of the text; None where there is none, or its truth is no short text."""
    quoted_right: bool | None

    @property
    def shown(self) -> bool:
        """Whether there is a text."""
        return bool(self.text)

    @property
    def good(self) -> bool:
        """Whether the text is right, or refusing was and nothing is shown."""
        return bool(self.right) or (self.row["may_refuse"] and not self.answered)

    @property
    def doubtful(self) -> bool:
        """Whether a person must say if the text is false: shown, and not what was expected."""
        return self.shown and self.row["answerable"] and self.right is False


def kept_rows(path: Path) -> Run:
    """The rows of a file; of those for one question, model and program the last one."""
    about: list[Mapping[str, Any]] = []
    rows: dict[tuple[Any, ...], Row] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "about" in row:
            about.append(row["about"])
        else:
            rows[key(row)] = row
    return Run(tuple(about), tuple(rows.values()))


def key(row: Row) -> tuple[Any, ...]:
    """What a row is known by."""
    return row["set"], row["place"], row["model"], row["program"]


def judged(row: Row) -> Judged:
    """What written_scores.py says of a row."""
    question, truth = row["question"], row["truth"]
    text = without_markers(row["text"] or "")
    answered = not refuses(text) if row["program"] == USUAL else row["answered"]
    text = text if answered else ""
    quoted = row.get("quoted") or ""
    return Judged(
        row,
        text,
        answered,
        right(text, question, truth) if text else None,
        right(quoted, question, truth) if quoted and answered else None,
    )


def leads_to_read(run: Run, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All texts that were shown, the doubtful first. `false` is what a person said of the same text in `before`.

    A text for a question that the documents do not answer is false by itself.
    """
    said = {(*lead["key"], lead["text"]): lead["false"] for lead in before}
    leads = []
    for one in map(judged, run.rows):
        if one.shown:
            certain = True if not one.row["answerable"] else None
            leads.append(
                {
                    "key": list(key(one.row)), "question": one.row["question"], "after": one.row["after"],
                    "answerable": one.row["answerable"], "expected": one.row["truth"], "text": one.text,
                    "right": one.right, "doubtful": one.doubtful,
                    "false": certain or said.get((*key(one.row), one.text)),
                }
            )  # fmt: skip
    return sorted(leads, key=lambda lead: not lead["doubtful"])


def page_section(run: Run, leads: Sequence[Mapping[str, Any]]) -> str:
    """The generated part of docs/written.md, markers included."""
    false = {tuple(lead["key"]): lead["false"] for lead in leads}
    rows = [judged(row) for row in run.rows]
    lines = [BEGIN, "", *_measured(run, rows), "", "### Answers", ""]
    lines += _table(ANSWERS, [(*names, *_answers(group, false)) for names, group in _grouped(rows)])
    lines += ["", "### Seconds", ""]
    lines += _table(SECONDS, [(*names, *_seconds(group)) for names, group in _grouped(rows)])
    beside = list(_beside(rows))
    if beside:
        lines += ["", "### askv4 beside the usual script, the same questions", "", *_table(BESIDE, beside)]
    paper = list(_paper([one for one in rows if one.row["set"] == "clapnq"]))
    if paper:
        lines += ["", "### CLAPnq, the measures of its paper", "", *_table(PAPER, [*paper, *PUBLISHED])]
    return "\n".join([*lines, "", END])


ANSWERS = (
    "set", "model", "program", "questions", "answered of answerable", "refused of not answerable", "shown of answered",
    "right of shown", "right of answerable", "quotations right", "false", "to read", "words",
)  # fmt: skip
SECONDS = ("set", "model", "program", "first useful word", "end", "refusal")
BESIDE = ("set", "model", "program", "questions", "right", "usual script right", "end", "usual script's end", "sooner")
PAPER = ("text", "Rouge-L", "recall", "characters", "refused of not answerable")


def _answers(rows: Sequence[Judged], false: Mapping[tuple[Any, ...], bool | None]) -> tuple[str, ...]:
    answerable = [one for one in rows if one.row["answerable"]]
    must = [one for one in answerable if not one.row["may_refuse"]]
    answered = [one for one in rows if one.answered]
    shown = [one for one in rows if one.shown]
    written = any(one.row["wrote"] for one in rows)
    short = [one for one in answerable if _has_short_truth(one.row)]
    told = [one for one in short if one.shown]
    quoted = [one for one in short if one.quoted_right is not None]
    doubtful = [one for one in shown if one.doubtful and false.get(key(one.row)) is None]
    return (
        str(len(rows)),
        _of([one.answered for one in must]),
        _of([not one.answered for one in rows if not one.row["answerable"]]),
        _of([one.shown for one in answered]) if written else "",
        _of([bool(one.right) for one in told]),
        _of([one.good for one in short]) if written else "",
        f"{sum(bool(one.quoted_right) for one in quoted)} of {len(short)}" if quoted else "",
        str(sum(bool(false.get(key(one.row))) for one in shown)) if written else "",
        str(len(doubtful)) if written else "",
        f"{median(len(one.text.split()) for one in shown):.0f}" if shown else "",
    )


def _has_short_truth(row: Row) -> bool:
    return any(row["truth"].get(kind) for kind in ("answers", "texts", "groups"))


def _seconds(rows: Sequence[Judged]) -> tuple[str, ...]:
    answered = [one.row for one in rows if one.answered]
    return (
        _spread([row["first"] for row in answered]),
        _spread([row["end"] for row in answered if row["wrote"]]),
        _spread([one.row["end"] for one in rows if not one.answered]),
    )


def _beside(rows: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    """askv4 and the usual script on the questions that both were asked; times where askv4's model wrote."""
    usual = {key(one.row)[:3]: one for one in rows if one.row["program"] == USUAL}
    for (data, model, program), group in _grouped(rows):
        pairs = [(one, usual[key(one.row)[:3]]) for one in group if key(one.row)[:3] in usual]
        if program in (USUAL, QUOTING) or not pairs:
            continue
        short = [pair for pair in pairs if pair[0].row["answerable"] and _has_short_truth(pair[0].row)]
        timed = [pair for pair in pairs if pair[0].row["wrote"]]
        mine, theirs = ([pair[place].row["end"] for pair in timed] for place in (0, 1))
        yield (
            data, model, program, str(len(pairs)),
            _of([one.good for one, _ in short]),
            _of([other.good for _, other in short]),
            _spread(mine), _spread(theirs),
            f"{median(theirs) / median(mine):.1f} times" if timed else "",
        )  # fmt: skip


def _paper(rows: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    """Rouge-L and recall over the answerable questions, a refusal being 0; characters of what was given."""
    for (_, model, program), group in _grouped(rows):
        name = f"{program}, {model}" if model else program
        texts: list[tuple[str, Callable[[Judged], str]]] = [(name, lambda one: one.text)]
        if program == QUOTING:
            texts = [(name, _quotations)]
        elif program != USUAL:
            texts = [
                (f"{name}: lead, where one stands", lambda one: one.text),
                (f"{name}: lead, else the quotations", lambda one: one.text or _quotations(one)),
                (f"{name}: quotations", _quotations),
            ]
        refused = _percent([not one.answered for one in group if not one.row["answerable"]])
        for title, text in texts:
            counted = [one for one in group if one.row["answerable"] and (one.text or "where one stands" not in title)]
            given = [(text(one), one.row["truth"]["references"]) for one in counted]
            if given:
                lengths = [len(words) for words, _ in given if words]
                yield (
                    f"{title} ({len(given)})",
                    _hundred(best(rouge_l, *one) for one in given),
                    _hundred(best(token_recall, *one) for one in given),
                    f"{fmean(lengths):.0f}" if lengths else "",
                    refused,
                )


def _quotations(one: Judged) -> str:
    lines = without_markers(one.row["quoted"]).split("\n") if one.answered else []
    return " ".join(line.strip("“” ") for line in lines)


def _grouped(rows: Iterable[Judged]) -> Iterator[tuple[tuple[str, str, str], list[Judged]]]:
    """By set, model and program, in the order in which they came; then, for each model and program, all sets together."""
    groups: dict[tuple[str, str, str], list[Judged]] = {}
    for one in rows:
        groups.setdefault((one.row["set"], one.row["model"], one.row["program"]), []).append(one)
    sets = list(dict.fromkeys(data for data, _, _ in groups))
    rest = list(dict.fromkeys(names[1:] for names in groups))
    for data in sets:
        for names in rest:
            if (data, *names) in groups:
                yield (data, *names), groups[data, *names]
    if len(sets) > 1:
        for model, program in rest:
            together = [one for data in sets for one in groups.get((data, model, program), [])]
            yield ("all", model, program), together


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _of(held: Sequence[bool]) -> str:
    return f"{sum(held)} of {len(held)} ({_percent(held)} %)" if held else ""


def _percent(held: Sequence[bool]) -> str:
    return f"{100 * fmean(held):.0f}" if held else ""


def _hundred(shares: Iterable[float]) -> str:
    return f"{100 * fmean(shares):.1f}"


def _spread(seconds: Sequence[float]) -> str:
    """Median and 90th percentile."""
    if not seconds:
        return ""
    ninetieth = quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{median(seconds):.2f} / {ninetieth:.2f}"


def _measured(run: Run, rows: Sequence[Judged]) -> list[str]:
    """From which runs the rows are, and how to read them."""
    lines = [
        f"Measured {about['date'][:16].replace('T', ' ')} UTC, commit {about['commit']}{' with changes' if about['changed'] else ''}, "
        f"{about['machine']['cpus']} CPUs, Python {about['machine']['python']}, load at the start {about['machine']['load']}.  "
        for about in run.about
    ]
    lines += [
        "",
        f"{len(rows)} rows. `shown`: a lead stands; the usual script's answer counts as one unless it refuses. `right`: the text says what was expected, "
        "as scripts/bench/written_scores.py defines it; where the truth is no short text (CLAPnq) it is not counted. `quotations right`: the same of the quotations. `false`: a text "
        "where the documents do not answer, or one that a person read and found false; `to read`: shown, not right, and not yet "
        "read. `words`: median. Seconds: median / 90th percentile of what was answered, of `end` where the model wrote; "
        "first useful word: askv4's quotations, the usual script's first token.",
    ]
    return lines
