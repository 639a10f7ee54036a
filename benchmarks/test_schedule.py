"""The schedule of many cores: its arithmetic, and that it measures every phase."""

import schedule
from schedule import Phase


def test_shared_parts_are_divided_down_to_the_largest():
    """A phase takes its serial part, its share of the rest, and what each core adds."""
    phase = Phase("selection", serial=1.0, shared=8.0, largest=0.5, by_core=0.25)
    assert [phase.on(cores) for cores in (1, 4, 64)] == [9.25, 4.0, 17.5]


def test_every_phase_is_measured():
    """Each phase of a tiny replicate takes time where it can."""
    phases = {
        p.name: p for p in schedule.phases_of(schedule.rules_of("rongcheng", 4_000))
    }
    assert list(phases) == [
        *("world", "review", "selection", "citizens", "learning", "barriers"),
        *("outputs", "threads"),
    ]
    assert phases["citizens"].shared > phases["selection"].shared > 0
    assert phases["world"].shared > 0 and phases["threads"].by_core > 0


def test_table_has_a_row_per_number_of_cores():
    """Speed-up and seconds are those of the sums of all phases."""
    phases = [Phase("citizens", shared=6.4), Phase("learning", serial=0.1)]
    lines = schedule.table(phases)
    assert len(lines) == 2 + len(schedule.CORES)
    assert lines[2].startswith("| 1 | 1.0 | 6.50 | learning 0.100")
    assert lines[-1].startswith(f"| 64 | {6.5 / 0.2:.1f} | 0.20 | learning 0.100")
