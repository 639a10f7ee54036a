"""The JSON files of a store: one checked model of each, bounded in size and depth.

A file is used only after it has been read here: its keys and types are those that scsfast
writes, and its seal is right. A seal detects damage and careless edits; it is no protection
against forgery.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NoReturn,
    NotRequired,
    Self,
    TypeAlias,
    TypedDict,
)

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import visible
from ..model.parameters import Tree

DEEPEST = 64  # levels of tables and lists
LARGEST_ROOT, LARGEST_RECORD, LARGEST_ARRAY = 2**28, 2**26, 2**20  # bytes
MOST_REPLICATES = 2**21  # of all scenarios together, whose blocks are listed in memory
SEAL = "seal"
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(ge=0, lt=2**63)]


# SHA-256 of each snapshot of a block, by replicate and by "variable.tick".
SnapshotDigests: TypeAlias = dict[str, dict[str, str]]


class Malformed(ValueError):
    """The fault of a file, as a sentence without its subject."""


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class CommitRecord(TypedDict):
    """The commit record of a block as plain values, as `Record` checks them."""

    scenario: int
    first: int
    stop: int
    digests: list[str | None]  # one per replicate; None if it failed
    errors: dict[str, str]  # causes, by replicate
    seconds: float
    host: str
    made_by: Tree
    snapshots: NotRequired[SnapshotDigests]
    chunks: NotRequired[dict[str, str]]  # SHA-256 by key; from layout 3 on


class Record(_Document):
    """The model that checks the commit record of a block."""

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
    def _of_one_block(self) -> Self:
        failed = {
            str(self.first + k)
            for k, digest in enumerate(self.digests)
            if digest is None
        }
        if len(self.digests) != self.stop - self.first or failed != self.errors.keys():
            raise ValueError("must have a digest or an error for each replicate")
        return self


class Owner(BaseModel):
    """The owner of a lock: the process that holds it."""

    model_config = ConfigDict(strict=True, extra="ignore")
    pid: int | None = Field(None, ge=1, lt=2**31)
    host: str | None = None
    job: str | None = None
    restart: int = Field(0, ge=0)


class NetworkEdges(_Document):
    """Numbers of edges of the user's network: those given, and those used."""

    given: Whole
    kept: Whole
    largest_degree: Whole
    max_degree: Whole


class Root(BaseModel):
    """The attributes of the root on which the meaning of a store depends."""

    model_config = ConfigDict(strict=True, extra="allow")
    scsfast_layout: Literal[2, 3, 4]
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
    def _few_enough(self) -> Self:
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
        If the file is not JSON, or is nested too deeply.
    """
    try:
        tree = json.loads(data, parse_constant=_no_number)
    except RecursionError:
        raise Malformed("is nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"is not JSON: {visible(str(error))[:120]}") from None
    if data.count(b"[") + data.count(b"{") <= DEEPEST:
        return tree  # of most files: walking through all takes longer than reading
    level = [tree]
    for _ in range(DEEPEST):
        insides = (node.values() if isinstance(node, dict) else node for node in level)
        level = [v for inside in insides for v in inside if type(v) in (dict, list)]
        if not level:
            return tree
    raise Malformed("is nested too deeply")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def checked(model: type[BaseModel], tree: Tree) -> Tree:
    """Return a tree unchanged if a model accepts it.

    Raises
    ------
    Malformed
        With the first fault and its path.
    """
    try:
        model.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:80] or "it"
        raise Malformed(f"`{visible(where)}`: {visible(first['msg'])[:120]}") from None
    return tree


def digest_of(tree: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a tree of plain values; the order of keys does not matter."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def sealed_attributes(attributes: Tree) -> Tree:
    """Return root attributes with their seal."""
    bare = {key: value for key, value in attributes.items() if key != SEAL}
    return {**bare, SEAL: digest_of(bare)}


def is_sealed(attributes: Tree) -> bool:
    """Return whether root attributes are as they were sealed."""
    return bool(sealed_attributes(attributes)[SEAL] == attributes.get(SEAL))


def sealed_record(record: CommitRecord) -> bytes:
    """Return a record as JSON with its seal."""
    tree = {"sha256": digest_of(record), "record": record}
    return (json.dumps(tree, indent=1) + "\n").encode()


def unsealed_record(data: bytes | None) -> CommitRecord | None:
    """Return a record, or None if it is not as it was sealed, by layout 3 or 2."""
    try:
        tree = parsed(data or b"")
        record: CommitRecord = tree["record"]
        if "sha256" in tree:
            whole = digest_of(record) == tree["sha256"]
        else:
            text = json.dumps(record, sort_keys=True).encode()
            whole = zlib.crc32(text) == tree["crc32"]
        checked(Record, tree["record"])
        return record if whole else None
    except (Malformed, KeyError, TypeError, RecursionError):
        return None


def owner_of(data: bytes | None) -> Tree:
    """Return the owner that a lock names, {} if it names none."""
    try:
        return checked(Owner, parsed(data or b""))
    except Malformed:
        return {}
