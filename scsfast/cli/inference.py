"""The verbs that infer from points: constrain, discover, measure-next and search."""

from pathlib import Path
from typing import Annotated

import typer

from .app import (
    Bases,
    Confidence,
    Constrained,
    Json,
    Sets,
    StorePath,
    TargetsFile,
    app,
    matched,
    say,
    write_json,
)


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
    """Rule out points of a sample that miss published figures.

    This is history matching.
    """
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
        str | None,
        typer.Option("--where", "-w", help="Condition: MEASURE < NUMBER, or >."),
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Option("--verdict", help="In its place: c1, c2 or c2_honest."),
    ] = None,
    of: Bases = None,
    density: Annotated[
        float, typer.Option("--density", help="Density at which a box suffices.")
    ] = 0.8,
    confidence: Confidence = 0.95,
    as_json: Json = False,
) -> None:
    """Find boxes of parameters in which a condition holds (PRIM).

    With --verdict, boxes are found for each word that points have on the claim.
    """
    from ..inference.discover import discover as boxes
    from .tables_inference import discover_text
    from .tables_results import records

    table = boxes(store, where, of, density, confidence, verdict)
    write_json(records(table)) if as_json else print(discover_text(table))


@app.command(epilog="Example: scsfast measure-next sample.zarr --verdict c2")
def measure_next(
    store: StorePath,
    verdict: Annotated[
        str | None, typer.Option("--verdict", help="c1, c2 or c2_honest.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", "-w", help="In its place: MEASURE < NUMBER, or >."),
    ] = None,
    of: Bases = None,
    confidence: Confidence = 0.95,
    constrained: Constrained = False,
    targets: TargetsFile = None,
    as_json: Json = False,
) -> None:
    """Print which parameter to measure next to tell a verdict.

    The expected value of partial information (EVPPI): by how much knowing the parameter
    raises the chance that the best guess of the word is right, over the points of a sample.
    """
    from ..analysis.datasets import results
    from ..inference.measure_next import measure_next as value_of_each
    from .tables_inference import measure_next_text
    from .tables_results import records

    dataset = results(store)
    left = matched(dataset, constrained, targets)
    table = value_of_each(dataset, verdict, where, of, left, confidence)
    write_json(records(table)) if as_json else print(measure_next_text(table))


@app.command(epilog="Example: scsfast search examples/search.toml -o search")
def search(
    file: Annotated[Path, typer.Argument(help="A campaign with a [search], TOML.")],
    store: Annotated[
        str, typer.Option("--output", "-o", help="Folder that keeps all evaluations.")
    ],
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Cores; by default all.")
    ] = None,
    sets: Sets = None,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", help="Write a picture (.svg, .png, .pdf)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Search for best rules, worst leaders, or verdict flips.

    If it is killed, the same command resumes: an evaluation that is in the folder is not
    computed again. The best candidates are evaluated again on fresh replicates. With
    `flip = "c1"` in the file: the smallest change of values that flips the verdict on a claim.
    """
    from ..errors import ConfigError
    from ..inference.evaluator import Evaluator
    from ..inference.flip import flip, flip_question
    from ..inference.search import search as find
    from ..inference.search_question import question_of, search_table
    from .tables_search import flip_text, flip_tree, search_text, search_tree

    tree, table = search_table(file, sets or ())
    is_flip = "flip" in table
    question = flip_question(table) if is_flip else question_of(table)
    evaluator = Evaluator(
        tree, store, scenario=question.of, jobs=jobs, folder=file.parent
    )

    def report(done: int, total: int) -> None:
        say(f"{done} of {total} candidates")

    if is_flip:
        if picture is not None:
            raise ConfigError(
                "`--picture` is of searches with an objective, not `flip`"
            )
        flips = flip(evaluator, question, report)
        write_json(flip_tree(flips)) if as_json else print(flip_text(flips))
        return
    found = find(evaluator, question, report)
    if picture is not None:
        from ..inference.search_picture import draw

        draw(found).savefig(picture)
        say(f"{picture}: searched and fresh figures of the candidates")
    write_json(search_tree(found)) if as_json else print(search_text(found))
