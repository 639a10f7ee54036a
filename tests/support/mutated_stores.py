"""Stores with one thing changed each, by structure or by byte, and every verb tried on them.

``python mutated_stores.py FOLDER COUNT SEED`` prints a line for each law that is broken, and
ends with 1 if there is any.
"""

import io
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import numpy as np

import scsfast
from scsfast.api import run_campaign
from scsfast.cli.main import main
from scsfast.errors import ScsError
from scsfast.store.documents import sealed_attributes, sealed_record
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify
from support.fake_engine import fake_replicate, small_campaign

LONGEST, MOST_MEMORY = 10.0, 2**20  # seconds of a verb; KiB of the process
NAMES = (
    "../victim",
    "..",
    ".",
    "",
    "/etc",
    "a/b",
    "c",
    "zarr.json",
    "x" * 300,
    "\x1b[31m",
)
VALUES = (
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    -0.0,
    "",
    "x",
    [],
    {},
    [[]],
    "\ud800",
    *NAMES,
)


def campaign(replicates: int):
    """Return a campaign of a single scenario."""
    return small_campaign(replicates, scenario=[{"pilot": "rongcheng"}])


def make(folder: Path) -> Path:
    """Make the store that is mutated."""
    path = folder / "whole.zarr"
    run_campaign(campaign(2), path, run_replicate=fake_replicate)
    return path


def nodes(tree, path=()):
    """Yield the path of every node of a tree."""
    yield path
    items = tree.items() if isinstance(tree, dict) else ()
    items = enumerate(tree) if isinstance(tree, list) else items
    for key, value in items:
        yield from nodes(value, (*path, key))


def changed_tree(tree, chance: random.Random):
    """Return what was done, and a tree with one node changed, added or gone."""
    path = chance.choice([*nodes(tree)][:400])
    value = chance.choice(VALUES)
    if not path:
        return f"all is {value!r}", value
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    kind = chance.choice(["set", "gone", "add", "deep", "order"])
    if kind == "gone":
        del parent[path[-1]]
    elif kind == "add" and isinstance(parent, dict):
        parent[chance.choice(NAMES)] = value
    elif kind == "add":
        parent.append(value)
    elif kind == "deep":
        parent[path[-1]] = json.loads("[" * 90 + "]" * 90)
    elif kind == "order" and isinstance(parent, dict):
        for key in sorted(parent, reverse=True):
            parent[key] = parent.pop(key)
    else:
        parent[path[-1]] = value
    return f"{'.'.join(map(str, path))} {kind} {value!r}", tree


def sealed_anew(file: Path, tree):
    """Return a tree with a right seal, where it has one."""
    try:
        if "attributes" in tree and "scsfast_layout" in tree["attributes"]:
            tree["attributes"] = sealed_attributes(tree["attributes"])
        elif "record" in tree:
            return json.loads(sealed_record(tree["record"]))
    except (TypeError, ValueError, RecursionError):
        pass
    return tree


def by_structure(path: Path, chance: random.Random) -> str:
    """Change one node of one JSON file."""
    files = [*path.glob("commits/0*.json"), path / "zarr.json", path / "zarr.json"]
    files += chance.sample(sorted(path.glob("*/zarr.json")), 3)
    file = chance.choice(files)
    what, tree = changed_tree(json.loads(file.read_text()), chance)
    if chance.random() < 0.5:
        what, tree = f"{what}, sealed", sealed_anew(file, tree)
    file.write_text(json.dumps(tree), encoding="utf-8", errors="surrogatepass")
    return f"{file.relative_to(path)}: {what}"


