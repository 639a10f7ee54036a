"""The tables of the registry: every output with its unit and meaning, in their order."""

from .output_types import FINE_MONEY, MONEY, POINT, UNIT, VALUE, Output, Table
from .outputs_by_level import BY_LEVEL

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
                "records_handled",
                "record",
                "records times the levels that handle them: human records every level "
                "they pass, automatic records one",
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
                "value x need x quality, in [0, 1) each, of prizes and their winners",
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
            Output(
                "records_misfiled", "record", "records entered for a namesake instead"
            ),
            Output("wronged", "citizen", "citizens who got a namesake's records"),
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
            Output("quality_prize_value", VALUE, "the same had quality alone decided"),
            Output("need_prize_value", VALUE, "the same had need alone decided"),
            Output("winners_quality", UNIT, "quality, summed over winners"),
            Output("winners_need", UNIT, "need, summed over winners"),
            Output(
                "prizes_again",
                "prize",
                "prizes to citizens who had won one of any kind since warm-up",
            ),
            Output(
                "favoured_prizes",
                "prize",
                "prizes to citizens whom a leader favours or who have bought points",
            ),
            Output(
                "favoured_fair_prizes",
                "prize",
                "prizes they would have won by fair score",
            ),
            Output(
                "opposed_prizes",
                "prize",
                "prizes to dissenters whom a leader opposes",
            ),
            Output(
                "opposed_fair_prizes",
                "prize",
                "prizes they would have won by fair score",
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
            Output(
                "violations_unable",
                "act",
                "of the negative acts committed, by citizens who could not pay what was due",
            ),
            Output("occasions", "act", "positive acts offered"),
            Output("deeds", "act", "positive acts done"),
            Output(
                "deeds_moved",
                "act",
                "of these, not done without what their points bring",
            ),
            Output("deeds_faked", "act", "positive acts faked"),
            Output("deeds_observed", "act", "done or faked, and observed"),
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
        "by_stratum",
        ("tick", "group", "tied"),
        (
            Output(
                "stratum_citizens",
                "citizen",
                "citizens of a group, tied to a leader in office or not",
            ),
            Output("stratum_applicants", "citizen", "applicants among them"),
            Output("stratum_applicant_value", VALUE, "need x quality of these"),
            Output("stratum_prizes", "prize", "prizes won by them"),
            Output(
                "stratum_fair_prizes",
                "prize",
                "prizes they would have won by fair score",
            ),
            Output(
                "stratum_prizes_moved",
                "prize",
                "winners among them who would not have won by fair score",
            ),
            Output("stratum_prize_value", VALUE, "need x quality of the winners"),
            Output(
                "stratum_quality_prizes",
                "prize",
                "prizes they would have won had quality alone decided",
            ),
            Output(
                "stratum_quality_prize_value",
                VALUE,
                "need x quality of the winners had quality alone decided",
            ),
            Output("stratum_winners_quality", UNIT, "quality, summed over winners"),
            Output("stratum_winners_need", UNIT, "need, summed over winners"),
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
        "stratum_histograms",
        ("distribution_tick", "group", "tied", "bin"),
        (
            Output(
                "stratum_wealth_count",
                "citizen",
                "citizens of a group, tied to a leader or not, by wealth",
            ),
            Output("stratum_wealth", MONEY, "wealth, summed over them"),
            Output(
                "stratum_prize_count",
                "citizen",
                "the same citizens by prizes won since warm-up, 127 or more last",
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
