"""What the drug does to each state of tumour: activities of pathways, and the sites they drive.

The drug is a dual PI3K/mTOR inhibitor, which can engage either target alone. Three states:

``responder``
    Target and mTORC1 fall: AKT and its substrates, the S6K arm and the 4E-BP1 arm.
``rapalog_like``
    Only the rapamycin-sensitive part of mTORC1 falls (S6K arm; 4E-BP1 T37/T46 stays), and the loss
    of the S6K-IRS1 brake raises AKT (O'Reilly et al. 2006, PMID 16452206).
``bypass``
    PI3K is hit (AKT and substrates fall), but ERK and RSK rise and mTORC1 is kept in half of these
    patients and raised in the others (Elkabets et al. 2013, PMID 23903756, for mTORC1 that does
    not fall when PI3K is inhibited).

Directions are the literature's; sizes are our estimates of what is seen in treated tumours (0.5 to
2.5 log2 at the site) and are fitted to no data set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PATHWAYS = (
    "PDK1", "MTORC2", "AKT", "SGK", "S6K", "MTORC1", "EBP_PRIMING", "EBP_LATE",
    "MEK", "ERK", "RSK", "RTK", "CDK", "DRUG", "ISCHEMIA",
)  # fmt: skip
"""Activities that drive sites. EBP_PRIMING and EBP_LATE are mTORC1 on 4E-BP1 T37/T46 and S65/T70;
DRUG is what the compound does to unrelated proteins, ISCHEMIA what handling time does."""

# Change of activity on treatment, log2.
STATE_CHANGES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "responder": {
            "PDK1": -1.8, "MTORC2": -1.5, "AKT": -1.8, "SGK": -1.0, "S6K": -2.0, "MTORC1": -1.3,
            "EBP_PRIMING": -2.2, "EBP_LATE": -1.8, "CDK": -1.2, "DRUG": 1.0,
        },
        "rapalog_like": {
            "PDK1": 1.0, "MTORC2": 1.2, "AKT": 1.1, "SGK": 0.5, "S6K": -2.0, "MTORC1": -0.9,
            "EBP_LATE": -1.6, "RTK": 0.4, "CDK": -0.8, "DRUG": 1.0,
        },
        "bypass_kept": {
            "PDK1": -1.4, "MTORC2": -1.2, "AKT": -1.6, "SGK": -0.8, "MEK": 1.3, "ERK": 1.4,
            "RSK": 1.4, "RTK": 0.8, "DRUG": 1.0,
        },
        "bypass_up": {
            "PDK1": -1.4, "MTORC2": -1.2, "AKT": -1.6, "SGK": -0.8, "S6K": 1.5, "MTORC1": 0.8,
            "EBP_PRIMING": 1.0, "EBP_LATE": 1.2, "MEK": 1.5, "ERK": 1.6, "RSK": 1.5, "RTK": 1.0,
            "CDK": 0.3, "DRUG": 1.0,
        },
    }
)  # fmt: skip
STATES = ("responder", "rapalog_like", "bypass")

# Activity before treatment where it differs from that of the other tumours, log2: S6 is close to
# saturated in tumours with an active PI3K pathway, and could not rise further.
_BASELINE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"bypass_up": {"S6K": -1.5, "EBP_PRIMING": -1.2, "EBP_LATE": -1.2}}
)

_DIRECTIONS = ("down", "unchanged", "up")
# Below this change of activity a readout counts as unchanged: S6 S235/S236, which RSK shares, moves
# by 0.2 log2 when RSK alone rises.
_UNCHANGED = 0.3
_READOUTS: Mapping[str, str] = MappingProxyType(
    {
        "readout_S6_S235_S236": "S6K", "readout_S6_S240_S244": "S6K",
        "readout_4EBP1": "EBP_PRIMING", "readout_AKT_S473": "MTORC2",
        "activity_MTORC1": "S6K", "activity_MTORC2": "MTORC2", "activity_AKT": "AKT",
        "activity_ERK": "ERK", "activity_RSK": "RSK",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cohort:
    """The patients and what the drug does to their pathways.

    Parameters
    ----------
    subjects
        Names, P01 to Pn.
    states
        Planted state of each subject, with ``bypass_kept`` and ``bypass_up`` told apart.
    ischemic
        True for the subject whose on-treatment sample lay warm.
    activity
        Log2 activity, pathways x subjects x (pre, on).
    """

    subjects: tuple[str, ...]
    states: tuple[str, ...]
    ischemic: NDArray[np.bool_]
    activity: NDArray[np.float64]


def plan_cohort(
    n_patients: int,
    states: Sequence[str],
    draw: np.random.Generator,
    *,
    ischemic_patient: bool,
    null: bool,
) -> Cohort:
    """Give each patient a state and the activities that follow from it.

    States take turns along the patients; the bypass patients alternate between kept and raised
    mTORC1. The ischemic sample is that of the last patient of the first state named, so that stress
    kinases rise where no bypass is planted. Each pathway of each patient responds by 0.8 to 1.2
    times the state's change.

    Parameters
    ----------
    n_patients
        Number of patients.
    states
        States to take in turn.
    draw
        Random numbers.
    ischemic_patient
        Whether one on-treatment sample is ischemic.
    null
        Plant no change at all, neither the drug's nor ischemia's.
    """
    named = np.array([states[i % len(states)] for i in range(n_patients)], dtype=object)
    bypass = np.flatnonzero(named == "bypass")
    named[bypass] = [("bypass_kept", "bypass_up")[k % 2] for k in range(len(bypass))]
    ischemic = np.zeros(n_patients, dtype=bool)
    if ischemic_patient and not null:
        ischemic[(n_patients - 1) // len(states) * len(states)] = True

    pre = _activities(_BASELINE, named)
    change = _activities(STATE_CHANGES, named) * (0.8 + 0.4 * draw.random(pre.shape))
    change[PATHWAYS.index("ISCHEMIA")] = ischemic
    activity = np.stack([pre, pre + (0.0 if null else 1.0) * change], axis=2)
    width = max(2, len(str(n_patients)))
    subjects = tuple(f"P{i + 1:0{width}d}" for i in range(n_patients))
    return Cohort(subjects, tuple(named), ischemic, activity)


def _activities(
    table: Mapping[str, Mapping[str, float]], states: NDArray[np.object_]
) -> NDArray[np.float64]:
    rows = [[table.get(state, {}).get(p, 0.0) for state in states] for p in PATHWAYS]
    return np.array(rows, dtype=np.float64)


def tell_truth(cohort: Cohort, *, null: bool) -> pd.DataFrame:
    """Say what should be found in each patient.

    Parameters
    ----------
    cohort
        The patients.
    null
        Whether nothing was planted.

    Returns
    -------
    One row a subject: ``subject``, ``state`` (as asked for), ``substate``, ``ischemic``, one column
    a readout or activity (``up``, ``down``, ``unchanged``) and one a call (``yes``, ``no``). What
    ischemia alone moves is not truth about the tumour and stays ``unchanged`` and ``no``.
    """
    changes = [{} if null else STATE_CHANGES[s] for s in cohort.states]
    truth = pd.DataFrame(
        {
            "subject": cohort.subjects,
            "state": [s.partition("_")[0] if "bypass" in s else s for s in cohort.states],
            "substate": cohort.states,
            "ischemic": cohort.ischemic,
        }
    )
    for name, pathway in _READOUTS.items():
        truth[name] = [_direction(change.get(pathway, 0.0)) for change in changes]
    up = {p: [c.get(p, 0.0) > _UNCHANGED for c in changes] for p in ("AKT", "ERK", "RSK")}
    kept = [s.startswith("bypass") and not null for s in cohort.states]
    calls = {
        "engagement": [min(c.get("AKT", 0.0), c.get("S6K", 0.0)) < -_UNCHANGED for c in changes],
        "compensation_MTORC1": kept,
        "compensation_AKT_FEEDBACK": up["AKT"],
        "compensation_ERK": up["ERK"],
        "compensation_RSK": up["RSK"],
    }
    for name, found in calls.items():
        truth[f"call_{name}"] = np.where(found, "yes", "no")
    return truth


def _direction(change: float) -> str:
    return _DIRECTIONS[int(np.sign(change) * (abs(change) > _UNCHANGED)) + 1]


def read_forms() -> pd.DataFrame:
    """Read the peptidoforms of curated sites that are measured one by one.

    Returns
    -------
    Columns ``sites`` (curated ids, ``+``-joined: one peptide), ``shared_with`` (the same peptide in
    paralogs, ``;`` between paralogs), ``level`` (log2 abundance relative to the median peptide) and
    one column a pathway with its weight: log2 change of the site per log2 change of the activity.
    """
    text = resources.files("phosres.simulation").joinpath("forms.tsv").read_text("utf-8")
    forms = pd.read_csv(StringIO(text), sep="\t", keep_default_na=False, dtype={"level": float})
    drivers = [
        dict(part.split(":") for part in drivers.split()) for drivers in forms.pop("drivers")
    ]
    weights = [[float(d.get(p, 0.0)) for p in PATHWAYS] for d in drivers]
    return forms.join(pd.DataFrame(weights, columns=list(PATHWAYS)))
