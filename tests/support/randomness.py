"""A battery of tests of randomness over the addresses of draws.

A source gives the four words of the blocks of many citizens, as the kernel's ``philox``
does. Each test yields (name, p); the words vary along one part of the address at a time,
as counters that share or repeat a block would show nowhere else. ``python -m
support.randomness COUNT`` runs the battery on so many seeds and prints the lowest p; with
``raw`` it writes words to stdout for ``dieharder -a -g 200``.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
from scipy import stats

from scsfast.engine import available_variants, load_kernel
from scsfast.model.draws import BLOCKS, PLAN, Draw

Source = Callable[..., np.ndarray]
Found = Iterator[tuple[str, float]]
PARTS = ("when", "replicate", "block", "seed", "seed_high")
FALSE_ALARM, MOST_TESTS = 1e-6, 200  # of one run of the battery, which has fewer tests


def kernel(
    who: np.ndarray, when: int, replicate: int, block: int, seed: int
) -> np.ndarray:
    """Return the words of the fastest kernel, shape (4, n)."""
    words = load_kernel(available_variants()[0]).philox
    return words(who.astype(np.uint32), when, replicate, block, seed)


def address(seed: int) -> dict[str, int]:
    """Return an address to start from."""
    return {"when": 3, "replicate": 1, "block": 2, "seed": seed}


def along(source: Source, part: str, seed: int, steps: int, n: int) -> np.ndarray:
    """Return words that vary along one part of the address, shape (4, n, steps)."""
    if part == "who":
        words = source(np.arange(n * steps), **address(seed))
        return words.reshape(4, n, steps)
    who, rows = np.arange(n), []
    for k in range(steps):
        at = address(seed)
        if part == "seed_high":
            at["seed"] = (seed + (k << 32)) % 2**64
        else:
            at[part] = (at[part] + k) % (2**64 if part == "seed" else 2**32)
        rows.append(source(who, **at))
    return np.stack(rows, axis=2)


def normal(z) -> np.ndarray:
    """Return two-sided p-values."""
    return 2 * stats.norm.sf(np.abs(z))


def lowest(p) -> float:
    """Return the lowest of several p-values, corrected for their number."""
    p = np.ravel(p)
    return float(min(1.0, p.min() * p.size))


def bits_of(words: np.ndarray) -> np.ndarray:
    """Return the bits of words, one more axis of 32."""
    return (words[..., None] >> np.arange(32, dtype=np.uint32) & 1).astype(np.int8)


def of_bits(words: np.ndarray) -> Found:
    """Yield tests of each of the 128 bits: balance, runs along the steps, lags."""
    bits = bits_of(words)
    n = bits.shape[1] * bits.shape[2]
    yield "monobit", lowest(normal((bits.sum((1, 2)) - n / 2) / np.sqrt(n / 4)))
    for lag in (1, 2, 64):
        unlike = (bits[:, :, lag:] != bits[:, :, :-lag]).sum((1, 2))
        n = bits.shape[1] * (bits.shape[2] - lag)
        yield f"runs at lag {lag}", lowest(normal((unlike - n / 2) / np.sqrt(n / 4)))
    unlike = (bits[:, 1:] != bits[:, :-1]).sum((1, 2))
    n = (bits.shape[1] - 1) * bits.shape[2]
    yield "neighbours", lowest(normal((unlike - n / 2) / np.sqrt(n / 4)))
    for one, other in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        unlike = (bits[one] != bits[other]).sum((0, 1))
        n = bits.shape[1] * bits.shape[2]
        p = lowest(normal((unlike - n / 2) / np.sqrt(n / 4)))
        yield f"words {one} and {other}", p


def serial(words: np.ndarray) -> Found:
    """Yield chi-square tests of pairs of successive nibbles, high and low."""
    for name, shift in (("high", 28), ("low", 0)):
        nibble = (words >> shift & 15).astype(int)
        pairs = (nibble[:, :, :-1:2] * 16 + nibble[:, :, 1::2]).reshape(4, -1)
        p = [stats.chisquare(np.bincount(row, minlength=256)).pvalue for row in pairs]
        yield f"serial, {name}", lowest(p)


def gaps(words: np.ndarray) -> Found:
    """Yield a chi-square test of the gaps between values in the lowest eighth."""
    p = []
    for row in words.reshape(4, -1):
        gap = np.minimum(np.diff(np.flatnonzero(row < 2**29)), 33)
        chances = stats.geom.pmf(np.arange(1, 34), 1 / 8)
        chances[-1] = 1 - chances[:-1].sum()
        counts = np.bincount(gap, minlength=34)[1:]
        p.append(stats.chisquare(counts, chances * counts.sum()).pvalue)
    yield "gaps", lowest(p)


def birthdays(words: np.ndarray, m: int = 4096) -> Found:
    """Yield the test of birthday spacings in 2^32 days: repeats are Poisson."""
    for name, flip in (("", False), (", bits reversed", True)):
        days = words.reshape(-1)
        if flip:
            days = np.packbits(np.unpackbits(days.view(np.uint8))[::-1]).view(np.uint32)
        groups = np.sort(days[: days.size // m * m].reshape(-1, m).astype(np.int64), 1)
        spaces = np.sort(np.diff(groups, axis=1), 1)
        found = int((np.diff(spaces, axis=1) == 0).sum())
        expected = len(groups) * m**3 / 2**34
        low, high = (
            stats.poisson.cdf(found, expected),
            stats.poisson.sf(found - 1, expected),
        )
        yield f"birthday spacings{name}", float(min(1.0, 2 * min(low, high)))


def collisions(words: np.ndarray) -> Found:
    """Yield 0 if two addresses have the same pair of words, else 1."""
    for one, other in ((0, 1), (2, 3)):
        both = words[one].astype(np.uint64) << np.uint64(32) | words[other]
        yield (
            f"collisions of {one} and {other}",
            float(np.unique(both).size == both.size),
        )


def corners(source: Source, seed: int, n: int = 16) -> Found:
    """Yield the test of collisions where several parts of the address vary at once."""
    sizes = {"when": 5, "replicate": 5, "block": 5, "seed": 2, "seed_high": 2}
    rows = []
    for place in np.ndindex(*sizes.values()):
        at = dict(zip(sizes, place, strict=True))
        at["seed"] += seed + (at.pop("seed_high") << 32)
        rows.append(source(np.arange(n), **{**at, "seed": at["seed"] % 2**64}))
    yield from collisions(np.concatenate(rows, axis=1))


def avalanche(source: Source, seed: int, n: int = 512) -> Found:
    """Yield, for each part of the address, a test that any bit flips half of the block."""
    who, at = np.arange(n), address(seed)
    first = source(who, **at)
    for part, width in (
        ("who", 32),
        ("when", 32),
        ("replicate", 32),
        ("block", 32),
        ("seed", 64),
    ):
        p = []
        for bit in range(width):
            moved = {**at, part: at[part] ^ 1 << bit} if part != "who" else at
            other = source(who ^ 1 << bit if part == "who" else who, **moved)
            flips = bits_of(first ^ other)
            p.append(normal((flips.sum() - 64 * n) / np.sqrt(32 * n)))
            p.append(lowest(normal((flips.sum(1) - n / 2) / np.sqrt(n / 4))))
        yield f"avalanche of {part}", lowest(p)


def addressed(source: Source, seed: int, steps: int = 256, n: int = 128) -> Found:
    """Yield every test along every part of the address."""
    for part in ("who", *PARTS):
        words = along(source, part, seed, steps, n)
        for test in (of_bits, serial, gaps, birthdays, collisions):
            for name, p in test(words):
                yield f"{part}: {name}", p
    yield from corners(source, seed)
    yield from avalanche(source, seed)


def purposes(
    source: Source, seed: int, plan: dict[str, Draw] = PLAN, n: int = 4096
) -> Found:
    """Yield tests of the draws by purpose: uniform, no two correlated."""
    who, blocks = np.arange(n), {}
    for number in {draw.block for draw in plan.values()}:
        blocks[number] = source(who, **{**address(seed), "block": number})
    values, p = [], []
    for draw in plan.values():
        found = blocks[draw.block][draw.word] >> draw.shift & (2**draw.bits - 1)
        bins = found >> max(0, draw.bits - 4)
        counts = np.bincount(bins, minlength=2 ** min(4, draw.bits))
        p.append(stats.chisquare(counts).pvalue)
        values.append(found.astype(float))
    yield "purposes are uniform", lowest(p)
    between = np.corrcoef(values)[np.triu_indices(len(values), 1)]
    yield "purposes are not correlated", lowest(normal(between * np.sqrt(n)))
    after = np.corrcoef([row[1:] for row in values], [row[:-1] for row in values])
    cross = after[: len(values), len(values) :]
    yield (
        "purposes of neighbours are not correlated",
        lowest(normal(cross * np.sqrt(n))),
    )


def battery(source: Source = kernel, seed: int = 20261129) -> Found:
    """Yield every test."""
    yield from addressed(source, seed)
    yield from purposes(source, seed)


def failures(found: Found) -> Found:
    """Yield the tests that fail, with all of a battery's tests in mind."""
    return ((name, p) for name, p in found if p < FALSE_ALARM / MOST_TESTS)


def raw() -> None:
    """Write the words of citizens, ticks, replicates and blocks for ever."""
    blocks, who = sorted(BLOCKS.values()), np.arange(4096)
    for k in count():
        replicate, rest = divmod(k, 240 * len(blocks))
        block, when = divmod(rest, 240)
        words = kernel(who, when, replicate, blocks[block], 20181227)
        sys.stdout.buffer.write(words.T.tobytes())


def main(asked: str) -> int:
    """Run the battery on some seeds; return how many fail."""
    if asked == "raw":
        raw()
    failed, tests, least = 0, 0, 1.0
    for k in range(int(asked)):
        seed = int(np.random.SeedSequence(k).generate_state(1, np.uint64)[0])
        found = list(battery(seed=seed))
        wrong = list(failures(found))
        failed, tests = failed + bool(wrong), tests + len(found)
        least = min([least, *(p for _, p in found)])
        for name, p in wrong:
            print(f"seed {k}: {name}: {p:.2g}")
    print(f"{asked} seeds, {tests} tests, lowest p {least:.2g}, {failed} seeds fail")
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1])))
