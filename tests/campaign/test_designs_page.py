"""The examples and names of docs/designs.md are those of the code."""

import re
import tomllib
from pathlib import Path

import pytest
from support.designed import RONGCHENG, names
from support.fake_engine import fake_replicate

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.designs.factorial import DEFAULT_CHANNELS
from scsfast.execution.run import run_campaign
from scsfast.store.coordinates import coordinates_of

PAGE = (Path(__file__).parents[2] / "docs" / "designs.md").read_text(encoding="utf-8")


def blocks() -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", PAGE, re.S | re.M)


def test_page_begins_with_the_campaign_of_its_examples():
    assert PAGE.count("<!-- base -->\n```toml\n" + blocks()[0]) == 1


@pytest.mark.parametrize("text", blocks()[1:], ids=lambda text: text.split("\n")[0])
def test_examples_of_the_page_are_valid(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = re.search(r"^```text\n(.*?)^```", PAGE, re.S | re.M).group(1)
    Path("points.csv").write_text(table, encoding="utf-8")
    options, tables = text, ""
    if text.startswith("["):
        options, tables = "", text
    elif "\n[" in text:
        options, _, rest = text.partition("\n[")
        tables = "[" + rest
    whole = tomllib.loads("\n".join([options, blocks()[0], tables]))
    found = campaign_from_dict(whole)
    numbers = {"sweep": 32, "sample": 128, "factorial": 32, "points": 2}
    for designs, number in numbers.items():
        if f"[{designs}]" in text:
            count = coordinates_of(found)["design"].count(designs)
            short = "zip" in text or "derive" in text
            assert count == (3 if short else number)


def test_names_on_the_page_are_those_of_the_program():
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
