"""Draw the README's figure from the store of the README's campaign.

    python docs/make_picture.py first.zarr

writes docs/first.svg: skill against capture, for every scenario of `examples/first.toml`.
"""

import sys
from pathlib import Path

import scsfast

PICTURE = Path(__file__).with_name("first.svg")
TITLE = "Skill against capture"


def picture(store) -> str:
    """Return the figure of a store as SVG."""
    from scsfast.analysis.plots.style import own_style
    from scsfast.analysis.plots.svg import inline_svg

    with own_style():
        ax = scsfast.plots.efficiency_and_capture(scsfast.open(store), measure="skill")
        return inline_svg(ax.figure, "first", TITLE, scsfast.plots.caption(ax)) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(sys.argv[1]), encoding="utf-8")
