"""The pxd files declare structs and functions as the headers do, and nothing unused."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADERS = sorted(path.name for path in (ROOT / "csrc").glob("scs_*.h"))
ENGINE = ROOT / "scsfast" / "engine"
CYTHON = {
    path: path.read_text(encoding="utf-8")
    for pattern in ("*.pxd", "*.pyx")
    for path in sorted(ENGINE.rglob(pattern))
}
PXD = "".join(t for path, t in CYTHON.items() if path.name.startswith("cs"))
# Lanes of Philox; the barrier and the queue, whose members no loop reads.
OF_C_ALONE = ("scs_block_t", "scs_barrier_t", "scs_queue_t")
DECLARATION = re.compile(
    r"(?P<type>(?:const )?(?:char|int|size_t|\w+_t))(?P<rest>[\s*].*)"
)
MEMBER = re.compile(r"(?P<stars>\**)\s*(?P<name>\w+)(?P<dims>(?:\[[^]]+\])*)")


def members(declarations) -> dict[str, tuple[str, int, str]]:
    """Return type, pointer depth and dimensions by name of C-like declarations."""
    found = {}
    for text in declarations:
        plain = text.replace("_Alignas(SCS_LINE)", "")
        declaration = DECLARATION.fullmatch(" ".join(plain.split()))
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
    if name not in OF_C_ALONE
}


def signatures(text: str, pattern: str) -> dict[str, str]:
    """Return return type and parameters by name of function, written in one way."""
    found = {}
    for kind, name, parameters in re.findall(pattern, text):
        known = re.sub(r"SCS_[A-Z_]+", constant, f"{kind}({parameters})")
        one_way = re.sub(
            r"\s+", " ", known.replace("(void)", "()").replace("inline ", "")
        )
        # Promises of the definition, which a caller need not know.
        one_way = re.sub(r"\* ?(?:const|restrict) ?", "*", one_way)
        found[name] = re.sub(r" ?([*(),\[\]]) ?", r"\1", one_way)
    return found


IN_C = signatures(TEXT, r"static ((?:inline )?[\w ]+[ *])(scs_\w+)\(([^{;]*)\)\s*\{")
IN_PXD = signatures(PXD, r"\n    ([\w ]+[ *])(scs_\w+)\(([^:]*?)\) noexcept")


def names_used() -> set[str]:
    """Return every name of C in the Cython sources, apart from declarations."""
    used = set()
    for path, text in CYTHON.items():
        if path.name.startswith("cs"):
            continue
        used |= set(re.findall(r"\b(?:scs|SCS)_\w+", text))
    # In declarations too: sizes of arrays, and types of members and of parameters.
    sizes = re.findall(r"\[([A-Z][^]]*)\]", PXD)
    types = re.findall(r"(?:const )?(scs_\w+_t)\b(?!:)", PXD)
    return used | set(types) | set(re.findall(r"SCS_\w+", " ".join(sizes)))


def test_all_structs_are_found():
    assert {"scs_rules_t", "scs_state_t", "scs_tile_t", "scs_model_t"} <= set(STRUCTS)
    assert len(STRUCTS["scs_state_t"]) > 25 and len(STRUCTS["scs_rules_t"]) > 90


@pytest.mark.parametrize("struct", DECLARED)
def test_pxd_mirrors_every_member(struct):
    assert DECLARED[struct] == STRUCTS[struct]


def test_pxd_declares_functions_as_the_headers_do():
    assert len(IN_PXD) > 90
    assert {name: IN_C.get(name) for name in IN_PXD} == IN_PXD


def test_pxd_declares_nothing_that_is_not_used():
    constants = re.findall(r"\bSCS_\w+", re.sub(r"\[[^]]*\]", "", PXD))
    declared = {*constants, *IN_PXD, *DECLARED}
    assert len(declared) > 250
    assert sorted(declared - names_used()) == []
