"""A figure as SVG that can be embedded in a page with other figures.

The same figure gives the same bytes. Identifiers inside a drawing get a prefix, so that
those of two drawings on one page do not clash.
"""

import io
import re
import warnings
from html import escape

from .style import styled

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
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # Glyphs that the font lacks are left to the reader's browser.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
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
