"""Fixed-point scales: how chances, money, points and values are stored as integers.

Rounding is to nearest, ties to even, unless said otherwise.
"""

ONE16, ONE32 = 1 << 16, 1 << 32
MONEY = POINT = 256
FINE = 8  # bits of payoffs below money's: they are moving averages of small gains
BELIEF_UNIT = 1 << 16  # values a tick, finer than money
FULL = ONE16 - 1  # of a part of an index: history, capacity, behaviour, ...
NO_LIMIT = (1 << 31) - 1  # a grade rule that limits nothing


def threshold(probability: float, one: int) -> int:
    """Return the integer threshold of a probability against draws below `one`."""
    return round(probability * one)


def points(value: float) -> int:
    """Return points in 1/256 point."""
    return round(value * POINT)


def money(value: float) -> int:
    """Return monthly incomes in 1/256."""
    return round(value * MONEY)
