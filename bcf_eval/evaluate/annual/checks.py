"""What should be known beside the answer on a yearly target? Years used, people, what boards share, what they did."""

from __future__ import annotations

import math

from bcf_eval.evaluate.annual.outlook import SHOCK_RATIOS, AnnualOutlook
from bcf_eval.evaluate.annual.pooled import Weighed
from bcf_eval.evaluate.annual.question import KnownCount
from bcf_eval.evaluate.annual.record import Record
from bcf_eval.evaluate.annual.sampling import tell_breaks_ahead, tell_counts
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.evaluate.targets.fragility import Variant, say_moving
from bcf_eval.results import FOR_INFORMATION, CheckResult
from bcf_eval.specs import Ambition, Metric
from bcf_eval.wording import write_chance, write_count, write_rate, write_share, write_times

METHOD = (
    "a line for each board on the scale of {scale}, drawn towards the mean of all by restricted maximum likelihood; "
    "{sampling} sampling variance known, spread beyond it estimated; what boards share in a year {shared}"
)
_SCALES = {"proportion": ("logits", "binomial"), "rate": ("logs", "Poisson")}

_OF = {"proportion": "the odds", "rate": "the rate"}


def name_pooling(metric: Metric, *, estimated: bool) -> str:
    """How a target is weighed against the lines of all boards.

    Parameters
    ----------
    estimated
        Whether what boards share in a year was estimated.
    """
    scale, sampling = _SCALES["proportion" if metric.statistic == "proportion" else "rate"]
    times = ", ".join(f"{one:g}" for one in sorted(SHOCK_RATIOS))
    tried = f"taken as {times} times what each has of its own, and all must agree"
    return METHOD.format(scale=scale, sampling=sampling, shared="estimated" if estimated else tried)


def check_years(
    panel: Panel,
    question: Question,
    ambition: Ambition,
    known: KnownCount,
    *,
    outlook: AnnualOutlook,
    weighed: Weighed,
    record: Record,
    n_earlier: int,
    least_unseen: bool,
    place: int,
    naive: float,
    moving: list[Variant],
) -> list[CheckResult]:
    """List what a reader should know beside the answer on a target that was weighed against the lines of boards.

    Parameters
    ----------
    place
        Which of the targets that were weighed.
    n_earlier
        How many earlier improvements the record holds.
    least_unseen
        Whether even the smallest target above trend and chance asks for more than boards have been seen to do.
    naive
        The p-value of the customary test.
    moving
        Choices under which the verdict is another.
    """
    years = outlook.years
    checks = [
        tell_counts(ambition, known, panel.metric),
        CheckResult(
            FOR_INFORMATION,
            True,
            f"Business as usual is the board's line through {years[0]} to {years[-1]}, drawn towards the mean line of "
            f"{write_count(outlook.n_boards)} boards, for as many people as in {years[-1]}.",
        ),
        CheckResult(
            FOR_INFORMATION,
            True,
            f"The customary test takes the figure of {ambition.baseline_end} as known without error, and as what is to "
            f"be expected: by it a count so good would come {write_times(naive)}.",
        ),
    ]
    coarse = [one for one, rounded in zip(panel.periods, panel.to_five, strict=True) if rounded and one in years]
    if coarse:
        detail = f"Counts of {' and '.join(coarse)} are published to the nearest five; that is allowed for."
        checks.append(CheckResult(FOR_INFORMATION, True, detail))
    if len(outlook.predictives) > 1 and math.isfinite(weighed.chance[place]):
        least, most = (write_chance(float(one[place])) for one in (weighed.least_chance, weighed.most_chance))
        found = least if least == most else f"anything from {least} to {most}"
        detail = (
            f"How much all boards move together in a year cannot be told from {len(years)} years; in these it was "
            f"about {write_rate(100 * outlook.shared)}% of {_OF[panel.metric.statistic]}. If it is half to twice as "
            f"much as each moves by itself, the chance is {found}."
        )
        checks.append(CheckResult("what boards share in a year", False, detail))
    if math.isfinite(record.share[place]):
        detail = (
            f"Of {write_count(n_earlier)} changes of boards over as many years before, "
            f"{write_share(record.share[place])} improved on where they began by at least as much "
            "as this asks of the last year."
        )
        checks.append(CheckResult(FOR_INFORMATION, True, detail))
    if least_unseen:
        detail = "Even the smallest target above trend and chance would ask for more than boards have been seen to do."
        checks.append(CheckResult(FOR_INFORMATION, True, detail))
    checks += tell_breaks_ahead(ambition, question)
    if moving:
        checks.append(CheckResult("fragility", False, say_moving(moving)))
    return checks
