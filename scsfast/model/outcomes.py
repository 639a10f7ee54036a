"""The registry of outputs: each is listed once, with dimensions, unit and meaning.

The kernel writes a few wide int64 arrays, one per `Table`; the last axis of a table runs
over its outputs, the others over its dimensions. Floats are derived on reading, never
stored. Bounds: every entry is a sum over at most 2^31 citizens of values below 2^31, so
below 2^63.
"""

from typing import NamedTuple

from .government import DOMAINS, LEVELS
from .population import GROUPS
from .regime import MAX_GRADES

SCORE_BINS = 128
QUALITY_CLASSES = 16
BINS = 128  # of wealth, and of prizes
TIES = (*LEVELS, "any", "all")
TERCILES = ("low", "middle", "high")
JUDGES = ("actual", "fair")


class Output(NamedTuple):
    """One named output of a table."""

    name: str
    unit: str
    meaning: str


class Table(NamedTuple):
    """One wide array: `dims` after scenario and replicate, outputs along the last axis."""

    name: str
    dims: tuple[str, ...]
    outputs: tuple[Output, ...]


DIMENSIONS = {
    "domain": DOMAINS,
    "level": LEVELS,
    "tie": TIES,
    "tercile": TERCILES,
    "group": GROUPS,
    "grade": tuple(range(MAX_GRADES)),
    "first_grade": tuple(range(MAX_GRADES)),
    "judge": JUDGES,
    "score_bin": tuple(range(SCORE_BINS)),
    "quality_class": tuple(range(QUALITY_CLASSES)),
    "bin": tuple(range(BINS)),
}

VALUE = "1/65025"  # need x quality, each 0..255
MONEY = "1/256 monthly income"
FINE_MONEY = "1/65536 monthly income"
POINT = "1/256 point"

