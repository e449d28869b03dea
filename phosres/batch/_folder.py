"""The folder of a batch: its plan, where each run stands, and the summary over them.

``plan.json`` says what was asked for; it is written before anything is computed, so that any driver
and `phosres gather` can tell what is missing. ``units/`` holds the finished units, ``runs/NAME/``
the results under their names (the same files, linked), ``tables/`` and ``index.html`` the summary.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phosres import store
from phosres.batch import _summary
from phosres.batch._keys import compare
from phosres.batch._model import PARTLY_FAILED, Entry, Standing, State, Task
from phosres.batch._units import Units
from phosres.errors import ConfigError, Problem
from phosres.report import render_index

PLAN = "plan.json"
_KIND = "phosres batch"


class BatchFolder:
    """The folder of a batch.

    Parameters
    ----------
    path
        Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.units = Units(path / "units")
        self.runs = path / "runs"

    def claim(self) -> None:
        """Check that it can be used, before anything is computed.

        Raises
        ------
        ConfigError
            If it is a file, holds other things, or cannot be written.
        """
        is_ours = bool(read_plan(self.path))
        store.claim(self.path / "runs" if is_ours else self.path, force=is_ours)

    def write_plan(
        self, entries: Sequence[Entry], tasks: Mapping[str, Task], why: Mapping[str, str]
    ) -> None:
        """Write what the batch is to run, and why what is not there has to be computed.

        Parameters
        ----------
        entries
            Its runs.
        tasks
            The unit of each run whose configuration can be used.
        why
            Reasons known otherwise, such as a corrupt unit.
        """
        before = {r["run"]: r for r in read_plan(self.path).get("runs", [])}
        runs = []
        for entry in entries:
            task = tasks.get(entry.run)
            old = before.get(entry.run, {})
            reason = why.get(entry.run) or (self._why(task, old) if task else "")
            runs.append(
                {
                    "run": entry.run,
                    "source": entry.source,
                    "key": task.key if task else "",
                    "exit_code": 0 if task else ConfigError.exit_code,
                    "reasons": [str(p) for p in entry.problems],
                    "why": reason,
                }
            )
        plan = {"kind": _KIND, "runs": runs}
        with store.clear_errors(self.path):
            store.write_file(self.path / PLAN, store.format_json(plan))

    def _why(self, task: Task, before: Mapping[str, Any]) -> str:
        """Say why the unit of a run is not the one that was there before."""
        old = str(before.get("key", ""))
        if task.key == old:
            return str(before.get("why", ""))
        known = self.units.fields(old) if old else {}
        if known:
            return "; ".join(compare(known, task.fields))
        return "its unit was not finished before" if old else "it was not there before"

    def standings(self) -> tuple[Standing, ...]:
        """Tell where each run of the plan stands, every unit checked.

        Raises
        ------
        ConfigError
            If there is no batch in this folder.
        """
        return tuple(self._standing(run) for run in self._plan()["runs"])

    def _plan(self) -> dict[str, Any]:
        plan = read_plan(self.path)
        if not plan:
            hint = "name the --out folder of a `phosres batch`"
            raise ConfigError(Problem(f"'{self.path}' is not the folder of a batch", hint=hint))
        return plan

    def _standing(self, run: Mapping[str, Any]) -> Standing:
        named = (run["run"], run["source"], run["key"])
        if not run["key"]:
            return Standing(*named, "failed", run["exit_code"], tuple(run["reasons"]))
        unit, wrong = self.units.find(run["key"])
        if unit is not None:
            failed = tuple(unit.record["failed"])
            state: State = "partly" if failed else "ok"
            code = PARTLY_FAILED if failed else 0
            return Standing(*named, state, code, failed, run["why"], unit.record["facts"])
        failure = self.units.failure(run["key"])
        if failure is not None:
            return Standing(*named, "failed", *failure, run["why"])
        reasons = (f"its unit was corrupt and was put aside: {wrong}",) if wrong else ()
        return Standing(*named, "missing", PARTLY_FAILED, reasons, run["why"])

    def publish(self, standing: Standing) -> None:
        """Give a finished run its folder, if it has none or an older one.

        Parameters
        ----------
        standing
            The run.
        """
        store.publish(self.units.folder(standing.key), self.runs / standing.run)

    def summarise(self, standings: Sequence[Standing]) -> None:
        """Write tables and page over all runs.

        Parameters
        ----------
        standings
            Where each run stands; finished ones have been published.
        """
        title = f"Batch of {len(standings):,} runs"
        runs = _summary.list_runs(standings)
        overview = _summary.compare_answers(standings, self.runs)
        finished = [s for s in standings if s.state in ("ok", "partly")]
        facts = [("runs asked for", f"{len(standings):,}"), ("finished", f"{len(finished):,}")]
        facts += [("key of each run", "tables/runs.tsv"), ("what was asked for", PLAN)]
        hashes: dict[str, str] = {}

        def write(name: str, content: Any) -> None:
            hashes[name] = store.write_file(self.path / name, content)

        with store.clear_errors(self.path):
            write("tables/runs.tsv", store.format_tsv(runs))
            write("tables/overview.tsv", store.format_tsv(overview))
            for table in _summary.JOINED:
                write(f"tables/{table}.tsv", _summary.join(table, standings, self.runs))
            write("index.html", render_index(title, runs, overview, facts).encode())
            for standing in finished:
                inner = f"runs/{standing.run}/{store.MANIFEST}"
                hashes[inner] = store.hash_file(self.path / inner)
            store.write_file(self.path / store.MANIFEST, store.format_manifest(hashes))


def read_plan(folder: Path) -> dict[str, Any]:
    """Return the plan of a batch, empty if the folder is none.

    Parameters
    ----------
    folder
        The folder.
    """
    plan = store.read_json(folder / PLAN)
    return plan if plan.get("kind") == _KIND else {}
