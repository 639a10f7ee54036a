"""The pxd files declare every member of every struct of the headers, in the same shape."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADERS = ("scs_structs.h", "scs_outputs.h", "scs_conduct.h", "scs_select.h")
PXD = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "scsfast" / "engine" / "kernel").glob("cs*.pxd"))
)
OF_C_ALONE = ("scs_block_t",)  # lanes of Philox
DECLARATION = re.compile(
    r"(?P<type>(?:const )?(?:char|int|size_t|\w+_t))(?P<rest>[\s*].*)"
)
MEMBER = re.compile(r"(?P<stars>\**)\s*(?P<name>\w+)(?P<dims>(?:\[[^]]+\])*)")


def members(declarations) -> dict[str, tuple[str, int, str]]:
    """Return type, pointer depth and dimensions by name of C-like declarations."""
    found = {}
    for text in declarations:
        declaration = DECLARATION.fullmatch(" ".join(text.split()))
        if declaration is None:
            continue
        for declarator in declaration["rest"].split(","):
            of = MEMBER.fullmatch(declarator.strip().replace(" *const", ""))
            kind = declaration["type"].removeprefix("const ")
            found[of["name"]] = (kind, len(of["stars"]), dimensions(of["dims"]))
    return found


def dimensions(text: str) -> str:
    """Return dimensions with their sums and products worked out."""
    sizes = re.findall(r"\[([^]]+)\]", text)
    return "".join(f"[{eval(re.sub(r'[A-Z]+_[A-Z_]+', constant, s))}]" for s in sizes)


def constant(match) -> str:
    """Return the value of an enum member of the headers, as the kernel's C has it."""
    return str(CONSTANTS[match[0]])


def preprocessed() -> str:
    """Return the headers with their macros expanded."""
    source = "".join(f'#include "{name}"\n' for name in HEADERS)
    command = ["gcc", "-E", "-P", "-std=c11", f"-I{ROOT / 'csrc'}", "-"]
    return subprocess.run(
        command, input=source, capture_output=True, text=True, check=True
    ).stdout


def enumerated(text: str) -> dict[str, int]:
    """Return the members of every enum."""
    values = {}
    for body in re.findall(r"enum \{(.*?)\}", text, re.DOTALL):
        following = 0
        for entry in filter(None, (part.strip() for part in body.split(","))):
            name, _, value = (part.strip() for part in entry.partition("="))
            values[name] = eval(value, {}, dict(values)) if value else following
            following = values[name] + 1
    return values


if shutil.which("gcc") is None:
    pytest.skip("gcc is not installed", allow_module_level=True)
TEXT = preprocessed()
CONSTANTS = {k: v for k, v in enumerated(TEXT).items() if k.startswith("SCS_")}
STRUCTS = {
    name: members(body.split(";"))
    for body, name in re.findall(r"typedef struct \{([^{}]*)\} (scs_\w+_t);", TEXT)
    if name not in OF_C_ALONE
}
DECLARED = {
    name: members(body.splitlines())
    for name, body in re.findall(r"ctypedef struct (\w+):\n((?: {8}.*\n)+)", PXD)
}


def test_all_structs_are_found():
    assert {"scs_rules_t", "scs_state_t", "scs_tile_t", "scs_model_t"} <= set(STRUCTS)
    assert len(STRUCTS["scs_state_t"]) > 25 and len(STRUCTS["scs_rules_t"]) > 90


@pytest.mark.parametrize("struct", STRUCTS)
def test_pxd_mirrors_every_member(struct):
    assert DECLARED[struct] == STRUCTS[struct]
