"""Outputs by group, and by group and tie to a leader: tables of the registry."""

from .output_types import MONEY, POINT, UNIT, VALUE, Output, Table

BY_GROUP = Table(
    "by_group",
    ("tick", "group"),
    (
        Output("group_citizens", "citizen", "citizens of the group"),
        Output("group_violations", "act", "negative acts committed by the group"),
        Output(
            "group_violations_observed",
            "act",
            "negative acts committed by the group and observed",
        ),
        Output("group_deeds", "act", "positive acts done by the group"),
        Output(
            "group_deeds_observed",
            "act",
            "positive acts done or faked by the group, and observed",
        ),
        Output("group_prizes", "prize", "prizes won by the group"),
        Output(
            "group_fair_prizes",
            "prize",
            "prizes that the group would have won by fair score",
        ),
        Output("group_score", POINT, "scores, summed over the group"),
        Output("group_fair_score", POINT, "fair scores, summed over the group"),
        Output(
            "group_bad",
            "citizen",
            "citizens of the group who are truly bad: quality below bad_quality",
        ),
        Output("group_low", "citizen", "citizens of the group in bad standing"),
        Output(
            "group_low_bad",
            "citizen",
            "citizens of the group in bad standing who are truly bad",
        ),
        Output(
            "group_fair_low",
            "citizen",
            "citizens of the group in bad standing by fair score and fair list",
        ),
        Output(
            "group_fair_low_bad",
            "citizen",
            "citizens of the group in bad standing by fair score and fair list "
            "who are truly bad",
        ),
        Output("group_listed", "citizen", "citizens of the group on the list"),
        Output(
            "group_listed_bad",
            "citizen",
            "citizens of the group on the list who are truly bad",
        ),
        Output(
            "group_fair_listed", "citizen", "citizens of the group on the fair list"
        ),
        Output(
            "group_fair_listed_bad",
            "citizen",
            "citizens of the group on the fair list who are truly bad",
        ),
    ),
)

BY_STRATUM = Table(
    "by_stratum",
    ("tick", "group", "tied"),
    (
        Output(
            "stratum_citizens",
            "citizen",
            "citizens of a group, tied to a leader in office or not",
        ),
        Output("stratum_applicants", "citizen", "applicants of the stratum"),
        Output(
            "stratum_applicant_value",
            VALUE,
            "need x quality of the applicants of the stratum",
        ),
        Output("stratum_prizes", "prize", "prizes won by the stratum"),
        Output(
            "stratum_fair_prizes",
            "prize",
            "prizes that the stratum would have won by fair score",
        ),
        Output(
            "stratum_prizes_moved",
            "prize",
            "winners of the stratum who would not have won by fair score",
        ),
        Output(
            "stratum_prize_value",
            VALUE,
            "need x quality of the winners of the stratum",
        ),
        Output(
            "stratum_quality_prizes",
            "prize",
            "prizes that the stratum would have won if quality alone decided",
        ),
        Output(
            "stratum_quality_prize_value",
            VALUE,
            "need x quality of the winners of the stratum if quality alone decided",
        ),
        Output(
            "stratum_winners_quality",
            UNIT,
            "quality, summed over winners of the stratum",
        ),
        Output(
            "stratum_winners_need", UNIT, "need, summed over winners of the stratum"
        ),
    ),
)

STRATUM_HISTOGRAMS = Table(
    "stratum_histograms",
    ("distribution_tick", "group", "tied", "bin"),
    (
        Output(
            "stratum_wealth_count",
            "citizen",
            "citizens of a group, tied to a leader or not, by wealth",
        ),
        Output(
            "stratum_wealth",
            MONEY,
            "wealth, summed over citizens of the stratum by wealth",
        ),
        Output(
            "stratum_prize_count",
            "citizen",
            "citizens of a group, tied to a leader or not, by prizes won since "
            "warm-up; the last bin is 127 or more",
        ),
    ),
)
