"""Networks of users: every kind of graph gives its edges, edges give matchings."""

from collections import Counter

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from scsfast.errors import ConfigError
from scsfast.model.graph import edges_from, matchings, mixed, within_degree

PAIRS = [(3, 1), (0, 4), (1, 3), (2, 2), (1, 0), (0, 4)]
EDGES = [[0, 1], [0, 4], [1, 3]]


def dense() -> np.ndarray:
    matrix = np.zeros((5, 5))
    for one, other in PAIRS:
        matrix[one, other] = 0.5
    return matrix


def stored_zero():
    """Give a matrix that stores a 0 where nobody meets."""
    entries = [(i, j, 1) for i, j in PAIRS] + [(2, 3, 0)]
    rows, columns, data = zip(*entries, strict=True)
    return sparse.coo_matrix((data, (rows, columns)), shape=(5, 5))


def with_nodes(kind):
    graph = kind(PAIRS)
    graph.add_nodes_from(range(5))
    return graph


GRAPHS = {
    "list": PAIRS,
    "array": np.array(PAIRS, np.uint8),
    "big unsigned": np.array(PAIRS, np.uint64),
    "table": pd.DataFrame(PAIRS),
    "csr": sparse.csr_array(dense()),
    "csc": sparse.csc_matrix(dense()),
    "dok": sparse.dok_array(dense()),
    "symmetric": sparse.lil_matrix(dense() + dense().T),
    "stored zero": stored_zero(),
    "networkx": with_nodes(nx.Graph),
    "directed": with_nodes(nx.DiGraph),
    "multi": with_nodes(nx.MultiDiGraph),
}


def graphs(most_citizens=30, most_edges=120):
    """Return a strategy for (number of citizens, edges)."""
    return st.integers(1, most_citizens).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)),
                max_size=most_edges,
            ).map(lambda pairs: edges_from(pairs, n, "test")),
        )
    )


def kept_one_by_one(edges, max_degree) -> list:
    """Return the edges that stay, by the rule as it is written."""
    number = dict(zip(map(tuple, edges.tolist()), mixed(edges).tolist(), strict=True))
    keeps = {
        citizen: sorted((e for e in number if citizen in e), key=number.get)[
            :max_degree
        ]
        for citizen in set(edges.ravel().tolist())
    }
    return [[i, j] for i, j in number if (i, j) in keeps[i] and (i, j) in keeps[j]]


def pairs_of(partner) -> list:
    return [(i, j) for i, j in enumerate(partner.tolist()) if i < j]


@pytest.mark.parametrize("name", GRAPHS)
def test_every_kind_of_graph_gives_the_same_edges(name):
    edges = edges_from(GRAPHS[name], 5, "test")
    assert edges.dtype == np.int64
    assert edges.tolist() == EDGES


