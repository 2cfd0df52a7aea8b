"""`python -m benchmarks [NAME …] [--people N …]`: every measurement, or those named, each in a process of its own.

A measurement is a module here with a `main`; what it is given on the command line is its own affair.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

NAMES = ("trace", "load", "lists", "live")


def main() -> int:
    """Run them one after another; returns how many failed."""
    names = [word for word in sys.argv[1:] if word in NAMES]
    options = [word for word in sys.argv[1:] if word not in NAMES]
    failed = 0
    for name in names or NAMES:
        if not find_spec(f"benchmarks.{name}"):
            continue
        print(f"== {name}", flush=True)
        failed += bool(
            subprocess.run([sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}", *options]).returncode
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
