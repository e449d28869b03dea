"""Runs made by hand from the nouns: the report is tested without the code that fills them."""

import base64
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from phosres.columns import ACTIVITIES, CALLS, EVIDENCE, NORMALIZATION, QUALITY, READOUTS, STATUSES
from phosres.results import (
    Audit,
    Calls,
    Contrast,
    Quality,
    Rendered,
    RunResult,
    Scores,
    SiteEffects,
)
from phosres.table import FEATURE_COLUMNS, Loss, PhosphoTable, Source, Step

CURATED = {
    "RPS6_S235;RPS6_S236": -2.1,
    "RPS6_S240;RPS6_S244": -1.8,
    "EIF4EBP1_T37;EIF4EBP1_T46": -0.4,
    "FLNA_S2152": 2.3,
    "RB1_T356": 1.1,
    "AKT1S1_T246": -1.2,
}
READOUT_IDS = ("S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473", "AKT_SUBSTRATES")
CALL_ROWS = (
    ("PI3K_AKT", "engagement", "yes", "strong"),
    ("MTORC1", "compensation", "no", "moderate"),
    ("AKT_FEEDBACK", "compensation", "yes", "weak"),
    ("RTK_BYPASS", "compensation", "not_assessable", ""),
    ("ISCHEMIA", "quality", "no", "strong"),
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="9"/></svg>'


def make_features(n: int) -> pd.DataFrame:
    """Make a feature table with the curated sites first."""
    names = [s.replace("_", " ") for s in CURATED] + [f"GENE{i} S{i} mono" for i in range(n)]
    frame = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=pd.Index(names[:n]))
    frame["site_ids"] = [*CURATED, *[""] * n][:n]
    frame["gene"] = [f.split()[0] for f in frame.index]
    frame["sites"] = "S1"
    frame["multiplicity"] = pd.array([1] * n, dtype="Int64")
    frame["localization"] = 0.95
    return frame


def make_effects(
    features: pd.DataFrame, level: str, subject: str, *, n_of_one: bool, seed: int
) -> SiteEffects:
    """Make effects with the curated changes and noise for the others."""
    rng = np.random.default_rng(seed)
    log2fc = rng.normal(0, 0.5, len(features))
    log2fc[: len(CURATED)] = list(CURATED.values())[: len(features)]
    p = rng.random(len(features))
    p[: len(CURATED)] = 1e-5
    table = pd.DataFrame(
        {
            "log2fc": log2fc,
            "se": 0.2,
            "df": 5.0,
            "t": log2fc / 0.2,
            "p": p,
            "q": np.minimum(p * 2, 1),
            "mean": 20.0,
            "n_pre": pd.array([1 if n_of_one else 3] * len(features), dtype="Int64"),
            "n_on": pd.array([1 if n_of_one else 3] * len(features), dtype="Int64"),
        },
        index=features.index,
    )
    table.iloc[-1, :6] = np.nan
    how = "the pair's own noise" if n_of_one else "moderated t"
    return SiteEffects(level, subject, table, how, n_of_one, {})  # type: ignore[arg-type]


def make_readouts(key: dict[str, str], seed: int) -> list[dict[str, Any]]:
    """Make one readout of each status."""
    rng = np.random.default_rng(seed)
    change = {"up": 1.2, "down": -1.5, "unchanged": 0.04, "inconclusive": 0.5}
    rows = []
    for readout, status in zip(READOUT_IDS, STATUSES, strict=True):
        value = change.get(status, np.nan) + rng.normal(0, 0.01)
        seen = status != "not_measured"
        rows.append(
            {
                **key,
                "readout": readout,
                "complex": "MTORC2" if readout.startswith("AKT") else "MTORC1",
                "status": status,
                "log2fc": value,
                "ci_low": value - 0.3,
                "ci_high": value + 0.3,
                "p": 0.012 if seen else np.nan,
                "q": 0.00001 if seen else np.nan,
                "n_features": 3 if seen else 0,
                "features": "A S1 mono | A S2 mono | A S1;S2 di" if seen else "",
                "reason": "reason of the readout",
                "se": 0.15,
                "df": 5.0,
                "p_unchanged": 0.0123 if seen else np.nan,
                "mdc": 0.71 if seen else np.nan,
                "tau": 0.11 if seen else np.nan,
                "n_agree": 2 if seen else 0,
                "family": "the four readouts, Holm",
                "normalization_dependent": status == "inconclusive",
                "noise": "pair" if key["level"] == "subject" else "cohort",
                "detection": "",
                "p_detection": float("nan"),
            }
        )
    return rows


