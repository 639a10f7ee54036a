"""Print pip constraints that hold every dependency at its lowest declared version.

``python .ci/lowest.py [EXTRA ...]`` reads ../pyproject.toml: the requirements of the build,
of the package and of the extras that are named, and of extras that those name.
"""

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([\w,-]+)\])?\s*(.*)")


def requirements(tree: dict, extras) -> list[tuple[str, str]]:
    """Return name and version specifiers of all that is declared."""
    project, found = tree["project"], []
    pending = [*tree["build-system"]["requires"], *project["dependencies"]]
    for extra in extras:
        pending += project["optional-dependencies"][extra]
    for text in pending:
        name, own, versions = REQUIREMENT.fullmatch(text).groups()
        if name == project["name"]:
            for extra in own.split(","):
                pending += project["optional-dependencies"][extra]
        else:
            found.append((name, versions))
    return found


def lowest(versions: str) -> str | None:
    """Return the lowest version that specifiers allow, None where they set none."""
    floors = re.findall(r"(?:>=|==)\s*([\w.]+)", versions)
    return floors[0] if floors else None


def constraints(text: str, extras=()) -> list[str]:
    """Return the lines of a constraint file, of the text of a pyproject.toml."""
    declared = requirements(tomllib.loads(text), extras)
    floors = {name: lowest(versions) for name, versions in declared}
    return [f"{name}=={floor}" for name, floor in sorted(floors.items()) if floor]


if __name__ == "__main__":
    print("\n".join(constraints(PYPROJECT.read_text(), sys.argv[1:])))
