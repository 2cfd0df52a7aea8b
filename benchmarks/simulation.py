"""Twenty phones behind a bad network, seed by seed: all converge, or the seed is named. See docs/offline.md.

python -m benchmarks.simulation --seeds 1000
python -m benchmarks.simulation --seed 17        one again
python -m benchmarks.simulation --fault new_op   a control: phones that are wrong must be found out
"""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks import district


def main() -> None:
    """Play the seeds; exits 1 when one of them did not converge (with a fault: when none was found out)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--fault", choices=("", "new_op", "forgets"), default="")
    chosen = parser.parse_args()
    seeds = range(chosen.seeds) if chosen.seed is None else range(chosen.seed, chosen.seed + 1)
    with district.installation("simulation"):
        wrong = run(seeds, chosen.fault)
    sys.exit(not wrong if chosen.fault else bool(wrong))


def run(seeds: range, fault: str) -> list[int]:
    """Play these seeds in a town of their own; prints what was met, returns the seeds that did not converge."""
    from muster.kernel import clock
    from muster.kernel.areas.models import Installation
    from muster.kernel.posts.logins import acting
    from tests.conftest import NIGHT
    from tests.simulation import world

    with acting():
        Installation.objects.all().delete()  # the town brings its own
    clock.freeze(NIGHT)
    wrong, records, samples, reviewed, refused, began = [], 0, 0, 0, 0, time.perf_counter()
    with world.stage() as stage:
        for seed in seeds:
            try:
                played = world.play(seed, *stage, fault=fault)
            except world.Differs as differs:
                wrong.append(seed)
                print(differs)
                continue
            records += played.made
            samples += len(played.expected.swabs)
            reviewed += sum(1 for swab in played.expected.swabs.values() if swab.review)
            refused += len(played.expected.refused)
    spent = time.perf_counter() - began
    print(f"{len(seeds)} seeds, {spent:.0f} s: {len(wrong)} did not converge {wrong[:20] or ''}")
    kinds = f"{samples} samples, each once; {reviewed} to review; {refused} refused"
    print(f"{records} records on {world.PHONES} phones; {kinds}")
    return wrong


if __name__ == "__main__":
    main()
