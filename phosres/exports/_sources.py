"""What is exported from: a configuration, or the folder of a run or a batch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from phosres import archive, pipeline, store
from phosres.config import load
from phosres.errors import ConfigError, Problem
from phosres.exports._matrix import Matrix, Value, show_changes, show_measured
from phosres.exports._tables import read_table, read_tables

What = Literal["changes", "measured"]

_TABLES = "tables/"


@dataclass(frozen=True)
class Source:
    """A configuration or a folder, as the user named it.

    Parameters
    ----------
    path
        Where it is.
    kind
        ``config``, ``run`` or ``batch``.
    """

    path: Path
    kind: Literal["config", "run", "batch"]

    def matrices(self, what: What, value: Value) -> dict[str, Matrix]:
        """Return the matrix of the phosphosites, and that of the proteins if there is one.

        Parameters
        ----------
        what
            ``changes`` of contrasts, or values as ``measured``, normalised.
        value
            The statistic of changes.
        """
        if self.kind == "config" and what == "measured":
            found = pipeline.measure(load(self.path))
            made = {"phospho": show_measured(found.normalized, found.raw)}
            if found.proteome is not None:
                made["proteome"] = show_measured(found.proteome)
            return made
        result = (
            pipeline.run(self.path) if self.kind == "config" else archive.read_folder(self.path)[0]
        )
        if what == "changes":
            return {"phospho": show_changes(result.table("sites"), value=value)}
        return {"phospho": show_measured(result.normalized, result.raw)}

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables of the run, as they are written to its folder."""
        if self.kind == "config":
            files = archive.format_run(pipeline.run(self.path))
        else:
            files = archive.read_folder(self.path)[1]
        return read_tables({n: c for n, c in files.items() if n.startswith(_TABLES)})

    def finished(self) -> list[str]:
        """Return the names of a batch's finished runs."""
        path = self.path / "tables" / "runs.tsv"
        if not path.is_file():
            hint = f"phosres gather {self.path}"
            raise ConfigError(Problem("the batch has no summary yet", str(path), hint=hint))
        runs = read_table(path.read_bytes(), "runs", str(path))
        return runs.filter(pl.col("state").is_in(["ok", "partly"]))["run"].to_list()


def open_source(path: Path) -> Source:
    """Tell what is exported from.

    Parameters
    ----------
    path
        A configuration, or the folder of a run or a batch.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    if path.is_file():
        return Source(path, "config")
    if (path / "plan.json").is_file() and _is_batch(path):
        return Source(path, "batch")
    if (path / archive.RECORD).is_file() or (path / store.RUN).is_file():
        return Source(path, "run")
    there = "is neither a result nor a batch" if path.is_dir() else "does not exist"
    hint = "name a configuration, or the folder of a `phosres run` or `phosres batch`"
    raise ConfigError(Problem(f"'{path}' {there}", hint=hint))


def _is_batch(path: Path) -> bool:
    from phosres.batch import read_plan  # which loads what draws

    return bool(read_plan(path))
