"""Networks of users: from a graph to its edges, and from edges to matchings.

Citizens meet in pairs: each tick uses one matching, which gives every citizen one partner
or none. A graph becomes a list of matchings by edge colouring: every edge is in exactly
one of them. No file is read here and nothing is drawn, so the same edges always give the
same matchings.
"""

import sys
from itertools import chain
from numbers import Integral
from typing import Any

import numpy as np

from ..errors import ConfigError
from .population import MAX_DEGREE

KINDS = (
    "an array of shape (edges, 2), a list of pairs, a SciPy sparse matrix "
    "or a networkx graph"
)


def edges_from(graph: Any, n_citizens: int, where: str) -> np.ndarray:
    """Return the edges of a graph: the pairs of citizens who may meet.

    Parameters
    ----------
    graph : array_like, scipy.sparse array or matrix, or networkx graph
        Whole numbers of shape (edges, 2); or a sparse matrix of shape (n_citizens,
        n_citizens), in which a non-zero entry (i, j), (j, i) or both means that i and j
        meet; or any object whose ``edges()`` are pairs, such as a networkx graph.
        Directions, weights and repeated edges are ignored.
    n_citizens : int
        Citizens are numbered 0 .. n_citizens - 1.
    where : str
        Name of the graph in error messages.

    Returns
    -------
    ndarray of int64, shape (edges, 2)
        Lower number first; each pair once, in ascending order; no citizen meets itself.

    Raises
    ------
    ConfigError
        If the graph is not one of citizens.
    """
    try:
        pairs = _pairs(graph, n_citizens)
        _check_range(pairs, n_citizens)
    except _Wrong as wrong:
        raise ConfigError(str(wrong), where) from None
    one, other = pairs.astype(np.int64).T
    keys = np.minimum(one, other) * n_citizens + np.maximum(one, other)
    keys = np.sort(keys[one != other])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.column_stack(np.divmod(keys, n_citizens))


class _Wrong(ValueError):
    """The fault of a graph, in one sentence."""


