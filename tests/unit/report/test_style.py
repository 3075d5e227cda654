"""Pictures are alike, self-contained and the same every time; no label overlaps another."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_eval.report import style

PLACES = st.lists(st.tuples(st.floats(0, 600), st.floats(5, 300)), min_size=1, max_size=6)


def luminance(colour: str) -> float:
    """Relative luminance by the definition of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [style.DARK_BLUE, style.TURQUOISE, style.DARK_PINK, style.ORANGE, style.GREY])
def test_lines_can_be_told_from_the_page(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3


@pytest.mark.parametrize("colour", [style.INK, style.GREY])
def test_words_can_be_read(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_words_are_large_enough() -> None:
    assert style.TEXT_POINTS >= 12


@given(PLACES)
def test_labels_never_overlap_and_no_line_crosses_one(places: list[tuple[float, float]]) -> None:
    starts, widths = zip(*places, strict=True)
    rows = style.place_rows(starts, widths)
    for i in range(len(rows)):
        for j in range(len(rows)):
            if i == j or not starts[i] <= starts[j] <= starts[i] + widths[i]:
                continue
            # The label of i reaches over the line of j, which must end below it.
            assert rows[i] != rows[j]
            if starts[i] < starts[j]:
                assert rows[i] > rows[j]


def test_labels_far_apart_share_a_row() -> None:
    assert style.place_rows([0, 300], [100, 100]) == [0, 0]
    assert style.place_rows([0, 50, 300], [100, 100, 50]) == [1, 0, 0]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=4))
def test_spread_keeps_a_gap_and_the_order(positions: list[float]) -> None:
    moved = style.spread(positions, 10)
    pairs = sorted(zip(positions, moved, strict=True))
    assert all(later - earlier >= 10 - 1e-3 for (_, earlier), (_, later) in pairwise(pairs))


def test_a_drawing_is_self_contained_and_repeatable() -> None:
    def draw() -> str:
        with style.house_style():
            figure = style.new_figure(200)
            axes = style.add_axes(figure, left=40, right=10, bottom=30, top=60)
            axes.set_xlim(0, 10)
            style.draw_marks(figure, axes, [style.Mark(2, "a mark"), style.Mark(3.123456789, "another")])
            return style.write_svg(figure)

    drawn = draw()
    assert drawn == draw()
    assert drawn.startswith("<svg") and "<text" not in drawn and "<!--" not in drawn
    assert set(re.findall(r'https?://[^"]+', drawn)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r'href="(.)', drawn)) <= {"#"}
    assert re.search(r"\d{4}-\d\d-\d\d", drawn) is None
