"""The house: rooms, lengths, words, and what every parameter must say of itself."""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from pydantic import BaseModel

import scsfast.model
from scsfast.engine.kernel import _kernel_base
from scsfast.engine.world import _world_base
from scsfast.model.parameters import Parameters
from scsfast.model.population import Distribution

PACKAGE = Path(scsfast.model.__file__).parent.parent
ROOT = PACKAGE.parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
CYTHON = sorted([*PACKAGE.rglob("*.pxd"), *PACKAGE.rglob("*.pyx")])
CIMPORT = re.compile(r"(?m)^(?:from (scsfast[\w.]*) c?import|c?import (scsfast[\w.]*))")
MEASURED = sorted(
    path
    for folder in ("scsfast", "csrc", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".pyi", ".pyx", ".pxd", ".h", ".c")
)
# Rooms, sub-packages and single files, in an order: a file imports from its own room or
# from one before it. The longest name that fits a module is its room.
ROOMS = (
    (
        "errors",
        "version",
        "interpreter",
        "machine",
        "atomic_files",
        "optional",
        "text",
        "intervals",
    ),
    ("model",),
    ("model.integers",),
    ("model.reference",),
    ("engine.kernel",),
    ("engine.world",),
    ("engine",),
    ("campaign",),
    ("campaign.designs",),
    ("campaign.config", "campaign.json_schema"),  # a question with its designs
    ("store",),
    ("planning",),
    ("execution",),
    ("analysis",),
    ("analysis.plots",),
    ("analysis.report",),
    ("inference",),
    ("api",),
    ("cli",),
)
DOORS = ("__init__.py", "__main__.py")  # of the package itself: open onto every room
MOST_LINES, MOST_LINES_A_FUNCTION = 400, 60

# Numbers that need no source beside them, and why.
STRUCTURAL = {
    "World.n_ticks": "length of a run, the user's question",
    "World.warmup": "what is left out of summaries",
    "World.ticks_per_year": "what a tick is",
    "World.distribution_every": "how often is written",
    "BlackBox.refit": "the regime's own, with its source in the pilot's file",
    "Act.penalty": "none unless the catalogue says so, with its source",
    "Act.due": "none unless the catalogue says so, with its source",
    "Act.price": "none unless the catalogue says so, with its source",
    "Act.social_value": "none unless the catalogue says so, with its source",
}
# Weights of 1 are no agenda; what leaders want is the default of `Leaders.agenda`.
NEUTRAL = {"Agenda", "Parts"}
# A regime's numbers have their sources in its own file, pilots/*.toml (test_pilots.py).
OF_PILOTS = {"Regime", "Scoring", "Grade", "Discretion", "Scrutiny", "MeetingRule"}
OF_PILOTS |= {"Belief", "Access"}
# Textbook shapes: what one stands for says the field that holds it.
SHAPES = {shape.__name__ for shape in Distribution.__args__[0].__args__}


# What mypy checks strictly, below scsfast/: entries are added, never taken out.
TYPED = (
    *("errors.py", "interpreter.py", "version.py", "machine.py", "atomic_files.py"),
    *("optional.py", "text.py", "intervals.py", "model"),
    *("campaign", "store", "planning", "execution"),
)


def name_of(path: Path) -> str:
    """Return a file's path inside the package, for messages."""
    return path.relative_to(PACKAGE).as_posix()


def room_of(module: str) -> int:
    """Return the place of a module's room in the order, by its dotted name.

    What the package itself offers, such as its version, is in the room of its api.
    """
    if module.startswith("__"):
        module = "api"
    parts = module.split(".")
    for n in range(len(parts), 0, -1):
        for place, names in enumerate(ROOMS):
            if ".".join(parts[:n]) in names:
                return place
    return len(ROOMS)


def imports(path: Path) -> list[str]:
    """Return every module of the package that a file imports, without "scsfast."."""
    package = ["scsfast", *path.relative_to(PACKAGE).parent.parts]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found += [f"{module}.{alias.name}" for alias in node.names]
    ours = (name for name in found if name.startswith("scsfast."))
    return [name.removeprefix("scsfast.") for name in ours]


