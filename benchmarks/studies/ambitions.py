"""How often are the tool's own least meaningful targets met when nothing changes? Whole countries, simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from studies.countries import World, simulate_country

from bcf_eval.catalogue import load
from bcf_eval.evaluate.outturns.outturns import judge_outturns
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import ask_question, choose_baseline
from bcf_eval.evaluate.targets.outlook import look_ahead, observed_rate
from bcf_eval.evaluate.targets.verdicts import judge_ambitions
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.ambition import smallest_meaningful

Array = npt.NDArray[np.float64]

FIRST, END, TARGET = "2011-04", "2017-02", "2017-09"
# The bounds that the rate of targets met by nothing has to keep.
LOWEST, HIGHEST = 0.035, 0.065
# Boards that have to be testable, and real improvements that have to be found.
TESTABLE, FOUND = 0.95, 0.55
# What the target has to be moved by for a board to have done something, in standard deviations of its forecast.
EFFECT = 2.0


@dataclass(frozen=True)
class Country:
    """What came of one simulated country, as shares of boards.

    Attributes
    ----------
    met
        Of targets at the least meaningful value, those met though nothing changed.
    met_naive
        The same of targets at which the customary test first says "statistically significant".
    testable
        Boards that could be tested.
    found
        Of boards that really improved by two standard deviations of their forecast, those whose verdict is
        ``met, beyond trend``.
    """

    met: float
    met_naive: float
    testable: float
    found: float


def simulate_targets(world: World, *, countries: int, boards: int, seed: int) -> list[Country]:
    """Set every board of each simulated country a target, and see what comes of it.

    Parameters
    ----------
    world
        How boards move when nothing changes.
    countries, boards
        How many; countries are independent of each other, boards of a country may not be.
    seed
        Of the random numbers.
    """
    random = np.random.default_rng([seed, *world.label.encode()])
    protocol = load.protocol()
    return [
        _set_targets(simulate_country(world, first=FIRST, last=TARGET, boards=boards, random=random), protocol)
        for _ in range(countries)
    ]


def _set_targets(panel: Panel, protocol: Protocol) -> Country:
    question = ask_question(panel, TARGET, END)
    columns = np.array([i for i, code in enumerate(panel.areas) if code != ENGLAND])
    outlook = look_ahead(panel, question, choose_baseline(panel, question, protocol), columns, protocol)
    least = smallest_meaningful(outlook.predictive, outlook.continues, alpha=protocol.alpha, lower_is_better=True)
    # The stated baseline asks for no less: only trend and chance are at issue here.
    verdicts = judge_ambitions(least, np.full(least.size, 1e6), outlook, alpha=protocol.alpha, lower_is_better=True)
    testable = verdicts != "not testable"
    outturn = observed_rate(panel, question.months, columns)
    usual = outlook.predictive
    improved = (outturn + usual.floor) * np.exp(-EFFECT * _measure_spread(outlook.predictive)) - usual.floor
    judged = judge_outturns(outlook, least, improved, alpha=protocol.alpha, lower_is_better=True)
    year = panel.value[panel.periods.index(END) - 11 : panel.periods.index(END) + 1, columns]
    naive = year.mean(0) + ndtri(protocol.alpha) * year.std(0, ddof=1) / np.sqrt(len(year))
    return Country(
        met=float((outturn <= least)[testable].mean()),
        met_naive=float((outturn <= naive).mean()),
        testable=float(testable.mean()),
        found=float((judged.verdicts == "met, beyond trend")[testable].mean()),
    )


def _measure_spread(predictive: object) -> Array:
    """Standard deviation of the forecast on the log scale: half its middle 68%."""
    low, high = (np.log(predictive.quantile(at) + predictive.floor) for at in (0.1587, 0.8413))  # type: ignore[attr-defined]
    return np.asarray((high - low) / 2)
