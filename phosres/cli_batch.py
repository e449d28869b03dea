"""The commands over many runs: batch, gather, verify, explain."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phosres.cli_output import printable

if TYPE_CHECKING:
    from phosres.batch import Batch, Outcome, Planned, Standing

_MEGABYTES = {"": 1.0, "M": 1.0, "MB": 1.0, "G": 1e3, "GB": 1e3, "T": 1e6, "TB": 1e6}
_SHOWN = 20
"""Runs that are named one by one at the end of a batch; the rest is counted."""

_out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("phosres-batch"),
    show_default=True,
    help="Folder of the batch.",
)
_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


def _read_memory(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> float | None:
    """Read an amount of memory such as 8G or 800M, in MB."""
    if value is None:
        return None
    text = value.strip().upper().removesuffix("IB")
    number = text.rstrip("MGTB")
    try:
        found = float(number) * _MEGABYTES[text[len(number) :]]
    except (KeyError, ValueError):
        found = 0.0
    if not 0 < found < float("inf"):
        message = f"'{value}' is no amount of memory; write 8G or 800M"
        raise click.BadParameter(message, context, parameter)
    return found


@click.command()
@click.argument("configs", metavar="CONFIG...", nargs=-1, type=click.Path(path_type=Path))
@_out
@click.option(
    "--executor",
    type=click.Choice(["serial", "local", "dask"]),
    default="local",
    show_default=True,
    help="Where runs are computed: here, in processes of this machine, or by Dask.",
)
@click.option("--workers", type=click.IntRange(1, 10_000), help="Processes; one a core by default.")
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="With dask: address of a running scheduler, or slurm for workers that are SLURM jobs.",
)
@click.option("--shard", default="1/1", metavar="i/n", help="Compute the i-th of n parts only.")
@click.option(
    "--max-memory",
    callback=_read_memory,
    metavar="SIZE",
    help="Most memory of all workers, e.g. 8G.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--keep-going/--stop",
    default=True,
    show_default=True,
    help="Go on, or stop, when a run fails.",
)
def batch(
    configs: tuple[Path, ...],
    out: Path,
    executor: Any,
    workers: int | None,
    scheduler: str,
    shard: str,
    max_memory: float | None,
    *,
    dry_run: bool,
    keep_going: bool,
) -> int:
    """Run many configurations.

    CONFIG is a configuration, a folder of them, or a sheet (TSV, CSV) of one row a run whose
    columns are keys: config, name, input.table, treatment.drug, ... What is finished already is
    reused. Ends with the worst exit code of the
    runs.
    """
    from phosres import batch as batches
    from phosres.errors import ConfigError, Problem

    if scheduler and executor != "dask":
        problem = Problem("--scheduler belongs to --executor dask", hint="add --executor dask")
        raise ConfigError(problem)
    if dry_run:
        _say_plan(batches.preview(configs, out, shard=shard))
        return 0
    made = batches.run_batch(
        configs,
        out,
        executor=executor,
        workers=workers or os.cpu_count() or 1,
        scheduler=scheduler,
        shard=shard,
        max_memory_mb=max_memory or 0.0,
        keep_going=keep_going,
        tell=_tell if sys.stderr.isatty() else None,
    )
    _say_end(made.standings, out, made)
    return made.exit_code


@click.command()
@_folder
def gather(folder: Path) -> int:
    """Collect what the parts of a batch in DIR have finished.

    Says what is missing; ends with the worst exit code of the runs, 4 if some are missing.
    """
    from phosres import batch as batches

    standings = batches.gather(folder)
    _say_end(standings, folder)
    return batches.worst(standings)


@click.command()
@_folder
def verify(folder: Path) -> int:
    """Check the files of a result or a batch in DIR against its manifest."""
    from phosres import batch as batches
    from phosres.errors import DataError

    wrong, checked = batches.verify(folder)
    if wrong:
        raise DataError(wrong)
    click.echo(f"{checked:,} files are as they were written")
    return 0


@click.command()
@_folder
@click.argument("what", metavar="NAME")
@click.option("--subject", default="", metavar="S", help="Of a result: the subject.")
@click.option("--contrast", default="", metavar="C", help="Of a result: the contrast.")
def explain(folder: Path, what: str, subject: str, contrast: str) -> int:
    """Trace a call of a result to its sources, or say why a run of a batch was computed.

    DIR is a result and NAME one of its calls, or DIR is a batch and NAME one of its runs.
    """
    from phosres import explanation

    if explanation.is_result(folder):
        text = explanation.explain(folder, what, contrast=contrast, subject=subject)
    else:
        from phosres import batch as batches

        text = batches.explain(folder, what)
    click.echo(printable(text))
    return 0


def _say_plan(lines: "tuple[Planned, ...]") -> None:
    width = max((len(line.entry.run) for line in lines), default=0)
    for line in lines:
        size = f"about {line.estimate_mb:,.0f} MB" if line.estimate_mb else ""
        text = f"{line.entry.run:{width}}  {line.state:8}  {size:>15}  {line.entry.source}"
        click.echo(printable(text.rstrip()))
        for problem in line.entry.problems:
            click.echo(printable(f"    {problem}"))
    counts = {s: sum(line.state == s for line in lines) for s in ("to do", "done", "unusable")}
    click.echo("; ".join(f"{n:,} {state}" for state, n in counts.items()))


def _tell(done: int, of: int, outcome: "Outcome | None") -> None:
    last = f", last: {outcome.run} {outcome.state}" if outcome else ""
    click.echo(printable(f"phosres: {done:,} of {of:,} runs{last}"), err=True)


def _say_end(standings: "tuple[Standing, ...]", out: Path, made: "Batch | None" = None) -> None:
    """Say what became of the runs, and name those without a result."""
    rest = [s for s in standings if s.state != "ok"]
    for standing in rest[:_SHOWN]:
        for reason in standing.reasons or ("not done yet",):
            text = f"phosres: run {standing.run} {standing.state}: {reason}"
            click.echo(printable(text), err=True)
    if len(rest) > _SHOWN:
        click.echo(f"phosres: and {len(rest) - _SHOWN:,} more, see tables/runs.tsv", err=True)
    states = ("ok", "partly", "failed", "missing")
    counts = {s: sum(x.state == s for x in standings) for s in states}
    shown = ", ".join(f"{n:,} {s}" for s, n in counts.items() if n)
    reused = f"; {made.reused:,} were finished before" if made and made.reused else ""
    click.echo(f"{len(standings):,} runs: {shown}{reused}")
    index = out / "index.html"
    click.echo(f"Index: {index}" if index.is_file() else f"Next: phosres gather {out}")