TABLES: tuple[Table, ...] = (
    Table(
        "sums",
        ("tick",),
        (
            Output("informal_help", "act", "unscored help"),
            Output("meetings", "side", "sides of meetings"),
            Output("words_kept", "side", "sides that kept their word"),
            Output("meetings_recorded", "record", "sides whose conduct was recorded"),
            Output(
                "meetings_misjudged",
                "record",
                "of these, judged the opposite of what the norm says",
            ),
            Output("records_lost", "record", "records lost on the way up"),
            Output("records_reversed", "record", "records reversed on the way up"),
            Output(
                "social_value",
                MONEY,
                "value to others of acts and help, and of kept words less their costs",
            ),
            Output(
                "welfare",
                MONEY,
                "what citizens gain, prizes included, and the social value of acts and help",
            ),
            Output("score", POINT, "scores, summed over citizens"),
            Output("fair_score", POINT, "fair scores, summed over citizens"),
            Output("displacement", POINT, "|score - fair score|, summed over citizens"),
            Output(
                "grades_moved",
                "citizen",
                "citizens whose grade is not their fair grade",
            ),
            Output("wealth", MONEY, "wealth, summed over citizens"),
            Output("payoff", FINE_MONEY, "payoffs, summed over citizens"),
            Output("reliable", "citizen", "citizens with this strategy"),
            Output("opportunist", "citizen", "citizens with this strategy"),
            Output("discriminator", "citizen", "citizens with this strategy"),
            Output(
                "dropped",
                "citizen",
                "citizens whose score a grade rule limited in the tick",
            ),
            Output("listings", "citizen", "citizens put on the list"),
            Output("fair_listings", "citizen", "citizens put on the fair list"),
            Output(
                "performed", "citizen", "citizens off the list early by performance"
            ),
            Output(
                "taken_off",
                "citizen",
                "citizens taken off the list by a leader or on appeal",
            ),
            Output("repaired", "citizen", "citizens whose term a deed shortened"),
            Output("appeals", "appeal", "acts of leaders that were contested"),
            Output("appeals_granted", "appeal", "of these, reversed"),
            Output(
                "corrected", "citizen", "citizens whom a reversal changed in the tick"
            ),
            Output("enrolled", "citizen", "citizens with a score"),
            Output("enrolled_quality", "1/255", "quality, summed over them"),
            Output("aware", "citizen", "citizens who know of the regime"),
            Output("told", "citizen", "citizens who learn of it from a partner"),
            Output("reached", "citizen", "citizens who learn of it by publicity alone"),
            Output("opted_in", "citizen", "citizens who join of their own choice"),
            Output("opted_out", "citizen", "citizens who leave of their own choice"),
        ),
    ),
    Table(
        "by_prize",
        ("tick", "prize_kind"),
        (
            Output(
                "places",
                "prize",
                "places handed out: min(capacity, applicants) in each pool",
            ),
            Output(
                "applicants", "citizen", "citizens whose need is at least the threshold"
            ),
            Output("prizes", "prize", "winners"),
            Output("prize_value", VALUE, "need x quality of the winners"),
            Output("fair_prize_value", VALUE, "the same had fair scores decided"),
            Output("oracle_prize_value", VALUE, "the same had need x quality decided"),
            Output(
                "lottery_prize_value", "1/65536 of " + VALUE, "expected under a lottery"
            ),
            Output(
                "prizes_moved", "prize", "winners who would not have won by fair score"
            ),
        ),
    ),
    Table(
        "by_domain",
        ("tick", "domain"),
        (
            Output("temptations", "act", "negative acts offered"),
            Output("violations", "act", "negative acts committed"),
            Output("violations_observed", "act", "of these, observed"),
            Output(
                "violations_suppressed", "record", "of these, suppressed by a leader"
            ),
            Output("occasions", "act", "positive acts offered"),
            Output("deeds", "act", "positive acts done"),
            Output("deeds_faked", "act", "positive acts faked"),
            Output("deeds_observed", "act", "done or faked, and observed"),
        ),
    ),
    Table(
        "by_level",
        ("tick", "level"),
        (
            Output(
                "suppressed",
                "record",
                "records suppressed at this level, meetings included",
            ),
            Output("credited", "record", "extra records for clients"),
            Output("framed", "record", "invented records against dissenters"),
            Output("weighted", "record", "records whose points the agenda changed"),
            Output(
                "bent", "record", "discretionary records moved from the honest midpoint"
            ),
            Output("desk_lifted", "citizen", "applicants ranked higher at the desk"),
            Output("retaliated", "record", "invented records in answer to defiance"),
            Output("sold", "record", "sales of points"),
            Output("tilted", "citizen", "citizens whose target is tilted"),
            Output(
                "inflated", POINT, "points added to units in the tournament, x citizens"
            ),
            Output(
                "recentred",
                POINT,
                "size of what the level above took from units, x citizens",
            ),
            Output("caught", "leader", "leaders caught by an audit and replaced"),
            Output("retired", "leader", "leaders whose tenure has ended"),
            Output("manipulating", "leader", "leaders in office who manipulate"),
            Output(
                "ordered",
                "citizen",
                "citizens treated as the deciding leader's clients on a word from this level",
            ),
            Output(
                "ordered_suppressed",
                "record",
                "of the deciding level's suppressed, on a word from this level",
            ),
            Output(
                "effort",
                "1/65536",
                "effort of leaders to look better than their siblings",
            ),
            Output(
                "hushed",
                "record",
                "of the suppressed, to look better than siblings",
            ),
            Output(
                "overturned", "record", "acts of this level that an appeal reversed"
            ),
        ),
    ),
    Table(
        "by_tie",
        ("tick", "tie", "tercile"),
        (
            Output(
                "connected",
                "citizen",
                "citizens tied to their leader, per quality tercile",
            ),
            Output("connected_prizes", "prize", "prizes won by them"),
            Output(
                "connected_fair_prizes",
                "prize",
                "prizes they would have won by fair score",
            ),
        ),
    ),
    Table(
        "by_group",
        ("tick", "group"),
        (
            Output("group_citizens", "citizen", "citizens of the group"),
            Output("group_violations", "act", "negative acts committed by the group"),
            Output("group_violations_observed", "act", "of these, observed"),
            Output("group_deeds", "act", "positive acts done by the group"),
            Output("group_deeds_observed", "act", "done or faked, and observed"),
            Output("group_prizes", "prize", "prizes won by the group"),
            Output(
                "group_fair_prizes",
                "prize",
                "prizes the group would have won by fair score",
            ),
            Output("group_score", POINT, "scores, summed over the group"),
            Output("group_fair_score", POINT, "fair scores, summed over the group"),
            Output("group_bad", "citizen", "truly bad: quality below bad_quality"),
            Output("group_low", "citizen", "in bad standing"),
            Output("group_low_bad", "citizen", "in bad standing and truly bad"),
            Output("group_fair_low", "citizen", "in bad standing, fairly"),
            Output("group_fair_low_bad", "citizen", "the same and truly bad"),
            Output("group_listed", "citizen", "on the list"),
            Output("group_listed_bad", "citizen", "on the list and truly bad"),
            Output("group_fair_listed", "citizen", "on the fair list"),
            Output("group_fair_listed_bad", "citizen", "the same and truly bad"),
        ),
    ),
    Table(
        "by_grade",
        ("tick", "grade"),
        (
            Output("grade_citizens", "citizen", "citizens in the grade"),
            Output(
                "grade_fair_citizens", "citizen", "citizens in the grade by fair score"
            ),
            Output(
                "grade_bad",
                "citizen",
                "of those in the grade, quality below bad_quality",
            ),
            Output("grade_fair_bad", "citizen", "the same by fair score"),
        ),
    ),
    Table(
        "grade_transitions",
        ("distribution_tick", "first_grade", "grade"),
        (
            Output(
                "grade_transition_count",
                "citizen",
                "citizens by grade at the start of the measured ticks and now; "
                "none before",
            ),
        ),
    ),
    Table(
        "score_histogram",
        ("distribution_tick", "judge", "score_bin", "quality_class"),
        (Output("score_count", "citizen", "citizens by score and quality class"),),
    ),
    Table(
        "histograms",
        ("distribution_tick", "bin"),
        (
            Output(
                "wealth_count",
                "citizen",
                "citizens by wealth in 1/256 monthly income: exact below 4, "
                "then four bins an octave",
            ),
            Output(
                "prize_count",
                "citizen",
                "citizens by prizes won since warm-up, 127 or more last",
            ),
        ),
    ),
    Table(
        "by_unit",
        ("distribution_tick", "unit"),
        (
            Output("unit_citizens", "citizen", "citizens of the unit"),
            Output("unit_score", POINT, "scores, summed over the unit"),
            Output("unit_fair_score", POINT, "fair scores, summed over the unit"),
        ),
    ),
)