def _pairs(graph: Any, n_citizens: int) -> np.ndarray:
    """Return the pairs of a graph as given, integers of shape (edges, 2)."""
    sparse = sys.modules.get("scipy.sparse")  # whoever has a sparse matrix imported it
    if sparse is not None and sparse.issparse(graph):
        return _sparse_pairs(graph, n_citizens)
    if callable(getattr(graph, "edges", None)):
        return _graph_pairs(graph, n_citizens)
    try:
        pairs = np.asarray(graph)
    except ValueError:
        raise _Wrong(
            "must be pairs of citizens, got rows of different lengths"
        ) from None
    if pairs.ndim and not pairs.size:
        return np.empty((0, 2), np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise _Wrong(_not_pairs(pairs, n_citizens))
    if pairs.dtype.kind not in "iu":
        raise _Wrong(f"must hold whole numbers, got {pairs.dtype}")
    return pairs


def _not_pairs(array: np.ndarray, n_citizens: int) -> str:
    """Return the fault of an array of another shape."""
    if array.shape == (n_citizens, n_citizens):
        return (
            "must be a sparse matrix if it has a row and a column for each citizen: "
            "scipy.sparse.csr_array(matrix)"
        )
    got = f"an array of shape {array.shape}" if array.ndim else repr(array.item())[:60]
    return f"must be {KINDS}, got {got}"


def _sparse_pairs(matrix: Any, n_citizens: int) -> np.ndarray:
    if matrix.shape != (n_citizens, n_citizens):
        raise _Wrong(
            f"must have a row and a column for each of {n_citizens} citizens, "
            f"got shape {matrix.shape}"
        )
    entries = matrix.tocoo()
    met = entries.data != 0
    return np.column_stack([entries.row[met], entries.col[met]])


def _graph_pairs(graph: Any, n_citizens: int) -> np.ndarray:
    """Return the pairs of a networkx graph; nodes without an edge are checked too."""
    try:
        pairs = [(one, other) for one, other in graph.edges()]
    except (TypeError, ValueError):
        raise _Wrong(f"must be {KINDS}, got {type(graph).__name__}") from None
    nodes = graph.nodes() if hasattr(graph, "nodes") else chain.from_iterable(pairs)
    for node in nodes:
        is_number = isinstance(node, Integral) and not isinstance(node, bool)
        if not (is_number and 0 <= node < n_citizens):
            raise _Wrong(
                f"must have nodes that are whole numbers in 0..{n_citizens - 1}, the "
                f"numbers of citizens, got {node!r}; see "
                "networkx.convert_node_labels_to_integers"
            )
    return np.array(pairs, np.int64).reshape(-1, 2)


def _check_range(pairs: np.ndarray, n_citizens: int) -> None:
    """Refuse pairs that name citizens who do not exist."""
    rows = np.flatnonzero(((pairs < 0) | (pairs >= n_citizens)).any(axis=1))
    if len(rows):
        one, other = pairs[rows[0]].tolist()
        more = f" and {len(rows) - 1} more edges" if len(rows) > 1 else ""
        raise _Wrong(
            f"must name citizens by their numbers in 0..{n_citizens - 1}, got "
            f"({one}, {other}) in edge {rows[0]} (counted from 0){more}"
        )


def mixed(edges: np.ndarray) -> np.ndarray:
    """Return a random-looking number per edge, so that no citizen's number favours it.

    Parameters
    ----------
    edges : ndarray of int64, shape (edges, 2)
        Below 2^31.

    Returns
    -------
    ndarray of uint64, shape (edges,)
        splitmix64 of 2^32 i + j for the edge (i, j); different for different edges.
    """
    z = (edges[:, 0].astype(np.uint64) << np.uint64(32)) + edges[:, 1].astype(np.uint64)
    z += np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def within_degree(edges: np.ndarray, n_citizens: int, max_degree: int) -> np.ndarray:
    """Return the edges that stay when no citizen keeps more than `max_degree` of them.

    A citizen with more edges keeps those whose `mixed` numbers are lowest. An edge stays
    if both its ends keep it, so a citizen with popular partners may be left with fewer.

    Parameters
    ----------
    edges : ndarray of int64, shape (edges, 2)
        As returned by `edges_from`.
    n_citizens : int
    max_degree : int
        At least 1.

    Returns
    -------
    ndarray of int64, shape (edges, 2)
        In the same order.
    """
    degree = np.bincount(edges.ravel(), minlength=n_citizens)
    if not len(edges) or degree.max() <= max_degree:
        return edges
    n_edges = len(edges)
    order = np.argsort(mixed(edges))
    # One number for each end of each edge, sorted by citizen, then by the edge's place.
    ends = np.sort((edges[order] * n_edges + np.arange(n_edges)[:, None]).ravel())
    citizen, place = np.divmod(ends, n_edges)
    first = np.cumsum(degree) - degree
    dropped = np.arange(2 * n_edges) - first[citizen] >= max_degree
    stays = np.ones(n_edges, bool)
    stays[order[place[dropped]]] = False
    return edges[stays]


def edge_counts(edges: np.ndarray, n_citizens: int, max_degree: int) -> dict[str, int]:
    """Count the edges of a network and those that `within_degree` keeps.

    Parameters
    ----------
    edges : ndarray of int64, shape (edges, 2)
        As returned by `edges_from`.
    n_citizens : int
    max_degree : int

    Returns
    -------
    dict of str to int
        `given`, `kept`, `largest_degree` of the given edges, and `max_degree`.
    """
    return {
        "given": len(edges),
        "kept": len(within_degree(edges, n_citizens, max_degree)),
        "largest_degree": int(np.bincount(edges.ravel(), minlength=1).max()),
        "max_degree": max_degree,
    }


def loss(counts: dict[str, int]) -> str | None:
    """Return a sentence on the edges that are not used; None if all are.

    Parameters
    ----------
    counts : dict of str to int
        As returned by `edge_counts`.
    """
    given, lost = counts["given"], counts["given"] - counts["kept"]
    if not lost:
        return None
    largest = counts["largest_degree"]
    remedy = (
        f"max_degree = {largest} keeps all"
        if largest <= MAX_DEGREE
        else f"one citizen has {largest:,}, and no more than {MAX_DEGREE:,} can be kept"
    )
    return (
        f"{lost:,} of {given:,} edges of the network ({lost / given:.1%}) are not used: "
        f"citizens keep at most max_degree = {counts['max_degree']} partners; {remedy}"
    )


def matchings(edges: np.ndarray, n_citizens: int, max_degree: int) -> list[np.ndarray]:
    """Return matchings that hold each edge `within_degree` exactly once.

    Matchings are removed from the graph until no edge is left. Each is maximal, so an edge
    that is not in it has a neighbour in it. An edge has at most 2 (max_degree - 1)
    neighbours, so it is in one of the first 2 max_degree - 1 matchings. Edges of citizens
    with most edges left are chosen first, which keeps the number close to max_degree.

    Parameters
    ----------
    edges : ndarray of int64, shape (edges, 2)
        As returned by `edges_from`.
    n_citizens : int
    max_degree : int
        At least 1; see `within_degree`.

    Returns
    -------
    list of ndarray of int64, shape (n_citizens,)
        The partner of each citizen, itself if it has none: at most 2 max_degree - 1
        arrays, each its own inverse, none of them without a pair.
    """
    edges = within_degree(edges, n_citizens, max_degree)
    one, other = edges[np.argsort(mixed(edges))].T.copy()
    found = []
    while len(one):
        chosen = _maximal(one, other, n_citizens)
        partner = np.arange(n_citizens)
        partner[one[chosen]], partner[other[chosen]] = other[chosen], one[chosen]
        found.append(partner)
        one, other = one[~chosen], other[~chosen]
    return found


def _maximal(one: np.ndarray, other: np.ndarray, n_citizens: int) -> np.ndarray:
    """Return which edges make up a maximal matching, bool, shape (edges,).

    In each round, every edge that outranks all its neighbours is chosen and its neighbours
    are removed. Edges are ranked by the most edges left at an end, then the last in order.
    """
    degree = np.bincount(one, minlength=n_citizens)
    degree += np.bincount(other, minlength=n_citizens)
    rank = np.maximum(degree[one], degree[other]) * len(one) + np.arange(len(one))
    chosen, open_ = np.zeros(len(one), bool), np.arange(len(one))
    best = np.empty(n_citizens, np.int64)
    free = np.ones(n_citizens, bool)
    while len(open_):
        best[one] = best[other] = -1
        np.maximum.at(best, one, rank)
        np.maximum.at(best, other, rank)
        won = (best[one] == rank) & (best[other] == rank)
        chosen[open_[won]] = True
        free[one[won]] = free[other[won]] = False
        still = free[one] & free[other]
        one, other, rank, open_ = one[still], other[still], rank[still], open_[still]
    return chosen
