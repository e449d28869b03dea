"""Tables that need a second file beside them: which one, and how the two are joined."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers._format import normalise

if TYPE_CHECKING:
    import polars as pl

_SITE_REPORT = ("Run", "Protein", "Residue", "Site", "Probability", "Precursor.Id")
_KEY = ["Run", "Precursor.Id"]
_ANNOTATIONS, _TEXT = "*annotation*", (".csv", ".tsv", ".txt")
_FROM_REPORT = (
    *("Precursor.Normalised", "Precursor.Quantity", "Q.Value", "Global.Q.Value", "PG.Q.Value"),
    *("Lib.Peptidoform.Q.Value", "Protein.Group", "Protein.Names", "Genes", "Modified.Sequence"),
    "Decoy",
)


def list_companions(path: Path) -> tuple[Path, ...]:
    """List the files beside a table that may be read with it.

    Parameters
    ----------
    path
        The table.

    Returns
    -------
    The other parquet files beside a parquet file, the annotations beside any other table.
    """
    if path.suffix.lower() == ".parquet":
        beside = path.parent.glob("*.parquet")
    else:
        beside = (p for p in path.parent.glob(_ANNOTATIONS) if p.suffix.lower() in _TEXT)
    return tuple(sorted(p for p in beside if p != path and p.is_file()))


def complete(frame: "pl.DataFrame", path: str) -> tuple["pl.DataFrame", list[str]]:
    """Join a table with the one beside it that it needs.

    DIA-NN's site report has the sites of each precursor; quantities and q values stand in the main
    report beside it, ``x.parquet`` for ``x.site_report.parquet``.

    Parameters
    ----------
    frame
        The table.
    path
        Its file.

    Returns
    -------
    The table, completed if it needs to be, and sentences a user should read.
    """
    if any(column not in frame.columns for column in _SITE_REPORT):
        return frame, []
    report = _find_report(Path(path))
    if report is None:
        expected = Path(path).name.replace(".site_report", "")
        note = (
            f"{path}: the main report {expected} is not beside it, so Fragment.Sum was read, which "
            "is not normalised, and no q value was applied"
        )
        return frame, [note]
    import polars as pl

    try:
        names = pl.read_parquet_schema(report)
        wanted = [c for c in _FROM_REPORT if c in names and c not in frame.columns]
        other = pl.read_parquet(report, columns=[*_KEY, *wanted])
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  (anything)
        message = f"the main report beside {path} cannot be read: {type(error).__name__}"
        raise DataError(Problem(message, str(report), hint="copy or export it again")) from None
    right = other.unique(_KEY, keep="first")
    joined = frame.join(right, on=_KEY, how="left", maintain_order="left")
    lost = int(joined["Precursor.Id"].is_in(right["Precursor.Id"].implode()).not_().sum())
    notes = [f"{path} was joined with {report.name} on Run and Precursor.Id"]
    if lost:
        notes.append(f"{lost:,} rows of {path} are of precursors that {report.name} does not have")
    return joined, notes


def _find_report(path: Path) -> Path | None:
    """Find the main report beside a site report: by its name, else the only one of its kind."""
    import polars as pl

    named = path.with_name(path.name.replace(".site_report", ""))
    others = [p for p in sorted(path.parent.glob("*.parquet")) if p != path]
    for candidates in ([named] if named in others else [], others):
        found = []
        for one in candidates:
            try:
                names = set(pl.read_parquet_schema(one))
            except (Exception, pl.exceptions.PanicException):  # noqa: BLE001  (no parquet file)
                continue
            if {*_KEY, "Q.Value", "Precursor.Normalised"} <= names:
                found.append(one)
        if len(found) == 1:
            return found[0]
    return None


_ANNOTATION = ("run", "mixture")


def find_mixtures(path: str) -> dict[str, str]:
    """Find the mixture (plex) of each run in an MSstats annotation beside a table.

    Parameters
    ----------
    path
        File of the table.

    Returns
    -------
    Run without path and ending to mixture; empty if there is no annotation.
    """
    for one in sorted(Path(path).parent.glob(_ANNOTATIONS)):
        if one.suffix.lower() not in _TEXT:
            continue
        try:
            frame = pd.read_csv(one, sep=None, engine="python", dtype=str)
        except (ValueError, OSError):
            continue
        known = {normalise(str(c)): c for c in frame.columns}
        if all(name in known for name in _ANNOTATION):
            pairs = frame[[known[name] for name in _ANNOTATION]].dropna().drop_duplicates()
            if not pairs.iloc[:, 0].duplicated().any():
                return dict(pairs.itertuples(index=False, name=None))
    return {}
