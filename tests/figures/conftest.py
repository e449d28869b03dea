"""Runs made by hand from the nouns: 12 pairs, groups of 3, and a single pair."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from phosres.columns import ACTIVITIES, EVIDENCE, QUALITY, READOUTS
from phosres.results import Audit, Contrast, Quality, RunResult, Scores, SiteEffects
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

S6_FALLING = ("RPS6 S235;S236 di", "RPS6 S236;S240;S244 tri", "RPS6 S240;S244 di")
S6_RISING = "RPS6 S240 mono"
FORMS = {
    "S6_S235_S236": ("RPS6 S235;S236 di", "RPS6 S236;S240;S244 tri", "RPS6 S236 mono"),
    "S6_S240_S244": ("RPS6 S236;S240;S244 tri", "RPS6 S240;S244 di", S6_RISING),
    "4EBP1": ("EIF4EBP1 T37;T46 di", "EIF4EBP1 S65 mono", "EIF4EBP1 T70 mono"),
    "AKT_S473": (),
}
EFFECT = {
    **dict.fromkeys(S6_FALLING, -2.0),
    S6_RISING: 2.5,
    "EIF4EBP1 S65 mono": -1.2,
    "EIF4EBP1 T37;T46 di": 0.9,
    "FLNA S2152 mono": 3.0,
}
N_FEATURES = 400


@pytest.fixture(autouse=True)
def settings_untouched() -> Iterator[None]:
    """No figure function may change matplotlib's settings or leave a pyplot figure open."""
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    import sys

    if "matplotlib.pyplot" in sys.modules:
        assert sys.modules["matplotlib.pyplot"].get_fignums() == []


def _features() -> pd.DataFrame:
    named = list(dict.fromkeys([f for forms in FORMS.values() for f in forms] + list(EFFECT)))
    index = named + [f"GENE{i} S{10 + i} mono" for i in range(N_FEATURES - len(named))]
    frame = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=pd.Index(index, name="feature"))
    frame["gene"] = [f.split()[0] for f in index]
    frame["sites"] = [f.split()[1] for f in index]
    frame["multiplicity"] = pd.array([1] * len(index), dtype="Int64")
    frame["localization"] = np.where(np.arange(len(index)) % 3 == 0, 0.6, 0.99)
    return frame


def _table(samples: pd.DataFrame, rng: np.random.Generator, *, missing: float) -> PhosphoTable:
    features = _features()
    level = rng.normal(20, 2, len(features))[:, None]
    subject = pd.factorize(samples["subject"])[0]
    own = rng.normal(0, 0.6, (len(features), subject.max() + 1))[:, subject]
    values = level + own + rng.normal(0, 0.25, (len(features), len(samples)))
    change = np.array([EFFECT.get(f, 0.0) for f in features.index])[:, None]
    values += change * (samples["condition"] != "pre").to_numpy()
    lost = rng.random(values.shape) < missing / (1 + np.exp(level - 19))
    named = np.array([f in EFFECT for f in features.index])
    values[lost & ~named[:, None]] = np.nan
    columns = {c: samples.get(c, "") for c in ("subject", "condition")}
    frame = pd.DataFrame(columns | dict.fromkeys(("timepoint", "replicate", "batch"), ""))
    return PhosphoTable(
        pd.DataFrame(values, index=features.index, columns=samples.index),
        features,
        frame,
        "log2_intensity",
        Source("made.tsv", "wide"),
    )


