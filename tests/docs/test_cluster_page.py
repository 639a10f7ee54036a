"""docs/hpc.md names existing verbs, options and files."""

import re
from pathlib import Path

import pytest
import typer

from scsfast.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "hpc.md").read_text(encoding="utf-8").replace("\\\n", " ")
VERBS = typer.main.get_command(app).commands
CALLS = re.findall(r"\bscsfast (?!slurm` )([a-z]+)\b([^`\n>&]*)", TEXT)


def test_the_page_names_existing_verbs():
    assert {"check", "plan", "slurm", "run", "status", "merge", "verify"} <= {
        verb for verb, _ in CALLS if verb in VERBS
    }


@pytest.mark.parametrize(
    ("verb", "words"), [c for c in CALLS if " -" in c[1]], ids=lambda value: value[:30]
)
def test_options_on_the_page_are_those_of_the_verb(verb, words):
    known = {name for param in VERBS[verb].params for name in param.opts}
    used = set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", words))
    assert used and used <= known


def test_links_of_the_page_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)", TEXT)
    assert links and all((DOCS / link).exists() for link in links)
