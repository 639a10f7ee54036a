"""Names of the scenarios of the store that pictures are drawn from."""

from support.reported_store import HIDDEN, HOSTILE, QUOTED

FULL = "by levels, village+township"


MAIN = [HOSTILE, QUOTED, HIDDEN, "judgment-defaulters", "lottery", "market", "oracle"]
