"""Evaluations as lines of styled text: the figures of a run, two runs side by side, the runs that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from askv4.cli.render import MARKER, QUIET, TITLE, WARNING, wrapped
from askv4.cli.wording import counted
from askv4.evaluate.figures import Share, by_kind, figures_of
from askv4.evaluate.summary import false_leads, figure_rows, miss_lines
from askv4.text.safe import safe_line, safe_name

if TYPE_CHECKING:
    from askv4.evaluate.comparing import Comparison, Interval, Pair
    from askv4.evaluate.outcomes import Outcome
    from askv4.evaluate.runs import Run

GOOD = "green"
GAP = "  "


def run_lines(run: Run, width: int) -> Iterator[Text]:
    """The figures of a run, those of each kind of question, and its misses."""
    yield from wrapped(Text(_described(run), style=QUIET), width)
    yield Text()
    rows = figure_rows(figures_of(run.outcomes, run.k))
    yield from table(
        [(Text(row.name), Text(row.value, style=TITLE), Text(row.note, style=QUIET)) for row in rows], width
    )
    kinds = by_kind(run.outcomes)
    if kinds:
        yield Text()
        yield from table([(Text(safe_line(kind)), _of(share)) for kind, share in kinds.items()], width)
    misses = miss_lines(run.outcomes)
    if misses:
        yield Text()
        yield Text(f"Misses ({len(misses)})", style=TITLE)
    for name, question, verdict in misses:
        yield from labelled(name, Text(question), Text(verdict, style=WARNING), width)
    wrong = false_leads(run.outcomes)
    if wrong:
        yield Text()
        yield Text(f"False leads ({len(wrong)})", style=TITLE)
    for name, question, lead in wrong:
        yield from labelled(name, Text(question), Text(lead, style=WARNING), width)


def list_lines(runs: Mapping[str, Run], width: int) -> Iterator[Text]:
    """The kept runs, one a line."""
    rows = []
    for name, run in runs.items():
        figures = figures_of(run.outcomes, run.k)
        ndcg = "" if figures.ndcg is None else f"nDCG@{run.k} {figures.ndcg:.3f}"
        how = f"{safe_name(Path(run.gold).name)}, {run.mode}" + (f", {safe_line(run.model)}" if run.model else "")
        rows.append(
            (
                Text(name, style=MARKER),
                _of(figures.right),
                Text(ndcg),
                Text(run.date[:16], style=QUIET),
                Text(how, style=QUIET),
            )
        )
    yield from table(rows, width)


def comparison_lines(
    names: tuple[str, str], runs: tuple[Run, Run], comparison: Comparison, width: int
) -> Iterator[Text]:
    """Two runs side by side: their figures, what the difference means, and each question that changed."""
    for name, run in zip(names, runs, strict=True):
        yield from wrapped(Text(f"{name}: {_described(run)}", style=QUIET), width)
    yield Text()
    before, after = ({row.name: row.value for row in figure_rows(figures)} for figures in comparison.figures)
    head = (Text("figure", style=QUIET), Text(names[0], style=QUIET), Text(names[1], style=QUIET))
    rows = [
        (Text(name), Text(before.get(name, "-")), Text(after.get(name, "-"), style=TITLE))
        for name in {**before, **after}
    ]
    yield from table([head, *rows], width)
    yield Text()
    for line, style in _meaning(comparison):
        yield from wrapped(Text(line, style=style), width)
    for title, pairs, style, verdict in (
        ("Better", comparison.better, GOOD, _verdict),
        ("Worse", comparison.worse, WARNING, _verdict),
        ("Better leads", comparison.leads_better, GOOD, _lead_verdict),
        ("Worse leads", comparison.leads_worse, WARNING, _lead_verdict),
    ):
        if pairs:
            yield Text()
            yield Text(f"{title} ({len(pairs)})", style=style)
            for pair in pairs:
                yield from _pair_lines(pair, width, verdict)


def _meaning(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What the differences say, in sentences."""
    better, worse = len(comparison.better), len(comparison.worse)
    yield f"{counted(len(comparison.pairs), 'question')} compared: {better} better, {worse} worse.", TITLE
    if better + worse:
        sure = "more than chance would often give" if comparison.certain else "chance alone could give as much"
        yield f"Right answers: McNemar's exact test, p = {comparison.p_right:.3f}: {sure}.", "none"
    if better + worse < 6:
        yield "With fewer than 6 changed questions no difference can be told from chance.", QUIET
    yield from _interval_line("right", comparison.right, 100, " points", 1)
    yield from _interval_line("nDCG", comparison.ndcg, 1, "", 3)
    yield from _interval_line("time", comparison.ms, 1, " ms", 0)
    yield from _interval_line("time to the lead", comparison.lead_ms, 1, " ms", 0)
    unlike = {
        "only in the first run": comparison.only_first,
        "only in the second": comparison.only_second,
        "in both with another expectation": comparison.changed,
    }
    for what, number in unlike.items():
        if number:
            yield f"Not compared: {counted(number, 'question')} {what}.", WARNING


