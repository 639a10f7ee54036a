"""Merging finished stores of one campaign, whose replicates were computed apart.

Blocks are read, compared with their digests, and committed again, so that the new store
equals one that was computed in one place. Replicates that two stores have must be equal.
"""

import logging
from collections.abc import Callable, Sequence
from os import PathLike
from typing import TypeAlias

from ..campaign.identity import MODEL_VERSION
from ..campaign.packing import unpacked
from ..errors import ConfigError, DifferentCampaignError, StoreError
from ..model.parameters import Tree
from ..model.trees import differences
from ..text import many
from . import snapshots
from .blocks import Block
from .coherence import refuse_incoherent
from .create import open_for_writing
from .digest import replicate_digest
from .documents import CommitRecord, SnapshotDigests
from .folder import place_of
from .results import Arrays
from .store import Store

StorePath: TypeAlias = str | PathLike[str]  # a folder, or an s3:// URL
Key: TypeAlias = tuple[int, int]  # number of a scenario, and of a replicate of it

logger = logging.getLogger("scsfast.store")


def join(
    paths: Sequence[StorePath],
    target: StorePath,
    made_by: Tree | None = None,
    finish: Callable[[Store], object] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Store:
    """Merge stores into a new one.

    Parameters
    ----------
    paths : sequence of path-like
        Finished stores of one identity; they may have different replicates.
    target : path-like
        Place of the new store: empty, or with an interrupted merge of the same stores.
    made_by : dict, optional
        Software and machine that merge the stores, for the records.
    finish : callable, optional
        Called with the store if it is complete.
    progress : callable, optional
        Called with (blocks written, blocks to write).

    Returns
    -------
    Store
        The new store, with as many replicates as the longest source.

    Raises
    ------
    ConfigError
        If there are fewer than two sources, or the target is one of them.
    DifferentCampaignError
        If the sources are of different campaigns.
    StoreError
        If a source is not finished or damaged, or two sources do not agree.
    """
    sources = _sources(paths, target)
    longest = max(source.replicates for source in sources)
    campaign = sources[0].campaign.model_copy(update={"replicates": longest})
    owners = _owners(sources)
    edges = sources[0].attributes.get("network_edges")
    with open_for_writing(target, campaign, made_by, edges) as store:
        pending = store.pending()
        logger.info(
            "%s: copying %s from %s",
            target,
            many(len(pending), "block"),
            many(len(sources), "store"),
        )
        for k, block in enumerate(pending, 1):
            _copy(store, block, sources, owners)
            if progress:
                progress(k, len(pending))
        if finish and not store.pending():
            finish(store)
    return store


def _sources(paths: Sequence[StorePath], target: StorePath) -> list[Store]:
    """Return the stores, all finished and of one identity."""
    if len(paths) < 2:
        raise ConfigError("there must be at least two stores to merge")
    if place_of(target).resolved in {place_of(path).resolved for path in paths}:
        raise ConfigError(
            f"the new store must not be one of the merged stores, got {target}"
        )
    sources = [Store(path) for path in paths]
    for source in sources:
        refuse_source(source)
    first = sources[0]
    for source in sources[1:]:
        if source.attributes["identity"] != first.attributes["identity"]:
            there, here = (unpacked(s.attributes["deciding"]) for s in (first, source))
            found = "; ".join(differences(there, here)[:5])
            raise DifferentCampaignError(
                f"{source.place}: belongs to another campaign than {first.place}: {found}"
            )
    unfinished = [str(s.place) for s in sources if not s.attributes["finished"]]
    if unfinished:
        raise StoreError(f"not finished: {', '.join(unfinished)}; `run` them first")
    return sources


def refuse_source(source: Store) -> None:
    """Raise if a store is not as `finalise` left it, or has results of another model.

    Parameters
    ----------
    source : Store
    """
    refuse_incoherent(source, of_records=False)
    model = source.attributes["scsfast_model"]
    if model != MODEL_VERSION:
        raise DifferentCampaignError(
            f"{source.place}: has results of model version {model}, this scsfast writes "
            f"{MODEL_VERSION}; run the campaign again"
        )


def _owners(sources: list[Store]) -> dict[Key, int]:
    """Return the source of each replicate; all sources that have it must agree."""
    owners: dict[Key, int] = {}
    digests: dict[Key, str] = {}
    for k, source in enumerate(sources):
        for key, digest in source.journal.digests().items():
            if digests.setdefault(key, digest) != digest:
                name = source.campaign.scenarios[key[0]].name
                raise StoreError(
                    f"{source.place}: replicate {key[1]} of '{name}' differs from that "
                    f"of {sources[owners[key]].place}; verify both"
                )
            owners.setdefault(key, k)
    return owners


def _copy(
    store: Store, block: Block, sources: list[Store], owners: dict[Key, int]
) -> None:
    """Commit a block if the sources have all its replicates; leave others to `run`."""
    keys = [(block.scenario, replicate) for replicate in block.replicates]
    if not all(key in owners for key in keys):
        return
    taken = [_read(sources[owners[key]], key) for key in keys]
    written: SnapshotDigests = {}
    for key in keys if store.campaign.snapshots else ():
        written[str(key[1])] = _snapshots(sources[owners[key]], store, key)
    results, seconds = zip(*taken, strict=True)
    store.write(block, list(results), sum(seconds), written)


def _snapshots(source: Store, store: Store, key: Key) -> dict[str, str]:
    """Copy the snapshots of a replicate; return their digests."""
    try:
        return snapshots.copy(source, store, *key)
    except (ValueError, RuntimeError, StoreError) as error:  # codec or digest
        raise _damaged(source, key) from error


def _damaged(source: Store, key: Key) -> StoreError:
    name = source.campaign.scenarios[key[0]].name
    return StoreError(
        f"{source.place}: replicate {key[1]} of '{name}' is damaged; verify it"
    )


def _read(source: Store, key: Key) -> tuple[Arrays, float]:
    """Return the arrays of a replicate, compared with their digest, and its seconds."""
    scenario, replicate = key
    records = source.journal.records.values()
    (record,) = [
        r
        for r in records
        if r["scenario"] == scenario and r["first"] <= replicate < r["stop"]
    ]
    return read_replicate(source, record, replicate)


def read_replicate(
    source: Store, record: CommitRecord, replicate: int
) -> tuple[Arrays, float]:
    """Return the arrays of a replicate and its seconds, once its digest is as recorded.

    Parameters
    ----------
    source : Store
    record : dict
        The commit record of its block.
    replicate : int

    Raises
    ------
    StoreError
        If it is damaged.
    """
    scenario = record["scenario"]
    block = Block(scenario, 0, replicate, replicate + 1, 0)
    try:
        (arrays,) = source.read(block)
        found = replicate_digest(arrays)
    except Exception as error:  # codecs raise many kinds for damaged bytes
        found = f"cannot be read: {error}"
    if found != record["digests"][replicate - record["first"]]:
        raise _damaged(source, (scenario, replicate))
    return arrays, record["seconds"] / (record["stop"] - record["first"])
