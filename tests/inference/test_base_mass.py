"""The mass of scores at their base over settings."""

import json

import pytest

from scsfast.inference import base_mass
from scsfast.model import pilot_library
from scsfast.model.acts import catalogue_source


def test_mass_has_one_row_per_setting(scs, monkeypatch):
    rows = base_mass.mass(400, 1, base_mass.SETTINGS[1:3], n_ticks=12)
    assert len(rows) == 2 * len(base_mass.REGIMES) * len(base_mass.ALLOCATIONS)
    lines = base_mass.text(rows).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        setting.name for setting in base_mass.SETTINGS[1:3]
    ]
    monkeypatch.setattr(base_mass, "mass", lambda *_, **__: rows)
    code, out, _ = scs("calibrate", "--mass")
    assert (code, out) == (0, base_mass.text(rows) + "\n")
    assert json.loads(scs("calibrate", "--mass", "--json")[1])[0]["auc_half"] is None


def test_mass_falls_with_act_rates():
    settings = [
        s for s in base_mass.SETTINGS if s.name in ("as packaged", "act rates x 4")
    ]
    rows = base_mass.mass(5_000, 1, settings, n_ticks=48)
    by_name = {(r["setting"], r["pilot"], r["allocation"]): r for r in rows}
    few, many = (by_name[s.name, "rongcheng", "score"] for s in settings)
    assert few["near"] > many["near"] and few["outside"] < many["outside"]


def test_setting_as_packaged_is_the_pilot():
    (setting,) = [s for s in base_mass.SETTINGS if s.name == "as packaged"]
    asked = base_mass.asked(setting, "rongcheng", "score")
    assert asked["regime"] == pilot_library.load("rongcheng")
    packaged = [act.model_dump() for act in base_mass.default_catalogue()]
    assert asked["world"] == {"acts": packaged}


@pytest.mark.parametrize("setting", base_mass.SETTINGS, ids=lambda s: s.name)
def test_settings_stay_within_the_ranges(setting):
    asked = base_mass.asked(setting, "rongcheng", "grade")
    sources = {act["name"]: act["rate"]["range"] for act in catalogue_source()["act"]}
    for act in asked["world"]["acts"]:
        low, high = sources[act["name"]]
        assert low <= act["rate"] <= high
    for sign in ("negative", "positive"):
        rates = [act["rate"] for act in asked["world"]["acts"] if act["sign"] == sign]
        assert sum(rates) <= 12
    low, high = pilot_library.tree("rongcheng")["memory_years"]["range"]
    assert low <= asked["regime"].memory_years <= high
    assert 0.05 <= asked["world"].get("population", {"aware": 1})["aware"] <= 1
