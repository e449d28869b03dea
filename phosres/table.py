"""PhosphoTable: the noun that readers make and every later step reads.

Rows are features (one measured peptidoform each, as far as the input tells), columns are samples,
values are log2. A verb never changes a table: it returns a new one with one more `Step` of history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from phosres.display import MAX_ROWS, Shown, View, take

Scale = Literal["log2_intensity", "log2_ratio", "log2_change"]

FEATURE_COLUMNS: Mapping[str, str] = {
    "gene": "Gene symbols, ';'-joined, leading one first; '' if unknown.",
    "protein": "Accession of the leading protein, isoform kept; '' if unknown.",
    "proteins": "Accessions of all proteins, ';'-joined; '' if unknown.",
    "entry_name": "UniProt entry-name stem such as RS6; '' if the table has none.",
    "sites": "Sites on the leading protein, 'S235;S236'.",
    "multiplicity": "Number of phosphates on the peptide (Int64, missing if unknown).",
    "localization": "Localisation probability of the least certain site, 0 to 1, NaN if unknown.",
    "window": "15-mer windows aligned with sites, ';'-joined; '' if unknown.",
    "peptide": "Peptide sequence or identifier; '' if unknown.",
    "source_rows": "Rows of the input file (header = row 1), ';'-joined.",
    "site_ids": "Curated sites the feature was matched to, ';'-joined; '' before identification.",
}
"""Columns every feature table has, in order."""

SAMPLE_COLUMNS: tuple[str, ...] = ("subject", "condition", "timepoint", "replicate", "batch")
"""Columns every sample table has ('' where the sheet has none); others are kept as they are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a table's history: what was done and what became of the rows.

    Parameters
    ----------
    name
        Verb, e.g. ``read`` or ``normalize``.
    text
        What was done, one sentence for the methods section.
    rows_in, rows_out
        Rows or features before and after.
    parameters
        Parameters of the step.
    warnings
        Sentences a user should read in the report.
    """

    name: str
    text: str
    rows_in: int
    rows_out: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows that did not become features of their own, with the reason.

    Parameters
    ----------
    file
        File the rows are from.
    step
        Step that dropped or merged them.
    reason
        Why, e.g. ``reverse sequence (decoy)``.
    rows
        How many.
    kept
        True if the rows live on in a merged feature.
    """

    file: str
    step: str
    reason: str
    rows: int
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table came from.

    Parameters
    ----------
    path
        File as the user named it.
    format
        Name of the format it was recognised as.
    recognised_by
        What it was recognised by, one sentence.
    sha256
        Hash of the file's bytes.
    original_scale
        ``linear`` or ``log2``, as it stands in the file.
    rows
        Data rows in the file.
    normalized
        Whether programs of this format align the samples before they write it.
    """

    path: str
    format: str
    recognised_by: str = ""
    sha256: str = ""
    original_scale: str = ""
    rows: int = 0
    normalized: bool = False


@dataclass(frozen=True, eq=False)
class PhosphoTable(Shown):
    """Phosphosite features by samples, on the log2 scale.

    Parameters
    ----------
    values
        Float64, features x samples, log2, NaN = not measured.
    features
        Indexed like the rows of `values`, with the columns of `FEATURE_COLUMNS`.
    samples
        Indexed like the columns of `values`, with the columns of `SAMPLE_COLUMNS`.
    scale
        ``log2_intensity``; ``log2_ratio`` if each value is relative to a reference;
        ``log2_change`` if each value is on-treatment against pre-treatment already.
    source
        Where it was read from.
    history
        What was done so far.
    losses
        Rows that did not become features, with the reason.
    standard_errors
        Standard errors of `values` that the file itself gives, log2, of the same shape; NaN where
        unknown. Only tables of changes have them.
    error_df
        Degrees of freedom of the standard errors, of the same shape; a million where a normal
        distribution was taken.

    Raises
    ------
    ValueError
        If the parts do not fit together: a bug in the verb that made it.
    """

    values: pd.DataFrame
    features: pd.DataFrame
    samples: pd.DataFrame
    scale: Scale
    source: Source
    history: tuple[Step, ...] = ()
    losses: tuple[Loss, ...] = ()
    standard_errors: pd.DataFrame | None = None
    error_df: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.values.index.equals(self.features.index):
            problems.append("rows of values and features differ")
        if not self.values.columns.equals(self.samples.index):
            problems.append("columns of values and rows of samples differ")
        if not self.values.index.is_unique or not self.values.columns.is_unique:
            problems.append("features or samples are not unique")
        problems += [f"features lack {c}" for c in FEATURE_COLUMNS if c not in self.features]
        problems += [f"samples lack {c}" for c in SAMPLE_COLUMNS if c not in self.samples]
        if any(d != np.float64 for d in self.values.dtypes):
            problems.append("values are not float64")
        elif np.isinf(self.values.to_numpy()).any():
            problems.append("values hold infinity")
        for name in ("standard_errors", "error_df"):
            part = getattr(self, name)
            if part is not None and not (
                part.index.equals(self.values.index) and part.columns.equals(self.values.columns)
            ):
                problems.append(f"{name} and values differ in rows or columns")
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.values)

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return len(self.values.columns)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every warning of the history, in order."""
        return tuple(w for step in self.history for w in step.warnings)

    def step(self, step: Step, **changes: Any) -> "PhosphoTable":
        """Return a changed copy with one more entry of history.

        Parameters
        ----------
        step
            What was done.
        changes
            Fields to replace.
        """
        return replace(self, history=(*self.history, step), **changes)

    def take(self, *, features: Any = None, samples: Any = None) -> "PhosphoTable":
        """Return a copy with some of the features or samples; every part keeps in step.

        Parameters
        ----------
        features, samples
            Labels or a mask, as ``loc`` takes them; None keeps all.
        """
        rows = slice(None) if features is None else features
        columns = slice(None) if samples is None else samples

        def cut(part: pd.DataFrame | None) -> pd.DataFrame | None:
            return None if part is None else part.loc[rows, columns]

        return replace(
            self,
            values=self.values.loc[rows, columns],
            features=self.features.loc[rows],
            samples=self.samples.loc[columns],
            standard_errors=cut(self.standard_errors),
            error_df=cut(self.error_df),
        )

    def _view(self) -> View:
        named = take(self.features, ("gene", "sites", "multiplicity", "localization"))
        shown = pd.concat([named, self.values.iloc[:, :6]], axis=1).iloc[: MAX_ROWS + 1]
        return View("PhosphoTable", repr(self).removeprefix("PhosphoTable: "), shown)

    def __repr__(self) -> str:
        missing = float(np.isnan(self.values.to_numpy()).mean()) if self.values.size else 0.0
        return (
            f"PhosphoTable: {self.n_features:,} features x {self.n_samples} samples, {self.scale}, "
            f"{missing:.0%} missing, from {self.source.path} ({self.source.format})"
        )
