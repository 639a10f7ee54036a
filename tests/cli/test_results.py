"""The verbs of results: tables within 100 columns, JSON, and exit codes."""

import json

import pandas as pd
import pytest

import scsfast
from scsfast.cli.tables_claims import claims_text
from scsfast.cli.tables_results import between, figure, folded, grid, spread

pytestmark = pytest.mark.filterwarnings("error")
VERBS = ["compare", "attribute", "sensitivity", "claims", "export"]
CAMPAIGN = """
replicates = 3
[world]
n_citizens = 600
n_ticks = 12
[leaders.all]
credit_rate = 4.0
[[scenario]]
pilot = "rongcheng"
[[scenario]]
name = "honest"
pilot = "rongcheng"
leaders.all.share = 0.0
[[scenario]]
name = "apart"
pilot = "rongcheng"
[[scenario]]
name = "varied"
pilot = "rongcheng"
[[scenario]]
pilot = "market"
[factorial]
of = ["apart"]
levels = ["village", "county"]
[sample]
of = ["varied"]
method = "latin-hypercube"
n = 6
[sample.over]
"world.population.aware" = [0.05, 0.9]
"regime.loss" = [0.0, 0.3]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verbs")
    file, path = folder / "c.toml", folder / "c.zarr"
    file.write_text(CAMPAIGN)
    scsfast.run(file, path)
    return path


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_shows_an_example(scs, verb):
    code, out, _ = scs(verb, "--help")
    assert code == 0 and f"Example: scsfast {verb} " in out


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["compare", "--baseline", "honest"], ["capture [1], less that of honest"]),
        (["attribute"], ["apart: effect of each player", "all together"]),
        (["sensitivity", "-v", "efficiency"], ["varied: efficiency (6 points x 3)"]),
        (["sensitivity", "-v", "efficiency"], ["Warning: "]),
        (["claims"], ["C1: can leaders manipulate it?", "C2: skill", "C2: efficiency",
                      "How robust", "  moved 0.01: ", "in this model"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)  # fmt: skip
def test_tables_are_readable_in_100_columns(scs, store, arguments, shown):
    code, out, err = scs(arguments[0], store, *arguments[1:])
    assert (code, err) == (0, "")
    assert [text for text in shown if text not in out] == []
    assert max(map(len, out.splitlines())) <= 100


def test_no_word_is_cut_off(store):
    found = scsfast.claims(store)
    longest = {
        "c1": "not manipulable",
        "c1_total": "honest leaders",
        "c2": "hardly better than a lottery",
        "c2_honest": "close to a perfect score",
    }
    rows = found.robustness.assign(
        verdict="not manipulable", share_same=1.0, share_same_by_mean=1.0, rho=-0.999,
        lowest=-0.123, highest=0.123, parameter="regime.acts.large-donation.points",
    )  # fmt: skip
    mass = found.mass.assign(
        mass="mass_in_grade", measure="skill_honest", lowest=0.123, highest=0.456,
        rho=-0.987, low=-0.999, high=-0.321, at_little_mass=-0.123, at_much_mass=-0.111,
    )  # fmt: skip
    words = found.verdicts.assign(**longest)
    others = {"changes": found.changes[:0], "served": found.served[:0]}
    found = found._replace(verdicts=words, robustness=rows, mass=mass, **others)
    text = claims_text(found)
    n_regimes, n_rows = len(found.verdicts), len(rows)
    n_words = len(rows.drop_duplicates(["base", "claim"]))
    assert text.count("not manipulable") == n_regimes + n_words
    assert text.count("hardly better ") == n_regimes
    assert text.count("close to a") == n_regimes + 1  # and a threshold
    assert text.count("100 % / 100 %") == n_words < n_rows
    assert text.count("-0.123 .. 0.123") == n_rows
    assert text.count("(-0.999)") == n_rows
    for shown in ("skill, ", "honest leaders ", "0.123 .. 0.456",
                  "-0.987  -0.999 .. -0.321", "-0.123 .. -0.111"):  # fmt: skip
        assert text.count(shown) >= len(mass) > 0, shown
    assert "…" not in text and max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("regime.acts.large-donation.points (-0.999)", 13,
         ["regime.acts.", "large-", "donation.", "points", "(-0.999)"]),
        ("world.population.aware", 12, ["world.", "population.", "aware"]),
        ("little better than", 13, ["little better", "than"]),
        ("0.125 .. 0.25", 8, ["0.125 ..", "0.25"]),
        ("a.b", 3, ["a.b"]),
    ],
)  # fmt: skip
def test_paths_wrap_after_dots(text, width, lines):
    assert folded(text, width).split("\n") == lines
    shown = grid("t", ["n", "p"], [["x", text]], {"p": width}).split("\n")[4:]
    assert [line[19:].strip() for line in shown if line.strip()] == lines


def test_message_shows_how_to_add_a_missing_counterpart(scs, store, tmp_path):
    alone = CAMPAIGN.replace("share = 0.0", "share = 0.2")
    (tmp_path / "c.toml").write_text(alone.partition("[factorial]")[0])
    scsfast.run(tmp_path / "c.toml", tmp_path / "c.zarr")
    _, out, _ = scs("claims", tmp_path / "c.zarr")
    assert "Without an honest counterpart: rongcheng, honest, apart, varied." in out
    assert "`leaders.all.share = 0.0`" in out and "leaders.all.recentring = 0.0" in out
    assert max(map(len, out.splitlines())) <= 100
    _, out, _ = scs("claims", store)
    assert "honest counterpart:" not in out


def test_compare_in_json(scs, store):
    code, out, _ = scs("compare", store, "-b", "honest", "-v", "efficiency", "--json")
    tree = json.loads(out)
    assert code == 0 and tree["baseline"] == "honest"
    first = tree["differences"][0]
    assert (first["scenario"], first["variable"], first["n"]) == (
        "rongcheng",
        "efficiency",
        3,
    )
    assert first["low"] < first["difference"] < first["high"]


def test_attribute_in_json(scs, store):
    code, out, _ = scs("attribute", store, "--of", "apart", "-m", "capture", "--json")
    rows = json.loads(out)
    rows = [row for row in rows if row["kind"] == "shapley"]
    players = [row["player"] for row in rows]
    assert (code, players) == (0, ["village", "county", "all together"])
    assert sum(row["value"] for row in rows[:2]) == pytest.approx(rows[2]["value"])


def test_sensitivity_in_json(scs, store):
    code, out, _ = scs(
        "sensitivity", store, "--of", "varied", "-v", "capture", "--json"
    )
    rows = json.loads(out)
    assert code == 0 and {row["index"] for row in rows} == {"prcc", "spearman"}


def test_claims_in_json(scs, store):
    code, out, _ = scs("claims", store, "--json", "--threshold", "moved=0.5")
    tree = json.loads(out)
    assert code == 0
    assert tree["verdicts"][0]["scenario"] == "rongcheng"
    assert tree["thresholds"]["moved"]["value"] == 0.5
    assert tree["thresholds"]["moved"]["source"].startswith("modelling choice")
    assert len(tree["points"]) == 6 and tree["robustness"] and tree["estimates"]


def test_export_writes_a_file(scs, store, tmp_path):
    path = tmp_path / "t.csv"
    code, out, err = scs("export", store, "-o", path, "--table", "by_level")
    assert (code, out) == (0, "") and f"{path}: " in err
    assert "suppressed" in pd.read_csv(path)
    code, out, _ = scs("export", store, "-o", path, "--force", "--json")
    assert (code, json.loads(out)["bytes"]) == (0, path.stat().st_size)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "-b", "honst"], "`baseline` must be one of"),
        (["compare", "-b", "honest", "-v", "x"], "`variable` must be one of"),
        (["compare", "-b", "honest", "--confidence", "2"], "`confidence` must be"),
        (["attribute", "--of", "honest"], "`of` must be one of apart, got 'honest'"),
        (["sensitivity", "--of", "honest"], "`of` must be one of varied, got"),
        (["claims", "--threshold", "x=1"], "--threshold: `x`: unknown key"),
        (["export", "-o", "t.xls"], "`output` must end with one of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_ends_with_code_2(scs, store, arguments, message):
    code, out, err = scs(arguments[0], store, *arguments[1:])
    assert (code, out) == (2, "")
    assert err.startswith("scsfast: error: ") and message in err


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "-"),
        (float("inf"), "∞"),
        (0.0, "0.000"),
        (0.00004, "4e-05"),
        (-0.5, "-0.500"),
        (12.345, "12.3"),
        (123456.7, "123,457"),
    ],
)
def test_figures_are_short(value, text):
    assert figure(value) == text


def test_missing_intervals_are_not_shown():
    missing = float("nan")
    assert spread(0.5, missing, missing) == "0.500"
    assert spread(0.5, 0.25, 0.75) == "0.500 ±0.250"
    assert spread(0.00004, -0.00996, 0.01004) == "0.000 ±0.010"
    assert between(missing, missing) == "-"
