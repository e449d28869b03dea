"""Bad input, end to end: one clear message with every problem, and nothing written.

Each case spoils a study that runs as it is, in one way; what must be said of it are regular
expressions that all have to be found.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from phosres.__main__ import main

Spoil = Callable[..., None]


@dataclass(frozen=True)
class Case:
    """One way to spoil a study.

    Parameters
    ----------
    name
        Name of the test.
    spoil
        Changes the study, or writes files of its own.
    code
        Exit code: 2 configuration or usage, 3 data.
    says
        Regular expressions that must be found in the message.
    problems
        Number of problems listed.
    config
        Name of the configuration that is given.
    out
        Folder that is given; only `run` has one.
    """

    name: str
    spoil: Spoil
    code: int
    says: tuple[str, ...]
    problems: int = 1
    config: str = "config.yaml"
    out: str = "out"


def _put(name: str, content: bytes | Callable[..., bytes]) -> Spoil:
    def spoil(study) -> None:
        study.put(name, content if isinstance(content, bytes) else content(study))

    return spoil


def _set(section: str, **values: str | None) -> Spoil:
    return lambda study: study.set(section, **values)


def _cell(row: int, column: str, value: object) -> Spoil:
    def spoil(study) -> None:
        study.table[column] = study.table[column].astype(object)
        study.table.loc[row, column] = value

    return spoil


def _keep_samples(*names: str) -> Spoil:
    def spoil(study) -> None:
        study.sheet = study.sheet[study.sheet["sample"].isin(names)]

    return spoil


def _rename_sheet(**names: str) -> Spoil:
    def spoil(study) -> None:
        study.sheet = study.sheet.rename(columns=names)

    return spoil


def _several(*spoils: Spoil) -> Spoil:
    def spoil(study) -> None:
        for one in spoils:
            one(study)

    return spoil


def _sheet_cell(row: int, column: str, value: str) -> Spoil:
    def spoil(study) -> None:
        study.sheet.loc[row, column] = value

    return spoil


def _log2(study) -> None:
    study.table[study.samples] = np.log2(study.table[study.samples]).round(4)


def _missing(columns: slice, rows: slice = slice(None)) -> Spoil:
    def spoil(study) -> None:
        study.table.loc[study.table.index[rows], study.samples[columns]] = np.nan

    return spoil


def _other_names(study) -> None:
    study.sheet["sample"] = [f"Tumor-{i}" for i in range(6)]


def _suffix(study) -> None:
    study.sheet["sample"] = study.sheet["sample"].replace("B_on", "B_onn")


def _twice(study) -> None:
    study.sheet.loc[5, "sample"] = "A_pre"


def _column_twice(study) -> None:
    study.table.insert(8, "A_pre", study.table["A_on"], allow_duplicates=True)


def _only_ids(study) -> None:
    study.table = study.table[["Gene", "Site"]]


def _no_pre(study) -> None:
    study.sheet = study.sheet[study.sheet["sample"] != "B_pre"]


def _no_pair(study) -> None:
    study.sheet["subject"] = list("ABCDEF")


def _wide_row(study) -> None:
    lines = study.text().split(b"\n")
    lines[4] += b"\t17"
    study.put("table.tsv", b"\n".join(lines))


def _folder_with_others(study) -> None:
    (study.folder / "out").mkdir()
    study.put("out/thesis.docx", b"mine")


def _mixed_scale(study) -> None:
    study.table["C_on"] = np.log2(study.table["C_on"]).round(4)


def _no_ids(study) -> None:
    study.table = study.table.drop(columns=["Gene", "Site"])
    study.table.insert(0, "Row", np.arange(len(study.table)))


def _configuration(text: str) -> Spoil:
    return _put("config.yaml", text.encode())


MANY_ERRORS = """name: study
inputs:
  table: table.tsv
input:
  table: table.tsv
  samples: samples.tsv
  species: hamster
design:
  pre: pre
  on: on
statistics:
  alpha: lots
filters:
  localization_min: 75