def _effects(
    values: pd.DataFrame, arms: pd.DataFrame, level: str, subject: str, *, paired: bool
) -> SiteEffects:
    rows = arms if level == "cohort" else arms[arms["subject"] == subject]
    pre = values[rows.index[rows["arm"] == "pre"]]
    on = values[rows.index[rows["arm"] == "on"]]
    log2fc = on.mean(axis=1) - pre.mean(axis=1)
    n_pre, n_on = pre.notna().sum(axis=1), on.notna().sum(axis=1)
    if level == "subject":
        se, df = pd.Series(0.35, index=values.index), pd.Series(4.0, index=values.index)
    else:
        if paired:
            by = rows.groupby("subject", sort=False)
            diff = pd.DataFrame({s: values[r.index[1]] - values[r.index[0]] for s, r in by})
            log2fc, se = diff.mean(axis=1), diff.std(axis=1) / np.sqrt(diff.notna().sum(axis=1))
        else:
            se = np.sqrt(pre.var(axis=1) / n_pre + on.var(axis=1) / n_on)
        se, df = np.sqrt(se**2 + 0.01), (n_pre + n_on - 2).clip(lower=1).astype(float)
    t = log2fc / se
    p = pd.Series(2 * student.sf(np.abs(t), df), index=values.index)
    rank = p.rank(method="max")
    q = (p * p.notna().sum() / rank).clip(upper=1)
    table = pd.DataFrame(
        {
            "log2fc": log2fc, "se": se.where(log2fc.notna()), "df": df, "t": t, "p": p, "q": q,
            "mean": values[rows.index].mean(axis=1), "n_pre": n_pre, "n_on": n_on,
        }
    )  # fmt: skip
    how = "n of 1: noise of the pair itself" if level == "subject" else "moderated t"
    return SiteEffects(level, subject, table, how, level == "subject", {"stretch": 0.5})


def _evidence(name: str, effects: SiteEffects) -> pd.DataFrame:
    parts = []
    for readout, forms in FORMS.items():
        rows = effects.table.loc[list(forms), ["log2fc", "se"]].rename_axis("feature").reset_index()
        trading = rows["feature"] == S6_RISING
        counted = ~trading & rows["log2fc"].notna()
        parts.append(
            rows.assign(
                target=readout,
                site_ids="",
                sign=1,
                weight=counted / max(counted.sum(), 1),
                note=np.where(trading, "trades with the forms with more phosphates", ""),
            )
        )
    frame = pd.concat([p for p in parts if len(p)], ignore_index=True)
    return EVIDENCE.order(frame.assign(contrast=name, level=effects.level, subject=effects.subject))


