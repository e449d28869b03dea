"""Total protein: a table of protein groups to log2 values of the samples of a sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers import _bytes, _cells, _orientation, _scale, _text
from phosres.readers._damage import repair_genes
from phosres.readers._format import Format
from phosres.readers._owners import list_accessions, list_names
from phosres.readers._recognition import candidates
from phosres.readers._text import Text
from phosres.readers.formats.proteins import PLAIN, PROTEIN_FORMATS
from phosres.readers.sheets._names import group_loosely, spell_loosely
from phosres.table import FEATURE_COLUMNS, Loss, PhosphoTable, Source, Step

PROTEIN_SAMPLE = "protein_sample"
"""Column of the sample sheet with the name of a sample in the protein table."""

_SHOWN = 8
_TRUE = re.compile(r"\+|true|yes|1", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a sample: the sample, its name in the table, its position."""

    sample: str
    name: str
    at: int


def read_proteins(path: str | Path, samples: pd.DataFrame) -> PhosphoTable:
    """Read total protein of the samples of a phosphosite table.

    Parameters
    ----------
    path
        Table of protein groups: MaxQuant proteinGroups, FragPipe combined_protein, Spectronaut and
        Proteome Discoverer exports, DIA-NN pg_matrix, or any table with a column of accessions or
        genes and one column a sample.
    samples
        Samples of the phosphosite table. A column ``protein_sample`` names them in the protein
        table, where they are named otherwise; an empty cell there is a sample without proteome.

    Returns
    -------
    Log2 values, one row a protein group, with the columns of the phosphosite table in its order;
    samples the table does not have are NaN throughout, and named in a warning.

    Raises
    ------
    DataError
        If no sample is in the table, or it names neither proteins nor genes.
    """
    text = _orientation.turn(_text.lay_out(_bytes.load(path)))
    record = _recognise(text)
    roles = {role: at[0] for role, at in record.find(text.places).items()}
    found, warnings = _find_samples(text, record, samples)
    cells = _cells.parse_text(text, sorted(set(roles.values())))
    words = {role: cells[at] for role, at in roles.items()}
    names, genes = _names(words, len(cells))
    refused = _refuse_rows(words, names, genes, record)
    keep = (refused == "").to_numpy(dtype=bool)
    amounts = _cells.parse(text, numbers=sorted(c.at for c in found))
    raw = amounts.select([str(c.at) for c in found]).to_numpy().astype(np.float64)[keep]
    decided = _scale.decide(
        raw,
        [c.sample for c in found],
        text.path,
        declared=record.scale,
        by=f"format {record.name}",
        kind=record.values,
    )
    log2 = _scale.to_log2(raw, decided, zero_is_missing=record.zero == "missing")
    values = np.full((len(log2), len(samples)), np.nan)
    values[:, samples.index.get_indexer(pd.Index([c.sample for c in found]))] = log2
    features = _features(names[keep], genes[keep], text.first_row)
    losses = [
        Loss(text.path, "read proteins", str(reason), int(n))
        for reason, n in refused[~keep].value_counts().items()
    ]
    sentence = (
        f"Read {len(features):,} protein groups of {len(found)} of {len(samples)} samples from "
        f"{text.path} ({record.title}); {decided.text}."
    )
    step = Step(
        "read proteins",
        sentence,
        len(cells),
        len(features),
        {"format": record.name, "columns": {c.sample: c.name for c in found}},
        (*warnings, *decided.warnings),
    )
    return PhosphoTable(
        values=pd.DataFrame(values, index=features.index, columns=samples.index),
        features=features,
        samples=samples,
        scale="log2_ratio" if decided.values == "ratio" else "log2_intensity",
        source=Source(text.path, record.name, "", text.sha256, decided.kind, len(cells)),
        history=(step,),
        losses=tuple(losses),
    )


def _recognise(text: Text) -> Format:
    """Find the format of a protein table; one without proteins or genes is refused."""
    for record in PROTEIN_FORMATS:
        found = record.find(text.places)
        if all(r in found for r in record.required) and (
            record is PLAIN or record.match_samples(text.header)
        ):
            break
    if not {"proteins", "gene"} & set(found):
        shown = ", ".join(f"'{h}'" for h in text.header[:_SHOWN])
        message = f"the protein table has no column of accessions or genes; found: {shown}"
        hint = "name a column 'protein' (accessions) or 'gene'"
        raise DataError(Problem(message, text.path, line=text.header_row, hint=hint))
    return record


