"""What a run is besides its tables: sentences, designs, parameters, where the data came from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from phosres import store
from phosres.columns import SCHEMAS
from phosres.results import Contrast, RunResult
from phosres.table import PhosphoTable

RECORD = "record.json"
"""File of everything a page says that is no number of a table."""

VALUES, SHEET, AUDIT = "tables/values.tsv", "tables/sheet.tsv", "tables/audit.tsv"

_KEPT = ("sample_columns",)
"""Parameters of a step that a table is made from; the others may name folders."""


def format_run(result: RunResult) -> dict[str, bytes]:
    """Write a run as files, all that is needed to make its pages and figures again.

    Parameters
    ----------
    result
        A finished run.

    Returns
    -------
    Contents by path relative to the folder: every table, the normalised values, the sample sheet,
    the configuration and the record. The same run gives the same bytes.
    """
    files = {f"tables/{name}.tsv": store.format_tsv(result.table(name)) for name in SCHEMAS}
    files[AUDIT] = store.format_tsv(result.audit.readouts)
    files[VALUES] = store.format_tsv(_indexed(result.normalized.values, "feature"))
    files[SHEET] = store.format_tsv(_indexed(result.normalized.samples, "sample"))
    files["config.resolved.yaml"] = store.format_config(result.config)
    files[RECORD] = store.format_json(_describe(result))
    return files


def _indexed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put the index first, as a column."""
    rest = frame.drop(columns=name) if name in frame else frame
    return pd.concat(
        [pd.Series(frame.index, index=frame.index, name=name), rest], axis=1
    ).reset_index(drop=True)


def _describe(result: RunResult) -> dict[str, Any]:
    place = {sample: i for i, sample in enumerate(result.normalized.samples.index)}
    return {
        "name": result.name,
        "table": _describe_table(result.normalized),
        "quality": result.quality.text,
        "audit": result.audit.text,
        "contrasts": [_describe_contrast(c, place) for c in result.contrasts.values()],
        "scores": {
            n: {"text": s.text, "parameters": s.parameters} for n, s in result.scores.items()
        },
        "calls": {
            n: {"text": c.text, "drug": c.drug, "parameters": c.parameters}
            for n, c in result.calls.items()
        },
    }


def _describe_table(table: PhosphoTable) -> dict[str, Any]:
    """Describe where the table came from and what was done to it; folders are left out."""
    path = table.source.path
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    source = {k: getattr(table.source, k) for k in table.source.__dataclass_fields__}
    steps = [
        {
            "name": s.name,
            "text": s.text.replace(path, name) if path else s.text,
            "rows": [s.rows_in, s.rows_out],
            "warnings": list(s.warnings),
            "parameters": {k: v for k, v in s.parameters.items() if k in _KEPT},
        }
        for s in table.history
    ]
    return {"scale": table.scale, "source": source | {"path": name}, "history": steps}


def _describe_contrast(contrast: Contrast, place: Mapping[Any, int]) -> dict[str, Any]:
    """Describe a contrast; its samples stand by their place in the sample sheet."""
    arms = contrast.arms
    return {
        "name": contrast.name,
        "design": contrast.design,
        "text": contrast.text,
        "parameters": contrast.parameters,
        "arms": [
            [place[s], arm, subject]
            for s, arm, subject in zip(arms.index, arms["arm"], arms["subject"], strict=True)
        ],
        "effects": [
            {
                "level": e.level,
                "subject": e.subject,
                "method": e.method,
                "n_of_one": e.n_of_one,
                "noise": e.noise,
                "correlation": e.correlation,
                "parameters": e.parameters,
            }
            for e in contrast.effects
        ],
    }
