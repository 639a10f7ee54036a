"""Acts of leaders by level of government: a table of the registry."""

from .output_types import POINT, Output, Table

BY_LEVEL = Table(
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
        Output("desk_lifted", "citizen", "applicants whom the desk ranks higher"),
        Output("retaliated", "record", "invented records in answer to defiance"),
        Output("sold", "record", "sales of points"),
        Output("tilted", "citizen", "citizens whose target is tilted"),
        Output(
            "inflated", POINT, "points added to units in the tournament, x citizens"
        ),
        Output(
            "recentred",
            POINT,
            "points that the level above took from units, in absolute value, x "
            "citizens",
        ),
        Output("audited", "leader", "audits of leaders, honest ones included"),
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
            "records suppressed at the deciding level on a word from this level",
        ),
        Output(
            "effort",
            "1/65536",
            "effort of leaders to look better than their siblings",
        ),
        Output(
            "hushed",
            "record",
            "records suppressed to look better than siblings",
        ),
        Output("turned", "leader", "leaders who learnt from a sibling to manipulate"),
        Output("reformed", "leader", "leaders who learnt from a sibling to stop"),
        Output("overturned", "record", "acts of this level that an appeal reversed"),
    ),
)
