"""Sample sheets, and sheets that do not fit the table or the design."""

from tests.bad_input.mutations import (
    Case,
    keep_samples,
    put,
    rename_sheet,
    setting,
    several,
    sheet_cell,
    sheet_column,
)
from tests.bad_input.study import Study


def _other_names(study: Study) -> None:
    study.sheet["sample"] = [f"Tumor-{i}" for i in range(6)]


def _no_pre(study: Study) -> None:
    study.sheet = study.sheet[study.sheet["sample"] != "B_pre"]


def _two_alike(study: Study) -> None:
    study.table = study.table.rename(columns={"C_pre": "A.pre", "C_on": "A-pre"})
    study.sheet = study.sheet.iloc[:4]
    study.sheet.loc[0, "sample"] = "a pre"
    study.table = study.table.drop(columns="A_pre")


SDRF = "source name\tcharacteristics[individual]\tassay name\tcomment[data file]\tfactor value[x]\n"
SDRF_ROWS = [f"s{i}\t{s}\trun {i}\t{s}_{c}.raw\t{c}" for i, (s, c) in enumerate(
    (s, c) for s in "ABC" for c in ("pre", "on")
)]  # fmt: skip


def _sdrf(old: str = "", new: str = "") -> bytes:
    return (SDRF + "\n".join(SDRF_ROWS) + "\n").replace(old, new).encode()


CASES = [
    # The sheet by itself
    Case("sheet_without_columns", rename_sheet(subject="who", condition="what")),
    Case("sheet_misspelt", rename_sheet(condition="conditoin")),
    Case(
        "sheet_two_subjects", several(rename_sheet(subject="patient"), sheet_column("donor", "x"))
    ),
    Case(
        "sheet_column_twice",
        put("samples.tsv", "sample\tsubject\tsubject\tcondition\na\tb\tc\td\n"),
    ),
    Case("sheet_sample_twice", sheet_cell(5, "sample", "A_pre")),
    Case(
        "sheet_blank_cells",
        several(sheet_cell(1, "subject", ""), sheet_cell(3, "condition", "")),
    ),
    Case("sheet_header_only", keep_samples()),
    Case("sheet_without_header", put("samples.tsv", "A_pre\tA\tpre\nA_on\tA\ton\n")),
    Case("sheet_is_empty", put("samples.tsv", "")),
    Case("sheet_is_a_web_page", put("samples.tsv", "<html><head></head></html>\n")),
    Case("sheet_is_binary", put("samples.tsv", bytes(range(256)))),
    Case("sheet_is_space_separated", put("samples.tsv", "sample subject condition\nA_pre A pre\n")),
    Case(
        "sheet_row_is_wide",
        put("samples.tsv", "sample,subject,condition\nA_pre,A,pre\nA_on,A,on,after 2, h\n"),
    ),
    Case(
        "sheet_minutes_are_no_numbers",
        sheet_column("ischemia_min", ["20", "-3", "20,5", "~30", "", "NA"]),
    ),
    Case("sheet_purity_in_percent", sheet_column("purity", ["70", "0.7", "80%", "", "1", "0"])),
    Case("sheet_flag_is_unclear", sheet_column("exclude", ["", "no", "maybe", "", "", ""])),
    Case("sheet_excludes_all", sheet_column("exclude", "yes")),
    # Annotations of other programs
    Case("sdrf_without_individual", put("samples.tsv", _sdrf("individual", "age"))),
    Case("sdrf_individual_not_available", put("samples.tsv", _sdrf("\tA\t", "\tnot available\t"))),
    Case("sdrf_without_condition", put("samples.tsv", _sdrf("factor value[x]", "comment[x]"))),
    Case(
        "sdrf_of_other_runs",
        put("samples.tsv", _sdrf("_pre.raw", "_qc.raw").replace(b"_on", b"_y")),
    ),
    Case(
        "sdrf_runs_of_two_people",
        put("samples.tsv", _sdrf("A_on.raw", "A_pre.raw").replace(b"s1\tA", b"s1\tB")),
    ),
    Case(
        "maxquant_design_as_sheet",
        put(
            "samples.tsv",
            "Name\tFraction\tExperiment\tPTM\nr1\t1\tA_pre\tFalse\nr2\t1\tA_on\tFalse\n",
        ),
    ),
    Case(
        "manifest_as_sheet", put("samples.tsv", "/d/a.raw\tA_pre\t1\tDDA\n/d/b.raw\tA_on\t1\tDDA\n")
    ),
    Case(
        "fragpipe_annotation_as_sheet",
        put(
            "samples.tsv",
            "plex\tchannel\tsample\tsample_name\tcondition\treplicate\n1\t126\tA_pre\tA\tpre\t1\n",
        ),
    ),
    Case("channels_as_sheet", put("samples.tsv", "126 A_pre\n127N A_on\n")),
    # Sheet and table together
    Case("no_overlap", _other_names),
    Case("one_sample_not_in_the_table", sheet_cell(3, "sample", "B_onn")),
    Case(
        "several_samples_not_in_the_table",
        several(sheet_cell(3, "sample", "B_onn"), sheet_cell(4, "sample", "D_pre")),
    ),
    Case("sample_fits_two_columns", _two_alike),
    Case("two_samples_are_one_column", sheet_cell(5, "sample", "a-pre")),
    Case(
        "samples_are_values_of_the_table",
        sheet_column("sample", ["RPS6", "AKT1", "a", "b", "c", "d"]),
    ),
    # The design
    Case("condition_unknown", setting("design", on="onn")),
    Case("conditions_unknown", setting("design", pre="prae", on="onn")),
    Case("condition_differs_in_case", setting("design", pre="Pre", on="on")),
    Case("one_sample", keep_samples("A_pre")),
    Case("subject_without_pre", _no_pre),
    Case("subject_without_pre_paired", several(_no_pre, setting("design", paired="true"))),
    Case(
        "no_subject_on_both_sides",
        several(sheet_column("subject", list("ABCDEF")), setting("design", paired="true")),
    ),
    Case("covariate_unknown", setting("design", covariates="[batsch]")),
    Case(
        "covariate_blank",
        several(
            sheet_column("age", ["61", "", "70", "70", "NA", "55"]),
            setting("design", covariates="age"),
        ),
    ),
    Case(
        "covariate_is_the_treatment",
        several(sheet_column("batch", list("121212")), setting("design", covariates="batch")),
    ),
    Case(
        "design_and_table",
        several(setting("design", on="onn"), put("table.tsv", "<html></html>")),
    ),
]
