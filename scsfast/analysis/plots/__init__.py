"""Figures of results, for notebooks and papers: `scsfast.plots`.

Each function takes a dataset as `scsfast.open` returns it, or a table of the analysis, and
returns matplotlib axes. `caption(axes)` describes the figure and the data behind it in
words. Nothing is smoothed; intervals and bands are over replicates.
"""

from .judgement import grade_transitions, group_errors, score_distribution
from .parameters import heat_map, over_parameter
from .regimes import efficiency_and_capture, rank
from .style import caption
from .tables import attribution, paired_differences, sensitivity
from .time import trajectories, trajectory_grid

__all__ = [
    "attribution",
    "caption",
    "efficiency_and_capture",
    "grade_transitions",
    "group_errors",
    "heat_map",
    "over_parameter",
    "paired_differences",
    "rank",
    "score_distribution",
    "sensitivity",
    "trajectories",
    "trajectory_grid",
]
