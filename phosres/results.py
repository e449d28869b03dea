"""What the verbs return: tables with a sentence and their parameters, no logic.

Contrast -> Scores -> Calls, and RunResult that holds a whole run. Figures, report and exports
depend on these nouns only, never on the code that filled them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.columns import DETECTIONS, STATES
from phosres.display import Shown, View, take
from phosres.table import PhosphoTable

Design = Literal["paired", "groups", "single", "given"]
Level = Literal["subject", "cohort"]


@dataclass(frozen=True, eq=False, repr=False)
class SiteEffects(Shown):
    """Changes of all features of one contrast, of the cohort or of one subject.

    Parameters
    ----------
    level
        ``cohort`` or ``subject``.
    subject
        Subject, ``""`` at cohort level.
    table
        Indexed by feature: log2fc, se, df, t, p, q, mean, n_pre, n_on, mdc; NaN where not
        estimable.
    method
        How the effects were estimated, one sentence.
    n_of_one
        True for one subject: what differs between its samples need not be the drug's doing.
    correlation
        Noise correlation assumed between features of one peptide stretch and of one protein,
        with where it comes from: keys ``stretch``, ``protein``, ``between``, ``origin``.
    parameters
        Numbers of the noise model, e.g. df_prior, s2_prior.
    noise
        What the standard errors rest on, one of `phosres.columns.NOISES`.
    """

    level: Level
    subject: str
    table: pd.DataFrame
    method: str
    n_of_one: bool
    correlation: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    noise: str = "cohort"

    def _view(self) -> View:
        who = f"subject {self.subject}" if self.subject else "cohort"
        return View(f"Changes of the {who}", self.method, _by_p(self.table))


@dataclass(frozen=True, eq=False)
class CohortModel:
    """The linear model of a cohort, as `phosres.stats.fit_contrast` takes it.

    Its rows are units: a sample, or the mean of the replicates of one subject on one side.

    Parameters
    ----------
    units
        Unit of each sample, 0, 1, ... in the order of the contrast's arms.
    design
        Units x coefficients.
    column
        Coefficient of the treatment.
    blocks
        Subject of each unit; None without pairing.
    correlation
        Of two units of one subject, where subjects are random; None if each has its own level.
    """

    units: NDArray[np.int64]
    design: NDArray[np.float64]
    column: int
    blocks: NDArray[np.int64] | None = None
    correlation: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Contrast(Shown):
    """On-treatment against pre-treatment, per feature, for the cohort and for each subject.

    Parameters
    ----------
    name
        Name of the contrast, e.g. ``long``: the value of `condition` that is compared with pre.
    design
        ``paired``, ``groups``, ``single`` (one sample a side), or ``given`` (the table holds
        changes: every sample is on-treatment against pre-treatment already).
    data
        The normalised table, restricted to the samples used.
    arms
        Indexed by sample: ``arm`` (pre or on) and ``subject``.
    effects
        Cohort first (if there is one), then subjects in order.
    text
        What was compared, one sentence.
    parameters
        Parameters of the contrast.
    model
        The cohort's linear model; None without a cohort.
    """

    name: str
    design: Design
    data: PhosphoTable
    arms: pd.DataFrame
    effects: tuple[SiteEffects, ...]
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    model: CohortModel | None = None

    def _view(self) -> View:
        first = self.cohort or next(iter(self.effects), None)
        table = pd.DataFrame() if first is None else _by_p(first.table)
        return View(f"Contrast {self.name}", self.text, table)

    @property
    def cohort(self) -> SiteEffects | None:
        """Effects at cohort level, None if the contrast has none."""
        return next((e for e in self.effects if e.level == "cohort"), None)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Subjects with effects of their own."""
        return tuple(e.subject for e in self.effects if e.level == "subject")

    @property
    def pairs(self) -> "Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]":
        """Columns of `data` before and on treatment of each subject that has both."""
        columns = pd.Index(self.data.values.columns)
        found = {}
        for subject, rows in self.arms.groupby("subject", sort=False):
            sides = [columns.get_indexer(rows.index[rows["arm"] == arm]) for arm in ("pre", "on")]
            if all(map(len, sides)):
                found[str(subject)] = (sides[0], sides[1])
        return found

    @property
    def table(self) -> pd.DataFrame:
        """One row a feature, level and subject: the columns of `phosres.columns.SITES`."""
        from phosres.columns import SITES

        features = self.data.features.rename(columns={"sites": "site"})
        keep = [c for c in SITES.names if c in features.columns]
        parts = []
        for effect in self.effects:
            part = effect.table.join(features[keep])
            parts.append(
                part.assign(
                    feature=part.index,
                    contrast=self.name,
                    level=effect.level,
                    subject=effect.subject,
                    noise=effect.noise,
                    claim="suggestive" if effect.n_of_one else "tested",
                )
            )
        return SITES.order(pd.concat(parts, ignore_index=True)) if parts else SITES.empty()


