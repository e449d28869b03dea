"""What a worker process does first.

numpy and polars read the number of threads when they are loaded, so this module imports the
standard library alone.
"""

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import parent_process

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


def settle_in() -> None:
    """Prepare a worker process: one thread, no interrupts of its own, no life without a driver."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver ends its workers
    driver = parent_process()
    if driver is not None:
        threading.Thread(target=_leave_with, args=(driver.join,), daemon=True).start()


def _leave_with(wait: Callable[[], object]) -> None:
    """End this process when the driver is gone: a killed driver cannot say goodbye."""
    wait()
    os._exit(1)
