"""Derived parameters: formulas of those that a sweep or a sample varies."""

import pytest

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError
from scsfast.store.dataset_attributes import nested_attribute

LOSSES = [0.0, 0.1, 0.2]


def campaign(**designs):
    tree = {"world": {"n_citizens": 600}, "scenario": [{"pilot": "rongcheng"}]}
    return campaign_from_dict(tree | designs)


def swept(formula, path="noise", losses=LOSSES):
    loss = {"regime": {"loss": losses}}
    return campaign(sweep={**loss, "derive": {"regime": {path: formula}}})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("regime.loss / 4", [0.0, 0.1 / 4, 0.2 / 4]),
        ("0.2 - 'regime.loss'", [0.2, 0.2 - 0.1, 0.0]),
        ("min(regime.loss, 0.05, 1)", [0.0, 0.05, 0.05]),
        ("max(0.01, +regime.loss * (1 - regime.loss))", [0.01, 0.1 * 0.9, 0.2 * 0.8]),
        ("-(regime.loss - 0.2)", [0.2, -(0.1 - 0.2), 0.0]),
    ],
)
def test_each_point_of_a_sweep_has_the_value_of_the_formula(formula, expected):
    found = swept(formula)
    assert [scenario.regime.noise for scenario in found.scenarios] == expected
    assert found.scenarios[1].name == "rongcheng, regime.loss=0.1"
    assert found.origins[1].values == {"regime.loss": 0.1}
    assert found.designs[0].derived == {"regime.noise": formula}


def test_a_point_is_the_same_as_one_written_by_hand():
    point = swept("regime.loss / 4").scenarios[2]
    entry = {"pilot": "rongcheng", "regime": {"loss": 0.2, "noise": 0.2 / 4}}
    written = campaign_from_dict({"world": {"n_citizens": 600}, "scenario": [entry]})
    assert point.regime == written.scenarios[0].regime


def test_whole_numbers_are_rounded():
    formula = {"world": {"population": {"max_degree": "100 * regime.loss + 0.6"}}}
    found = campaign(sweep={"regime": {"loss": [0.1]}, "derive": formula})
    degree = found.scenarios[0].world.population.max_degree
    assert degree == 11 and type(degree) is int


def test_samples_have_derived_parameters():
    over = {"regime": {"loss": [0.0, 0.2]}, "leaders": {"all": {"share": [0, 1]}}}
    formulas = {"regime": {"noise": "regime.loss * leaders.all.share"}}
    plan = {"method": "sobol", "n": 4, "over": over}
    found = campaign(sample={**plan, "derive": formulas})
    for scenario, origin in zip(found.scenarios, found.origins, strict=True):
        loss, share = origin.values.values()
        assert scenario.regime.noise == loss * share
    plain = campaign(sample=plan)
    assert [o.values for o in plain.origins] == [o.values for o in found.origins]


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("regime.loss ** 2", "must have only numbers, paths of varied parameters"),
        ("__import__('os').system('true')", "must have only numbers"),
        ("regime.loss if 1 else 2", "must have only numbers"),
        ("[regime.loss][0]", "must have only numbers"),
        ("(lambda: regime.loss)()", "must have only numbers"),
        ("regime.loss * True", "must have only numbers"),
        ("min(regime.loss)", "must have only numbers"),
        ("min(*regime.loss, 1)", "must have only numbers"),
        ("regime.loss +", "must be a formula"),
        ("", "must be a formula"),
        ("(" * 199 + "regime.loss" + ")" * 199, "must be a formula|at most 400"),
        ("regime.los / 2", "regime.los must be varied by the design, which varies"),
        ("0.5", "must contain a parameter that the design varies"),
        (0.5, "must be a formula in quotes, got 0.5"),
        ("0.1 / regime.loss", "division by zero at regime.loss=0.0"),
        ("regime.loss * 1e400", "must be finite"),
        ("regime.loss * 1" + 330 * "0", "must be finite"),
    ],
)
def test_other_formulas_are_refused(formula, fault):
    with pytest.raises(ConfigError, match=fault) as error:
        swept(formula)
    assert "`sweep.derive.regime.noise`" in str(error.value)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("loss", "is varied by the design itself"),
        ("nois", "must be the path of a number of the model"),
        ("scorer", "must be the path of a number of the model"),
    ],
)
def test_other_paths_are_refused(path, fault):
    with pytest.raises(ConfigError, match=fault):
        swept("regime.loss / 2", path)


def test_values_that_the_model_refuses_are_refused():
    with pytest.raises(ConfigError, match=r"regime.noise"):
        swept("regime.loss - 1")


def test_formulas_need_numbers():
    scorers = {"regime": {"scorer": ["ledger", "none"]}}
    formula = {"regime": {"noise": "regime.scorer / 2"}}
    with pytest.raises(ConfigError, match="a formula needs a number, got 'ledger'"):
        campaign(sweep={**scorers, "derive": formula})


def test_a_store_has_the_formulas(tmp_path):
    tree = {
        "replicates": 1,
        "world": {"n_citizens": 600, "n_ticks": 3},
        "scenario": [{"pilot": "rongcheng"}],
        "sweep": {
            "regime": {"loss": [0.1, 0.2]},
            "derive": {"regime": {"noise": "regime.loss / 4"}},
        },
    }
    scsfast.run(tree, tmp_path / "d.zarr")
    (design,) = nested_attribute(scsfast.open(tmp_path / "d.zarr"), "designs", [])
    assert design["derived"] == {"regime.noise": "regime.loss / 4"}