def _find_samples(
    text: Text, record: Format, samples: pd.DataFrame
) -> tuple[list[_Column], list[str]]:
    """Find the columns of the samples; at least one must be there."""
    known = {at for places in record.find(text.places).values() for at in places}
    if record.is_wide_open:
        offered = {h: at for at, h in enumerate(text.header) if h and at not in known}
    else:
        offered = {c.sample: c.at for c in candidates(text, record)}
    loose = group_loosely(offered)
    own = samples[PROTEIN_SAMPLE] if PROTEIN_SAMPLE in samples else pd.Series(samples.index)
    found, absent = [], []
    for sample, given in zip(map(str, samples.index), own.astype(str), strict=True):
        near = [given] if given in offered else loose.get(spell_loosely(given), [])
        if given and len(near) == 1:
            found.append(_Column(sample, near[0], offered[near[0]]))
        elif given:
            absent.append((sample, given))
    if not found:
        raise DataError(_no_sample(text, absent, list(offered)))
    _refuse_twice(found, text)
    return found, _warn_absent(samples, found)


def _no_sample(text: Text, absent: list[tuple[str, str]], offered: list[str]) -> Problem:
    """Describe a protein table without any sample of the sheet."""
    wanted = ", ".join(f"'{name}'" for _, name in absent[:_SHOWN]) or "none"
    there = ", ".join(f"'{name}'" for name in offered[:_SHOWN])
    hint = did_you_mean(absent[0][1], offered) if absent else ""
    if not hint.startswith("did you mean"):
        hint = f"name the columns of the protein table in a column '{PROTEIN_SAMPLE}' of the sheet"
    message = f"no sample of the sheet is in the protein table: it has {there}; wanted {wanted}"
    return Problem(message, text.path, line=text.header_row, hint=hint)


def _refuse_twice(found: list[_Column], text: Text) -> None:
    """Refuse two samples that are read from one column."""
    by_column: dict[int, list[str]] = {}
    for column in found:
        by_column.setdefault(column.at, []).append(column.sample)
    problems = [
        Problem(
            f"samples {' and '.join(names)} are one column of the protein table",
            text.path,
            column=text.header[at],
            hint=f"name each column once in '{PROTEIN_SAMPLE}' of the sheet",
        )
        for at, names in by_column.items()
        if len(names) > 1
    ]
    if problems:
        raise DataError(problems)


def _warn_absent(samples: pd.DataFrame, found: list[_Column]) -> list[str]:
    """Name the samples without proteome."""
    there = {c.sample for c in found}
    rest = [str(s) for s in samples.index if str(s) not in there]
    if not rest:
        return []
    more = f" and {len(rest) - _SHOWN} more" if len(rest) > _SHOWN else ""
    return [
        f"the protein table has no column of {', '.join(rest[:_SHOWN])}{more}: what rests on them "
        "is not protein-corrected"
    ]


def _names(
    words: Mapping[str, "pd.Series[str]"], n: int
) -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Return accessions and genes of every row, lists joined by ``;``."""
    nothing = pd.Series([""] * n, dtype=object)
    names = list_accessions(words["proteins"]) if "proteins" in words else nothing
    genes = repair_genes(list_names(words["gene"]))[0] if "gene" in words else nothing
    return names.reset_index(drop=True), genes.reset_index(drop=True)


def _refuse_rows(
    words: Mapping[str, "pd.Series[str]"],
    names: "pd.Series[str]",
    genes: "pd.Series[str]",
    record: Format,
) -> "pd.Series[str]":
    """Say why a row is not used; empty if it is."""
    refused = pd.Series("", index=names.index, dtype=object)
    reasons = {
        "by_site": "protein identified by a modified site only",
        "contaminant": "contaminant",
        "reverse": "reverse sequence (decoy)",
    }
    for role, reason in reasons.items():
        if role in words:
            flagged = words[role].reset_index(drop=True).str.fullmatch(_TRUE)
            refused[flagged.to_numpy(dtype=bool)] = reason
    refused[names.str.startswith(record.contaminants)] = reasons["contaminant"]
    refused[names.str.startswith(record.decoys)] = reasons["reverse"]
    refused[(names == "") & (genes == "")] = "neither protein nor gene is named"
    return refused


def _features(names: "pd.Series[str]", genes: "pd.Series[str]", first_row: int) -> pd.DataFrame:
    """Lay out the protein groups as features, each with a name of its own."""
    label = names.where(names != "", genes)
    again = label.groupby(label).cumcount()
    label = label.where(again == 0, label + " (" + (again + 1).astype(str) + ")")
    frame = pd.DataFrame("", index=pd.Index(label), columns=list(FEATURE_COLUMNS), dtype=object)
    frame["gene"], frame["proteins"] = genes.to_numpy(), names.to_numpy()
    frame["protein"] = names.str.split(";").str[0].to_numpy()
    frame["source_rows"] = [str(first_row + int(at)) for at in names.index]
    return frame
