"""The command that writes results for other programs."""

from pathlib import Path
from typing import Any

import click

from phosres.cli_output import printable

_FORMATS = ("gct", "decoupler", "h5ad", "h5mu", "parquet", "xlsx", "dataset")
"""Names of `phosres.exports.FORMATS`, again, so that the help needs no import; a test compares."""


@click.command()
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option("--to", required=True, type=click.Choice(_FORMATS), help="Format to write.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File or folder to write.",
)
@click.option(
    "--what",
    type=click.Choice(["auto", "changes", "measured"]),
    default="auto",
    show_default=True,
    help="Of a matrix: changes (of a run) or the normalised values (of a configuration).",
)
@click.option(
    "--value",
    type=click.Choice(["log2fc", "t"]),
    default="log2fc",
    show_default=True,
    help="Statistic of the changes.",
)
@click.option(
    "--rows",
    type=click.Choice(["auto", "sites", "peptidoforms"]),
    default="auto",
    show_default=True,
    help="Rows of a matrix; sites for gct and decoupler.",
)
@click.option("--force", is_flag=True, help="Replace what is there.")
def export(source: Path, to: str, out: Path, *, force: bool, **choices: Any) -> int:
    """Write results for another program.

    SOURCE is a configuration, or the folder of a run or a batch. Says how many rows were left out
    or merged, and why.
    """
    from phosres import exports

    made = exports.export(source, to, out, force=force, **choices)
    click.echo(printable(f"wrote {made.path}: {made.text}"))
    for loss in made.losses:
        fate = "kept" if loss.kept else "left out"
        click.echo(printable(f"  {loss.rows:,} peptidoforms {fate}: {loss.reason}"))
    return 0
