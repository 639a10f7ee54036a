"""Figures of results, for notebooks and papers: `scsfast.plots`.

Each function takes a dataset as `scsfast.open` returns it, or a table of the analysis, and
returns matplotlib axes. `caption(axes)` describes the figure and the data behind it in
words; `data(axes)` returns its numbers. Nothing is smoothed; intervals and bands are over
replicates.
"""

from .figure_data import data
from .judgement import grade_transitions, group_errors, score_distribution
from .parameters import heat_map, over_parameter, points
from .regimes import efficiency_and_capture, rank
from .style import caption
from .tables import attribution, paired_differences, sensitivity
from .time import points_over_time, trajectories, trajectory_grid

__all__ = [
    "attribution",
    "caption",
    "data",
    "efficiency_and_capture",
    "grade_transitions",
    "group_errors",
    "heat_map",
    "over_parameter",
    "paired_differences",
    "points",
    "points_over_time",
    "rank",
    "score_distribution",
    "sensitivity",
    "trajectories",
    "trajectory_grid",
]
