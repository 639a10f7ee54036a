"""Random search over all mechanisms for differences between kernel and reference.

Plain numbers of the parameter classes are drawn from the limits that their annotations
state, their ends and defaults often, so a new parameter joins by itself. What must fit
together (spans, rates, grades, shares) is drawn by hand, so that nothing is refused.
"""

import pytest
from hypothesis import given, settings
from support.random_worlds import SEARCH, anything, rules_of

from scsfast.engine import available_variants, load_kernel
from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.reference.reference import Reference


def parted(asked) -> str:
    """Return where a kernel leaves the reference, or ''."""
    rules, seed, own = rules_of(asked), asked.seed, asked.own
    variants = available_variants()
    best, base = variants[0], variants[-1]
    kernels = {
        f"{variant} on {n}": Simulation(
            rules, seed, seed % 2**32, n, load_kernel(variant), own
        )
        for variant, n in ((best, 1), (base, 2))
    }
    twin = Reference(rules, seed, seed % 2**32, own)
    return first_difference(kernels, twin, rules.n_ticks)


@settings(max_examples=100, **SEARCH)
@given(asked=anything())
def test_kernel_equals_reference_in_random_worlds(asked):
    """Every state array and output, every tick, wherever hypothesis looks."""
    assert parted(asked) == ""


@pytest.mark.slow
@settings(max_examples=180, **SEARCH)
@given(asked=anything())
def test_kernel_equals_reference_in_more_random_worlds(asked):
    assert parted(asked) == ""


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=5000, **SEARCH)
@given(asked=anything())
def test_kernel_equals_reference_in_random_worlds_for_longer(asked):
    assert parted(asked) == ""
