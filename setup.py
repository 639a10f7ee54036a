"""Build kernel and builder of worlds for three instruction sets. The rest: pyproject.toml.

SCSFAST_DEBUG=1 builds with bounds checks and without optimisation; SCSFAST_NATIVE=1 adds
a fourth variant for this very processor, which is then chosen first. SCSFAST_VARIANTS
builds only some, as in SCSFAST_VARIANTS=base,v3; base is always among them. Extensions
are compiled in parallel.
"""

import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ENGINE = Path("scsfast/engine")
SOURCES = ("kernel/_kernel", "world/_world")  # below it, each built in all variants
VARIANTS = {"base": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    VARIANTS["v3"] = ["-march=x86-64-v3"]
    VARIANTS["v4"] = ["-march=x86-64-v4"]
if os.environ.get("SCSFAST_NATIVE") == "1":
    VARIANTS["native"] = ["-march=native"]
WANTED = os.environ.get("SCSFAST_VARIANTS")
DEBUG = os.environ.get("SCSFAST_DEBUG") == "1"


def compiler_is_gcc() -> bool:
    """Return whether the compiler that will be called is gcc."""
    command = shlex.split(
        os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    )
    asked = subprocess.run([*command, "--version"], capture_output=True, text=True)
    return "Free Software Foundation" in asked.stdout


GCC_FLAGS = [  # clang does not know these
    "-fno-tree-reassoc",
    "-fschedule-insns",  # with the next, the rounds of Philox overlap
    "-fsched-pressure",
    "-fno-tree-loop-distribute-patterns",  # no call of memset for a short array
]
FLAGS = [
    "-std=c11",
    "-O0" if DEBUG else "-O3",
    "-ffp-contract=off",
    "-fwrapv",
    "-Werror=incompatible-pointer-types",  # Cython compares no lengths of arrays
    *(GCC_FLAGS if compiler_is_gcc() else []),
]


def wanted_variants() -> dict[str, list[str]]:
    """Return the variants to build, with their flags: all, or SCSFAST_VARIANTS."""
    if not WANTED:
        return VARIANTS
    names = {name.strip() for name in WANTED.split(",")}
    if unknown := sorted(names - set(VARIANTS)):
        known, refused = ", ".join(VARIANTS), ", ".join(unknown)
        raise SystemExit(f"SCSFAST_VARIANTS must be among {known}, got {refused}")
    return {
        name: flags
        for name, flags in VARIANTS.items()
        if name in names or name == "base"
    }


class ParallelBuild(build_ext):
    """Compile the extensions side by side, one job per available core."""

    def finalize_options(self) -> None:
        """Set the number of jobs unless --parallel did."""
        super().finalize_options()
        usable = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
        self.parallel = self.parallel or len(usable(0))

    def run(self) -> None:
        """Build, and remove older variants that are not built now: they would be stale."""
        super().run()
        built = {extension.name.rpartition(".")[2] for extension in self.extensions}
        for source in SOURCES if self.inplace else ():
            for library in ENGINE.glob(f"{source}*.so"):
                if library.name.partition(".")[0] not in built:
                    library.unlink()


def revision() -> str:
    """Return the git revision that is built, "unknown" outside a checkout."""
    if not Path(".git").exists():
        return "unknown"
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def revision_source() -> Path:
    """Return a C file that holds the revision: only it is compiled again by a commit."""
    source = Path("build/kernel/scs_revision.c")
    text = f'const char scs_revision[] = "{revision()}";\n'
    source.parent.mkdir(parents=True, exist_ok=True)
    if not source.exists() or source.read_text() != text:
        source.write_text(text)
    return source


def variant_source(source: str, variant: str) -> Path:
    """Return a copy of a source under the name of a variant."""
    origin = ENGINE / f"{source}.pyx"
    copy = Path("build/kernel") / f"{origin.stem}_{variant}.pyx"
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not copy.exists() or copy.read_bytes() != origin.read_bytes():
        shutil.copyfile(origin, copy)
    return copy


def extension(source: str, variant: str, flags: list[str]) -> Extension:
    """Return one compiled module of the engine in one variant."""
    flags = [*FLAGS, *flags]
    return Extension(
        f"scsfast.engine.{source.replace('/', '.')}_{variant}",
        [str(variant_source(source, variant)), str(revision_source())],
        include_dirs=["csrc"],
        depends=[str(header) for header in sorted(Path("csrc").glob("*.h"))],
        extra_compile_args=flags,
        define_macros=[("SCS_FLAGS", f'"{" ".join(flags)}"')],
    )


setup(
    cmdclass={"build_ext": ParallelBuild},
    ext_modules=cythonize(
        [
            extension(source, variant, flags)
            for variant, flags in wanted_variants().items()
            for source in SOURCES
        ],
        include_path=["."],
        build_dir="build/c",
        compiler_directives={
            "language_level": 3,
            "boundscheck": DEBUG,
            "wraparound": False,
            "cdivision": True,
            "initializedcheck": DEBUG,
        },
    ),
)
