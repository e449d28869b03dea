"""Odd but usable input: it is used, and what is odd about it is said."""

import re

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.__main__ import main


def check(study, capsys: pytest.CaptureFixture[str]) -> str:
    """Check a study that can be used; returns what was printed."""
    study.write()
    code = main(["check", "config.yaml"])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert said.err == ""
    return said.out


def test_the_study_is_in_order_as_it_is(
    study, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the cases spoil runs: exit code 0, a report, and its place on the last lines."""
    monkeypatch.setattr("phosres.figures._render.FIGURES", ())
    study.write()
    assert main(["run", "config.yaml", "--out", "out"]) == 0
    said = capsys.readouterr()
    assert "Report: out/report.html" in said.out
    assert (study.folder / "out" / "report.html").is_file()
    assert (study.folder / "out" / "tables" / "calls.tsv").is_file()


def test_an_unknown_species_is_a_warning(study, capsys: pytest.CaptureFixture[str]) -> None:
    """Names of yeast read as human ones say so, and no readout is found."""
    study.table["Gene"] = [f"YGR{i}W" for i in range(len(study.table))]
    study.set("input", species="human")
    said = check(study, capsys)
    assert "warning: no curated site was recognised in 70 features" in said
    assert "YGR" in said
    assert "input.species" in said
    assert len(re.findall(r"^  \w+: none$", said, flags=re.MULTILINE)) == 4


def test_duplicate_rows_are_counted_once(study, capsys: pytest.CaptureFixture[str]) -> None:
    """The same site with the same values twice is one feature; the copies are a loss."""
    study.table = pd.concat([study.table, study.table.iloc[:5]])
    said = check(study, capsys)
    assert "75 rows -> 70 features" in said
    assert re.search(r"- 5 rows: duplicate of another row", said)


def test_two_rows_of_one_site_with_other_values_are_two_features(
    study, capsys: pytest.CaptureFixture[str]
) -> None:
    """Equal names with different values are kept apart and told apart."""
    extra = study.table.iloc[:1].copy()
    extra[study.samples] *= 3
    study.table = pd.concat([study.table, extra])
    assert re.search(r"    RPS6_S235   .*\n    RPS6_S235#2 ", check(study, capsys))


def test_readouts_without_any_value_are_not_measured(study) -> None:
    """Rows that are there but empty leave their readout not measured, never down."""
    study.table.loc[study.table["Gene"] == "RPS6", study.samples] = np.nan
    study.write()
    result = pipeline.run("config.yaml")
    readouts = result.table("readouts")
    s6 = readouts[readouts["readout"].str.startswith("S6")]
    assert (s6["status"] == "not_measured").all()
    assert s6["log2fc"].isna().all()
    assert (result.table("losses")["rows"] == 2).any()


def test_readouts_seen_on_one_side_only_are_never_down(study) -> None:
    """S6 that is lost on treatment everywhere is inconclusive, and says where it was seen."""
    on = [s for s in study.samples if s.endswith("_on")]
    study.table.loc[study.table["Gene"] == "RPS6", on] = np.nan
    study.write()
    readouts = pipeline.run("config.yaml").table("readouts")
    s6 = readouts[readouts["readout"].str.startswith("S6")]
    assert (s6["status"] == "inconclusive").all()
    assert s6["reason"].str.contains("before treatment only").all()


def test_a_constant_sample_is_noticed(study, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that holds one number throughout is no measurement: it is refused or warned of."""
    study.table["C_on"] = 4.0e7
    study.write()
    code = main(["check", "config.yaml"])
    said = capsys.readouterr()
    assert code in (0, 3)
    assert "Traceback" not in said.err
    assert "C_on" in said.out + said.err


def test_a_constant_feature_gets_no_false_certainty(study) -> None:
    """A site with the same value in every sample is not a significant change."""
    study.table.loc[study.table["Gene"] == "AKT1S1", study.samples] = 2.0e7
    study.write()
    sites = pipeline.run("config.yaml").table("sites")
    akt = sites[sites["gene"] == "AKT1S1"]
    assert not (akt["q"] < 0.05).any()


def test_one_pair_is_an_n_of_one(study) -> None:
    """A single subject with both samples runs, without a cohort."""
    study.sheet = study.sheet.iloc[:2]
    study.write()
    result = pipeline.run("config.yaml")
    assert [c.design for c in result.contrasts.values()] == ["single"]
    assert set(result.table("readouts")["level"]) == {"subject"}


def test_too_few_features_in_common_make_no_test(study) -> None:
    """Under 50 features on both sides of a pair nothing is tested, and the method says why."""
    study.sheet = study.sheet.iloc[:2]
    study.set("normalization", method="none", audit="false")
    study.table.loc[study.table.index[:25], "A_on"] = np.nan
    study.write()
    result = pipeline.run("config.yaml")
    (effects,) = result.contrasts["on"].effects
    assert "no test: only 45 features in both samples (at least 50)" in effects.method
    assert result.table("sites")["p"].isna().all()
    assert set(result.table("readouts")["status"]) <= {"inconclusive", "not_measured"}
    assert not (result.table("calls")["status"] == "yes").any()


def test_columns_that_are_not_in_the_sheet_are_named(
    study, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sample of the table that the sheet leaves out is ignored with a warning."""
    study.sheet = study.sheet[study.sheet["subject"] != "C"]
    said = check(study, capsys)
    assert "warning: 2 columns of numbers not in the sample sheet were ignored" in said
    assert "'C_pre', 'C_on'" in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_files_of_other_programs_are_read(
    study, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    """Excel's UTF-16 and byte-order marks, and old Latin-1 files, give the same table."""
    study.table["Note"] = "naïve"
    study.put("table.tsv", study.text().decode().encode(encoding))
    assert "70 rows -> 70 features, 6 samples" in check(study, capsys)


def test_a_subject_without_on_sample_is_left_out(study) -> None:
    """A subject with a pre-treatment sample only takes no part in a paired design."""
    study.sheet = study.sheet[study.sheet["sample"] != "C_on"]
    study.write()
    contrast = pipeline.run("config.yaml").contrasts["on"]
    assert contrast.subjects == ("A", "B")
