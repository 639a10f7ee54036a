"""A store: the results of one campaign in one zarr group, safe against being killed.

A block's chunks are written and brought to the disk, then its record is published; what
has no record does not count. The arrays are laid out in `layout`, the records kept by
`journal`; `prepare` creates, locks and grows stores.
"""

import json
from contextlib import suppress
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import zarr

from .. import version
from ..atomic_files import HOST, explained
from ..campaign.config import Campaign, campaign_from_resolved
from ..errors import DifferentCampaignError, ScsError, StoreError
from ..model import registries
from ..text import html_table
from . import layout, snapshots
from .blocks import Block, blocks, costs
from .built_rules import BuiltRules
from .checked_zarr import CheckedZarr
from .checks import Checks
from .digest import campaign_digest, replicate_digest
from .documents import LARGEST_ROOT, parsed, sealed_attributes
from .folder import COMMITS, place_of
from .journal import Journal
from .root import read_attributes


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

    def __init__(
        self,
        path: str | PathLike[str],
        made_by: dict[str, Any] | None = None,
        campaign: Campaign | None = None,
    ) -> None:
        self.place = place_of(path)
        self.made_by = made_by or {}
        self._given = campaign
        self.attributes = read_attributes(self.place)
        outputs = self.attributes["deciding"].get("outputs")
        self.registry = registries.version_of(outputs)
        if self.registry is None:
            raise self.unreadable("outputs")
        self.tables = registries.tables(self.registry)
        self.journal = Journal(self.place, self._has_block)

    def __repr__(self) -> str:
        return f"<scsfast store {self.path}: {', '.join(map(' '.join, self._told()))}>"

    def _repr_html_(self) -> str:
        rows = [(what, number) for number, what in self._told()]
        return html_table(f"Store {self.path}", rows)

    def _told(self) -> list[tuple[str, str]]:
        """Return counts in words, each with what is counted."""
        status = self.status()
        done = int((status == layout.DONE).sum())
        failed = int((status == layout.FAILED).sum())
        found = [
            (f"{len(status):,}", "scenarios"),
            (f"{done:,} of {status.size:,}", "replicates done"),
        ]
        return found + ([(f"{failed:,}", "replicates failed")] if failed else [])

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
            raise self.unreadable("configuration") from error

    @cached_property
    def rules(self):
        """The rules of each scenario."""
        return BuiltRules(self)

    @property
    def version(self) -> int:
        """Version of the store's layout."""
        return self.attributes["scsfast_layout"]

    @cached_property
    def checks(self) -> Checks:
        """What must be under each key."""
        return Checks(self)

    @cached_property
    def zarr(self) -> CheckedZarr:
        """What zarr reads and writes through."""
        return CheckedZarr(self.place, self.checks)

    @cached_property
    def group(self):
        """The zarr group; consolidated metadata is never trusted here."""
        return zarr.open_group(
            self.zarr, mode="r+", use_consolidated=False, zarr_format=3
        )

    def _has_block(self, name: str, record: dict) -> bool:
        """Say whether a record belongs to a block of this store."""
        scenarios = self.attributes["config"].get("scenarios", ())
        size, first = self.attributes["block_size"], record["first"]
        block = Block(record["scenario"], first // size, first, record["stop"], 0)
        return (
            block.name == name
            and first % size == 0
            and first < block.stop <= min(first + size, self.replicates)
            and block.scenario < len(scenarios)
        )

    @cached_property
    def arrays(self) -> dict:
        """The zarr array of each stored table."""
        return {table.name: self.array(table.name) for table in self.stored_tables()}

    def stored_tables(self) -> list:
        """Return the tables of the store that hold anything."""
        return layout.stored_tables(self.rules[0], self.tables)

    def labels(self) -> dict:
        """Return all labels of the store, see `layout.labels`."""
        return layout.labels(self.campaign, self.rules[0], self.tables)

    def array(self, name: str):
        """Return a zarr array of the store."""
        try:
            return self.group[name]
        except (OSError, StoreError):
            raise
        except Exception as error:  # whatever zarr says of damaged metadata
            raise StoreError(
                f"{self.path}/{name}: is damaged: {error!r}; verify the store"
            ) from None

    def forget(self) -> None:
        """Look at arrays anew when they are asked for next: they have grown."""
        written = self.checks.written
        for name in ("group", "arrays", "zarr", "checks"):
            self.__dict__.pop(name, None)
        self.checks.written.update(written)

    def update(self, attributes: dict, consolidated: dict | None = None) -> None:
        """Change root attributes on the disk, and seal them.

        Parameters
        ----------
        attributes : dict
        consolidated : dict, optional
            Metadata of all arrays for other readers; without it there is none.
        """
        whole = sealed_attributes({**self.attributes, **attributes})
        root = {"attributes": whole, "zarr_format": 3, "node_type": "group"}
        if consolidated is not None:
            root["consolidated_metadata"] = consolidated
        data = (json.dumps(root, indent=2) + "\n").encode()
        self.place.publish("zarr.json", lambda file: file.write(data))
        grown = attributes.keys() & {"replicates", "finished", "config"}
        self.attributes = whole
        if grown:
            self.forget()

    def members(self) -> set[str]:
        """Return the names of all that scsfast has put into the store."""
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
        """Whether the end of a run has written all, consolidated metadata last."""
        root = parsed(self.place.read("zarr.json", LARGEST_ROOT) or b"{}")
        has_metadata = isinstance(root.get("consolidated_metadata"), dict)
        return self.attributes["finished"] and has_metadata

    @property
    def derived(self) -> list[str]:
        """Names of the arrays that the end of a run has written, or was about to.

        Raises
        ------
        StoreError
            If the store names anything that no end of a run writes.
        """
        names = self.attributes.get("derived", [])
        known = layout.derivable(self.rules[0], self.tables)
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
            before = self.journal.records.get(block.name, {}).get("chunks", {})
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
            record["chunks"] = self._chunk_digests(block, before)
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
            for table in self.tables
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
        self.place.settle_all(self._folders(block), 3)  # up to the arrays' folders

    def _folders(self, block) -> list[str]:
        return [f"{name}/c/{block.scenario}/{block.number}" for name in self.arrays]

    def _chunk_digests(self, block, before: dict) -> dict[str, str]:
        """Return the SHA-256 of each chunk of a block, snapshots kept from `before` too."""
        tables = tuple(f"{folder}/" for folder in self._folders(block))
        kept = tuple(
            f"{k}/" for k in snapshots.keys(self, block.scenario, block.replicates)
        )
        found = {key: sha for key, sha in before.items() if key.startswith(kept)}
        return found | self.checks.written_below((*tables, *kept))

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

    def unreadable(self, what: str) -> DifferentCampaignError:
        """Return the error that says which version can read the store."""
        maker = self.attributes.get("versions", {}).get("scsfast", "unknown")
        revision = self.attributes.get("build", {}).get("revision", "unknown")
        return DifferentCampaignError(
            f"{self.path}: made by scsfast {maker} (revision {revision}); this is "
            f"scsfast {version.installed()} and cannot read its {what}; read it with "
            "that version"
        )


class Failure(Exception):
    """Why a replicate failed, in words: the error itself would hold on to its memory."""


def in_words(error: Exception) -> str:
    """Return what a record says of an error."""
    name = "" if isinstance(error, Failure) else f"{type(error).__name__}: "
    return f"{name}{error}"
