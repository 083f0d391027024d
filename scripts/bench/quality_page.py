"""The table and the plot of what scripts/bench/quality.py has stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BEGIN = "<!-- figures: written by scripts/bench/quality.py --redraw, do not edit -->"
END = "<!-- end of figures -->"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """What a figure should reach, and what it was before."""

    data: str
    figure: str
    bar: float | None = None
    before: str = ""
    """At commit 539ac2a, where nothing else is said."""
    baseline: str = ""
    """Of a bare baseline (../shared/data/README.md)."""
    most: bool = False
    """The bar is not to be exceeded, instead of to be reached."""
    above: bool = False
    """The bar itself does not do."""


BARS = (
    Bar("papers", "right", 0.78, "0.63"),
    Bar("papers", "wrong_or_false", 0.06, "0.08", most=True),
    Bar("near", "balanced", 0.75, "0.643"),
    Bar("near", "false_refusals_shown", 0.25, "0.55", most=True),
    Bar("clapnq", "balanced", 0.89, "0.844", "0.81"),
    Bar("clapnq", "sentence_f1", 0.63, "0.609", "0.485"),
    Bar("xquad", "shown", 0.93, "0.901"),
    Bar("xquad", "span_f1", 0.70),
    Bar("xquad", "ndcg@10", 0.985, "0.988", "0.980"),
    Bar("mtrag_un", "balanced", 0.89, "0.885"),
    Bar("mtrag_un", "ndcg@10", 0.955, "0.967", "0.942"),
    Bar("selqa_dev", "auc", 0.9459, "0.946", above=True),
    Bar("qed_dev", "auc", 0.6873, "0.687", above=True),
    Bar("gold", "right", 20, "20"),
    Bar("grounding", "caught", 0.85, "0.50"),
    Bar("grounding", "accused", 0.08, "0.13", most=True),
    Bar("halueval", "caught", 0.80, "0.58"),
    Bar("halueval", "accused", 0.03, "0.004", most=True),
    Bar("negnli_rte", "accuracy", 0.80),
    Bar("cad_snli_test", "accuracy", 0.75),
    Bar("condaqa_dev", "accuracy", 0.70),
    Bar("conflict_pairs", "told", 0.85, "0.81"),
    Bar("conflict_pairs", "right", 0.92, "0.91"),
    Bar("ramdocs", "told", 0.60, "0.40"),
    Bar("ramdocs", "right", 0.90, "0.91"),
    Bar("xquad_zh", "ndcg@10", 0.92, "0.965", "0.90"),
    Bar("cmrc2018", "ndcg@10", 0.95, "0.987", "0.94"),
)
NAMES = {
    "gold": "gold, dev",
    "xquad": "xquad en",
    "xquad_zh": "xquad zh, words alone",
    "cmrc2018": "cmrc2018, words alone",
    "selqa_dev": "selqa_dev, the reader alone",
    "qed_dev": "qed_dev, the reader alone",
    "conflict_pairs": "conflicts, pairs not looked at",
    "ramdocs": "conflicts, RAMDocs' half",
}
"""What sets are called, where it is not their own name."""
BESIDE = {
    "papers": ("right_shown", "wrong_or_false_shown", "citations_that_help", "exact"),
    "near": ("shown", "shown_candidate", "shown_refusing", "exact"),
    "clapnq": (
        "ndcg@10",
        "doc@1",
        "shown_sentences_precision",
        "shown_sentences_recall",
        "exact",
        "search_ms",
        "ask_ms",
    ),
    "xquad": ("doc@1", "marked", "exact", "search_ms", "ask_ms"),
    "mtrag_un": ("doc@5", "shown_words_precision", "shown_words_recall", "exact", "search_ms", "ask_ms"),
    "gold": ("ndcg@10", "exact", "ask_ms"),
    "selqa_dev": ("ap",),
    "qed_dev": ("ap",),
    "negnli_rte": ("two_way", "two_way_check"),
    "cad_snli_test": ("two_way", "two_way_check"),
    "condaqa_dev": ("yes_no", "two_way", "two_way_check"),
    "conflict_pairs": ("first",),
}
"""Figures without a bar of their own; `exact` must be 1 everywhere."""
HEAD = ("set", "figure", "bare baseline", "before", "measured", "bar", "reached")
WAYS = (("the whole check", ""), ("the verifier alone", "_verifier"), ("the exact rules alone", "_rules"))


def latest(records: Sequence[Record], label: str = "") -> dict[str, Record]:
    """For each set the record to show: the latest of those that took the most questions, of the whole program or of the
    ablation named `label`.
    """
    chosen: dict[str, Record] = {}
    for record in records:
        held = chosen.get(record["set"])
        if record.get("label", "") == label and (held is None or record["every"] <= held["every"]):
            chosen[record["set"]] = record
    return chosen


def rows(chosen: Mapping[str, Record]) -> Iterator[tuple[str, ...]]:
    """A cell for each of HEAD, the figures with a bar first."""
    for bar in BARS:
        record = chosen.get(bar.data)
        value = record["figures"].get(bar.figure) if record else None
        if record is None or value is None:
            continue
        wanted, reached = bar.bar, ""
        if bar.data == "gold" and record["every"] > 1:
            wanted = record["figures"]["questions"]
        if wanted is not None:
            reached = _yes(value <= wanted if bar.most else value > wanted if bar.above else value >= wanted)
        yield _name(record), bar.figure, bar.baseline, bar.before, _shown(value), _bar(bar, wanted), reached
    for data, names in BESIDE.items():
        record = chosen.get(data)
        for figure in names:
            value = record["figures"].get(figure) if record else None
            if record is None or value is None:
                continue
            held = ("1", _yes(value >= 1)) if figure == "exact" else ("", "")
            yield _name(record), figure, "", "", _shown(value), *held


def text_table(chosen: Mapping[str, Record]) -> str:
    """The tables for a terminal."""
    tables = [[HEAD, *rows(chosen)], *(lines for _, lines in _more_tables(chosen))]
    return "\n\n".join(_aligned(lines) for lines in tables if len(lines) > 1)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    sizes = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(size) for cell, size in zip(line, sizes, strict=True)).rstrip() for line in lines
    )


def section(records: Sequence[Record], plot: str) -> str:
    """The generated part of docs/quality.md, markers included; `plot` is the picture's path."""
    chosen = latest(records)
    lines = [BEGIN, "", *_in_markdown([HEAD, *rows(chosen)]), "", *_measured_when(chosen), ""]
    for title, table in (*_more_tables(chosen), ("Ablations", _ablations(records, chosen))):
        if len(table) > 1:
            lines += [f"### {title}", "", *_in_markdown(table), ""]
    calibrated = [
        (data, record["figures"]["calibration"])
        for data, record in chosen.items()
        if "calibration" in record["figures"]
    ]
    if calibrated:
        head = ("set", "questions", "Brier score", "of always saying the mean")
        cells = [(d, str(c["questions"]), f"{c['brier']:.3f}", f"{c['chance']:.3f}") for d, c in calibrated]
        lines += [
            "### Calibration", "",
            "`confidence` of an answer is the estimated probability that its sentences answer the question. Of the questions with "
            "a confidence near 0.7, about 70 % should be answerable.", "",
            f"![reliability of the confidence]({plot})", "", *_in_markdown([head, *cells]), "",
        ]  # fmt: skip
    return "\n".join([*lines, END])


