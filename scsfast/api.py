"""The functions that users call from Python: a campaign from its file to its results.

This module connects the other rooms and has no logic of its own.
"""

import warnings
from numbers import Integral
from os import PathLike

from .errors import ConfigError, RunError
from .execution.run import meet, provenance, run_campaign

SHOWN_FAILURES = 5


def as_campaign(config, sets=(), own=()):
    """Return a campaign from a path, a dict or a campaign.

    Parameters
    ----------
    config : path-like, dict or Campaign
    sets : iterable of str
        Values that override those of a file or dict, each ``path=value``.
    own : collection of str
        Names of the user's own measures, which a stopping rule may name.

    Raises
    ------
    ConfigError
        If the campaign is wrong; all faults are listed.
    """
    campaign = _campaign(config, sets)
    if campaign.until:
        from .execution.stopping import check_rule

        check_rule(campaign.until, own)
    return campaign


def _campaign(config, sets):
    """Return a campaign from a path, a dict or a campaign, without checking its measures."""
    from .campaign.campaign import Campaign
    from .campaign.config import campaign_from_dict, load_campaign
    from .model.paths import with_settings

    if isinstance(config, Campaign):
        if sets:
            raise ConfigError("`sets` must come with a file or a dict, not a campaign")
        return config
    if isinstance(config, dict):
        return campaign_from_dict(with_settings(config, sets))
    return load_campaign(config, sets)


def judges(campaign, measures=None):
    """Return what decides a stopping rule, as arguments of `run_campaign`.

    Parameters
    ----------
    campaign : Campaign
    measures : mapping of str to callable, optional
        As of `run`.
    """
    until = campaign.until
    if until is None:
        return {}
    if until.verdict is not None:
        from .analysis.undecided import undecided  # imports pandas: only where needed

        return {"undecided": undecided}
    from .analysis import datasets

    def measured(dataset, name):
        own = {name: measures[name]} if name in (measures or {}) else {}
        return datasets.values(datasets.with_measures(dataset, own), [name])[name]

    return {"measured": measured}


def run(
    config, store, *, jobs=None, progress=False, comm="world", reuse=(), measures=None
):
    """Run a campaign, or the rest of it, and return its results.

    Parameters
    ----------
    config : path-like, dict or Campaign
        The campaign, or its TOML file.
    store : path-like
        Where the results go: a folder, or an ``s3://`` URL. A store of the same campaign
        is resumed; missing replicates are added.
    jobs : int or None
        Number of cores, by default all that the process may use. It never changes a bit.
    progress : bool
        Whether to show progress on stderr.
    comm : "world" or None
        Under an MPI launcher, "world" lets all ranks of the job compute this campaign: all
        must call. None runs it in the calling rank alone, as workers of mpi4py.futures or
        dask-mpi do, each into a store of its own. Without a launcher both are the same.
    reuse : sequence of path-like
        Other stores, finished or not: a replicate of which world, rules, leaders, seed and
        model version are the same is taken from there, once its digest is verified.
    measures : mapping of str to callable, optional
        Your own measures for ``until``, as of `scsfast.compare`; the store has none of them.

    Returns
    -------
    xarray.Dataset
        As returned by `scsfast.open`.

    Raises
    ------
    ConfigError
        If the campaign is wrong; all faults are listed.
    DifferentCampaignError
        If the store holds another campaign.
    RunError
        If replicates failed; all others are stored.
    """
    from .execution.progress import for_stderr, silent
    from .store.open import open as open_results

    if comm not in ("world", None):
        raise ConfigError(f'`comm` must be "world" or None, got {comm!r}')
    campaign, communicator = meet(
        lambda: as_campaign(config, own=measures or ()), alone=comm is None
    )
    failures = run_campaign(
        campaign,
        store,
        jobs=jobs,
        report=for_stderr() if progress else silent,
        say=warnings.warn,
        communicator=communicator,
        reuse=[reuse] if isinstance(reuse, str | PathLike) else list(reuse),
        **judges(campaign, measures),
    )
    raise_failures(campaign, failures)
    return open_results(store)


def decisions(config, *, scenario: str | None = None, replicate: int = 0) -> list:
    """Return the changes of regime on which a policy decides in one replicate.

    The replicate is computed for this. Policies are executed; see docs/extending.md.

    Parameters
    ----------
    config : path-like, dict or Campaign
        The campaign, or its TOML file; not a store, which holds no code.
    scenario : str, optional
        By default the first one with a policy.
    replicate : int
        Number of the replicate, from 0.

    Returns
    -------
    list of dict
        ``tick``, from which on it holds, and ``regime``, its name; those that the file
        itself schedules are among them.

    Raises
    ------
    ConfigError
        If there is no such scenario, or none with a policy.
    """
    from .execution.policy_functions import with_decisions

    campaign = as_campaign(config)
    policies = [each for each in campaign.scenarios if each.policy]
    chosen = [each for each in policies if scenario in (None, each.name)]
    if not chosen:
        names = ", ".join(f"'{each.name}'" for each in policies) or "none"
        which = "any" if scenario is None else f"'{scenario}'"
        raise ConfigError(
            f"`scenario` must have a policy, got {which}; those with one: {names}"
        )
    found = with_decisions(campaign, chosen[0], replicate)
    return [{"tick": each.tick, "regime": each.regime.name} for each in found.change]


def explain(config, citizen, *, scenario: str | None = None, replicate: int = 0):
    """Explain the months of one or several citizens in a scenario of a campaign.

    Parameters
    ----------
    config : path-like, dict or Campaign
    citizen : int or sequence of int
        Numbers of citizens, from 0.
    scenario : str, optional
        Name of the scenario; the first by default.
    replicate : int
        Number of the replicate.

    Returns
    -------
    dict
        Printed as text, and as a table by Jupyter; a list of dicts for several citizens.
        ``citizen`` (its traits), ``months`` (a list of dicts: tick, date, events in words,
        score, fair score, wealth, grade, list, prizes; scores are None for citizens without
        a score; pairs are before and after) and ``sums``.

    Raises
    ------
    ConfigError
        If there is no such citizen, scenario or replicate, or the campaign is wrong.
    KernelError
        If the kernel and the reference differ.
    """
    from .analysis.narrative import stories

    campaign, is_one = as_campaign(config), isinstance(citizen, Integral)
    about = {"scenario": scenario, "replicate": replicate}
    found = stories(campaign, [citizen] if is_one else citizen, **about)
    return found[0] if is_one else found


def merge(stores, target, *, progress=None):
    """Merge finished stores of one campaign that hold different replicates.

    Parameters
    ----------
    stores : sequence of path-like
    target : path-like
        The new store; `run` computes replicates that no store has.
    progress : callable, optional
        Called with (blocks written, blocks to write).

    Returns
    -------
    scsfast.store.store.Store

    Raises
    ------
    ConfigError, DifferentCampaignError, StoreError
        As for `scsfast.store.merge.join`.
    """
    from .store.finalise import finalise
    from .store.merge import join

    return join(stores, target, provenance(), finalise, progress)


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
