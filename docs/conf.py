"""Sphinx: this folder as a site. Build: python -m sphinx -W -b html docs build/site."""

from datetime import date
from importlib import metadata

from pygments.lexers.special import TextLexer

project = "scsfast"
author = "The scsfast authors"
copyright = f"{date.today().year}, {author}"  # noqa: A001, Sphinx's name
release = metadata.version("scsfast")

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
exclude_patterns = ["site"]
html_theme = "pydata_sphinx_theme"
html_title = "scsfast"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
html_show_sourcelink = False

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

nb_execution_mode = "off"  # tests/docs/test_notebook.py executes notebooks
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]


def setup(app) -> None:
    """Let Pygments show tables of comma-separated values as they are."""
    app.add_lexer("csv", TextLexer)
