"""Requirements of the process before stores are used: assertions, and address space.

Nothing heavy is imported here, because imports are the first to fail if memory is short.
"""

import resource

from .errors import DoesNotFitError

LEAST_ADDRESS_SPACE = 640_000_000  # bytes; reading a store on two cores takes 610 MB


def refuse_unusable() -> None:
    """Refuse a process in which reading or writing a store would fail half-way.

    Raises
    ------
    DoesNotFitError
        Under ``python -O``, without which zarr 3 (zarr-python#4362) cannot open a group;
        or if the address space of the process is limited to less than the libraries take.
    """
    if not __debug__:
        raise DoesNotFitError(
            "must run with assertions, which zarr relies on, got python -O or "
            "PYTHONOPTIMIZE; leave these out"
        )
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESS_SPACE:
        raise DoesNotFitError(
            f"must have {LEAST_ADDRESS_SPACE // 10**6} MB of address space for its "
            f"libraries alone, got {limit // 10**6} MB from RLIMIT_AS (ulimit -v)"
        )
