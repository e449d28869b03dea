"""ER+ breast xenografts, untreated, 3 d and 56 d on a PI3K inhibitor: what a run must find.

Three tumours a group, log2 intensities without missing values, one row a site of each peptide.
Expectations are those of the experiment, written down before the run; they are not fitted.
"""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from phosres import pipeline
from phosres.contrasts import contrast
from phosres.figures import render_all
from phosres.normalization import normalize
from phosres.report import render
from phosres.results import RunResult
from phosres.scoring import score

pytestmark = pytest.mark.real

CONFIG = Path(__file__).parent / "griffin" / "config.yaml"


@pytest.fixture(scope="module")
def result(shared: Path) -> RunResult:
    """The run on the untouched original file."""
    assert (shared / "griffin_pi3ki_xenograft" / "original").is_dir()
    return pipeline.run(CONFIG)


def only(frame, **values):
    """The one row of a table with these values."""
    for column, value in values.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


def test_every_row_is_accounted_for(result: RunResult) -> None:
    """19,650 rows become 16,933 peptidoforms; the rest are sites of the same peptides."""
    merged = sum(loss.rows for loss in result.raw.losses)
    assert result.raw.source.rows == 19_650
    assert result.raw.n_features == 16_933
    assert result.raw.n_features + merged == 19_650
    assert all(loss.kept for loss in result.raw.losses if "same peptide" in loss.reason)


def test_engagement_is_called_at_56_days(result: RunResult) -> None:
    """The outputs of PI3K-AKT fell, on at least two sites, and the call says which."""
    row = only(result.table("calls"), contrast="long", kind="engagement")
    assert (row["call"], row["status"], row["level"]) == ("AKT", "yes", "cohort")
    assert "FOXO3_S253" in row["sites"]
    assert "T246" in row["sites"]


def test_mtorc1_is_down_at_56_days_although_forms_disagree(result: RunResult) -> None:
    """One S6 form rises by 3 log2 and 4E-BP1 forms disagree; both are said, neither decides."""
    readouts, activities = result.table("readouts"), result.table("activities")
    s6 = only(readouts, contrast="long", readout="S6_S240_S244")
    assert s6["status"] == "down"
    assert s6["n_agree"] == s6["n_features"] - 1
    assert "1 of 9 forms disagree" in s6["reason"]
    forms = result.table("evidence").query("contrast == 'long' and target == 'S6_S240_S244'")
    odd = forms[forms["log2fc"] > 0]
    assert len(odd) == 1
    assert odd["log2fc"].iloc[0] > 3
    assert odd["note"].iloc[0] == "disagrees with the other forms, down-weighted"
    assert only(readouts, contrast="long", readout="S6_S235_S236")["status"] == "down"
    ebp = only(readouts, contrast="long", readout="4EBP1")
    assert ebp["status"] == "inconclusive"
    assert ebp["tau"] > 1
    assert only(activities, contrast="long", set="MTORC1")["status"] == "down"
    assert only(result.table("calls"), contrast="long", call="MTORC1")["status"] == "no"


def test_akt_s473_is_not_measured_never_down(result: RunResult) -> None:
    """No S473 peptide is in the table, so nothing is said about it but its stand-ins."""
    rows = result.table("readouts").query("readout == 'AKT_S473'")
    assert list(rows["status"]) == ["not_measured", "not_measured"]
    assert rows["log2fc"].isna().all()
    assert rows["reason"].str.contains("not measured is not down").all()
    assert rows["reason"].str.contains("AKT1S1_T246").all()


def test_short_treatment_is_not_called_mtorc1_inhibition(result: RunResult) -> None:
    """At 3 d the S6 forms hardly move: no mTORC1 call either way."""
    activities = result.table("activities")
    assert only(activities, contrast="short", set="MTORC1")["status"] in (
        "inconclusive",
        "unchanged",
    )


def test_the_report_names_the_rising_sites(result: RunResult) -> None:
    """FLNA S2152 and RB1 T356 rise at 56 d with q below 0.05, and the page says so."""
    sites = result.table("sites").query("contrast == 'long'")
    for site_id in ("FLNA_S2152", "RB1_T356"):
        row = only(sites, site_ids=site_id)
        assert row["log2fc"] > 1.5
        assert row["q"] < 0.05
    html = render(result, ()).html
    rising = html[html.index("rise") :]
    assert "FLNA S2152" in rising or "FLNA_S2152" in rising
    assert "RB1 T356" in rising or "RB1_T356" in rising


def test_every_figure_is_drawn(result: RunResult) -> None:
    """No figure of this run fails."""
    assert [f.id for f in render_all(result) if f.error and "not drawn" not in f.error] == []


def test_untreated_against_untreated_raises_no_alarm(result: RunResult) -> None:
    """Single pairs of untreated tumours, both ways: false calls are as rare as the level says.

    Three unordered pairs with three measured readouts and two complexes each; at 5 % per panel 0.15
    false panels are expected of three, so any would be one too many.
    """
    table = result.raw
    false, tested = 0, 0
    for a, b in itertools.permutations(["ctrl_a", "ctrl_b", "ctrl_c"], 2):
        pair = replace(table, values=table.values[[a, b]], samples=table.samples.loc[[a, b]])
        conditions = pair.samples.assign(condition=[a, b])
        scores = score(contrast(normalize(replace(pair, samples=conditions)), pre=a, on=b))
        for frame in (scores.readouts, scores.activities.query("kind == 'complex'")):
            tested += int(np.isfinite(frame["p"]).sum())
            false += int(frame["status"].isin(["up", "down"]).sum())
    assert tested == 6 * 5
    assert false == 0
