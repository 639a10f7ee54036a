"""Write the tables of the documentation that follow from the code, between their markers.

``python docs/make_tables.py`` after a change of a parameter, an output, an act or the draw
plan; ``tests/docs/test_pages.py`` fails while the file is behind the code.
"""

import re
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from scsfast.model import messages, outcomes, pilot_library, schema
from scsfast.model.acts import default_catalogue
from scsfast.model.draws import PLAN
from scsfast.model.parameters import Parameters, basis
from scsfast.model.population import Distribution
from scsfast.model.world import Scenario

DOCS = Path(__file__).parent
SHAPES = get_args(get_args(Distribution)[0])
HEADS = ("key", "meaning", "unit", "must be", "default", "source of the default")


def table(heads, rows) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def is_table(kind) -> bool:
    """Return whether a type is a table of parameters, not a textbook distribution."""
    is_class = isinstance(kind, type) and issubclass(kind, Parameters)
    return is_class and kind not in SHAPES


def tables_below(annotation) -> list[type]:
    """Return the parameter classes that a type holds, itself or in a list or table."""
    if is_table(annotation):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in tables_below(part)]


def parameter_classes(model=Scenario, path: str = "", known=None) -> dict[type, str]:
    """Return every parameter class with the path of the first key that holds it."""
    known = {} if known is None else known
    known[model] = path
    for name, field in model.model_fields.items():
        key = field.alias or name
        for kind in tables_below(field.annotation):
            if kind not in known:
                parameter_classes(kind, f"{path}.{key}" if path else key, known)
    return known


def shown(value) -> str:
    """Return a default as text."""
    if isinstance(value, SHAPES):
        given = value.model_dump(exclude={"kind"})
        return f"{value.kind}({', '.join(f'{k} = {v:g}' for k, v in given.items())})"
    if isinstance(value, BaseModel):
        set_here = value.model_dump(exclude_unset=True)
        return ", ".join(f"{k} = {v:g}" for k, v in set_here.items()) or "its defaults"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {shown(entry)}" for name, entry in value.items())
    return {None: "none", "": "empty"}.get(value, str(value))


def default_of(field) -> str:
    """Return a field's default as text."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, list) and value and isinstance(value[0], Parameters):
        return "the packaged catalogue"
    return "empty" if value in ([], {}) else shown(value)


def must_be(field, spec) -> str:
    """Return what a field must be."""
    is_distribution = set(get_args(field.annotation)) == set(SHAPES)
    return "a distribution" if is_distribution else messages.describe(spec)


def parameters_of(model: type[BaseModel]) -> str:
    """Return the table of one parameter class."""
    specs = schema.fields(model)
    rows = []
    for name, field in model.model_fields.items():
        key, extra = field.alias or name, field.json_schema_extra
        must = must_be(field, specs[key])
        unit, source = extra["unit"], basis(field)
        has_unit = "number" in must or unit != "1"
        rows.append(
            (
                f"`{key}`",
                field.description,
                unit if has_unit else "",
                must,
                default_of(field),
                source,
            )
        )
    return table(HEADS, rows)


def parameters() -> str:
    """Return one table for each class of parameters, under the path of its keys."""
    parts = []
    for model, path in parameter_classes().items():
        title = f"`{path}`" if path else "a scenario"
        about = model.__doc__.splitlines()[0]
        parts.append(f"**{title}.** {about}\n\n{parameters_of(model)}")
    return "\n\n".join(parts)


def distributions() -> str:
    """Return the description of the distributions that a parameter accepts."""
    rows = []
    for shape in SHAPES:
        keys = [
            f"`{key}` {messages.describe(spec)}"
            for key, spec in schema.fields(shape).items()
            if key != "kind"
        ]
        kind = shape.model_fields["kind"].default
        rows.append((f"`{kind}`", shape.__doc__.splitlines()[0], "; ".join(keys)))
    return table(("kind", "meaning", "keys"), rows)


def output_tables() -> str:
    """Return the registry of outputs, one table for each of its arrays."""
    parts = []
    for wide in outcomes.TABLES:
        rows = [
            (f"`{output.name}`", output.unit, output.meaning) for output in wide.outputs
        ]
        title = f"**`{wide.name}`** ({', '.join(wide.dims)})"
        parts.append(f"{title}\n\n{table(('output', 'unit', 'meaning'), rows)}")
    return "\n\n".join(parts)


def dimensions() -> str:
    """Return the labels of each dimension that is not a count of ticks or units."""
    rows = []
    for name, labels in outcomes.DIMENSIONS.items():
        counted = isinstance(labels[0], int)
        text = f"{labels[0]} .. {labels[-1]}" if counted else ", ".join(labels)
        rows.append((f"`{name}`", len(labels), text))
    return table(("dimension", "size", "labels"), rows)


def draw_plan() -> str:
    """Return the table of bits by purpose; numbered purposes of one kind share a row."""
    families: dict[str, list] = {}
    for purpose, draw in PLAN.items():
        name, _, number = purpose.rpartition("_")
        families.setdefault(name if number.isdigit() else purpose, []).append(draw)
    rows = []
    for name, draws in families.items():
        first, last = draws[0], draws[-1]
        many = len(draws) > 1
        words = sorted({draw.word for draw in draws})
        rows.append(
            (
                f"`{name}_0` .. `{name}_{len(draws) - 1}`" if many else f"`{name}`",
                f"{first.block} .. {last.block}" if many else first.block,
                f"{words[0]} .. {words[-1]}" if len(words) > 1 else words[0],
                f"{first.shift} .. {first.shift + first.bits - 1}",
                first.who,
                first.when,
            )
        )
    return table(("purpose", "block", "word", "bits", "who", "when"), rows)


def act_catalogue() -> str:
    """Return the packaged acts."""
    heads = ("act", "sign", "domain", "rate", "scale", "penalty", "due", "price")
    rows = [
        (
            f"`{act.name}`",
            act.sign,
            act.domain,
            *(f"{getattr(act, key):g}" for key in heads[3:]),
            f"{act.social_value:g}",
            f"{act.seen:g}",
            act.only or "",
            "yes" if act.defies else "",
        )
        for act in default_catalogue()
    ]
    return table((*heads, "social value", "seen", "only", "defies"), rows)


def pilot_list() -> str:
    """Return the packaged regimes."""
    regimes = [pilot_library.load(name) for name in pilot_library.names()]
    rows = [
        (f"`{r.name}`", r.title, " ".join(r.about.split()), r.scorer, r.allocation)
        for r in regimes
    ]
    return table(("regime", "title", "about", "scorer", "allocation"), rows)


TABLES = {  # by page
    "model.md": {
        "outputs": output_tables,
        "dimensions": dimensions,
        "draws": draw_plan,
        "acts": act_catalogue,
        "pilots": pilot_list,
    },
    "parameters.md": {"parameters": parameters, "distributions": distributions},
}


def markers(name: str) -> tuple[str, str]:
    """Return the two lines that enclose a table."""
    return f"<!-- begin:{name} -->", f"<!-- end:{name} -->"


def filled(text: str, page: str) -> str:
    """Return the text of a page with the table of every pair of markers made anew."""
    for name, make in TABLES[page].items():
        begin, end = markers(name)
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise SystemExit(f"{page} must have {begin} .. {end} once")
        block = f"{begin}\n\n{make()}\n\n{end}"
        text = pattern.sub(lambda _, block=block: block, text)
    return text


if __name__ == "__main__":
    for page in TABLES:
        path = DOCS / page
        path.write_text(
            filled(path.read_text(encoding="utf-8"), page), encoding="utf-8"
        )
