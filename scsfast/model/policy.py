"""A policy in a campaign: the function that may change a scenario's regime between ticks."""

from typing import Annotated

from pydantic import Field

from .parameters import Parameters, param

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Policy(Parameters):
    """A function in a file of Python code, and the SHA-256 of that file."""

    function: str = param(..., "name of the function")
    file: str = param(..., "name of the file that defines it, without its folder")
    sha256: Sha256 = param(..., "SHA-256 of the file; it is part of the identity")
    path: str = param("", "where the file is; never stored, so no store can name code")
