"""Values set on the command line, and paths into trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_engine import campaign_tree

import scsfast
from scsfast.api import as_campaign
from scsfast.campaign.config import load_campaign
from scsfast.errors import ConfigError
from scsfast.model.paths import flat, found, with_settings, with_value

FILE = """replicates = 2
[world]
n_citizens = 1000
n_ticks = 12
[[scenario]]
pilot = "rongcheng"
[[scenario]]
pilot = "lottery"
"""

keys = st.text("abc-", min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("seed=8", "seed", 8),
        ("world.n_citizens=2_000", "world.n_citizens", 2000),
        ("title=a b", "title", "a b"),
        ('title="8"', "title", "8"),
        ("title=x=y", "title", "x=y"),
        ("scenario.0.leaders.all.share=1", "scenario.0.leaders.all.share", 1),
        ("scenario.1.regime.loss=0.5", "scenario.1.regime.loss", 0.5),
        ("sweep.regime.loss=[0.0, 0.1]", "sweep.regime.loss", [0.0, 0.1]),
        ("leaders.all={share = 0.5}", "leaders.all.share", 0.5),
        ("leaders.clients_know=true", "leaders.clients_know", True),
        ("title=1\nseed = 3", "title", "1\nseed = 3"),
        pytest.param("title=" + 5000 * "[", "title", 5000 * "[", id="deep"),
        pytest.param("title=" + 5000 * "1", "title", 5000 * "1", id="long"),
        ("world.prize.'a loan'.value = 3", "world.prize.a loan.value", 3),
    ],
)
def test_setting_is_a_value_at_a_path(setting, path, value):
    tree = campaign_tree()
    got = found(with_settings(tree, [setting]), path)
    assert (got, type(got)) == (value, type(value))
    assert tree == campaign_tree()


def test_later_settings_take_precedence():
    assert with_settings({}, ["a.b=1", "a.b=2", "a.c=3"]) == {"a": {"b": 2, "c": 3}}


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("seed", "must be PATH=VALUE, such as world.n_citizens=1000, got 'seed'"),
        ("=3", "must be PATH=VALUE"),
        ("a..b=3", "must be PATH=VALUE"),
        (
            "scenario.3.pilot=lottery",
            "`scenario` is a list of 3, its entries are counted",
        ),
        ("scenario.x.pilot=lottery", "`scenario` is a list of 3"),
        ("seed.a=3", "`seed` must be a table, got 7"),
    ],
)
def test_setting_of_an_unknown_path_is_refused(setting, fault):
    with pytest.raises(ConfigError) as caught:
        with_settings(campaign_tree(), [setting, "bad"])
    first, second = caught.value.faults
    assert first.startswith(f"--set {setting}: ")
    assert fault in first
    assert second.startswith("--set bad: ")


def test_settings_of_a_file(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE, encoding="utf-8")
    sets = ["replicates=3", "scenario.0.leaders.all.share=0.25"]
    campaign = load_campaign(path, sets)
    assert campaign.replicates == 3
    assert campaign.scenarios[0].leaders.city.share == 0.25
    assert campaign.text == FILE + "".join(f"# --set {s}\n" for s in sets)
    assert load_campaign(path).text == FILE


def test_text_of_a_file_with_settings_is_an_equal_campaign(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE.rstrip(), encoding="utf-8")
    campaign = load_campaign(path, ["title=one\ntwo"])
    lines = campaign.text.splitlines()
    assert lines[-2:] == ["# --set title=one", "# --set two"]
    assert campaign.title == "one\ntwo"


def test_unknown_key_of_a_setting_is_refused(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(
        ConfigError, match="`world.n_citizen`: unknown key; did you mean"
    ):
        load_campaign(path, ["world.n_citizen=3"])


@given(st.lists(keys, min_size=1, max_size=4), st.integers())
def test_value_set_at_a_path_is_found_there(path, value):
    tree = with_value({}, path, value)
    assert found(tree, ".".join(path)) == value
    assert flat(tree) == {".".join(path): value}


def test_with_value_takes_lists_from_the_whole():
    whole = {"a": {"b": [1, 2, 3]}}
    assert with_value({}, "a.b.1", 9, whole) == {"a": {"b": [1, 9, 3]}}
    assert with_value({"a": {"b": [7, 8]}}, "a.b.1", 9, whole) == {"a": {"b": [7, 9]}}
    assert whole == {"a": {"b": [1, 2, 3]}}


def test_run_takes_settings(scs, tmp_path):
    path, store = tmp_path / "campaign.toml", tmp_path / "s.zarr"
    path.write_text(FILE, encoding="utf-8")
    sets = ["--set", "world.n_ticks=4", "--set", "scenario.1.name=a lottery"]
    code, out, _ = scs("run", path, "-o", store, "-q", *sets)
    assert code == 0
    assert "a lottery" in out
    assert scsfast.open(store).sizes["tick"] == 4
    text = scsfast.open(store).attrs["config_text"]
    assert text.endswith("# --set world.n_ticks=4\n# --set scenario.1.name=a lottery\n")


def test_plan_takes_settings(scs, tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE, encoding="utf-8")
    code, _, err = scs("plan", path, "--set", "replicates=0")
    assert code == 2
    assert "`replicates` must be a whole number in [1, 1000000], got 0" in err


def test_settings_apply_to_a_dict_but_not_to_a_campaign():
    campaign = as_campaign(campaign_tree(), ["seed=9"])
    assert campaign.seed == 9
    assert as_campaign(campaign) is campaign
    with pytest.raises(ConfigError, match="`sets` must come with a file or a dict"):
        as_campaign(campaign, ["seed=9"])


def test_plan_takes_designs(scs, tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE, encoding="utf-8")
    code, out, _ = scs("plan", path, "--set", "sweep.regime.noise=[0.0, 0.1]")
    assert code == 0
    assert "4 scenarios x 2" in out
