"""Names of the scenarios of the store from which figures are drawn."""

from support.reported_store import HIDDEN, HOSTILE, QUOTED

FULL = "by levels, village+township"


MAIN = [HOSTILE, QUOTED, HIDDEN, "judgment-defaulters", "lottery", "market", "oracle"]
