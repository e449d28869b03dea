"""Quality: what is thin or swapped gets a light, and no light ever changes a number."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from phosres import contrasts, normalization, scoring
from phosres.columns import QUALITY
from phosres.identity import identify
from phosres.quality import assess
from phosres.results import Quality
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

SUBJECTS = ("A", "B", "C", "D")
SAMPLES = [f"{s}_{c}" for s in SUBJECTS for c in ("pre", "on")]
STRESS = [("HSPB1", "S82"), ("MAPK14", "Y182"), ("JUN", "S63"), ("MAPK8", "Y185")]
N = 300

Change = Callable[[pd.DataFrame], None]


def make_table(change: Change | None = None, subjects: tuple[str, ...] = SUBJECTS) -> PhosphoTable:
    """A cohort whose subjects differ more than their samples; `change` may spoil the values."""
    rng = np.random.default_rng(3)
    names = [f"{s}_{c}" for s in subjects for c in ("pre", "on")]
    own = np.repeat(rng.normal(0, 1.0, (N, len(subjects))), 2, axis=1)
    values = rng.normal(22, 2, (N, 1)) + own + rng.normal(0, 0.3, (N, len(names)))
    genes = [g for g, _ in STRESS] + [f"GENE{i}" for i in range(N - len(STRESS))]
    sites = [s for _, s in STRESS] + [f"S{i + 10}" for i in range(N - len(STRESS))]
    index = pd.Index([f"{g}_{s}" for g, s in zip(genes, sites, strict=True)], dtype=object)
    features = pd.DataFrame("", index=index, columns=list(FEATURE_COLUMNS))
    features = features.assign(
        gene=genes,
        protein=genes,
        sites=sites,
        multiplicity=pd.array([1] * N, dtype="Int64"),
        localization=1.0,
    )
    samples = pd.DataFrame(
        {
            "subject": [n[0] for n in names],
            "condition": [n[2:] for n in names],
            "timepoint": "",
            "replicate": "",
            "batch": "",
        },
        index=names,
    )
    frame = pd.DataFrame(values, index=index, columns=names)
    if change:
        change(frame)
    source = Source("t.tsv", "generic")
    return identify(PhosphoTable(frame, features, samples, "log2_intensity", source))


def lights(table: PhosphoTable, paired: bool | str = "auto") -> Quality:
    """Assess a table as the pipeline does."""
    normal = normalization.normalize(table)
    contrast = contrasts.contrast(normal, pre="pre", on="on", paired=paired)
    shifts = normalization.compare_methods(table, used="median_of_ratios")
    return assess(table, shifts, {"on": contrast}, {"on": scoring.score(contrast)})


def rows(found: Quality, check: str) -> pd.DataFrame:
    """Rows of one check by name."""
    return found.table[found.table["check"] == check].set_index("name")


@pytest.fixture(scope="module")
def clean() -> Quality:
    """Lights of a cohort without anything wrong."""
    return lights(make_table())


def test_a_clean_cohort_is_all_ok(clean: Quality) -> None:
    """Every check is there for the run, each sample and each pair, and none complains."""
    assert clean.table.columns.tolist() == QUALITY.names
    assert set(clean.table["scope"]) == {"run", "sample", "pair"}
    for check in ("features", "shift", "methods differ"):
        assert rows(clean, check).index.tolist() == SAMPLES
    for check in ("feature counts", "pair integrity"):
        assert rows(clean, check).index.tolist() == [f"on: {s}" for s in SUBJECTS]
    assert (clean.table["light"] == "ok").all(), clean.table[clean.table["light"] != "ok"]
    assert clean.text == f"All {len(clean.table)} quality checks are ok."
    assert (clean.table["reason"] != "").all()


def test_a_sample_with_few_features_is_warned() -> None:
    """Under half the features of the median sample is a warning, with both numbers."""

    def thin(frame: pd.DataFrame) -> None:
        frame.iloc[: int(N * 0.6), 3] = np.nan

    found = lights(make_table(thin))
    row = rows(found, "features").loc["B_on"]
    assert (row["light"], row["value"], row["limit"]) == ("warn", N * 0.4, N * 0.5)
    assert "120 features, 40% of the median sample" in row["reason"]
    others = rows(found, "features").drop("B_on")
    assert (others["light"] == "ok").all()
    assert "features (1)" in found.text


def test_the_share_of_missing_values_is_told() -> None:
    """The run's missingness is a number of its own, without a limit."""

    def thin(frame: pd.DataFrame) -> None:
        frame.iloc[:30, :] = np.where(np.arange(8) % 2, np.nan, frame.iloc[:30, :])

    row = rows(lights(make_table(thin)), "missing values").iloc[0]
    assert row["value"] == pytest.approx(0.05)
    assert np.isnan(row["limit"])
    assert "5% of 300 x 8 values are missing" in row["reason"]


