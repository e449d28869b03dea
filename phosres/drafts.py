"""Draft a configuration and a sample sheet for a table, with every guess marked."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from phosres import readers, store
from phosres.config.writer import scalar
from phosres.errors import ConfigError, Problem
from phosres.readers.guesses import is_before

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


def draft(
    table: str | Path, folder: str | Path = ".", samples: str | Path | None = None
) -> dict[str, str]:
    """Draft the files that a run of a table needs.

    Parameters
    ----------
    table
        The table.
    folder
        Folder the drafts are meant for; the path of the table is written relative to it.
    samples
        A file that says something of the samples: an annotation of MaxQuant, FragPipe or MSstats,
        SDRF, or a sheet that is not complete. What it lacks is guessed.

    Returns
    -------
    Texts of ``samples.tsv`` and ``config.yaml``. Guesses are marked GUESS, in the sheet by its
    column ``guessed``; what nothing could be guessed for is marked FILL IN.

    Raises
    ------
    DataError
        If the table cannot be read or holds no samples, or `samples` names none of them.
    """
    found = readers.recognise(table)
    sheet = readers.sketch_samples(table, samples)
    used = sheet[sheet["exclude"] != "yes"] if "exclude" in sheet else sheet
    conditions = [c for c in dict.fromkeys(used["condition"].tolist()) if c]
    lines = _config_lines(Path(table), Path(folder), found, conditions)
    return {
        "samples.tsv": store.format_tsv(sheet).decode(),
        "config.yaml": "\n".join(lines) + "\n",
    }


def write_drafts(
    table: str | Path, folder: str | Path = ".", samples: str | Path | None = None
) -> list[Path]:
    """Write the drafts of a table into a folder that has none yet.

    Parameters
    ----------
    table
        The table.
    folder
        Folder to write to; it is made if it is not there.
    samples
        As for `draft`.

    Returns
    -------
    The files written.

    Raises
    ------
    ConfigError
        If one of the files is there already, or the folder cannot be written.
    DataError
        If the table cannot be read or holds no samples.
    """
    drafts = {Path(folder) / name: text for name, text in draft(table, folder, samples).items()}
    there = [path for path in drafts if path.exists()]
    if there:
        raise ConfigError(
            Problem("is there already and is not overwritten", str(path), hint="use --out DIR")
            for path in there
        )
    for path, text in drafts.items():
        with store.clear_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    return list(drafts)


def _config_lines(
    table: Path, folder: Path, found: readers.Recognised, conditions: Sequence[str]
) -> Iterator[str]:
    """Write the lines of a configuration."""
    relative = Path(os.path.relpath(table.resolve(), folder.resolve())).as_posix()
    yield "# Drafted by `phosres init`. Check every line marked GUESS, here and in samples.tsv,"
    yield "# then run `phosres check` on this file. All parameters: `phosres schema --commented`."
    yield f"name: {scalar(_name(table))}"
    yield "input:"
    yield f"  table: {scalar(relative)}"
    yield "  samples: samples.tsv"
    yield f"  format: {scalar(found.format.name)}  # {_one_line(found.why)}"
    yield "  species: auto  # GUESS: told from the names; or human, mouse, rat, human+mouse"
    if found.format.advice:
        yield "  fasta: null  # FASTA file of the search, to place the peptides in proteins"
    yield from (f"  # PROBLEM: {_one_line(str(problem))}" for problem in found.problems)
    if found.changes:
        shown = ", ".join(found.samples[:4])
        yield f"  values: change  # GUESS: {_one_line(shown)} stand beside p values or the like"
        yield "design:"
        yield f"  on: {_values(conditions)}  # GUESS; changes need no condition before treatment"
    else:
        yield from _design_lines(conditions)
    yield "treatment:"
    yield "  drug: null  # FILL IN: a drug or class from `phosres show drugs`; null: none"


def _design_lines(conditions: Sequence[str]) -> Iterator[str]:
    before = [c for c in conditions if is_before(c)]
    after = [c for c in conditions if c not in before]
    yield "design:"
    if before and after:
        yield f"  pre: {_values(before)}  # GUESS, from the names of the samples"
        yield f"  on: {_values(after)}  # GUESS; each is a contrast against pre"
    else:
        known = f", of {_one_line(scalar(list(conditions)))}" if conditions else ""
        yield f"  pre: null  # FILL IN: condition before treatment{known}"
        yield f"  on: null  # FILL IN: condition or conditions on treatment{known}"


def _values(conditions: Sequence[str]) -> str:
    return scalar(conditions[0] if len(conditions) == 1 else conditions)


def _name(table: Path) -> str:
    """Make a name for the run from the name of the file."""
    stem = table.name.split(".")[0]
    return _NOT_IN_NAMES.sub("_", stem).strip("_.-")[:64] or "run"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
