"""Pairs and cohorts made by hand, so that every rule sees exactly what a test says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats as scipy_stats

from phosres.knowledge import Knowledge, load
from phosres.resistance import call
from phosres.results import Contrast, Scores, SiteEffects
from phosres.scoring import score
from phosres.table import PhosphoTable, Source

ALIKE = {"pre": "10", "on": "10"}
"""Ischemia minutes that rule a handling difference out where no stress site is measured."""


def describe_features(names: Sequence[str], knowledge: Knowledge) -> pd.DataFrame:
    """Describe the features; ``A+B`` is one doubly phosphorylated peptide."""
    parts = [name.split("+") for name in names]
    records = [knowledge.sites[p[0]] for p in parts]
    return pd.DataFrame(
        {
            "gene": [r.gene for r in records],
            "protein": [r.uniprot for r in records],
            "proteins": [r.uniprot for r in records],
            "entry_name": "",
            "sites": [";".join(knowledge.sites[s].site for s in p) for p in parts],
            "multiplicity": pd.array([len(p) for p in parts], dtype="Int64"),
            "localization": 1.0,
            "window": [";".join(knowledge.sites[s].window15 for s in p) for p in parts],
            "peptide": "",
            "source_rows": [str(i + 2) for i in range(len(records))],
            "site_ids": [";".join(p) for p in parts],
        },
        index=pd.Index([f"{n}_M{len(p)}" for n, p in zip(names, parts, strict=True)], dtype=object),
    )


def _samples(subjects: Sequence[str], ischemia: Mapping[str, str] | None) -> pd.DataFrame:
    names = [f"{s}_{c}" for c in ("pre", "on") for s in subjects]
    frame = pd.DataFrame(
        {
            "subject": [n.rsplit("_", 1)[0] for n in names],
            "condition": [n.rsplit("_", 1)[1] for n in names],
            "timepoint": "",
            "replicate": "",
            "batch": "",
        },
        index=names,
    )
    if ischemia is not None:
        frame["ischemia_min"] = [ischemia[c] for c in frame["condition"]]
    return frame


def make_contrast(
    changes: Mapping[str, float],
    *,
    se: float = 0.2,
    df: float = 30.0,
    n_of_one: bool = True,
    ischemia: Mapping[str, str] | None = ALIKE,
    tissue: str = "",
) -> Contrast:
    """Make a contrast of curated sites with given changes; NaN is a site seen before only."""
    features = describe_features(list(changes), load())
    change = np.array(list(changes.values()), dtype=float)
    subjects = ["A"] if n_of_one else ["A", "B", "C", "D"]
    samples = _samples(subjects, ischemia)
    if tissue:
        samples["tissue"] = tissue
    noise = np.random.default_rng(7).normal(0, 0.05, (len(change), len(samples)))
    treated = (samples["condition"] == "on").to_numpy()
    values = pd.DataFrame(
        20.0 + noise + change[:, None] * np.where(treated, 1.0, 0.0),
        index=features.index,
        columns=samples.index,
    )
    values.loc[np.isnan(change), treated] = np.nan
    values.loc[np.isnan(change), ~treated] = 20.0
    known = np.isfinite(change)
    t = change / se
    table = pd.DataFrame(
        {
            "log2fc": change,
            "se": np.where(known, se, np.nan),
            "df": np.where(known, df, np.nan),
            "t": t,
            "p": 2 * scipy_stats.t.sf(np.abs(t), df),
            "q": 2 * scipy_stats.t.sf(np.abs(t), df),
            "mean": 20.0 + change / 2,
            "n_pre": len(subjects),
            "n_on": np.where(known, len(subjects), 0),
        },
        index=features.index,
    )
    effects = SiteEffects(
        level="subject" if n_of_one else "cohort",
        subject="A" if n_of_one else "",
        table=table,
        method="made by hand",
        n_of_one=n_of_one,
        correlation={"stretch": 0.5, "protein": 0.15, "between": 0.02, "origin": "by hand"},
    )
    arms = pd.DataFrame(
        {"arm": samples["condition"].to_numpy(), "subject": samples["subject"].to_numpy()},
        index=samples.index,
    )
    data = PhosphoTable(values, features, samples, "log2_intensity", Source("t", "generic"))
    design = "single" if n_of_one else "paired"
    return Contrast("on", design, data, arms, (effects,), "on against pre")


def overrule(scores: Scores, statuses: Mapping[str, str]) -> Scores:
    """Set the status of activities by hand; all else stays."""
    table = scores.activities.copy()
    for name, status in statuses.items():
        table.loc[table["set"] == name, "status"] = status
    return replace(scores, activities=table)


def proteome(contrast: Contrast, changes: Mapping[str, float]) -> Contrast:
    """Make the same contrast of total proteins, by gene."""
    genes = pd.Index(list(changes), dtype=object)
    table = pd.DataFrame({"log2fc": list(changes.values()), "se": 0.2, "df": 30.0}, index=genes)
    n = len(genes)
    features = contrast.data.features.iloc[:n].set_axis(genes).assign(gene=genes)
    values = contrast.data.values.iloc[:n].set_axis(genes)
    effects = tuple(replace(e, table=table) for e in contrast.effects)
    data = replace(contrast.data, features=features, values=values)
    return replace(contrast, effects=effects, data=data)


def call_by_hand(
    changes: Mapping[str, float],
    *,
    drug: str | Mapping[str, str] | None = "PI3K inhibitor",
    statuses: Mapping[str, str] | None = None,
    proteins: Mapping[str, float] | None = None,
    **given: Any,
) -> pd.DataFrame:
    """Call a hand-made pair or cohort; returns the calls by id, engagement as ENGAGEMENT."""
    contrast = make_contrast(changes, **given)
    scores = overrule(score(contrast), statuses or {})
    amounts = proteome(contrast, proteins) if proteins else None
    table = call(contrast, scores, drug=drug, proteins=amounts).table
    key = table["call"].mask(table["kind"] == "engagement", "ENGAGEMENT")
    return table.set_index(key.rename(None))