def test_a_pair_that_differs_in_features_is_warned() -> None:
    """A quarter of the features more or fewer on treatment makes the pair doubtful."""

    def thin(frame: pd.DataFrame) -> None:
        frame.iloc[:90, 5] = np.nan

    found = rows(lights(make_table(thin)), "feature counts")
    assert found["light"].to_dict() == {
        "on: A": "ok",
        "on: B": "ok",
        "on: C": "warn",
        "on: D": "ok",
    }
    assert found.loc["on: C", "value"] == pytest.approx(-0.3)
    assert "300 features before, 210 on treatment (-30%)" in found.loc["on: C", "reason"]


def test_half_or_double_the_material_is_warned() -> None:
    """A sample 2 log2 above the others is aligned by as much, and says so."""

    def load(frame: pd.DataFrame) -> None:
        frame.iloc[:, 0] += 3.0

    found = rows(lights(make_table(load)), "shift")
    assert found.loc["A_pre", "light"] == "warn"
    assert found.loc["A_pre", "value"] > 1.0
    assert "aligned by +" in found.loc["A_pre", "reason"]
    assert (found.drop("A_pre")["light"] == "ok").all()


def test_methods_that_disagree_are_warned() -> None:
    """Features that are lost by intensity move the column median but not the ratios."""

    def lose(frame: pd.DataFrame) -> None:
        low = frame.mean(axis=1).rank() < N * 0.25
        frame.loc[low, "D_on"] = np.nan

    found = rows(lights(make_table(lose)), "methods differ")
    assert found.loc["D_on", "light"] == "warn"
    assert found.loc["D_on", "value"] > found.loc["D_on", "limit"] == 0.2
    assert (found.drop("D_on")["light"] == "ok").all()


def test_two_swapped_samples_are_noticed() -> None:
    """Two exchanged on-treatment samples are nearer to each other's pre-treatment samples."""

    def swap(frame: pd.DataFrame) -> None:
        frame[["A_on", "C_on"]] = frame[["C_on", "A_on"]].to_numpy()

    found = rows(lights(make_table(swap)), "pair integrity")
    assert found["light"].to_dict() == {
        "on: A": "warn",
        "on: B": "ok",
        "on: C": "warn",
        "on: D": "ok",
    }
    assert "rank 3 of 4" in found.loc["on: A", "reason"]
    assert "(C); a wrong partner would not be seen here" in found.loc["on: A", "reason"]
    assert "(A)" in found.loc["on: C", "reason"]
    assert (found["value"] < found["limit"]).to_list() == [True, False, True, False]


def test_two_subjects_are_too_few_to_compare() -> None:
    """Pair integrity needs a third subject, and features that two samples share."""
    assert rows(lights(make_table(subjects=("A", "B"))), "pair integrity").empty

    def holes(frame: pd.DataFrame) -> None:
        frame.iloc[40:170, ::2] = np.nan
        frame.iloc[170:, 1::2] = np.nan

    table = make_table(holes)
    shifts = normalization.compare_methods(table, used="none")
    contrast = contrasts.contrast(table, pre="pre", on="on")
    assert rows(assess(table, shifts, {"on": contrast}, {}), "pair integrity").empty


def test_a_swap_in_a_larger_cohort_fails() -> None:
    """With enough sound pairs to learn from, two exchanged samples are more than a warning."""

    def swap(frame: pd.DataFrame) -> None:
        frame[["A_on", "C_on"]] = frame[["C_on", "A_on"]].to_numpy()

    found = rows(lights(make_table(swap, tuple("ABCDEFGH"))), "pair integrity")
    assert found.index[found["light"] == "fail"].tolist() == ["on: A", "on: C"]
    assert found.loc["on: A", "reason"].endswith("samples may be swapped")


def test_handling_is_compared_as_the_sheet_has_it() -> None:
    """Minutes more than five apart, and another way of collection, are lights of the pair."""
    table = make_table()
    late = table.samples.index == "B_on"
    samples = table.samples.assign(
        ischemia_min=np.where(late, "30", "10"), collection=np.where(late, "resection", "core")
    )
    found = lights(replace(table, samples=samples))
    for check, reason in (
        ("ischemia minutes", "10 minutes before, 30 on treatment"),
        ("collection", "core before, resection on treatment"),
    ):
        told = rows(found, check)
        assert told.index[told["light"] == "warn"].tolist() == ["on: B"]
        assert told.loc["on: B", "reason"] == reason


