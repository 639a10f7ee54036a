"""The verbs that infer from the points of a design: constrain, discover and search."""

from pathlib import Path
from typing import Annotated

import typer

from .app import Json, StorePath, app, say, write_json


@app.command(epilog="Example: scsfast constrain sample.zarr --wave next.toml")
def constrain(
    store: StorePath,
    targets: Annotated[
        Path | None,
        typer.Option("--targets", help="TOML file; by default the packaged figures."),
    ] = None,
    limit: Annotated[
        float,
        typer.Option(
            "--limit", help="Implausibility above which a point is ruled out."
        ),
    ] = 3.0,
    wave: Annotated[
        Path | None,
        typer.Option(
            "--wave", help="Write a campaign that samples the points not ruled out."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Rule out the points of a sample that miss published figures (history matching)."""
    from ..analysis.datasets import results
    from ..errors import ConfigError
    from ..inference.constrain import constrain as match
    from .tables_inference import constrain_text, constrain_tree

    if wave is not None and wave.exists():
        raise ConfigError(
            "`--wave` must name a new file, but this one exists", str(wave)
        )
    dataset = results(store)
    found = match(dataset, targets, limit)
    write_json(constrain_tree(found)) if as_json else print(constrain_text(found))
    if wave is not None:
        from ..inference.wave import next_wave

        wave.write_text(next_wave(dataset, targets, limit), encoding="utf-8")
        say(f"{wave}: samples the ranges of the points that are left")


@app.command(
    epilog="Example: scsfast discover sample.zarr --where 'efficiency >= 0.25'"
)
def discover(
    store: StorePath,
    where: Annotated[
        str, typer.Option("--where", "-w", help="Condition: MEASURE < NUMBER, or >.")
    ],
    of: Annotated[
        list[str] | None,
        typer.Option("--of", help="A scenario of the campaign file; by default all."),
    ] = None,
    density: Annotated[
        float, typer.Option("--density", help="Density at which a box suffices.")
    ] = 0.8,
    confidence: Annotated[
        float, typer.Option("--confidence", help="Of intervals, between 0 and 1.")
    ] = 0.95,
    as_json: Json = False,
) -> None:
    """Find boxes of parameters in which a condition on a measure holds (PRIM)."""
    from ..inference.discover import discover as boxes
    from .tables_inference import discover_text
    from .tables_results import records

    table = boxes(store, where, of, density, confidence)
    write_json(records(table)) if as_json else print(discover_text(table))


@app.command(epilog="Example: scsfast search examples/search.toml -o search")
def search(
    file: Annotated[Path, typer.Argument(help="A campaign with a [search], TOML.")],
    store: Annotated[
        str, typer.Option("--output", "-o", help="Folder that keeps all evaluations.")
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cores; by default all.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", help="Write a picture (.svg, .png, .pdf)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Search for the best rules, or the worst leaders, within bounds on other measures.

    If it is killed, the same command resumes: an evaluation that is in the folder is not
    computed again. The best candidates are evaluated again on fresh replicates.
    """
    from ..inference.evaluator import Evaluator
    from ..inference.search import search as find
    from ..inference.search_question import read_search
    from .tables_search import search_text, search_tree

    tree, question = read_search(file)
    evaluator = Evaluator(
        tree, store, scenario=question.of, jobs=jobs, folder=file.parent
    )
    found = find(
        evaluator, question, lambda done, total: say(f"{done} of {total} candidates")
    )
    if picture is not None:
        from ..inference.search_picture import draw

        draw(found).savefig(picture)
        say(f"{picture}: searched and fresh figures of the candidates")
    write_json(search_tree(found)) if as_json else print(search_text(found))
