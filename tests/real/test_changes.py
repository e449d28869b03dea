"""Real tables of changes: a contrast of limma, and an antibody array of drug responses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import phosres

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real tables are not at {SHARED}"),
]


def test_p_values_of_a_limma_table_come_back():
    """Standard errors and df taken from t and p give the p values of the file, site by site."""
    path = SHARED / "cosmos_ccrcc_paired" / "original" / "phospho_ttop_tumorVsHealthy.csv.gz"
    table = phosres.read(path)
    found = phosres.contrast(phosres.normalize(table), on="logFC").table.set_index("feature")
    raw = pd.read_csv(path)
    rows = table.features["source_rows"].str.split(";").str[0].astype(int) - 2
    expected = raw["P.Value"].to_numpy()[rows]
    assert np.allclose(found.loc[table.features.index, "p"], expected, rtol=1e-5)


def test_a_rapalog_on_an_antibody_array():
    """Temsirolimus lowers S6 and raises AKT S473; total-protein antibodies are a counted loss."""
    folder = SHARED / "cellbox_skmel133_rppa"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str)
    sheet = sheet[sheet["condition"] == "single"]
    sheet = sheet[["sample", "subject"]].assign(condition=sheet["treatment"])
    table = phosres.read(folder / "data.tsv.gz", sheet, values="change")
    assert (table.source.format, table.scale) == ("rppa", "log2_change")
    assert [loss.reason for loss in table.losses] == ["antibody against no phosphosite"]
    scores = phosres.score(phosres.contrast(phosres.normalize(table), on="mTORi"))
    rows = scores.readouts.set_index("readout")
    assert rows.loc["AKT_S473", "status"] == "up"
    assert (rows.loc[["S6_S235_S236", "S6_S240_S244"], "log2fc"] < -3).all()
    # Its two doses differ threefold in S6, and two columns cannot tell a dose from noise.
    assert (rows.loc[["S6_S235_S236", "S6_S240_S244"], "status"] == "inconclusive").all()
