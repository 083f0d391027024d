"""The table and the plot of what scripts/bench_quality.py has stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BEGIN = "<!-- figures: written by scripts/bench_quality.py --redraw, do not edit -->"
END = "<!-- end of figures -->"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """What a figure should reach, and what a bare baseline reached."""

    data: str
    figure: str
    bar: float
    baseline: str = ""
    name: str = ""
    """What to call the set."""


BARS = (
    Bar("gold", "right", 20, name="gold, dev"),
    Bar("clapnq", "sentence_f1", 0.58, "0.485"),
    Bar("clapnq", "balanced", 0.90, "0.81"),
    Bar("xquad", "ndcg@10", 0.985, "0.980", "xquad en"),
    Bar("xquad", "shown", 0.95, name="xquad en"),
    Bar("xquad_zh", "ndcg@10", 0.92, "0.90", "xquad zh, words alone"),
    Bar("cmrc2018", "ndcg@10", 0.95, "0.94", "cmrc2018, words alone"),
    Bar("mtrag_un", "ndcg@10", 0.955, "0.942"),
    Bar("mtrag_un", "balanced", 0.80),
)
BESIDE = {
    "gold": ("ndcg@10", "false_answers", "false_refusals", "exact", "ask_ms"),
    "clapnq": ("ndcg@10", "doc@1", "false_answers", "false_refusals", "exact", "search_ms", "ask_ms"),
    "xquad": ("doc@1", "false_refusals", "exact", "search_ms", "ask_ms"),
    "near": ("balanced", "false_answers", "false_refusals", "shown", "shown_refusing", "exact"),
    "mtrag_un": ("doc@5", "false_answers", "false_refusals", "exact", "search_ms", "ask_ms"),
}
"""Figures without a bar of their own; `exact` must be 1 everywhere."""


def latest(records: Sequence[Record]) -> dict[str, Record]:
    """For each set the record to show: the latest of those that took the most questions."""
    chosen: dict[str, Record] = {}
    for record in records:
        held = chosen.get(record["set"])
        if held is None or record["every"] <= held["every"]:
            chosen[record["set"]] = record
    return chosen


def rows(chosen: Mapping[str, Record]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """(set, figure, baseline, measured, bar, whether it is reached), those with a bar first."""
    for bar in BARS:
        record = chosen.get(bar.data)
        value = record["figures"].get(bar.figure) if record else None
        if record is None or value is None:
            continue
        wanted = bar.bar if bar.data != "gold" or record["every"] == 1 else record["figures"]["questions"]
        reached = "yes" if value >= wanted else "no"
        yield _name(bar, record), bar.figure, bar.baseline, _shown(value), _shown(wanted), reached
    for data, names in BESIDE.items():
        record = chosen.get(data)
        for figure in names:
            value = record["figures"].get(figure) if record else None
            if record is None or value is None:
                continue
            exact = figure == "exact"
            bar = next((bar for bar in BARS if bar.data == data), Bar(data, figure, 0))
            yield _name(bar, record), figure, "", _shown(value), "1" if exact else "", _yes(value >= 1) if exact else ""


def text_table(chosen: Mapping[str, Record]) -> str:
    """The table for a terminal."""
    lines = [("set", "figure", "baseline", "measured", "bar", "reached"), *rows(chosen)]
    sizes = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(size) for cell, size in zip(line, sizes, strict=True)).rstrip() for line in lines
    )


def section(chosen: Mapping[str, Record], plot: str) -> str:
    """The generated part of docs/quality.md, markers included; `plot` is the picture's path."""
    lines = [BEGIN, "", "| set | figure | bare baseline | measured | bar | reached |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(chosen)]
    lines += ["", *_measured_when(chosen), ""]
    calibrated = [
        (data, record["figures"]["calibration"])
        for data, record in chosen.items()
        if "calibration" in record["figures"]
    ]
    if calibrated:
        lines += [
            "### Calibration", "",
            "`confidence` of an answer is the estimated probability that its sentences answer the question. Of the questions with "
            "a confidence near 0.7, about 70 % should be answerable.", "",
            f"![reliability of the confidence]({plot})", "",
            "| set | questions | Brier score | of always saying the mean |", "|---|---|---|---|",
        ]  # fmt: skip
        lines += [f"| {data} | {c['questions']} | {c['brier']:.3f} | {c['chance']:.3f} |" for data, c in calibrated]
        lines += [""]
    return "\n".join([*lines, END])


def with_section(page: str, made: str) -> str:
    """The page with its generated part replaced, or added at the end; the first and the last line of `made` mark it."""
    begin, end = made.split("\n", 1)[0], made.rsplit("\n", 1)[-1]
    if begin in page and end in page:
        return re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: made, page, count=1, flags=re.DOTALL)
    return f"{page.rstrip()}\n\n{made}\n"


