"""Kinases of a contrast: statuses, what counts as evidence, and honest p values."""

import numpy as np
import pandas as pd
import pytest

from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.contrasts import PAIR_CORRELATION
from phosres.errors import DataError
from phosres.kinases import Edges, Placed, add_kinases, place
from phosres.knowledge import Knowledge, load
from phosres.results import Contrast, Scores, SiteEffects
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

BACKGROUND = 400
SPOTS = (
    *((f"DOWN{i}", "S10", 1, -1.5) for i in range(5)),
    *((f"UP{i}", "S10", 1, 1.5) for i in range(4)),
    ("UP3", "S90", 1, 1.5),
    *(("ONE", f"S{100 + 40 * i}", 1, 2.0) for i in range(5)),  # one protein
    ("PEP", "S10", 1, 2.0),  # forms of one stretch of peptide
    ("PEP", "S12", 1, 2.0),
    ("PEP", "S10;S12", 2, 2.0),
    ("AKT1", "T308", 1, -2.0),
)
EDGES = (
    *(("KD", f"DOWN{i}_S10", 1.0) for i in range(5)),
    *(("KU", f"UP{i}_S10", 1.0) for i in range(4)),
    ("KU", "UP3_S90", 1.0),
    *(("KONE", f"ONE_S{100 + 40 * i}", 1.0) for i in range(5)),
    ("KPEP", "PEP_S10", 1.0),
    ("KPEP", "PEP_S12", 1.0),
    ("KPEP", "DOWN0_S10", -1.0),
    *(("PHOSPHATASE", f"DOWN{i}_S10", -1.0) for i in range(5)),
    *(("KFLAT", f"BG{i}_S10", 1.0) for i in range(30)),
    ("KGONE", "NOWHERE_S1", 1.0),
    *(("AKT1", f"DOWN{i}_S10", 1.0) for i in range(2)),
    *(("KSUB", f"DOWN{i}_S10", 1.0) for i in range(4)),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The package's own."""
    return load()


@pytest.fixture(scope="module")
def contrast() -> Contrast:
    """Spots with given changes on noise, in the cohort and in a subject that misses a half."""
    rng = np.random.default_rng(2)
    rows = [*SPOTS, *((f"BG{i}", "S10", 1, None) for i in range(BACKGROUND))]
    names = [f"{g} {s} {m}" for g, s, m, _ in rows]
    frame = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=names)
    frame["gene"] = frame["protein"] = [g for g, _, _, _ in rows]
    frame["sites"] = [s for _, s, _, _ in rows]
    frame["multiplicity"] = pd.array([m for _, _, m, _ in rows], dtype="Int64")
    frame.loc["AKT1 T308 1", "site_ids"] = "AKT1_T308"
    log2fc = np.array([rng.normal(0, 0.3) if c is None else c for *_, c in rows])
    effects = tuple(
        SiteEffects(
            level, subject, table(log2fc, names, gone), "test", bool(subject), PAIR_CORRELATION
        )
        for level, subject, gone in (("cohort", "", 0), ("subject", "A", 3))
    )
    samples = pd.DataFrame(
        {"subject": ["A", "A"], "condition": ["pre", "on"], "timepoint": "", "replicate": ""},
        index=["a", "b"],
    ).assign(batch="")
    values = pd.DataFrame(20.0, index=names, columns=["a", "b"])
    data = PhosphoTable(values, frame, samples, "log2_intensity", Source("t.tsv", "wide"))
    return Contrast("on", "paired", data, samples.iloc[:, :0], effects, "test")


def table(log2fc: np.ndarray, names: list[str], gone: int) -> pd.DataFrame:
    """Effects with a noise of 0.3; the first features are not measured."""
    n = len(names)
    change = np.where(np.arange(n) < gone, np.nan, log2fc)
    seen = np.where(np.arange(n) < gone, 0, 3)
    se = np.full(n, 0.3)
    return pd.DataFrame(
        {
            "log2fc": change,
            "se": se,
            "df": 8.0,
            "t": change / se,
            "mean": 20.0,
            "n_pre": seen,
            "n_on": seen,
        },
        index=names,
    )


