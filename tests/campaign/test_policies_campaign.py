"""Policies in campaigns: the bits of written changes, and no code run by reading."""

import hashlib

import numpy as np
import pytest

import scsfast
from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import load_campaign
from scsfast.campaign.identity import deciding, resolved
from scsfast.cli.main import main
from scsfast.errors import ConfigError, DifferentCampaignError, RunError
from scsfast.execution.run import run_campaign
from scsfast.store.chunks import read_part
from scsfast.store.store import Store

SOURCE = '''
"""A policy that leaves a trace whenever its file is executed."""
from pathlib import Path

Path(__file__).with_name("executed").touch()


def suspend(now):
    """Choose between two regimes by the number of violations; go back after a while."""
    if now.tick == 9:
        return "rongcheng"
    names = ("fair-rongcheng", "lottery")
    return names[int(now["violations"].sum()) % 2] if now.tick == 6 else None


def fail(now):
    raise ValueError(f"no rule for tick {now.tick}")


def misspell(now):
    return "fair-rongchang"


def by_file(now):
    return "mine.toml"


NOT_A_FUNCTION = 3
'''
HEAD = """
seed = 3
replicates = {}
[world]
n_citizens = 600
n_ticks = 12
warmup = 3
distribution_every = 6
[[scenario]]
pilot = "rongcheng"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.py").write_text(SOURCE)
    return tmp_path


def written(folder, policy="rules.py:suspend", replicates=2, more="", name="a.toml"):
    """Return the path of a campaign file with a policy."""
    line = f'policy = "{policy}"\n' if policy else ""
    (folder / name).write_text(HEAD.format(replicates) + line + more)
    return folder / name


def faults(folder, policy, more=""):
    with pytest.raises(ConfigError) as caught:
        load_campaign(written(folder, policy, more=more))
    return caught.value.faults


def replicate(path, number):
    """Return the arrays of a replicate of the only scenario of a store."""
    part = slice(1), slice(number, number + 1)
    arrays = Store(path).arrays
    return {name: read_part(array, part)[0, 0] for name, array in arrays.items()}


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


def test_decisions_give_the_bits_of_the_same_changes_written_down(folder):
    path = written(folder)
    scsfast.run(path, folder / "policy.zarr")
    found = scsfast.decisions(path, replicate=1)
    assert [each["tick"] for each in found] == [6, 9]
    assert found[0]["regime"] in ("fair-rongcheng", "lottery")
    changes = "".join(
        f'[[scenario.change]]\ntick = {each["tick"]}\npilot = "{each["regime"]}"\n'
        for each in found
    )
    fixed = written(folder, None, more=changes, name="fixed.toml")
    scsfast.run(fixed, folder / "fixed.zarr")
    ours, theirs = (replicate(folder / f"{n}.zarr", 1) for n in ("policy", "fixed"))
    assert_same(ours, theirs)


def test_resuming_and_cores_change_no_bit_under_a_policy(folder):
    scsfast.run(written(folder, replicates=3), folder / "at-once.zarr", jobs=2)
    scsfast.run(written(folder, replicates=1), folder / "grown.zarr", jobs=1)
    scsfast.run(written(folder, replicates=3), folder / "grown.zarr", jobs=1)
    digests = {
        name: Store(folder / f"{name}.zarr").journal.digests()
        for name in ("at-once", "grown")
    }
    assert len(digests["grown"]) == 3 and digests["grown"] == digests["at-once"]


def test_a_changed_policy_is_another_campaign(folder):
    path = written(folder, replicates=1)
    scsfast.run(path, folder / "s.zarr")
    (folder / "rules.py").write_text(SOURCE.replace("tick == 9", "tick == 10"))
    with pytest.raises(DifferentCampaignError, match="policy.sha256"):
        scsfast.run(written(folder, replicates=2), folder / "s.zarr")


def test_a_policy_that_changed_since_it_was_read_is_refused(folder):
    campaign = load_campaign(written(folder))
    (folder / "rules.py").write_text(SOURCE + "\n")
    with pytest.raises(ConfigError, match="has changed since the campaign was read"):
        run_campaign(campaign, folder / "s.zarr")


@pytest.mark.usefixtures("sketched")
def test_only_runs_execute_a_policy(folder, capsys):
    path, trace = written(folder), folder / "executed"
    load_campaign(path)
    assert not trace.exists()
    scsfast.run(path, folder / "s.zarr", jobs=1)
    assert trace.exists()
    trace.unlink()
    store = str(folder / "s.zarr")
    for words in (
        ["plan", str(path)],
        ["run", str(path), "-o", store],  # nothing is left to compute
        ["status", store],
        ["verify", store],
        ["export", store, "-o", str(folder / "t.csv")],
        ["claims", store],
        ["report", store, "-o", str(folder / "r.html")],
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        told = capsys.readouterr().err
        assert ended.value.code == 0, (words, told)
        assert not trace.exists(), words
        is_told = "computed again from its beginning" in told
        assert is_told == (words[0] in ("plan", "run")), (words, told)
    sha256 = hashlib.sha256(SOURCE.encode()).hexdigest()
    told = f"suspend of rules.py (SHA-256 {sha256[:16]})"
    assert (folder / "r.html").read_text().count(told) == 2


def test_a_store_names_no_code(folder):
    campaign = load_campaign(written(folder, replicates=1))
    scsfast.run(campaign, folder / "s.zarr")
    (folder / "executed").unlink()
    config = Store(folder / "s.zarr").attributes["config"]
    assert config["scenarios"][0]["policy"] == {
        "function": "suspend",
        "file": "rules.py",
        "sha256": hashlib.sha256(SOURCE.encode()).hexdigest(),
    }
    again = campaign_from_resolved(config)
    assert again.identity() == campaign.identity()
    grown = again.model_copy(update={"replicates": 2})
    with pytest.raises(ConfigError, match="a store does not say where its file is"):
        run_campaign(grown, folder / "s.zarr")
    assert not (folder / "executed").exists()
    config["scenarios"][0]["policy"]["path"] = str(folder / "rules.py")
    with pytest.raises(ConfigError, match="a store does not say where its file is"):
        run_campaign(campaign_from_resolved(config), folder / "other.zarr")
    assert not (folder / "executed").exists()


def test_a_file_may_be_renamed_and_campaigns_without_policies_keep_their_identity(
    folder,
):
    plain, with_policy = (
        load_campaign(written(folder, policy)) for policy in (None, "rules.py:suspend")
    )
    assert "policy" not in str(resolved(plain)) + str(deciding(plain))
    assert plain.identity() != with_policy.identity()
    (folder / "rules.py").rename(folder / "renamed.py")
    for policy in ("renamed.py:suspend", "renamed:suspend"):
        assert (
            load_campaign(written(folder, policy)).identity() == with_policy.identity()
        )


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("rules.py", 'must be "file.py:function" or "module:function", got'),
        ("rules.py:not a name", 'must be "file.py:function" or "module:function", got'),
        ("nowhere.py:suspend", "nowhere.py: there is no such file"),
        ("no_such_module:suspend", "there is no module 'no_such_module' in"),
        ("../x:suspend", "got the module '../x'"),
        (
            "rules.py:resume",
            "the functions there are: by_file, fail, misspell, suspend",
        ),
        (
            "rules.py:NOT_A_FUNCTION",
            "must define the function NOT_A_FUNCTION at its top",
        ),
        ("broken.py:suspend", "broken.py: is not Python: "),
    ],
)
def test_policies_that_cannot_be_are_refused_before_any_work(folder, policy, told):
    (folder / "broken.py").write_text("def suspend(:\n")
    (fault,) = faults(folder, policy)
    assert fault.startswith("`scenario.0.policy`") and told in fault
    assert not (folder / "executed").exists()


def test_what_a_policy_excludes_is_refused_in_words(folder):
    more = "[output.snapshots]\nticks = [6]\nvariables = ['score']\n"
    (fault,) = faults(folder, "rules.py:suspend", more)
    assert fault.startswith(
        "`output.snapshots` must not be set: 'rongcheng' has a policy"
    )
    with pytest.raises(ConfigError, match="`policy` is for runs"):
        scsfast.Evaluator(written(folder))
    with pytest.raises(ConfigError, match="those with one: none"):
        scsfast.decisions(written(folder, None))


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("fail", "ValueError: no rule for tick 1"),
        ("misspell", "fair-rongchang"),
        ("by_file", "no file, which the campaign's identity would not cover"),
    ],
)
def test_a_replicate_whose_policy_errs_is_a_failure_with_its_cause(
    folder, policy, told
):
    with pytest.raises(RunError, match=told):
        scsfast.run(written(folder, f"rules.py:{policy}", 1), folder / "s.zarr")


def test_explain_follows_the_decisions(folder):
    path = written(folder)
    story = scsfast.explain(path, 7, replicate=1)
    store = folder / "s.zarr"
    scsfast.run(path, store)
    assert len(story["months"]) == 12
    decided = scsfast.decisions(path, replicate=1)
    change = [{"tick": d["tick"], "regime": d["regime"]} for d in decided]
    world = {"warmup": 3, "distribution_every": 6}
    asked = {"n_citizens": 600, "n_ticks": 12, "seed": 3, "replicate": 1}
    run = scsfast.simulate("rongcheng", change=change, world=world, **asked)
    assert story["months"][-1]["score"][1] == run.citizens["score"][7] / 256


def test_honest_counterparts_have_the_same_policy(folder):
    more = (
        '[[scenario]]\nname = "honest"\npilot = "rongcheng"\nleaders.all.share = 0.0\n'
    )
    same = more + 'policy = "rules.py:suspend"\n'
    for text, is_pair in ((same, True), (more, False)):
        store = folder / f"{is_pair}.zarr"
        dataset = scsfast.run(written(folder, more=text), store)
        from scsfast.analysis.scenario_pairs import ScenarioPairs, cases

        bent, honest = cases(dataset)
        assert ScenarioPairs([bent, honest]).of(bent) == (honest if is_pair else None)
