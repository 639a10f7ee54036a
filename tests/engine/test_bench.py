"""The speed table of a machine: one row per variant and size, and the command's output."""

import json

import pytest

from scsfast.engine import available_variants
from scsfast.engine.bench import BLOCKS, bench, bytes_per_tick


def test_every_variant_and_size_has_a_row():
    seen = []
    rows = bench((1_000,), report=seen.append)
    assert seen == rows
    assert [row["variant"] for row in rows] == available_variants()
    assert all(row["citizen_ticks_per_s"] > 10_000 for row in rows)


def test_the_roofline_is_the_lower_of_draws_and_memory():
    (row, *_) = bench((1_000,))
    by_draws = row["philox_blocks_per_s"] / BLOCKS
    by_memory = row["stream_bytes_per_s"] / bytes_per_tick()
    roofline = row["roofline_citizen_ticks_per_s"]
    assert roofline == pytest.approx(min(by_draws, by_memory))
    share = row["citizen_ticks_per_s"] / roofline
    assert 0 < share < 1 and row["share_of_roofline"] == pytest.approx(share)


def test_the_command_prints_a_table_or_json(scs):
    code, out, _ = scs("bench", "--citizens", 1_000, "--json")
    (first, *_) = json.loads(out)
    assert code == 0 and first["citizens"] == 1_000
    code, out, _ = scs("bench", "--citizens", 1_000)
    assert code == 0 and "1,000 citizens" in out and "M citizen-ticks/s" in out
    assert "of the roofline" in out and "STREAM" in out
