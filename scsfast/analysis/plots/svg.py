"""A figure as SVG that can be embedded in a page with other figures.

The same figure gives the same bytes. Identifiers inside a drawing get a prefix, so that
those of two drawings on one page do not clash.
"""

import io
import re
import warnings
from html import escape

from .figure_data import with_ids
from .style import styled

MARKED = re.compile(r'\bid="(mark-\d+)"')
ID = re.compile(r'(\bid="|xlink:href="#|\bhref="#|url\(#)')


@styled
def inline_svg(figure, name: str, title: str, description: str) -> str:
    """Return a figure as an svg element with a title and a description.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        Unique in the page; letters, digits and hyphens.
    title, description : str
        What a screen reader reads out.
    legend, labels
        As for every figure.
    """
    marks = with_ids(figure)
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # Glyphs that the font lacks are left to the reader's browser.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        _write_svg(figure, buffer)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = MARKED.sub(lambda found: _with_series(found[0], marks[found[1]]), text)
    text = ID.sub(rf"\g<1>{name}-", text)
    head, _, body = text.partition(">")
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    about = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>'
    )
    return (
        f'{head} role="img" aria-labelledby="{name}-title {name}-desc">{about}{body}'
    ).strip()


def _write_svg(figure, buffer) -> None:
    """Write a figure into a text buffer, in one pass; `savefig` draws it twice."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    canvas, dpi = figure.canvas, figure.dpi
    try:
        drawn = FigureCanvasSVG(figure)
        drawn.print_svg(buffer, metadata={"Date": None, "Creator": None})
    finally:
        figure.set_canvas(canvas)
        figure.set_dpi(dpi)


def _with_series(identifier: str, mark) -> str:
    """Return an identifier's attribute with those that the script of a page reads."""
    said = escape(" ".join(mark.series.split()))
    tips = escape("|".join(" ".join(t.replace("|", "/").split()) for t in mark.tips))
    return f'{identifier} data-series="{said}"' + (
        f' data-tips="{tips}"' if tips else ""
    )
