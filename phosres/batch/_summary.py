"""The tables over all runs of a batch, written run by run: memory does not grow with them."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from phosres.batch._model import Standing
from phosres.columns import OVERVIEW, RUNS, SCHEMAS

JOINED = ("readouts", "activities", "calls", "quality", "losses")
"""Tables of the runs that are joined, with the run as the first column. Sites and evidence stay
with their runs: they are a thousand times longer."""

_FINISHED = ("ok", "partly")
_LIGHTS = ("ok", "warn", "fail")


def list_runs(standings: Sequence[Standing]) -> pd.DataFrame:
    """Make the table of the runs.

    Parameters
    ----------
    standings
        Where each run stands.
    """
    rows = [
        {name: s.facts.get(name) for name in RUNS.names}
        | {
            "run": s.run,
            "state": s.state,
            "exit_code": s.exit_code,
            "reason": " | ".join(s.reasons),
            "source": s.source,
            "key": s.key,
        }
        for s in standings
    ]
    return RUNS.order(pd.DataFrame(rows, columns=RUNS.names))


def join(table: str, standings: Sequence[Standing], runs: Path) -> Iterator[bytes]:
    """Join one table of all finished runs, piece by piece.

    Parameters
    ----------
    table
        Its name, one of `JOINED`.
    standings
        Where each run stands.
    runs
        Folder of the runs' folders.

    Yields
    ------
    Bytes of the joined TSV: the header once, then the rows of each run after its name.
    """
    yield "\t".join(("run", *SCHEMAS[table].names)).encode() + b"\n"
    for standing in standings:
        if standing.state not in _FINISHED:
            continue
        content = (runs / standing.run / "tables" / f"{table}.tsv").read_bytes()
        name = standing.run.encode()
        lines = content.split(b"\n")[1:-1]
        yield b"".join(name + b"\t" + line + b"\n" for line in lines)


def compare_answers(standings: Sequence[Standing], runs: Path) -> pd.DataFrame:
    """Put the answers of all finished runs side by side.

    Parameters
    ----------
    standings
        Where each run stands.
    runs
        Folder of the runs' folders.

    Returns
    -------
    The table `phosres.columns.OVERVIEW`.
    """
    rows = [
        {"run": s.run} | row
        for s in standings
        if s.state in _FINISHED
        for row in _answers(runs / s.run / "tables")
    ]
    return OVERVIEW.order(pd.DataFrame(rows, columns=OVERVIEW.names))


def _answers(folder: Path) -> Iterator[dict[str, object]]:
    """Collect the answers of one run, a row a contrast and subject in the order of the readouts."""
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in _read(folder / "readouts.tsv"):
        _at(found, row)[row["readout"]] = row["status"]
    for row in _read(folder / "activities.tsv"):
        if row["set"] in ("MTORC1", "MTORC2"):
            _at(found, row)[row["set"]] = row["status"]
    for row in _read(folder / "calls.tsv"):
        _add_call(_at(found, row), row)
    lights = [row["light"] for row in _read(folder / "quality.tsv")]
    worst = max(lights, key=_LIGHTS.index, default="")
    for key, answers in found.items():
        filled = dict.fromkeys(OVERVIEW.names[1:], "") | {"not_assessable": 0} | answers
        yield (
            {name: filled[name] for name in OVERVIEW.names[1:]}
            | dict(zip(("contrast", "level", "subject"), key, strict=True))
            | {"quality": worst}
        )


def _at(
    found: dict[tuple[str, str, str], dict[str, object]], row: Mapping[str, str]
) -> dict[str, object]:
    return found.setdefault((row["contrast"], row["level"], row["subject"]), {})


def _add_call(answers: dict[str, object], row: Mapping[str, str]) -> None:
    """Add one call: engagement by the best status of its targets, compensation by name."""
    order = ("", "not_assessable", "no", "yes")
    if row["status"] == "not_assessable":
        answers["not_assessable"] = int(str(answers.get("not_assessable", 0))) + 1
    if row["kind"] == "engagement":
        before = str(answers.get("engagement", ""))
        answers["engagement"] = max(before, row["status"], key=order.index)
    elif row["kind"] == "compensation" and row["status"] == "yes":
        named = f"{row['call']} ({row['grade']})" if row["grade"] else row["call"]
        before = str(answers.get("compensation", ""))
        answers["compensation"] = f"{before}; {named}" if before else named


def _read(path: Path) -> Iterator[dict[str, str]]:
    text = path.read_text("utf-8")
    yield from csv.DictReader(io.StringIO(text), delimiter="\t")
