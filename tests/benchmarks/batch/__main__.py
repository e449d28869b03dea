"""Batches measured: memory, time against size, executors compared, faults injected.

    python -m tests.benchmarks.batch memory
    python -m tests.benchmarks.batch faults --folder DIR

With --folder what was measured stays there, and a command that was stopped goes on where it was.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.batch.faults import faults
from tests.benchmarks.batch.memory import memory


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["memory", "faults"])
    parser.add_argument("--folder", type=Path, help="where files and results are kept")
    parser.add_argument("--features", type=int, default=600)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stops", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.what == "memory":
            memory(folder)
        else:
            return faults(folder, kills=given.kills, stops=given.stops, features=given.features)
    return 0


if __name__ == "__main__":
    sys.exit(main())
