"""How one replicate is computed: the compiled kernel and its surroundings.

The kernel and the builder of worlds are built for several instruction sets, all of which
give the same bits; at import the best that the processor can run is chosen.
``SCSFAST_KERNEL=base|v3|v4`` in the environment chooses another.
"""

import importlib
import importlib.util
import os
from functools import cache
from pathlib import Path

from ..errors import KernelError, NotBuiltError

try:
    from .kernel import _kernel_base
    from .world import _world_base  # noqa: F401, both must be there
except ImportError as error:
    raise NotBuiltError(
        f"the compiled kernel of the scsfast in {Path(__file__).parents[2]} cannot be "
        f"loaded ({error}); if that is a source tree, build it there (pip install -e .) or "
        "start Python in another folder, so that the installed package is found"
    ) from error


def available_variants() -> list[str]:
    """Return the kernel variants that are built and can run here, best first."""
    return list(_available())


@cache
def _available() -> tuple[str, ...]:
    """Look for the variants once: every replicate asks for them."""
    level = _kernel_base.processor_level()
    wanted = [
        "native",
        *(["v4"] if level >= 4 else []),
        *(["v3"] if level >= 3 else []),
        "base",
    ]
    path = f"{__name__}.kernel._kernel_"
    return tuple(name for name in wanted if importlib.util.find_spec(path + name))


def load_kernel(name: str | None = None):
    """Return the kernel module of a variant; the environment's or the best by default.

    Raises
    ------
    KernelError
        If the variant is not built or cannot run on this processor.
    """
    usable = available_variants()
    name = name or os.environ.get("SCSFAST_KERNEL") or usable[0]
    if name not in usable:
        raise KernelError(
            f"SCSFAST_KERNEL must be one of {', '.join(usable)} on this machine, got '{name}'"
        )
    return importlib.import_module(f"{__name__}.kernel._kernel_{name}")


def load_world(kernel):
    """Return the builder of worlds of the variant of a kernel module."""
    return importlib.import_module(f"{__name__}.world._world_{variant_of(kernel)}")


def variant_of(kernel) -> str:
    """Return the name of the variant that a kernel module is."""
    return kernel.__name__.rpartition("_")[2]


def variant() -> str:
    """Return the name of the kernel variant in use."""
    return variant_of(load_kernel())


def build_info() -> dict:
    """Return compiler, flags and variant of the kernel in use, for the provenance."""
    return {"variant": variant(), **load_kernel().build_flags()}
