"""Joining finished stores of one campaign: replicates that were computed apart, together.

Blocks are read, held against their digests, and committed anew, so the joined store is
as good as one that was computed in one place. What two stores both have must be the same.
"""

import logging

from ..campaign.identity import MODEL_VERSION
from ..campaign.packing import unpacked
from ..errors import ConfigError, DifferentCampaignError, StoreError
from ..model.trees import differences
from ..text import many
from . import snapshots
from .blocks import Block
from .coherence import refuse_incoherent
from .create import open_for_writing
from .digest import replicate_digest
from .folder import place_of
from .store import Store

logger = logging.getLogger("scsfast.store")


def join(paths, target, made_by=None, finish=None, progress=None) -> Store:
    """Join stores into a new one.

    Parameters
    ----------
    paths : sequence of path-like
        Finished stores of one identity; they may have different replicates.
    target : path-like
        Where nothing is yet, or where the same was begun.
    made_by : dict, optional
        What joins them, for the records.
    finish : callable, optional
        Called with the store if all is there.
    progress : callable, optional
        Called with (blocks written, blocks to write).

    Returns
    -------
    Store
        Of as many replicates as the longest source has.

    Raises
    ------
    ConfigError
        If there are fewer than two sources, or the target is one of them.
    DifferentCampaignError
        If the sources are of different campaigns.
    StoreError
        If a source is not finished or damaged, or two do not agree.
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


def _sources(paths, target) -> list[Store]:
    """Return the stores, all finished and of one identity."""
    if len(paths) < 2:
        raise ConfigError("there must be at least two stores to merge")
    if place_of(target).resolved in {place_of(path).resolved for path in paths}:
        raise ConfigError(f"the new store must be none of the merged, got {target}")
    sources = [Store(path) for path in paths]
    for source in sources:
        refuse_source(source)
    first = sources[0]
    for source in sources[1:]:
        if source.attributes["identity"] != first.attributes["identity"]:
            trees = [unpacked(s.attributes["deciding"]) for s in (first, source)]
            found = "; ".join(differences(*trees)[:5])
            raise DifferentCampaignError(
                f"{source.place}: is of another campaign than {first.place}: {found}"
            )
    unfinished = [str(s.place) for s in sources if not s.attributes["finished"]]
    if unfinished:
        raise StoreError(f"not finished: {', '.join(unfinished)}; `run` them first")
    return sources


def refuse_source(source: Store) -> None:
    """Raise if a store is not as it was finished, or has the bits of another model.

    Parameters
    ----------
    source : Store
    """
    refuse_incoherent(source, of_records=False)
    model = source.attributes["scsfast_model"]
    if model != MODEL_VERSION:
        raise DifferentCampaignError(
            f"{source.place}: has results of model version {model}, this scsfast writes "
            f"{MODEL_VERSION}; run the campaign anew"
        )


def _owners(sources) -> dict[tuple[int, int], int]:
    """Return which source each replicate is taken from; all that have it must agree."""
    owners, digests = {}, {}
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


def _copy(store, block, sources, owners) -> None:
    """Commit a block of which every replicate is in some source; leave others to `run`."""
    keys = [(block.scenario, replicate) for replicate in block.replicates]
    if not all(key in owners for key in keys):
        return
    taken = [_read(sources[owners[key]], key) for key in keys]
    written = {}
    for key in keys if store.campaign.snapshots else ():
        written[str(key[1])] = _snapshots(sources[owners[key]], store, key)
    results, seconds = zip(*taken, strict=True)
    store.write(block, list(results), sum(seconds), written)


def _snapshots(source, store, key) -> dict:
    """Copy the snapshots of a replicate; return their digests."""
    try:
        return snapshots.copy(source, store, *key)
    except (
        ValueError,
        RuntimeError,
        StoreError,
    ) as error:  # a codec, or a wrong digest
        raise _damaged(source, key) from error


def _damaged(source, key) -> StoreError:
    name = source.campaign.scenarios[key[0]].name
    return StoreError(
        f"{source.place}: replicate {key[1]} of '{name}' is damaged; verify it"
    )


def _read(source, key) -> tuple[dict, float]:
    """Return the arrays of a replicate, held against their digest, and its seconds."""
    scenario, replicate = key
    records = source.journal.records.values()
    (record,) = [
        r
        for r in records
        if r["scenario"] == scenario and r["first"] <= replicate < r["stop"]
    ]
    return read_replicate(source, record, replicate)


def read_replicate(source: Store, record: dict, replicate: int) -> tuple[dict, float]:
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
    except Exception as error:  # whatever a codec says of damaged bytes
        found = f"cannot be read: {error}"
    if found != record["digests"][replicate - record["first"]]:
        raise _damaged(source, (scenario, replicate))
    return arrays, record["seconds"] / (record["stop"] - record["first"])