@pytest.mark.parametrize(
    "empty", [[], np.empty((0, 2)), sparse.csr_array((5, 5)), nx.Graph()], ids=type
)
def test_an_empty_graph_is_valid(empty):
    edges = edges_from(empty, 5, "test")
    assert (edges.shape, edges.dtype) == ((0, 2), np.int64)
    assert matchings(edges, 5, 3) == []


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ([(0, 1), (2, 5)], "0..4, got (2, 5) in edge 1 (counted from 0)"),
        (
            [(0, -1), (0, 7), (9, 1)],
            "got (0, -1) in edge 0 (counted from 0) and 2 more",
        ),
        (np.array([[0, 2**64 - 1]], np.uint64), "got (0, 18446744073709551615)"),
        ([(0, 1.5)], "must hold whole numbers, got float64"),
        ([(True, False)], "must hold whole numbers, got bool"),
        ([("a", "b")], "must hold whole numbers, got <U1"),
        ([(0, 1), (2,)], "got rows of different lengths"),
        ([(0, 1, 2)], "got an array of shape (1, 3)"),
        (3, "or a networkx graph, got 3"),
        (np.eye(5, dtype=int), "must be a sparse matrix"),
        (sparse.csr_array((4, 5)), "each of 5 citizens, got shape (4, 5)"),
        (
            nx.Graph([("a", "b")]),
            "whole numbers in 0..4, the numbers of citizens, got 'a'",
        ),
        (nx.grid_2d_graph(2, 2), "got (0, 0); see"),
        (nx.path_graph(6), "got 5; see"),
        (nx.empty_graph(6), "got 5; see"),
        (nx.Graph([(False, 2)]), "got False; see"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_invalid_graphs_are_reported(graph, expected):
    with pytest.raises(ConfigError) as caught:
        edges_from(graph, 5, "my graph")
    assert str(caught.value).startswith("my graph: must ")
    assert expected in str(caught.value)


def test_anything_with_edges_is_a_graph():
    class Own:
        def __init__(self, edges):
            self.edges = lambda: edges

    assert edges_from(Own(PAIRS), 5, "test").tolist() == EDGES
    for wrong in ([(0, 1, 2)], [3]):
        with pytest.raises(ConfigError, match="got Own"):
            edges_from(Own(wrong), 5, "test")


def test_numbers_of_edges_are_splitmix64():
    # First outputs of the published generator for the seeds 0 and 1234567.
    edges = np.array([[0, 0], [0, 1234567]])
    assert mixed(edges).tolist() == [0xE220A8397B1DCDAF, 6457827717110365317]
    assert mixed(np.array([[1, 2]])) != mixed(np.array([[2, 1]]))


@given(graphs(), st.integers(1, 8))
def test_each_edge_within_the_degree_is_in_one_matching(graph, max_degree):
    n, edges = graph
    found = matchings(edges, n, max_degree)
    for partner in found:
        assert (partner.shape, partner.dtype) == ((n,), np.int64)
        assert partner.flags.c_contiguous
        np.testing.assert_array_equal(partner[partner], np.arange(n))
        assert pairs_of(partner)
    met = Counter(pair for partner in found for pair in pairs_of(partner))
    expected = map(tuple, within_degree(edges, n, max_degree).tolist())
    assert met == Counter(expected)
    assert len(found) <= 2 * max_degree - 1


@given(graphs(), st.integers(1, 8))
def test_nobody_keeps_more_than_the_degree(graph, max_degree):
    n, edges = graph
    kept = within_degree(edges, n, max_degree)
    assert kept.tolist() == kept_one_by_one(edges, max_degree)
    assert np.bincount(kept.ravel(), minlength=1).max() <= max_degree


@given(graphs())
def test_within_the_degree_nothing_is_lost(graph):
    n, edges = graph
    degree = int(np.bincount(edges.ravel(), minlength=1).max())
    assert within_degree(edges, n, max(1, degree)).tolist() == edges.tolist()


@given(graphs(), st.randoms())
@settings(max_examples=30)
def test_order_and_direction_of_edges_change_nothing(graph, random):
    n, edges = graph
    pairs = [random.sample(pair, 2) for pair in edges.tolist()]
    random.shuffle(pairs)
    again = matchings(edges_from(pairs, n, "test"), n, 5)
    np.testing.assert_array_equal(again, matchings(edges, n, 5))


def test_numbers_of_citizens_do_not_decide_which_edges_are_kept():
    star = edges_from([(0, k) for k in range(1, 2001)], 2001, "test")
    kept = within_degree(star, 2001, 44)[:, 1]
    assert len(kept) == 44
    assert abs(kept.mean() - 1000) < 3 * 577 / np.sqrt(44)


@pytest.mark.parametrize(
    ("n", "m", "max_degree", "most"), [(2000, 8000, 16, 16), (300, 6000, 44, 44)]
)
def test_few_matchings_suffice(n, m, max_degree, most):
    edges = np.random.default_rng(2).integers(0, n, (m, 2))
    assert len(matchings(edges_from(edges, n, "test"), n, max_degree)) <= most


@pytest.mark.slow
def test_a_million_citizens_take_seconds():
    import time

    pairs = np.random.default_rng(35).integers(0, 10**6, (4 * 10**6, 2))
    start = time.monotonic()
    edges = edges_from(pairs, 10**6, "test")
    found = matchings(edges, 10**6, 16)
    assert time.monotonic() - start < 60
    assert len(found) <= 2 * 16 - 1
