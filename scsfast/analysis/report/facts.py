"""Report sections on the run (cost, machine, versions, digest) and on the methods."""

from collections import Counter
from pathlib import Path

from ... import version
from ...intervals import CONFIDENCE
from ...model.graph import loss
from ...text import many
from .. import datasets
from .page import Section, Table, Text, text

REPEAT = (
    "The same campaign file and version give the same bits on any number of threads, "
    "ranks or hosts; equal digests confirm it."
)
OWN = {"people": "traits of citizens are", "network": "contacts are"}


def sections(source) -> list[Section]:
    """Return the sections on the run and on methods."""
    return [
        Section("run", "The run", [_facts(source), Text(REPEAT)]),
        Section("methods", "Methods, to paste", [Text(methods(source), "to copy")]),
    ]


def _of_one_world(dataset) -> str:
    return " of one world" if len(set(datasets.own_worlds(dataset))) > 1 else ""


def maker(source) -> str:
    """Return the version of the package that makes the report."""
    return version.installed()


def size_in_words(source) -> str:
    """Return the size of a campaign in words."""
    sizes, world = source.everything.sizes, source.store.attributes["config"]["world"]
    return (
        f"{many(sizes['scenario'], 'scenario')}, {many(sizes['replicate'], 'replicate')} "
        f"of each, {datasets.citizens_in_words(source.everything)} citizens, "
        f"{many(world['n_ticks'], 'tick')}"
    )


def _facts(source) -> Table:
    store = source.store
    attributes, records = store.attributes, list(store.journal.records.values())
    seconds = sum(record["seconds"] for record in records)
    done = citizen_ticks(source)
    made = [record.get("made_by") or attributes for record in records]
    edges = attributes.get("network_edges")
    facts = {
        "Computing time": f"{seconds:,.1f} s in {len(records):,} blocks, summed",
        "Citizen-ticks": f"{done:,}",
        "Speed": _speed(done, seconds),
        "Hosts": _distinct(record["host"] for record in records),
        "Processes, cores per process": _processes(made),
        "Kernel": _distinct(str(m.get("kernel", "unknown")) for m in made),
        "Compiler": _distinct(_compiler(m) for m in made),
        "Kernel built from revision": _distinct(
            str(m.get("build", {}).get("revision", "unknown")) for m in made
        ),
        "Versions": _distinct(_versions(m) for m in made),
        "Seed": str(attributes["seed"]),
        "Created": attributes["created"],
        "Identity of the campaign": attributes["identity"],
        "Digest of committed results": store.digest(),
        "Store layout, model": f"{attributes['scsfast_layout']}, "
        f"{attributes['scsfast_model']}",
    }
    if edges:
        facts["Network"] = loss(edges) or f"all {edges['given']:,} edges are used"
    rows = [[text(name), text(value)] for name, value in facts.items()]
    return Table("Facts of the run", ["What", "Value"], rows, sortable=False)


def _processes(made: list[dict]) -> str:
    """Return how many MPI ranks computed, and on how many cores each."""
    ranks = {m.get("rank", 0) for m in made}
    cores = _distinct(str(m.get("cores", "not recorded")) for m in made)
    return f"{max(1, len(ranks))}, {cores}"


def citizen_ticks(source) -> int:
    """Return the number of citizen-ticks that all finished replicates simulated."""
    worlds = [scenario.world for scenario in source.store.campaign.scenarios]
    digests = source.store.journal.digests()
    return sum(worlds[s].n_citizens * worlds[s].n_ticks for s, _ in digests)


def _speed(done: int, seconds: float) -> str:
    if not seconds:
        return "not known"
    return (
        f"{done / seconds / 1e6:.1f} million citizen-ticks per second, mean of blocks"
    )


def _distinct(values) -> str:
    found = list(dict.fromkeys(values))
    return "; ".join(found) if found else "not known"


def _compiler(made: dict) -> str:
    build = made.get("build", {})
    return f"{build.get('compiler', 'unknown')} {build.get('flags', '')}".strip()


def _versions(made: dict) -> str:
    found = made.get("versions", {})
    return ", ".join(f"{name} {version}" for name, version in found.items())


def methods(source) -> str:
    """Return a paragraph on methods that is ready to paste."""
    attributes, finished = source.store.attributes, source.finished
    world, versions = attributes["config"]["world"], attributes["versions"]
    n = finished.sizes["replicate"]
    return (
        f"We simulated {many(finished.sizes['scenario'], 'scenario')} with scsfast "
        f"{versions['scsfast']} (Python {versions['python']}, numpy {versions['numpy']}), "
        "an agent-based model of social credit pilots, reconstructed from the "
        "claims of A. Hmaidi, '\"The\" Social Credit System' (35C3, 2018), whose own "
        "equations are not public. "
        f"Each scenario has {many(n, 'replicate')} of "
        f"{datasets.citizens_in_words(finished)} citizens "
        f"over {many(world['n_ticks'], 'tick')} ({world['ticks_per_year']} per year); "
        f"{own_files(world)}{unused_edges(attributes)}{policies(attributes)}the first "
        f"{attributes['first_measured_tick']:,} ticks are warm-up and are not counted. "
        f"The seed is {attributes['seed']}; random numbers are addressed by counter "
        f"(Philox 4x32-10) and common to all scenarios{_of_one_world(finished)}, so these "
        "are compared replicate by replicate. Measures are ratios of sums over measured "
        f"ticks; values are means over replicates with {100 * CONFIDENCE:g} % t-intervals, "
        "differences with paired t-intervals. Efficiency is 0 for a lottery and 1 for an "
        "allocation that knows everybody's need and quality. "
        f"The results have the digest {source.store.digest()}."
    )


def unused_edges(attributes: dict) -> str:
    """Return a clause on the unused edges of the user's network; "" if all are used."""
    edges = attributes.get("network_edges")
    lost = loss(edges) if edges else None
    return f"{lost.partition('; ')[0]}; " if lost else ""


def policies(attributes: dict) -> str:
    """Return a clause on the scenarios with a policy; "" if there are none."""
    entries = attributes["config"]["scenarios"]
    used = Counter(policy_in_words(e["policy"]) for e in entries if e.get("policy"))
    return "".join(
        f"in {many(n, 'scenario')} the policy {policy} may change the regime between ticks; "
        for policy, n in used.items()
    )


def policy_in_words(policy: dict) -> str:
    """Return the function of a policy, its file and the start of its SHA-256."""
    return f"{policy['function']} of {policy['file']} (SHA-256 {policy['sha256'][:16]})"


def own_files(world: dict) -> str:
    """Return a clause on traits or contacts from the user's files; "" if all are drawn."""
    people = world["population"]
    told = [
        f"{what} from {Path(people[f'{key}_file']).name} (SHA-256 "
        f"{(people.get(f'{key}_sha256') or 'not recorded')[:16]})"
        for key, what in OWN.items()
        if people.get(f"{key}_file")
    ]
    return (
        f"{' and '.join(told)}, and all other traits drawn by the model; "
        if told
        else ""
    )
