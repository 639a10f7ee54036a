"""Stores with one change each, in structure or in bytes, and every verb tried on them.

``python -m support.mutated_stores FOLDER COUNT SEED VERBS`` tries so many mutations with so
many verbs each, prints a line for each law that is broken, and ends with 1 if there is any.
"""

import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from scsfast.errors import ScsError
from scsfast.store.documents import sealed_attributes, sealed_record
from support.verbs_on_stores import Whole, prepared, verbs

LONGEST, OPENINGS = (
    10.0,
    13,
)  # seconds of a verb, or openings of a store on a slow machine
MOST_MEMORY = 2**20  # KiB of the process
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


def nodes(tree, path=()):
    """Yield the path of every node of a tree."""
    yield path
    items = tree.items() if isinstance(tree, dict) else ()
    items = enumerate(tree) if isinstance(tree, list) else items
    for key, value in items:
        yield from nodes(value, (*path, key))


def changed_tree(tree, chance: random.Random):
    """Return a description, and a tree with one node changed, added or removed."""
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
    """Replace a file or folder by a link, a folder, a pipe or nothing."""
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


def contents(folder: Path) -> dict:
    """Return the contents of a folder."""
    return {
        str(entry.relative_to(folder)): entry.read_bytes() if entry.is_file() else None
        for entry in sorted(folder.rglob("*"))
    }


def try_one(whole: Whole, folder: Path, chance, most=99) -> list[str]:
    """Mutate a copy of a store and try verbs on it; return which laws were broken.

    Parameters
    ----------
    whole : Whole
        The store, and what verbs serve of it.
    folder : Path
    chance : random.Random
    most : int
        How many verbs to try, drawn, those that read before those that write.
    """
    place = Path(tempfile.mkdtemp(dir=folder))
    canary, path = place / "victim", place / "out.zarr"
    (canary / "0").mkdir(parents=True)
    (canary / "precious.txt").write_text("mine")
    (canary / "0" / "precious.txt").write_text("mine too")
    shutil.copytree(whole.path, path)
    before = contents(canary)
    what = changed_store(path, chance, canary)
    known, broken = verbs(whole, path), []
    for k in sorted(chance.sample(range(len(known)), min(len(known), most))):
        broken += [f"{what}: {fault}" for fault in faults_of(known[k], whole.pace)]
    if contents(canary) != before:
        broken.append(f"{what}: something outside was changed")
    left = {entry.name for entry in place.iterdir()} - {"victim", "out.zarr"}
    if left := {name for name in left if not name.startswith("made.")}:
        broken.append(f"{what}: {left} left beside the store")
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_MEMORY:
        broken.append(f"{what}: memory beyond 1 GiB")
    shutil.rmtree(place, ignore_errors=True)
    return broken


def changed_store(path: Path, chance: random.Random, canary: Path) -> str:
    """Change one thing of a store; return what."""
    kind = chance.random()
    if kind < 0.5:
        return by_structure(path, chance)
    return by_byte(path, chance) if kind < 0.8 else by_name(path, chance, canary)


def faults_of(verb, pace: float) -> list[str]:
    """Run a verb; return which laws it broke: an error in words breaks none."""
    name, function = verb
    found, start = [], time.process_time()
    try:
        function()
    except ScsError:
        pass
    except Exception as error:
        found.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
    seconds = time.process_time() - start  # of this process: others share the machine
    if seconds > max(LONGEST, OPENINGS * pace):
        found.append(f"{name}: {seconds:.0f} s")
    return found


def try_many(folder: Path, count: int, seed: int, most: int) -> list[str]:
    """Try mutations; return which laws were broken."""
    whole, broken = prepared(folder), []
    for k in range(count):
        found = try_one(whole, folder, random.Random(f"{seed} {k}"), most)
        print(k, *found, sep="\n  ", flush=True)
        broken += found
    return broken


if __name__ == "__main__":
    found = try_many(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
    print("\n".join(found))
    sys.exit(bool(found))
