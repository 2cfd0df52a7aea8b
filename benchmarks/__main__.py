"""`make bench`: every benchmark, each in a process and an installation of its own.

    python -m benchmarks                                    all, at full size (an hour, 15 GB in the temporary folder)
    python -m benchmarks --people 20000 --presence 800000   smaller
    python -m benchmarks --only presence

What they were on one machine stands in benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

MODULES = (
    "presence",
    "lists",
    "ledgers",
    "live",
    "duplicates",
    "bulletins",
    "arrivals",
    "imports",
    "scans",
    "exports",
    "simulation",
    "rounds",
    "load",
    "gaps",
)
OWN = ("bulletins", "imports", "exports", "simulation")  # sizes of their own


def main() -> None:
    """Run the modules one after another; exits 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--presence", type=int, default=40_000_000, help="stays in the log")
    parser.add_argument("--only", choices=MODULES, action="append")
    chosen = parser.parse_args()
    failed = False
    for module in chosen.only or MODULES:
        size = ["--people", str(chosen.people)] if module not in OWN else []
        size += ["--presence", str(chosen.presence)] if module == "presence" else []
        failed |= subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *size]).returncode != 0
        print(flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
