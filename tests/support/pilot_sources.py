"""The packaged pilots, and the catalogue of rules that their values are from."""

from scsfast.model import pilot_library

PILOTS = pilot_library.names()


BASELINES = ["lottery", "market", "oracle", "queue"]
