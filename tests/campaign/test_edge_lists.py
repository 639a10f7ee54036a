"""Columns of an edge list are found by name; ambiguous names are refused."""

import numpy as np
import pandas as pd
import pytest

from scsfast.campaign.user_files import read_columns, read_graph
from scsfast.errors import ConfigError

EDGES = [[10, 11], [12, 13]]
BY_NAME = {
    "pandas to_csv with its index": ",source,target\n0,10,11\n1,12,13\n",
    "R write.csv": '"","from","to"\n"1",10,11\n"2",12,13\n',
    "R write.table, header one short": '"from" "to"\n"1" 10 11\n"2" 12 13\n',
    "the same with commas": '"from","to"\n"1",10,11\n"2",12,13\n',
    "a weight in front": "weight,Source,Target\n3,10,11\n4,12,13\n",
    "the edge last to first": "target,type,source\n10,1,11\n12,1,13\n",
    "an index by name": "Unnamed: 0,i,j\n0,10,11\n1,12,13\n",
    "two columns of other names": "pupil,friend\n10,11\n12,13\n",
    "a comment before the header": "# contacts\nweight from to\n1 10 11\n1 12 13\n",
    "names of many words": '"my index","from","to"\n1,10,11\n2,12,13\n',
    "no header, weights": "10,11,0.5\n12,13,0.25\n",
    "no header, attributes": "10 11 {'weight': 3}\n12 13 {'weight': 4}\n",
}
REFUSED = {
    "two pairs": "from,to,source,target\n1,2,10,11\n",
    "no known name of three": "x,y,z\n0,10,11\n",
    "a row label and one end": ",source\n0,10\n",
    "an end and a weight": "source,weight\n10,1\n",
    "a header two short": "from,to\n0,0,10,11\n",
    "a header one long": "a,from,to\n10,11\n",
    "row numbers without a header": "0,10,11\n1,12,13\n",
    "R row names without a header": '"1" 10 11\n"2" 12 13\n',
}


@pytest.mark.parametrize("text", BY_NAME.values(), ids=BY_NAME)
@pytest.mark.parametrize("suffix", [".csv", ".txt"])
def test_columns_of_text_are_found_by_name(text, suffix, tmp_path):
    path = tmp_path / f"contacts{suffix}"
    path.write_text(text)
    assert np.sort(read_graph(path)).tolist() == EDGES


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_columns_with_ambiguous_names_are_refused(text, tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match="must (name the two|have a header|have as)"):
        read_graph(path)


TABLE = pd.DataFrame({"weight": [1, 2], "source": [10, 12], "target": [11, 13]})


def test_columns_of_parquet_and_structured_arrays_are_found_by_name(tmp_path):
    TABLE.to_parquet(tmp_path / "a.parquet")
    by_source = TABLE.set_index(TABLE["source"] - 10)
    by_source.rename_axis(None).to_parquet(tmp_path / "b.parquet")
    np.save(tmp_path / "c.npy", TABLE.to_records(index=True))
    for name in ("a.parquet", "b.parquet", "c.npy"):
        assert read_graph(tmp_path / name).tolist() == EDGES


@pytest.mark.parametrize("names", [["weight", "source"], ["x", "y", "z"]])
def test_parquet_and_structured_arrays_without_both_ends_are_refused(names, tmp_path):
    table = pd.DataFrame(dict.fromkeys(names, [1, 2]))
    table.to_parquet(tmp_path / "a.parquet")
    np.save(tmp_path / "b.npy", table.to_records(index=False))
    for name in ("a.parquet", "b.npy"):
        with pytest.raises(ConfigError, match="must name the two columns of an edge"):
            read_graph(tmp_path / name)


def test_row_labels_in_a_table_of_citizens_are_reported(tmp_path):
    from scsfast.model.units import make_units
    from scsfast.model.user_data import people_from

    table = pd.DataFrame({"quality": [0.1, 0.2, 0.3]}).iloc[[2, 0, 1]]
    table.to_parquet(tmp_path / "citizens.parquet")
    columns = read_columns(tmp_path / "citizens.parquet")
    with pytest.raises(ConfigError, match="__index_level_0__`: unknown column"):
        people_from(columns, make_units(3, [3]), "citizens")
