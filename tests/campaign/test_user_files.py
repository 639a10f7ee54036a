"""Files of the user: read or refused by name, pinned by their hashes, never mixed up."""

import hashlib
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from support.brought_files import EDGES, PEOPLE, N, save_edges, save_people

from scsfast.campaign.user_files import file_hash, read_columns, read_graph
from scsfast.errors import ConfigError
from scsfast.model.graph import edges_from


@pytest.mark.parametrize("name", ["people.npy", "people.parquet", "PEOPLE.PARQUET"])
def test_columns_round_trip(tmp_path, name):
    columns = read_columns(save_people(tmp_path / name))
    assert list(columns) == list(PEOPLE)
    for key, values in columns.items():
        np.testing.assert_array_equal(values, PEOPLE[key])


def test_object_columns_of_parquet_get_a_plain_dtype(tmp_path):
    table = pd.DataFrame(
        {
            "group": pd.Categorical(["urban", "rural"]),
            "means": pd.array([1, None], "Int64"),
            "aware": pd.array([None, True], "boolean"),
        }
    )
    columns = read_columns(save_people(tmp_path / "p.parquet", table))
    assert columns["group"].tolist() == ["urban", "rural"]
    assert np.isnan(columns["means"][1])
    assert columns["aware"].tolist() == [None, True]


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".npy", ".npz", ".parquet"])
def test_graphs_round_trip(tmp_path, suffix):
    graph = read_graph(save_edges(tmp_path / f"edges{suffix}"))
    expected = edges_from(EDGES, N, "test").tolist()
    assert edges_from(graph, N, "test").tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "0,1\n2,3\n",
        "0, 1\n2, 3",
        "0\t1\n2\t3\n",
        "from,to\n0,1\n2,3\n",
        '"from","to"\n0,1\n2,3\n',
        '"0","1"\n"2","3"\n',
        "# of a survey\n\n  from to\n0 1\n# more\n 2  3 \n",
        "0 1 {}\n2 3 {}\n",
        "0,1,0.5\n2,3,0.25\n",
        "0 1 # close\n2 3\n",
        "\ufeff0,1\r\n2,3\r\n",
        "0.0 1.0\n2.0 3.0\n",
        "0e0,1e0\n2e0,3e0\n",
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".txt"])
def test_text_files_are_read_as_edges(tmp_path, text, suffix):
    path = tmp_path / f"edges{suffix}"
    path.write_bytes(text.encode())
    assert read_graph(path).tolist() == [[0, 1], [2, 3]]


def test_what_networkx_writes_is_read(tmp_path):
    graph = nx.les_miserables_graph()
    graph = nx.convert_node_labels_to_integers(graph)
    nx.write_edgelist(graph, tmp_path / "plain.txt", data=False)
    nx.write_weighted_edgelist(graph, tmp_path / "weighted.csv", delimiter=",")
    for name in ("plain.txt", "weighted.csv"):
        found = edges_from(read_graph(tmp_path / name), N, "test").tolist()
        assert found == edges_from(graph, N, "test").tolist()


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "from,to\n"])
def test_texts_without_edges_have_none(tmp_path, text):
    path = tmp_path / "edges.csv"
    path.write_text(text)
    assert read_graph(path).shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "0\n1\n",
            "must have two columns, separated by commas or white space, got '0'",
        ),
        (
            "0;1\n",
            "must have two columns, separated by commas or white space, got '0;1'",
        ),
        ("a,b\n0,1\n2,x\n", "two whole numbers per line, got '2', 'x' in edge 1"),
        ("0,1\n2\n", "two whole numbers per line, got '2', '' in edge 1"),
        ("0,1\n2,3.5\n", "got '2', '3.5' in edge 1 (counted from 0)"),
        ("0,x\n", "two whole numbers per line, got '0', 'x' in edge 0"),
        ("0,99999999999999999999\n", "one that is far too large"),
        (b"\xff\xfe0,1\n", "cannot be read as .csv: 'utf-8' codec"),
    ],
    ids=str,
)
def test_odd_texts_are_named(tmp_path, content, expected):
    path = tmp_path / "edges.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as caught:
        read_graph(path)
    assert caught.value.where == str(path)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("read", "name", "expected"),
    [
        (read_columns, "none.npy", "there is no such file"),
        (file_hash, "none.npy", "there is no such file"),
        (read_columns, ".", "must be a file, got a directory"),
        (read_columns, "x.csv", "must end in .npy or .parquet, got '.csv'"),
        (read_graph, "x", "must end in .csv, .txt, .npy, .npz or .parquet, got ''"),
        (read_columns, "x.npy", "cannot be read as .npy: "),
        (read_columns, "x.parquet", "cannot be read as .parquet: "),
        (read_graph, "x.npz", "must be a sparse matrix as scipy.sparse.save_npz"),
        (read_graph, "torn.npz", "cannot be read as .npz: "),
        (read_graph, "arrays.npz", "does not contain a sparse array or matrix"),
        (
            read_columns,
            "edges.npy",
            "must be a structured array with named fields, got i",
        ),
        (read_columns, "objects.npy", "Object arrays cannot be loaded"),
        (read_graph, "objects.npy", "Object arrays cannot be loaded"),
        (read_graph, "one.parquet", "must have two columns, got 1"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path, read, name, expected):
    for broken in ("x", "x.csv", "x.npy", "x.npz", "x.parquet"):
        (tmp_path / broken).write_bytes(b"nonsense")
    np.savez(tmp_path / "arrays.npz", a=np.arange(3))
    torn = save_edges(tmp_path / "torn.npz")
    whole = torn.read_bytes()
    torn.write_bytes(whole[:60] + bytes(20) + whole[80:])
    save_edges(tmp_path / "edges.npy")
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    pd.DataFrame({"one": [1]}).to_parquet(tmp_path / "one.parquet")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / name)
    assert caught.value.where == str(tmp_path / name)
    assert expected in str(caught.value)


@pytest.mark.parametrize("read", [read_columns, read_graph])
def test_message_without_pyarrow_names_the_extra_to_install(folder, read, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigError, match=r"pip install 'scsfast\[parquet\]'"):
        read(folder / "people.parquet")


def test_hash_is_that_of_the_bytes(folder):
    path = folder / "edges.csv"
    assert file_hash(path) == hashlib.sha256(path.read_bytes()).hexdigest()