@dataclass(frozen=True, eq=False, repr=False)
class Scores(Shown):
    """Readouts and activities of one contrast.

    Parameters
    ----------
    readouts, activities, evidence, detections, states
        Tables of the schemas of the same names in `phosres.columns`.
    text
        The finding in one sentence.
    parameters
        Parameters of the scoring (alpha, margin, ...).
    """

    readouts: pd.DataFrame
    activities: pd.DataFrame
    evidence: pd.DataFrame
    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    detections: pd.DataFrame = field(default_factory=lambda: DETECTIONS.empty())
    states: pd.DataFrame = field(default_factory=lambda: STATES.empty())

    def _view(self) -> View:
        return View("Scores", self.text, _cohort_first(self.readouts, _READOUT))


@dataclass(frozen=True, eq=False, repr=False)
class Calls(Shown):
    """Engagement, compensation, resistance and quality calls of one contrast.

    Parameters
    ----------
    table
        Table of `phosres.columns.CALLS`.
    text
        The finding in one sentence.
    drug
        Drug or class as it was resolved; ``""`` without drug context.
    parameters
        Parameters of the rules.
    """

    table: pd.DataFrame
    text: str
    drug: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def _view(self) -> View:
        told = self.table.sort_values(
            "status", key=lambda s: s.map({"yes": 0, "no": 1}).fillna(2), kind="stable"
        )
        return View("Calls", self.text, _cohort_first(told, _CALL))


@dataclass(frozen=True, eq=False, repr=False)
class Quality(Shown):
    """Quality checks of the run, its samples and its pairs.

    Parameters
    ----------
    table
        Table of `phosres.columns.QUALITY`.
    text
        What stands out, one sentence.
    """

    table: pd.DataFrame
    text: str

    def _view(self) -> View:
        told = self.table.sort_values(
            "light", key=lambda s: s.map({"fail": 0, "warn": 1}).fillna(2), kind="stable"
        )
        return View("Quality", self.text, take(told, _LIGHT))


@dataclass(frozen=True, eq=False, repr=False)
class Audit(Shown):
    """What other reasonable normalisations would have done.

    Parameters
    ----------
    shifts
        Table of `phosres.columns.NORMALIZATION`.
    readouts
        Columns contrast, level, subject, readout, method, status, log2fc, p.
    text
        What depends on the normalisation, one sentence.
    """

    shifts: pd.DataFrame
    readouts: pd.DataFrame
    text: str

    def _view(self) -> View:
        return View("Audit of the normalisation", self.text, take(self.readouts, _AUDITED))


@dataclass(frozen=True, eq=False, repr=False)
class Rendered(Shown):
    """One figure, drawn and ready for a page, with the table behind it.

    Parameters
    ----------
    id
        File stem, for example ``volcano_long``; unique in a run.
    section
        Section of the report: ``readouts``, ``activities``, ``sites``, ``quality``.
    title, caption, alt
        Title, caption (matrix, n and test named) and the finding in words for who cannot see it.
    svg, png
        The drawn figure; empty if it failed.
    table
        The numbers drawn.
    error
        Why it could not be drawn, empty if it was.
    pdf
        The drawn figure; empty if it failed, or where it is drawn for a page only.
    """

    id: str
    section: str
    title: str
    caption: str
    alt: str
    svg: bytes
    png: bytes
    table: pd.DataFrame
    error: str = ""
    pdf: bytes = b""

    def _view(self) -> View:
        return View(self.title, self.error or self.alt, self.table)

    def _repr_png_(self) -> bytes | None:
        return self.png or None


