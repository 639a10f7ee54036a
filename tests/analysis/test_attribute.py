"""Attribution: laws of the Shapley value, and incomplete factorials."""

import math
from itertools import permutations, product

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from support.made_results import factorial, made, with_status

from scsfast.analysis.attribute import TOGETHER, attribute, factorial_bases
from scsfast.analysis.coalition_values import (
    given as values_given,
)
from scsfast.analysis.coalition_values import (
    interactions,
    owen,
    shapley,
    subsets,
)
from scsfast.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("error")
NAMES = (
    "village",
    "township",
    "county",
    "city",
    "province",
    "centre",
    "records",
    "units",
)


@st.composite
def games(draw, most=5):
    """Draw players and the value of each coalition of them, in whole numbers."""
    players = NAMES[: draw(st.integers(1, most))]
    whole = st.integers(-1000, 1000)
    return players, {c: draw(whole) for c in subsets(players)}


def by_orders(players, worth):
    """Return Shapley values by their definition: the mean over all orders of arrival."""
    orders = list(permutations(players))
    gains = dict.fromkeys(players, 0)
    for order in orders:
        for k, player in enumerate(order):
            gains[player] += (
                worth[frozenset(order[: k + 1])] - worth[frozenset(order[:k])]
            )
    return {player: gain / len(orders) for player, gain in gains.items()}


@given(games())
def test_values_are_means_over_all_orders(game):
    assert shapley(*game) == pytest.approx(by_orders(*game), abs=1e-9)


@given(games(most=8))
@settings(max_examples=20)
def test_values_add_up(game):
    players, worth = game
    together = worth[frozenset(players)] - worth[frozenset()]
    assert math.fsum(shapley(players, worth).values()) == pytest.approx(
        together, abs=1e-9
    )


@given(games())
def test_players_without_effect_have_value_0(game):
    players, worth = game
    idle = players[0]
    worth = {c: worth[c - {idle}] for c in worth}
    assert shapley(players, worth)[idle] == 0


@given(games())
def test_players_with_equal_effects_have_equal_values(game):
    players, worth = game
    one, other = players[0], players[-1]
    swap = {one: other, other: one}
    even = {
        c: worth[c] + worth[frozenset(swap.get(p, p) for p in c)] for c in worth
    }  # fmt: skip
    values = shapley(players, even)
    assert values[one] == pytest.approx(values[other], abs=1e-9)


def owen_by_orders(unions, worth):
    """Return Owen values by definition: the mean over orders that keep unions together."""
    orders = [
        sum(parts, ())
        for order in permutations(unions)
        for parts in product(*(permutations(union) for union in order))
    ]
    gains = dict.fromkeys(sum(map(tuple, unions), ()), 0)
    for order in orders:
        for k, player in enumerate(order):
            before = frozenset(order[:k])
            gains[player] += worth[before | {player}] - worth[before]
    return {player: gain / len(orders) for player, gain in gains.items()}


@given(games(), st.integers(1, 4))
def test_owen_values_are_means_over_orders_that_keep_unions_together(game, cut):
    players, worth = game
    unions = [union for union in (players[:cut], players[cut:]) if union]
    values = owen(unions, worth)
    assert values == pytest.approx(owen_by_orders(unions, worth), abs=1e-9)
    assert owen([[p] for p in players], worth) == pytest.approx(
        shapley(players, worth), abs=1e-9
    )


def complements(players, needed):
    """Return the game in which a coalition is worth 1 if it has all that are needed."""
    return {c: float(frozenset(needed) <= c) for c in subsets(players)}


def test_a_level_with_its_channel_open_has_the_whole_effect():
    players = ["village", "county", "records"]
    worth = complements(players, ["village", "records"])
    assert shapley(players, worth)["village"] == pytest.approx(0.5)
    found = values_given(players[:2], worth, ["records"])
    assert found == pytest.approx({"village": 1.0, "county": 0.0})


def test_complements_interact_above_0_and_substitutes_below():
    players = ["village", "county", "records"]
    both = interactions(players, complements(players, ["village", "records"]))
    assert both["village", "records"] == pytest.approx(1.0)
    assert both["village", "county"] == pytest.approx(0.0)
    either = {c: float(bool(c & {"village", "county"})) for c in subsets(players)}
    assert interactions(players, either)["village", "county"] == pytest.approx(-1.0)
    assert interactions(players, either)["village", "records"] == pytest.approx(0.0)


def test_levels_and_channels_of_a_store_are_distinguished():
    players = ["village", "records"]
    worths = complements(players, players)
    dataset = factorial(worths, players, measure="diversion")
    shares = {
        kind: attribute(dataset, measures=["diversion"], kind=kind)
        .set_index("player")["share"]
        .to_dict()
        for kind in ("shapley", "owen", "given", "interaction")
    }
    assert shares["shapley"]["village"] == pytest.approx(0.5)
    assert shares["owen"] == pytest.approx(shares["shapley"])
    assert shares["given"] == pytest.approx({"village": 1.0, TOGETHER: 1.0})
    assert shares["interaction"] == pytest.approx({"village x records": 1.0})


def test_levels_without_channels_have_no_values_with_channels_open():
    assert attribute(two_levels(), kind="given").empty
    assert attribute(two_levels(), kind="owen").empty


def two_levels(**changes):
    """Return a factorial whose efficiency falls by .1 and .2, and .1 more together."""
    village, county = frozenset({"village"}), frozenset({"county"})
    worths = {
        frozenset(): [0.5, 0.6, 0.7],
        village: [0.4, 0.5, 0.6],
        county: [0.3, 0.4, 0.5],
        village | county: [0.1, 0.2, 0.3],
    }
    return factorial(worths, ["village", "county"], **changes)


