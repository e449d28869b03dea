"""Normalisation chosen by the configuration, and what a run is audited with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from phosres import pipeline

Small = Callable[..., Path]


def test_a_list_of_stable_sites_aligns_and_is_accounted_for(small: Small) -> None:
    """Listed sites align the samples; S6 on the list is left out; the file is hashed."""
    extra = "normalization: {method: stable_sites, stable_sites: stable.tsv}\n"
    path = small(extra)
    rows = ["gene\tsite", "RPS6\tS235", "RPS6\tS236", *(f"GENE{i}\tS{i + 9}" for i in range(60))]
    (path.parent / "stable.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    result = pipeline.run(path)
    step = next(s for s in result.normalized.history if s.name == "normalize")
    assert "60 features on a list of 62 stable sites (1 more lie on proteins" in step.text
    assert step.parameters["method"] == "stable_sites"
    audited = result.audit.readouts["method"].unique().tolist()
    assert audited == ["stable_sites", "median_of_ratios", "column_median", "quantile"]
    shifts = result.table("normalization")
    assert shifts.loc[shifts["used"], "method"].unique().tolist() == ["stable_sites"]
    assert "mode_of_ratios" in set(shifts["method"])
    assert any(str(f).endswith("stable.tsv") for f in result.provenance["inputs"])


@pytest.mark.parametrize("method", ["quantile", "cyclic_loess", "mode_of_ratios"])
def test_every_method_can_be_named(small: Small, method: str) -> None:
    """The run says which method it used and shows what it subtracted from each sample."""
    result = pipeline.run(small(f"normalization: {{method: {method}, audit: false}}\n"))
    step = next(s for s in result.normalized.history if s.name == "normalize")
    assert step.parameters["method"] == method
    shifts = result.table("normalization")
    used = shifts[shifts["used"]]
    assert set(used["method"]) == {method}
    assert used["shift"].notna().all()
    assert result.audit.text == "No other normalisation was compared."