@dataclass(frozen=True, eq=False, repr=False)
class RunResult(Shown):
    """Everything a run computed, ready for the report and the tables.

    Parameters
    ----------
    name
        Name of the run.
    config
        The resolved configuration as plain data.
    raw, normalized
        The table as read and after normalisation.
    quality, audit
        Quality checks and normalisation audit.
    contrasts, scores, calls
        By name of the contrast, in the order of the configuration.
    provenance
        Versions, hashes, command line, seed and timings for ``run.json``.
    trajectories
        Table of `phosres.columns.TRAJECTORIES`; None if there is one time on treatment only.
    patterns, associations, frequencies
        Tables of the schemas of the same names; None without several times, a response in the
        sample sheet, subjects.
    trace
        Table of `phosres.columns.TRACE`: what each call looks at.
    """

    name: str
    config: Mapping[str, Any]
    raw: PhosphoTable
    normalized: PhosphoTable
    quality: Quality
    audit: Audit
    contrasts: Mapping[str, Contrast]
    scores: Mapping[str, Scores]
    calls: Mapping[str, Calls]
    provenance: Mapping[str, Any]
    trajectories: pd.DataFrame | None = None
    patterns: pd.DataFrame | None = None
    associations: pd.DataFrame | None = None
    frequencies: pd.DataFrame | None = None
    trace: pd.DataFrame | None = None

    def _view(self) -> View:
        text = " ".join(c.text for c in self.calls.values())
        return View(f"Run {self.name}", text, _cohort_first(self.table("readouts"), _READOUT))

    def table(self, name: str) -> pd.DataFrame:
        """Return one output table over all contrasts, as it is written to ``tables/NAME.tsv``.

        Parameters
        ----------
        name
            Name of a schema in `phosres.columns.SCHEMAS`.

        Raises
        ------
        KeyError
            If there is no such table.
        """
        from phosres.columns import LOSSES, SCHEMAS

        schema = SCHEMAS[name]
        if name == "losses":
            rows = [
                vars_of(loss) | {"file": PurePath(loss.file).name}
                for loss in self.normalized.losses
            ]
            return LOSSES.order(pd.DataFrame(rows)) if rows else LOSSES.empty()
        if name == "quality":
            return schema.order(self.quality.table)
        if name == "normalization":
            return schema.order(self.audit.shifts)
        if name in ("trajectories", "patterns", "associations", "frequencies", "trace"):
            found: pd.DataFrame | None = getattr(self, name)
            return schema.empty() if found is None else found
        if name == "samples":
            return _sample_table(self.raw)
        if name == "sites":
            parts = [c.table for c in self.contrasts.values()]
        elif name == "calls":
            parts = [c.table for c in self.calls.values()]
        else:
            parts = [getattr(s, name) for s in self.scores.values()]
        filled = [p for p in parts if len(p)]
        return schema.order(pd.concat(filled, ignore_index=True)) if filled else schema.empty()


def _sample_table(table: PhosphoTable) -> pd.DataFrame:
    """List the samples with the columns of the input file their values are from."""
    from phosres.columns import SAMPLES

    read = table.history[0].parameters.get("sample_columns", ()) if table.history else ()
    columns = [" | ".join(names) for names in read] or [""] * table.n_samples
    known = [c for c in SAMPLES.names if c in table.samples.columns]
    return SAMPLES.order(
        table.samples[known].assign(
            sample=table.samples.index,
            file=PurePath(table.source.path).name,
            columns=columns,
            n_features=table.values.notna().sum().to_numpy(),
        )
    )


_EFFECT = ("feature", "log2fc", "se", "p", "q", "n_pre", "n_on")
_READOUT = ("contrast", "level", "subject", "readout", "status", "log2fc", "ci_low", "ci_high", "q")
_CALL = ("contrast", "level", "subject", "call", "kind", "status", "grade", "reason")
_LIGHT = ("scope", "name", "check", "value", "light", "reason")
_AUDITED = ("contrast", "level", "subject", "readout", "method", "status", "log2fc", "p")


def _by_p(table: pd.DataFrame) -> pd.DataFrame:
    """Put the features with the smallest p first, as they are shown."""
    named = table.assign(feature=table.index).sort_values("p", kind="stable")
    return take(named, _EFFECT)


def _cohort_first(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Put the rows of the cohort before those of the subjects."""
    is_subject = table["level"] != "cohort"
    return take(table.loc[is_subject.sort_values(kind="stable").index], columns)


def vars_of(record: Any) -> dict[str, Any]:
    """Return the fields of a slotted dataclass as a dict.

    Parameters
    ----------
    record
        The dataclass instance.
    """
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
