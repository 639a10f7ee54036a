"""Count the kernel's instructions on a small fixed run: exact where a clock is noisy.

python benchmarks/instructions.py           compare with benchmarks/instructions.json
python benchmarks/instructions.py --write   set the baseline anew (say why in the commit)

callgrind counts what `Replicate.run` executes for four pilots under each variant. The same
compiler and source give the same count on any machine, so a loss of 2 % is seen. The
comparison needs the compiler of the baseline; with another one it says so and ends in 3.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BASELINE = Path(__file__).with_name("instructions.json")
PILOTS = ("rongcheng", "sesame", "honest-shanghai", "judgment-defaulters")
VARIANTS = ("base", "v3")  # valgrind has no AVX-512
N_CITIZENS, TICKS, TOLERANCE = 4_096, 14, 0.02
LOOP = (
    "__pyx_pf_*Replicate_*run"  # the loop over ticks, without the building of the world
)
RUN = """
import sys
sys.path.insert(0, {benchmarks!r})
from pathlib import Path
from interleaved import scenario
from scsfast.engine import load_kernel
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
for pilot in {pilots!r}:
    found = scenario(Path({root!r}), pilot)
    size = {{"n_citizens": {n_citizens}, "n_ticks": {ticks}}}
    world = found.world.model_copy(update=size)
    rules = build_rules(found.model_copy(update={{"world": world}}))
    Simulation(rules, 35, 0, 1, load_kernel({variant!r})).run({ticks})
"""


def instructions(variant: str) -> float:
    """Return the instructions per citizen-tick under a variant, over all pilots."""
    root = Path(__file__).parents[1]
    code = RUN.format(
        benchmarks=str(root / "benchmarks"),
        root=str(root),
        pilots=PILOTS,
        variant=variant,
        n_citizens=N_CITIZENS,
        ticks=TICKS,
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={folder}/out",
            f"--toggle-collect={LOOP}",
            *(sys.executable, "-c", code),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not counted:
        raise SystemExit(f"callgrind failed:\n{done.stderr[-2000:]}")
    return round(int(counted[1]) / (N_CITIZENS * TICKS * len(PILOTS)), 1)


def measured() -> dict:
    """Return the compiler, and the counts by pilot and variant."""
    from scsfast.engine import available_variants, load_kernel

    variants = [name for name in VARIANTS if name in available_variants()]
    with ThreadPoolExecutor() as pool:
        counts = dict(zip(variants, pool.map(instructions, variants), strict=True))
    return {
        "compiler": load_kernel("base").build_flags()["compiler"],
        "instructions_per_citizen_tick": counts,
    }


def compared(now: dict, then: dict) -> int:
    """Print the ratios to the baseline; return the exit code."""
    if now["compiler"] != then["compiler"]:
        print(f"the baseline is of {then['compiler']}, this build of {now['compiler']}")
        return 3
    worst = 0.0
    for variant, count in now["instructions_per_citizen_tick"].items():
        before = then["instructions_per_citizen_tick"][variant]
        worst = max(worst, count / before)
        print(f"{variant:4} {count:8.1f} {count / before:6.3f} x baseline")
    if worst > 1 + TOLERANCE:
        print(f"slower than the baseline by more than {TOLERANCE:.0%}")
    return int(worst > 1 + TOLERANCE)


def main() -> int:
    """Measure, then compare or write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="set the baseline anew")
    now = measured()
    if parser.parse_args().write:
        BASELINE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        return 0
    return compared(now, json.loads(BASELINE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
