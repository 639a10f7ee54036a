"""The rules of a store's scenarios, built when they are asked for."""

from collections.abc import Sequence
from dataclasses import replace

from ..errors import ConfigError
from ..model.integers.build import build_rules


class BuiltRules(Sequence):
    """The rules of a store's scenarios, each built when it is first asked for."""

    def __init__(self, store):
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
                raise self.store.unreadable("configuration") from error
        return self.built[k]
