"""The functions of policies: executed by a run, from the file that the campaign named.

Nothing else executes them. A store holds the name and the SHA-256 of a policy's file and not
its path, so a store, whoever wrote it, can name no code.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..campaign.user_data import load_given
from ..engine.policies import Policed, run_policed
from ..errors import ConfigError
from ..model.integers.build import build_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..campaign.campaign import Campaign
    from ..model.integers.rules import Rules
    from ..model.policy import Policy
    from ..model.world import Scenario


def policed(scenarios: Iterable[Scenario]) -> dict[str, Policed]:
    """Return each scenario that has a policy with its function, by the scenario's name.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Of the campaign as read from its file.

    Raises
    ------
    ConfigError
        If a file is missing or has changed since the campaign was read, or cannot be
        executed.
    """
    modules: dict[str, ModuleType] = {}
    found = {}
    for scenario in scenarios:
        if (policy := scenario.policy) is None:
            continue
        if policy.path not in modules:
            modules[policy.path] = _module(policy)
        function: Any = getattr(modules[policy.path], policy.function)
        found[scenario.name] = Policed(scenario, function)
    return found


def with_decisions(campaign: Campaign, scenario: Scenario, replicate: int) -> Scenario:
    """Return a scenario with the changes on which its policy decides in a replicate.

    The replicate is computed to its end. Without a policy, the scenario itself is returned.

    Parameters
    ----------
    campaign : Campaign
        As read from its file.
    scenario : Scenario
    replicate : int
        Number of the replicate, from 0.

    Raises
    ------
    ConfigError
        As `policed`, or if a decision is no regime of the campaign's world.
    """
    from ..engine.simulation import Simulation

    if scenario.policy is None:
        return scenario
    given = load_given(campaign.world)

    def begin(rules: Rules) -> Simulation:
        return Simulation(rules, campaign.seed, replicate, given=given)

    own = policed([scenario])[scenario.name]
    return run_policed(own, build_rules(scenario), begin)[0]


def _module(policy: Policy) -> ModuleType:
    """Execute the file of a policy, the very bytes that have its SHA-256."""
    where = f"policy {policy.file}:{policy.function}"
    if not policy.path:
        fault = "a store does not say where its file is; run the campaign's own file"
        raise ConfigError(f"{where}: {fault}")
    try:
        code = Path(policy.path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{where}: cannot be read: {error.strerror}") from None
    if hashlib.sha256(code).hexdigest() != policy.sha256:
        fault = "has changed since the campaign was read; start again"
        raise ConfigError(f"{where}: {policy.path} {fault}")
    module = ModuleType(f"scsfast_policy_{policy.sha256[:16]}")
    module.__file__ = policy.path
    sys.modules[module.__name__] = module  # dataclasses and the like look it up
    try:
        exec(compile(code, policy.path, "exec"), module.__dict__)  # noqa: S102
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{where}: {policy.path} raises {why}") from error
    return module
