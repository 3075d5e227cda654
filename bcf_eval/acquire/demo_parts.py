"""Whose delay is it, where and why? Delayed days split into the parts the returns print, adding up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bcf_eval.acquire.demo_model import Counts, Floats, draw_autoregression

ORGANISATIONS = ("NHS", "Social Care", "Both")
CARE = ("Acute", "Non-Acute")
REASONS = ("A", "B", "C", "Di", "Dii", "E", "F", "G", "H", "I", "O")

# Rough weights of the reasons within each organisation; 0 where the return does not allow the pair.
_WEIGHTS = np.array(
    [
        [0.17, 0.04, 0.29, 0.06, 0.12, 0.08, 0.03, 0.15, 0.01, 0.04, 0.01],
        [0.15, 0.02, 0.00, 0.18, 0.20, 0.33, 0.02, 0.07, 0.02, 0.00, 0.01],
        [0.28, 0.02, 0.00, 0.00, 0.28, 0.36, 0.03, 0.00, 0.00, 0.00, 0.03],
    ]
)
_ACUTE = np.array([0.70, 0.55, 0.50])
ALLOWED = _WEIGHTS > 0


@dataclass(frozen=True)
class Parts:
    """Delayed days by area and month, split; every sum over parts is the total.

    Attributes
    ----------
    cells
        Shape ``(n_months, n_areas, 3 organisations, 2 kinds of care, 11 reasons)``.
    """

    cells: Counts

    @property
    def organisations(self) -> Counts:
        """Shape ``(n_months, n_areas, 3)``."""
        return np.asarray(self.cells.sum(axis=(3, 4)))

    @property
    def care(self) -> Counts:
        """Shape ``(n_months, n_areas, 2)``."""
        return np.asarray(self.cells.sum(axis=(2, 4)))

    @property
    def reasons(self) -> Counts:
        """Shape ``(n_months, n_areas, 11)``."""
        return np.asarray(self.cells.sum(axis=(2, 3)))


def apportion(total: Counts, share: Floats) -> Counts:
    """Share whole numbers out by the largest remainder.

    Parameters
    ----------
    total
        Whole numbers, any shape.
    share
        Shares that sum to 1 over the last axis, shape ``(*total.shape, n_parts)``.

    Returns
    -------
    ndarray
        Whole numbers of the shape of ``share``; they sum to ``total`` over the last axis.
    """
    exact = np.round(total[..., None] * share, 9)
    whole = np.floor(exact).astype(np.int64)
    left = total - whole.sum(axis=-1)
    rank = np.argsort(np.argsort(whole - exact, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.asarray(whole + (rank < left[..., None]))


def split_counts(rng: np.random.Generator, counts: Counts, *, other_from: int) -> Parts:
    """Split delayed days by responsible organisation, kind of care and reason.

    Parameters
    ----------
    rng
        Seeded.
    counts
        Delayed days, shape ``(n_months, n_areas)``.
    other_from
        Position of the first month in which the reason "other" exists.

    Returns
    -------
    Parts
    """
    n_months, n_areas = counts.shape
    lean = rng.standard_normal((n_areas, 3)) * [0.2, 0.4, 0.7]
    drift = [draw_autoregression(rng, np.full(n_areas, 0.7), np.full(n_areas, 0.12), n_months) for _ in ORGANISATIONS]
    organisation = np.array([0.60, 0.32, 0.08]) * np.exp(lean + np.stack(drift, axis=-1))
    by_organisation = apportion(counts, _to_shares(organisation))

    acute = np.stack([_ACUTE, 1 - _ACUTE], axis=-1)[:, :, None]
    habit = np.exp(0.5 * rng.standard_normal((n_areas, 3, 2, len(REASONS))))
    month = np.exp(0.4 * rng.standard_normal((n_months, n_areas, 3, 2, len(REASONS))))
    weight: npt.NDArray[np.float64] = _WEIGHTS[:, None, :] * acute * habit * month
    weight[:other_from, ..., REASONS.index("O")] = 0
    flat = (n_months, n_areas, 3, 2 * len(REASONS))
    cells = apportion(by_organisation, _to_shares(weight.reshape(flat)))
    return Parts(cells.reshape(weight.shape))


def _to_shares(weight: Floats) -> Floats:
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))
