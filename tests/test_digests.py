"""One digest over kernels, cores, ranks and block sizes, and how a difference shows."""

import digests
import pytest
from digests import Row
from support.mpi_launch import needs_mpi

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def alone() -> list[Row]:
    """Return the rows of this build without MPI."""
    return list(digests.rows_of(digests.ROOT, (1,), threads=(1, 3)))


def test_kernels_cores_and_block_sizes_give_one_digest(alone, capsys):
    assert {row.ranks for row in alone} == {1}
    assert "base" in {row.variant for row in alone}
    assert len(digests.printed(alone)) == 1
    assert f"{4 * len(alone)} runs, 1 digest\n" in capsys.readouterr().out


@needs_mpi
def test_two_ranks_give_the_same_digest(alone):
    both = digests.row(digests.ROOT, "base", 2, threads=(1,), blocks=(1,))
    assert set(both.digests) == set(alone[0].digests)


def test_another_digest_is_seen(capsys):
    rows = [
        Row("gcc-O3", "base", 1, {"a" * 64: 6}),
        Row("gcc-O3", "v3", 1, {"b" * 64: 6}),
    ]
    assert len(digests.printed(rows)) == 2
    assert "12 runs, 2 digests" in capsys.readouterr().out
