"""Checkpoints with one change each, sealed anew, and resumed.

``python -m support.mutated_checkpoints FOLDER COUNT`` ends with 0 if the kernel survives
them all. Under an AddressSanitizer a read or write out of bounds ends it with another code.
"""

import io
import random
import sys
from pathlib import Path

import numpy as np

from scsfast.engine.simulation import Simulation
from scsfast.store import checkpoint
from scsfast.store.create import open_for_writing
from support.fake_engine import small_campaign

WORLD = {"n_citizens": 600, "n_ticks": 6, "spans": [50, 100, 200, 400]}
SCENARIOS = [
    {"pilot": "rongcheng"},
    {"pilot": "judgment-defaulters"},
    {"pilot": "sesame"},
]


COUNTED = ("state.bin_count", "state.bin_wins", "state.outside")  # enter divisors


def wrapped(value: int, dtype: np.dtype) -> np.generic:
    """Return the value of an integer type that has the low bits of a number."""
    bits = value % 2 ** (8 * dtype.itemsize)
    return np.frombuffer(bits.to_bytes(dtype.itemsize, sys.byteorder), dtype)[0]


def mutated(arrays: dict, chance: random.Random, prior: int) -> tuple[str, dict]:
    """Return a description of the change, and arrays of which one is changed."""
    name = chance.choice(COUNTED if chance.random() < 0.1 else sorted(arrays))
    array = np.array(arrays[name])
    kind = chance.choice(["value", "value", "all", "shape", "type", "gone", "bits"])
    info = np.iinfo(array.dtype)
    value = chance.choice([info.min, info.max, 0, -1, -prior, 1, 255, info.max // 2])
    value = wrapped(value, array.dtype)
    if kind == "gone":
        return f"{name} gone", {n: a for n, a in arrays.items() if n != name}
    if kind == "shape":
        array = np.append(array, array.dtype.type(0))
    elif kind == "type":
        array = array.astype(chance.choice(["f4", "i2", "u8", "S3"]))
    elif array.size and kind == "value":
        array.reshape(-1)[chance.randrange(array.size)] = value
    elif array.size and kind == "bits":
        place = array.reshape(-1)[:1].view("u1")
        place[chance.randrange(place.size)] ^= 1 << chance.randrange(8)
    else:
        array[...] = value
    return f"{name} {kind} {value}", {**arrays, name: array}


def sealed(about, arrays: dict) -> bytes:
    """Return a checkpoint of some arrays, with its digest."""
    file = io.BytesIO()
    checkpoint.write_sealed(file, {**arrays, "about": about})
    return file.getvalue()


def go_on(rules, kept: dict) -> None:
    """Go on from a state to the end of the run."""
    simulation = Simulation(rules, seed=7)
    simulation.restore(kept)
    simulation.run(rules.n_ticks)


def try_all(folder: Path, count: int) -> dict[str, int]:
    """Try mutated checkpoints; return how many were refused and gone on from."""
    chance, tally = random.Random(35), {"refused": 0, "gone on from": 0}
    campaign = small_campaign(1, scenario=SCENARIOS, world=WORLD)
    with open_for_writing(folder / "out.zarr", campaign) as store:
        blocks = store.pending()
        for k in range(count):
            block = blocks[k % len(blocks)]
            rules = store.rules[block.scenario]
            whole = Simulation(rules, seed=7)
            whole.run(chance.randrange(1, rules.n_ticks))
            kept = checkpoint.Progress([], whole.saved(), {}, 40.0)
            checkpoint.save(store, block, kept)
            key = checkpoint._key(block)
            with np.load(store.place.open(key)) as file:
                arrays = dict(file)
            about = arrays.pop("about")
            what, arrays = mutated(arrays, chance, rules.prior)
            store.place.put(key, sealed(about, arrays))
            reached = checkpoint.load(store, block)
            print(k, what, reached.state is not None, flush=True)
            if reached.state is None:
                tally["refused"] += 1
            else:
                tally["gone on from"] += 1
                go_on(rules, reached.state)
    return tally


if __name__ == "__main__":
    print(try_all(Path(sys.argv[1]), int(sys.argv[2])))