"""

CASES = [
    # The configuration
    Case(
        "config_missing",
        lambda _: None,
        2,
        (r"there is no file 'nope\.yaml'", r"did you mean 'config\.yaml'"),
        config="nope.yaml",
    ),
    Case(
        "config_is_a_folder",
        lambda s: (s.folder / "c.yaml").mkdir(),
        2,
        (r"c\.yaml", "folder|directory"),
        config="c.yaml",
    ),
    Case("config_empty", _configuration(""), 2, (r"config\.yaml", "empty|missing|required")),
    Case("config_broken_yaml", _configuration("name: [a\n"), 2, (r"config\.yaml:\d+",)),
    Case(
        "config_many_errors",
        _configuration(MANY_ERRORS),
        2,
        (
            r"config\.yaml:2:\d+: .*inputs",
            r"config\.yaml:7:\d+: .*species.*hamster|hamster",
            r"config\.yaml:12:\d+: .*alpha",
            r"config\.yaml:14:\d+: .*localization_min",
        ),
        problems=4,
    ),
    Case("config_no_design", _set("design", pre=None, on=None), 2, (r"config\.yaml", "design")),
    Case("species_unknown", _set("input", species="humam"), 2, ("input.species", "human")),
    Case("pre_is_also_on", _set("design", on="[on, pre]"), 2, ("design.on", "pre")),
    Case("table_is_the_sheet", _set("input", samples="table.tsv"), 2, ("samples", "same file")),
    Case("format_unknown", _set("input", format="maxquant"), 2, ("maxquant", "maxquant_sites")),
    Case(
        "drug_unknown",
        _set("treatment", drug="alpelisb"),
        2,
        (r"treatment\.drug", "'alpelisb' is not known", "alpelisib"),
    ),
    Case(
        "drugs_unknown",
        _set("treatment", drug="alpelisb + trametnib"),
        2,
        ("alpelisib", "trametinib"),
        problems=2,
    ),
    # Where results go
    Case("out_is_a_file", lambda s: s.put("out", b"mine"), 2, ("'out' is a file", "another --out")),
    Case(
        "out_below_a_file",
        lambda s: s.put("mine", b"x"),
        2,
        ("mine", "another --out"),
        out="mine/out",
    ),
    Case("out_holds_other_files", _folder_with_others, 2, ("'out' holds files", "--force")),
    Case("out_is_the_current_folder", lambda _: None, 2, ("folder you work in",), out="."),
    # Files that are no tables
    Case(
        "table_missing",
        _set("input", table="tabel.tsv"),
        2,
        (
            r"config\.yaml:3:3: input\.table: there is no file 'tabel\.tsv'",
            "did you mean 'table.tsv'",
        ),
    ),
    Case(
        "sheet_missing",
        _set("input", samples="sample.tsv"),
        2,
        (
            r"config\.yaml:4:3: input\.samples: there is no file 'sample\.tsv'",
            "did you mean 'samples.tsv'",
        ),
    ),
    Case(
        "both_files_missing",
        _set("input", table="tabel.tsv", samples="sample.tsv"),
        2,
        ("'tabel.tsv'", "'sample.tsv'"),
        problems=2,
    ),
    Case("table_empty", _put("table.tsv", b""), 3, (r"table\.tsv", "empty")),
    Case("table_blank", _put("table.tsv", b"\n \n\n"), 3, (r"table\.tsv", "empty|no rows|header")),
    Case(
        "table_header_only",
        _put("table.tsv", lambda s: s.text().split(b"\n")[0] + b"\n"),
        3,
        (r"table\.tsv", "header but no rows"),
    ),
    Case(
        "table_is_binary",
        _put("table.tsv", bytes(range(256)) * 40),
        3,
        (r"table\.tsv", "binary", "tab- or comma-separated"),
    ),
    Case(
        "table_is_a_picture",
        _put("table.tsv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        3,
        (r"table\.tsv", "text"),
    ),
    Case(
        "table_is_a_web_page",
        _put("table.tsv", b"<!DOCTYPE html>\n<html><body>404</body></html>\n"),
        3,
        (r"table\.tsv", "web page", "download the file itself"),
    ),
    Case(
        "table_is_an_old_workbook",
        _put("table.tsv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        3,
        (r"table\.tsv", "Excel", "tab-separated"),
    ),
    Case(
        "table_gz_is_cut",
        _several(
            _set("input", table="table.tsv.gz"), _put("table.tsv.gz", lambda s: s.zipped()[:-400])
        ),
        3,
        (r"table\.tsv\.gz", "cannot be unpacked", "copy or export it again"),
    ),
    Case("table_row_is_wide", _wide_row, 3, (r"table\.tsv:5", "9 cells", "8")),
    # The sample sheet
    Case(
        "sheet_without_columns",
        _rename_sheet(subject="who", condition="what"),
        3,
        (r"samples\.tsv", "'subject' is missing", "'condition' is missing", "'who'"),
        problems=2,
    ),
    Case(
        "sheet_misspelt",
        _rename_sheet(condition="conditoin"),
        3,
        ("'conditoin'", "did you mean 'condition'"),
    ),
    Case(
        "sheet_sample_twice",
        _twice,
        3,
        (r"samples\.tsv:7 \[sample\]", "'A_pre' is named twice, first in row 2"),
    ),
    Case(
        "sheet_blank_cells",
        _several(_sheet_cell(1, "subject", ""), _sheet_cell(3, "condition", "")),
        3,
        (
            r"samples\.tsv:3 \[subject\]: subject is blank",
            r"samples\.tsv:5 \[condition\]: condition is blank",
        ),
        problems=2,
    ),
    Case("sheet_header_only", _keep_samples(), 3, (r"samples\.tsv", "no rows")),
    Case(
        "sheet_is_a_web_page",
        _put("samples.tsv", b"<html><head></head></html>\n"),
        3,
        (r"samples\.tsv", "web page"),
    ),
    # Sheet and table together
    Case("no_sample_columns", _only_ids, 3, (r"table\.tsv", "A_pre", "sample")),
    Case(
        "no_overlap",
        _other_names,
        3,
        (r"samples\.tsv", "no sample of the sheet is a column", "'Tumor-0'", "'A_pre'"),
    ),
    Case(
        "one_sample_not_in_the_table",
        _suffix,
        3,
        (r"samples\.tsv:5 \[sample\]", "'B_onn'", "'B_on'"),
    ),
    Case(
        "column_twice",
        _column_twice,
        3,
        (r"table\.tsv:1", "'A_pre' is there 2 times", "its own name"),
    ),
    Case(
        "no_id_columns",
        _no_ids,
        3,
        (r"table\.tsv", "no column says which gene or protein", "input.columns"),
        problems=2,
    ),
    Case(
        "id_column_not_there",
        _set("input", columns="{gene: Symbol, site: Site}"),
        3,
        ("Symbol", "Gene"),
    ),
    # The design
    Case(
        "subject_without_pre_auto",
        _no_pre,
        3,
        ("subject 'B'", "no pre-treatment sample", "design.paired: false"),
    ),
    Case(
        "subject_without_pre_paired",
        _several(_no_pre, _set("design", paired="true")),
        3,
        ("subject 'B'", "no pre-treatment sample"),
    ),
    Case(
        "no_subject_on_both_sides",
        _several(_no_pair, _set("design", paired="true")),
        3,
        ("subject", "paired"),
        problems=3,
    ),
    Case("condition_unknown", _set("design", on="onn"), 3, ("'onn'", "design.on", "'on'")),
    Case(
        "conditions_unknown",
        _set("design", pre="prae", on="onn"),
        3,
        ("'prae'", "'onn'", "design.pre", "design.on"),
        problems=2,
    ),
    Case("one_sample", _keep_samples("A_pre"), 3, ("no sample has the condition 'on'",)),
    # The values
    Case(
        "text_in_a_cell",
        _cell(3, "B_on", "high"),
        3,
        (r"table\.tsv:5 \[B_on\]: 'high' is not a number", "input.missing"),
    ),
    Case(
        "text_in_several_cells",
        _several(_cell(3, "B_on", "high"), _cell(60, "C_pre", "low")),
        3,
        (r"table\.tsv:5 \[B_on\]: 'high'", r"table\.tsv:62 \[C_pre\]: 'low'"),
        problems=2,
    ),
    Case(
        "log2_declared_linear",
        _several(_log2, _set("input", scale="linear")),
        3,
        (r"table\.tsv", "declared linear", "'log2'"),
    ),
    Case(
        "linear_declared_log2",
        _set("input", scale="log2"),
        3,
        (r"table\.tsv", "declared log2", "'linear'"),
    ),
    Case("samples_on_two_scales", _mixed_scale, 3, ("different scales", "'C_on'")),
    Case("all_values_missing", _missing(slice(None)), 3, (r"table\.tsv", "no value")),
    Case(
        "a_sample_without_values", _missing(slice(3, 4)), 3, (r"table\.tsv", "'B_on' has no value")
    ),
    Case(
        "too_few_features",
        _several(_keep_samples("A_pre", "A_on"), _missing(slice(None), slice(30, None))),
        3,
        (r"\[A_pre\]: sample 'A_pre' has only 30 features", "at least 50", "'A_on' has only 30"),
        problems=3,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_bad_input_is_explained(study, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """Right exit code, every problem with place and remedy, no traceback, nothing written."""
    case.spoil(study)
    study.write()
    before = files(study.folder)
    code = main(["run", case.config, "--out", case.out])
    said = capsys.readouterr()
    assert code == case.code, said.err
    assert "Traceback" not in said.err + said.out
    assert "bug" not in said.err
    assert said.out == ""
    for wanted in case.says:
        assert re.search(wanted, said.err), f"{wanted!r} not in:\n{said.err}"
    assert said.err.count("phosres: error:") == case.problems, said.err
    assert files(study.folder) == before


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c.name.startswith("out_")][::3], ids=lambda c: c.name
)
def test_check_says_the_same(study, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """`phosres check` finds what a run would stumble over, with the same code and words."""
    case.spoil(study)
    study.write()
    assert main(["run", case.config, "--out", case.out]) == case.code
    run = capsys.readouterr()
    assert main(["check", case.config]) == case.code
    assert capsys.readouterr() == run


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