def _readouts(name: str, effects: SiteEffects, evidence: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for readout, forms in FORMS.items():
        part = evidence[(evidence["target"] == readout) & (evidence["weight"] > 0)]
        seen = len(part) > 0
        change = float((part["log2fc"] * part["weight"]).sum()) if seen else np.nan
        half = 0.7 if effects.level == "subject" else 0.3
        status = "not_measured"
        if seen:
            status = "up" if change > half else "down" if change < -half else "inconclusive"
            status = "unchanged" if abs(change) < 0.08 else status
        rows.append(
            {
                "contrast": name, "level": effects.level, "subject": effects.subject,
                "readout": readout, "complex": "MTORC2" if readout == "AKT_S473" else "MTORC1",
                "status": status, "log2fc": change, "ci_low": change - half,
                "ci_high": change + half, "p": np.nan, "q": np.nan, "n_features": len(forms),
                "features": " | ".join(forms), "reason": "by hand", "se": half / 2, "df": 4.0,
                "p_unchanged": np.nan, "mdc": 1.0, "tau": 0.0, "n_agree": len(part), "family": "",
                "normalization_dependent": False,
                "noise": "cohort",
                "detection": "",
                "p_detection": np.nan,
            }
        )  # fmt: skip
    return READOUTS.order(pd.DataFrame(rows))


def _activities(name: str, effects: SiteEffects, readouts: pd.DataFrame) -> pd.DataFrame:
    s6 = readouts.set_index("readout").loc["S6_S240_S244"]
    base = {"contrast": name, "level": effects.level, "subject": effects.subject, "p": np.nan}
    base |= {"q": np.nan, "df": 4.0, "members": "", "reason": "", "family": "", "n_proteins": 1}
    base |= {"noise": "cohort", "mdc": 0.8}
    rows = []
    for i, (item, kind) in enumerate(
        [("MTORC1", "complex"), ("MTORC2", "complex"), ("MTORC1.S6K", "arm")]
        + [(f"PATHWAY_{k}", "pathway") for k in range(9)]
    ):
        seen = item != "MTORC2" and i % 5 != 4
        score = (s6["log2fc"] if i in (0, 2) else 0.4 * (i - 7)) if seen else np.nan
        status = "not_measured"
        if seen:
            status = "up" if score > 0.7 else "down" if score < -0.7 else "inconclusive"
        rows.append(
            base
            | {
                "set": item, "kind": kind, "score": score, "se": 0.3 if seen else np.nan,
                "z": score / 0.3, "status": status, "n_measured": 4 if seen else 0, "n_members": 12,
                "ci_low": score - 0.7, "ci_high": score + 0.7,
            }
        )  # fmt: skip
    return ACTIVITIES.order(pd.DataFrame(rows))


def _contrast(table: PhosphoTable, name: str, design: str) -> tuple[Contrast, Scores]:
    condition = table.samples["condition"]
    rows = table.samples[condition.isin(["pre", name])]
    arms = pd.DataFrame({"arm": np.where(rows["condition"] == "pre", "pre", "on")}, rows.index)
    arms["subject"] = rows["subject"]
    values = table.values[arms.index]
    data = PhosphoTable(
        values, table.features, table.samples.loc[arms.index], table.scale, table.source
    )
    effects = []
    if design != "single":
        effects.append(_effects(values, arms, "cohort", "", paired=design == "paired"))
    if design != "groups":
        own = dict.fromkeys(arms["subject"])
        effects += [_effects(values, arms, "subject", s, paired=True) for s in own]
    evidence = [_evidence(name, e) for e in effects]
    readouts = [_readouts(name, e, v) for e, v in zip(effects, evidence, strict=True)]
    activities = [_activities(name, e, r) for e, r in zip(effects, readouts, strict=True)]
    scores = Scores(
        READOUTS.order(pd.concat(readouts)),
        ACTIVITIES.order(pd.concat(activities)),
        EVIDENCE.order(pd.concat(evidence)),
        "by hand",
        {"alpha": 0.05, "unchanged_fold": 1.5},
    )
    return Contrast(name, design, data, arms, tuple(effects), "by hand"), scores  # type: ignore[arg-type]


def make_run(
    design: str, subjects: Sequence[str], on: Sequence[str] = ("on",), *, missing: float = 0.5
) -> RunResult:
    """Make a run; for groups each subject has one sample, in turn pre and each on condition."""
    rng = np.random.default_rng(7)
    conditions = ["pre", *on]
    if design == "groups":
        per = len(subjects) // len(conditions)
        pairs = [(s, conditions[i // per]) for i, s in enumerate(subjects)]
        names = list(subjects)
    else:
        pairs = [(s, c) for s in subjects for c in conditions]
        names = [f"{s} {c}" for s, c in pairs]
    samples = pd.DataFrame(pairs, columns=["subject", "condition"], index=pd.Index(names))
    normalized = _table(samples, rng, missing=missing)
    shift = rng.normal(0, 0.3, len(names))
    raw = replace(normalized, values=normalized.values + shift)
    both = {c: _contrast(normalized, c, design) for c in on}
    shifts = pd.concat(
        [
            pd.DataFrame(
                {"sample": names, "method": m, "shift": s, "n_features": 300, "used": "ratios" in m}
            )
            for m, s in (
                ("median_of_ratios", shift),
                ("column_median", 0.9 * shift + 0.1),
                ("none", 0.0),
            )
        ]
    )
    return RunResult(
        name="made",
        config={},
        raw=raw,
        normalized=normalized,
        quality=Quality(QUALITY.empty(), ""),
        audit=Audit(shifts, pd.DataFrame(), "Nothing depends on the normalisation."),
        contrasts={c: pair[0] for c, pair in both.items()},
        scores={c: pair[1] for c, pair in both.items()},
        calls={},
        provenance={},
    )


@pytest.fixture(scope="session")
def paired() -> RunResult:
    """Twelve subjects, each before and on treatment."""
    return make_run("paired", [f"P{i:02d}" for i in range(1, 13)], ["week2"])


@pytest.fixture(scope="session")
def groups() -> RunResult:
    """Three untreated against three treated, twice."""
    return make_run("groups", [f"m{i}" for i in range(9)], ["short", "long"])


@pytest.fixture(scope="session")
def single() -> RunResult:
    """One subject, one sample a side."""
    return make_run("single", ["H358"], ["24h"], missing=0.2)


@pytest.fixture(scope="session")
def make() -> Callable[..., RunResult]:
    """The maker of runs."""
    return make_run