TABLE = {table.name: table for table in TABLES}


def distribution_ticks(n_ticks: int, every: int) -> list[int]:
    """Return the ticks whose end has distributions: every `every`-th, and the last."""
    return sorted({*range(every - 1, n_ticks, every), n_ticks - 1})


def shape(table: Table, rules) -> tuple[int, ...]:
    """Return the shape of one replicate's array of `table`, int64, outputs last.

    Parameters
    ----------
    table : Table
    rules : scsfast.model.integers.rules.Rules
        Says how many ticks and units there are.
    """
    sizes = {
        "tick": rules.n_ticks,
        "distribution_tick": len(rules.distribution_ticks),
        "unit": rules.n_mean_units,
        "prize_kind": len(rules.prizes),
        **{name: len(labels) for name, labels in DIMENSIONS.items()},
    }
    return (*(sizes[dim] for dim in table.dims), len(table.outputs))


def recorded(outputs: dict) -> tuple[Table, ...]:
    """Return the tables that had these outputs when a store was written.

    Parameters
    ----------
    outputs : dict of str to list of str
        Names of outputs by table, in order; all must be in the registry.

    Raises
    ------
    ValueError
        If one is not.
    """
    known = {table.name: table for table in TABLES}
    found = []
    for name, names in outputs.items():
        own = {out.name: out for out in known[name].outputs} if name in known else {}
        if not names or not own.keys() >= set(names) or len(set(names)) < len(names):
            raise ValueError(f"table {name} has outputs that are not in the registry")
        chosen = tuple(own[output] for output in names)
        found.append(known[name]._replace(outputs=chosen))
    return tuple(found)


def sizes(rules) -> dict[str, int]:
    """Return the length of each dimension of the tables but scenario and replicate."""
    return {
        dim: size
        for table in TABLES
        for dim, size in zip(table.dims, shape(table, rules), strict=False)
    }


def named(arrays: dict) -> dict:
    """Return the single outputs of a replicate's arrays: name to array without last axis."""
    return {
        output.name: arrays[table.name][..., k]
        for table in TABLES
        for k, output in enumerate(table.outputs)
    }


def score_bin_starts(rules) -> list[float]:
    """Return the lowest score of each score bin, in points."""
    steps = [-(-(k << 32) // rules.bin_factor) for k in range(SCORE_BINS)]
    return [(rules.floor + step) / 256 for step in steps]


def wealth_bin_starts() -> list[float]:
    """Return the lowest wealth of each wealth bin, in monthly incomes."""
    exact = [float(k) for k in range(4)]
    wider = [float((4 + k % 4) << (k // 4 - 1)) for k in range(4, BINS)]
    return [start / 256 for start in exact + wider]