def test_known_answer():
    table = attribute(two_levels(), measures=["efficiency_loss"]).set_index("player")
    assert table["value"].to_dict() == pytest.approx(
        {"village": 0.15, "county": 0.25, TOGETHER: 0.4}
    )
    assert table["share"].to_dict() == pytest.approx(
        {"village": 0.375, "county": 0.625, TOGETHER: 1}
    )
    assert (table["n"] == 3).all()


def test_intervals_are_over_replicates_of_the_values():
    dataset = two_levels()
    dataset["prize_value"][3, 0, 1:] = 130_000  # all together, replicate 0: loss .37
    table = attribute(dataset, measures=["efficiency_loss"]).set_index("player")
    half = 4.302652729911275 * 0.015 / 3  # sd of (.135, .15, .15) is .015 / sqrt(3)
    village = table.loc["village"]
    assert village["value"] == pytest.approx(0.145)
    assert village["high"] - village["value"] == pytest.approx(half)


def test_all_measures_and_all_bases():
    table = attribute(two_levels())
    assert list(dict.fromkeys(table["measure"])) == [
        "diversion", "efficiency_loss", "prizes_moved_share", "capture", "mean_displacement",
    ]  # fmt: skip
    assert len(table) == 5 * 3
    still = table[table["measure"] == "capture"]
    assert (still["value"] == 0).all() and still["share"].isna().all()


def test_replicates_missing_in_one_coalition_are_left_out_of_all():
    dataset = two_levels()
    dataset["oracle_prize_value"][0, 2] = 0  # no efficiency of nobody in replicate 2
    table = attribute(dataset, measures=["efficiency_loss"]).set_index("player")
    assert (table["n"] == 2).all()
    parts = table["value"].drop(TOGETHER).sum()
    assert parts == pytest.approx(table["value"][TOGETHER])


def test_other_scenarios_do_not_matter():
    alone, beside = two_levels(), made(["x"], 3, coords={"base": ["x"], "design": [""]})
    beside = beside.assign_coords(
        point=("scenario", [-1]),
        **{
            f"player_{p}": ("scenario", np.array([-1], "i1"))
            for p in ("village", "county")
        },
    )
    both = xr.concat([beside, alone], "scenario")
    assert attribute(both).equals(attribute(alone))


def test_each_base_scenario_has_its_own_players():
    nobody, city = frozenset(), frozenset({"city"})
    other = factorial({nobody: 0.5, city: 0.25}, ["city"], base="q")
    none = np.full(2, -1, "i1")
    other = other.assign_coords(
        player_village=("scenario", none), player_county=("scenario", none)
    )
    mine = two_levels().assign_coords(player_city=("scenario", np.full(4, -1, "i1")))
    table = attribute(
        xr.concat([mine, other], "scenario"), measures=["efficiency_loss"]
    )
    players = table.groupby("base")["player"].unique()
    assert list(players["r"]) == ["village", "county", TOGETHER]
    assert list(players["q"]) == ["city", TOGETHER]
    assert table.set_index(["base", "player"])["value"]["q", "city"] == 0.25


def test_missing_coalitions_are_named():
    whole = two_levels()
    message = r"the factorial of 'r' has holes: no scenario of village, village\+county"
    with pytest.raises(ConfigError, match=message):
        attribute(whole.isel(scenario=[0, 2]))


def test_unfinished_coalitions_are_named():
    dataset = with_status(two_levels(), [[1, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]])
    with pytest.raises(ConfigError, match="holes: no finished replicate of county$"):
        attribute(dataset)


def test_no_replicate_in_common_is_refused():
    dataset = with_status(two_levels(), [[1, 1, 0], [1, 1, 0], [0, 0, 1], [1, 1, 1]])
    with pytest.raises(
        ConfigError, match="no replicate is finished in every coalition"
    ):
        attribute(dataset)


def test_some_unfinished_replicates_are_left_out():
    dataset = with_status(two_levels(), [[1, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1]])
    assert (attribute(dataset)["n"] == 2).all()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"bases": ["q"]}, "`of` must be one of r, got 'q'"),
        ({"kind": "own"}, "`kind` must be one of .*did you mean 'owen'"),
        (
            {"measures": ["captur"]},
            "`measure` must be one of .*did you mean 'capture'",
        ),
    ],
)
def test_wrong_questions_are_refused(question, message):
    with pytest.raises(ConfigError, match=message):
        attribute(two_levels(), **question)


def test_more_than_eight_players_are_refused():
    players = [f"p{k}" for k in range(9)]
    dataset = factorial({frozenset(players): 0.5}, players)
    with pytest.raises(ConfigError, match="must be at most 8, got 9"):
        attribute(dataset)


def test_a_store_without_factorial_is_refused():
    with pytest.raises(ConfigError, match=r"needs a campaign with a \[factorial\]"):
        factorial_bases(made("ab"))


def test_no_shares_are_given_if_the_interval_of_the_total_contains_0():
    noisy = np.array([-0.1, 0.0, 0.15])
    village = frozenset({"village"})
    table = attribute(factorial({frozenset(): 0.5, village: 0.5 - noisy}, ["village"]))
    rows = table.set_index(["measure", "player"])
    assert rows.loc[("efficiency_loss", TOGETHER), "low"] < 0
    assert rows.loc[("efficiency_loss", "village")].isna()["share"]
    table = attribute(factorial({frozenset(): 0.5, village: 0.2}, ["village"]))
    rows = table.set_index(["measure", "player"])
    assert rows.loc[("efficiency_loss", "village"), "share"] == pytest.approx(1.0)
