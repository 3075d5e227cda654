"""Who commissions for whom in the demonstration? Invented small areas and commissioners that merge as real ones did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bcf_eval.acquire.demo_model import Floats
from bcf_eval.acquire.demo_parts import apportion
from bcf_eval.acquire.demo_people import FIRST_YEAR, People
from bcf_eval.catalogue import load

Ints = npt.NDArray[np.int64]

PEOPLE_PER_SMALL_AREA = 12_500  # a real one holds about 1,500 people; fewer and larger ones keep the files small
YEARS = (2013, 2015, 2017, 2018, 2019)
LEAST_SIZE = 5  # small areas of a commissioner
N_COMMISSIONERS = 211  # in 2013, as there really were

CORNWALL, SCILLY, KERNOW = "E06000052", "E06000053", "11N"
GATESHEAD, NEWCASTLE, MERGED = "E08000037", "E08000021", "13T"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O, which look like digits

# Three commissioners of one region become one: how many regions have such a merger in a year.
_MERGERS = ((2017, 1), (2018, 6), (2019, 2))


@dataclass(frozen=True)
class _Ground:
    """Of every small area, its upper-tier authority and its region."""

    upper: npt.NDArray[np.str_]
    region: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Geography:
    """Small areas, and whose they are.

    Attributes
    ----------
    areas
        Codes of the authorities of 2018: the boards, and the Isles of Scilly; sorted.
    small_areas
        Their codes, in order.
    districts
        Of every small area, the lower-tier authority of 2018.
    area_of
        Of every small area, the position of its authority in ``areas``, shape ``(n_small_areas,)``.
    commissioner_of
        Of every small area, its commissioner, by the year from whose April that was so.
    """

    areas: tuple[str, ...]
    small_areas: tuple[str, ...]
    districts: tuple[str, ...]
    area_of: Ints
    commissioner_of: dict[int, tuple[str, ...]]

    def commissioners(self, year: int) -> tuple[str, ...]:
        """Codes of the commissioners of a year, sorted."""
        return tuple(sorted(set(self.commissioner_of[year])))

    def count_small_areas(self, year: int) -> Ints:
        """Small areas of each authority and commissioner, shape ``(n_areas, n_commissioners)``."""
        codes = self.commissioners(year)
        where = {code: position for position, code in enumerate(codes)}
        place = np.array([where[code] for code in self.commissioner_of[year]])
        pairs = np.bincount(self.area_of * len(codes) + place, minlength=len(self.areas) * len(codes))
        return pairs.reshape(len(self.areas), len(codes))

    def mix(self, year: int) -> Floats:
        """What apportionment makes of numbers of authorities, shape ``(n_areas, n_areas)``.

        Row ``a``, column ``b`` is the share of what truly belongs to ``b`` that is given to ``a``, because the
        two have a commissioner in common whose admissions are shared out by small areas.
        """
        counts = self.count_small_areas(year)
        return np.asarray((counts / counts.sum(axis=0)) @ (counts / counts.sum(axis=1, keepdims=True)).T)

    @cached_property
    def region_of(self) -> dict[str, str]:
        """Of every commissioner of any year, the region in which it lies."""
        regions = [load.areas()[self.areas[area]].region for area in self.area_of]
        pairs = [zip(codes, regions, strict=True) for codes in self.commissioner_of.values()]
        return dict(pair for some in pairs for pair in some)


def list_districts(month: str) -> dict[str, str]:
    """List the lower-tier authorities of a month, sorted, with the upper-tier authority of each.

    Parameters
    ----------
    month
        From 2010, written ``YYYY-MM``.
    """
    former = [row for row in load.rows("former_lower_tiers") if row["until"] >= month]
    later = {row["became"] for row in former}
    now = {row["lower_tier"]: row["upper_tier"] for row in load.rows("lower_tiers") if row["lower_tier"] not in later}
    return dict(sorted({**now, **{row["lower_tier"]: row["upper_tier"] for row in former}}.items()))


def name_successor(district: str, month: str) -> str:
    """Say which lower-tier authority of a month a district of 2018 lies in."""
    became = {row["lower_tier"]: row["became"] for row in load.rows("former_lower_tiers") if row["until"] < month}
    return became.get(district, district)


def lay_geography(rng: np.random.Generator, people: People) -> Geography:
    """Lay out small areas, give them to commissioners, and let those merge.

    Commissioners are stretches of neighbouring small areas within a region; most of their ends lie where an
    authority ends, the others do not.

    Parameters
    ----------
    rng
        Seeded.
    people
        Who lives where; more people have more small areas.

    Returns
    -------
    Geography
    """
    upper = list_districts(load.BOUNDARIES)
    areas = tuple(sorted(set(upper.values())))
    order = sorted(upper, key=lambda one: (load.areas()[upper[one]].region, upper[one], one))
    districts = tuple(one for one in order for _ in range(_count_small_areas(one, people)))
    ground = _Ground(
        upper=np.array([upper[one] for one in districts]),
        region=np.array([load.areas()[upper[one]].region for one in districts]),
    )
    names = _name_commissioners()
    codes = _cut(rng, ground, names)
    commissioner_of = {2013: tuple(codes.tolist())}
    codes[np.isin(codes, ["00F", "00G", "00H"])] = MERGED
    commissioner_of[2015] = tuple(codes.tolist())
    regions = sorted(set(ground.region))
    for year, number in _MERGERS:
        chosen, regions = regions[:number], regions[number:]
        for region in chosen:
            codes[_choose_merger(codes, ground, region)] = next(names)
        commissioner_of[year] = tuple(codes.tolist())
    return Geography(
        areas=areas,
        small_areas=tuple(f"E01{900_000 + number:06d}" for number in range(len(districts))),
        districts=districts,
        area_of=np.array([areas.index(one) for one in ground.upper]),
        commissioner_of=commissioner_of,
    )


def _count_small_areas(district: str, people: People) -> int:
    return 1 if district == SCILLY else max(1, round(_count_people(district, people) / PEOPLE_PER_SMALL_AREA))


def _count_people(district: str, people: People) -> float:
    """Count the people of a district of 2018; parts of an authority that came later are taken to be alike."""
    former = {row["lower_tier"]: row for row in load.rows("former_lower_tiers")}
    row = former.get(district)
    if row is None or district in people.ground:
        return float(people.of(district)[2015 - FIRST_YEAR].sum())
    alike = [one for one in former.values() if (one["upper_tier"], one["became"]) == (row["upper_tier"], row["became"])]
    piece = f"{row['upper_tier']}/{row['became']}"
    unit = people.units.index(piece) if piece in people.units else None
    whole = people.of(row["became"]) if unit is None else people.counts[unit]
    return float(whole[2015 - FIRST_YEAR].sum() / len(alike))


def _name_commissioners() -> Iterator[str]:
    """Make codes in the published form that no real commissioner had, in order."""
    return (f"{number}{letter}" for number in range(60, 70) for letter in _LETTERS)


def _cut(rng: np.random.Generator, ground: _Ground, names: Iterator[str]) -> npt.NDArray[np.str_]:
    """Give every small area its commissioner of 2013; each new one takes the next name."""
    codes = np.full(len(ground.upper), "", dtype="U3")
    codes[np.isin(ground.upper, [CORNWALL, SCILLY])] = KERNOW
    codes[ground.upper == GATESHEAD] = "00F"
    newcastle = np.flatnonzero(ground.upper == NEWCASTLE)
    codes[newcastle] = np.where(np.arange(len(newcastle)) < len(newcastle) // 2, "00G", "00H")
    rest = np.flatnonzero(codes == "")
    stretches = [rest[ground.region[rest] == region] for region in sorted(set(ground.region))]
    number = N_COMMISSIONERS - len(set(codes[codes != ""]))
    share = np.array([len(one) for one in stretches]) / len(rest)
    for stretch, parts in zip(stretches, apportion(np.array(number), share), strict=True):
        for part in np.split(stretch, _draw_ends(rng, ground.upper[stretch], int(parts))):
            codes[part] = next(names)
    return codes


def _draw_ends(rng: np.random.Generator, upper: npt.NDArray[np.str_], number: int) -> list[int]:
    """Cut a stretch into parts of about one length, at or beside the end of an authority where one is near."""
    length = len(upper) / number
    ends = np.flatnonzero(upper[1:] != upper[:-1]) + 1
    cuts: list[int] = []
    for position in range(1, number):
        jitter, beside = rng.random(2)
        wanted = (position + 0.2 * (jitter - 0.5)) * length
        near = ends[np.argmin(np.abs(ends - wanted))]
        cut = round(wanted)
        if abs(near - wanted) < 0.45 * length:
            cut = int(near) + (0, 0, -1, 1)[int(4 * beside)]
        least = cuts[-1] + LEAST_SIZE if cuts else LEAST_SIZE
        cuts.append(min(max(cut, least), len(upper) - LEAST_SIZE * (number - position)))
    return cuts


def _choose_merger(codes: npt.NDArray[np.str_], ground: _Ground, region: str) -> npt.NDArray[np.int64]:
    """Find the small areas of three neighbouring commissioners of a region that lie most within one authority."""
    invented = np.array([one.startswith("6") for one in codes])
    inside = np.flatnonzero((ground.region == region) & invented)
    line = list(dict.fromkeys(codes[inside].tolist()))
    triples = [inside[np.isin(codes[inside], line[start : start + 3])] for start in range(len(line) - 2)]

    def share_of_largest(small_areas: npt.NDArray[np.int64]) -> float:
        return float(np.unique(ground.upper[small_areas], return_counts=True)[1].max() / len(small_areas))

    return max(triples, key=share_of_largest)
