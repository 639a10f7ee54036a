"""The rules of a store's scenarios, each built on first use."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import overload

from ..errors import ConfigError, StoreError
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.world import Scenario


class BuiltRules(Sequence[Rules]):
    """The rules of a store's scenarios, each built on first use.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Scenarios of the store's campaign.
    registry : int
        Registry of outputs of the store; see `model.registries`.
    unreadable : callable
        Returns the error to raise where this version cannot build what its argument names.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        registry: int,
        unreadable: Callable[[str], StoreError],
    ) -> None:
        self.scenarios, self.registry = scenarios, registry
        self.unreadable = unreadable
        self.built: dict[int, Rules] = {}

    def __len__(self) -> int:
        return len(self.scenarios)

    @overload
    def __getitem__(self, k: int) -> Rules: ...
    @overload
    def __getitem__(self, k: slice) -> list[Rules]: ...
    def __getitem__(self, k: int | slice) -> Rules | list[Rules]:
        if isinstance(k, slice):
            return [self[i] for i in range(len(self))[k]]
        if k not in self.built:
            try:
                rules = build_rules(self.scenarios[k])
                self.built[k] = replace(rules, registry=self.registry)
            except ConfigError as error:
                raise self.unreadable("configuration") from error
        return self.built[k]
