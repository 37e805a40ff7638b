"""Charts: the axis, the figures beside the picture, and nothing a page must not contain."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from design import charts

YEARS = ["2024", "2025"]
SERIES = {"Қабылданды": [240, 252], "Бітірді": [287, 294]}


@pytest.mark.parametrize(
    ("top", "step"),
    [(294, 50), (6, 1), (7, 2), (100, 20), (0, 1), (Decimal("0.9"), Decimal("0.2")), (1_000_000, 200_000)],
)
def test_steps_are_round(top: int | Decimal, step: int | Decimal) -> None:
    assert charts.nice_step(top) == step


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_no_bar_leaves_the_picture(counts: list[int]) -> None:
    svg = charts.histogram("x", {str(n): count for n, count in enumerate(counts)}).svg
    rects = re.findall(r'<rect[^>]* y="([\d.-]+)"[^>]* height="([\d.-]+)"', svg)
    assert len(rects) == len(counts)
    for y, height in rects:
        assert float(y) >= charts.TOP - 0.1
        assert float(y) + float(height) <= charts.HEIGHT - charts.BOTTOM + 0.2


def test_the_figures_stand_beside_the_picture() -> None:
    chart = charts.grouped("Адам", YEARS, SERIES)
    assert chart.rows == (("2024", "240", "287"), ("2025", "252", "294"))
    assert [head["label"] for head in chart.heads[1:]] == list(SERIES)
    assert chart.svg.count("<rect") == 4


def test_lines_join_their_points() -> None:
    svg = charts.line("Адам", YEARS, SERIES).svg
    assert svg.count("<polyline") == 2
    assert svg.count("<circle") == 4


def test_bars_lie_with_their_words_above() -> None:
    svg = charts.bar("Балл", {"Қылмыстық құқық кафедрасы": Decimal("78.4"), "Криминалистика": Decimal(0)}).svg
    assert "Қылмыстық құқық кафедрасы" in svg
    assert 'width="1"' in svg, "nothing is still a line one can see"


@pytest.mark.parametrize("draw", [charts.grouped, charts.line])
def test_labels_cannot_break_out_and_nothing_is_styled_inline(draw: object) -> None:
    chart = draw("<b>&", ["<script>"], {'"x': [1]})
    assert "<script>" not in chart.svg
    assert "<b>" not in chart.svg
    assert not re.search(r"\sstyle=|#[0-9a-fA-F]{3,8}\b", chart.svg)


def test_no_data_is_an_empty_chart() -> None:
    assert charts.grouped("x", [], {"a": []}).rows == ()
    assert charts.histogram("x", {}).svg.startswith("<svg")
    assert charts.bar("x", {}).rows == ()
