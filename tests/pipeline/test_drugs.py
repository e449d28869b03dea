"""The sheet's column of drugs: what it means, what is wrong with it, and when it does not count."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres.config import Config
from phosres.contrasts import contrast
from phosres.errors import DataError
from phosres.knowledge import load
from phosres.pipeline._drugs import check_drugs, describe_drugs, drugs_of
from phosres.results import Contrast
from phosres.table import PhosphoTable, Source

SUBJECTS = ("A", "B", "C")


def settings(tmp_path: Path, **treatment: object) -> Config:
    """A configuration whose files exist."""
    for name in ("t.tsv", "s.tsv"):
        (tmp_path / name).write_text("x\n")
    return Config.model_validate(
        {
            "name": "run",
            "input": {"table": tmp_path / "t.tsv", "samples": tmp_path / "s.tsv"},
            "design": {"pre": "pre", "on": ["on"]},
            "treatment": treatment,
        }
    )


def table(drugs: dict[str, str] | None) -> PhosphoTable:
    """Six samples of three subjects; the drug stands at the samples on treatment only."""
    names = [f"{s}_{c}" for c in ("pre", "on") for s in SUBJECTS]
    samples = pd.DataFrame(
        {"subject": [n[0] for n in names], "condition": [n[2:] for n in names]}, index=names
    ).assign(timepoint="", replicate="", batch="")
    if drugs is not None:
        samples["drug"] = [drugs[n[0]] if n.endswith("on") else "none" for n in names]
    rows = [f"f{i}" for i in range(40)]
    features = pd.DataFrame("", index=rows, columns=["gene", "protein", "proteins", "entry_name"])
    features = features.assign(sites="S1", localization=1.0, window="", peptide="")
    features = features.assign(source_rows="2", site_ids="")
    features["multiplicity"] = pd.array([1] * len(rows), dtype="Int64")
    values = np.random.default_rng(3).normal(20, 1, (len(rows), len(names)))
    frame = pd.DataFrame(values, index=rows, columns=names)
    return PhosphoTable(frame, features, samples, "log2_intensity", Source("t.tsv", "generic"))


def compared(drugs: dict[str, str] | None) -> Contrast:
    """The contrast of these samples."""
    return contrast(table(drugs), pre="pre", on="on")


def test_without_the_column_the_configuration_decides(tmp_path: Path) -> None:
    """One drug for all, or none."""
    assert drugs_of(settings(tmp_path, drug="alpelisib"), compared(None)) == "alpelisib"
    assert drugs_of(settings(tmp_path), compared(None)) is None


def test_the_sheet_comes_before_the_configuration(tmp_path: Path) -> None:
    """A blank cell means the configuration's drug, a word for none means none."""
    made = compared({"A": "everolimus", "B": " ", "C": "Vehicle"})
    found = drugs_of(settings(tmp_path, drug="alpelisib"), made)
    assert found == {"A": "everolimus", "B": "alpelisib", "C": ""}
    ignoring = settings(tmp_path, drug="alpelisib", from_sheet=False)
    assert drugs_of(ignoring, made) == "alpelisib"


def test_the_same_drug_everywhere_is_one_drug(tmp_path: Path) -> None:
    """No mapping where none is needed."""
    assert drugs_of(settings(tmp_path), compared(dict.fromkeys("ABC", "MK-2206"))) == "MK-2206"
    assert drugs_of(settings(tmp_path), compared(dict.fromkeys("ABC", "none"))) is None


def test_all_wrong_drugs_are_told_at_once(tmp_path: Path) -> None:
    """Two unknown names, each with its samples, the nearest names and what to do."""
    bad = table({"A": "everolimos", "B": "compound X", "C": "alpelisib"})
    with pytest.raises(DataError) as error:
        check_drugs(settings(tmp_path), bad, load())
    first, second = error.value.problems
    assert "'everolimos' is not known (samples A_on)" in first.message
    assert "everolimus" in first.hint
    assert "from_sheet: false" in second.hint
    assert {p.column for p in error.value.problems} == {"drug"}
    check_drugs(settings(tmp_path, from_sheet=False), bad, load())


def test_one_subject_cannot_have_two_drugs_in_one_condition(tmp_path: Path) -> None:
    """Replicates that name different drugs are asked to name the combination."""
    two = table({"A": "dabrafenib", "B": "none", "C": "none"})
    samples = two.samples.assign(subject=["A", "A", "C", "A", "A", "C"])
    samples.loc["B_on", "drug"] = "trametinib"
    bad = PhosphoTable(two.values, two.features, samples, two.scale, two.source)
    with pytest.raises(DataError, match="'dabrafenib' and 'trametinib' in the condition 'on'"):
        check_drugs(settings(tmp_path), bad, load())


def test_the_check_lists_drugs_by_subject(tmp_path: Path) -> None:
    """What `phosres check` prints of a cohort with several drugs."""
    made = {"on": compared({"A": "everolimus", "B": "alpelisib", "C": "none"})}
    drug, lines = describe_drugs(settings(tmp_path), made)
    assert drug == "everolimus + alpelisib"
    assert lines == [
        "drugs of on by subject: everolimus: 1, alpelisib: 1, no drug: 1; different classes are "
        "not mixed"
    ]
