"""A result folder read back into the nouns of a run."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from phosres.archive._record import AUDIT, RECORD, SHEET, VALUES
from phosres.archive._tables import (
    header,
    parse_columns,
    parse_matrix,
    parse_sheet,
    parse_table,
)
from phosres.columns import LOSSES, NORMALIZATION, QUALITY, SCHEMAS, SITES
from phosres.errors import ConfigError, DataError, Problem
from phosres.results import Audit, Calls, Contrast, Quality, RunResult, Scores, SiteEffects
from phosres.store import RUN
from phosres.table import FEATURE_COLUMNS, Loss, PhosphoTable, Source, Step

PAGES = ("report.html", "report.pdf", "patients/", "figures/")
"""Files of a folder, and folders of it, that are made from the other ones."""

_AUDIT = {
    **dict.fromkeys(("contrast", "level", "subject", "readout", "method", "status"), "text"),
    "log2fc": "number",
    "p": "number",
}
_STATIC = (
    *("gene", "protein", "site", "multiplicity", "localization", "site_ids", "proteins"),
    *("window", "peptide"),
)
"""Columns of sites.tsv that speak of the feature, not of its change."""


def read_folder(folder: str | Path) -> tuple[RunResult, dict[str, bytes]]:
    """Read a result folder back.

    Parameters
    ----------
    folder
        Folder that a run wrote.

    Returns
    -------
    The run as its pages show it, and the files it was read from together with all others that the
    folder's manifest names but `PAGES`, by path.

    Raises
    ------
    ConfigError
        If it is not the folder of a run, or that of a version that kept no record.
    DataError
        If its files do not fit together.
    """
    from phosres.store import CRATE, read_manifest

    top = Path(folder)
    if not (top / RECORD).is_file():
        older = (top / "tables" / "readouts.tsv").is_file()
        raise ConfigError(
            Problem(
                f"'{folder}' is the result of an older version, without {RECORD}"
                if older
                else f"'{folder}' is not the result folder of a run: it has no {RECORD}",
                hint="run its configuration again" if older else "name the --out of a run",
            )
        )
    names = [n for n in read_manifest(top) if not n.startswith(PAGES)]
    try:
        files = {n: (top / n).read_bytes() for n in [*names, RUN, CRATE]}
    except OSError as error:
        raise DataError(
            Problem(
                f"'{folder}' cannot be read: {(error.strerror or str(error)).lower()}",
                file=str(error.filename or folder),
                hint="`phosres verify` names what is missing; run the configuration again",
            )
        ) from error
    try:
        return read_run(files, json.loads(files[RUN])), files
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, YAMLError) as error:
        raise DataError(
            Problem(
                f"the tables of '{folder}' and its {RECORD} do not fit together: {error}",
                hint="a file was changed or is of another version; run the configuration again",
            )
        ) from error


def read_run(files: Mapping[str, bytes], provenance: Mapping[str, Any]) -> RunResult:
    """Read a run back from the files that `phosres.archive.format_run` wrote.

    Parameters
    ----------
    files
        Contents by path.
    provenance
        Content of ``run.json``.

    Returns
    -------
    The run as its pages show it: numbers with the digits of the tables, texts of single features
    and the cohort's model left out.
    """
    record = json.loads(files[RECORD])
    table = _read_table(files, record["table"])
    tables = {
        n: parse_table(files[f"tables/{n}.tsv"], s)
        for n, s in SCHEMAS.items()
        if n != "sites" and f"tables/{n}.tsv" in files
    }
    names = [c["name"] for c in record["contrasts"]]
    scores = {n: record["scores"][n] for n in names if n in record["scores"]}
    calls = {n: record["calls"][n] for n in names if n in record["calls"]}
    own = [f.name for f in fields(Scores) if f.name in tables]
    # Tables that a run need not have, such as trajectories, are fields that may be None.
    extra = [f.name for f in fields(RunResult) if f.name in tables and f.default is None]
    return RunResult(
        name=record["name"],
        config=YAML(typ="safe", pure=True).load(files["config.resolved.yaml"]),
        raw=_undo_shifts(table, tables[NORMALIZATION.name]),
        normalized=table,
        quality=Quality(tables[QUALITY.name], record["quality"]),
        audit=Audit(tables[NORMALIZATION.name], _read_audit(files[AUDIT]), record["audit"]),
        contrasts=_read_contrasts(files["tables/sites.tsv"], record["contrasts"], table),
        scores={
            name: Scores(
                **{n: _of(tables[n], name) for n in own},
                text=said["text"],
                parameters=said["parameters"],
            )
            for name, said in scores.items()
        },
        calls={
            name: Calls(_of(tables["calls"], name), said["text"], said["drug"], said["parameters"])
            for name, said in calls.items()
        },
        provenance=provenance,
        **{n: tables[n] for n in extra if len(tables[n])},
    )


def _of(table: pd.DataFrame, contrast: str) -> pd.DataFrame:
    """Return the rows of one contrast."""
    return table[table["contrast"] == contrast].reset_index(drop=True)


def _read_audit(content: bytes) -> pd.DataFrame:
    kinds = {c: k for c, k in _AUDIT.items() if c in header(content)}
    return parse_columns(content, kinds)


def _read_table(files: Mapping[str, bytes], said: Mapping[str, Any]) -> PhosphoTable:
    """Read the normalised table: values, what is known of features and samples, what was done."""
    samples = parse_sheet(files[SHEET])
    values = parse_matrix(files[VALUES], list(samples.index))
    sites = files["tables/sites.tsv"]
    kinds = {c.name: str(c.kind) for c in SITES if c.name in _STATIC}
    static = parse_columns(sites, kinds, rows=len(values)).rename(columns={"site": "sites"})
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=values.index)
    if len(static) == len(features):  # a run without contrasts has no sites
        features = features.assign(**{str(c): static[c].to_numpy() for c in static})
    losses = parse_table(files["tables/losses.tsv"], LOSSES).itertuples(index=False, name=None)
    return PhosphoTable(
        values,
        features,
        samples,
        said["scale"],
        Source(**said["source"]),
        tuple(
            Step(s["name"], s["text"], *_pair(s["rows"]), s["parameters"], tuple(s["warnings"]))
            for s in said["history"]
        ),
        tuple(Loss(*row) for row in losses),
    )


def _pair(rows: list[int]) -> tuple[int, int]:
    before, after = rows
    return before, after


def _undo_shifts(table: PhosphoTable, shifts: pd.DataFrame) -> PhosphoTable:
    """Return the values before normalisation: each sample with its shift put back."""
    used = shifts[shifts["used"]].drop_duplicates("sample").set_index("sample")["shift"]
    back = used.reindex(table.values.columns).fillna(0.0)
    return PhosphoTable(
        table.values + back,
        table.features,
        table.samples,
        table.scale,
        table.source,
        table.history[:1],
    )


def _read_contrasts(
    sites: bytes, said: list[dict[str, Any]], table: PhosphoTable
) -> dict[str, Contrast]:
    """Read the contrasts; the rows of sites.tsv follow contrast, effect and feature."""
    names = set(header(sites)) - set(_STATIC)
    kinds = {c.name: str(c.kind) for c in SITES if c.name in names and c.kind != "text"}
    changes = parse_columns(sites, kinds)
    n = table.n_features
    if len(changes) != n * sum(len(c["effects"]) for c in said):
        message = f"sites.tsv has {len(changes):,} rows, which are not those of the record"
        raise ValueError(message)
    found, at = {}, 0
    for contrast in said:
        effects = []
        for effect in contrast["effects"]:
            block = changes.iloc[at : at + n].set_axis(table.features.index, axis=0)
            effects.append(SiteEffects(table=block, **effect))
            at += n
        found[contrast["name"]] = _read_contrast(contrast, tuple(effects), table)
    return found


def _read_contrast(
    said: Mapping[str, Any], effects: tuple[SiteEffects, ...], table: PhosphoTable
) -> Contrast:
    places = [place for place, _, _ in said["arms"]]
    arms = pd.DataFrame(
        {"arm": [a for _, a, _ in said["arms"]], "subject": [s for *_, s in said["arms"]]},
        index=table.samples.index[places],
        dtype=object,
    )
    data = PhosphoTable(
        table.values.iloc[:, places],
        table.features,
        table.samples.iloc[places],
        table.scale,
        table.source,
    )
    return Contrast(
        said["name"], said["design"], data, arms, effects, said["text"], said["parameters"]
    )
