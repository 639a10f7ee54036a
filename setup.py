"""Build the compiled kernel: one source, three instruction sets. All else: pyproject.toml.

SCSFAST_DEBUG=1 builds with bounds checks and without optimisation; SCSFAST_NATIVE=1 adds
a fourth variant for this very processor, which is then chosen first.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

ENGINE = Path("scsfast/engine")
VARIANTS = {"_kernel_base": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    VARIANTS["_kernel_v3"] = ["-march=x86-64-v3"]
    VARIANTS["_kernel_v4"] = ["-march=x86-64-v4"]
if os.environ.get("SCSFAST_NATIVE") == "1":
    VARIANTS["_kernel_native"] = ["-march=native"]
DEBUG = os.environ.get("SCSFAST_DEBUG") == "1"
FLAGS = ["-std=c11", "-O0" if DEBUG else "-O3", "-ffp-contract=off", "-fwrapv", "-fno-tree-reassoc"]


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


def variant_source(name: str) -> Path:
    """Return a copy of the kernel's source under the name of a variant."""
    kernel, source = ENGINE / "_kernel.pyx", Path("build/kernel") / f"{name}.pyx"
    source.parent.mkdir(parents=True, exist_ok=True)
    if not source.exists() or source.read_bytes() != kernel.read_bytes():
        shutil.copyfile(kernel, source)
    return source


def extension(name: str, source: Path, flags: list[str]) -> Extension:
    """Return one compiled module of the engine."""
    flags = [*FLAGS, *flags]
    return Extension(
        f"scsfast.engine.{name}",
        [str(source)],
        include_dirs=["csrc"],
        depends=[str(header) for header in sorted(Path("csrc").glob("*.h"))],
        extra_compile_args=flags,
        define_macros=[
            ("SCS_FLAGS", f'"{" ".join(flags)}"'),
            ("SCS_REVISION", f'"{revision()}"'),
        ],
    )


setup(
    ext_modules=cythonize(
        [
            extension("_world", ENGINE / "_world.pyx", []),
            *(
                extension(name, variant_source(name), flags)
                for name, flags in VARIANTS.items()
            ),
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
    )
)
