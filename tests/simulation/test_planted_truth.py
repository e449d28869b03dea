"""What is planted can be read from the sums in the table."""

import numpy as np
import pytest

from phosres.errors import ConfigError
from phosres.simulation import Simulated, simulate

RESPONDERS = ("P01", "P04", "P07", "P10")
RAPALOG_LIKE = ("P02", "P05", "P08", "P11")
KEPT, RAISED = ("P03", "P09"), ("P06", "P12")
WARM = "P10"


def test_states_take_turns_and_bypass_alternates(cohort):
    """Patients get the states in turn, and the ischemic one is the last responder."""
    truth = cohort.truth.set_index("subject")
    expected = dict.fromkeys(RESPONDERS, "responder") | dict.fromkeys(RAPALOG_LIKE, "rapalog_like")
    expected |= dict.fromkeys(KEPT, "bypass_kept") | dict.fromkeys(RAISED, "bypass_up")
    assert truth["substate"].to_dict() == expected
    assert truth.index[truth["ischemic"]].tolist() == [WARM]


@pytest.mark.parametrize("subject", RESPONDERS)
def test_responder_loses_target_and_mtorc1(change, subject):
    """AKT substrates, the S6K arm and 4E-BP1 fall, EEF2 T57 rises."""
    for gene, site in (("AKT1S1", "T246"), ("FOXO3", "S253"), ("PFKFB2", "S483")):
        assert change(gene, site, 1, subject) < -1.2
    for gene, site in (("RICTOR", "T1135"), ("CAD", "S1859"), ("PDCD4", "S457")):
        assert change(gene, site, 1, subject) < -0.8
    assert change("EIF4EBP1", "T37", 2, subject) < -0.7
    assert change("EEF2", "T57", 1, subject) > 0.7
    assert abs(change("FLNA", "S2152", 1, subject)) < 1e-3


@pytest.mark.parametrize("subject", RESPONDERS + RAPALOG_LIKE)
def test_forms_of_s6_trade_when_s6k_falls(change, subject):
    """The triply phosphorylated S6 falls, the doubly less, and the singly phosphorylated rises."""
    mono = change("RPS6", "S236", 1, subject)
    di, tri = (change("RPS6", "S240", k, subject) for k in (2, 3))
    assert tri < -1.4 < di < -0.3
    assert mono > 0.7


@pytest.mark.parametrize("subject", RAPALOG_LIKE)
def test_rapalog_like_spares_4ebp1_and_raises_akt(change, subject):
    """The S6K arm falls, 4E-BP1 T37/T46 stays, AKT and its substrates rise."""
    assert change("RICTOR", "T1135", 1, subject) < -1.2
    assert abs(change("EIF4EBP1", "T37", 2, subject)) < 0.3
    sites = (("AKT1", "S473"), ("AKT1", "T308"), ("AKT1S1", "T246"), ("FOXO3", "S253"))
    for gene, site in (*sites, ("GSK3A", "S21"), ("GSK3B", "S9")):
        assert change(gene, site, 1, subject) > 0.6


@pytest.mark.parametrize("subject", KEPT + RAISED)
def test_bypass_loses_target_and_gains_erk(change, subject):
    """AKT substrates fall, ERK, RSK, EPHA2 S897 and FLNA S2152 rise."""
    for gene, site in (("AKT1S1", "T246"), ("TSC2", "T1462"), ("FOXO3", "S253")):
        assert change(gene, site, 1, subject) < -1
    assert change("MAPK1", "T185", 2, subject) > 1
    assert change("MAPK3", "Y204", 2, subject) > 1
    for gene, site in (("RPS6KA1", "S380"), ("RPS6KA3", "S386"), ("EPHA2", "S897")):
        assert change(gene, site, 1, subject) > 0.9
    assert change("FLNA", "S2152", 1, subject) > 0.9


def test_bypass_keeps_or_raises_s6(change):
    """In half of the bypass patients S6 stays within 0.3 log2, in the others it rises."""
    for subject in KEPT:
        for k in (2, 3):
            assert abs(change("RPS6", "S240", k, subject)) < 0.3
            assert abs(change("RPS6", "S235", k, subject)) < 0.3
    for subject in RAISED:
        assert change("RPS6", "S240", 3, subject) > 1
        assert change("RPS6", "S236", 1, subject) < -1
        assert change("RICTOR", "T1135", 1, subject) > 0.9


