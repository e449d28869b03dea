"""The order of a run, and the only place that knows it.

read -> identify -> normalize -> contrast -> score (audited) -> call -> quality -> RunResult, and
RunResult -> figures, report, tables. Everything it calls can be called by itself.
"""

from phosres.pipeline._check import Checked, check, learn_noise
from phosres.pipeline._inputs import read, read_configured, read_proteome
from phosres.pipeline._measured import Measured, measure
from phosres.pipeline._run import run
from phosres.pipeline._writing import assemble, render_again, write

__all__ = [
    "Checked",
    "Measured",
    "assemble",
    "check",
    "learn_noise",
    "measure",
    "read",
    "read_configured",
    "read_proteome",
    "render_again",
    "run",
    "write",
]
