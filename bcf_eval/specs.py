"""What do we talk about? Areas, metrics, interventions, breaks and ambitions, as the catalogue states them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

ENGLAND = "E92000001"


@dataclass(frozen=True)
class Area:
    """A place that returns are made for.

    Attributes
    ----------
    code
        ONS code, nine characters.
    name
        The name of the ONS list of upper-tier authorities.
    kind
        ``board`` (a Health and Wellbeing Board), ``country``, or ``not_a_board``.
    region
        ONS code of the region; empty for a country.
    first, last
        First and last month in which it existed, written ``YYYY-MM``; empty where neither began nor ended.
    """

    code: str
    name: str
    kind: Literal["board", "country", "not_a_board"]
    region: str
    first: str = ""
    last: str = ""

    def exists(self, period: str) -> bool:
        """Whether it existed in a month, written ``YYYY-MM``."""
        return self.first <= period and (not self.last or period <= self.last)


@dataclass(frozen=True)
class Metric:
    """A measured quantity.

    Attributes
    ----------
    key, label
        The name in data, and in sentences.
    short
        The label of an axis.
    unit
        The unit of ``value``, in words.
    count_unit
        What one of the numerator is, in words, plural: ``delayed days``.
    statistic
        ``rate`` (counts for people), ``proportion`` (part of a counted group) or ``score`` (an average).
    multiplier
        ``value = multiplier x numerator / denominator`` (per day where ``per_day``).
    per_day
        Whether the value is divided by the days in the period.
    better
        Whether ``lower`` or ``higher`` values are good.
    frequency
        The kind of period it is returned for: ``month`` or ``financial_year``.
    denominator
        The population that divides it: ``18+``, ``65+``, ``all``; ``returned`` where the return states it.
    headline
        Whether boards are judged by it (else it is a part of one that is).
    """

    key: str
    label: str
    short: str
    unit: str
    count_unit: str
    statistic: Literal["rate", "proportion", "score"]
    multiplier: float
    per_day: bool
    better: Literal["lower", "higher"]
    frequency: str
    denominator: str
    headline: bool

    @property
    def period_unit(self) -> str:
        """The unit of the value of one period: ``admissions per 100,000 people a month`` where months add up."""
        return self.unit if self.per_day or self.frequency != "month" else f"{self.unit} a month"

    @property
    def counts_people(self) -> bool:
        """Whether its numerator is a plain count of people in a year, for which sampling variation is known.

        What a survey estimates is not, nor is an average of days.
        """
        return self.frequency == "financial_year" and self.statistic != "score" and self.count_unit == "people"


@dataclass(frozen=True)
class Intervention:
    """Something that began and may have had an effect.

    Attributes
    ----------
    key, label
        The name in data, and in sentences.
    start
        First period it was in force.
    kind
        ``policy`` or ``shock``; a changed definition is a :class:`Break`, not an intervention.
    metrics
        Keys of the metrics it may touch.
    """

    key: str
    label: str
    start: str
    kind: Literal["policy", "shock"]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Break:
    """A change in what is counted, which is not an effect.

    Attributes
    ----------
    period
        First period of the new definition.
    effect
        ``splits``: before and after cannot be compared. ``steps``: the level may shift.
        ``ends``: no data from here. ``none``: recorded, without consequence.
    label
        What changed, in words.
    """

    metric: str
    period: str
    kind: str
    effect: Literal["splits", "steps", "ends", "none"]
    label: str


@dataclass(frozen=True)
class Ambition:
    """A planned value for one area, metric and period.

    Attributes
    ----------
    planned
        The target, in the metric's unit.
    baseline_period
        The period whose value the plan states as its baseline.
    baseline_end
        The last period that was known when the plan was made.
    source
        Who set it, and where it is written.
    vintage
        When a plan was made or revised, ``YYYY-MM-DD``; empty for a rule.
    baseline_value
        The value the plan itself states for its baseline; ``NaN`` where it states none, and the data say.
    """

    key: str
    area_code: str
    metric: str
    period: str
    planned: float
    baseline_period: str
    baseline_end: str
    source: str
    vintage: str = ""
    baseline_value: float = math.nan


@dataclass(frozen=True)
class AmbitionRule:
    """A national rule that gives every area an ambition.

    Attributes
    ----------
    kind
        ``threshold_or_own``: a national number, or the area's own baseline where that is better already.
        ``relative_cut``: the area's own count over the baseline period, less a share of it.
    threshold
        The national number, in the metric's unit; ``NaN`` where the rule has none.
    cut
        The share, 0.035 for 3.5%; ``NaN`` where the rule has none.
    """

    key: str
    label: str
    kind: Literal["threshold_or_own", "relative_cut"]
    metric: str
    period: str
    threshold: float
    cut: float
    baseline_period: str
    baseline_end: str
    source: str


@dataclass(frozen=True)
class Protocol:
    """The choices a referee could dispute, stated once; see ``catalogue/protocol.yml``.

    Attributes
    ----------
    sha256
        Checksum of the file, printed on every page.
    shipped
        Whether the file is the one that ships with the package; else results are ``exploratory``.
    """

    alpha: float
    verdict_before: int
    verdict_after: int
    primary_contrast: str
    horizons: tuple[int, ...]
    season_pairs: int
    min_points_each_side: int
    min_points_step: int
    max_zero_share: float
    boundary_rho: float
    min_degrees_of_freedom: float
    max_half_width: float
    max_relative_width: float
    robustness_window_shift: int
    newey_west_lag: int
    placebo_first: int
    placebo_last: int
    diagnostic_lags: int
    ambition_min_points: int
    ambition_max_points: int
    ambition_floor_events_per_day: float
    ambition_damping_per_month: float
    ambition_alphas: tuple[float, ...]
    ambition_baselines: tuple[int, ...]
    chance_floor: float
    tail_first_origin: int
    tail_origin_step: int
    tail_min_origins: int
    tail_min_areas: int
    tail_size_groups: int
    record_share: float
    detectable_power: float
    payment_share: float
    share_min_sd: float
    simulation_draws: int
    simulation_seed: int
    funnel_winsor: float
    neighbours: int
    interval: float
    sha256: str
    shipped: bool