def make_activities(key: dict[str, str], seed: int) -> list[dict[str, Any]]:
    """Make rows for mTORC1, mTORC2 and two pathways."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, kind, status in (
        ("MTORC1", "complex", "down"),
        ("MTORC2", "complex", "inconclusive"),
        ("ERK", "pathway", "up"),
        ("WNT", "pathway", "not_measured"),
    ):
        seen = status != "not_measured"
        size = rng.uniform(0.1, 2) if seen else np.nan
        score = -size if status == "down" else size
        rows.append(
            {
                **key,
                "set": name,
                "kind": kind,
                "score": score,
                "se": 0.2 if seen else np.nan,
                "z": score / 0.2,
                "p": 0.034 if seen else np.nan,
                "q": 0.068 if seen else np.nan,
                "status": status,
                "n_measured": 5 if seen else 0,
                "n_members": 12,
                "df": 6.0,
                "ci_low": score - 0.4,
                "ci_high": score + 0.4,
                "n_proteins": 3 if seen else 0,
                "noise": "pair" if key["level"] == "subject" else "cohort",
                "mdc": 0.8,
                "members": "RPS6_S240 -1.8" if seen else "",
                "reason": "reason of the set",
                "family": "the complexes",
            }
        )
    return rows


def make_calls(key: dict[str, str]) -> list[dict[str, Any]]:
    """Make one call of each status and kind."""
    return [
        {
            **key,
            "call": call,
            "kind": kind,
            "status": status,
            "grade": grade,
            "sites": "AKT1S1_T246 -1.20" if status != "not_assessable" else "",
            "reason": f"reason of {call}",
            "hypothesis": f"consistent with {call}" if status == "yes" else "",
            "source": "R14; PMID:16452206; doi:10.1016/j.trecan.2016.10.012",
        }
        for call, kind, status, grade in CALL_ROWS
    ]


def make_run(
    *,
    subjects: Sequence[str] = ("P1", "P2", "P3"),
    contrasts: Sequence[str] = ("on",),
    cohort: bool = True,
    n_features: int = 60,
    name: str = "example",
    config: dict[str, Any] | None = None,
) -> RunResult:
    """Make a run of pairs, with or without a cohort."""
    samples = [(s, a) for s in subjects for a in ("pre", "on")]
    index = pd.Index([f"{s}_{a}" for s, a in samples])
    features = make_features(n_features)
    sheet = pd.DataFrame(
        {
            "subject": [s for s, _ in samples],
            "condition": [a for _, a in samples],
            "timepoint": "",
            "replicate": "",
            "batch": "",
        },
        index=index,
    )
    table = PhosphoTable(
        pd.DataFrame(20.0, index=features.index, columns=index),
        features,
        sheet,
        "log2_intensity",
        Source("tumours.tsv", "wide", "its header", "ab" * 32, "linear", n_features + 12),
        (
            Step("read", "read 72 rows", 72, n_features),
            Step("normalize", "median of ratios", n_features, n_features, {}, ("read this",)),
        ),
        (
            Loss("tumours.tsv", "read", "reverse sequence (decoy)", 9),
            Loss("tumours.tsv", "read", "same peptidoform twice", 3, kept=True),
        ),
    )
    levels = [("cohort", "")] if cohort else []
    levels += [("subject", s) for s in subjects]
    made, scores, calls = {}, {}, {}
    for contrast in contrasts:
        effects, readouts, activities, called = [], [], [], []
        for seed, (level, subject) in enumerate(levels):
            key = {"contrast": contrast, "level": level, "subject": subject}
            effects.append(
                make_effects(features, level, subject, n_of_one=level == "subject", seed=seed)
            )
            readouts += make_readouts(key, seed)
            activities += make_activities(key, seed)
            called += make_calls(key)
        arms = pd.DataFrame({"arm": sheet["condition"], "subject": sheet["subject"]})
        evidence = pd.DataFrame(
            [
                {
                    **{k: r[k] for k in ("contrast", "level", "subject")},
                    "target": r["readout"],
                    "feature": "A S1 mono",
                    "site_ids": "A_S1",
                    "sign": 1,
                    "log2fc": 0.123,
                    "se": 0.1,
                    "weight": 0.5,
                    "note": "",
                }
                for r in readouts
            ]
        )
        made[contrast] = Contrast(
            contrast, "paired", table, arms, tuple(effects), f"{contrast} against pre"
        )
        scores[contrast] = Scores(
            READOUTS.order(pd.DataFrame(readouts)),
            ACTIVITIES.order(pd.DataFrame(activities)),
            EVIDENCE.order(evidence),
            "text",
            {"alpha": 0.05, "unchanged_fold": 1.5},
        )
        calls[contrast] = Calls(CALLS.order(pd.DataFrame(called)), "text", "everolimus")
    quality = QUALITY.order(
        pd.DataFrame(
            [
                {
                    "scope": "sample",
                    "name": index[0],
                    "check": "sites_seen",
                    "value": 1234.0,
                    "limit": 2000.0,
                    "light": light,
                    "reason": f"reason of {light}",
                }
                for light in ("ok", "warn", "fail")
            ]
        )
    )
    shifts = NORMALIZATION.order(
        pd.DataFrame(
            [
                {"sample": s, "method": m, "shift": 0.1, "n_features": 50, "used": used}
                for s in index
                for m, used in (("median_of_ratios", True), ("column_median", False))
            ]
        )
    )
    audit = pd.concat(
        [
            scores[c]
            .readouts[["contrast", "level", "subject", "readout", "status", "log2fc", "p"]]
            .assign(method=m)
            for c in contrasts
            for m in ("median_of_ratios", "column_median")
        ]
    )
    return RunResult(
        name=name,
        config=config or {"name": name, "statistics": {"alpha": 0.05, "biopsy_sd": None}},
        raw=table,
        normalized=table,
        quality=Quality(quality, "one sample has few sites"),
        audit=Audit(shifts, audit, "no readout depends on the normalisation"),
        contrasts=made,
        scores=scores,
        calls=calls,
        provenance={
            "versions": {"phosres": "0.1.0"},
            "knowledge": "c0ffee",
            "seconds": {"read": 0.517},
            "argv": ["phosres", "run"],
        },
    )


@pytest.fixture(name="make_run", scope="session")
def make_run_fixture() -> Callable[..., RunResult]:
    """Factory of runs."""
    return make_run


@pytest.fixture(scope="session")
def figures() -> tuple[Rendered, ...]:
    """Three figures: one small, one that failed, one that does not apply."""
    table = pd.DataFrame({"x": [1.0]})
    return (
        Rendered("forest_on", "readouts", "Forest", "A caption.", "S6 falls.", SVG, b"png", table),
        Rendered("pca", "quality", "PCA", "", "", b"", b"", table, "failed: ValueError: no"),
        Rendered("volcano_on", "sites", "Volcano", "", "", b"", b"", table, "not drawn: n of 1"),
    )


VOID = {"meta", "img", "input", "br", "link", "hr"}


@dataclass
class Reading(HTMLParser):
    """Elements with attributes, text without script and style, and what does not nest."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    raw: dict[str, list[str]] = field(default_factory=lambda: {"script": [], "style": []})
    open_tags: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.broken.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open_tags and self.open_tags[-1] in self.raw:
            self.raw[self.open_tags[-1]].append(data)
        elif data.strip():
            self.texts.append(data.strip())

    @property
    def text(self) -> str:
        """All text of the page, on one line."""
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [a[name] or "" for _, a in self.tags if name in a]


def read_page(html: str) -> Reading:
    """Parse a page to its end."""
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading


def unpack_table(html: str, table: str) -> list[list[Any]]:
    """Return the columns of a packed table."""
    data = html.split(f'id="{table}"')[1].split('type="application/octet-stream">')[1]
    columns = json.loads(gzip.decompress(base64.b64decode(data.split("</script>")[0])))
    return [[c[1][i] for i in c[0]] if len(c) == 2 else c[0] for c in columns]


@pytest.fixture(name="read")
def read_fixture() -> Callable[[str], Reading]:
    """Parses a page."""
    return read_page


@pytest.fixture(name="unpack")
def unpack_fixture() -> Callable[[str, str], list[list[Any]]]:
    """Unpacks the columns of a packed table."""
    return unpack_table
