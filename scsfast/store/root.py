"""The attributes of a store's root, read from its zarr.json and checked by their seal."""

from ..atomic_files import explained
from ..campaign.identity import LAYOUT_VERSION
from ..errors import ConfigError, DifferentCampaignError, StoreError
from ..model.parameters import Tree
from .documents import LARGEST_ROOT, Malformed, Root, checked, is_sealed, parsed
from .place import Place

READABLE = range(2, LAYOUT_VERSION + 1)  # versions of the layout


def read_attributes(place: Place, advice: str = "") -> Tree:
    """Return the root attributes of the store at a place.

    Parameters
    ----------
    place : Folder or Bucket
        Where the store is.
    advice : str
        Advice that is added to the message if something else is there.

    Raises
    ------
    ConfigError
        If nothing exists at the place.
    DifferentCampaignError
        If something else exists there, or a store that this version cannot read.
    StoreError
        If a bucket does not answer, or the attributes are damaged.
    """
    with explained(place, "read the store"):
        if not place.holds():
            raise ConfigError(
                "must be the path of a store, nothing exists there", str(place)
            )
        root = place.read("zarr.json", LARGEST_ROOT)
    try:
        attributes = parsed(root or b"")["attributes"]
        version = attributes["scsfast_layout"]
    except (ValueError, KeyError, TypeError):
        raise DifferentCampaignError(
            f"{place}: exists but is not a scsfast store{advice}"
        ) from None
    if version not in READABLE or isinstance(version, bool | float):
        raise DifferentCampaignError(
            f"{place}: has store layout {version}, this scsfast reads {READABLE[0]} to "
            f"{READABLE[-1]}{advice}"
        )
    return _believed(place, attributes)


def _believed(place: Place, attributes: Tree) -> Tree:
    """Return root attributes if they are sealed and of the right types."""
    try:
        checked(Root, attributes)
        if attributes["scsfast_layout"] != 2 and not is_sealed(attributes):
            raise Malformed("its attributes are not as they were written")
    except (Malformed, RecursionError) as fault:
        raise StoreError(
            f"{place}/zarr.json: is damaged: {fault}; nothing was changed, restore the "
            "file from a copy of the store"
        ) from None
    return attributes
