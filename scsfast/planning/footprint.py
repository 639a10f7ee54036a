"""Bytes of memory and of results of replicates, from the shapes of their arrays.

Only the state of a few citizens is allocated; its arrays give the bytes per citizen.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..engine import state
from ..engine.tiles import n_tiles
from ..model import outcomes
from ..model.user_data import TRAITS
from ..store import layout
from ..store.finalise import batch

if TYPE_CHECKING:
    from ..model.integers.rules import Rules
    from ..model.output_types import Table
    from ..model.world import World

SAMPLE = 1000  # citizens whose arrays are allocated and measured
KEY = 4  # bytes of an applicant's key
UNIT = 7 * 8 + 2 + 4  # bytes of a unit's leader, sums and first village
NUMBER = 4  # bytes of a number of a citizen, unit or tile
VILLAGE = 2 * NUMBER  # bytes of a village's first citizen and tile
PAIRING = 4  # bytes per citizen of the widest unit while a network is drawn
CHANGING = 6  # bytes per citizen while another regime comes into force
# Bytes per partner of a user's network: in a replicate, and in the process.
OWN_PARTNER, OWN_PARTNER_HELD = 4, 8
SMALL_RESULTS = 32 * 2**20  # bytes of a block that may wait while the next is computed
FINISHING = 2.1  # the largest batch while named variables are made, measured


class Footprint(NamedTuple):
    """The bytes of one replicate.

    `state` is in use during the whole run, `passing` only at its start or at a change of
    regime, `results` are the tables, uncompressed, `table` the largest of them, and each
    thread adds `by_thread` and a key for each of the `citizens` of the largest of the
    `pools` that it selects from alone.
    """

    state: int
    passing: int
    results: int
    table: int
    by_thread: int
    citizens: int
    pools: tuple[int, ...]

    def memory(self, n_threads: int = 1, block_size: int = 1) -> int:
        """Return the peak memory of a replicate, including its block's results."""
        keys = KEY * state.key_room(self.citizens, self.pools, n_threads)
        return self.state + n_threads * (self.by_thread + keys) + self.block(block_size)

    def block(self, block_size: int) -> int:
        """Return the memory of a block's results until they are written.

        Small ones are written while the next block is computed, so two are held. The table
        that is written is there twice more: of all replicates in one piece, and compressed.
        """
        held = 2 if self.results * block_size <= SMALL_RESULTS else 1
        written = max(held * self.results, self.table * block_size)
        return held * self.results * block_size + 2 * written

    def address_space(self, n_threads: int = 1, block_size: int = 1) -> int:
        """Return the memory that is reserved, used or not."""
        return self.memory(n_threads, block_size) + self.passing


def footprint(rules: Rules, own_slots: int = 0) -> Footprint:
    """Return the bytes of one replicate.

    Parameters
    ----------
    rules : Rules
    own_slots : int
        Matchings of a user's network, 0 if the network is drawn.
    """
    n = rules.n_citizens
    changing = CHANGING * n if rules.later else 0
    if own_slots:
        rules, pairing = replace(rules, slot_spans=(), slot_levels=()), 0
    else:
        pairing = PAIRING * min(n, max(rules.slot_spans, default=0))
    results = result_bytes(rules)
    by_citizen = bytes_by_citizen(rules) + own_slots * OWN_PARTNER
    return Footprint(
        state=round(by_citizen * n) + unit_bytes(rules) + changing,
        passing=pairing,
        results=results,
        table=max(table_bytes(table, rules) for table in outcomes.TABLES),
        by_thread=results,
        citizens=n,
        pools=state.pool_sizes(rules),
    )


def unit_bytes(rules: Rules) -> int:
    """Return the bytes of leaders and of the tables of units."""
    of_villages = (VILLAGE + NUMBER * (rules.n_levels + 1)) * rules.n_units[0]
    tiles = NUMBER * n_tiles(rules.units)
    return UNIT * sum(rules.n_units) + of_villages + tiles


def bytes_by_citizen(rules: Rules) -> float:
    """Return the bytes per citizen of a replicate, without those of threads."""
    n = min(SAMPLE, rules.n_citizens)
    few = replace(rules, n_citizens=n, units=rules.units.of_fewer(n))
    keys = KEY * min(few.n_citizens, _widest_pool(rules)) / few.n_citizens
    return state.bytes_per_citizen(few) - keys


def result_bytes(rules: Rules) -> int:
    """Return the bytes of the tables of one replicate, uncompressed."""
    return sum(table_bytes(table, rules) for table in outcomes.TABLES)


def table_bytes(table: Table, rules: Rules) -> int:
    """Return the bytes of one replicate's table, uncompressed."""
    return 8 * math.prod(outcomes.shape(table, rules))


def own_slots(world: World) -> int:
    """Return the number of matchings of a user's network, 0 if the network is drawn.

    An edge colouring needs as many as the largest degree, or few more; the degree is at
    most the world's `max_degree`.
    """
    population = world.population
    return population.max_degree + 1 if population.network_file else 0


def own_columns(world: World) -> int:
    """Return the largest number of columns that a user's table of citizens may have."""
    return len(TRAITS) + world.n_levels


def given_bytes(world: World) -> int:
    """Return the bytes that a process holds of a user's files, once for all replicates."""
    partners = OWN_PARTNER_HELD * own_slots(world) * world.n_citizens
    people = (
        world.n_citizens * own_columns(world) if world.population.people_file else 0
    )
    return partners + people


def finishing_bytes(rules: Rules, lead: tuple[int, int]) -> int:
    """Return the memory that the end of a run needs.

    Parameters
    ----------
    rules : Rules
    lead : tuple of int
        Number of scenarios, and of replicates of each.
    """
    tables = layout.stored_tables(rules)
    largest = max(table_bytes(table, rules) // len(table.outputs) for table in tables)
    summary = 2 * largest * math.prod(lead)
    batches = [
        table_bytes(table, rules) * math.prod(batch(lead, table, rules))
        for table in tables
    ]
    return max(round(FINISHING * max(batches)), summary)


def _widest_pool(rules: Rules) -> int:
    return max(prize.pool_span for prize in rules.prizes)
