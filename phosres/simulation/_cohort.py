"""Simulate a cohort: biology, noise, missing values and MaxQuant's layout, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres import knowledge
from phosres.errors import ConfigError, Problem, did_you_mean
from phosres.simulation._biology import STATES, Cohort, plan_cohort, tell_truth
from phosres.simulation._maxquant import lay_out_sites
from phosres.simulation._noise import Layout, Spread, add_noise, detect
from phosres.simulation._peptidoforms import MEDIAN, Peptidoforms, gather_peptidoforms

CONDITIONS = ("pre", "on")

# Groups of proteins whose abundance varies together between two biopsies (tissue composition).
_MODULES = 40
_BATCHES = 2
# Minutes from excision to freezing, usual and in the sample that lay warm (stress kinases respond
# within 5 to 60 minutes: Mertins et al. 2014, PMID 24719451).
_USUAL_MINUTES, _WARM_MINUTES = (8, 15), 45
# Best response by state: it goes with the state but does not give it away.
_RESPONSES = {
    "responder": (("PR", 0.75), ("SD", 0.25)),
    "rapalog_like": (("SD", 0.6), ("PR", 0.15), ("PD", 0.25)),
    "bypass": (("PD", 0.7), ("SD", 0.3)),
}
_FEWEST = 400
"""Peptidoforms below which there is no background to speak of: the curated ones are about 270."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated cohort and everything that was planted in it.

    Parameters
    ----------
    sites
        The site table in MaxQuant's own columns.
    samples
        The sample sheet: sample, subject, condition, timepoint, batch, tissue, collection,
        ischemia_min, response.
    truth
        One row a subject: state, substate, ischemic, the direction of each readout and activity and
        each call.
    peptidoforms
        One row a peptidoform, the truth behind `sites`: kind, gene, protein, proteins, sites,
        multiplicity, peptide, base_log2 (log2 intensity before treatment in a usual tumour), one
        column ``log2fc_SUBJECT`` each with the planted change, and n_detected, the number of
        samples with a value.
    parameters
        Arguments of the call.
    """

    sites: pd.DataFrame
    samples: pd.DataFrame
    truth: pd.DataFrame
    peptidoforms: pd.DataFrame
    parameters: dict[str, Any] = field(default_factory=dict)


def simulate(
    *,
    n_patients: int = 12,
    n_peptidoforms: int = 6000,
    states: Sequence[str] = STATES,
    missing: float = 0.35,
    noise_sd: float = 0.35,
    biopsy_sd: float = 0.25,
    batch_sd: float = 0.2,
    subject_sd: float = 1.0,
    loading_sd: float = 0.3,
    ischemic_patient: bool = True,
    seed: int = 0,
    null: bool = False,
) -> Simulated:
    """Simulate tumours before and on a PI3K/mTOR inhibitor, with planted truth.

    Equal arguments give equal tables, and runs that differ in one argument share the random numbers
    of all the rest. The defaults are the cohort of ``example_data/``.

    Parameters
    ----------
    n_patients
        Patients, each with one sample before and one on treatment.
    n_peptidoforms
        Peptidoforms of human proteins, at least 400; 1 % decoys and contaminants come on top.
    states
        States the patients take in turn: ``responder``, ``rapalog_like``, ``bypass``.
    missing
        Share of missing values among peptidoforms x samples, 0 to 0.9. Most go by intensity (0.52
        log odds per log2), some at random, some for a whole batch.
    noise_sd
        Technical standard deviation at the median intensity, log2; noise is t-distributed and
        larger at low intensity.
    biopsy_sd
        Standard deviation between two biopsies of one tumour, log2.
    batch_sd
        Standard deviation between the two batches, per peptidoform, log2. Pairs stay in one batch.
    subject_sd
        Standard deviation between patients, per peptidoform, log2.
    loading_sd
        Standard deviation of the sample amounts, log2.
    ischemic_patient
        Let the on-treatment sample of the last patient of the first state lie warm for 45 minutes:
        p38, JNK, HSP27, ERK and EGFR T693 rise there by 1 to 2 log2 without any bypass.
    seed
        Seed of the random numbers.
    null
        Plant nothing: no drug effect and no ischemia, only noise.

    Raises
    ------
    ConfigError
        If an argument is out of range; all such arguments are named.
    """
    parameters = {**locals(), "states": tuple(states)}
    _check(parameters)
    streams = np.random.SeedSequence(seed).spawn(6)
    plan, sheet, annotation = (np.random.Generator(np.random.PCG64(s)) for s in streams[:3])
    cohort = plan_cohort(n_patients, states, plan, ischemic_patient=ischemic_patient, null=null)
    sites = list(knowledge.load().sites.values())
    forms = gather_peptidoforms(sites, cohort, n_peptidoforms, streams[3])

    layout = _lay_out(forms, n_patients)
    change = forms.change.reshape(len(forms.table), -1)
    level = MEDIAN + forms.table["level"].to_numpy()[:, None] + change
    spread = Spread(noise_sd, biopsy_sd, batch_sd, subject_sd, loading_sd)
    values = detect(add_noise(level, layout, spread, streams[4]), missing, layout, streams[5])

    truth = tell_truth(cohort, null=null)
    samples = _write_sheet(cohort, layout, sheet)
    order = np.argsort(samples["sample"].to_numpy().astype(str), kind="stable")
    names = samples["sample"].iloc[order].tolist()
    table = lay_out_sites(forms.table, values[:, order], names, forms.sequences, annotation)
    return Simulated(table, samples, truth, _tabulate(forms, cohort, values), parameters)


def _check(given: dict[str, Any]) -> None:
    """Name every argument that cannot be used."""
    ranges = {
        "n_patients": (1, 999), "n_peptidoforms": (_FEWEST, 100_000), "missing": (0.0, 0.9),
        "noise_sd": (0.0, 5.0), "biopsy_sd": (0.0, 5.0), "batch_sd": (0.0, 5.0),
        "subject_sd": (0.0, 5.0), "loading_sd": (0.0, 5.0), "seed": (0, 2**63),
    }  # fmt: skip
    problems = [
        Problem(f"simulate: {name} is {given[name]}", hint=f"give {low} to {high}")
        for name, (low, high) in ranges.items()
        if not low <= given[name] <= high
    ]
    problems += [
        Problem(f"simulate: unknown state '{state}'", hint=did_you_mean(state, STATES))
        for state in given["states"]
        if state not in STATES
    ]
    if not given["states"]:
        problems.append(Problem("simulate: no states", hint=f"give some of {', '.join(STATES)}"))
    if problems:
        raise ConfigError(problems)


def _lay_out(forms: Peptidoforms, n_patients: int) -> Layout:
    """Both samples of a patient lie in one batch, the first half of the patients in the first."""
    protein = pd.factorize(forms.table["protein"])[0]
    subject = np.repeat(np.arange(n_patients), len(CONDITIONS))
    half = (n_patients + 1) // _BATCHES
    return Layout(protein, protein % _MODULES, subject, (subject >= half).astype(np.intp))


def _write_sheet(cohort: Cohort, layout: Layout, draw: np.random.Generator) -> pd.DataFrame:
    n, arms = len(cohort.subjects), len(CONDITIONS)
    low, high = _USUAL_MINUTES
    minutes = low + np.floor((high - low + 1) * draw.random(n * arms)).astype(int)
    warm = np.repeat(cohort.ischemic, arms) & (np.tile(CONDITIONS, n) == "on")
    luck = draw.random(n)
    response = [_respond(s, u) for s, u in zip(cohort.states, luck, strict=True)]
    return pd.DataFrame(
        {
            "sample": [f"{s}_{c}" for s in cohort.subjects for c in CONDITIONS],
            "subject": np.repeat(np.array(cohort.subjects, dtype=object), arms),
            "condition": list(CONDITIONS) * n,
            "timepoint": ["day 0", "day 14"] * n,
            "batch": [f"B{b + 1}" for b in layout.batch],
            "tissue": "breast tumour",
            "collection": np.where(warm, "resection", "core needle biopsy").astype(object),
            "ischemia_min": np.where(warm, _WARM_MINUTES, minutes),
            "response": np.repeat(np.array(response, dtype=object), arms),
        }
    )


def _respond(state: str, luck: float) -> str:
    kinds, shares = zip(*_RESPONSES["bypass" if "bypass" in state else state], strict=True)
    return str(kinds[int(np.searchsorted(np.cumsum(shares)[:-1], luck, side="right"))])


def _tabulate(forms: Peptidoforms, cohort: Cohort, values: NDArray[np.float64]) -> pd.DataFrame:
    """Tell the truth about each peptidoform."""
    table = forms.table
    columns = ["protein", "positions", "start", "end", "shared"]
    spelled = []
    for protein, positions, start, end, shared in table[columns].itertuples(index=False, name=None):
        sequence = forms.sequences[protein]
        sites = ";".join(f"{sequence[q - 1]}{q}" for q in positions)
        proteins = ";".join([protein, *(accession for _, accession, _ in shared)])
        spelled.append((proteins, sites, len(positions), sequence[start - 1 : end]))
    change = forms.change[:, :, 1] - forms.change[:, :, 0]
    return pd.concat(
        [
            table[["kind", "gene", "protein"]],
            pd.DataFrame(spelled, columns=["proteins", "sites", "multiplicity", "peptide"]),
            pd.DataFrame({"base_log2": MEDIAN + table["level"]}),
            pd.DataFrame(change, columns=[f"log2fc_{s}" for s in cohort.subjects]),
            pd.DataFrame({"n_detected": (~np.isnan(values)).sum(axis=1)}),
        ],
        axis=1,
    )