def _in_markdown(lines: Sequence[Sequence[str]]) -> list[str]:
    head, *cells = (f"| {' | '.join(line)} |" for line in lines)
    return [head, "|---" * len(lines[0]) + "|", *cells]


Table = list[tuple[str, ...]]


def _more_tables(chosen: Mapping[str, Record]) -> Iterator[tuple[str, Table]]:
    """(title, table with its head) of what has a table of its own."""
    yield "Both thresholds", _thresholds(chosen)
    yield "The check of written sentences", _checks(chosen)
    for what in ("kind", "cause"):
        counts = chosen["papers"]["figures"].get(f"by_{what}", {}) if "papers" in chosen else {}
        cells = [(name, *map(str, of)) for name, of in counts.items()]
        yield f"Papers, by {what}", [(what, "right", "wrong or false", "questions"), *cells]


def _thresholds(chosen: Mapping[str, Record]) -> Table:
    names = [f"{what}{end}" for end in ("", "_shown") for what in ("false_answers", "false_refusals", "balanced")]
    head = ("set", *(f"{what.replace('_', ' ')}, {at}" for at in ("upper", "lower") for what in ("false_answers", "false_refusals", "balanced")), "uncertain")  # fmt: skip
    table: Table = [head]
    for record in chosen.values():
        figures = record["figures"]
        if "false_refusals" in figures:
            table.append((_name(record), *(_shown(figures.get(name)) for name in (*names, "uncertain"))))
    return table


def _checks(chosen: Mapping[str, Record]) -> Table:
    table: Table = [("false ones caught / true ones accused", *(way for way, _ in WAYS))]
    for record in chosen.values():
        if "accused" in (figures := record["figures"]):
            pairs = ([figures.get(f"{what}{end}") for what in ("caught", "accused")] for _, end in WAYS)
            cells = (f"{_shown(caught) or '-'} / {_shown(accused)}" for caught, accused in pairs)
            table.append((_name(record), *cells))
    return table


def _ablations(records: Sequence[Record], chosen: Mapping[str, Record]) -> Table:
    """Each figure with a bar, of the whole program and with something taken away, where it was measured."""
    table: Table = [("taken away", "commit", "set", "figure", "with it", "without")]
    for label in dict.fromkeys(record.get("label", "") for record in records):
        without = latest(records, label) if label else {}
        for bar in BARS:
            if bar.data in without and bar.data in chosen:
                pair = [of[bar.data]["figures"].get(bar.figure) for of in (chosen, without)]
                if None not in pair:
                    commit = without[bar.data]["commit"]
                    table.append((label, commit, _name(without[bar.data]), bar.figure, *map(_shown, pair)))
    return table


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
    for (data, calibration), colour, place in zip(sets, COLOURS, range(len(COLOURS)), strict=False):
        points = [(*_at(mean, share), count) for count, mean, share in calibration["bins"]]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for x, y, count in points:
            radius = 2.5 + 9 * (count / calibration["questions"]) ** 0.5
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.6"/>')
        y = TOP + 14 + 36 * place
        parts.append(f'<circle cx="{LEFT + SIZE + 16}" cy="{y - 4}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + SIZE + 28}" y="{y}">{data}</text>')
        parts.append(f'<text x="{LEFT + SIZE + 28}" y="{y + 15}">Brier {calibration["brier"]:.3f}</text>')
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


def _name(record: Record) -> str:
    name = NAMES.get(str(record["set"]), str(record["set"]))
    if record.get("sample"):
        return f"{name} (about {record['sample']} of them)"
    return name if record["every"] == 1 else f"{name} (each {record['every']}th question)"


def _bar(bar: Bar, wanted: float | None) -> str:
    sign = "at most " if bar.most else "above " if bar.above else ""
    return "" if wanted is None else f"{sign}{_shown(wanted)}"


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
