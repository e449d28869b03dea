"""A run of a table of changes, from the draft to the report."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from phosres import figures, pipeline
from phosres.cli import main
from phosres.errors import DataError

SITES = [
    ("RPS6", "S235;S236", -2.0), ("RPS6", "S240;S244", -2.2), ("EIF4EBP1", "T37;T46", -1.0),
    ("EIF4EBP1", "S65", -1.2), ("AKT1S1", "T246", 0.9), ("AKT1", "S473", 1.1),
]  # fmt: skip


@pytest.fixture
def limma(tmp_path: Path) -> Path:
    """Write a contrast table as limma writes it: a rapalog with feedback on AKT."""
    rng = np.random.default_rng(5)
    rows = [*SITES, *((f"GENE{i}", f"S{i + 9}", rng.normal(0, 0.15)) for i in range(200))]
    lines = ["Gene\tSite\tlogFC\tAveExpr\tt\tP.Value\tadj.P.Val"]
    for gene, site, change in rows:
        t = change / 0.2
        p = 2 * stats.t.sf(abs(t), 8)
        lines.append(f"{gene}\t{site}\t{change}\t20\t{t}\t{p}\t{min(1, 50 * p)}")
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_from_the_draft_to_the_report(limma: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init` drafts it, `run` calls the rapalog, every figure is drawn or says why not."""
    monkeypatch.chdir(limma.parent)
    assert main(["init", "table.tsv", "--out", "d"]) == 0
    config = Path("d/config.yaml")
    config.write_text(config.read_text().replace("drug: null", "drug: everolimus"))
    assert "drug: everolimus (rapalog" in pipeline.check(config).text
    result = pipeline.run(config)
    (contrast,) = result.contrasts.values()
    assert contrast.design == "given"
    status = result.table("readouts").set_index("readout")["status"]
    assert status[["S6_S240_S244", "4EBP1", "AKT_S473"]].tolist() == ["down", "down", "up"]
    calls = result.table("calls").query("kind == 'engagement'")
    assert calls["status"].tolist() == ["yes"], calls[["call", "status", "reason"]]
    drawn = {figure.id.split("_")[0]: figure.error for figure in figures.render_all(result)}
    assert not [error for error in drawn.values() if error.startswith("failed")]
    assert drawn["slopes"].endswith("the table holds changes: it has no values before treatment")
    assert set(result.table("normalization")["method"]) == {"none", "centred"}
    assert pipeline.write(result, "out") == ()
    page = Path("out/report.html").read_text()
    assert "1 column of changes that the table gives" in page
    assert "nan" not in result.table("quality")["reason"].str.cat()


def test_without_a_sheet_the_condition_is_the_name_of_the_design(limma: Path) -> None:
    """One column of changes needs no sheet: the design says what it is."""
    config = limma.parent / "c.yaml"
    config.write_text(
        "name: c\ninput:\n  table: table.tsv\n  values: change\ndesign:\n  on: everolimus\n"
    )
    assert list(pipeline.run(config).contrasts) == ["everolimus"]
    assert "used as log2_change" in pipeline.check(config).text


def test_changes_without_errors_are_judged_by_their_own_spread(limma: Path) -> None:
    """Without t and p the report says where the noise is from, and no figure fails."""
    cells = [line.split("\t")[:3] for line in limma.read_text().splitlines()]
    limma.write_text("\n".join("\t".join(c) for c in cells) + "\n")
    config = limma.parent / "c.yaml"
    config.write_text(
        "name: c\ninput:\n  table: table.tsv\n  values: change\ndesign:\n  on: everolimus\n"
    )
    result = pipeline.run(config)
    assert [e.n_of_one for e in result.contrasts["everolimus"].effects] == [True]
    assert pipeline.write(result, limma.parent / "out") == ()
    page = (limma.parent / "out" / "report.html").read_text()
    assert "One column of changes without standard errors" in page
    assert "One sample a side" not in page


def test_a_table_of_samples_is_not_taken_for_changes(limma: Path) -> None:
    """Null for sheet and side asks the table; one that holds samples is refused."""
    _, *rows = limma.read_text().splitlines()
    cells = [row.split("\t") for row in rows]
    plain = [f"{c[0]}\t{c[1]}\t{float(c[2]) + 20}\t{float(c[2]) + 20.1}" for c in cells]
    limma.write_text("\n".join(["Gene\tSite\ta\tb", *plain]) + "\n")
    config = limma.parent / "c.yaml"
    config.write_text(
        "name: c\ninput:\n  table: table.tsv\n  samples: null\ndesign:\n  pre: null\n  on: b\n"
    )
    with pytest.raises(DataError, match="a sample sheet is needed"):
        pipeline.run(config)
