"""Batches measured: memory, time against size, executors compared, faults injected.

    python -m tests.benchmarks.batch memory
    python -m tests.benchmarks.batch scale --folder DIR
    python -m tests.benchmarks.batch faults --folder DIR
    python -m tests.benchmarks.batch slurm
    python -m tests.benchmarks.batch hostile
    python -m tests.benchmarks.batch bad

With --folder what was measured stays there, and a command that was stopped goes on where it was.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.batch.faults import faults
from tests.benchmarks.batch.hostile import bad, hostile
from tests.benchmarks.batch.memory import memory
from tests.benchmarks.batch.scale import scale
from tests.benchmarks.batch.slurm import slurm, why_not


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["memory", "scale", "faults", "slurm", "hostile", "bad"])
    parser.add_argument("--folder", type=Path, help="where files and results are kept")
    parser.add_argument("--features", type=int, default=600)
    parser.add_argument("--cohorts", type=int, default=3)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--no-sizes", action="store_true", help="scale: the executors alone")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stops", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.what == "memory":
            memory(folder)
        elif given.what == "scale":
            scale(
                folder, cohorts=given.cohorts, patients=given.patients, features=given.features,
                sizes=not given.no_sizes,
            )  # fmt: skip
        elif given.what == "hostile":
            return hostile(folder)
        elif given.what == "bad":
            return bad(folder, runs=50)
        elif given.what == "slurm":
            if reason := why_not():
                print(f"SKIPPED: {reason}")
                return 0
            return 0 if slurm(folder) else 1
        else:
            return faults(folder, kills=given.kills, stops=given.stops, features=given.features)
    return 0


if __name__ == "__main__":
    sys.exit(main())