def test_a_stressed_sample_stands_out_of_its_side() -> None:
    """Stress sites two log2 up in one of eight samples of a side name it, and no other."""

    def heat(frame: pd.DataFrame) -> None:
        frame.loc[frame.index[: len(STRESS)]] = 22.0 + 0.1 * np.random.default_rng(1).normal(
            0, 1, (len(STRESS), frame.shape[1])
        )
        frame.loc[frame.index[: len(STRESS)], "D_on"] += 2.0

    found = rows(lights(make_table(heat, tuple("ABCDEFGH"))), "stress")
    assert found.index[found["light"] == "warn"].tolist() == ["D_on"]
    assert found.loc["D_on", "value"] == pytest.approx(2.0, abs=0.3)


def test_groups_have_no_pairs() -> None:
    """Without a pairing there are no lights of pairs but that of the stress sites."""
    found = lights(make_table(), paired=False)
    assert rows(found, "feature counts").empty
    assert rows(found, "pair integrity").empty
    assert not rows(found, "stress sites").empty


def test_stress_sites_that_move_are_warned(clean: Quality) -> None:
    """p38, JNK and HSP27 that rise in one patient give that pair a light and leave the others."""

    def heat(frame: pd.DataFrame) -> None:
        frame.loc[frame.index[: len(STRESS)], "D_on"] += 6.0

    found = rows(lights(make_table(heat)), "stress sites")
    assert found.loc["on: D", "light"] == "warn"
    assert found.loc["on: D", "reason"].startswith("stress sites up:")
    assert found.loc["on: D", "value"] > 4
    assert (found.loc[["on: A", "on: B", "on: C"], "light"] == "ok").all()
    assert rows(clean, "stress sites").index.tolist() == ["on", *(f"on: {s}" for s in SUBJECTS)]


def test_lights_change_no_number() -> None:
    """Assessing returns rows; the tables that were looked at stay as they were."""
    table = make_table()
    normal = normalization.normalize(table)
    contrast = contrasts.contrast(normal, pre="pre", on="on")
    shifts = normalization.compare_methods(table, used="median_of_ratios")
    scores = scoring.score(contrast)
    before = (table.values.copy(), shifts.copy(), scores.readouts.copy(), contrast.table)
    assess(table, shifts, {"on": contrast}, {"on": scores})
    after = (table.values, shifts, scores.readouts, contrast.table)
    for one, two in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, two)


def test_a_sample_unlike_all_others_is_named() -> None:
    """Twelve samples, one with a profile of its own: a light at it alone; eight are not judged."""

    def spoil(frame: pd.DataFrame) -> None:
        frame["C_on"] += np.random.default_rng(8).normal(0, 3, N)

    found = rows(lights(make_table(spoil, tuple("ABCDEF"))), "outlying samples")
    assert found.index[found["light"] == "warn"].tolist() == ["C_on"]
    assert "lies apart from the other samples of 300 complete features" in found["reason"]["C_on"]
    few = rows(lights(make_table()), "outlying samples")
    assert few.index.tolist() == [""]
    assert few["reason"].iloc[0].startswith("not judged: 8 samples with 300 features in all of")


def test_subjects_that_pairs_cannot_use_are_counted() -> None:
    """A subject without an on-treatment sample is a light of the run, by name."""
    table = make_table()
    keep = [s for s in table.samples.index if s != "D_on"]
    fewer = replace(table, values=table.values[keep], samples=table.samples.loc[keep])
    row = rows(lights(fewer), "subjects left out").loc["on"]
    assert (row["value"], row["light"]) == (1, "warn")
    assert row["reason"] == "without a sample on treatment: D"


def test_the_sentence_counts_each_kind_of_light() -> None:
    """What needs a look is named with its number."""

    def thin(frame: pd.DataFrame) -> None:
        frame.iloc[: int(N * 0.6), 3] = np.nan

    found = lights(make_table(thin))
    bad = found.table[found.table["light"] != "ok"]
    assert found.text.startswith(f"{len(bad)} of {len(found.table)} quality checks need a look: ")
    for check, n in bad.groupby("check").size().items():
        assert f"{check} ({n})" in found.text


def test_a_sample_without_values_does_not_break_the_lights() -> None:
    """Zero features in one sample is the worst light, not an error."""
    table = make_table()
    empty = table.values.copy()
    empty["A_on"] = np.nan
    shifts = normalization.compare_methods(table, used="none")
    found = assess(replace(table, values=empty), shifts, {}, {})
    row = rows(found, "features").loc["A_on"]
    assert (row["light"], row["value"]) == ("warn", 0)
