"""The simulated truth is what it says: dependence, season, size and effects are found again in the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from bcf_eval.acquire import demo_model, demo_parts, demo_people, demo_truth
from bcf_eval.catalogue import load
from bcf_eval.periods import month_range, parse_period

MONTHS = month_range("2011-04", "2019-03")
DAYS = np.array([parse_period(month).days for month in MONTHS], float)
MONTH_OF_YEAR = np.array([parse_period(month).start % 12 for month in MONTHS])
STARTS = (MONTHS.index("2015-04"), MONTHS.index("2017-04"))
KNOWN, TARGET = MONTHS.index("2017-02"), MONTHS.index("2017-09")


def simulate(seed: int, *, n_areas: int = 151, adults: float = 3e5) -> demo_model.Simulation:
    rng = np.random.default_rng(seed)
    model = demo_model.draw_model(rng, np.full(n_areas, adults))
    people = np.full((len(MONTHS), n_areas), adults)
    return demo_model.simulate(rng, model, adults=people, days=DAYS, month_of_year=MONTH_OF_YEAR, starts=STARTS)


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.7])
def test_autoregression_is_recovered_on_average(rho: float) -> None:
    path = demo_model.draw_autoregression(np.random.default_rng(1), np.full(400, rho), np.full(400, 0.15), len(MONTHS))
    # Means are known to be 0, so the ratio of sums over all series has next to no bias.
    estimate = (path[1:] * path[:-1]).sum() / (path[:-1] ** 2).sum()
    assert estimate == pytest.approx(rho, abs=0.015)
    assert path.std() == pytest.approx(0.15 / np.sqrt(1 - rho**2), rel=0.03)
    # It does not start from nothing: the first month varies as much as the last.
    assert path[0].std() == pytest.approx(path[-1].std(), rel=0.15)


def test_one_seed_gives_one_history_and_another_another() -> None:
    first, again, other = simulate(7), simulate(7), simulate(8)
    np.testing.assert_array_equal(first.counts, again.counts)
    np.testing.assert_array_equal(first.rates, again.rates)
    assert (first.counts != other.counts).mean() > 0.9


def test_effects_are_where_and_what_is_stated() -> None:
    simulation = simulate(3)
    model = simulation.model
    falls, rises = (model.level_change < 0).sum(axis=1), (model.level_change > 0).sum(axis=1)
    assert (falls.tolist(), rises.tolist()) == ([10, 14], [8, 6])
    assert not ((model.level_change != 0).sum(axis=0) > 1).any()
    assert (np.sign(model.slope_change) * np.sign(model.level_change) >= 0).all()
    for index, start in enumerate(STARTS):
        added = simulation.rates[index + 1] - simulation.rates[index]
        touched = model.level_change[index] != 0
        assert (added[:start] == 0).all()
        assert (added[:, ~touched] == 0).all()
        stated = model.level_change[index] + np.outer(np.arange(len(MONTHS) - start), model.slope_change[index])
        kept = simulation.rates[index + 1][start:] > demo_model.LEAST_SHARE * simulation.rates[index][start:] + 1e-9
        np.testing.assert_allclose(added[start:][kept], stated[kept], atol=1e-9)
        assert kept.mean() > 0.995


def test_an_effect_never_takes_everything_away() -> None:
    without, effect = np.array([10.0, 10.0, 10.0]), np.array([-4.0, -9.0, 3.0])
    assert demo_model.apply_effect(without, effect).tolist() == [6.0, 1.5, 13.0]


def test_counts_have_the_mean_and_the_spread_that_are_stated() -> None:
    counts = demo_model.draw_counts(np.random.default_rng(5), np.full(200_000, 10.0), np.array(31 * 1e5))
    assert counts.mean() == pytest.approx(310, rel=0.001)
    assert counts.var() / counts.mean() == pytest.approx(demo_model.OVERDISPERSION, rel=0.02)
    tiny = demo_model.draw_counts(np.random.default_rng(5), np.full(1000, 1.0), np.array(31 * 1e5))
    assert tiny.min() == 0


def test_winter_is_the_peak_and_small_boards_vary_more() -> None:
    simulation = simulate(2)
    flat = demo_model.expected_log_rate(simulation.model, np.arange(12), np.zeros(12)).mean(axis=1)
    assert int(flat.argmax()) in (0, 1)
    assert 0.08 < flat.max() - flat.min() < 0.25
    sizes = np.array([3e4, 1e5, 3e5, 1e6])
    spread = demo_model.draw_model(np.random.default_rng(0), sizes).innovation_sd
    assert (np.diff(spread) < 0).all()


def test_all_boards_share_one_swing() -> None:
    simulation = simulate(4, n_areas=150)
    unexplained = np.log(simulation.rates[0]) - demo_model.expected_log_rate(
        simulation.model, MONTH_OF_YEAR, np.arange(len(MONTHS)) - len(MONTHS) / 2
    )
    # The mean over boards of what is left is the swing and a twelfth of a board's own deviation.
    assert np.corrcoef(unexplained.mean(axis=1), simulation.swing)[0, 1] > 0.9


def test_the_effect_table_averages_the_first_year() -> None:
    simulation = simulate(3)
    codes = tuple(f"E{number:08d}" for number in range(151))
    table = demo_truth.tabulate_effects(simulation, codes, ("bcf_2015", "ibcf_2017"))
    assert len(table) == 2 * 152
    boards = table[table["area_code"] != "E92000001"]
    stated = boards["level_change"] + 5.5 * boards["slope_change"]
    np.testing.assert_allclose(boards["effect_average_12"], stated, atol=0.05)
    # All boards are of one size here, so England is their plain mean.
    means = boards.groupby("intervention")["effect_average_12"].mean()
    england = table[table["area_code"] == "E92000001"].set_index("intervention")["effect_average_12"]
    np.testing.assert_allclose(england[means.index], means)


def test_the_true_chance_is_how_often_it_comes_true() -> None:
    """A hundred histories from one state: the share that meets the target is the chance of the table."""
    simulation = simulate(6, n_areas=60)
    futures = demo_truth.draw_futures(
        np.random.default_rng(1), simulation, known=KNOWN, target=TARGET, month_of_year=MONTH_OF_YEAR[TARGET]
    )
    target = simulation.values[KNOWN]
    chance = (futures.values <= target).mean(axis=0)

    rng, model, met = np.random.default_rng(2), simulation.model, np.zeros(60)
    base = demo_model.expected_log_rate(model, MONTH_OF_YEAR, np.arange(len(MONTHS)) - len(MONTHS) / 2)[TARGET]
    for _ in range(400):
        swing, own = simulation.swing[KNOWN], simulation.own[KNOWN]
        for _ in range(TARGET - KNOWN):
            swing = demo_model.SWING_RHO * swing + demo_model.SWING_INNOVATION_SD * rng.standard_normal()
            own = model.rho * own + model.innovation_sd * rng.standard_normal(60)
        rates = np.exp(base + swing + own)
        since = np.array([float(TARGET - STARTS[0])])
        rates = demo_model.apply_effect(rates, demo_model.effect_of(model, 0, since)[0])
        met += 1e5 * demo_model.draw_counts(rng, rates, 3e5 * DAYS[TARGET]) / (3e5 * DAYS[TARGET]) <= target
    assert np.abs(met / 400 - chance).max() < 4.5 * 0.5 / 20
    assert (met / 400 - chance).mean() == pytest.approx(0, abs=0.02)


def test_parts_add_up_and_respect_what_a_return_allows() -> None:
    counts = simulate(9).counts
    other_from = MONTHS.index("2017-04")
    parts = demo_parts.split_counts(np.random.default_rng(0), counts, other_from=other_from)
    for split in (parts.organisations, parts.care, parts.reasons):
        np.testing.assert_array_equal(split.sum(axis=-1), counts)
    assert (parts.cells >= 0).all()
    forbidden = ~demo_parts.ALLOWED[:, None, :] & np.ones((3, 2, 11), bool)
    assert (parts.cells[:, :, forbidden] == 0).all()
    assert (parts.reasons[:other_from, :, -1] == 0).all()
    assert (parts.reasons[other_from:, :, -1].sum(axis=1) > 0).all()


@pytest.mark.parametrize(
    ("total", "share", "expected"),
    [(10, [0.5, 0.3, 0.2], [5, 3, 2]), (1, [0.4, 0.35, 0.25], [1, 0, 0]), (5, [0.5, 0.25, 0.25], [3, 1, 1])],
)
def test_whole_numbers_are_shared_out_by_the_largest_remainder(
    total: int, share: list[float], expected: list[int]
) -> None:
    assert demo_parts.apportion(np.array(total), np.array(share)).tolist() == expected


def test_people_are_the_same_on_every_boundary() -> None:
    people = demo_people.draw_people(np.random.default_rng(1))
    together = people.of("E06000058") + people.of("E06000059")
    np.testing.assert_array_equal(together, people.of("E06000028") + people.of("E06000029") + people.of("E10000009"))
    np.testing.assert_array_equal(people.of("E06000060"), people.of("E10000002"))
    boards = sum(people.of(code) for code in load.boards())
    np.testing.assert_array_equal(boards + people.of("E06000053"), people.of("E92000001"))


def test_people_have_a_plausible_size_and_the_shares_of_a_divided_area_stay() -> None:
    people = demo_people.draw_people(np.random.default_rng(1))
    england = people.of("E92000001")[2015 - demo_people.FIRST_YEAR]
    assert 45e6 < england.sum() < 65e6
    assert 0.74 < england[18:].sum() / england.sum() < 0.82
    months = ["2013-01", "2019-03"]
    three = people.adults(("E06000028", "E06000029", "E10000009"), months)
    np.testing.assert_allclose(three[0] / three[0].sum(), three[1] / three[1].sum(), rtol=1e-3)


def test_adults_stand_between_the_estimates_of_two_summers() -> None:
    people = demo_people.draw_people(np.random.default_rng(1))
    yearly = people.of("E06000033")[:, 18:].sum(axis=1)
    adults = people.adults(("E06000033",), ["2016-06", "2016-12", "2017-06"])[:, 0]
    first, last = yearly[2016 - 2001], yearly[2017 - 2001]
    # The 15th of December is 168 of 365 days after 30 June; that of June is a fortnight before it.
    assert adults[1] == pytest.approx(first + (last - first) * 168 / 365, rel=1e-6)
    assert adults[0] == pytest.approx(first, rel=1e-3)
