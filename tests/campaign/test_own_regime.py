"""A researcher's way: copy a pilot, change it, run it beside the original."""

import pytest

import scsfast
from scsfast.campaign.config import load_campaign
from scsfast.errors import ConfigError
from scsfast.model import pilot_library

CAMPAIGN = """
replicates = 1
[world]
n_citizens = 1000
n_ticks = 3
[[scenario]]
pilot = "rongcheng"
[[scenario]]
pilot = "regimes/mine.toml"
"""


@pytest.fixture
def folder(tmp_path):
    """A campaign beside a folder with a copy of a pilot under another name."""
    text = pilot_library.source("rongcheng").replace(
        'name = "rongcheng"', 'name = "mine"'
    )
    (tmp_path / "regimes").mkdir()
    (tmp_path / "regimes" / "mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "campaign.toml").write_text(CAMPAIGN, encoding="utf-8")
    return tmp_path


def test_a_copied_pilot_runs_beside_its_original(folder):
    results = scsfast.run(folder / "campaign.toml", folder / "a.zarr")
    assert results["scenario"].values.tolist() == ["rongcheng", "mine"]
    ours, theirs = (results["score"].sel(scenario=s) for s in ("mine", "rongcheng"))
    assert (ours.values == theirs.values).all()


def test_an_edited_copy_is_another_campaign(folder):
    before = load_campaign(folder / "campaign.toml").identity()
    path = folder / "regimes" / "mine.toml"
    path.write_text(
        path.read_text().replace("loss = { value = 0.07,", "loss = { value = 0.3,")
    )
    after = load_campaign(folder / "campaign.toml")
    assert after.scenarios[1].regime.loss == 0.3
    assert after.identity() != before


def test_a_user_regime_may_extend_a_pilot(folder):
    own = 'extends = "rongcheng"\nname = "mine"\nloss = 0.2\n'
    (folder / "regimes" / "mine.toml").write_text(own)
    regime = load_campaign(folder / "campaign.toml").scenarios[1].regime
    assert (regime.name, regime.loss, regime.base) == ("mine", 0.2, 1000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such file"),
        ("loss = [", "must be valid TOML"),
        ('name = "mine"\nloss = 2.0\n', "`scenario.1.regime.loss` must be a number in"),
        ('extends = "rongchen"\n', "did you mean 'rongcheng'?"),
    ],
)
def test_faults_of_the_file_are_named(folder, text, message):
    path = folder / "regimes" / "mine.toml"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_campaign(folder / "campaign.toml")
    assert message in str(refused.value)


def test_a_scenario_has_one_origin(folder):
    path = folder / "campaign.toml"
    path.write_text(CAMPAIGN + 'regime.extends = "lottery"\n')
    with pytest.raises(ConfigError, match="`pilot` or `regime.extends`, not both"):
        load_campaign(path)
