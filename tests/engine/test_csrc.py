"""The C headers hold their laws (csrc/tests), built here with sanitizers on."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scsfast.engine.kernel import _kernel_base

CSRC = Path(__file__).parents[2] / "csrc"
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Werror"]
FLAGS = ["-std=c11", "-g", "-ffp-contract=off", *WARNINGS]
MEMORY = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
THREADS = ["-fsanitize=thread"]
LEVELS = {"baseline": (1, []), "v3": (3, ["-march=x86-64-v3"])}
LEVELS["other processors"] = (1, ["-U__SSE2__"])  # no vector lanes at all
LEVELS["v4"] = (4, ["-march=x86-64-v4"])
COMPILERS = ("gcc", "clang")
PAIRS = [(compiler, level) for level in LEVELS for compiler in COMPILERS]
SOURCES = sorted((CSRC / "tests").glob("*.c"))
SECONDS = 120


def call(command, **environment) -> subprocess.CompletedProcess:
    """Return how a command ended, with what it printed."""
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, **environment},
    )


def require(compiler: str, flags: list[str], folder: Path) -> None:
    """Skip, with the reason, where a compiler or its sanitizer does not work."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    source, program = folder / "empty.c", folder / "empty"
    source.write_text("int main(void) { return 0; }\n")
    built = call([compiler, *flags, source, "-o", program])
    if built.returncode:
        pytest.skip(f"{compiler} cannot link {' '.join(flags)}: {built.stderr.strip()}")
    ran = call([program])
    if ran.returncode:
        pytest.skip(f"{' '.join(flags)} does not run here: {ran.stderr.strip()}")


def run_tests(compiler, flags, folder: Path, sources=SOURCES) -> tuple[str, str]:
    """Build and run C tests; return the last line printed, and all complaints."""
    program = folder / "test_csrc"
    command = [compiler, *FLAGS, *flags, f"-I{CSRC}", "-pthread", *sources]
    built = call([*command, "-o", program])
    assert built.returncode == 0, built.stderr
    ran = call([program], UBSAN_OPTIONS="print_stacktrace=1")
    return ran.stdout.strip().rpartition("\n")[2], ran.stderr


def test_headers_hold_their_laws_under_sanitizers(tmp_path):
    """Not optimised: this takes a third of the time, and checks no less."""
    hold_their_laws("gcc", "baseline", "-O0", tmp_path)


@pytest.mark.slow  # .ci/run runs them too
@pytest.mark.parametrize(("compiler", "level"), PAIRS)
def test_optimised_headers_hold_their_laws_under_sanitizers(compiler, level, tmp_path):
    hold_their_laws(compiler, level, "-O1", tmp_path)


def hold_their_laws(compiler: str, level: str, optimised: str, tmp_path: Path) -> None:
    """Build and run the C tests under sanitizers: all pass, and nothing complains."""
    needed, flags = LEVELS[level]
    if needed > _kernel_base.processor_level():
        pytest.skip(f"this processor does not run x86-64-{level}")
    require(compiler, MEMORY, tmp_path)
    last, complaints = run_tests(compiler, [optimised, *MEMORY, *flags], tmp_path)
    assert (last.endswith(" passed, 0 failed"), complaints) == (True, "")


@pytest.mark.parametrize(
    "compiler", ["gcc", pytest.param("clang", marks=pytest.mark.slow)]
)
def test_barrier_has_no_race(compiler, tmp_path):
    require(compiler, THREADS, tmp_path)
    sources = [s for s in SOURCES if s.name == "main.c" or "pthread" in s.read_text()]
    flags = ["-O1", "-DTHREADS_ALONE", *THREADS]
    last, complaints = run_tests(compiler, flags, tmp_path, sources)
    assert (last.endswith(" passed, 0 failed"), complaints) == (True, "")


@pytest.mark.parametrize("header", sorted(p.name for p in CSRC.glob("scs_*.h")))
def test_headers_include_what_they_use(header, tmp_path):
    source = tmp_path / "alone.c"
    source.write_text(f'#include "{header}"\n')
    built = call(["gcc", "-std=c11", "-Werror", "-fsyntax-only", f"-I{CSRC}", source])
    assert (built.returncode, built.stderr) == (0, "")


def test_every_c_test_is_run():
    for path in sorted((CSRC / "tests").glob("test_*.c")):
        defined = re.findall(r"void (test_\w+)\(void\)\n\{", path.read_text())
        called = re.findall(r"\n    (test_\w+)\(\);", path.read_text())
        assert sorted(defined) == sorted([*called, path.stem])
    main = re.findall(r" (test_\w+)\(\);", (CSRC / "tests" / "main.c").read_text())
    assert sorted(main) == sorted(p.stem for p in (CSRC / "tests").glob("test_*.c"))
