"""Charts drawn by the server: plain SVG that takes its colours from classes, with the same figures as a table.

A chart never stands alone: `ui.chart(chart)` shows picture, legend, table and downloads. Colours are classes (`c1`…`c4`), since
the content security policy forbids inline styles; lines differ by their dashes and low vision by outlines, never by
colour alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from markupsafe import Markup, escape

from chassis.i18n import format_number
from chassis.i18n import lazy_gettext as _l

Number = int | Decimal
Series = Mapping[str, Sequence[Number]]

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 18, 28
ROW, LABEL_SPACE = 44, 18
TICKS = 6


@dataclass(frozen=True)
class Chart:
    """A drawn chart and its figures; `kind` tells the legend whether to show boxes or lines."""

    title: str
    series: tuple[str, ...]
    heads: tuple[object, ...]
    rows: tuple[tuple[str, ...], ...]
    svg: Markup
    kind: str = "bars"


class Upright(NamedTuple):
    """One upright bar: its value, where it stands, how wide it is, the number of its colour."""

    value: Number
    x: float
    wide: float
    colour: int


def nice_step(top: Number, ticks: int = TICKS) -> Decimal:
    """Choose the step of the axis: 1, 2 or 5 times a power of ten, so that `ticks` steps hold `top`."""
    least = Decimal(top) / ticks
    if least <= 0:
        return Decimal(1)
    power = Decimal(10) ** least.adjusted()
    return next(m * power for m in (Decimal(1), Decimal(2), Decimal(5), Decimal(10)) if m * power >= least)


def bar(title: str, values: Mapping[str, Number]) -> Chart:
    """Draw horizontal bars: one per label, with room for long words.

    Args:
        title: what is shown, with its unit.
        values: label to value; drawn in the given order.

    Returns:
        The chart.
    """
    top = max(values.values(), default=1) or 1
    room = WIDTH - RIGHT - 60
    parts = []
    for place, (label, value) in enumerate(values.items()):
        y, long = place * ROW, max(1, round(room * value / top))
        parts.append(
            f'<text x="0" y="{y + 13}">{escape(label)}</text>'
            f'<rect class="c1" x="0" y="{y + LABEL_SPACE}" width="{long}" height="16" rx="3"/>'
            f'<text class="value" x="{long + 6}" y="{y + LABEL_SPACE + 13}">{format_number(value)}</text>'
        )
    return _chart(title, {title: list(values.values())}, list(values), parts, height=ROW * len(values))


def grouped(title: str, labels: Sequence[str], series: Series) -> Chart:
    """Draw groups of upright bars, one bar per series in each group.

    Args:
        title: what is shown, with its unit.
        labels: names of the groups, such as years.
        series: name to values, as many as labels; four at most.

    Returns:
        The chart.
    """
    top = _top(series)
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    wide = min(34.0, slot * 0.76 / max(1, len(series)))
    left = LEFT + slot / 2 - wide * len(series) / 2
    bars = [
        Upright(values[place], left + slot * place + wide * number, wide * 0.92, number + 1)
        for place in range(len(labels))
        for number, values in enumerate(series.values())
    ]
    return _chart(title, series, labels, [*_axis(top), *_uprights(bars, top), *_labels(labels, slot)])


def histogram(title: str, bins: Mapping[str, int]) -> Chart:
    """Draw how many fall into each bin: touching bars.

    Args:
        title: what is counted.
        bins: the bin's name to its count.

    Returns:
        The chart.
    """
    top = _top({title: list(bins.values())})
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(bins))
    bars = [Upright(n, LEFT + slot * place + 1, slot - 2, 1) for place, n in enumerate(bins.values())]
    parts = [*_axis(top), *_uprights(bars, top), *_labels(list(bins), slot)]
    return _chart(title, {title: list(bins.values())}, list(bins), parts)


def line(title: str, labels: Sequence[str], series: Series) -> Chart:
    """Draw lines over time; a series is told from another by its dashes too.

    Args:
        title: what is shown, with its unit.
        labels: moments, left to right.
        series: name to values, as many as labels; four at most.

    Returns:
        The chart.
    """
    top = _top(series)
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    parts = list(_axis(top))
    for number, values in enumerate(series.values(), 1):
        spots = [(LEFT + slot * (n + 0.5), _y(value, top)) for n, value in enumerate(values)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline class="c{number}" points="{points}"/>')
        parts += [f'<circle class="c{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in spots]
    return _chart(title, series, labels, [*parts, *_labels(labels, slot)], kind="line")


def _top(series: Series) -> Decimal:
    """The value at the top of the axis."""
    highest = max((value for values in series.values() for value in values), default=1) or 1
    step = nice_step(highest)
    return step * (Decimal(highest) / step).to_integral_value(ROUND_CEILING)


def _y(value: Number, top: Number) -> float:
    return float(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Decimal(value) / Decimal(top))


def _axis(top: Decimal) -> Iterator[str]:
    step, value = nice_step(top), Decimal(0)
    while value <= top:
        y = _y(value, top)
        kind = "axis" if value else "base"
        yield f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{format_number(value.normalize())}</text>'
        value += step


def _labels(labels: Sequence[str], slot: float) -> Iterator[str]:
    for place, label in enumerate(labels):
        x = LEFT + slot * (place + 0.5)
        yield f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'


def _uprights(bars: Sequence[Upright], top: Number) -> Iterator[str]:
    """Draw the bars, then all figures, so that no bar covers its neighbour's figure."""
    for bar_ in bars:
        y = _y(bar_.value, top)
        place = f'x="{bar_.x:.1f}" y="{y:.1f}" width="{bar_.wide:.1f}" height="{HEIGHT - BOTTOM - y:.1f}"'
        yield f'<rect class="c{bar_.colour}" {place} rx="2"/>'
    for bar_ in bars:
        place = f'x="{bar_.x + bar_.wide / 2:.1f}" y="{_y(bar_.value, top) - 5:.1f}"'
        yield f'<text class="value" {place} text-anchor="middle">{format_number(bar_.value)}</text>'


def _chart(
    title: str,
    series: Series,
    labels: Sequence[str],
    parts: Sequence[str],
    *,
    height: int = HEIGHT,
    kind: str = "bars",
) -> Chart:
    svg = (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
    heads: tuple[object, ...] = (_l("Name"), *({"label": name, "num": True} for name in series))
    rows = tuple(
        (label, *(format_number(values[place]) for values in series.values()))
        for place, label in enumerate(labels)
    )
    return Chart(title, tuple(series), heads, rows, Markup(svg), kind)  # noqa: S704 every label above is escaped
