"""One unit of work: a run from its files to a finished unit. This is all that workers do."""

import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from phosres.batch._memory import peak_mb
from phosres.batch._model import BUG, PARTLY_FAILED, Outcome, Task
from phosres.batch._units import Units
from phosres.errors import PhosresError
from phosres.results import RunResult


def work(task: Task) -> Outcome:
    """Compute a unit and put it into the store; never raises but for an interrupt.

    Parameters
    ----------
    task
        The unit.

    Returns
    -------
    What became of it. Why it failed is also in the store, for drivers to come.
    """
    started = time.perf_counter()
    outcome = _compute(task)
    seconds = round(time.perf_counter() - started, 3)
    return replace(outcome, seconds=seconds, peak_mb=peak_mb())


def _compute(task: Task) -> Outcome:
    from phosres import pipeline

    units = Units(Path(task.units))
    trace = ""
    try:
        result = pipeline.run(task.config)
        files, failed = pipeline.assemble(result)
    except PhosresError as error:
        outcome = _failed(task, error.exit_code, *(str(p) for p in error.problems))
    except MemoryError:
        return replace(_failed(task, BUG, "the memory did not suffice"), retry=True)
    except OSError as error:
        return replace(_failed(task, BUG, f"the system refused: {error}"), retry=True)
    except Exception as error:  # noqa: BLE001 - a bug in one run must not take the others along
        what = " ".join(str(error).split())
        trace = traceback.format_exc()
        outcome = _failed(task, BUG, f"a bug in phosres: {type(error).__name__}: {what}")
    else:
        record = {"fields": task.fields, "facts": collect_facts(result), "failed": failed}
        outcome = Outcome(task.run, "ok")
        if failed:
            outcome = Outcome(task.run, "partly", PARTLY_FAILED, failed)
        return _keep(units, task, files, record, outcome)
    try:
        units.fail(task.key, outcome.exit_code, outcome.reasons, trace)
    except PhosresError as error:
        return _blocked(task, error)
    return outcome


def collect_facts(result: RunResult) -> dict[str, Any]:
    """Collect the numbers by which a summary over runs describes one.

    Parameters
    ----------
    result
        A finished run.
    """
    drugs = sorted({c.drug for c in result.calls.values() if c.drug})
    return {
        "format": result.raw.source.format,
        "samples": result.raw.n_samples,
        "subjects": int(result.raw.samples["subject"].nunique()),
        "features": result.raw.n_features,
        "contrasts": len(result.contrasts),
        "drug": ";".join(drugs),
    }


def _keep(
    units: Units,
    task: Task,
    files: Mapping[str, bytes],
    record: Mapping[str, Any],
    outcome: Outcome,
) -> Outcome:
    try:
        units.put(task.key, files, record)
    except PhosresError as error:
        return _blocked(task, error)
    return outcome


def _failed(task: Task, exit_code: int, *reasons: str) -> Outcome:
    return Outcome(task.run, "failed", exit_code, reasons)


def _blocked(task: Task, error: PhosresError) -> Outcome:
    outcome = _failed(task, error.exit_code, *(str(p) for p in error.problems))
    return replace(outcome, blocked=True)
