"""`phosres init`: drafts whose guesses are marked, and that never overwrite anything."""

import re
from pathlib import Path

import pytest

from phosres.cli import main
from phosres.config import load
from phosres.drafts import draft


def test_drafts_of_clear_names_run_as_they_are(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sheet and the design are guessed from the sample names, and `check` accepts them."""
    assert main(["init", "table.tsv", "--out", "d/e"]) == 0
    assert capsys.readouterr() == (
        "wrote d/e/samples.tsv\nwrote d/e/config.yaml\n"
        "Check every line marked GUESS or FILL IN, then: phosres check d/e/config.yaml\n",
        "",
    )
    config = load("d/e/config.yaml")
    assert config.input.table == (cohort / "table.tsv").resolve()
    assert (config.design.pre, config.design.on) == (("pre",), ("on",))
    assert main(["check", "d/e/config.yaml"]) == 0


def test_every_guess_is_marked(cohort: Path) -> None:
    """In the configuration by a comment, in the sheet by a column."""
    drafts = draft("table.tsv")
    lines = drafts["config.yaml"].splitlines()
    marked = [line.split(":")[0].strip() for line in lines if "  # GUESS" in line]
    assert marked == ["species", "pre", "on"]
    assert [line.split(":")[0].strip() for line in lines if "  # FILL IN" in line] == ["drug"]
    header, first = drafts["samples.tsv"].splitlines()[:2]
    assert header.split("\t")[-1] == "guessed"
    assert "guessed" in first.split("\t")[-1]


def test_what_cannot_be_guessed_is_left_to_fill_in(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A draft that would need a guess out of nothing is refused by `check`, at its line."""
    text = (cohort / "table.tsv").read_text()
    header, rest = text.split("\n", 1)
    for old, new in zip(header.split("\t")[2:], "uvwxyz", strict=True):
        header = header.replace(old, f"sample{new}")
    (cohort / "odd.tsv").write_text(f"{header}\n{rest}")
    assert main(["init", "odd.tsv", "--out", "d"]) == 0
    lines = Path("d/config.yaml").read_text().splitlines()
    assert [line.split("  #")[0] for line in lines if "# FILL IN: cond" in line] == [
        "  pre: null",
        "  on: null",
    ]
    capsys.readouterr()
    assert main(["check", "d/config.yaml"]) == 2
    assert (
        "design.pre: found nothing, expected a text or a list of texts" in capsys.readouterr().err
    )


def test_drafts_never_overwrite(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even one of the two; the other is not written either."""
    sheet = (cohort / "samples.tsv").read_text()
    assert main(["init", "table.tsv"]) == 2
    assert capsys.readouterr().err == (
        "phosres: error: samples.tsv: is there already and is not overwritten\n"
        "    -> use --out DIR\n"
    )
    assert (cohort / "samples.tsv").read_text() == sheet
    assert not (cohort / "config.yaml").exists()


def test_a_missing_table_is_said(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a data problem, without a traceback and without drafts."""
    assert main(["init", "tabel.tsv", "--out", "d"]) == 3
    err = capsys.readouterr().err
    assert "tabel.tsv" in err
    assert "bug" not in err
    assert not (cohort / "d").exists()


def test_an_annotation_beside_the_table_is_used(cohort: Path) -> None:
    """What it says is taken with its columns; only the rest is guessed, and marked as such."""
    rows = ["file\tsample\tsample_name\tcondition\treplicate"]
    rows += [f"{s}_{c}.raw\t{i}\tn{i}\t{c}x\t1" for i, s in enumerate("ABC") for c in ("a", "b")]
    text = "\n".join(rows).replace("_a.raw", "_pre.raw").replace("_b.raw", "_on.raw")
    (cohort / "experiment_annotation.tsv").write_text(text)
    command = ["init", "table.tsv", "--samples", "experiment_annotation.tsv", "--out", "d"]
    assert main(command) == 0
    lines = [line.split("\t") for line in Path("d/samples.tsv").read_text().splitlines()]
    first = dict(zip(lines[0], lines[1], strict=True))
    assert (first["sample"], first["subject"], first["condition"]) == ("A_pre", "A", "ax")
    assert first["guessed"] == (
        "condition, replicate from experiment_annotation.tsv; subject guessed from the name: check"
    )


def test_samples_that_an_annotation_leaves_out_are_set_aside(cohort: Path) -> None:
    """They stay in the draft, marked, so that nothing is lost between the two."""
    (cohort / "annotation.txt").write_text("126 A_pre\n127N A_on\n")
    assert main(["init", "table.tsv", "--samples", "annotation.txt", "--out", "d"]) == 0
    lines = [line.split("\t") for line in Path("d/samples.tsv").read_text().splitlines()]
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    assert [r["exclude"] for r in rows] == ["", "", "yes", "yes", "yes", "yes"]
    assert rows[2]["guessed"] == "not described by annotation.txt, so set aside: check"
    assert [r["channel"] for r in rows[:2]] == ["126", "127N"]


def test_an_annotation_of_other_samples_is_refused(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what it has and what the table has; nothing is written."""
    (cohort / "annotation.txt").write_text("126 X1\n127N X2\n")
    assert main(["init", "table.tsv", "--samples", "annotation.txt", "--out", "d"]) == 3
    assert capsys.readouterr().err == (
        "phosres: error: annotation.txt: the FragPipe channel annotation names none of the samples "
        "of table.tsv: it has 'X1', '126'\n"
        "    -> the table has 'A_pre', 'A_on', 'B_pre', 'B_on'\n"
    )
    assert not (cohort / "d").exists()


def test_problems_of_the_table_are_announced(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table without a column of sites is drafted, with the problem as a line to resolve."""
    text = (cohort / "table.tsv").read_text().replace("Gene\tSite", "Gene\tWhere", 1)
    (cohort / "odd.tsv").write_text(re.sub(r"S(\d+)", r"\1", text))
    assert main(["init", "odd.tsv", "--out", "d"]) == 0
    assert "Check every line marked PROBLEM, GUESS or FILL IN" in capsys.readouterr().out
    assert "  # PROBLEM: odd.tsv: no column says where" in Path("d/config.yaml").read_text()
