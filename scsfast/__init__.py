"""Social credit pilots simulated: who gains, who leads, and what scarce prizes achieve.

``scsfast.simulate`` runs one replicate of one regime, ``scsfast.run`` a campaign into a
store, ``scsfast.open`` reads a store. All names are imported on first use.
"""

import logging
from importlib import import_module

from .interpreter import refuse_unusable
from .version import installed

_HOMES = {
    "simulate": ("scsfast.engine.simulate", "simulate"),
    "people_from_survey": ("scsfast.model.survey", "people_from_survey"),
    "people_in_equal_units": ("scsfast.model.survey", "people_in_equal_units"),
    "check": ("scsfast.engine.check", "check_kernel"),
    "explain": ("scsfast.api", "explain"),
    "decisions": ("scsfast.api", "decisions"),
    "run": ("scsfast.api", "run"),
    "merge": ("scsfast.api", "merge"),
    "open": ("scsfast.store.open", "open"),
    "report": ("scsfast.analysis.report.document", "report"),
    "plots": ("scsfast.analysis.plots", None),
    "distributions": ("scsfast.analysis.distributions", "distributions"),
    "summary": ("scsfast.analysis.summary", "summary"),
    "compare": ("scsfast.analysis.compare", "compare"),
    "attribute": ("scsfast.analysis.attribute", "attribute"),
    "sensitivity": ("scsfast.analysis.sensitivity", "sensitivity"),
    "claims": ("scsfast.analysis.claims", "claims"),
    "export": ("scsfast.analysis.export", "export"),
    "constrain": ("scsfast.inference.constrain", "constrain"),
    "Evaluator": ("scsfast.inference.evaluator", "Evaluator"),
    "discover": ("scsfast.inference.discover", "discover"),
    "measure_next": ("scsfast.inference.measure_next", "measure_next"),
}
logging.getLogger("scsfast").addHandler(logging.NullHandler())
_WITHOUT_STORES = (
    *("simulate", "people_from_survey", "people_in_equal_units"),
    *("check", "explain", "decisions"),
)
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str):
    """Import a public name on first use."""
    if name == "__version__":
        return installed()
    if name in _HOMES:
        module, attribute = _HOMES[name]
        if name not in _WITHOUT_STORES:
            refuse_unusable()
        home = import_module(module)
        return getattr(home, attribute) if attribute else home
    raise AttributeError(f"module 'scsfast' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
