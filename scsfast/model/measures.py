"""The measures of a replicate: their names, units and meanings."""

MEASURES = {
    "efficiency": "value of prizes between lottery (0) and oracle (1)",
    "fair_efficiency": "the same had fair scores decided",
    "prizes_moved_share": "share of winners who would not have won by fair score",
    "capture": "prize rate of those tied to any leader over the rest's",
    "mean_displacement": "mean |score - fair score|",
    "auc": "chance that a citizen of the better half outscores one of the worse",
    "violation_rate": "violations a temptation",
}
UNITS = {"mean_displacement": "point"}
