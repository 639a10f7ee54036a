"""Print the speed table of docs/performance.md from a benchmark's JSON file.

pytest benchmarks --benchmark-enable --benchmark-json=speed.json
python benchmarks/table.py speed.json
"""

import json
import sys
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)


def main(path: str) -> None:
    """Print million citizen-ticks per second by kernel variant and population."""
    runs = json.loads(Path(path).read_text(encoding="utf-8"))["benchmarks"]
    rate = {b["name"]: b["extra_info"].get("citizen_ticks_per_s") for b in runs}
    slowest = rate["test_reference"]
    variants = [
        v for v in ("v4", "v3", "base") if f"test_kernel[{SIZES[0]}-{v}]" in rate
    ]
    print(
        "| kernel | "
        + " | ".join(f"{n:,} citizens" for n in SIZES)
        + " | x reference |"
    )
    print("|---|" + "---|" * (len(SIZES) + 1))
    for variant in variants:
        rates = [rate[f"test_kernel[{n}-{variant}]"] for n in SIZES]
        cells = " | ".join(f"{r / 1e6:.1f}" for r in rates)
        print(f"| {variant} | {cells} | {round(rates[-1] / slowest, -1):,.0f} |")
    both = rate["test_two_threads"] / 1e6
    print(f"| {variants[0]}, two threads | | | {both:.1f} | |")
    print(f"| reference, 1,000 citizens: {slowest / 1e6:.3f} | | | | 1 |")


if __name__ == "__main__":
    main(sys.argv[1])
