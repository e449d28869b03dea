"""Tables: their rows and columns, their values, their sites."""

import re

import numpy as np
import pandas as pd

from tests.bad_input.mutations import (
    Case,
    as_maxquant,
    cell,
    column,
    keep_samples,
    missing,
    put,
    setting,
    several,
    text,
    values,
)
from tests.bad_input.study import Study


def _column_twice(study: Study) -> None:
    study.table.insert(8, "A_pre", study.table["A_on"], allow_duplicates=True)


def _only_ids(study: Study) -> None:
    study.table = study.table[["Gene", "Site"]]


def _no_ids(study: Study) -> None:
    study.table = study.table.drop(columns=["Gene", "Site"])
    study.table.insert(0, "Row", np.arange(len(study.table)))


def _shifted(study: Study) -> None:
    """Rows whose cells moved to the left by one, as some MaxQuant versions wrote them."""
    as_maxquant(study)
    study.table = study.table.astype(object)
    for row in (3, 9):
        study.table.loc[row] = [*study.table.loc[row].to_list()[1:], ""]


def _unquoted_line_break(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[4] = lines[4].replace(b"\t", b"\n", 3)
    return b"\n".join(lines)


def _wide_row(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[4] += b"\t17"
    return b"\n".join(lines)


def _again(study: Study) -> None:
    study.table["Site"] = study.table["Site"].where(study.table.index != 5, "S235")


def _two_scales(study: Study) -> None:
    study.table["C_on"] = np.log2(study.table["C_on"]).round(4)


def _log2(frame: pd.DataFrame) -> pd.DataFrame:
    return np.log2(frame).round(4)


def _spelled(pattern: str) -> object:
    return lambda frame: frame.map(lambda v: pattern.format(v))


def _below_limit(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.astype(object)
    frame.iloc[::9] = "below LOD"
    return frame


def _commas(frame: pd.DataFrame) -> pd.DataFrame:
    """Half the columns with decimal commas, half with points."""
    spelled = _log2(frame).map("{:.3f}".format)
    spelled.iloc[:, ::2] = spelled.iloc[:, ::2].map(lambda v: v.replace(".", ","))
    return spelled


PROBABILITY = ("Gene", "Site", "Localization prob")

CASES = [
    # Rows and columns
    Case("row_is_wide", text(_wide_row)),
    Case("rows_are_cut", text(_unquoted_line_break)),
    Case("file_ends_early", text(lambda d: d[: len(d) * 2 // 3])),
    Case("rows_are_shifted", _shifted),
    Case("header_is_missing", text(lambda d: d.split(b"\n", 1)[1])),
    Case("header_is_numbers", put("table.tsv", "1\t2\t3\n4\t5\t6\n7\t8\t9\n")),
    Case("space_separated", text(lambda d: d.replace(b"\t", b" "))),
    Case("pipe_separated", text(lambda d: d.replace(b"\t", b"|"))),
    Case("header_by_comma_rows_by_tab", text(lambda d: d.replace(b"\t", b",", 7))),
    Case("quote_stays_open", text(lambda d: d.replace(b"\t", b",").replace(b"TSC2", b'"TSC2', 1))),
    Case("no_sample_columns", _only_ids),
    Case("no_id_columns", _no_ids),
    Case("column_twice", _column_twice),
    Case("id_column_not_there", setting("input", columns="{gene: Symbol, site: Site}")),
    Case("role_unknown", setting("input", columns="{genes: Gene}")),
    # Tables of something else
    Case(
        "table_of_proteins",
        put(
            "table.tsv",
            "Protein IDs\tMajority protein IDs\tPeptide counts (all)\tA_pre\nP1\tP1\t3\t9\n",
        ),
    ),
    Case(
        "table_is_sdrf",
        put("table.tsv", "source name\tassay name\tcomment[data file]\nS1\trun 1\ta.raw\n"),
    ),
    Case(
        "table_of_another_modification",
        several(as_maxquant, column("Amino acid", "M")),
    ),
    Case("lysines_among_the_sites", cell(7, "Site", "K203")),
    # Values
    Case("text_in_a_cell", cell(3, "B_on", "high")),
    Case("text_in_several_cells", several(cell(3, "B_on", "high"), cell(60, "C_pre", "low"))),
    Case("text_in_many_cells", values(_below_limit)),
    Case("excel_error_in_a_cell", cell(3, "B_on", "#DIV/0!")),
    Case("excel_date_in_a_cell", cell(3, "B_on", "2-Sep")),
    Case("percent_signs", values(lambda f: (f / 1e6).map("{:.1f}%".format))),
    Case("thousands_separators", values(lambda f: f.map("{:,.0f}".format))),
    Case("mixed_decimal_commas", values(_commas)),
    Case("infinite_value", cell(3, "B_on", "inf")),
    Case("value_beyond_all_measure", cell(3, "B_on", "1e300")),
    Case(
        "negative_intensity_declared",
        several(cell(3, "B_on", -5.0), setting("input", scale="linear", values="intensity")),
    ),
    Case("log2_declared_linear", several(values(_log2), setting("input", scale="linear"))),
    Case("linear_declared_log2", setting("input", scale="log2")),
    Case("samples_on_two_scales", _two_scales),
    Case("all_values_missing", missing(slice(None))),
    Case("all_values_are_words_for_missing", values(lambda f: f.map(lambda _: "NaN"))),
    Case("all_values_zero", values(lambda f: f * 0)),
    Case("a_sample_without_values", missing(slice(3, 4))),
    Case("a_sample_of_one_number", column("C_on", 4.0e7)),
    Case(
        "too_few_features",
        several(keep_samples("A_pre", "A_on"), missing(slice(None), slice(30, None))),
    ),
    # Localisation
    Case("localization_negative", several(as_maxquant, cell(4, "Localization prob", "-0.2"))),
    Case("localization_above_one", several(as_maxquant, cell(4, "Localization prob", "1.5"))),
    Case(
        "localization_a_rounded_one",
        several(as_maxquant, cell(4, "Localization prob", "1.0000002")),
    ),
    Case("localization_in_percent", several(as_maxquant, column("Localization prob", "99"))),
    Case("localization_with_signs", several(as_maxquant, column("Localization prob", "99%"))),
    Case("localization_is_text", several(as_maxquant, cell(4, "Localization prob", "high"))),
    Case("localization_all_low", several(as_maxquant, column("Localization prob", "0.4"))),
    Case("localization_all_empty", several(as_maxquant, column("Localization prob", ""))),
    # Rows that are not used
    Case("all_decoys", several(as_maxquant, column("Reverse", "+"))),
    Case("all_contaminants", several(as_maxquant, column("Potential contaminant", "+"))),
    Case("flag_is_a_word", several(as_maxquant, column("Reverse", "yes"))),
    # Sites
    Case("sites_without_residue", column("Site", [str(i + 10) for i in range(70)])),
    Case("genes_are_dates", column("Gene", [f"{i % 12 + 1}-Sep" for i in range(70)])),
    Case("wrong_species", setting("input", species="mouse")),
    Case("another_organism", column("Gene", [f"YGR{i}W" for i in range(70)])),
    Case("duplicated_rows", lambda s: setattr(s, "table", pd.concat([s.table, s.table.iloc[:5]]))),
    Case("one_site_twice", _again),
    Case("cells_with_control_characters", cell(3, "Gene", "RPS6\x01\x02")),
    Case("old_line_ends_only", text(lambda d: d.replace(b"\n", b"\r"))),
    Case("nul_in_a_cell", text(lambda d: re.sub(rb"GENE7\t", b"GE\x00E7\t", d))),
]