def imports_of_cython(path: Path) -> list[str]:
    """Return every module of the package that a Cython file imports or cimports."""
    text = path.read_text(encoding="utf-8")
    found = [first or second for first, second in CIMPORT.findall(text)]
    return [name.removeprefix("scsfast.") for name in found]


def fields() -> list[tuple[str, str, object]]:
    """Return (class, key, field) of every parameter of the model."""
    for module in pkgutil.walk_packages(scsfast.model.__path__, "scsfast.model."):
        importlib.import_module(module.name)
    classes, waiting = [], [Parameters]
    while waiting:
        children = waiting.pop().__subclasses__()
        classes += [c for c in children if c.__module__.startswith("scsfast.model.")]
        waiting += children
    return [(c.__name__, key, f) for c in classes for key, f in c.model_fields.items()]


def is_number(value) -> bool:
    """Say whether a default is a figure: a number, some numbers, or a distribution."""
    if isinstance(value, list | tuple):
        return any(is_number(entry) for entry in value)
    if isinstance(value, BaseModel):
        return type(value).__name__ in SHAPES
    return isinstance(value, int | float) and not isinstance(value, bool)


def functions(path: Path) -> list[tuple[str, int]]:
    """Return (name, lines) of every function of a file."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [
        (node.name, node.end_lineno - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kinds)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_import_from_their_own_room_or_one_before_it(path):
    if path.parent == PACKAGE and path.name in DOORS:
        pytest.skip("the package's own doors open onto every room")
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    own = room_of(".".join(parts))
    assert [name for name in imports(path) if room_of(name) > own] == []


@pytest.mark.parametrize("path", CYTHON, ids=name_of)
def test_cython_imports_from_its_own_room_or_one_before_it(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    found = imports_of_cython(path)
    assert [name for name in found if room_of(name) > room_of(".".join(parts))] == []


def test_cimports_are_seen():
    kernel = PACKAGE / "engine" / "kernel" / "_kernel.pyx"
    assert "engine.kernel.csrc" in imports_of_cython(kernel)
    assert len(imports_of_cython(kernel)) > 10


def test_no_function_adds_faults_to_a_list_that_it_is_given():
    """Functions return or raise; one that goes on after a fault takes `errors.Faults`."""
    given = re.compile(r"\bfaults: list(\[str\])?[,)\n]")
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    assert [name_of(path) for path, text in texts.items() if given.search(text)] == []


def test_names_of_test_files_are_unique():
    """Two of one name cannot be collected together."""
    names = [
        p.name
        for folder in ("tests", "benchmarks")
        for p in (ROOT / folder).rglob("test_*.py")
    ]
    assert sorted(set(names)) == sorted(names)


def test_every_module_is_in_a_room():
    modules = (path.relative_to(PACKAGE).with_suffix("").parts for path in SOURCES)
    names = [".".join(parts) for parts in modules if f"{parts[-1]}.py" not in DOORS]
    assert [name for name in names if room_of(name) == len(ROOMS)] == []


@pytest.mark.parametrize("path", MEASURED, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short(path):
    found = functions(path)
    assert [entry for entry in found if entry[1] > MOST_LINES_A_FUNCTION] == []


def typed_files() -> list[Path]:
    """Return the files that mypy checks, as pyproject.toml lists them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["mypy"]["files"]
    found = [path for entry in listed for path in ROOT.glob(entry)]
    return [
        file
        for path in found
        for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]


def test_mypy_checks_all_files_that_are_typed():
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)["tool"]["mypy"]
    assert sorted(settings["files"]) == sorted(f"scsfast/{name}" for name in TYPED)
    assert settings["strict"] is True
    allowed = {"module", "ignore_missing_imports"}
    assert all(override.keys() == allowed for override in settings["overrides"])
    assert "python -m mypy" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_typed_files_silence_no_error_without_its_code():
    silenced = re.compile(r"# *type: *ignore(?!\[)|# *mypy:")
    wrong = [p for p in typed_files() if silenced.search(p.read_text(encoding="utf-8"))]
    assert len(typed_files()) > 50
    assert not wrong


