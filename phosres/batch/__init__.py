"""Many runs: planned, computed on any executor, resumed, summarised.

A unit is one run. Its key is the hash of all it depends on, so finished units are reused and a
changed input recomputes what depends on it and nothing else.
"""

from phosres.batch._batch import Batch, Planned, gather, preview, run_batch, worst
from phosres.batch._executors import KINDS
from phosres.batch._explanation import explain
from phosres.batch._folder import read_plan
from phosres.batch._memory import estimate_mb
from phosres.batch._model import Entry, Outcome, Standing
from phosres.batch._plan import plan, take_shard
from phosres.batch._verification import verify

__all__ = [
    "KINDS",
    "Batch",
    "Entry",
    "Outcome",
    "Planned",
    "Standing",
    "estimate_mb",
    "explain",
    "gather",
    "plan",
    "preview",
    "read_plan",
    "run_batch",
    "take_shard",
    "verify",
    "worst",
]