def _interval_line(
    name: str, interval: Interval | None, scale: float, unit: str, digits: int
) -> Iterator[tuple[str, str]]:
    if interval is None:
        return
    mean, low, high = (f"{scale * value:+.{digits}f}" for value in (interval.mean, interval.low, interval.high))
    sure = "" if interval.certain else ", so there may be none"
    yield f"Difference of {name}: {mean}{unit}, 95 % interval {low} to {high} (bootstrap){sure}.", "none"


def _verdict(outcome: Outcome) -> str:
    return outcome.verdict


def _lead_verdict(outcome: Outcome) -> str:
    return outcome.lead_verdict


def _pair_lines(pair: Pair, width: int, verdict: Callable[[Outcome], str]) -> Iterator[Text]:
    gold = pair.after.gold
    change = Text(f"{verdict(pair.before)} -> {verdict(pair.after)}", style=QUIET)
    yield from labelled(safe_line(gold.id), Text(safe_line(gold.question)), change, width)


def labelled(name: str, question: Text, said: Text, width: int) -> Iterator[Text]:
    """A question after its name, and below it what is said of it; a long name gets a line of its own."""
    label = Text.assemble((name, MARKER), GAP)
    indent = label.cell_len
    if indent > width // 3:
        yield from wrapped(Text(name, style=MARKER), width)
        label, indent = Text("    "), 4
    yield from wrapped(question, width, label, indent)
    yield from wrapped(said, width, Text(" " * indent), indent)


def _described(run: Run) -> str:
    model = f" with {safe_line(run.model)}" if run.model else ""
    place = safe_name(run.corpus) + (f", in {safe_name(run.within)}" if run.within else "")
    return f"{safe_name(run.gold)}, asked of {place}; {run.mode} mode{model}; askv4 {run.askv4}, {run.date[:16]}"


def _of(share: Share) -> Text:
    return Text(f"{share.count} of {share.total}", style=TITLE)


def table(rows: Sequence[Sequence[Text]], width: int) -> Iterator[Text]:
    """Rows in columns, the last of which is wrapped; where there is no room, the cells below each other."""
    if not rows:
        return
    sizes = [max(cell_len(row[column].plain) for row in rows) for column in range(len(rows[0]))]
    indent = sum(sizes[:-1]) + len(GAP) * (len(sizes) - 1)
    if indent + min(sizes[-1], 12) > width:
        for row in rows:
            yield from wrapped(row[0].copy(), width)
            rest = Text(GAP).join(cell for cell in row[1:] if cell.plain)
            yield from wrapped(rest, width, Text("    "), 4)
        return
    for row in rows:
        margin = Text()
        for cell, size in zip(row[:-1], sizes[:-1], strict=True):
            margin.append_text(cell).append(" " * (size - cell.cell_len) + GAP)
        if not row[-1].plain:
            margin.rstrip()
        yield from wrapped(row[-1].copy(), width, margin, indent)
