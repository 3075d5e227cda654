"""Which fits does a metric get? The whole record, the windows of the verdicts, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import find_untold, keep_comparable, keep_longest
from bcf_eval.evaluate.its.fitting import Estimator, GroupFit, choose_estimator, fit_plan
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord
from bcf_eval.evaluate.its.plan import FitPlan, plan_full, plan_robustness, plan_verdict
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import Protocol

Array = npt.NDArray[np.float64]

# The comparison that is known to call far too many changes; it keeps its own limits, to show that it does.
CUSTOMARY = "newey_west"


@dataclass(frozen=True)
class Setting:
    """What one batched call is about.

    Attributes
    ----------
    panel, plan, protocol
        The data, the months and terms, the choices.
    scope
        ``own`` series, or ``local``: their difference from the rest of England.
    values
        What is fitted, all periods of the panel by areas, shape ``(T, S)``.
    estimator, specification
        How, and its name: ``main`` is what a verdict stands on.
    untold
        Why an area cannot be judged, whatever its figures, by ONS code.
    record
        The same fit at dates when nothing began; ``None`` where it is not set beside it.
    """

    panel: Panel
    plan: FitPlan
    scope: str
    values: Array
    estimator: Estimator
    protocol: Protocol
    specification: str
    untold: Mapping[str, str]
    record: PlaceboRecord | None

    def groups(self) -> Iterator[GroupFit]:
        """Fit it: one result for each pattern of missing months."""
        values = self.values[self.panel.rows(self.plan.periods)]
        for group in fit_plan(self.plan, values, self.estimator, self.protocol):
            reasons = [
                self.untold.get(area, reason) for area, reason in zip(self.areas(group), group.reasons, strict=True)
            ]
            yield replace(group, reasons=reasons)

    def areas(self, group: GroupFit) -> list[str]:
        """ONS codes of the areas of a result."""
        return [self.panel.areas[i] for i in group.columns]

    @property
    def judged(self) -> list[int]:
        """Which interventions of the plan effects are stated for."""
        if self.plan.fit == "full":
            return list(range(len(self.plan.interventions)))
        return [self.plan.position(self.plan.fit)]


def list_settings(panel: Panel, records: Mapping[str, PlaceboRecord], protocol: Protocol) -> Iterator[Setting]:
    """List every fit of a metric whose terms or effects are kept.

    Parameters
    ----------
    panel
        Months brought to one length, England of the boards whose figures are whole.
    records
        By scope: the verdict's fit at dates when nothing began.
    protocol
        The choices.
    """
    reml = choose_estimator("reml", boundary=protocol.boundary_rho)
    newey_west = choose_estimator("newey-west", lag=protocol.newey_west_lag)
    metric = panel.metric.key
    full = plan_full(metric, panel.periods, protocol)
    if full.interventions:
        yield Setting(panel, full, "own", keep_longest(panel, full.periods).value, reml, protocol, "main", {}, None)
    own, local = records["own"], records["local"]
    for intervention in load.interventions(metric):
        main = plan_verdict(metric, panel.periods, intervention, protocol)
        if not main.periods:
            continue  # the data lie nowhere near this intervention
        kept, untold = keep_comparable(panel, intervention.start), find_untold(panel, intervention.start)
        values = kept.value
        yield Setting(panel, main, "own", values, reml, protocol, "main", untold, own)
        yield Setting(panel, main, "local", kept.local_change(), reml, protocol, "main", untold, local)
        yield Setting(panel, main, "own", values, newey_west, protocol, CUSTOMARY, untold, None)
        others = plan_robustness(metric, panel.periods, intervention, protocol)
        for plan in (one for one in others if one.periods):
            yield Setting(panel, plan, "own", values, reml, protocol, plan.specification, untold, own)
