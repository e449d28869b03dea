"""Every column of every output table, once: name, kind, unit and a sentence.

The same records order and check the tables before they are written, fill the reference pages and
label the report. The first columns of each table are the interface contract with outside scripts;
new columns are only ever appended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

Kind = Literal["text", "number", "count", "flag"]

STATUSES = ("up", "down", "unchanged", "inconclusive", "not_measured")
"""The five outcomes of a readout or an activity."""

CALL_STATUSES = ("yes", "no", "not_assessable")
"""The three outcomes of a call."""

NOISES = ("cohort", "replicates", "noise_model", "pair", "given", "none")
"""What a standard error rests on: the residuals of a cohort's model, replicates of the subject, a
noise model learnt elsewhere, the pair's own spread, the input itself, or nothing (no test)."""

LEVELS = ("subject", "cohort")
"""Whether a row speaks of one subject or of all of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table.

    Parameters
    ----------
    name
        Name in the file.
    kind
        ``text``, ``number`` (float), ``count`` (integer) or ``flag`` (true/false).
    text
        What it holds, one sentence.
    unit
        Unit of a number, empty if it has none.
    optional
        True if a step may leave it out: it is then blank (empty, or false).
    """

    name: str
    kind: Kind
    text: str
    unit: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """An output table: its file stem, what one row is, and its columns in order.

    Parameters
    ----------
    name
        File stem, for example ``readouts`` for ``tables/readouts.tsv``.
    row
        What one row is.
    columns
        The columns in the order they are written.
    """

    name: str
    row: str
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> list[str]:
        """Names of the columns in order."""
        return [c.name for c in self.columns]

    def order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with exactly this schema's columns, in order and with their kinds.

        Parameters
        ----------
        frame
            Must hold every column of the schema but optional ones; further columns are an error.

        Raises
        ------
        ValueError
            If columns are missing or unknown: a bug in the code that made the frame.
        """
        absent = [c for c in self.columns if c.name not in frame.columns]
        missing = [c.name for c in absent if not c.optional]
        unknown = [str(c) for c in frame.columns if c not in self.names]
        if missing or unknown:
            msg = f"table {self.name}: columns missing {missing}, columns unknown {unknown}"
            raise ValueError(msg)
        dtypes: dict[Kind, Any] = {"text": object, "number": float, "count": "Int64", "flag": bool}
        blank: dict[Kind, Any] = {"text": "", "number": np.nan, "count": pd.NA, "flag": False}
        filled = frame.assign(**{c.name: blank[c.kind] for c in absent})
        ordered = filled.loc[:, self.names].astype({c.name: dtypes[c.kind] for c in self.columns})
        return ordered.reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        """Return a table of this schema without rows."""
        return self.order(pd.DataFrame({n: [] for n in self.names}))


_KEY = (
    Column("contrast", "text", "Name of the contrast, on-treatment against pre-treatment."),
    Column("level", "text", "subject or cohort."),
    Column("subject", "text", "Subject the row speaks of; empty at cohort level."),
)
_NOISE_TEXT = (
    "What se rests on: cohort (residuals), replicates (of the subject), noise_model (learnt "
    "elsewhere), pair (its own spread), given (by the input) or none."
)
_TEST = (
    Column("p", "number", "Two-sided p value of the change."),
    Column("q", "number", "p value adjusted within the family named in the methods."),
)

_CORRECTED = (
    Column(
        "log2fc_corrected", "number", "Change beyond that of the protein.", "log2", optional=True
    ),
    Column("se_corrected", "number", "Its standard error.", "log2", optional=True),
    Column("df_corrected", "number", "Its degrees of freedom.", optional=True),
    Column("p_corrected", "number", "Its two-sided p value.", optional=True),
)
_CORRECTION = Column(
    "protein_correction",
    "text",
    "What the change of the protein was taken from, or that it was not.",
    optional=True,
)
_DEPENDENT = Column(
    "protein_dependent", "flag", "The status differs with protein correction.", optional=True
)
_BOTH = (
    *_CORRECTED,
    Column("status_corrected", "text", "Status of the corrected change.", optional=True),
    Column("status_uncorrected", "text", "Status of the uncorrected change.", optional=True),
    _CORRECTION,
    _DEPENDENT,
)

SITES = Schema(
    "sites",
    "one feature (peptidoform) of one contrast, at cohort level or of one subject",
    (
        *_KEY,
        Column("feature", "text", "Feature: gene, sites and multiplicity of one peptidoform."),
        Column("gene", "text", "Gene symbol, empty if the table does not name it."),
        Column("protein", "text", "Accession of the leading protein."),
        Column("site", "text", "Sites of the peptidoform on the leading protein, e.g. S235;S236."),
        Column("multiplicity", "count", "Number of phosphates on the peptide; empty if unknown."),
        Column("log2fc", "number", "Change, on-treatment minus pre-treatment.", "log2"),
        Column("se", "number", "Moderated standard error of the change.", "log2"),
        Column("df", "number", "Degrees of freedom of t."),
        Column("t", "number", "log2fc / se."),
        *_TEST,
        Column("mean", "number", "Mean over the samples used.", "log2"),
        Column("n_pre", "count", "Pre-treatment samples with a value."),
        Column("n_on", "count", "On-treatment samples with a value."),
        Column("localization", "number", "Localisation probability, 0 to 1; empty if unknown."),
        Column("site_ids", "text", "Curated sites the feature was matched to."),
        Column("proteins", "text", "All proteins the peptide may come from."),
        Column("source_rows", "text", "Rows of the input file the feature was read from."),
        *_CORRECTED,
        *(
            Column(f"{name}_uncorrected", "number", text, unit, optional=True)
            for name, text, unit in (
                ("log2fc", "Change of the site as it is, protein included.", "log2"),
                ("se", "Its standard error.", "log2"),
                ("df", "Its degrees of freedom.", ""),
                ("p", "Its two-sided p value.", ""),
            )
        ),
        Column("protein_log2fc", "number", "Change of the protein itself.", "log2", optional=True),
        _CORRECTION,
        Column("family", "text", "Tests that q is adjusted over.", optional=True),
        Column("n_tests", "count", "How many tests these are.", optional=True),
        Column(
            "q_within_set",
            "number",
            "p value adjusted within the selected pathways (two stages, the smallest); cohorts.",
            optional=True,
        ),
        Column("sets_selected", "text", "Selected pathways the feature belongs to.", optional=True),
        Column("noise", "text", _NOISE_TEXT, optional=True),
        Column(
            "claim",
            "text",
            "tested, or suggestive: one subject's features are ranked, not called; only its "
            "readouts are.",
        ),
        Column(
            "mdc",
            "number",
            "Smallest change found in 80 of 100 cases by a test of this feature alone at 5 %.",
            "log2",
            optional=True,
        ),
        Column("peptide", "text", "Peptide sequence or identifier in the input.", optional=True),
        Column(
            "window",
            "text",
            "15-mer around each site, in their order, separated by ';'; empty if unknown.",
            optional=True,
        ),
    ),
)

READOUTS = Schema(
    "readouts",
    "one readout of one contrast, at cohort level or of one subject",
    (
        *_KEY,
        Column("readout", "text", "Readout, e.g. S6_S240_S244."),
        Column("complex", "text", "MTORC1 or MTORC2."),
        Column("status", "text", "up, down, unchanged, inconclusive or not_measured."),
        Column("log2fc", "number", "Change combined over the peptidoforms.", "log2"),
        Column("ci_low", "number", "Lower end of the confidence interval.", "log2"),
        Column("ci_high", "number", "Upper end of the confidence interval.", "log2"),
        *_TEST,
        Column("n_features", "count", "Peptidoforms the readout rests on."),
        Column("features", "text", "The peptidoforms, separated by ' | '."),
        Column("reason", "text", "Why the status is what it is."),
        Column("se", "number", "Standard error of log2fc.", "log2"),
        Column("df", "number", "Degrees of freedom."),
        Column("p_unchanged", "number", "p value of the equivalence test (two one-sided tests)."),
        Column("mdc", "number", "Smallest change that would be found in 80 of 100 cases.", "log2"),
        Column("tau", "number", "Spread between the peptidoforms beyond noise.", "log2"),
        Column("n_agree", "count", "Peptidoforms that point the way of the combined change."),
        Column("family", "text", "Tests that q is adjusted over."),
        Column(
            "normalization_dependent", "flag", "The status differs under another normalisation."
        ),
        *_BOTH,
        Column("noise", "text", _NOISE_TEXT, optional=True),
        Column(
            "detection",
            "text",
            "Peptidoforms seen on one side only, and the chance of a miss.",
            optional=True,
        ),
        Column(
            "p_detection",
            "number",
            "Probability that an unchanged peptidoform of the readout is missed so; no test of a "
            "change.",
            optional=True,
        ),
    ),
)

ACTIVITIES = Schema(
    "activities",
    "one complex, pathway or kinase of one contrast, at cohort level or of one subject",
    (
        *_KEY,
        Column("set", "text", "Set of sites, e.g. MTORC1."),
        Column("kind", "text", "complex, arm, pathway or kinase."),
        Column(
            "score", "number", "Signed weighted change of the members; up = more active.", "log2"
        ),
        Column("se", "number", "Standard error of the score.", "log2"),
        Column("z", "number", "Score / se."),
        *_TEST,
        Column("status", "text", "up, down, unchanged, inconclusive or not_measured."),
        Column("n_measured", "count", "Member sites measured."),
        Column("n_members", "count", "Member sites of the set."),
        Column("df", "number", "Degrees of freedom."),
        Column("ci_low", "number", "Lower end of the confidence interval.", "log2"),
        Column("ci_high", "number", "Upper end of the confidence interval.", "log2"),
        Column("n_proteins", "count", "Proteins the measured members lie on."),
        Column("members", "text", "Measured members with their signed change."),
        Column("reason", "text", "Why the status is what it is."),
        Column("family", "text", "Tests that q is adjusted over."),
        Column(
            "normalization_dependent",
            "flag",
            "The status differs under another normalisation.",
            optional=True,
        ),
        *_BOTH,
        Column(
            "p_competitive",
            "number",
            "p value that members differ from all other features; pathways of 3 proteins, 5 sites.",
            optional=True,
        ),
        Column(
            "p_self_contained",
            "number",
            "p value by rotation that complete members change; cohorts, pathways of 3 proteins.",
            optional=True,
        ),
        Column("noise", "text", _NOISE_TEXT, optional=True),
        Column(
            "mdc",
            "number",
            "Smallest change found in 80 of 100 cases by a test of this set alone.",
            "log2",
            optional=True,
        ),
        Column(
            "score_relative",
            "number",
            "Kinases: strength next to all other features, small sets shrunk; ranks kinases.",
            optional=True,
        ),
        Column(
            "not_measured",
            "text",
            "Member sites without a value in the samples compared, separated by ';'.",
            optional=True,
        ),
    ),
)

CALLS = Schema(
    "calls",
    "one call of one contrast, at cohort level or of one subject",
    (
        *_KEY,
        Column("call", "text", "Stable id of the call."),
        Column("kind", "text", "engagement, compensation, resistance or quality."),
        Column("status", "text", "yes, no or not_assessable."),
        Column("grade", "text", "strong, moderate or weak for a yes or a no; empty otherwise."),
        Column("sites", "text", "Sites the call rests on, with their change."),
        Column("reason", "text", "Why, in one sentence with the numbers."),
        Column("hypothesis", "text", "What it is consistent with; never a recommendation."),
        Column("source", "text", "Rule and literature behind the call."),
        _DEPENDENT,
        Column("gates", "text", "Quality calls that lowered or blocked it, by ';'.", optional=True),
        Column(
            "ischemia_shift",
            "number",
            "Shift of the stress sites that would erase the call if its sites moved as strongly "
            "with ischemia as they do.",
            "log2",
            optional=True,
        ),
        Column(
            "ischemia_ratio",
            "number",
            "How many times as strongly as the stress sites those of the call would have to move "
            "with ischemia to erase it, at the most stress the data allow; below 1 is fragile.",
            optional=True,
        ),
        Column("drug", "text", "Drug the call was made for; empty without one.", optional=True),
    ),
)

QUALITY = Schema(
    "quality",
    "one check of one sample, pair or run",
    (
        Column("scope", "text", "run, sample or pair."),
        Column("name", "text", "Sample, pair or run the check is about."),
        Column("check", "text", "Name of the check."),
        Column("value", "number", "Value found."),
        Column("limit", "number", "Value at which the light changes; empty if there is none."),
        Column("light", "text", "ok, warn or fail."),
        Column("reason", "text", "What was found, in one sentence."),
    ),
)

LOSSES = Schema(
    "losses",
    "one reason for which rows of an input file were not used",
    (
        Column("file", "text", "File the rows are from."),
        Column("step", "text", "Step that dropped or merged them."),
        Column("reason", "text", "Why."),
        Column("rows", "count", "How many rows."),
        Column("kept", "flag", "True if the rows live on in a merged feature."),
    ),
)

EVIDENCE = Schema(
    "evidence",
    "one feature behind one readout or activity",
    (
        *_KEY,
        Column("target", "text", "Readout or set the feature contributes to."),
        Column("feature", "text", "Feature: gene, sites and multiplicity of one peptidoform."),
        Column("site_ids", "text", "Curated sites through which the feature counts."),
        Column("sign", "count", "Direction of the site when the pathway is active, +1 or -1."),
        Column("log2fc", "number", "Change of the feature.", "log2"),
        Column("se", "number", "Standard error of the change.", "log2"),
        Column("weight", "number", "Share of the feature in the combined change, 0 to 1."),
        Column(
            "note", "text", "What is special about it: shared input, trading form, disagreement."
        ),
    ),
)

DETECTIONS = Schema(
    "detections",
    "one curated feature that one side of a contrast saw and the other did not",
    (
        *_KEY,
        Column("feature", "text", "Feature: gene, sites and multiplicity of one peptidoform."),
        Column("gene", "text", "Gene symbol, empty if the table does not name it."),
        Column("site", "text", "Sites of the peptidoform on the leading protein."),
        Column("site_ids", "text", "Curated sites the feature was matched to."),
        Column("readout", "text", "Readouts it belongs to, separated by ';'."),
        Column("seen_pre", "count", "Pre-treatment samples with a value."),
        Column("n_pre", "count", "Pre-treatment samples."),
        Column("seen_on", "count", "On-treatment samples with a value."),
        Column("n_on", "count", "On-treatment samples."),
        Column("mean_log2", "number", "Mean where it was seen.", "log2"),
        Column(
            "p",
            "number",
            "Probability that an unchanged feature of this intensity is missed in all samples of "
            "the other side; empty if it cannot be judged.",
        ),
        Column("text", "text", "What was seen, in words; never a fold change."),
    ),
)

STATES = Schema(
    "states",
    "one state of mTOR of one contrast, at cohort level or of one subject",
    (
        *_KEY,
        Column(
            "state",
            "text",
            "BOTH_OFF, MTORC1_OFF_AKT_FEEDBACK, S6_OFF_4EBP1_KEPT, RSK_BYPASS, MTORC1_KEPT, "
            "MTORC1_UP or CANNOT_TELL.",
        ),
        Column(
            "probability",
            "number",
            "Probability of the state; those of one subject sum to 1. That of CANNOT_TELL is the "
            "probability of any other pattern.",
        ),
        Column(
            "rank",
            "count",
            "1 for what is claimed: the most probable state, or CANNOT_TELL if none is probable "
            "enough; then by probability.",
        ),
        Column(
            "evidence_for",
            "text",
            "Readouts that raise the odds of the state, with their change and the factor.",
        ),
        Column("evidence_against", "text", "Readouts that lower the odds of the state."),
        Column("text", "text", "What is claimed and why, or the state in words."),
        Column("claimed", "flag", "True for the row of rank 1.", optional=True),
        Column("n_measured", "count", "Readouts of the ten that were measured.", optional=True),
        Column("not_measured", "text", "The readouts that were not.", optional=True),
    ),
)

NORMALIZATION = Schema(
    "normalization",
    "one sample under one normalisation method",
    (
        Column("sample", "text", "Sample."),
        Column("method", "text", "Normalisation method."),
        Column("shift", "number", "Value subtracted from the sample.", "log2"),
        Column("n_features", "count", "Features the shift was computed from."),
        Column("used", "flag", "True for the method this run used."),
        Column(
            "se",
            "number",
            "Standard error of the shift; empty where unknown.",
            "log2",
            optional=True,
        ),
    ),
)

TRAJECTORIES = Schema(
    "trajectories",
    "one readout at one time on treatment, at cohort level or of one subject",
    (
        *_KEY,
        Column("readout", "text", "Readout, e.g. S6_S240_S244."),
        Column("order", "count", "Place of the contrast among the times, from 1."),
        Column("log2fc", "number", "Change since before treatment.", "log2"),
        Column("se", "number", "Its standard error (Kenward-Roger).", "log2"),
        Column("df", "number", "Its degrees of freedom (Kenward-Roger)."),
        Column("p", "number", "Its two-sided p value."),
        Column("step", "number", "Change since the time before; the first: as log2fc.", "log2"),
        Column("step_se", "number", "Standard error of the step.", "log2"),
        Column("step_df", "number", "Degrees of freedom of the step."),
        Column("step_p", "number", "Two-sided p value of the step."),
        Column("step_q", "number", "Holm over all readouts and steps between times on treatment."),
        Column("n_subjects", "count", "Subjects with a value at this time."),
    ),
)

SAMPLES = Schema(
    "samples",
    "one sample of the run",
    (
        Column("sample", "text", "Sample."),
        Column("subject", "text", "Subject it is from."),
        Column("condition", "text", "Condition in the sample sheet."),
        Column("timepoint", "text", "Time point in the sample sheet."),
        Column("batch", "text", "Batch in the sample sheet."),
        Column("response", "text", "Response in the sample sheet.", optional=True),
        Column("ischemia_min", "text", "Minutes of ischemia in the sample sheet.", optional=True),
        Column("collection", "text", "How it was collected, in the sample sheet.", optional=True),
        Column("purity", "text", "Tumour share in the sample sheet, 0 to 1.", optional=True),
        Column("file", "text", "Input file its values are from."),
        Column("columns", "text", "Columns of the input file its values are from, by ' | '."),
        Column("n_features", "count", "Features with a value."),
    ),
)

PATTERNS = Schema(
    "patterns",
    "one readout, complex or pathway over all times on treatment",
    (
        Column("level", "text", "subject or cohort."),
        Column("subject", "text", "Subject the row speaks of; empty at cohort level."),
        Column("target", "text", "Readout or set, e.g. S6_S240_S244."),
        Column("kind", "text", "readout, complex or pathway."),
        Column("expected", "count", "Direction the drug should move it: -1 or +1."),
        Column(
            "pattern",
            "text",
            "sustained, late, adaptive (moved, then came back), intrinsic (never moved) or "
            "cannot_tell.",
        ),
        Column("times", "text", "Contrasts in the order of time, by ' > '."),
        Column("statuses", "text", "Status at each time, by ' > '."),
        Column("log2fc", "text", "Change since before treatment at each time, by ' > '.", "log2"),
        Column("from_time", "text", "Time the change back is counted from: the furthest moved."),
        Column("to_time", "text", "Last time."),
        Column("change", "number", "Change between these two times, its own test.", "log2"),
        Column("ci_low", "number", "Lower end of its confidence interval.", "log2"),
        Column("ci_high", "number", "Upper end of its confidence interval.", "log2"),
        Column("p", "number", "Two-sided p value of the change between the two times."),
        Column("q", "number", "p value adjusted by Holm within level, subject and kind."),
        Column("text", "text", "What it looks like, in words."),
    ),
)

ASSOCIATIONS = Schema(
    "associations",
    "one call, readout or activity of one contrast against the response of the subjects",
    (
        Column("contrast", "text", "Name of the contrast, on-treatment against pre-treatment."),
        Column("kind", "text", "call, readout or activity."),
        Column("target", "text", "Call, readout or set."),
        Column("response", "text", "How the response was taken: groups, ordered or number."),
        Column("test", "text", "The test behind p."),
        Column("n_subjects", "count", "Subjects with a response and a value."),
        Column("n_left_out", "count", "Subjects with a response for whom nothing could be told."),
        Column("counts", "text", "Subjects by response and outcome, or medians by response."),
        Column("effect_name", "text", "What effect is: odds ratio, log odds per log2, rho, ..."),
        Column("effect", "number", "Size of the association; 0 and infinity are possible."),
        Column("ci_low", "number", "Lower end of its confidence interval; empty if none is given."),
        Column("ci_high", "number", "Upper end of its confidence interval."),
        Column("p", "number", "Two-sided p value, exact or by permutation."),
        Column("p_least", "number", "Smallest p these numbers of subjects could have given."),
        Column("q", "number", "p value adjusted within the family."),
        Column("family", "text", "Tests that q is adjusted over."),
        Column("n_tests", "count", "How many tests these are."),
    ),
)

FREQUENCIES = Schema(
    "frequencies",
    "how often one call was made among the subjects of one contrast",
    (
        Column("contrast", "text", "Name of the contrast, on-treatment against pre-treatment."),
        Column("call", "text", "Stable id of the call."),
        Column("kind", "text", "engagement, compensation, resistance or quality."),
        Column("n_subjects", "count", "Subjects with calls of their own."),
        Column("n_yes", "count", "Subjects with yes."),
        Column("n_no", "count", "Subjects with no."),
        Column("n_not_assessable", "count", "Subjects for whom it cannot be told."),
        Column("frequency", "number", "Share of yes among yes and no; empty if there are none."),
        Column("ci_low", "number", "Lower end of the exact 95 % interval (Clopper-Pearson)."),
        Column("ci_high", "number", "Upper end of the exact 95 % interval (Clopper-Pearson)."),
        Column("lowest", "number", "Share of yes if all that cannot be told were no."),
        Column("highest", "number", "Share of yes if all that cannot be told were yes."),
    ),
)

TRACE = Schema(
    "trace",
    "one thing that one call looks at, whatever became of it",
    (
        Column("call", "text", "Stable id of the call."),
        Column("role", "text", "target, rises, falls, agrees, needs, supports, gate or stress."),
        Column("kind", "text", "set, readout, sites, protein or call."),
        Column("name", "text", "Id of the set, readout or call; ids of sites, separated by ';'."),
        Column("asked", "text", "Outcomes that satisfy it; empty if any is looked at."),
    ),
)

SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        s.name: s
        for s in (
            *(SITES, READOUTS, ACTIVITIES, CALLS, QUALITY, LOSSES, EVIDENCE, NORMALIZATION),
            TRAJECTORIES,
            DETECTIONS,
            *(SAMPLES, PATTERNS, ASSOCIATIONS, FREQUENCIES, TRACE),
            STATES,
        )
    }
)
"""Every output table by its file stem."""

RUNS = Schema(
    "runs",
    "one run of a batch",
    (
        Column("run", "text", "Name of the run and of its folder in runs/."),
        Column("state", "text", "ok, partly (parts of the report failed), failed or missing."),
        Column("exit_code", "count", "Exit code of the run: 0, 1, 2, 3 or 4."),
        Column("reason", "text", "What went wrong, with file, row and column."),
        Column("source", "text", "Configuration, or row of a sheet, that asked for the run."),
        Column("format", "text", "Format the table was recognised as."),
        Column("drug", "text", "Drug or class, as it was resolved."),
        Column("samples", "count", "Samples."),
        Column("subjects", "count", "Subjects."),
        Column("features", "count", "Features (peptidoforms)."),
        Column("contrasts", "count", "Contrasts."),
        Column("key", "text", "Hash of everything the result depends on."),
    ),
)
"""Summary of a batch: `tables/runs.tsv` of its folder."""

OVERVIEW = Schema(
    "overview",
    "one contrast of one run, of the cohort or one subject",
    (
        Column("run", "text", "Name of the run."),
        *_KEY,
        Column("engagement", "text", "Did the drug hit its target: yes, no or not_assessable."),
        Column("MTORC1", "text", "Status of mTORC1."),
        Column("MTORC2", "text", "Status of mTORC2."),
        Column("S6_S235_S236", "text", "Status of the readout."),
        Column("S6_S240_S244", "text", "Status of the readout."),
        Column("4EBP1", "text", "Status of the readout."),
        Column("AKT_S473", "text", "Status of the readout."),
        Column("compensation", "text", "Compensation that was called, with grades."),
        Column("not_assessable", "count", "Calls that could not be assessed."),
        Column("quality", "text", "Worst light of the run."),
    ),
)
"""Answers of a batch side by side: `tables/overview.tsv` of its folder."""
