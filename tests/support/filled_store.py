"""Small stores, filled by the fake engine, and functions to inspect and damage them."""

import json
import tarfile
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

import scsfast
from scsfast.execution.threads import execute
from scsfast.store import create
from scsfast.store.create import open_for_writing
from scsfast.store.documents import sealed_attributes
from scsfast.store.store import Store
from scsfast.store.verify import verify
from support.fake_engine import fake_replicate

DATA = Path(__file__).parents[1] / "data"


def frozen_store(folder: Path, layout: int) -> Path:
    """Unpack the frozen store of a layout into a folder."""
    with tarfile.open(DATA / f"store-layout-{layout}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / f"v{layout}.zarr"


def check_frozen_figures(store: Path, layout: int) -> None:
    """Compare a frozen store with what the version that wrote it gave for it."""
    expected = json.loads((DATA / f"store-layout-{layout}.json").read_text())
    dataset = scsfast.open(store)
    assert (Store(store).version, Store(store).digest()) == (layout, expected["digest"])
    assert dict(dataset.sizes) == expected["dims"]
    totals = {name: dataset[name].sum().item() for name in dataset.data_vars}
    assert totals == pytest.approx(expected["totals"], rel=1e-12)
    assert verify(Store(store)) == {}


def fill(path, campaign, engine=fake_replicate, jobs=2) -> Store:
    """Compute the pending blocks of a store, without the end of a run."""
    with open_for_writing(path, campaign) as store:
        execute(store, campaign.replicates, jobs=jobs, run_replicate=engine)
    return Store(path)


@contextmanager
def of_layout_3():
    """Have new stores written in layout 3, whose chunks lie in nested folders."""
    with mock.patch.object(create, "LAYOUT_VERSION", 3):
        yield


def contents(path: Path) -> dict[str, bytes]:
    """Return every file below a path."""
    return {str(f): f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file()}


def chunk_files(path: Path, name: str = "*") -> list[Path]:
    """Return the files of an array's chunks, or of all arrays', wherever they lie."""
    files = [*path.glob(f"{name}/c.*"), *path.glob(f"{name}/c/**/*")]
    return sorted(file for file in files if file.is_file())


def _fail_after(n, function):
    calls = []

    def failing_function(*args, **rest):
        calls.append(args)
        if len(calls) > n:
            raise KeyboardInterrupt
        return function(*args, **rest)

    return failing_function


def edit(path: Path, change) -> None:
    """Change the root attributes of a store by hand, and seal them anew."""
    root = json.loads((path / "zarr.json").read_text())
    change(root["attributes"])
    root["attributes"] = sealed_attributes(root["attributes"])
    (path / "zarr.json").write_text(json.dumps(root))
