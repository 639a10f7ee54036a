"""A store: the results of one campaign in one zarr group, safe against being killed.

A block's chunks are written and brought to the disk, then its record is published; what
has no record does not count. The arrays are laid out in `layout`, the records kept by
`journal`; `prepare` creates, locks and grows stores.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from importlib import metadata

import numpy as np
import zarr

from ..atomic_files import HOST, explained
from ..campaign.config import campaign_from_resolved
from ..campaign.identity import LAYOUT_VERSION
from ..errors import ConfigError, DifferentCampaignError, ScsError, StoreError
from ..model import registries
from ..model.integers.build import build_rules
from . import layout, snapshots
from .blocks import blocks, costs
from .digest import campaign_digest, replicate_digest
from .folder import COMMITS, place_of
from .journal import Journal


class Store:
    """The store at a path, as its attributes and its journal describe it.

    Parameters
    ----------
    path : path-like
        A folder, or an ``s3://`` URL.
    made_by : dict or None
        What computes the blocks that are written, for their records.
    campaign : Campaign or None
        The campaign that the store is of, if it is at hand; else the store says it.

    Attributes
    ----------
    rules : sequence of Rules
        Of each scenario, built when they are asked for.
    """

    def __init__(self, path, made_by=None, campaign=None):
        self.place = place_of(path)
        self.made_by = made_by or {}
        self._given = campaign
        self.attributes = read_attributes(self.place)
        outputs = self.attributes.get("deciding", {}).get("outputs")
        self.registry = registries.version_of(outputs)
        if self.registry is None:
            raise self._unreadable("outputs")
        self.journal = Journal(self.place)

    @property
    def path(self):
        """Where the store is: a Path, or a URL."""
        return self.place.path

    @property
    def campaign(self):
        """The campaign that the store was made for."""
        return self._campaign.model_copy(update={"replicates": self.replicates})

    @cached_property
    def _campaign(self):
        if self._given is not None:
            return self._given
        tree = {**self.attributes["config"], "replicates": self.replicates}
        try:
            return campaign_from_resolved(tree, self.attributes["config_text"])
        except (ScsError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable("configuration") from error

    @cached_property
    def rules(self):
        """The rules of each scenario."""
        return _Built(self)

    @cached_property
    def group(self):
        """The zarr group; consolidated metadata is never trusted here."""
        return zarr.open_group(self.place.zarr, mode="r+", use_consolidated=False)

    @cached_property
    def arrays(self) -> dict:
        """The zarr array of each stored table."""
        tables = layout.stored_tables(self.rules[0])
        return {table.name: self.array(table.name) for table in tables}

    def array(self, name: str):
        """Return a zarr array of the store."""
        try:
            return self.group[name]
        except OSError:
            raise
        except Exception as error:  # whatever zarr says of damaged metadata
            raise StoreError(
                f"{self.path}/{name}: is damaged: {error!r}; verify the store"
            ) from None

    def forget(self) -> None:
        """Look at arrays anew when they are asked for next: they have grown."""
        for name in ("group", "arrays"):
            self.__dict__.pop(name, None)

    def update(self, attributes: dict) -> None:
        """Change root attributes on the disk; this drops consolidated metadata."""
        self.group.update_attributes(attributes)
        self.place.settle("zarr.json")
        self.attributes.update(attributes)

    def members(self) -> set[str]:
        """Return the names of all that scsfast has put into the store."""
        labels = layout.labels(self.campaign, self.rules[0])
        tables = [table.name for table in layout.stored_tables(self.rules[0])]
        return {
            COMMITS,
            "status",
            *labels,
            *tables,
            *snapshots.names(self.campaign),
            *self.derived,
        }

    @property
    def is_finished(self) -> bool:
        """Whether the end of a run has written all, consolidated metadata last."""
        root = json.loads(self.place.read("zarr.json") or b"{}")
        return self.attributes["finished"] and "consolidated_metadata" in root

    @property
    def derived(self) -> list[str]:
        """Names of the arrays that the end of a run has written, or was about to.

        Raises
        ------
        StoreError
            If the store names anything that no end of a run writes.
        """
        names = self.attributes.get("derived", [])
        known = layout.derivable(self.rules[0])
        odd = [name for name in names if name not in known]
        if odd:
            raise StoreError(
                f"{self.path}/zarr.json: is damaged: `derived` names {odd[0]!r}, which "
                "scsfast never writes; nothing was touched, take it from a copy"
            )
        return names

    @property
    def replicates(self) -> int:
        """Replicates of each scenario that were asked for."""
        return self.attributes["replicates"]

    def blocks(self) -> list:
        """Return all blocks of the store."""
        size = self.attributes["block_size"]
        return blocks(costs(self.campaign), self.replicates, size)

    def pending(self, replicates: int | None = None, first: int = 0) -> list:
        """Return the blocks to compute for replicates [first, replicates), or for all."""
        wanted = self.replicates if replicates is None else replicates
        asked = [b for b in self.blocks() if b.first < wanted and b.stop > first]
        return [block for block in asked if not self.journal.is_done(block)]

    def digest(self) -> str:
        """Return the digest of all finished replicates, in order."""
        digests = self.journal.digests()
        return campaign_digest(digests[key] for key in sorted(digests))

    def status(self) -> np.ndarray:
        """Return PENDING, DONE or FAILED, uint8, shape (scenarios, replicates)."""
        shape = len(self.campaign.scenarios), self.replicates
        status = np.full(shape, layout.PENDING, "u1")
        for key in self.journal.digests():
            status[key] = layout.DONE
        for key in self.journal.errors():
            status[key] = layout.FAILED
        return status

    def write(
        self,
        block,
        results: list,
        seconds: float = 0.0,
        snapshot_digests: dict | None = None,
    ) -> None:
        """Write and commit a block.

        Parameters
        ----------
        block : Block
        results : list of dict or Exception
            One a replicate: its arrays by table, or why there are none.
        seconds : float
            What the block took.
        snapshot_digests : dict, optional
            Digests of its snapshots, which are written.
        """
        with explained(self.path, f"write block {block.name}"):
            self.journal.withdraw(block.name)
            try:
                self._write_chunks(block, results)
            except OSError:
                with suppress(OSError):
                    self.clear(block)
                raise
            record = self._record(block, results, seconds)
            if snapshot_digests:
                record["snapshots"] = snapshot_digests
            self.journal.publish(block.name, record)

    def clear(self, block) -> None:
        """Remove the chunks of a block, whole or torn."""
        for folder in self._folders(block):
            self.place.discard(folder)

    def read(self, block) -> list[dict]:
        """Return the arrays of each replicate of a block, as stored."""
        rows = slice(block.first, block.stop)
        wide = {
            name: array[block.scenario, rows] for name, array in self.arrays.items()
        }
        empty = {
            table.name: np.zeros((len(block.replicates), 0), "i8")
            for table in registries.tables(self.registry)
            if table.name not in wide
        }
        wide |= empty
        return [
            {n: a[k] for n, a in wide.items()} for k in range(len(block.replicates))
        ]

    def _write_chunks(self, block, results: list) -> None:
        self.clear(block)  # whatever a killed writer left must not be read
        rows = slice(block.first, block.stop)
        for name, array in self.arrays.items():
            values = np.zeros((len(results), *array.shape[2:]), "<i8")
            for k, result in enumerate(results):
                if not isinstance(result, Exception):
                    assert result[name].shape == values[k].shape, name
                    values[k] = result[name]
            array[block.scenario : block.scenario + 1, rows] = values[np.newaxis]
        for folder in self._folders(block):
            self.place.settle(folder, 3)  # up to the array's folder

    def _folders(self, block) -> list[str]:
        return [f"{name}/c/{block.scenario}/{block.index}" for name in self.arrays]

    def _record(self, block, results: list, seconds: float) -> dict:
        failed = {k: r for k, r in enumerate(results) if isinstance(r, Exception)}
        return {
            "scenario": block.scenario,
            "first": block.first,
            "stop": block.stop,
            "digests": [
                None if k in failed else replicate_digest(result)
                for k, result in enumerate(results)
            ],
            "errors": {
                str(block.first + k): in_words(error) for k, error in failed.items()
            },
            "seconds": round(seconds, 3),
            "host": HOST,
            "made_by": self.made_by,
        }

    def _unreadable(self, what: str) -> DifferentCampaignError:
        """Return the error that says which version can read the store."""
        version = self.attributes.get("versions", {}).get("scsfast", "unknown")
        revision = self.attributes.get("build", {}).get("revision", "unknown")
        return DifferentCampaignError(
            f"{self.path}: made by scsfast {version} (revision {revision}); this is "
            f"scsfast {scsfast_version()} and cannot read its {what}; read it with "
            "that version"
        )


class Failure(Exception):
    """Why a replicate failed, in words: the error itself would hold on to its memory."""


def in_words(error: Exception) -> str:
    """Return what a record says of an error."""
    name = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
    return f"{name}{error}"


class _Built(Sequence):
    """The rules of a store's scenarios, each built when it is first asked for."""

    def __init__(self, store: Store):
        self.store, self.scenarios = store, store.campaign.scenarios
        self.built = {}

    def __len__(self) -> int:
        return len(self.scenarios)

    def __getitem__(self, k: int):
        if k not in self.built:
            try:
                rules = build_rules(self.scenarios[k])
                self.built[k] = replace(rules, registry=self.store.registry)
            except ConfigError as error:
                raise self.store._unreadable("configuration") from error
        return self.built[k]


def scsfast_version() -> str:
    """Return the version of scsfast that is installed."""
    try:
        return metadata.version("scsfast")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def read_attributes(place, advice: str = "") -> dict:
    """Return the root attributes of the store at a place.

    Parameters
    ----------
    place : Folder or Bucket
    advice : str
        What to add where there is something else.

    Raises
    ------
    ConfigError
        If there is nothing.
    DifferentCampaignError
        If there is something else, or a store that this version cannot read.
    StoreError
        If a bucket does not answer.
    """
    with explained(place, "read the store"):
        if not place.holds():
            raise ConfigError(
                "must be the path of a store, there is nothing", str(place)
            )
        root = place.read("zarr.json")
    try:
        attributes = json.loads(root)["attributes"]
        version = attributes["scsfast_layout"]
    except (ValueError, KeyError, TypeError):
        raise DifferentCampaignError(
            f"{place}: exists and is no scsfast store{advice}"
        ) from None
    if version != LAYOUT_VERSION:
        raise DifferentCampaignError(
            f"{place}: has store layout {version}, this scsfast reads "
            f"{LAYOUT_VERSION}{advice}"
        )
    return attributes
