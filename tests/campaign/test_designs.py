"""Designs: what they expand to, under which names, with which coordinates."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from SALib.sample import morris as salib_morris
from SALib.sample import sobol as salib_sobol
from scipy.stats import qmc
from support.fake_engine import campaign_tree, fake_replicate

import scsfast
from scsfast.campaign.config import campaign_from_dict, campaign_from_resolved
from scsfast.campaign.designs import design, factorial
from scsfast.campaign.designs.factorial import DEFAULT_CHANNELS, INERT
from scsfast.campaign.identity import resolved
from scsfast.errors import ConfigError
from scsfast.execution.run import run_campaign
from scsfast.model.government import LEVELS, Agenda, Leaders
from scsfast.model.integers.build import build_rules
from scsfast.model.scorers import Parts
from scsfast.store.coordinates import attributes_of, coordinates_of

RONGCHENG = {"pilot": "rongcheng"}


def campaign(*scenarios, **tables):
    """Return a campaign of a few scenarios, by default one of Rongcheng, with designs."""
    entries = list(scenarios) or [dict(RONGCHENG)]
    return campaign_from_dict(campaign_tree(scenario=entries, **tables))


def faults(*scenarios, **tables) -> str:
    with pytest.raises(ConfigError) as caught:
        campaign(*scenarios, **tables)
    return "\n".join(caught.value.faults)


def names(found) -> list[str]:
    return [scenario.name for scenario in found.scenarios]


def without_name(scenario):
    return scenario.model_copy(update={"name": ""})


shares = st.lists(
    st.floats(0, 1).map(lambda x: round(x, 3)), min_size=1, max_size=4, unique=True
)


# Sweeps


@given(loss=shares, aware=shares, share=shares)
@settings(max_examples=15, deadline=None)
def test_sweep_is_the_grid(loss, aware, share):
    over = {
        "leaders": {"all": {"share": share}},
        "regime.loss": loss,
        "world": {"population": {"aware": aware}},
    }
    found = campaign(sweep=over)
    grid = list(itertools.product(share, loss, aware))
    assert len(set(names(found))) == len(found.scenarios) == len(grid)
    got = [
        (s.leaders.village.share, s.regime.loss, s.world.population.aware)
        for s in found.scenarios
    ]
    assert got == grid
    axes = coordinates_of(found)
    assert axes["point"].tolist() == list(range(len(grid)))
    assert axes["regime.loss"].tolist() == [loss for _, loss, _ in grid]


def test_sweep_is_what_a_user_would_write_by_hand():
    values = [(a, b) for a in (0.0, 0.25) for b in (0.1, 0.2)]
    by_hand = [
        {
            "name": f"rongcheng, leaders.all.share={a}, world.population.aware={b}",
            "pilot": "rongcheng",
            "leaders": {"all": {"share": a}},
            "world": {"population": {"aware": b}},
        }
        for a, b in values
    ]
    swept = campaign(
        sweep={"leaders.all.share": [0.0, 0.25], "world.population.aware": [0.1, 0.2]}
    )
    assert swept.identity() == campaign(*by_hand).identity()
    assert swept.scenarios == campaign(*by_hand).scenarios


def test_scenarios_of_a_sweep_stand_where_their_base_stood():
    found = campaign(
        {"pilot": "lottery"},
        RONGCHENG,
        {"pilot": "oracle"},
        sweep={"of": ["rongcheng"], "regime": {"loss": [0.0, 0.5]}},
    )
    assert names(found) == [
        "lottery",
        "rongcheng, regime.loss=0.0",
        "rongcheng, regime.loss=0.5",
        "oracle",
    ]


def test_sweep_goes_into_levels_where_one_number_stands_for_all():
    found = campaign(
        {"pilot": "rongcheng", "regime": {"discretion": 0.5}},
        sweep={"regime.discretion.village": [0.25, 1.0]},
    )
    got = [
        (s.regime.discretion.village, s.regime.discretion.city) for s in found.scenarios
    ]
    assert got == [(0.25, 0.5), (1.0, 0.5)]


def test_sweep_goes_into_lists_that_the_scenario_does_not_write():
    found = campaign(sweep={"world.population.ties.1": [0.0, 0.5]})
    got = [scenario.world.population.ties[:3] for scenario in found.scenarios]
    assert got == [[0.10, 0.0, 0.004], [0.10, 0.5, 0.004]]
    found = campaign(sweep={"regime.grades.1.from": [601, 602]})
    assert [s.regime.grades[1].start for s in found.scenarios] == [601, 602]


def test_sweep_over_ranges_text_and_switches():
    ranges = [[-5, -1], [-9, -2]]
    found = campaign(
        sweep={
            "regime.acts.other-dishonesty.points": ranges,
            "regime.meeting.norm": ["image", "stern"],
            "leaders.clients_know": [False, True],
        }
    )
    assert names(found)[1] == (
        "rongcheng, regime.acts.other-dishonesty.points=[-5, -1], "
        "regime.meeting.norm=image, leaders.clients_know=true"
    )
    axes = coordinates_of(found)
    assert axes["regime.meeting.norm"][:4] == ["image", "image", "stern", "stern"]
    assert axes["leaders.clients_know"].dtype == np.int8
    assert axes["leaders.clients_know"].tolist() == [0, 1] * 4
    assert axes["regime.acts.other-dishonesty.points"][::4] == ["[-5, -1]", "[-9, -2]"]
    assert found.scenarios[4].regime.acts["other-dishonesty"].points == (-9, -2)


# Samples


def sample(method, over=None, n=4, **more):
    return {
        "method": method,
        "n": n,
        "over": over or {"regime.loss": [0.0, 0.1], "leaders.all.share": [0.2, 0.7]},
        **more,
    }


def points(found) -> np.ndarray:
    axes = coordinates_of(found)
    return np.array([axes["regime.loss"], axes["leaders.all.share"]]).T


PROBLEM = {
    "num_vars": 2,
    "names": ["regime.loss", "leaders.all.share"],
    "bounds": [[0.0, 0.1], [0.2, 0.7]],
}


@pytest.mark.parametrize("pairs", [True, False])
@pytest.mark.parametrize("n", [1, 4])
def test_saltelli_rows_are_those_of_salib(n, pairs):
    more = {} if pairs else {"second_order": False}
    found = campaign(sample=sample("saltelli", n=n, seed=3, **more))
    wanted = salib_sobol.sample(PROBLEM, n, calc_second_order=pairs, seed=3)
    assert (points(found) == wanted).all()
    assert names(found) == [f"rongcheng, point {k}" for k in range(len(wanted))]


def test_morris_rows_are_those_of_salib():
    found = campaign(sample=sample("morris", n=3, levels=6, seed=3))
    wanted = salib_morris.sample(PROBLEM, 3, num_levels=6, seed=3)
    assert (points(found) == wanted).all()
    asked = {**sample("morris", levels=6, seed=3), "trajectories": 3}
    del asked["n"]
    assert (points(campaign(sample=asked)) == wanted).all()


@pytest.mark.parametrize(
    ("method", "kind"),
    [("latin-hypercube", qmc.LatinHypercube), ("sobol", qmc.Sobol)],
)
def test_points_are_those_of_scipy(method, kind):
    found = campaign(sample=sample(method, n=8, seed=5))
    unit = kind(2, seed=np.random.default_rng(5)).random(8)
    low, high = np.array(PROBLEM["bounds"]).T
    assert (points(found) == low + (high - low) * unit).all()


@given(n=st.integers(1, 20), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=10, deadline=None)
def test_hypercube_has_one_point_in_each_slice(n, seed):
    unit = points(campaign(sample=sample("latin-hypercube", n=n, seed=seed)))
    slices = np.floor((unit[:, 1] - 0.2) / 0.5 * n).astype(int)
    assert sorted(slices.tolist()) == list(range(n))


def test_seed_of_a_sample_is_the_campaigns_unless_given():
    own = campaign(sample=sample("sobol", seed=7))  # campaign_tree has seed 7
    other = campaign(sample=sample("sobol", seed=8))
    usual = campaign(sample=sample("sobol"))
    assert (points(usual) == points(own)).all()
    assert (points(usual) != points(other)).all()
    assert usual.designs[0].seed == 7


def test_bases_of_one_sample_meet_the_same_points():
    twin = {"pilot": "rongcheng", "name": "twin"}
    found = campaign(RONGCHENG, twin, sample=sample("sobol"))
    assert (points(found)[:4] == points(found)[4:]).all()
    assert len(found.designs) == 1
    assert found.designs[0].of == ["rongcheng", "twin"]


def test_plausible_bounds_are_each_scenarios_own():
    over = {"regime.transparency": "plausible"}
    found = campaign(RONGCHENG, {"pilot": "sesame"}, sample=sample("sobol", over))
    bounds = [d.parameters["regime.transparency"] for d in found.designs]
    assert bounds[0] == [0.3, 1.0]
    assert bounds[1] != bounds[0]
    values = coordinates_of(found)["regime.transparency"]
    for (low, high), part in zip(bounds, (values[:4], values[4:]), strict=True):
        assert ((low <= part) & (part <= high)).all()


def test_a_range_of_ones_own_goes_before_the_pilots():
    def known(low, high):
        return {"value": low, "choice": "mine", "range": [low, high]}

    over = {"regime.loss": "plausible", "world.conduct.moral": "plausible"}
    found = campaign(
        {**RONGCHENG, "regime": {"loss": known(0.25, 0.5)}},
        world={"conduct": {"moral": known(1.0, 1.5)}},
        sample=sample("sobol", over),
    )
    assert found.designs[0].parameters == {
        "regime.loss": [0.25, 0.5],
        "world.conduct.moral": [1.0, 1.5],
    }


def test_a_plausible_range_of_one_value_is_refused():
    over = {"regime.discretion.village": "plausible"}
    found = faults({"pilot": "fair-rongcheng"}, sample=sample("sobol", over))
    assert (
        "its plausible range in scenario 'fair-rongcheng' is 0..0, one value" in found
    )


def test_whole_numbers_are_rounded():
    found = campaign(
        {"pilot": "fuzhou"}, sample=sample("sobol", {"regime.valid_years": [1, 5]})
    )
    years = [scenario.regime.valid_years for scenario in found.scenarios]
    assert all(type(year) is int for year in years)
    assert coordinates_of(found)["regime.valid_years"].tolist() == years


# Factorials


LEAN = {"all": {"share": 0.5, "ambition": 0.5, "recentring": 0.25, "tilt": 5.0}}


def coalition(found, *players):
    """Return the scenario of a coalition."""
    axes = coordinates_of(found)
    everyone = [name for name in axes if name.startswith("player_")]
    is_it = [
        all(axes[p][k] == (p.removeprefix("player_") in players) for p in everyone)
        for k in range(len(found.scenarios))
    ]
    (scenario,) = itertools.compress(found.scenarios, is_it)
    return scenario


@given(
    levels=st.lists(st.sampled_from(LEVELS[:4]), unique=True, max_size=3),
    channels=st.sampled_from([False, True, {"desk": ["desk_bonus"]}]),
)
@settings(max_examples=12, deadline=None)
def test_factorial_has_every_coalition_once(levels, channels):
    n = len(levels) + (2 if channels is True else len(channels or {}))
    table = {"levels": levels, "channels": channels}
    if n == 0:
        assert "must have 1 to 8 players" in faults(factorial=table)
        return
    found = campaign({**RONGCHENG, "leaders": LEAN}, factorial=table)
    axes = coordinates_of(found)
    players = [name for name in axes if name.startswith("player_")]
    assert [p.removeprefix("player_") for p in players] == found.designs[0].players
    rows = list(zip(*(axes[p].tolist() for p in players), strict=True))
    assert sorted(rows) == sorted(itertools.product((0, 1), repeat=n))
    assert len(set(names(found))) == 2**n
    assert "rongcheng, nobody" in names(found)
    assert "rongcheng, " + "+".join(found.designs[0].players) in names(found)


def test_coalition_of_all_is_the_scenario_as_written():
    entry = {**RONGCHENG, "leaders": LEAN}
    found = campaign(entry, factorial={"channels": True})
    (plain,) = campaign(entry).scenarios
    full = coalition(found, *LEVELS[:4], "records", "units")
    assert without_name(full) == without_name(plain)


def test_coalition_of_nobody_has_honest_leaders():
    entry = {**RONGCHENG, "leaders": LEAN}
    found = campaign(entry, factorial={}, leaders={"village": {"share": 1.0}})
    rules = build_rules(coalition(found))
    assert set(rules.manipulators[:4]) == set(rules.bend_share[:4]) == {0}
    assert set(rules.recentring[:4]) == {0}
    honest = build_rules(campaign({**entry, "leaders": LEAN}).scenarios[0])
    assert any(honest.manipulators)
    assert any(honest.recentring)


def test_a_level_out_leaves_the_others_as_they_are():
    found = campaign({**RONGCHENG, "leaders": LEAN}, factorial={})
    only = coalition(found, "village").leaders
    assert (only.village.share, only.village.recentring) == (0.5, 0.25)
    assert (only.county.share, only.county.recentring) == (0.0, 0.0)
    assert only.county.favouritism == Leaders().favouritism


def test_groups_that_are_out_are_inert_at_every_level():
    found = campaign(
        {**RONGCHENG, "leaders": LEAN}, factorial={"levels": [], "channels": True}
    )
    none = coalition(found).leaders
    for level in LEVELS:
        leader = getattr(none, level)
        assert leader.share == 0.5
        for key in INERT:
            value = getattr(leader, key)
            assert value in (0, Agenda(), Parts()), key
    records = coalition(found, "records").leaders.village
    assert (records.favouritism, records.desk_bonus) == (Leaders().favouritism, 0.0)


def test_usual_groups_are_all_the_ways_in_which_leaders_act():
    grouped = [key for keys in DEFAULT_CHANNELS.values() for key in keys]
    assert sorted(grouped) == sorted(INERT)
    # what is left says how strong an act is, who does it, and how long
    rest = set(Leaders.model_fields) - set(INERT)
    assert rest == {
        "share",
        "tenure",
        "audit_rate",
        "rich_from",
        "inflation_rate",
        "inflation_cap",
        *(f"{act}_points" for act in ("credit", "frame", "retaliation", "sale")),
        "sale_price",
    }


def test_leaders_without_channels_leave_no_trace():
    from scsfast.engine.simulate import run_replicate
    from scsfast.model.outcomes import named

    found = campaign(
        {**RONGCHENG, "leaders": {"all": {**LEAN["all"], "share": 1.0}}},
        factorial={"levels": [], "channels": True},
        world={"n_ticks": 24},
    )
    inert, full = (
        named(run_replicate(build_rules(s), seed=1, replicate=0))
        for s in (coalition(found), coalition(found, "records", "units"))
    )
    assert inert["manipulating"].any()
    assert inert["displacement"].sum() == inert["prizes_moved"].sum() == 0
    assert full["displacement"].sum() > 0


# Several designs, limits, faults


def test_designs_stand_side_by_side():
    found = campaign(
        RONGCHENG,
        {"pilot": "sesame"},
        {"pilot": "suining"},
        {"pilot": "lottery"},
        sweep={"of": ["rongcheng"], "regime.loss": [0.0, 0.05]},
        sample={
            **sample("sobol", {"leaders.all.share": [0, 1]}, n=2),
            "of": ["sesame"],
        },
        factorial={"of": ["suining"], "levels": ["village"]},
    )
    axes = coordinates_of(found)
    assert axes["base"] == ["rongcheng"] * 2 + ["sesame"] * 2 + ["suining"] * 2 + [
        "lottery"
    ]
    assert axes["design"] == ["sweep"] * 2 + ["sample"] * 2 + ["factorial"] * 2 + [""]
    assert axes["point"].tolist() == [0, 1, 0, 1, 0, 1, -1]
    assert axes["player_village"].tolist() == [-1] * 4 + [0, 1, -1]
    assert np.isnan(axes["regime.loss"][2:]).all()
    about = attributes_of(found)
    assert [d["kind"] for d in about["designs"]] == ["sweep", "sobol", "factorial"]
    assert about["designs"][0]["parameters"] == {"regime.loss": [0.0, 0.05]}
    assert about["designs"][1]["n"] == 2
    assert about["designs"][2]["players"] == ["village"]
    assert about["coordinates"].split() == list(axes)


def test_campaign_without_designs_has_the_coordinates_too():
    axes = coordinates_of(campaign(RONGCHENG, {"pilot": "lottery"}))
    assert axes["base"] == ["rongcheng", "lottery"]
    assert axes["design"] == ["", ""]
    assert axes["point"].tolist() == [-1, -1]
    assert axes["scorer"] == ["ledger", "none"]
    assert axes["n_citizens"].tolist() == [600, 600]


def test_designed_campaign_comes_back():
    found = campaign(sample=sample("saltelli", {"world.population.aware": "plausible"}))
    again = campaign_from_resolved(resolved(found))
    assert again == found
    assert again.identity() == found.identity()


def test_origins_are_of_all_scenarios():
    tree = resolved(campaign(sweep={"regime.loss": [0.0, 0.1]}))
    tree["origins"] = tree["origins"][:1]
    with pytest.raises(ValidationError, match="one for each of 2 scenarios, got 1"):
        campaign_from_resolved(tree)
    tree["origins"] = ()
    axes = coordinates_of(campaign_from_resolved(tree))
    assert axes["base"] == [f"rongcheng, regime.loss={loss}" for loss in (0.0, 0.1)]


def test_too_many_scenarios_are_refused_with_the_number(monkeypatch):
    monkeypatch.setattr(design, "MOST_SCENARIOS", 5)
    over = {"of": ["rongcheng"], "regime.loss": [0.0, 0.1, 0.2, 0.3, 0.4]}
    assert len(campaign(sweep=over).scenarios) == 5
    found = faults(RONGCHENG, {"pilot": "lottery"}, sweep=over)
    assert "must make at most 5 scenarios, these make 6" in found


def test_nine_players_are_refused():
    channels = {f"c{k}": [key] for k, key in enumerate(list(INERT)[:5])}
    found = faults(factorial={"channels": channels})
    assert "must have 1 to 8 players" in found
    assert "got 9" in found


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"sweep": {}}, "`sweep` must have a list of values"),
        (
            {"sweep": {"regime.loss": 0.1}},
            "`sweep.regime.loss` must be a list of values",
        ),
        (
            {"sweep": {"regime.loss": [0.1, 0.1]}},
            "`sweep.regime.loss`: values must differ",
        ),
        ({"sweep": {"pilot": ["a"]}}, "`sweep.pilot` must begin with regime, leaders"),
        ({"sweep": {"of": ["x"], "regime.loss": [0]}}, "there are: rongcheng, got 'x'"),
        (
            {"sweep": {"of": "x", "regime.loss": [0]}},
            "`sweep.of` must be a list of names",
        ),
        ({"sweep": {"regime.loss": [0.0, 1.5]}}, "`scenario.0.regime.loss` must be a"),
        (
            {"sweep": {"regime.loss.village": [0.0]}},
            "`scenario.0.regime.loss` must be a number",
        ),
        (
            {"sweep": {"world.population.ties.9": [0.0]}},
            "`world.population.ties` is a list of 6",
        ),
        (
            {"sample": sample("sobol", n=3)},
            "`n` must be a power of two for sobol, got 3",
        ),
        ({"sample": sample("saltelli", n=6)}, "must be a power of two for saltelli"),
        ({"sample": sample("sobol", levels=4)}, "`levels` is for morris"),
        ({"sample": sample("morris", levels=5)}, "`levels` must be even, got 5"),
        ({"sample": sample("morris", second_order=True)}, "`second_order` is for salt"),
        ({"sample": sample("lhs")}, "`sample.method` must be one of"),
        ({"sample": sample("sobol", {"regime.loss": [0.1, 0.1]})}, "low below high"),
        (
            {"sample": sample("sobol", {"regime.loss": "wide"})},
            "or 'plausible', got 'wide'",
        ),
        (
            {"sample": sample("sobol", {"regime.base": "plausible"})},
            "scenario 'rongcheng' knows no plausible range of it",
        ),
        ({"sample": sample("sobol", {"regime.los": [0, 1]})}, "must name a number"),
        ({"sample": sample("sobol", {"regime.grades": [0, 1]})}, "must name a number"),
        (
            {"sample": sample("morris", {"regime.valid_years": [1, 2]})},
            "must span 1.5 or more whole numbers",
        ),
        (
            {"factorial": {"levels": ["centre"]}},
            "it has village, township, county, city",
        ),
        (
            {"factorial": {"channels": {"x": ["tenure"]}}},
            "`factorial.channels.x` must be keys of leaders among favouritism",
        ),
        (
            {"factorial": {"channels": {"x": ["tilt"], "y": ["tilt"]}}},
            "'tilt' must be in one group only",
        ),
        ({"factorial": {"channels": {"city": ["tilt"]}}}, "the name of a level"),
        (
            {"sweep": {"regime.loss": [0, 1]}, "factorial": {}},
            "scenario 'rongcheng' is varied by [sweep] already",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_fault_of_a_design_is_named(tables, fault):
    assert fault in faults(**tables)


def test_faults_of_designs_and_scenarios_come_at_once():
    found = faults(
        {"pilot": "rongchen"},
        sweep={"of": ["x"], "regime.loss": 3},
        sample=sample("sobol", n=3),
        bogus=1,
    )
    for expected in ["'rongchen'", "`sweep.regime.loss`", "power of two", "`bogus`"]:
        assert expected in found


def test_players_may_be_eight():
    assert len(LEVELS) + len(DEFAULT_CHANNELS) == factorial.MOST_PLAYERS


# The page about designs

PAGE = (Path(__file__).parents[2] / "docs" / "designs.md").read_text(encoding="utf-8")


def blocks() -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", PAGE, re.S | re.M)


def test_page_begins_with_the_campaign_that_its_examples_go_under():
    assert PAGE.count("<!-- base -->\n```toml\n" + blocks()[0]) == 1


@pytest.mark.parametrize("text", blocks()[1:], ids=lambda text: text.split("\n")[0])
def test_examples_of_the_page_are_valid(text):
    options, tables = text, ""
    if text.startswith("["):
        options, tables = "", text
    elif "\n[" in text:
        options, _, rest = text.partition("\n[")
        tables = "[" + rest
    whole = tomllib.loads("\n".join([options, blocks()[0], tables]))
    found = campaign_from_dict(whole)
    for designs, number in {"sweep": 32, "sample": 128, "factorial": 32}.items():
        if f"[{designs}]" in text:
            count = coordinates_of(found)["design"].count(designs)
            assert count == number


def test_names_on_the_page_are_those_that_are_made():
    prose = " ".join(PAGE.split())
    tables = [tomllib.loads(text) for text in blocks()]
    base, sweep, sample_, coalitions = (
        next(table for table in tables if key in table)
        for key in ("replicates", "sweep", "sample", "factorial")
    )
    swept = names(campaign_from_dict(base | sweep))
    assert f"the first named `{swept[0]}`" in prose
    made = names(campaign_from_dict(base | sample_))
    made += names(campaign_from_dict(base | coalitions))
    for name in [
        "rongcheng, point 17",
        "honest, point 17",
        "rongcheng, nobody",
        "rongcheng, village+township+county+records+units",
    ]:
        assert f"`{name}`" in prose
        assert name in made


def test_groups_on_the_page_are_the_usual_ones():
    for name, keys in DEFAULT_CHANNELS.items():
        shown = ", ".join(f"`{key}`" for key in keys)
        assert f"| `{name}` | {shown} |" in PAGE


def test_python_of_the_page_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.S | re.M)
    world = {"n_citizens": 2_000, "n_ticks": 2}
    axes = {"leaders.all.share": [0.0, 1.0], "world.population.aware": [0.1, 0.2]}
    whole = {"world": world, "scenario": [RONGCHENG], "sweep": axes}
    run_campaign(
        campaign_from_dict(whole),
        tmp_path / "sweep.zarr",
        run_replicate=fake_replicate,
    )
    monkeypatch.chdir(tmp_path)
    *lines, last = code.splitlines()
    spoken = {"scsfast": scsfast}
    exec("\n".join(lines), spoken)
    table = eval(last, spoken)
    assert table["leaders.all.share"].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert (table["prizes_moved"] > 0).all()
