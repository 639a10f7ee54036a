"""Points that spread evenly over replicates: a randomly shifted Sobol sequence.

Where one leader decides, its draw makes most of the difference between replicates. So the
numbers of first leaders who manipulate are not independent over replicates but stratified:
of 2^k replicates from a multiple of 2^k on, each interval [a, a + 1)/2^k of a level's draw
has exactly one. Replicate r needs only its number, so it equals replicate r run alone.
Sources: I. M. Sobol 1967; direction numbers of S. Joe and F. Y. Kuo 2008, doi
10.1137/070709359 (the first dimension is the van der Corput sequence in base 2).
"""

from collections.abc import Sequence

from .rules import Rules

BITS = 32
# Degree and inner coefficients of the primitive polynomial, and the first direction numbers.
POLYNOMIALS = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
)


def directions(dimension: int) -> list[int]:
    """Return the 32 direction numbers of a dimension, each in units of 2^-32."""
    if dimension == 0:
        return [1 << (BITS - 1 - j) for j in range(BITS)]
    degree, inner, first = POLYNOMIALS[dimension - 1]
    numbers = list(first)
    for j in range(degree, BITS):
        number = numbers[j - degree] ^ numbers[j - degree] << degree
        for k in range(1, degree):
            if inner >> (degree - 1 - k) & 1:
                number ^= numbers[j - k] << k
        numbers.append(number)
    return [number << (BITS - 1 - j) for j, number in enumerate(numbers)]


def point(dimension: int, number: int) -> int:
    """Return coordinate `dimension` of point `number` of the sequence, 32 bits."""
    value = 0
    for j, direction in enumerate(directions(dimension)):
        if number >> j & 1:
            value ^= direction
    return value


def dimension_of(n_units: Sequence[int], level: int) -> int:
    """Return the dimension that a level uses: levels with fewer units come first."""
    order = sorted(range(len(n_units)), key=lambda each: (n_units[each], each))
    return order.index(level)


def first_manipulators(rules: Rules, level: int, replicate: int, shift: int) -> int:
    """Return how many first leaders of a level manipulate in a replicate.

    Parameters
    ----------
    rules : Rules
    level, replicate : int
    shift : int
        32 bits, the same in all replicates.

    Returns
    -------
    int
        share x units, rounded down or up, so that the mean over replicates is exact.
    """
    stratum = point(dimension_of(rules.n_units, level), replicate) ^ shift
    return rules.manipulator_share[level] * rules.n_units[level] + stratum >> 32
