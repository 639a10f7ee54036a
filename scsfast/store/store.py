"""A store: the results of one campaign in one zarr group, safe against being killed.

A block's chunks are written and flushed to the disk, then its record is published; a block
without a record does not count. `layout` defines the arrays, `journal` keeps the records,
and `create` creates, locks and grows stores.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import zarr
from zarr import Group

from .. import version
from ..atomic_files import explained
from ..campaign.campaign import Campaign, campaign_from_resolved
from ..errors import DifferentCampaignError, ScsError, StoreError
from ..model import registries
from ..model.integers.extents import ScenarioExtents, extents
from ..model.output_types import Table
from ..model.parameters import Tree
from ..text import html_table
from . import layout, snapshots
from .array_metadata import group_metadata, in_bytes
from .beneath import DEEPEST_KEY
from .blocks import Block, blocks, costs
from .checked_zarr import CheckedZarr
from .checks import Checks
from .chunks import NESTED, NumberArray, chunk_keys, read_part, write_part
from .digest import campaign_digest
from .documents import (
    LARGEST_ROOT,
    CommitRecord,
    SnapshotDigests,
    parsed,
    sealed_attributes,
)
from .folder import COMMITS, place_of
from .journal import Journal
from .results import Arrays, Result, record_of, stacked
from .root import read_attributes

if TYPE_CHECKING:
    from .built_rules import BuiltRules


class Store:
    """The store at a path, as its attributes and its journal describe it.

    Parameters
    ----------
    path : path-like
        A folder, or an ``s3://`` URL.
    made_by : dict or None
        Software and machine that compute the blocks to write, for their records.
    campaign : Campaign or None
        The store's campaign if it is known; by default it is read from the store.

    Attributes
    ----------
    rules : sequence of Rules
        Rules of each scenario, built on first use.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        made_by: Tree | None = None,
        campaign: Campaign | None = None,
    ) -> None:
        self.place = place_of(path)
        self.made_by = made_by or {}
        self._given = campaign
        self.attributes = read_attributes(self.place)
        outputs = self.attributes["deciding"].get("outputs")
        registry = registries.version_of(outputs)
        if registry is None:
            raise self.unreadable("outputs")
        self.registry = registry
        self.tables = registries.tables(self.registry)
        self.journal = Journal(self.place, self._has_block)

    def __repr__(self) -> str:
        return (
            f"<scsfast store {self.path}: {', '.join(map(' '.join, self._counts()))}>"
        )

    def _repr_html_(self) -> str:
        rows = [(what, number) for number, what in self._counts()]
        return html_table(f"Store {self.path}", rows)

    def _counts(self) -> list[tuple[str, str]]:
        """Return counts as text, each with the name of what is counted."""
        status = self.status()
        done = int((status == layout.DONE).sum())
        failed = int((status == layout.FAILED).sum())
        found = [
            (f"{len(status):,}", "scenarios"),
            (f"{done:,} of {status.size:,}", "replicates done"),
        ]
        return found + ([(f"{failed:,}", "replicates failed")] if failed else [])

    @property
    def path(self) -> Path | str:
        """Where the store is: a Path, or a URL."""
        return self.place.path

    @property
    def campaign(self) -> Campaign:
        """The store's campaign, with the replicates of the store."""
        return self._campaign.model_copy(update={"replicates": self.replicates})

    @cached_property
    def _campaign(self) -> Campaign:
        if self._given is not None:
            return self._given
        tree = {**self.attributes["config"], "replicates": self.replicates}
        try:
            return campaign_from_resolved(tree, self.attributes["config_text"])
        except (ScsError, ValueError, KeyError, TypeError) as error:
            raise self.unreadable("configuration") from error

    @cached_property
    def rules(self) -> "BuiltRules":
        """The rules of each scenario."""
        from .built_rules import BuiltRules  # not needed to read results

        return BuiltRules(self.campaign.scenarios, self.registry, self.unreadable)

    @cached_property
    def extents(self) -> ScenarioExtents:
        """The sizes of outputs, the same in all scenarios; the rules need not be built."""
        return extents(self.campaign.scenarios[0], self.registry)

    @property
    def version(self) -> int:
        """Version of the store's layout."""
        layout_version: int = self.attributes["scsfast_layout"]
        return layout_version

    @cached_property
    def checks(self) -> Checks:
        """The checks of the data under each key."""
        return Checks(self)

    @cached_property
    def zarr(self) -> CheckedZarr:
        """The zarr store through which zarr reads and writes."""
        return CheckedZarr(self.place, self.checks, version=self.version)

    @cached_property
    def group(self) -> Group:
        """The zarr group; consolidated metadata are never used here."""
        return zarr.open_group(
            self.zarr, mode="r+", use_consolidated=False, zarr_format=3
        )

    def _has_block(self, name: str, record: CommitRecord) -> bool:
        """Return whether a record belongs to a block of this store."""
        scenarios = self.attributes["config"].get("scenarios", ())
        size, first = self.block_size, record["first"]
        block = Block(record["scenario"], first // size, first, record["stop"], 0)
        return (
            block.name == name
            and first % size == 0
            and first < block.stop <= min(first + size, self.replicates)
            and block.scenario < len(scenarios)
        )

    @cached_property
    def arrays(self) -> dict[str, NumberArray]:
        """The array of each stored table."""
        return {table.name: self.numbers(table.name) for table in self.stored_tables()}

    def stored_tables(self) -> list[Table]:
        """Return the tables of the store that are not empty."""
        return layout.stored_tables(self.extents, self.tables)

    def labels(self) -> dict[str, layout.Label]:
        """Return all labels of the store, see `layout.labels`."""
        return layout.labels(self.campaign, self.extents, self.tables)

    def numbers(self, name: str) -> NumberArray:
        """Return an array of numbers; raise StoreError if its metadata are damaged."""
        return NumberArray.of(self.zarr, name, self.checks.metadata(name))

    def array(self, name: str) -> layout.ZarrArray:
        """Return a zarr array of the store; raise StoreError if it is damaged."""
        try:
            return layout.array_of(self.group, name)
        except (OSError, StoreError):
            raise
        except Exception as error:  # zarr raises many kinds for damaged metadata
            raise StoreError(
                f"{self.path}/{name}: is damaged: {error!r}; verify the store"
            ) from None

    def forget(self) -> None:
        """Drop what is cached of the arrays, which have grown."""
        written = self.checks.written
        for name in ("group", "arrays", "zarr", "checks"):
            self.__dict__.pop(name, None)
        self.checks.written.update(written)

    def update(self, attributes: Tree, consolidated: Tree | None = None) -> None:
        """Change root attributes on the disk, and seal them.

        Parameters
        ----------
        attributes : dict
            The attributes that change.
        consolidated : dict, optional
            Metadata of all arrays for other readers; by default the root has none.
        """
        whole = sealed_attributes({**self.attributes, **attributes})
        root = group_metadata(whole)
        if consolidated is not None:
            root["consolidated_metadata"] = consolidated
        self.place.publish("zarr.json", lambda file: file.write(in_bytes(root)))
        grown = attributes.keys() & {"replicates", "finished", "config"}
        self.attributes = whole
        if grown:
            self.forget()

    def members(self) -> set[str]:
        """Return the names of all members of the root that scsfast has written."""
        labels = self.labels()
        tables = [table.name for table in self.stored_tables()]
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
        """Whether `finalise` has written everything, consolidated metadata last."""
        root = parsed(self.place.read("zarr.json", LARGEST_ROOT) or b"{}")
        has_metadata = isinstance(root.get("consolidated_metadata"), dict)
        return bool(self.attributes["finished"]) and has_metadata

    @property
    def derived(self) -> list[str]:
        """Names of the arrays that `finalise` has written, or was about to write.

        Raises
        ------
        StoreError
            If the store names an array that `finalise` never writes.
        """
        names: list[str] = self.attributes.get("derived", [])
        known = layout.derivable(self.extents, self.tables)
        odd = [name for name in names if name not in known]
        if odd:
            raise StoreError(
                f"{self.path}/zarr.json: is damaged: `derived` names {odd[0]!r}, which "
                "scsfast never writes; nothing was changed, restore it from a copy"
            )
        return names

    @property
    def replicates(self) -> int:
        """Replicates of each scenario, done or not."""
        replicates: int = self.attributes["replicates"]
        return replicates

    @property
    def block_size(self) -> int:
        """Replicates per block."""
        size: int = self.attributes["block_size"]
        return size

    def blocks(self) -> list[Block]:
        """Return all blocks of the store."""
        return blocks(costs(self.campaign), self.replicates, self.block_size)

    def pending(self, replicates: int | None = None, first: int = 0) -> list[Block]:
        """Return the blocks to compute for replicates [first, replicates), or for all."""
        stop = self.replicates if replicates is None else replicates
        within = [b for b in self.blocks() if b.first < stop and b.stop > first]
        return [block for block in within if not self.journal.is_done(block)]

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
        block: Block,
        results: Sequence[Result],
        seconds: float = 0.0,
        snapshot_digests: SnapshotDigests | None = None,
    ) -> None:
        """Write and commit a block.

        Parameters
        ----------
        block : Block
            The block.
        results : list of dict or Exception
            One per replicate: its arrays by table, or the cause of its failure.
        seconds : float
            Time that the block took.
        snapshot_digests : dict, optional
            Digests of its snapshots, which are already written.
        """
        with explained(self.path, f"write block {block.name}"):
            earlier = self.journal.records.get(block.name)
            before = {} if earlier is None else earlier.get("chunks", {})
            self.journal.withdraw(block.name)
            try:
                self._write_chunks(block, results)
            except OSError:
                with suppress(OSError):
                    self.clear(block)
                raise
            record = record_of(block, results, seconds, self.made_by)
            if snapshot_digests:
                record["snapshots"] = snapshot_digests
            record["chunks"] = self._chunk_digests(block, before)
            self.journal.publish(block.name, record)

    def clear(self, block: Block) -> None:
        """Remove the chunks of a block, intact or not, and whatever lies in their place."""
        for name, array in self.arrays.items():
            folder = f"{name}/c/{block.scenario}/{block.number}"
            is_nested = array.form.separator == NESTED
            for key in [folder] if is_nested else chunk_keys(array, _part(block)):
                self.place.discard(key)

    def read(self, block: Block) -> list[Arrays]:
        """Return the arrays of each replicate of a block, as stored."""
        part = _part(block)
        wide = {name: read_part(array, part)[0] for name, array in self.arrays.items()}
        empty = {
            table.name: np.zeros((len(block.replicates), 0), "i8")
            for table in self.tables
            if table.name not in wide
        }
        wide |= empty
        return [
            {n: a[k] for n, a in wide.items()} for k in range(len(block.replicates))
        ]

    def _write_chunks(self, block: Block, results: Sequence[Result]) -> None:
        self.clear(block)  # chunks that a killed writer left must not be read
        for name, array in self.arrays.items():
            values = stacked(results, name, array.shape[2:])
            write_part(array, _part(block), values[np.newaxis])
        self.place.settle_all(self._chunk_keys(block), DEEPEST_KEY)

    def _chunk_keys(self, block: Block) -> list[str]:
        """Return the keys of the chunks of a block in all tables."""
        keys = (chunk_keys(array, _part(block)) for array in self.arrays.values())
        return [key for of_array in keys for key in of_array]

    def _chunk_digests(self, block: Block, before: dict[str, str]) -> dict[str, str]:
        """Return the SHA-256 of each chunk of a block, with snapshots kept of `before`."""
        kept = tuple(
            f"{k}/" for k in snapshots.keys(self, block.scenario, block.replicates)
        )
        found = {key: sha for key, sha in before.items() if key.startswith(kept)}
        written = self.checks.written
        tables = {key: written.sha256(key) for key in self._chunk_keys(block)}
        return tables | found | written.below(kept)

    def unreadable(self, what: str) -> DifferentCampaignError:
        """Return the error that names the version which can read the store."""
        maker = self.attributes.get("versions", {}).get("scsfast", "unknown")
        revision = self.attributes.get("build", {}).get("revision", "unknown")
        return DifferentCampaignError(
            f"{self.path}: made by scsfast {maker} (revision {revision}); this is "
            f"scsfast {version.installed()} and cannot read its {what}; read it with "
            "that version"
        )


def _part(block: Block) -> tuple[slice, slice]:
    """Return the scenario and the replicates of a block, as slices of arrays."""
    return slice(block.scenario, block.scenario + 1), slice(block.first, block.stop)
