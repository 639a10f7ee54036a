"""The version of scsfast that is installed."""

from importlib import metadata

UNKNOWN = "0+unknown"


def installed() -> str:
    """Return the version of the installed package; `UNKNOWN` of a bare source tree."""
    try:
        return metadata.version("scsfast")
    except metadata.PackageNotFoundError:
        return UNKNOWN
