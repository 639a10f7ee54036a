"""The JSON files of a store: one checked model of each, bounded in size and depth.

What a file says is believed only after it has been read here: it has the keys and types
that scsfast writes, and the seal over them is right. A seal finds damage and careless edits;
who wants to deceive can make it anew.
"""

import hashlib
import json
import zlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import visible

DEEPEST = 64  # levels of tables and lists
LARGEST_ROOT, LARGEST_RECORD, LARGEST_ARRAY = 2**28, 2**26, 2**20  # bytes
MOST_REPLICATES = 2**21  # of all scenarios together: their blocks are listed in memory
SEAL = "seal"
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(ge=0, lt=2**63)]


class Malformed(ValueError):
    """What is wrong with a file, to come after its name."""


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Record(_Document):
    """The commit record of a block."""

    scenario: Whole
    first: Whole
    stop: Whole
    digests: list[Sha | None]
    errors: dict[str, str]
    seconds: float = Field(ge=0, allow_inf_nan=False)
    host: str
    made_by: dict[str, Any]
    snapshots: dict[str, dict[str, Sha]] = {}
    chunks: dict[str, Sha] = {}

    @model_validator(mode="after")
    def _of_one_block(self):
        failed = {
            str(self.first + k)
            for k, digest in enumerate(self.digests)
            if digest is None
        }
        if len(self.digests) != self.stop - self.first or failed != self.errors.keys():
            raise ValueError("must have a digest or an error for each replicate")
        return self


class Owner(BaseModel):
    """What a lock says of the process that holds it."""

    model_config = ConfigDict(strict=True, extra="ignore")
    pid: int | None = Field(None, ge=1, lt=2**31)
    host: str | None = None
    job: str | None = None
    restart: int = Field(0, ge=0)


class NetworkEdges(_Document):
    """Edges of the user's network: how many were given, and how many are used."""

    given: Whole
    kept: Whole
    largest_degree: Whole
    max_degree: Whole


class Root(BaseModel):
    """The attributes of the root that something is decided by."""

    model_config = ConfigDict(strict=True, extra="allow")
    scsfast_layout: Literal[2, 3]
    scsfast_model: Whole
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    identity: Sha
    block_size: Annotated[int, Field(ge=1, le=1_000_000)]
    n_citizens: Whole
    first_measured_tick: Whole
    finished: bool
    derived: list[str]
    replicates: Annotated[int, Field(ge=1, le=1_000_000)]
    title: str
    config: dict[str, Any]
    config_text: str
    deciding: dict[str, Any]
    designs: list[dict[str, Any]]
    coordinates: str
    network_edges: NetworkEdges | None = None
    versions: dict[str, str] = {}
    build: dict[str, Any] = {}
    digest: Sha | None = None
    records: Sha | None = None
    chunks: dict[str, Sha] = {}
    seal: Sha | None = None

    @model_validator(mode="after")
    def _few_enough(self):
        scenarios = self.config.get("scenarios")
        n_scenarios = len(scenarios) if isinstance(scenarios, list) else 1
        if n_scenarios * self.replicates > MOST_REPLICATES:
            raise ValueError(f"holds more than {MOST_REPLICATES} replicates")
        return self


def parsed(data: bytes) -> Any:
    """Return the tree of a JSON file.

    Raises
    ------
    Malformed
        If it is none, or nested too deeply.
    """
    try:
        tree = json.loads(data, parse_constant=_no_number)
    except RecursionError:
        raise Malformed("is nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"is no JSON: {visible(str(error))[:120]}") from None
    level = [tree]
    for _ in range(DEEPEST):
        level = [inner for node in level for inner in _inside(node)]
        if not level:
            return tree
    raise Malformed("is nested too deeply")


def _no_number(text: str):
    raise ValueError(f"{text} is no number")


def _inside(node) -> list:
    """Return the tables and lists directly in a table or list."""
    values = node.values() if isinstance(node, dict) else node
    if not isinstance(node, dict | list):
        return []
    return [value for value in values if isinstance(value, dict | list)]


def checked(model, tree) -> dict:
    """Return a tree that a model has found right.

    Raises
    ------
    Malformed
        With the first thing that is wrong, and where.
    """
    try:
        model.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:80] or "it"
        raise Malformed(f"`{visible(where)}`: {visible(first['msg'])[:120]}") from None
    return tree


def digest_of(tree) -> str:
    """Return the SHA-256 of a tree of plain values, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def sealed_attributes(attributes: dict) -> dict:
    """Return root attributes with the seal over them."""
    bare = {key: value for key, value in attributes.items() if key != SEAL}
    return {**bare, SEAL: digest_of(bare)}


def is_sealed(attributes: dict) -> bool:
    """Say whether root attributes are as they were sealed."""
    return sealed_attributes(attributes)[SEAL] == attributes.get(SEAL)


def sealed_record(record: dict) -> bytes:
    """Return a record as JSON with its seal."""
    tree = {"sha256": digest_of(record), "record": record}
    return (json.dumps(tree, indent=1) + "\n").encode()


def unsealed_record(data: bytes | None) -> dict | None:
    """Return a record, or None if it is not what was sealed, by layout 3 or 2."""
    try:
        tree = parsed(data or b"")
        record = tree["record"]
        if "sha256" in tree:
            whole = digest_of(record) == tree["sha256"]
        else:
            text = json.dumps(record, sort_keys=True).encode()
            whole = zlib.crc32(text) == tree["crc32"]
        return checked(Record, record) if whole else None
    except (Malformed, KeyError, TypeError, RecursionError):
        return None


def owner_of(data: bytes | None) -> dict:
    """Return what a lock says of its owner, {} if nothing that can be right."""
    try:
        return checked(Owner, parsed(data or b""))
    except Malformed:
        return {}