def test_ischemia_raises_stress_kinases_and_erk_in_one_responder(change):
    """The warm sample alone shows p38, HSP27, JUN, EGFR T693 and ERK without any bypass."""
    stress = (("HSPB1", "S15", 1), ("HSPB1", "S82", 1), ("MAPK14", "Y182", 1), ("JUN", "S73", 1))
    for gene, site, k in (*stress, ("EGFR", "T693", 1), ("MAPK3", "Y204", 2)):
        assert 1 <= round(change(gene, site, k, WARM), 3) <= 2
        assert abs(change(gene, site, k, "P01")) < 1e-3
    assert abs(change("FLNA", "S2152", 1, WARM)) < 1e-3


def test_every_noise_free_cell_shows_its_planted_change(exact: Simulated):
    """Where one peptidoform alone makes a cell, on over pre is the planted change."""
    forms = exact.peptidoforms
    single = forms[(forms["kind"] == "background") & (forms["multiplicity"] == 1)]
    single = single[~single.duplicated(["protein", "sites"], keep=False)]
    table = exact.sites.set_index(exact.sites["Protein"] + exact.sites["Position"].astype(str))
    rows = table.loc[single["protein"] + single["sites"].str[1:]]
    for subject in ("P01", "P08"):
        found = np.log2(
            rows[f"Intensity {subject}_on___1"].to_numpy()
            / rows[f"Intensity {subject}_pre___1"].to_numpy()
        )
        np.testing.assert_allclose(found, single[f"log2fc_{subject}"], atol=5e-4)


def test_background_moves_a_little_and_more_of_it_down(cohort):
    """A few per cent of the background respond to the drug, cell-cycle sites mostly down."""
    background = cohort.peptidoforms[cohort.peptidoforms["kind"] == "background"]
    down, up = (background["log2fc_P01"] < -0.25).mean(), (background["log2fc_P01"] > 0.25).mean()
    assert 0.03 < down < 0.1
    assert up < down / 3


def test_truth_agrees_with_the_planted_changes(exact: Simulated, change):
    """Each direction in the truth table is that of a site that stands for it."""
    stands_for = {
        "readout_S6_S240_S244": ("RPS6", "S240", 3),
        "readout_4EBP1": ("EIF4EBP1", "T37", 2),
        "readout_AKT_S473": ("AKT1", "S473", 1),
        "activity_MTORC1": ("RICTOR", "T1135", 1),
        "activity_AKT": ("AKT1S1", "T246", 1),
        "activity_ERK": ("ERF", "T526", 1),
        "activity_RSK": ("RPS6KA1", "S380", 1),
    }
    for row in exact.truth.to_dict("records"):
        for name, site in stands_for.items():
            moved = change(*site, row["subject"])
            seen = "unchanged" if abs(moved) < 0.35 else "up" if moved > 0 else "down"
            assert row[name] == seen, (row["subject"], name, moved)


def test_calls_of_the_truth_follow_the_states(cohort):
    """Engagement, feedback and bypass are planted where the state says."""
    truth = cohort.truth.set_index("state")
    calls = [c for c in truth if c.startswith("call_")]
    yes = {
        "responder": {"call_engagement"},
        "rapalog_like": {"call_engagement", "call_compensation_AKT_FEEDBACK"},
        "bypass": {"call_engagement"}
        | {f"call_compensation_{c}" for c in ("MTORC1", "ERK", "RSK")},
    }
    for state, found in yes.items():
        for _, row in truth.loc[[state], calls].iterrows():
            assert set(row.index[row == "yes"]) == found


def test_null_plants_nothing():
    """Without a drug effect every planted change is 0, even that of ischemia."""
    simulated = simulate(null=True, n_patients=4, n_peptidoforms=600)
    changes = simulated.peptidoforms.filter(regex="^log2fc_")
    assert (changes.to_numpy() == 0).all()
    directions = simulated.truth.filter(regex="^(readout|activity)_").to_numpy()
    assert set(directions.ravel()) == {"unchanged"}
    assert set(simulated.truth.filter(regex="^call_").to_numpy().ravel()) == {"no"}
    assert not simulated.truth["ischemic"].any()


def test_one_pair_can_be_simulated():
    """A single patient gives two samples of the first state."""
    simulated = simulate(n_patients=1, n_peptidoforms=600, ischemic_patient=False)
    assert simulated.samples["sample"].tolist() == ["P01_pre", "P01_on"]
    assert simulated.truth["state"].tolist() == ["responder"]
    assert simulated.samples["ischemia_min"].max() <= 15


def test_bad_arguments_are_all_named():
    """Every argument out of range and every unknown state is reported at once."""
    with pytest.raises(ConfigError) as error:
        simulate(n_patients=0, missing=1.5, states=("responder", "bypas"))
    assert str(error.value) == (
        "simulate: n_patients is 0\n    -> give 1 to 999\n"
        "simulate: missing is 1.5\n    -> give 0.0 to 0.9\n"
        "simulate: unknown state 'bypas'\n    -> did you mean 'bypass'?"
    )
