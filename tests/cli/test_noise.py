"""`phosres noise`: from replicates to a file, and from the file to a run."""

from pathlib import Path

import pandas as pd
import pytest

from phosres import pipeline
from phosres.cli import main


def test_noise_of_replicates_judges_pairs(
    cohort: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Samples taken for replicates give a file; a configuration that names it uses it for pairs."""
    sheet = pd.read_csv("samples.tsv", sep="\t")
    sheet.assign(subject="pool").to_csv("pooled.tsv", sep="\t", index=False)
    text = Path("c.yaml").read_text()
    Path("pool.yaml").write_text(text.replace("samples.tsv", "pooled.tsv"))
    assert main(["noise", "pool.yaml", "--out", "lab.tsv"]) == 0
    assert "wrote lab.tsv: " in capsys.readouterr().out
    Path("judged.yaml").write_text(text + "\nstatistics: {noise_model: lab.tsv}\n")
    result = pipeline.run("judged.yaml")
    effects = [e for c in result.contrasts.values() for e in c.effects if e.level == "subject"]
    assert {e.noise for e in effects} == {"noise_model"}
    rows = result.table("readouts").query("level == 'subject'")
    assert set(rows["noise"]) == {"noise_model"}
    assert str(tmp_path / "lab.tsv") in result.provenance["inputs"]


def test_without_replicates_nothing_is_written(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every subject once a side: said, with what to do, and no file."""
    assert main(["noise", "c.yaml"]) == 3
    assert "there are no replicates to learn from" in capsys.readouterr().err
    assert not Path("noise_model.tsv").exists()
