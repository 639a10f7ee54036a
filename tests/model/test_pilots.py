"""The packaged pilots: each loads, is complete, rests on sources or stated choices."""

import pytest
from support.pilot_sources import BASELINES, PILOTS

from scsfast.model import pilot_library
from scsfast.model.acts import default_catalogue
from scsfast.model.integers.build import build_rules
from scsfast.model.world import Scenario, World

RELEASED = [
    *("suining", "rongcheng", "rongcheng-2019", "rongcheng-2021", "fair-rongcheng"),
    *("sesame", "honest-shanghai", "judgment-defaulters", "fuzhou"),
    *("sesame-deposits", "fuzhou-fares"),
    *BASELINES,
]


def test_pilots_of_this_release_are_packaged():
    assert sorted(RELEASED) == PILOTS


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_loads_under_its_own_name(pilot):
    assert pilot_library.load(pilot).name == pilot


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_fits_the_default_world(pilot):
    world = World(n_citizens=1000, n_ticks=12)
    build_rules(Scenario(name=pilot, world=world, regime=pilot_library.load(pilot)))


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_scores_only_acts_of_the_catalogue(pilot):
    known = {act.name for act in default_catalogue()}
    assert set(pilot_library.load(pilot).acts) <= known


@pytest.mark.parametrize("pilot", PILOTS)
def test_points_have_the_sign_of_their_act(pilot):
    scored = {"negative": [], "positive": []}
    acts = pilot_library.load(pilot).acts
    for act in default_catalogue():
        if act.name in acts and acts[act.name].points:
            scored[act.sign] += acts[act.name].range
    assert max(scored["negative"], default=-1) < 0 < min(scored["positive"], default=1)


@pytest.mark.parametrize("pilot", PILOTS)
def test_only_offences_list_or_drop_a_grade(pilot):
    sign = {act.name: act.sign for act in default_catalogue()}
    severe = [
        n for n, s in pilot_library.load(pilot).acts.items() if s.lists or s.drops_to
    ]
    assert {sign[name] for name in severe} <= {"negative"}


@pytest.mark.parametrize("pilot", PILOTS)
def test_an_act_of_a_ledger_has_points_or_a_rule(pilot):
    regime = pilot_library.load(pilot)
    idle = [
        name
        for name, scoring in regime.acts.items()
        if not (scoring.points or scoring.lists or scoring.drops_to)
    ]
    assert idle == [] or regime.scorer in ("index", "model")


@pytest.mark.parametrize("pilot", sorted({*RELEASED} - {*BASELINES, "fair-rongcheng"}))
def test_pilot_lists_what_it_leaves_out(pilot):
    assert "# Left out, and why" in pilot_library.source(pilot)


def test_about_one_in_a_hundred_is_listed(listed):
    stock, _, _ = listed
    assert 0.008 < stock / 100_000 < 0.013


def test_mean_stay_on_the_list_matches_the_courts_figures(listed):
    stock, flow, _ = listed
    assert 1.7 < stock / flow / 12 < 1.9


def test_about_a_fifth_of_the_listed_perform(listed):
    _, flow, left = listed
    assert 0.15 < left / flow < 0.25


def test_fair_rongcheng_differs_in_discretion_alone():
    fair, real = pilot_library.load("fair-rongcheng"), pilot_library.load("rongcheng")
    keys = type(real).model_fields
    differing = [key for key in keys if getattr(fair, key) != getattr(real, key)]
    assert differing == ["name", "title", "about", "discretion"]


def test_fair_rongcheng_has_no_discretion():
    discretion = pilot_library.load("fair-rongcheng").discretion
    assert set(discretion.model_dump().values()) == {0.0}


def test_rongcheng_of_2021_differs_from_2019_in_consent_alone():
    late, early = (
        pilot_library.load("rongcheng-2021"),
        pilot_library.load("rongcheng-2019"),
    )
    keys = type(late).model_fields
    differing = [key for key in keys if getattr(late, key) != getattr(early, key)]
    assert differing == ["name", "title", "about", "enrolled", "opt_in"]


def test_rongcheng_of_2019_differs_in_what_a_score_buys_alone():
    late, early = pilot_library.load("rongcheng-2019"), pilot_library.load("rongcheng")
    keys = type(late).model_fields
    differing = {key for key in keys if getattr(late, key) != getattr(early, key)}
    assert differing == {"name", "title", "about", "grades", "acts", "allocation"}
    others = [name for name in early.acts if late.acts[name] != early.acts[name]]
    assert others == ["drunk-driving"]


@pytest.mark.parametrize("pilot", BASELINES)
def test_baseline_allocates_as_it_is_called(pilot):
    regime = pilot_library.load(pilot)
    assert (regime.scorer, regime.allocation) == ("none", pilot)
