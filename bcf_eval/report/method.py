"""How was it worked out, by what, and from what? The words at the foot of every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bcf_eval.catalogue import load
from bcf_eval.report.chosen import say_contrast, write_percent
from bcf_eval.report.fragments import write_list, write_paragraph
from bcf_eval.report.measures import ADMISSIONS
from bcf_eval.specs import ENGLAND, Area, Metric, Protocol

DEMONSTRATION = (
    "DEMONSTRATION. Every number on this page is synthetic. It describes no real place and no real board; nothing may "
    "be concluded from it."
)
EXPLORATORY = (
    "EXPLORATORY. These results were made under this project's own protocol, not under the one that is the same "
    "for every board."
)
NOT_OFFICIAL = "These are not official statistics."
_REAL_SOURCES = (
    "The returns are published under the Open Government Licence v3.0. This page contains public sector information "
    "under that licence, from: {publishers}."
)
_APPORTIONED = (
    "Non-elective admissions are shared out: of each commissioner the share that lies in a board, counted by small "
    "areas (of about 1,500 people each) after the lookup in force in that month. People are counted where their "
    "practice is registered, which is not always where they live, and all small areas of a commissioner count alike. "
    "So a change within one part of a commissioner shows in all its boards."
)
_LEVEL_MONTHS = (
    "A month's admissions follow its days: non-elective admissions were brought to months of equal length before they "
    "were fitted, and what is drawn is turned back."
)
_DEMO_SOURCES = "It was made from demonstration returns, which were generated and not published by anyone."


def write_banners(build: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    """Write what a reader must know before anything else."""
    banners = [DEMONSTRATION] if build.get("demonstration") else []
    banners += [EXPLORATORY] if evaluation.get("exploratory") else []
    return "".join(write_paragraph(text, kind="banner") for text in banners)


def describe_method(area: Area, protocol: Protocol, metrics: Sequence[Metric]) -> str:
    """Say in words how the changes and the targets of an area were judged, by the metrics there are results of."""
    is_england = area.code == ENGLAND
    monthly = [one for one in metrics if one.frequency == "month"]
    said = _tell_monthly(protocol, is_england=is_england) if monthly else []
    admissions = any(one.key == ADMISSIONS for one in metrics)
    said += [_LEVEL_MONTHS] if admissions else []
    said += [_APPORTIONED] if admissions and not is_england else []
    said += [_tell_yearly(protocol)] if len(monthly) < len(metrics) else []
    return "".join(write_paragraph(text) for text in said) + _write_limits(protocol, admissions=admissions)


def _tell_monthly(protocol: Protocol, *, is_england: bool) -> list[str]:
    said = [
        "Did it change? For each start, a straight line with a jump and a bend at that month, the time of year and "
        f"known changes in counting was fitted to the {protocol.verdict_before} months before and the "
        f"{protocol.verdict_after} months after. Each month is allowed to resemble the month before it, and the "
        f"intervals allow for how little {protocol.verdict_before + protocol.verdict_after} months can tell about that "
        "(first-order autoregressive errors, restricted maximum likelihood, Kenward\N{EN DASH}Roger standard errors). "
        "The verdict rests on one number, fixed in the protocol, the same for every board: "
        f"{say_contrast(protocol.primary_contrast)} against the path before.",
    ]
    said.append(
        "How sure is that? The same fit was made around dates before the fund, when nothing began. "
        + (
            "England is one series, so that it has no rate of false alarms of its own: this page says at how many "
            "of those dates its fit came out as far from no change."
            if is_england
            else f"A board's change counts, and its interval leaves zero out, where fewer than "
            f"{write_percent(protocol.alpha)} of those fits of boards came out as far. Of measures whose record is too "
            "short for such dates, the model's own interval stands."
        )
    )
    if not is_england:
        said.append(
            "Was it this board, or everyone? The same was done for England, and for the board's difference from the "
            "rest of England. A swing that all boards share leaves no trace in that difference."
        )
        said.append(
            "Is the target more than trend and chance? From what was known when it was set, the rate was carried "
            "forward: half the last value, half a gradual return to the board's own average, with the season of all "
            "boards. Business as usual leads to the middle of how such forecasts turned out: a target set there has an "
            "even chance. The target is called meaningful when the chance of meeting it with nothing changed is below "
            f"{write_percent(protocol.alpha)}, and neither that forecast nor the trend alone meets it. "
            "Meaningful means unlikely without change; it does not mean large, valuable, or caused by the fund. A "
            "chance is calibrated where it counts how such forecasts turned out at earlier dates, for boards of like "
            "size; where those are too few it comes from a model and is called uncalibrated."
        )
        said.append(
            "What came of it? An outturn is set beside the same forecast, made from what was known when the target was "
            f"set. It is called beyond trend when business as usual would bring one so good, or so bad, less than "
            f"{write_percent(protocol.alpha)} of the time. The share achieved is of the improvement asked for on the "
            "stated baseline, which is itself uncertain."
        )
    return said


def _tell_yearly(protocol: Protocol) -> str:
    return (
        "Permanent admissions and reablement are counts of people in a year (of reablement, in a cohort from October "
        "to December), as councils return them in the short- and long-term support return (SALT). The interval of a "
        "year, its distance from England and its change on the year before allow for one thing alone: how much a count "
        f"of that size varies by sampling. A change is called one when sampling alone would bring as much less than "
        f"{write_percent(protocol.alpha)} of the time; such figures vary more than that from year to "
        "year. No trend is looked for there and no allowance is made for the number of boards. A target is set against "
        "the board's line through the years that can be compared, drawn towards the mean line of all boards, where "
        "there are three such years; where not, against sampling alone."
    )


def describe_provenance(build: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    """Say which protocol, build and code made a page, and under which licence the data stand."""
    return write_provenance(
        build,
        {
            "Protocol": str(evaluation.get("protocol_sha256", ""))[:12],
            "Build": str(build.get("build_id") or evaluation.get("build_id", "")),
            "Evaluation": str(evaluation.get("evaluation_id", "")),
            "Code": str(evaluation.get("code", "")),
        },
    )


def write_provenance(build: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """Write the foot of a page: under which licence the data stand, and what made it, by name."""
    stamps = "; ".join(f"{name} {value or 'not recorded'}" for name, value in known.items())
    sources = _DEMO_SOURCES if build.get("demonstration") else _REAL_SOURCES.format(publishers=_list_publishers(build))
    return (
        '<div class="provenance">\n'
        f"{write_paragraph(f'{NOT_OFFICIAL} {sources}')}{write_paragraph(f'Made by bcf_eval. {stamps}.')}</div>\n"
    )


def _list_publishers(build: Mapping[str, Any]) -> str:
    """List who published under the licence what a build was made of; all of the catalogue where it does not say."""
    licensed = [row for row in load.rows("sources") if row["licence"].startswith("Open Government Licence")]
    inputs = build.get("inputs")
    used = {str(one["path"]).split("/")[0] for one in inputs} if inputs else {row["key"] for row in licensed}
    return ", ".join(dict.fromkeys(row["publisher"] for row in licensed if row["key"] in used))


def _write_limits(protocol: Protocol, *, admissions: bool) -> str:
    never = " For admissions it cannot be: figures that can be compared begin in April 2013." if admissions else ""
    return write_paragraph("What this cannot tell:") + write_list(
        [
            "Whether the fund was the cause. Nothing here is compared with a place that had no fund: there is none.",
            "For sure, whether a change is more than what comes about when nothing begins. The dates it is set beside "
            f"are few, share most of their months, and lie before the fund; boards move together.{never}",
            "Whether what is recorded changed: where a record moves at once and stays, the finding says so.",
            "Whether a change in counting or in care made the difference where both fall in one month.",
            f"Much, from few or empty months: with fewer than {protocol.min_points_each_side} months on a side, or "
            f"zero in more than {write_percent(protocol.max_zero_share)} of months, there is no verdict.",
        ]
    )