def defined(path: Path) -> list[str]:
    """Return the functions, classes and constants of a file, but those of a decorator."""
    names = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            names.append(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("__")]


def test_every_name_is_used():
    """A name that only tests use, or nothing, is to be removed."""
    kinds = ("*.py", "*.pyx", "*.pxd", "*.md", "*.ipynb", "*.html", "*.toml")
    folders = (PACKAGE, ROOT / "docs", ROOT / "benchmarks", ROOT / "csrc")
    texts = [p for f in folders for kind in kinds for p in f.rglob(kind)]
    words = Counter(
        word
        for path in [*texts, ROOT / "README.md", ROOT / "setup.py"]
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    )
    found = {name_of(path): defined(path) for path in SOURCES}
    once = [f"{at}: {n}" for at, names in found.items() for n in names if words[n] == 1]
    assert sum(map(len, found.values())) > 1_500
    assert once == []


def test_nothing_mentions_the_folder_it_was_written_beside():
    kinds = (".py", ".pyi", ".pyx", ".pxd", ".toml", ".csv")
    texts = [path for path in PACKAGE.rglob("*") if path.suffix in kinds]
    found = [path for path in texts if "shared" in path.read_text(encoding="utf-8")]
    assert found == []


def test_every_data_file_is_packaged():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    globs = project["tool"]["setuptools"]["package-data"]
    compiled = (".py", ".pyc", ".pyx", ".so")
    packaged = {
        path
        for name, patterns in globs.items()
        for door in PACKAGE.rglob("__init__.py")
        if name in ("*", ".".join(door.relative_to(PACKAGE.parent).parent.parts))
        for pattern in patterns
        for path in door.parent.glob(pattern)
    }
    found = {path for path in PACKAGE.rglob("*.*") if path.is_file()}
    needed = {path for path in found if path.suffix not in compiled}
    assert sorted(needed - packaged) == []


def test_every_parameter_says_what_it_is():
    silent = [
        f"{owner}.{key}"
        for owner, key, field in fields()
        if owner not in SHAPES
        and not (field.description and (field.json_schema_extra or {}).get("unit"))
    ]
    assert silent == []


def test_every_default_number_has_a_source():
    bare = [
        f"{owner}.{key}"
        for owner, key, field in fields()
        if owner not in SHAPES | OF_PILOTS | NEUTRAL
        and f"{owner}.{key}" not in STRUCTURAL
        and is_number(field.get_default(call_default_factory=True))
        and not field.json_schema_extra["source"]
    ]
    assert bare == []


def test_plausible_ranges_are_data_not_prose():
    """Fails for source="..., plausible 0..1": write param(..., plausible=(0, 1))."""
    sources = {
        f"{owner}.{key}": (field.json_schema_extra or {}).get("source", "")
        for owner, key, field in fields()
    }
    range_in_words = re.compile(r"\d\.\.|\bplausible -?\d")
    prose = [key for key, source in sources.items() if range_in_words.search(source)]
    assert prose == []


def test_exemptions_are_needed():
    known = {f"{owner}.{key}" for owner, key, _ in fields()}
    owners = {owner for owner, _, _ in fields()}
    assert set(STRUCTURAL) <= known
    assert owners >= OF_PILOTS | NEUTRAL | SHAPES


def stubbed(tree) -> set[str]:
    """Return the public functions, classes and methods of a stub, dotted."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for name in stubbed(node)}
    return {name for name in names if "._" not in name and not name.startswith("_")}


def offered(module) -> set[str]:
    """Return the public functions, classes and methods of a compiled module, dotted."""
    names = set()
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        names.add(name)
        if isinstance(value, type):
            names |= {f"{name}.{own}" for own in vars(value) if not own.startswith("_")}
    return names


@pytest.mark.parametrize(
    ("stub", "module"),
    [("kernel/_kernel", _kernel_base), ("world/_world", _world_base)],
)
def test_stub_names_what_its_module_has(stub, module):
    text = (PACKAGE / "engine" / f"{stub}.pyi").read_text(encoding="utf-8")
    assert stubbed(ast.parse(text)) == offered(module)