def by_byte(path: Path, chance: random.Random) -> str:
    """Flip, cut, insert or repeat bytes of one file."""
    roots = [path / "zarr.json", *path.glob("commits/0*.json")]
    files = sorted(f for f in path.rglob("*") if f.is_file())
    file = chance.choice(roots if chance.random() < 0.3 else files)
    data, kind = (
        bytearray(file.read_bytes()),
        chance.choice(["flip", "cut", "insert", "twice"]),
    )
    at = chance.randrange(len(data))
    if kind == "flip":
        data[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del data[at:]
    elif kind == "insert":
        data[at:at] = chance.randbytes(chance.randrange(1, 9))
    else:
        data[at:at] = data[: chance.randrange(1, len(data) + 1)]
    file.write_bytes(data)
    return f"{file.relative_to(path)}: {kind} at {at}"


def by_name(path: Path, chance: random.Random, canary: Path) -> str:
    """Put a link, a folder, a pipe or nothing in the place of a file or folder."""
    entries = sorted(e for e in path.rglob("*"))
    entry = chance.choice(entries)
    if chance.random() < 0.1:
        entry = path / "commits" / chance.choice(["lock", "checkpoint-0000-000000.npz"])
    kind = chance.choice(
        ["gone", "link", "hard", "folder", "pipe", "renamed", "endless"]
    )
    if kind == "renamed" and entry.exists():
        target = entry.with_name(chance.choice(["x", "0", ".a.1.01234567.tmp", "é"]))
        if not target.exists():
            entry.rename(target)
        return f"{entry.relative_to(path)} renamed to {target.name}"
    shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
    if kind == "link":
        entry.symlink_to(canary if chance.random() < 0.5 else canary / "precious.txt")
    elif kind == "hard":
        os.link(canary / "precious.txt", entry)
    elif kind == "folder":
        entry.mkdir()
    elif kind == "pipe":
        os.mkfifo(entry)
    elif kind == "endless":
        entry.symlink_to("/dev/zero")
    return f"{entry.relative_to(path)} {kind}"


def figures(path: Path) -> dict:
    """Return every figure that a store serves."""
    dataset = scsfast.open(path).load()
    variables = {**dataset.data_vars, **dataset.coords}
    found = {name: np.asarray(v.values) for name, v in variables.items()}
    found["warm-up"] = np.asarray(dataset.attrs["first_measured_tick"])
    return found


def differing(found: dict, expected: dict) -> list[str]:
    """Return the figures that are not as recorded; replicates that are not served are none."""
    kept = found["replicate"]
    wrong = []
    for name, values in found.items():
        wanted = expected.get(name)
        axis = AXES.get(name)
        if wanted is not None and axis is not None:
            wanted = np.take(wanted, kept, axis=axis)
        is_float = values.dtype.kind == "f"
        same = wanted is not None and np.array_equal(values, wanted, equal_nan=is_float)
        wrong += [] if same else [name]
    return wrong


AXES: dict[str, int] = {}


def note_axes(path: Path) -> None:
    """Note along which axis each variable has its replicates."""
    dataset = scsfast.open(path)
    for name, variable in {**dataset.data_vars, **dataset.coords}.items():
        if "replicate" in variable.dims:
            AXES[name] = variable.dims.index("replicate")


def command(*arguments) -> None:
    """Run a verb of the command line; what it says must not move the cursor."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), suppress(SystemExit):
        main([str(argument) for argument in arguments])
    if "\x1b" in said.getvalue() or "Traceback" in said.getvalue():
        raise AssertionError(f"shows {said.getvalue()[-200:]!r}")


def verbs(path: Path, expected: dict):
    """Yield name and function of every verb, those that read before those that write."""

    def read():
        wrong = differing(figures(path), expected)
        if wrong:
            raise AssertionError(f"serves other figures: {wrong[:4]}")

    def mend():
        repair(Store(path), verify(Store(path)))

    yield "open", read
    yield "status", lambda: command("status", path)
    yield "verify", lambda: command("verify", path)
    yield (
        "export",
        lambda: command("export", path, "-o", path.with_suffix(".csv"), "--force"),
    )
    yield "run", lambda: run_campaign(campaign(2), path, run_replicate=fake_replicate)
    yield "open after run", read
    yield "repair", mend
    yield "grow", lambda: run_campaign(campaign(3), path, run_replicate=fake_replicate)


def contents(folder: Path) -> dict:
    """Return what is in a folder."""
    return {
        str(entry.relative_to(folder)): entry.read_bytes() if entry.is_file() else None
        for entry in sorted(folder.rglob("*"))
    }


def try_one(whole: Path, expected: dict, folder: Path, chance, most=99) -> list[str]:
    """Mutate a copy of a store and try verbs on it; return which laws were broken.

    Parameters
    ----------
    whole : Path
    expected : dict
        Figures of `whole`, with one replicate more.
    folder : Path
    chance : random.Random
    most : int
        How many verbs to try: the first reads, others are drawn.
    """
    place = Path(tempfile.mkdtemp(dir=folder))
    canary, path = place / "victim", place / "out.zarr"
    (canary / "0").mkdir(parents=True)
    (canary / "precious.txt").write_text("mine")
    (canary / "0" / "precious.txt").write_text("mine too")
    shutil.copytree(whole, path)
    before = contents(canary)
    kind = chance.random()
    if kind < 0.5:
        what = by_structure(path, chance)
    else:
        what = by_byte(path, chance) if kind < 0.8 else by_name(path, chance, canary)
    broken = []
    first, *rest = verbs(path, expected)
    drawn = sorted(chance.sample(range(len(rest)), min(len(rest), most - 1)))
    for name, verb in (first, *(rest[k] for k in drawn)):
        start = time.monotonic()
        try:
            verb()
        except ScsError:
            pass
        except Exception as error:
            broken.append(f"{what}: {name}: {type(error).__name__}: {str(error)[:200]}")
        if time.monotonic() - start > LONGEST:
            broken.append(f"{what}: {name}: {time.monotonic() - start:.0f} s")
    if contents(canary) != before:
        broken.append(f"{what}: something outside was changed")
    if {entry.name for entry in place.iterdir()} - {"victim", "out.zarr", "out.csv"}:
        broken.append(f"{what}: something was left beside the store")
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_MEMORY:
        broken.append(f"{what}: memory beyond 1 GiB")
    shutil.rmtree(place, ignore_errors=True)
    return broken


def prepared(folder: Path) -> tuple[Path, dict]:
    """Return a store to be mutated, and its figures with those of one replicate more."""
    whole, grown = make(folder), folder / "grown.zarr"
    run_campaign(campaign(3), grown, run_replicate=fake_replicate)
    note_axes(grown)
    return whole, figures(grown)


def try_many(folder: Path, count: int, seed: int) -> list[str]:
    """Try mutations; return which laws were broken."""
    whole, expected = prepared(folder)
    broken = []
    for k in range(count):
        found = try_one(whole, expected, folder, random.Random(f"{seed} {k}"))
        print(k, *found, sep="\n  ", flush=True)
        broken += found
    return broken


if __name__ == "__main__":
    found = try_many(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print("\n".join(found))
    sys.exit(bool(found))
