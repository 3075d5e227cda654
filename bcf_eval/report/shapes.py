"""Which mark stands beside a verdict? One for each, so that no verdict rests on colour."""

from __future__ import annotations

SHAPES = {
    "fell": "\N{BLACK DOWN-POINTING TRIANGLE}",
    "rose": "\N{BLACK UP-POINTING TRIANGLE}",
    "no clear change": "\N{EN DASH}",
    "not testable": "\N{MULTIPLICATION SIGN}",
    "no improvement": "=",
    "rewards trend": "\N{RIGHTWARDS ARROW}",
    "within variation": "\N{WHITE CIRCLE}",
    "beyond the record": "\N{WHITE DIAMOND}",
    "meaningful": "\N{BLACK DIAMOND}",
    "higher": "\N{WHITE UP-POINTING TRIANGLE}",
    "lower": "\N{WHITE DOWN-POINTING TRIANGLE}",
    "no clear difference": "\N{ALMOST EQUAL TO}",
}
