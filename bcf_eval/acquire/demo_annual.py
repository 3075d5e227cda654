"""How do a year's measures come about in the demonstration? A level, a trend, a shared year, the area's own, chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bcf_eval.acquire.demo_model import Counts, Floats

Link = Literal["log", "logit", "none"]


@dataclass(frozen=True)
class Process:
    """Of what size a measure is, and by how much it varies, on the scale of its link.

    Attributes
    ----------
    link
        ``log`` for rates per 100,000, ``logit`` for shares, ``none`` for scores.
    usual
        The middle of all areas in the middle year: a rate, a share or a score.
    spread
        Standard deviation of the areas' levels.
    trend, trend_spread
        Mean and standard deviation of their trends a year.
    shared
        Standard deviation of what moves all areas in one year.
    own
        Standard deviation of what moves one area in one year.
    """

    link: Link
    usual: float
    spread: float
    trend: float
    trend_spread: float
    shared: float
    own: float

    @property
    def centre(self) -> float:
        """The usual size, on the scale of the link."""
        if self.link == "log":
            return float(np.log(self.usual))
        return float(np.log(self.usual / (1 - self.usual))) if self.link == "logit" else self.usual


PROCESSES: Mapping[str, Process] = {
    "residential": Process("log", 600.0, 0.27, -0.03, 0.03, 0.015, 0.08),
    "residential_younger": Process("log", 13.0, 0.45, 0.0, 0.05, 0.02, 0.20),
    "reablement": Process("logit", 0.83, 0.35, 0.0, 0.05, 0.03, 0.15),
    "reablement_offered": Process("logit", 0.03, 0.45, -0.01, 0.06, 0.03, 0.20),
    "quality_of_life": Process("none", 19.1, 0.35, 0.0, 0.03, 0.02, 0.20),
    "carer_quality_of_life": Process("none", 7.7, 0.35, -0.05, 0.03, 0.03, 0.25),
    "mental_health_housing": Process("logit", 0.61, 0.80, 0.0, 0.10, 0.05, 0.30),
    "social_contact": Process("logit", 0.455, 0.14, 0.01, 0.02, 0.02, 0.10),
    "carer_social_contact": Process("logit", 0.35, 0.25, -0.05, 0.03, 0.03, 0.18),
    "information": Process("logit", 0.735, 0.20, -0.03, 0.02, 0.03, 0.12),
    "carer_information": Process("logit", 0.645, 0.25, -0.03, 0.03, 0.03, 0.20),
}


@dataclass(frozen=True)
class Course:
    """What a measure truly was.

    Attributes
    ----------
    process
        By which it came about.
    level, trend
        Of each area, on the scale of the link, shape ``(n_areas,)``.
    shared
        Of each year, shape ``(n_years,)``.
    true
        Rate, share or score before chance, shape ``(n_years, n_areas)``.
    """

    process: Process
    level: Floats
    trend: Floats
    shared: Floats
    true: Floats


def draw_course(rng: np.random.Generator, process: Process, *, n_years: int, n_areas: int) -> Course:
    """Draw what a measure truly is, in every year and area.

    Parameters
    ----------
    rng
        Seeded.
    process
        Sizes.
    n_years, n_areas
        How many.

    Returns
    -------
    Course
    """
    normal = rng.standard_normal((n_years + 2, n_areas))
    level = process.centre + process.spread * normal[0]
    trend = process.trend + process.trend_spread * normal[1]
    shared = process.shared * rng.standard_normal(n_years)
    position = np.arange(n_years) - (n_years - 1) / 2
    scale = level + np.outer(position, trend) + shared[:, None] + process.own * normal[2:]
    return Course(process, level, trend, shared, unlink(scale, process.link))


def unlink(scale: Floats, link: Link) -> Floats:
    """Turn the scale of a link into rates, shares or scores."""
    if link == "log":
        return np.asarray(np.exp(scale))
    return np.asarray(1 / (1 + np.exp(-scale)) if link == "logit" else scale)


def draw_events(rng: np.random.Generator, expected: Floats) -> Counts:
    """Draw counts of people, a little more scattered than independent ones."""
    noise = rng.standard_normal(expected.shape) * np.sqrt(1.3 * expected)
    return np.rint(np.clip(expected + noise, 0, None)).astype(np.int64)


def draw_share(rng: np.random.Generator, share: Floats, of: Counts) -> Counts:
    """Draw how many of some people it was, as independent ones."""
    noise = rng.standard_normal(share.shape) * np.sqrt(of * share * (1 - share))
    return np.rint(np.clip(of * share + noise, 0, of)).astype(np.int64)