def network(edges: tuple[tuple[str, str, float], ...] = EDGES) -> Edges:
    """Edges as they are read."""
    return Edges(pd.DataFrame(edges, columns=["source", "target", "weight"]), "table")


@pytest.fixture(scope="module")
def placed(contrast: Contrast, knowledge: Knowledge) -> Placed:
    """The network on the table."""
    return place(network(), contrast.data.features, knowledge, name="net")


@pytest.fixture(scope="module")
def scored(contrast: Contrast, placed: Placed) -> Scores:
    """Scores that hold nothing but the kinases."""
    scores = Scores(READOUTS.empty(), ACTIVITIES.empty(), EVIDENCE.empty(), "")
    return add_kinases(scores, contrast, [placed])


@pytest.fixture(scope="module")
def rows(scored: Scores) -> pd.DataFrame:
    """Rows of the kinases, indexed by level and kinase."""
    got = scored.activities
    return got.set_index([got["level"], got["set"].str.removeprefix("net:")])


def test_statuses(rows: pd.DataFrame) -> None:
    """Up and down are shown, flat is inconclusive and never unchanged, absent is not measured."""
    status = rows.loc["cohort", "status"]
    assert status["KD"] == "down"
    assert status["KU"] == "up"
    assert status["PHOSPHATASE"] == "up"
    assert status["KFLAT"] == "inconclusive"
    assert status["KGONE"] == "not_measured"
    assert "unchanged" not in set(rows["status"])


def test_one_protein_is_not_called(rows: pd.DataFrame) -> None:
    """Five sites that rise with the amount of their protein are no kinase that rises."""
    one = rows.loc[("cohort", "KONE")]
    assert (one["status"], one["n_proteins"]) == ("inconclusive", 1)
    assert np.isnan(one["p"])
    assert "amount may have changed" in one["reason"]


def test_one_peptide_is_one_piece_of_evidence(rows: pd.DataFrame) -> None:
    """Three forms with two targets are one stretch: two pieces are too few for a test."""
    pep = rows.loc[("cohort", "KPEP")]
    assert (pep["n_measured"], pep["n_members"], pep["n_proteins"]) == (3, 3, 2)
    assert "2 peptide stretches of 2 proteins, 3 stretches are needed" in pep["reason"]
    assert pep["members"].count("PEP") == 3


def test_own_sites_count_where_the_table_has_them(rows: pd.DataFrame) -> None:
    """AKT1 has two substrates and its T308: three pieces, with the own site the heaviest."""
    akt = rows.loc[("cohort", "AKT1")]
    assert (akt["n_measured"], akt["n_members"]) == (3, 3)
    assert akt["status"] == "down"
    assert akt["members"].startswith("AKT1 T308 1 -2.00")
    assert akt["score"] == pytest.approx((-1.5 - 1.5 - 3 * 2.0) / 5)


def test_evidence_of_a_stronger_kinase_is_said(rows: pd.DataFrame) -> None:
    """All of KSUB is in KD, which changes more; KD itself says nothing of it."""
    assert rows.loc[("cohort", "KSUB"), "status"] == "down"
    assert rows.loc[("cohort", "KSUB"), "reason"].endswith(
        "; 100% of it is evidence of KD too, nothing is left without it"
    )
    assert "KSUB" not in rows.loc[("cohort", "KD"), "reason"]


def test_called_kinases_list_their_evidence(scored: Scores, rows: pd.DataFrame) -> None:
    """Every member with its own change, shares that sum to one; nothing of those not called."""
    evidence = scored.evidence[scored.evidence["level"] == "cohort"]
    called = rows.loc["cohort"].query("status in ('up', 'down')")["set"]
    assert set(evidence["target"]) == set(called)
    akt = evidence[evidence["target"] == "net:AKT1"].set_index("site_ids")
    assert akt["weight"].sum() == pytest.approx(1)
    assert akt.loc["AKT1_T308", ["log2fc", "se", "sign"]].tolist() == [-2.0, 0.3, 1]
    turned = evidence[evidence["target"] == "net:PHOSPHATASE"]
    assert (turned["sign"] == -1).all()
    assert (turned["log2fc"] == -1.5).all()


