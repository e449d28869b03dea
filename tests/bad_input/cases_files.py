"""Configurations, paths and files that are no tables."""

import gzip
import io
import lzma
import zipfile

from tests.bad_input.mutations import Case, packed, put, setting, several
from tests.bad_input.study import Study

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


def _zip(*members: str) -> bytes:
    packed_bytes = io.BytesIO()
    with zipfile.ZipFile(packed_bytes, "w") as archive:
        for name in members:
            archive.writestr(name, "Gene\tSite\n")
    return packed_bytes.getvalue()


def _folder_with_others(study: Study) -> None:
    (study.folder / "out").mkdir()
    study.put("out/thesis.docx", b"mine")


def _damaged_gzip(study: Study) -> bytes:
    data = bytearray(study.zipped())
    data[-6] ^= 0xFF  # in the checksum, whatever the library that packed it
    return bytes(data)


def _run(out: str = "out") -> tuple[str, ...]:
    return ("run", "config.yaml", "--out", out)


CASES = [
    # The configuration
    Case("config_missing", lambda _: None, ("check", "nope.yaml")),
    Case("config_is_a_folder", lambda s: (s.folder / "c.yaml").mkdir(), ("check", "c.yaml")),
    Case("config_is_the_table", lambda _: None, ("check", "table.tsv")),
    Case("config_empty", put("config.yaml", "")),
    Case("config_broken_yaml", put("config.yaml", "name: [a\n")),
    Case("config_with_tabs", put("config.yaml", "name: study\ninput:\n\ttable: table.tsv\n")),
    Case("config_many_errors", put("config.yaml", MANY_ERRORS)),
    Case(
        "config_and_sheet_and_table",
        several(
            put("config.yaml", MANY_ERRORS),
            put("samples.tsv", "sample\tsubject\nA_pre\tA\nA_on\t\n"),
            put("table.tsv", "<html><body>please log in</body></html>"),
        ),
    ),
    Case("config_without_design", setting("design", pre=None, on=None)),
    Case("species_unknown", setting("input", species="humam")),
    Case("pre_is_also_on", setting("design", on="[on, pre]")),
    Case("table_is_the_sheet", setting("input", samples="table.tsv")),
    Case("format_unknown", setting("input", format="maxquant")),
    Case("format_of_another_table", setting("input", format="fragpipe_lfq")),
    Case("drug_unknown", setting("treatment", drug="alpelisb")),
    Case("drugs_unknown", setting("treatment", drug="alpelisb + trametnib")),
    # Where results go
    Case("out_is_a_file", put("out", b"mine"), _run()),
    Case("out_below_a_file", put("mine", b"x"), _run("mine/out")),
    Case("out_holds_other_files", _folder_with_others, _run()),
    Case("out_is_the_current_folder", lambda _: None, _run(".")),
    # Paths
    Case("table_missing", setting("input", table="tabel.tsv")),
    Case("sheet_missing", setting("input", samples="sample.tsv")),
    Case("both_files_missing", setting("input", table="tabel.tsv", samples="sample.tsv")),
    Case(
        "table_is_a_folder",
        several(setting("input", table="results"), lambda s: (s.folder / "results").mkdir()),
    ),
    Case("folder_missing", setting("input", table="resluts/table.tsv")),
    Case(
        "table_is_a_link_to_nothing",
        several(
            setting("input", table="link.tsv"),
            lambda s: (s.folder / "link.tsv").symlink_to("gone.tsv"),
        ),
    ),
    # Files that are no text tables
    Case("table_empty", put("table.tsv", b"")),
    Case("table_blank", put("table.tsv", b"\n \n\n")),
    Case("table_header_only", put("table.tsv", lambda s: s.text().split(b"\n")[0] + b"\n")),
    Case("table_is_binary", put("table.tsv", bytes(range(256)) * 40)),
    Case("table_is_a_picture", put("table.tsv", b"\x89PNG\r\n\x1a\n" + bytes(200))),
    Case(
        "table_is_a_web_page",
        put("table.tsv", "<!DOCTYPE html>\n<html><body>404</body></html>\n"),
    ),
    Case("table_is_xml", put("table.tsv", '<?xml version="1.0"?>\n<mzIdentML/>\n')),
    Case("table_is_rtf", put("table.tsv", "{\\rtf1\\ansi Gene\\tab Site}\n")),
    Case("table_is_json", put("table.tsv", '{"Gene": ["RPS6"], "Site": ["S235"]}\n')),
    Case("table_is_prose", put("table.tsv", "Dear all,\nplease find the table attached.\nBest\n")),
    Case(
        "table_is_a_placeholder",
        put("table.tsv", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
    ),
    Case("table_is_an_old_workbook", put("table.tsv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 80)),
    Case("table_is_pdf", put("table.tsv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")),
    Case("table_is_sqlite", put("table.tsv", b"SQLite format 3\x00" + bytes(80))),
    Case("table_is_bzip2", put("table.tsv", b"BZh91AY&SY" + bytes(80))),
    Case("table_is_7zip", put("table.tsv", b"7z\xbc\xaf\x27\x1c" + bytes(80))),
    Case("table_is_damaged_parquet", put("table.tsv", b"PAR1" + bytes(80) + b"PAR1")),
    Case("table_is_cut_utf16", put("table.tsv", lambda s: s.text().decode().encode("utf-16")[:-1])),
    # Compressed
    Case("gzip_is_cut", packed("table.tsv.gz", lambda s: s.zipped()[:-400])),
    Case("gzip_is_damaged", packed("table.tsv.gz", _damaged_gzip)),
    Case("gzip_is_only_a_name", packed("table.tsv.gz", b"\x1f\x8b\x08\x08" + b"table.tsv\x00")),
    Case("gzip_unpacks_to_blanks", packed("table.tsv.gz", gzip.compress(b" " * 30_000_000))),
    Case("gzip_in_gzip", packed("table.tsv.gz", lambda s: gzip.compress(s.zipped()))),
    Case("xz_is_cut", packed("table.tsv.xz", lambda s: lzma.compress(s.text())[:-60])),
    Case("zip_of_two_files", packed("table.zip", _zip("a.tsv", "b.tsv"))),
    Case("zip_of_none", packed("table.zip", _zip())),
    Case("zip_is_cut", packed("table.zip", _zip("a.tsv")[:-30])),
    Case("workbook_is_damaged", packed("table.xlsx", _zip("xl/workbook.xml"))),
]
