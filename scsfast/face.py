"""What a user calls from Python: one campaign from its file to its results.

This ties the floors together and holds no logic of its own.
"""

import warnings

from .errors import ConfigError, RunError
from .terminal import say

SHOWN_FAILURES = 5


def as_campaign(config, sets=()):
    """Return a campaign from a path, a dict or a campaign.

    Parameters
    ----------
    config : path-like, dict or Campaign
    sets : iterable of str
        Values to set over those of a path or dict, each ``path=value``.
    """
    from .campaign.config import Campaign, campaign_from_dict, load_campaign
    from .campaign.paths import with_settings

    if isinstance(config, Campaign):
        if sets:
            raise ConfigError("`sets` must come with a file or a dict, not a campaign")
        return config
    if isinstance(config, dict):
        return campaign_from_dict(with_settings(config, sets))
    return load_campaign(config, sets)


def run(config, store, *, jobs=None, progress=False):
    """Run a campaign, or what is left of it, and return its results.

    Parameters
    ----------
    config : path-like, dict or Campaign
        The campaign, or its TOML file.
    store : path-like
        Where the results go: a folder, or an ``s3://`` URL. A store of the same campaign
        is resumed; more replicates than it has are added.
    jobs : int or None
        Cores to use, by default all that the process may use. Never changes a bit.
    progress : bool
        Whether to show progress on stderr.

    Returns
    -------
    xarray.Dataset
        As `scsfast.open` gives it.

    Raises
    ------
    ConfigError
        If the campaign is wrong; all faults are listed.
    DifferentCampaignError
        If the store holds another campaign.
    RunError
        If replicates failed; all others are stored.
    """
    from .analysis.open import open as open_results
    from .campaign.progress import for_stderr, silent

    campaign = as_campaign(config)
    failures = run_campaign(
        campaign,
        store,
        jobs=jobs,
        report=for_stderr() if progress else silent,
        say=warnings.warn,
    )
    raise_failures(campaign, failures)
    return open_results(store)


def run_campaign(
    campaign, path, *, jobs=None, report=None, run_replicate=None, say=say
) -> dict:
    """Run what is pending, finish the store, and return the failures.

    Parameters
    ----------
    campaign : Campaign
    path : path-like
    jobs : int or None
    report : callable or None
        As of `execute`.
    run_replicate : callable or None
        The engine.
    say : callable
        Called with what the user should know.

    Returns
    -------
    dict
        From (scenario number, replicate) to the cause of each failure.
    """
    from .analysis.summary import summarise
    from .campaign.execute import execute
    from .campaign.finish import finalise
    from .campaign.prepare import open_for_writing
    from .campaign.progress import silent

    if jobs is not None and jobs < 1:
        raise ConfigError(f"`jobs` must be a whole number of at least 1, got {jobs}")
    with open_for_writing(path, campaign, provenance()) as store:
        if store.replicates > campaign.replicates:
            say(
                f"{path}: holds {store.replicates} replicates of each scenario, more "
                f"than the {campaign.replicates} asked for; all are shown"
            )
        if store.pending(campaign.replicates):
            execute(
                store,
                campaign.replicates,
                jobs=jobs,
                report=report or silent,
                run_replicate=run_replicate,
                world=campaign.world,
            )
        if not store.attributes["finished"]:
            finalise(store, summarise)
        failed = store.journal.errors().items()
        return {key: why for key, why in failed if key[1] < campaign.replicates}


def raise_failures(campaign, failures: dict) -> None:
    """Raise RunError if there are failures."""
    if not failures:
        return
    names = [scenario.name for scenario in campaign.scenarios]
    shown = [
        f"scenario '{names[scenario]}' replicate {replicate}: {cause}"
        for (scenario, replicate), cause in sorted(failures.items())[:SHOWN_FAILURES]
    ]
    more = len(failures) - len(shown)
    lines = [*shown, f"and {more} more"] if more else shown
    text = "\n  ".join(lines)
    raise RunError(
        f"{len(failures)} replicates failed, all others are stored; the same command "
        f"tries them again:\n  {text}"
    )


def provenance() -> dict:
    """Return what a store says of the engine that fills it."""
    from . import engine

    variant = getattr(engine, "variant", lambda: "unknown")
    build_info = getattr(engine, "build_info", dict)
    return {"kernel": variant(), "build": build_info()}
