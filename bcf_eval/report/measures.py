"""What is each measure, in plain words? Its name, what is counted, and what a reader must know of it."""

from __future__ import annotations

from dataclasses import dataclass

from bcf_eval.catalogue import load
from bcf_eval.specs import ENGLAND, Area, Metric

# In the order of a page: returned each month, then each year.
DELAYS, ADMISSIONS, RESIDENTIAL, REABLEMENT = "dtoc_days", "nea", "residential", "reablement"
ABSENT = "These returns are not in this project."
SHARED_ERRORS = "Boards that share commissioners share errors, so that they are not independent pieces of evidence."
_CORNWALL, _SCILLY = "E06000052", "E06000053"


@dataclass(frozen=True)
class Measure:
    """How a page speaks of a metric.

    Attributes
    ----------
    name
        A heading.
    about
        What is counted, and which way is better, in a sentence or two.
    who, did
        Of a yearly metric: the people it is about, and what those who are counted did.
    caution
        What every reader of its figures must know; may be empty.
    figure
        Of a yearly metric: what its number is called at the start of a sentence.
    """

    name: str
    about: str
    who: str = ""
    did: str = ""
    caution: str = ""
    figure: str = "The figure"


_MEASURES = {
    DELAYS: Measure(
        name="Delayed transfers of care",
        about=(
            "Days that adults spent in a hospital bed although they were ready to leave it, by the council that is "
            "responsible for them. The fund asks for fewer."
        ),
    ),
    ADMISSIONS: Measure(
        name="Non-elective admissions",
        about=(
            "Stays in hospital that were not planned, most of them emergencies, for every 100,000 people of all ages. "
            "The fund asks for fewer."
        ),
        caution=(
            "Every figure here is apportioned: admissions are returned by the bodies that commission care, for the "
            "people registered with their practices, and are shared out to boards by where the small areas of each "
            f"commissioner lie. Where a commissioner serves several boards the figure is an estimate. {SHARED_ERRORS} "
            "What is counted are finished first episodes of care (FFCEs); the fund's own plans counted spells from "
            "another source (SUS), so that these figures are not those of the plans."
        ),
    ),
    RESIDENTIAL: Measure(
        name="Permanent admissions to care homes",
        about=(
            "People aged 65 and over whose long-term needs were met, with the council's support, by a move to "
            "residential or nursing care in the year (April to March). The fund asks for fewer."
        ),
        who="people aged 65 and over",
        did="moved permanently to residential or nursing care",
        figure="The rate of permanent admissions to care homes",
    ),
    REABLEMENT: Measure(
        name="Still at home after reablement",
        about=(
            "Of the people aged 65 and over who left hospital for reablement from October to December, those who were "
            "at home 91 days later. Who had died, was in hospital or in a care home, or could not be traced counts as "
            "not at home. The fund asks for more."
        ),
        who="people aged 65 and over discharged into reablement",
        did="were still at home 91 days later",
        figure="The share still at home after reablement",
    ),
}


def describe_measure(metric: Metric) -> Measure:
    """Say how a page speaks of a metric; of one without words of its own, after the catalogue."""
    label = f"{metric.label[:1].upper()}{metric.label[1:]}"
    return _MEASURES.get(metric.key, Measure(label, f"{label}, in {metric.unit}.", metric.denominator, "were counted"))


def list_measures() -> list[Metric]:
    """List the metrics that boards are judged by, in the order of a page."""
    held = [one for one in load.metrics().values() if one.headline]
    order = list(_MEASURES)
    return sorted(held, key=lambda one: order.index(one.key) if one.key in order else len(order))


def say_apart(metric: Metric, area: Area) -> str:
    """Say what a reader may take to be within an area's figures and is not; empty where there is nothing."""
    scilly = load.areas()[_SCILLY].name
    if area.code == _CORNWALL and metric.key != DELAYS:
        return (
            f"The {scilly}, which have a council of their own and no board, are apart: their figures are not among "
            "Cornwall's."
        )
    if area.code == ENGLAND and metric.key == ADMISSIONS:
        return (
            "England's figures are as printed: they hold what is commissioned nationally, which is in no board's "
            "figures."
        )
    return ""
