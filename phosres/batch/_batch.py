"""A batch from its sources to its summary: what is there is reused, the rest is computed."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from phosres.batch._driver import Driver
from phosres.batch._executors import Kind, open_executor
from phosres.batch._folder import BatchFolder
from phosres.batch._keys import Hasher, describe, describe_common, make_key
from phosres.batch._memory import estimate_mb
from phosres.batch._model import Entry, Outcome, Standing, Task
from phosres.batch._plan import plan, take_shard
from phosres.errors import ConfigError, DataError, Problem

SEVERITY = (1, 3, 2, 4, 0)
"""Exit codes from the worst to the best: a bug, data, configuration, partly failed, ok."""

Tell = Callable[[int, int, Outcome | None], None]
"""Told how many units are done, of how many, and the last outcome."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch came to.

    Parameters
    ----------
    standings
        Where each run stands, in the order of the plan.
    reused
        Runs whose finished units were reused.
    seconds
        Time of each run that was computed, s.
    peak_mb
        Largest memory of one worker, MB.
    """

    standings: tuple[Standing, ...]
    reused: int
    seconds: dict[str, float]
    peak_mb: float

    @property
    def exit_code(self) -> int:
        """The worst exit code of all runs."""
        return worst(self.standings)


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a dry run.

    Parameters
    ----------
    entry
        The run.
    state
        ``done``, ``to do``, or ``unusable``.
    estimate_mb
        Memory it will take, MB.
    """

    entry: Entry
    state: str
    estimate_mb: float


def preview(sources: Sequence[Path], out: Path, *, shard: str = "1/1") -> tuple[Planned, ...]:
    """Say what a batch would do, and do nothing.

    Parameters
    ----------
    sources, out, shard
        As for `run_batch`.
    """
    entries = take_shard(plan(sources), shard)
    folder = BatchFolder(out)
    tasks = {t.run: t for t in _tasks(entries, folder)}
    lines = []
    for entry in entries:
        if entry.config is None or entry.run not in tasks:
            lines.append(Planned(entry, "unusable", 0.0))
            continue
        is_there = folder.units.folder(tasks[entry.run].key).is_dir()
        state = "done" if is_there else "to do"
        lines.append(Planned(entry, state, estimate_mb(entry.config)))
    return tuple(lines)


def run_batch(
    sources: Sequence[Path],
    out: Path,
    *,
    executor: Kind = "local",
    workers: int = 1,
    scheduler: str = "",
    shard: str = "1/1",
    max_memory_mb: float = 0.0,
    keep_going: bool = True,
    tell: Tell | None = None,
) -> Batch:
    """Run many configurations; finished units are reused, each run fails by itself.

    Parameters
    ----------
    sources
        Configurations, folders of them, or sheets of one row a run, see `phosres.batch.plan`.
    out
        Folder of the batch.
    executor
        ``serial``, ``local`` (processes) or ``dask``.
    workers
        Processes.
    scheduler
        For Dask, see `phosres.batch._executors.open_executor`.
    shard
        ``i/n``: compute the i-th of n parts; the summary is then left to `gather`.
    max_memory_mb
        Most memory of the units that run at one time, MB; 0 for no limit.
    keep_going
        Go on when a run fails.
    tell
        Told of the progress.

    Returns
    -------
    Where each run stands.

    Raises
    ------
    ConfigError
        If the sources or the folder cannot be used.
    DataError
        If the disk is full.
    """
    entries = plan(sources)
    _refuse_ids(out, entries)
    part = {e.run for e in take_shard(entries, shard)}
    folder = BatchFolder(out)
    folder.claim()
    folder.units.sweep()
    tasks = {t.run: t for t in _tasks(entries, folder)}
    mine = [t for t in tasks.values() if t.run in part]
    found = {t.run: folder.units.find(t.key) for t in mine}
    corrupt = {run: f"its unit was corrupt: {wrong}" for run, (_, wrong) in found.items() if wrong}
    folder.write_plan(entries, tasks, corrupt)
    to_do = [t for t in mine if found[t.run][0] is None]
    opened = functools.partial(
        open_executor, executor, workers, memory_mb=_share(max_memory_mb, workers),
        scheduler=scheduler,
    )  # fmt: skip
    driver = Driver(
        opened,
        slots=1 if executor == "serial" else workers,
        estimate=lambda task: estimate_mb(task.config),
        most_mb=max_memory_mb,
    )
    seconds: dict[str, float] = {}
    peak = 0.0
    for outcome in _told(driver.drive(to_do), len(to_do), tell):
        if outcome.blocked:
            raise DataError(outcome.reasons)
        seconds[outcome.run] = outcome.seconds
        peak = max(peak, outcome.peak_mb)
        if outcome.state == "failed":
            task = tasks[outcome.run]
            folder.units.note(task.key, outcome.exit_code, outcome.reasons)
            if not keep_going:
                break
    made = _collect(folder, None if len(part) == len(entries) else part)
    return Batch(made, len(mine) - len(to_do), seconds, peak)


def worst(standings: Sequence[Standing]) -> int:
    """Return the worst exit code of runs; those that are missing count as partly failed.

    Parameters
    ----------
    standings
        Where each run stands.
    """
    return min((s.exit_code for s in standings), key=SEVERITY.index, default=0)


def gather(out: Path, *, only: set[str] | None = None) -> tuple[Standing, ...]:
    """Publish the finished runs of a batch and write the summary over them.

    Parameters
    ----------
    out
        Folder of the batch.
    only
        Publish these runs only and write no summary: those of one part.

    Returns
    -------
    Where each run stands (of `only`, if given).

    Raises
    ------
    ConfigError
        If it is not the folder of a batch.
    """
    return _collect(BatchFolder(out), only)


def _collect(folder: BatchFolder, only: set[str] | None) -> tuple[Standing, ...]:
    """Publish and summarise; what the folder has checked already is not checked again."""
    standings = [s for s in folder.standings() if only is None or s.run in only]
    for standing in standings:
        if standing.state in ("ok", "partly"):
            folder.publish(standing)
    if only is None:
        folder.summarise(standings)
    return tuple(standings)


def _refuse_ids(out: Path, entries: Sequence[Entry]) -> None:
    """Refuse a folder whose name holds an id that is to be replaced."""
    for names in {id(e.names): e.names for e in entries}.values():
        if names.redact(str(out)) != str(out):
            hint = "name another folder"
            raise ConfigError(Problem("--out holds an id that was to be replaced", hint=hint))


def _tasks(entries: Sequence[Entry], folder: BatchFolder) -> Iterator[Task]:
    """Make the units of the runs whose configurations can be used."""
    common, hasher = describe_common(), Hasher()
    for entry in entries:
        if entry.config is None:
            continue
        fields = describe(entry.config, common, hasher, entry.names)
        units = str(folder.units.root.resolve())
        yield Task(entry.run, entry.config, units, fields, make_key(fields))


def _told(outcomes: Iterator[Outcome], of: int, tell: Tell | None) -> Iterator[Outcome]:
    """Pass the outcomes on and tell of each."""
    tell = tell or (lambda *_: None)
    tell(0, of, None)
    for done, outcome in enumerate(outcomes, start=1):
        tell(done, of, outcome)
        yield outcome


def _share(most_mb: float, workers: int) -> float:
    return most_mb / workers if most_mb else 0.0
