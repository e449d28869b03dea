"""Complexes, arms and pathways: what decides, what may not, and what stands in."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from phosres import stats
from phosres.contrasts import PAIR_CORRELATION, contrast
from phosres.evidence import view
from phosres.knowledge import load
from phosres.scoring import score
from phosres.scoring._complexes import score_complex

nan = np.nan
CALLED = ("up", "down", "unchanged")


def activities(c, **given):
    """Activities of the one level, by set."""
    return score(c, **given).activities.set_index("set")


def test_a_complex_is_the_average_of_its_arms(spot, observed):
    """Arms are averaged by precision, with the noise correlation between proteins."""
    c = observed(spot("RPS6", "S240;S244", -2.0, 0.2), spot("EIF4EBP1", "T37;T46", -1.0, 0.4))
    row = activities(c).loc["MTORC1"]
    w = np.array([0.8, 0.2])
    assert row["score"] == pytest.approx(w @ [-2.0, -1.0])
    part = w * [0.2, 0.4]
    assert row["se"] == pytest.approx(
        np.sqrt(part @ part + 2 * PAIR_CORRELATION["between"] * part[0] * part[1])
    )
    assert row["status"] == "down"
    assert "S6K arm -2.00 ± 0.20; 4EBP arm -1.00 ± 0.40" in row["reason"]
    assert (row["n_measured"], row["n_proteins"]) == (4, 2)
    assert row["members"] == "RPS6 S240;S244 2 -2.00 | EIF4EBP1 T37;T46 2 -1.00"


def test_readouts_of_the_panel_come_before_other_sites(spot, observed):
    """Where the panel was measured, stand-ins of the same and of other arms do not speak."""
    c = observed(
        spot("RPS6", "S240;S244", -2.0, 0.2),
        spot("RICTOR", "T1135", 3.0, 0.2),  # the same arm
        spot("AKT1S1", "S183", 3.0, 0.2),  # an arm without a readout of the panel
    )
    out = activities(c)
    assert out.loc["MTORC1", "score"] == -2.0
    assert out.loc["MTORC1.S6K", "score"] == -2.0
    assert out.loc["MTORC1.DIRECT", "score"] == 3.0


@pytest.mark.parametrize("change", [-4.0, 4.0, 0.0])
def test_shared_sites_never_decide_mtorc1(spot, observed, change):
    """S235/S236 alone, however they move or stand, say nothing about mTORC1."""
    forms = [spot("RPS6", "S235;S236", change, 0.1), spot("RPS6", "S236", change, 0.1)]
    out = activities(observed(*forms))
    for name in ("MTORC1", "MTORC1.S6K"):
        assert out.loc[name, "status"] == "inconclusive"
        assert out.loc[name, "reason"].startswith(
            "rests only on sites that other kinases phosphorylate too ("
        )


@pytest.mark.parametrize(
    ("gene", "sites"), [("RPS6", "S240;S244"), ("EIF4EBP1", "T37;T46")], ids=["S240", "4EBP1"]
)
@pytest.mark.parametrize("rest", [-0.05, 0.05])
def test_shared_sites_do_not_decide_beside_specific_ones_that_stand(
    spot, observed, gene, sites, rest
):
    """S235/S236 fall, as under a MEK inhibitor, but the specific sites stand: not mTORC1."""
    c = observed(spot("RPS6", "S235;S236", -4.0, 0.3), spot(gene, sites, rest, 0.1))
    scores = score(c)
    statuses = scores.readouts.set_index("readout")["status"]
    assert statuses["S6_S240_S244" if gene == "RPS6" else "4EBP1"] == "unchanged"
    assert scores.activities.set_index("set").loc["MTORC1", "status"] != "down"


def test_arms_that_contradict_each_other(spot, observed):
    """An average over arms that moved against each other is no direction, and that is told."""
    c = observed(spot("RPS6", "S240;S244", -3.0, 0.1), spot("EIF4EBP1", "T37;T46", 3.0, 0.6))
    out = activities(c)
    row = out.loc["MTORC1"]
    assert row["q"] < 0.05
    assert row["status"] == "inconclusive"
    assert row["reason"].startswith("its arms contradict each other: 4EBP up, S6K down (")
    assert out.loc["MTORC1.S6K", "status"] == "down"
    assert out.loc["MTORC1.4EBP", "status"] == "up"
    balanced = observed(spot("RPS6", "S240;S244", -3.0, 0.1), spot("EIF4EBP1", "T37;T46", 3.0, 0.1))
    assert activities(balanced).loc["MTORC1", "status"] == "inconclusive"


def test_arms_that_stand_apart_are_not_unchanged(spot, observed):
    """Small opposite moves of two arms may be a standstill, large ones are none."""

    def mtorc1(size):
        forms = spot("RPS6", "S240;S244", size, 0.08), spot("EIF4EBP1", "T37;T46", -size, 0.08)
        return activities(observed(*forms)).loc["MTORC1", "status"]

    assert mtorc1(0.0) == "unchanged"
    assert mtorc1(2.0) == "inconclusive"


def test_spread_of_a_complex_is_never_below_its_noise(spot, observed):
    """Arms that agree exactly: what *unchanged* is shown against is the error of the average."""
    c = observed(spot("RPS6", "S240;S244", -0.1, 0.3), spot("EIF4EBP1", "T37;T46", -0.1, 0.3))
    knowledge = load()
    seen = view(c, c.effects[0])
    found = score_complex(seen, knowledge.sets["MTORC1"], knowledge, 0.05).combined
    assert found.se_spread >= found.se - 1e-12


def test_stand_ins_speak_where_the_panel_is_missing(spot, observed):
    """MTORC2 from ACLY, NDRG1 and FOXO3 when AKT S473 was not seen, and it says so."""
    c = observed(
        spot("ACLY", "S455", -2.0), spot("NDRG1", "T346", -2.0), spot("FOXO3", "S253", -2.0)
    )
    scores = score(c)
    out = scores.activities.set_index("set")
    assert scores.readouts.set_index("readout").loc["AKT_S473", "status"] == "not_measured"
    row = out.loc["MTORC2"]
    assert row["status"] == "down"
    assert "no readout of the panel is measured: stand-ins of lower specificity" in row["reason"]
    assert out.loc["MTORC2.AKT_HM", "status"] == "not_measured"


def test_stand_ins_are_silent_where_the_panel_speaks(spot, observed):
    """With AKT S473 measured, the stand-ins of MTORC2 neither help nor harm."""
    akt = spot("AKT1", "S473", 1.5, 0.2)
    alone = activities(observed(akt)).loc["MTORC2"]
    both = activities(observed(akt, spot("NDRG1", "T346", -3.0))).loc["MTORC2"]
    assert (both["score"], both["se"], both["status"]) == (1.5, 0.2, "up")
    assert alone["score"] == both["score"]
    assert "stand-ins" not in both["reason"]


def test_panel_seen_but_not_testable_gives_way_to_stand_ins(spot, observed):
    """AKT S473 on one side only cannot be tested, so the stand-ins speak, and it says so."""
    c = observed(
        spot("AKT1", "S473", nan, nan), spot("NDRG1", "T346", -2.0), spot("ACLY", "S455", -2.0)
    )
    row = activities(c).loc["MTORC2"]
    assert row["status"] == "down"
    assert "stand-ins" in row["reason"]


def test_one_shared_stand_in_is_not_enough(spot, observed):
    """A single stand-in protein that other kinases phosphorylate too decides nothing."""
    row = activities(observed(spot("ACLY", "S455", -3.0))).loc["MTORC2"]
    assert row["status"] == "inconclusive"
    assert row["reason"].startswith("rests only on sites that other kinases phosphorylate too (")


def test_pathways_need_their_least_number_of_sites(spot, observed):
    """One site of a pathway that needs two gives numbers but no status."""
    one = activities(observed(spot("AKT1S1", "T246", -3.0)))
    assert one.loc["AKT", "status"] == "inconclusive"
    n = one.loc["AKT", "n_members"]
    assert one.loc["AKT", "reason"].startswith(f"1 of {n} member sites measured, 2 needed (")
    assert one.loc["AKT", "score"] == -3.0
    two = activities(observed(spot("AKT1S1", "T246", -3.0), spot("GSK3B", "S9", -2.5)))
    assert two.loc["AKT", "status"] == "down"
    assert two.loc["AKT", "n_measured"] == 2


def test_inverse_members_of_a_set(spot, observed):
    """EEF2 T57 rises when S6K stops: it speaks for a fall."""
    sets = load().sets["MTORC1"].arms["S6K"]
    assert {m.sign for m in sets if m.site_id == "EEF2_T57"} == {-1}
    row = activities(observed(spot("EEF2", "T57", 2.0), spot("RICTOR", "T1135", -2.0)))
    assert row.loc["MTORC1.S6K", "score"] == pytest.approx(-2.0)


def test_agreement_is_asked_of_sets_too(spot, observed):
    """A set of which most evidence moves the other way is not called."""
    c = observed(spot("AKT1S1", "T246", 1.0), spot("GSK3B", "S9", -6.0))
    row = activities(c).loc["AKT"]
    assert row["q"] < 0.05
    assert row["status"] == "inconclusive"
    w = {m.site_id: m.weight for m in load().sets["AKT"].members}
    share = w["GSK3B_S9"] / (w["GSK3B_S9"] + w["AKT1S1_T246"])
    assert share < 2 / 3
    assert f"only {share:.0%} of the evidence moves that way" in row["reason"]


def test_families(spot, observed):
    """Complexes are one BH family, arms and pathways another; both say their size."""
    c = observed(
        spot("RPS6", "S240;S244", -0.8, 0.3),
        spot("AKT1", "S473", -0.9, 0.4),
        spot("GSK3B", "S9", -0.3, 0.3),
        spot("MAPK1", "T185;Y187", 0.9, 0.3),
    )
    out = activities(c)
    main = out["kind"] == "complex"
    assert set(out["kind"]) == {"complex", "arm", "pathway"}
    for mask, name in ((main, "complexes"), (~main, "pathways and arms")):
        part = out[mask]
        assert set(part["family"]) == {f"BH over {part['p'].notna().sum()} measured {name}"}
        assert_allclose(part["q"], stats.benjamini_hochberg(part["p"].to_numpy()))
    assert main.sum() == 2


def test_every_set_has_a_row(observed):
    """Every set is listed even if nothing was measured; what phosphosites cannot show says so."""
    out = activities(observed())
    sets = load().sets
    expected = {*sets, "MTORC1.4EBP.T37_T46", "MTORC1.4EBP.S65_T70"}
    expected |= {f"{s.id}.{a}" for s in sets.values() if s.kind == "complex" for a in s.arms}
    assert set(out.index) == expected
    blind = out.loc[[s.id for s in sets.values() if not s.members]]
    assert {"PDL1", "NOTCH"} <= set(blind.index)
    assert blind["reason"].str.startswith("phosphosites do not show it: ").all()
    assert (blind["n_members"] == 0).all()
    for name, group in sets.items():
        assert out.loc[name, "not_measured"] == ";".join(m.site_id for m in group.members)
    assert set(out["status"]) == {"not_measured"}
    assert out[["score", "se", "z", "p", "q"]].isna().all(axis=None)
    assert (out["n_measured"] == 0).all()


def test_z_and_interval(spot, observed):
    """z = score / se, and the interval is about the score."""
    out = activities(observed(spot("RPS6", "S240;S244", -2.0), spot("GSK3B", "S9", -0.4)))
    measured = out[out["p"].notna()]
    assert_allclose(measured["z"], measured["score"] / measured["se"])
    assert_allclose((measured["ci_low"] + measured["ci_high"]) / 2, measured["score"])


@pytest.mark.parametrize("seed", range(3))
def test_weights_of_every_target_sum_to_one(spot, cohort, seed):
    """In a cohort with many curated sites, the evidence of each tested target is complete."""
    rng = np.random.default_rng(seed)
    sites = list(load().sites.values())
    spots = [
        spot(sites[i].gene, sites[i].site, float(rng.normal(0, 1.5)))
        for i in rng.choice(len(sites), 90, replace=False)
    ]
    scores = score(contrast(cohort(*spots, seed=seed), pre="pre", on="on"))
    weight = scores.evidence.groupby(["level", "subject", "target"])["weight"].sum()
    tested = scores.activities.rename(columns={"set": "target"}).set_index(weight.index.names)
    tested = tested.index[tested["p"].notna()]
    assert len(tested) > 100
    assert_allclose(weight[tested], 1)
    assert scores.evidence["weight"].between(0, 1 + 1e-12).all()


def test_a_form_of_two_arms_is_one_piece_of_evidence(spot, observed):
    """A feature that carries sites of two arms is not counted twice; its weights sum to 1."""
    c = observed(spot("MTOR", "S2448;S2481", -3.0, 0.3))
    scores = score(c)
    weight = scores.evidence.query("target == 'MTORC1'")["weight"].sum()
    assert weight == pytest.approx(1)
    assert scores.activities.set_index("set").loc["MTORC1", "se"] >= 0.3 - 1e-12


def test_parts_of_4ebp1_are_told_apart(spot, observed):
    """Rapamycin: T37/T46 stays while S65 falls; the parts say what the arm averages."""
    c = observed(spot("EIF4EBP1", "T37;T46", 0.0, 0.1), spot("EIF4EBP1", "S65", -2.0, 0.2))
    out = activities(c)
    assert out.loc["MTORC1.4EBP.T37_T46", "score"] == 0.0
    assert out.loc["MTORC1.4EBP.S65_T70", "score"] == -2.0
    assert out.loc["MTORC1.4EBP.T37_T46", "n_measured"] == 2
    assert "EIF4EBP1_T70" in out.loc["MTORC1.4EBP.S65_T70", "not_measured"].split(";")


def test_every_member_of_a_complex_is_accounted_for(spot, observed):
    """A member is counted, or measured with its reason for not counting, or not measured."""
    c = observed(
        spot("RPS6", "S240;S244", -2.0),
        spot("RPS6", "S235;S236", -1.0),  # shared with RSK
        spot("RICTOR", "T1135", -1.5),  # a stand-in
        spot("EIF4EBP1", "T37", nan, nan),  # seen on one side only
    )
    scores = score(c)
    rows = scores.evidence.query("target == 'MTORC1'").set_index("site_ids")
    assert_allclose(rows["weight"].sum(), 1)
    assert rows.loc["RPS6_S235;RPS6_S236", "note"].startswith("other kinases write it too")
    assert rows.loc["RICTOR_T1135", "note"].startswith("stand-in")
    assert rows.loc["EIF4EBP1_T37", "note"].startswith("seen before treatment only")
    missing = scores.activities.set_index("set").loc["MTORC1", "not_measured"].split(";")
    shown = {s for ids in rows.index for s in ids.split(";")}
    assert shown | set(missing) == {m.site_id for m in load().sets["MTORC1"].members}
    assert not shown & set(missing)
