"""``phosres export``: from a source to files of one format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from phosres import store
from phosres.errors import ConfigError, Problem, did_you_mean
from phosres.exports._dataset import write_dataset
from phosres.exports._decoupler import format_decoupler
from phosres.exports._excel import format_xlsx
from phosres.exports._gct import format_gct
from phosres.exports._hdf5 import format_h5ad, format_h5mu
from phosres.exports._matrix import Matrix, Value
from phosres.exports._site_rows import to_sites
from phosres.exports._sources import Source, What, open_source
from phosres.exports._tables import format_parquet
from phosres.knowledge import load as load_knowledge
from phosres.table import Loss

Rows = Literal["auto", "sites", "peptidoforms"]
Files = bytes | Mapping[str, bytes]

_RESEARCH_USE = "For research use only. Not for use in diagnostic procedures."


@dataclass(frozen=True, slots=True)
class Format:
    """A format to export to.

    Parameters
    ----------
    name
        Its name on the command line.
    title
        What it is for.
    of
        ``matrix``: values or changes; ``tables``: those of a run; ``batch``: those of many.
    """

    name: str
    title: str
    of: Literal["matrix", "tables", "batch"]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        f.name: f
        for f in (
            Format("gct", "GCT 1.3, one row a site named by its 15-mer, for PTM-SEA", "matrix"),
            Format("decoupler", "wide matrix and network for decoupler (a folder)", "matrix"),
            Format("h5ad", "AnnData, one column a peptidoform (h5py)", "matrix"),
            Format("h5mu", "MuData: phosphosites and the protein table (h5py)", "matrix"),
            Format("parquet", "the tables of a run, one file each (a folder)", "tables"),
            Format("xlsx", "the tables of a run as a workbook of text cells (openpyxl)", "tables"),
            Format("dataset", "the tables of all runs of a batch as parquet (a folder)", "batch"),
        )
    }
)
"""Every format by name."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Parameters
    ----------
    path
        The file or folder.
    text
        What is in it, one sentence.
    losses
        Rows that were left out or merged.
    """

    path: Path
    text: str
    losses: tuple[Loss, ...] = ()


def export(
    source: str | Path,
    to: str,
    out: str | Path,
    *,
    what: What | Literal["auto"] = "auto",
    value: Value = "log2fc",
    rows: Rows = "auto",
    force: bool = False,
) -> Exported:
    """Write a run, or what a configuration names, for another program.

    Parameters
    ----------
    source
        A configuration, or the folder of a run or of a batch (for ``dataset``).
    to
        A name of `FORMATS`.
    out
        File or folder to write.
    what
        For matrices: ``changes`` of contrasts or values as ``measured`` (normalised); by default
        the changes of a run, and what is measured of a configuration.
    value
        For changes: ``log2fc`` or ``t``.
    rows
        For matrices: ``sites`` or ``peptidoforms``; by default as the format needs it.
    force
        Replace a file that is there.

    Returns
    -------
    What was written and what was left out.

    Raises
    ------
    ConfigError
        If the format is unknown, does not go with the source, needs a package that is not
        installed, or `out` cannot be written.
    DataError
        If the data cannot be used.
    """
    if to not in FORMATS:
        hint = did_you_mean(to, list(FORMATS))
        raise ConfigError(Problem(f"there is no format '{to}' to export to", hint=hint))
    opened, target = open_source(Path(source)), Path(out)
    _require_match(opened, FORMATS[to])
    _require_free(target, force=force)
    if to == "dataset":
        return _export_batch(opened, target)
    if FORMATS[to].of == "tables":
        files, text = _tables(opened, to)
        losses: tuple[Loss, ...] = ()
    else:
        chosen: What = what if what != "auto" else "changes" if opened.kind == "run" else "measured"
        files, made = _matrices(opened, to, chosen, value, rows)
        text, losses = _describe(made), made.losses
    if isinstance(files, bytes):
        with store.clear_errors(target):
            store.write_file(target, files)
    else:
        store.commit(target, files, force=force)
    return Exported(target, text, losses)


def _matrices(
    source: Source, to: str, what: What, value: Value, rows: Rows
) -> tuple[Files, Matrix]:
    """Make the files of a matrix format, and the matrix of the phosphosites in them."""
    found = source.matrices(what, value)
    usual = "sites" if to in ("gct", "decoupler") else "peptidoforms"
    by_site = (usual if rows == "auto" else rows) == "sites"
    main = found["phospho"]
    if by_site:
        main = to_sites(main, ids="flanking" if to == "gct" else "gene_site")
    if main.values.empty:
        reasons = "; ".join(f"{x.rows:,} {x.reason}" for x in main.losses)
        message = f"there is nothing to export{': ' if reasons else ''}{reasons}"
        raise ConfigError(Problem(message, hint="export peptidoforms (--rows peptidoforms)"))
    writers: Mapping[str, Callable[[], Files]] = {
        "gct": lambda: format_gct(main),
        "decoupler": lambda: format_decoupler(main, load_knowledge()),
        "h5ad": lambda: format_h5ad(main),
        "h5mu": lambda: format_h5mu({**found, "phospho": main}),
    }
    return writers[to](), main


def _tables(source: Source, to: str) -> tuple[Files, str]:
    tables = source.tables()
    text = f"{len(tables)} tables, {sum(map(len, tables.values())):,} rows"
    if to == "parquet":
        return {f"{n}.parquet": format_parquet(t) for n, t in tables.items()}, text
    about = [("phosres", text), ("use", _RESEARCH_USE), ("cells", "empty: not measured or none")]
    return format_xlsx(tables, about), text


def _export_batch(source: Source, target: Path) -> Exported:
    runs = source.finished()
    counts = write_dataset(source.path, runs, target)
    return Exported(target, f"{len(runs):,} runs, {sum(counts.values()):,} rows in all tables")


def _describe(matrix: Matrix) -> str:
    n, width = matrix.values.shape
    missing = float(matrix.values.isna().to_numpy().mean())
    return f"{n:,} rows x {width:,} columns, {missing:.0%} not measured; {matrix.title}"


def _require_match(source: Source, format_: Format) -> None:
    if (source.kind == "batch") != (format_.of == "batch"):
        is_batch = source.kind == "batch"
        fitting = [f.name for f in FORMATS.values() if (f.of == "batch") == is_batch]
        message = f"a {source.kind} cannot be exported to {format_.name}"
        raise ConfigError(Problem(message, hint=f"it can be exported to {', '.join(fitting)}"))


def _require_free(target: Path, *, force: bool) -> None:
    taken = target.exists() and not (target.is_dir() and not any(target.iterdir()))
    if taken and not force:
        raise ConfigError(
            Problem(f"'{target}' is there already", hint="name another --out, or add --force")
        )
    if taken and target.is_dir() and not (target / store.MANIFEST).is_file():
        hint = "name another --out"
        raise ConfigError(Problem(f"'{target}' is a folder of other files", hint=hint))
