"""The tables of the registry: every output with its unit and meaning, in their order."""

from .output_types import FINE_MONEY, MONEY, POINT, UNIT, VALUE, Output, Table
from .outputs_by_group import BY_GROUP, BY_STRATUM, STRATUM_HISTOGRAMS
from .outputs_by_level import BY_LEVEL

TABLES: tuple[Table, ...] = (
    Table(
        "sums",
        ("tick",),
        (
            Output(
                "informal_help", "act", "acts of informal help, which are not scored"
            ),
            Output("meetings", "side", "sides of meetings, two per pair"),
            Output("words_kept", "side", "sides of meetings that kept their word"),
            Output(
                "meetings_recorded",
                "record",
                "sides of meetings whose conduct was recorded",
            ),
            Output(
                "meetings_misjudged",
                "record",
                "recorded sides of meetings judged the opposite of the norm",
            ),
            Output("records_lost", "record", "records lost by clerks on the way up"),
            Output(
                "records_reversed", "record", "records reversed by clerks on the way up"
            ),
            Output(
                "records_handled",
                "record",
                "records times the levels that handle them: every passing level "
                "for human records, one for automatic ones",
            ),
            Output(
                "social_value",
                MONEY,
                "value to others of acts and help, and of kept words less their costs",
            ),
            Output(
                "welfare",
                MONEY,
                "gains of citizens and offenders, the worth of prizes, and the social "
                "value of acts and help",
            ),
            Output(
                "offender_gain",
                MONEY,
                "expected gain of offenders from the offences that they commit",
            ),
            Output(
                "prize_worth",
                MONEY,
                "value x need x quality (both in [0, 1)) of prizes and their winners",
            ),
            Output("score", POINT, "scores, summed over citizens"),
            Output("fair_score", POINT, "fair scores, summed over citizens"),
            Output("displacement", POINT, "|score - fair score|, summed over citizens"),
            Output(
                "grades_moved",
                "citizen",
                "citizens whose grade differs from their fair grade",
            ),
            Output("wealth", MONEY, "wealth, summed over citizens"),
            Output("payoff", FINE_MONEY, "payoffs, summed over citizens"),
            Output("reliable", "citizen", "citizens with strategy reliable"),
            Output("opportunist", "citizen", "citizens with strategy opportunist"),
            Output("discriminator", "citizen", "citizens with strategy discriminator"),
            Output(
                "dropped",
                "citizen",
                "citizens whose score a grade rule limited in the tick",
            ),
            Output("listings", "citizen", "citizens put on the list"),
            Output("fair_listings", "citizen", "citizens put on the fair list"),
            Output(
                "performed",
                "citizen",
                "citizens who left the list early by performance",
            ),
            Output(
                "taken_off",
                "citizen",
                "citizens taken off the list by a leader or on appeal",
            ),
            Output(
                "repaired",
                "citizen",
                "citizens whose term on the list a deed shortened",
            ),
            Output(
                "records_misfiled",
                "record",
                "records entered for a namesake instead of their subject",
            ),
            Output("wronged", "citizen", "citizens who got a namesake's records"),
            Output("appeals", "appeal", "acts of leaders that were contested"),
            Output(
                "appeals_granted",
                "appeal",
                "contested acts of leaders that were reversed",
            ),
            Output(
                "corrected", "citizen", "citizens whom a reversal changed in the tick"
            ),
            Output("enrolled", "citizen", "citizens with a score"),
            Output(
                "enrolled_quality",
                "1/255",
                "quality, summed over citizens with a score",
            ),
            Output("aware", "citizen", "citizens who know of the regime"),
            Output(
                "told", "citizen", "citizens who learn of the regime from a partner"
            ),
            Output(
                "reached",
                "citizen",
                "citizens who learn of the regime by publicity alone",
            ),
            Output(
                "opted_in",
                "citizen",
                "citizens who join the regime of their own choice",
            ),
            Output(
                "opted_out",
                "citizen",
                "citizens who leave the regime of their own choice",
            ),
        ),
    ),
    Table(
        "by_prize",
        ("tick", "prize_kind"),
        (
            Output(
                "places",
                "prize",
                "prizes handed out: min(capacity, applicants) in each pool",
            ),
            Output(
                "applicants", "citizen", "citizens whose need is at least the threshold"
            ),
            Output("prizes", "prize", "winners"),
            Output("prize_value", VALUE, "need x quality of the winners"),
            Output(
                "fair_prize_value",
                VALUE,
                "need x quality of the winners if fair scores decided",
            ),
            Output(
                "oracle_prize_value",
                VALUE,
                "need x quality of the winners if need x quality decided",
            ),
            Output(
                "lottery_prize_value",
                "1/65536 of " + VALUE,
                "expected need x quality of the winners of a lottery",
            ),
            Output(
                "prizes_moved", "prize", "winners who would not have won by fair score"
            ),
            Output(
                "quality_prize_value",
                VALUE,
                "need x quality of the winners if quality alone decided",
            ),
            Output(
                "need_prize_value",
                VALUE,
                "need x quality of the winners if need alone decided",
            ),
            Output("winners_quality", UNIT, "quality, summed over winners"),
            Output("winners_need", UNIT, "need, summed over winners"),
            Output(
                "prizes_again",
                "prize",
                "prizes to citizens who had won a prize of any kind since warm-up",
            ),
            Output(
                "favoured_prizes",
                "prize",
                "prizes to citizens whom a leader favours or who have bought points",
            ),
            Output(
                "favoured_fair_prizes",
                "prize",
                "prizes that favoured citizens and buyers of points would have won by "
                "fair score",
            ),
            Output(
                "opposed_prizes",
                "prize",
                "prizes to dissenters whom a leader opposes",
            ),
            Output(
                "opposed_fair_prizes",
                "prize",
                "prizes that dissenters whom a leader opposes would have won by fair "
                "score",
            ),
        ),
    ),
    Table(
        "by_domain",
        ("tick", "domain"),
        (
            Output("temptations", "act", "negative acts offered"),
            Output("violations", "act", "negative acts committed"),
            Output(
                "violations_observed", "act", "negative acts committed and observed"
            ),
            Output(
                "violations_suppressed",
                "record",
                "observed negative acts whose record a leader suppressed",
            ),
            Output(
                "violations_unable",
                "act",
                "negative acts committed by citizens who could not pay the amount due",
            ),
            Output("occasions", "act", "positive acts offered"),
            Output("deeds", "act", "positive acts done"),
            Output(
                "deeds_moved",
                "act",
                "positive acts done that would not have been done without their points",
            ),
            Output("deeds_faked", "act", "positive acts faked"),
            Output(
                "deeds_observed", "act", "positive acts done or faked, and observed"
            ),
        ),
    ),
    BY_LEVEL,
    Table(
        "by_tie",
        ("tick", "tie", "tercile"),
        (
            Output(
                "connected",
                "citizen",
                "citizens tied to their leader, by quality tercile",
            ),
            Output(
                "connected_prizes",
                "prize",
                "prizes won by citizens tied to their leader",
            ),
            Output(
                "connected_fair_prizes",
                "prize",
                "prizes that citizens tied to their leader would have won by fair "
                "score",
            ),
        ),
    ),
    BY_GROUP,
    BY_STRATUM,
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
                "citizens in the grade whose quality is below bad_quality",
            ),
            Output(
                "grade_fair_bad",
                "citizen",
                "citizens in the grade by fair score whose quality is below "
                "bad_quality",
            ),
        ),
    ),
    Table(
        "grade_transitions",
        ("distribution_tick", "first_grade", "grade"),
        (
            Output(
                "grade_transition_count",
                "citizen",
                "citizens by grade at the start of the measured ticks and now; 0 "
                "before",
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
                "citizens by wealth in 1/256 monthly income: exact below 4, then "
                "four bins per octave",
            ),
            Output(
                "prize_count",
                "citizen",
                "citizens by prizes won since warm-up; the last bin is 127 or more",
            ),
        ),
    ),
    STRATUM_HISTOGRAMS,
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