COLOURS = ("#2f6fde", "#d1622b", "#2a9d6f")
SIZE, LEFT, TOP = 320, 56, 20


def reliability_svg(chosen: Mapping[str, Record]) -> str:
    """Share of answerable questions over confidence, a dot for each bin, as large as it has questions.

    Drawn by hand: nothing but text, lines and circles, in the colours of a light or a dark page.
    """
    sets = [
        (data, record["figures"]["calibration"])
        for data, record in chosen.items()
        if "calibration" in record["figures"]
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + SIZE + 150} {TOP + SIZE + 56}" font-family="sans-serif" font-size="12">',
        "<style>text{fill:#333}.axis{stroke:#888;fill:none}.even{stroke:#888;stroke-dasharray:4 4}"
        "@media (prefers-color-scheme:dark){text{fill:#ddd}}</style>",
        f'<path class="axis" d="M{LEFT} {TOP}V{TOP + SIZE}H{LEFT + SIZE}"/>',
        f'<line class="even" x1="{LEFT}" y1="{TOP + SIZE}" x2="{LEFT + SIZE}" y2="{TOP}"/>',
        f'<text x="{LEFT + SIZE / 2}" y="{TOP + SIZE + 40}" text-anchor="middle">confidence</text>',
        f'<text transform="translate(14 {TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">share that the sources answer</text>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = _at(tick, tick)
        parts.append(f'<text x="{x:.0f}" y="{TOP + SIZE + 18}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>')
    for (data, found), colour, place in zip(sets, COLOURS, range(len(COLOURS)), strict=False):
        points = [(*_at(mean, share), count) for count, mean, share in found["bins"]]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for x, y, count in points:
            radius = 2.5 + 9 * (count / found["questions"]) ** 0.5
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.6"/>')
        y = TOP + 14 + 36 * place
        parts.append(f'<circle cx="{LEFT + SIZE + 16}" cy="{y - 4}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + SIZE + 28}" y="{y}">{data}</text>')
        parts.append(f'<text x="{LEFT + SIZE + 28}" y="{y + 15}">Brier {found["brier"]:.3f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _at(confidence: float, share: float) -> tuple[float, float]:
    return LEFT + SIZE * confidence, TOP + SIZE * (1 - share)


def _measured_when(chosen: Mapping[str, Record]) -> list[str]:
    """From which runs the figures are, a line for each commit and machine; how busy it was bears on times alone."""
    runs: dict[str, list[Record]] = {}
    for record in chosen.values():
        machine = record["machine"]
        commit = record["commit"] + (" with changes" if record["changed"] else "")
        run = f"Measured {record['date'][:10]}, commit {commit}, on {machine['cpus']} CPUs, Python {machine['python']}"
        runs.setdefault(run, []).append(record)
    return [
        f"{run}, load {_loads(records)}: {', '.join(record['set'] for record in records)}.  "
        for run, records in runs.items()
    ]


def _loads(records: Sequence[Record]) -> str:
    loads = [record["machine"]["load"] for record in records if record["machine"]["load"] is not None]
    if not loads:
        return "unknown"
    return f"{min(loads):.0f}" if len(loads) == 1 else f"{min(loads):.0f} to {max(loads):.0f}"


def _name(bar: Bar, record: Record) -> str:
    part = "" if record["every"] == 1 else f" (each {record['every']}th question)"
    return (bar.name or bar.data) + part


def _shown(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