def test_coverage_is_that_of_the_level(rows: pd.DataFrame) -> None:
    """The subject misses three substrates: two are too few."""
    kd = rows.loc[("subject", "KD")]
    assert (kd["n_measured"], kd["n_members"], kd["status"]) == (2, 5, "inconclusive")
    assert rows.loc[("cohort", "KD"), "n_measured"] == 5


def test_families_and_other_rows(contrast: Contrast, placed: Placed, rows: pd.DataFrame) -> None:
    """q is over the tested kinases of one network and level, and other rows stay as they are."""
    tested = rows.loc["cohort"]
    assert set(tested["family"]) == {f"BH over {tested['p'].notna().sum()} tested kinases of net"}
    assert (tested["q"].dropna() >= tested["p"].dropna()).all()
    before = ACTIVITIES.order(rows.reset_index(drop=True))
    scores = Scores(READOUTS.empty(), before, EVIDENCE.empty(), "")
    again = add_kinases(scores, contrast, [placed]).activities
    pd.testing.assert_frame_equal(again.iloc[: len(before)], before)
    assert add_kinases(scores, contrast, []) is scores


def test_a_contradiction_is_no_member(contrast: Contrast, knowledge: Knowledge) -> None:
    """A form that carries a site up and a site down when the kinase acts says nothing."""
    edges = network((("K", "PEP_S10", 1.0), ("K", "PEP_S12", -1.0)))
    got = place(edges, contrast.data.features, knowledge, name="n")
    names = [contrast.data.features.index[i] for i in got.pieces.feature]
    assert names == ["PEP S10 1", "PEP S12 1"]


def test_nothing_matches(contrast: Contrast, knowledge: Knowledge) -> None:
    """Both spellings are shown, and why."""
    edges = network((("K", "NOPE_S1", 1.0), ("K", "DOWN1_S11", 1.0)))
    with pytest.raises(DataError) as error:
        place(edges, contrast.data.features, knowledge, name="n", path="n.tsv")
    assert "targets like 'NOPE_S1', 'DOWN1_S11'; features like 'DOWN0 S10 1'" in str(error.value)
    assert "1 protein not in the table, 1 site not in the table" in str(error.value)
    assert "did you mean 'DOWN1 S10 1'?" in str(error.value)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_p_is_honest_on_correlated_noise(knowledge: Knowledge, shift: float) -> None:
    """Noise of proteins shared by their sites: few random sets are found, shifted or not."""
    rng = np.random.default_rng(7)
    protein = np.repeat(np.arange(400), 3)
    noise = np.sqrt(0.15) * rng.normal(size=400)[protein] + np.sqrt(0.85) * rng.normal(size=1200)
    names = [f"P{p} S{40 * i}" for i, p in enumerate(protein, 1)]
    frame = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=names)
    frame["gene"] = frame["protein"] = [n.split()[0] for n in names]
    frame["sites"] = [n.split()[1] for n in names]
    frame["multiplicity"] = pd.array([1] * 1200, dtype="Int64")
    effects = table(0.3 * (noise + shift), names, 0)
    edges = [
        (f"K{k}", n.replace(" ", "_"), 1.0)
        for k in range(150)
        for n in rng.choice(names, 12, replace=False)
    ]
    placed = place(network(tuple(edges)), frame, knowledge, name="n")
    data = PhosphoTable(
        pd.DataFrame({"a": 20.0}, index=names),
        frame,
        pd.DataFrame("", index=["a"], columns=["subject", "condition", "timepoint"]).assign(
            replicate="", batch=""
        ),
        "log2_ratio",
        Source("t", "t"),
    )
    one = SiteEffects("subject", "A", effects, "test", True, PAIR_CORRELATION)
    contrast = Contrast("on", "single", data, pd.DataFrame(), (one,), "")
    scores = Scores(READOUTS.empty(), ACTIVITIES.empty(), EVIDENCE.empty(), "")
    p = add_kinases(scores, contrast, [placed]).activities["p"]
    assert p.notna().all()
    assert (p < 0.05).mean() < 0.08
