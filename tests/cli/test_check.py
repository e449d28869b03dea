"""`phosres check`: what a run would use, what it could never tell, and every problem in one go."""

from pathlib import Path

import pytest

from phosres.cli import main


def check(capsys: pytest.CaptureFixture[str]) -> str:
    """Check the study; returns what was printed."""
    assert main(["check", "c.yaml"]) == 0, capsys.readouterr().err
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_it_says_what_a_run_would_use(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File, format, scale and why, samples, design, features of a readout, and the gaps."""
    (cohort / "samples.tsv").write_text(
        (cohort / "samples.tsv").read_text().replace("C\ton", "C\twashout")
    )
    said = check(capsys)
    assert said.splitlines()[0] == "table: table.tsv"
    assert "300 rows -> 300 features, 6 samples, 0% of the values missing" in said
    assert "scale in the file: linear; used as log2_intensity\n    linear intensity values" in said
    assert (
        "samples: samples.tsv; 6 of 3 subjects\n"
        "  pre: 2 used (A_pre, B_pre)\n"
        "  pre: 1 not used (C_pre)\n"
        "  on: 2 used (A_on, B_on)\n"
        "  washout: 1 not used (C_on)\n"
        "design:\n"
        "  on: paired (pre 2, on 2): "
    ) in said
    assert "  S6_S235_S236: 1 feature\n    RPS6_S235.S236_M2  pre 2/2  on 2/2\n" in said
    assert "  AKT_S473: none\n" in said


def test_it_says_what_can_never_be_called_and_why(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readouts, engagement and routes that lack their sites, each with its reason."""
    never = check(capsys).split("never with this table:\n")[1].replace("\n    ", " ")
    assert "  4EBP1, AKT_S473: no site of it has a value before and on treatment\n" in never
    assert "  engagement: no drug is named (treatment.drug)\n" in never
    assert "phosphoproteomics does not see it" in never
    assert "ERK" in never
    assert "MTORC1," not in never  # S6 S240/S244 is there


def test_a_side_that_is_empty_makes_a_readout_impossible(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A site that has no value on treatment can tell nothing, although it is in the table."""
    lines = (cohort / "table.tsv").read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("RPS6\tS240"))
    cells = lines[at].split("\t")
    lines[at] = "\t".join([*cells[:2], *("" if i % 2 else c for i, c in enumerate(cells[2:]))])
    (cohort / "table.tsv").write_text("\n".join(lines) + "\n")
    said = check(capsys)
    assert "RPS6_S240.S244_M2  pre 3/3  on 0/3" in said
    assert "  S6_S240_S244, 4EBP1, AKT_S473: no site" in said


def test_lines_fit_on_a_screen(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At most 100 characters."""
    assert max(map(len, check(capsys).splitlines())) <= 100


def test_problems_of_configuration_sheet_and_table_come_together(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One look is enough: nothing is hidden behind the first mistake."""
    text = (cohort / "c.yaml").read_text()
    (cohort / "c.yaml").write_text(f"{text}statistics:\n  alpha: lots\n")
    sheet = (cohort / "samples.tsv").read_text()
    (cohort / "samples.tsv").write_text(sheet.replace("A_on\tA", "A_on\t"))
    table = (cohort / "table.tsv").read_text()
    (cohort / "table.tsv").write_text(table.removesuffix("\n") + "\t7\n")
    assert main(["check", "c.yaml"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "c.yaml:11:3: statistics.alpha" in err
    assert "samples.tsv:3 [subject]: subject is blank" in err
    assert "table.tsv:" in err
    assert "cells, the header has 8" in err


def test_the_design_is_judged_although_the_table_cannot_be_read(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its problems are in the sheet, and said to be."""
    (cohort / "c.yaml").write_text((cohort / "c.yaml").read_text().replace("on: on", "on: onn"))
    (cohort / "table.tsv").write_text("<html></html>")
    assert main(["check", "c.yaml"]) == 3
    err = capsys.readouterr().err
    assert "table.tsv: this is a web page" in err
    assert "samples.tsv: no sample has the condition 'onn' (design.on)" in err
