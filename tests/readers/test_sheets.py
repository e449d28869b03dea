"""Annotations of other programs as sample sheets, told by what is in them."""

import random

import pytest

from phosres.errors import DataError
from phosres.readers import read
from phosres.readers.sheets import describe, load_sheet, open_sheet, spell_loosely

SDRF = (
    "source name\tcharacteristics[organism]\tcharacteristics[individual]\t"
    "characteristics[biological replicate]\tassay name\tcomment[data file]\tcomment[label]\t"
    "comment[fraction identifier]\tcomment[modification parameters]\t"
    "comment[modification parameters]\tfactor value[compound]\tfactor value[sampling time]\n"
)
SDRF_ROWS = [
    ("S1", "P1", "1", "run 1", "P1_a.raw", "1", "NT=none;AC=X:1", "0 h"),
    ("S2", "P2", "2", "run 2", "P2_a.raw", "1", "NT=none;AC=X:1", "0 h"),
    ("S3", "P1", "1", "run 3", "P1_b.raw", "1", "everolimus", "24 h"),
    ("S4", "P2", "2", "run 4", "P2_b.raw", "1", "everolimus", "24 h"),
]


def sdrf(rows=SDRF_ROWS, header=SDRF):
    lines = [
        f"{name}\tHomo sapiens\t{who}\t{rep}\t{assay}\t{file}\tAC=MS:1002038;NT=label free sample\t"
        f"{fraction}\tNT=Phospho;AC=UNIMOD:21\tNT=Oxidation;AC=UNIMOD:35\t{drug}\t{time}\n"
        for name, who, rep, assay, file, fraction, drug, time in rows
    ]
    return header + "".join(lines)


def message(samples, offered=()):
    with pytest.raises(DataError) as error:
        load_sheet(samples, offered)
    return str(error.value)


def test_sdrf_pairs_by_individual_and_reads_the_condition_from_factor_values(write):
    """Terms are read without their accession, times are told apart, the rule is noted."""
    sheet = load_sheet(write(sdrf()), ["P1_a", "P2_a", "P1_b", "P2_b"])
    assert list(sheet.frame.index) == ["P1_a", "P2_a", "P1_b", "P2_b"]
    assert sheet.frame["subject"].tolist() == ["P1", "P2", "P1", "P2"]
    assert sheet.frame["condition"].tolist() == ["none", "none", "everolimus", "everolimus"]
    assert sheet.frame["timepoint"].tolist() == ["0 h", "0 h", "24 h", "24 h"]
    assert sheet.frame["drug"].tolist() == ["none", "none", "everolimus", "everolimus"]
    assert sheet.notes == ("SDRF: the condition was read from 'factor value[compound]'",)


def test_sdrf_times_that_tell_more_join_the_condition(write):
    """Two times under one drug are two conditions; nothing is dropped to make one."""
    rows = [*SDRF_ROWS, ("S5", "P1", "1", "run 5", "P1_c.raw", "1", "everolimus", "48 h")]
    sheet = load_sheet(write(sdrf(rows)), ["P1_c"])
    assert sheet.frame["condition"].tolist() == ["everolimus 48 h"]


def test_sdrf_fractions_of_one_sample_are_one_sample(write):
    """A table whose columns are the source names has one sample for all fractions."""
    rows = [
        (name, who, rep, f"{assay}.{f}", f"f{f}_{file}", f, drug, time)
        for name, who, rep, assay, file, _, drug, time in SDRF_ROWS
        for f in "123"
    ]
    sheet = load_sheet(write(sdrf(rows)), ["S1", "S2", "S3", "S4"])
    assert list(sheet.frame.index) == ["S1", "S2", "S3", "S4"]
    assert sheet.rows == {"S1": 2, "S2": 5, "S3": 8, "S4": 11}


def test_rows_of_one_sample_that_differ_are_refused(write):
    """Fractions of one sample cannot come from two patients."""
    rows = [SDRF_ROWS[0], ("S1", "P2", "1", "run 2", "x.raw", "2", "everolimus", "0 h")]
    path = write(sdrf(rows))
    assert message(path, ["S1"]) == (
        f"{path}:2 [condition]: sample 'S1' has more than one condition: 'none' (row 2), "
        "'everolimus' (row 3)\n"
        "    -> rows of one sample are its fractions: give them one value\n"
        f"{path}:2 [subject]: sample 'S1' has more than one subject: 'P1' (row 2), 'P2' (row 3)\n"
        "    -> rows of one sample are its fractions: give them one value"
    )


def test_sdrf_without_individual_is_never_paired_by_replicate(write):
    """Numbers of replicates restart in each group, so they are no subjects."""
    path = write(sdrf(header=SDRF.replace("characteristics[individual]", "characteristics[x]")))
    assert message(path) == (
        f"{path}: the SDRF annotation has no characteristics[individual] with values, so samples "
        "of one subject cannot be told (numbers of replicates restart in each group)\n"
        "    -> add the column, with the patient, animal or cell line of each row"
    )


def test_sdrf_whose_condition_cannot_be_told_says_why(write):
    """No column that differs, or several of which none is a treatment."""
    alike = [(*row[:6], "everolimus", "24 h") for row in SDRF_ROWS]
    assert "no treatment, compound, time or factor value differs" in message(write(sdrf(alike)))
    header = SDRF.replace("[compound]", "[disease]").replace("[sampling time]", "[sex]")
    several = [(*row[:7], f"sex{i}") for i, row in enumerate(SDRF_ROWS)]
    assert (
        "factor value[disease], factor value[sex] differ, and none is a treatment or time"
        in message(write(sdrf(several, header)))
    )


def test_pooled_references_are_set_aside_and_counted(write):
    """They are nobody's sample."""
    rows = [*SDRF_ROWS, ("pool", "pooled", "1", "run 9", "pool.raw", "1", "none", "0 h")]
    sheet = load_sheet(write(sdrf(rows)), ["P1_a", "pool"])
    assert list(sheet.frame.index) == ["P1_a"]
    assert sheet.excluded == ("pool",)
    assert "1 sample set aside by it (excluded, pooled or empty), not read: 'pool'" in str(
        sheet.notes
    )


def test_msstats_annotations_give_subjects(write):
    """BioReplicate is the subject, as for MSstats itself; several runs of one are fractions."""
    path = write(
        "Run,Fraction,TechRepMixture,Mixture,Channel,BioReplicate,Condition\n"
        "a_f1,1,1,m1,126,P1,pre\na_f2,2,1,m1,126,P1,pre\n"
        "a_f1,1,1,m1,127N,P1b,on\na_f1,1,1,m1,131,pool,Norm\n"
    )
    sheet = load_sheet(path, ["P1", "P1b"])
    assert sheet.frame["subject"].to_dict() == {"P1": "P1", "P1b": "P1b"}
    assert sheet.frame["batch"].tolist() == ["m1", "m1"]
    assert list(load_sheet(path, ["a_f1 126"]).frame.index) == ["a_f1 126"]


@pytest.mark.parametrize(
    ("text", "offered", "title", "lacks"),
    [
        (
            "Name\tFraction\tExperiment\tPTM\nr1\t1\tA\tFalse\nr2\t2\tA\tFalse\nr3\t\tB\tFalse\n",
            ["A", "B"],
            "the MaxQuant experimental design",
            "the subject and the condition",
        ),
        (
            "Raw file\tExperiment\tEnzyme\tMS\nr1\tA\tTrypsin/P\t5\nr3\tB\tTrypsin/P\t5\n"
            "A\t\t\t5\nTotal\t\t\t10\n",
            ["A", "B"],
            "the MaxQuant summary",
            "the subject and the condition",
        ),
        (
            "D:\\r\\1.raw\tA\t1\tDDA\nD:\\r\\2.raw\tB\t1\tDDA\n",
            ["A_1", "B_1"],
            "the FragPipe manifest",
            "the subject of",
        ),
        (
            "plex\tchannel\tsample\tsample_name\tcondition\treplicate\n"
            "1\t126\tA\tA_x\tpre\t1\n1\t127N\tB\tB_x\ton\t1\n",
            ["A", "B"],
            "the FragPipe experiment annotation",
            "the subject of",
        ),
        ("126 A\n127N B\n", ["A", "B"], "the FragPipe channel annotation", "the subject and"),
    ],
)
def test_annotations_of_search_engines(write, text, offered, title, lacks):
    """They are told by content, name the samples, and say what they cannot know."""
    path = write(text)
    annotation = open_sheet(path)
    assert annotation.title == title
    assert list(describe(annotation, offered).index) == offered
    assert f"{title} does not say {lacks}" in message(path)


def test_a_subject_column_makes_an_annotation_a_sheet(write):
    """What a program does not write can be added to its file."""
    path = write(
        "file\tsample\tsample_name\tcondition\treplicate\tpatient\n"
        "/d/1.raw\tA\tP1 pre\tpre\t1\tP1\n/d/2.raw\tB\tP1 on\ton\t1\tP1\n"
    )
    frame = load_sheet(path, ["1", "2"]).frame
    assert frame["subject"].to_dict() == {"1": "P1", "2": "P1"}


TABLE = "Gene\tSite\t[1] P1_a_uncalibrated.mzML\tX2.a\nRPS6\tS235\t20\t21\nRPS6\tS240\t22\t23\n"


def test_names_are_matched_loosely_and_said(write):
    """Numbers, folders, endings, R's X and the marks between words do not count."""
    spellings = ["P1_a", "P1.a", "[3] P1_a.raw", "D:\\x\\P1_a.d", "/y/p1-a_calibrated.mzML.gz"]
    assert {spell_loosely(s) for s in spellings} == {"p1.a"}
    assert spell_loosely("X2.a") == spell_loosely("2-a")
    sheet = write("sample\tsubject\tcondition\nP1_a\tP1\tpre\n2-a\tP1\ton\n", "s.tsv")
    table = read(write(TABLE), sheet)
    assert list(table.samples.index) == ["P1_a", "2-a"]
    assert "sample '2-a' of the sheet was read from the column 'X2.a'" in table.warnings


def test_names_that_fit_two_columns_are_refused_with_both(write):
    """A guess between columns would be a silent mix-up of samples."""
    sheet = write("sample\tsubject\tcondition\nP1-a\tP1\tpre\nb\tP1\ton\n", "s.tsv")
    with pytest.raises(DataError) as error:
        read(write("Gene\tSite\tP1.a\tP1_a\tb\nRPS6\tS235\t20\t21\t22\n"), sheet)
    assert str(error.value) == (
        f"{sheet}:2 [sample]: sample 'P1-a' may be the column 'P1.a' or 'P1_a'\n"
        "    -> write the name as it stands in the table"
    )


def test_a_run_column_names_the_samples_in_the_table(write):
    """The sheet's own names stay; the table is found by its runs."""
    sheet = write(
        "sample\trun\tsubject\tcondition\tnote\npatient 1 before\t/d/q1.raw\tP1\tpre\tx\n"
        "patient 1 after\t/d/q2.raw\tP1\ton\ty\n",
        "s.tsv",
    )
    table = read(write("Gene\tSite\tq1\tq2\nRPS6\tS235\t20\t21\nRPS6\tS240\t22\t23\n"), sheet)
    assert list(table.values.columns) == ["patient 1 before", "patient 1 after"]
    assert table.values.iloc[0].tolist() == [20.0, 21.0]
    assert table.samples["note"].tolist() == ["x", "y"]


def test_excluded_samples_are_counted_not_read(write):
    """They are named in a note, and not listed as unknown columns."""
    sheet = write(
        "sample\tsubject\tcondition\texclude\nq1\tP1\tpre\t\nq2\tP1\ton\tno\nq3\tP1\ton\tyes\n",
        "s.tsv",
    )
    table = read(write("Gene\tSite\tq1\tq2\tq3\nA\tS235\t20\t21\t9\nB\tS240\t22\t23\t9\n"), sheet)
    assert list(table.samples.index) == ["q1", "q2"]
    assert "exclude" not in table.samples
    said = [w for w in table.warnings if "q3" in w]
    assert said == [
        "sample sheet: 1 sample set aside by it (excluded, pooled or empty), not read: 'q3'"
    ]


def test_numbers_and_flags_are_checked(write):
    """Minutes, the share of tumour cells and the exclude flag."""
    path = write(
        "sample\tsubject\tcondition\tischemia_min\tpurity\texclude\n"
        "q1\tP1\tpre\t-5\t0.7\tmaybe\nq2\tP1\ton\t20,5\t70\tno\nq3\tP1\ton\tunknown\t\t\n"
    )
    assert message(path) == (
        f"{path}:2 [exclude]: 'maybe' is neither yes nor no\n"
        "    -> write yes to leave the sample out, otherwise no or nothing\n"
        f"{path}:2 [ischemia_min]: '-5' minutes are less than none\n"
        "    -> write minutes as a number, or nothing\n"
        f"{path}:3 [ischemia_min]: '20,5' is not a number\n"
        "    -> write minutes as a number, or nothing\n"
        f"{path}:3 [purity]: '70' is not between 0 and 1\n"
        "    -> write the share of tumour cells as a number such as 0.7, or nothing"
    )


SHEETS = {
    "own": "sample\tsubject\tcondition\tpurity\texclude\nP1_a\tP1\tpre\t1\t\nP1_b\tP1\ton\t\tno\n",
    "sdrf": sdrf(),
    "msstats": "Run,BioReplicate,Condition,Channel\nr1,P1,pre,126\nr1,P2,on,127N\n",
    "design": "Name\tFraction\tExperiment\nr1\t1\tA\nr2\t2\tB\n",
    "manifest": "/d/1.raw\tA\t1\tDDA\n/d/2.raw\tB\t\tDIA\n",
    "channels": "126 A\n127N B\n",
    "fragpipe": "file\tsample\tsample_name\tcondition\treplicate\nf\tA\tA\tpre\t1\ng\tB\tB\tx\t1\n",
}
BYTES = (b"", b"\t", b"\n", b'"', b"\x00", b"\xff", b",", b";", b"[", b"NA", b"\r", b"\xc3\xa9")


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Cut, repeat or replace a few places."""
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        length = rng.randint(0, 12)
        again = data[at : at + length] if rng.random() < 0.3 else b""
        data = data[:at] + rng.choice(BYTES) + again + data[at + length :]
    return data


@pytest.mark.parametrize("kind", SHEETS)
def test_mutated_sheets_are_read_or_refused(write, kind):
    """Whatever became of the bytes, there is a sheet or a message, never another error."""
    rng = random.Random(kind)
    refused = 0
    for _ in range(150):
        path = write(mutate(SHEETS[kind].encode(), rng), "s.tsv")
        try:
            frame = load_sheet(path, ["P1_a", "A", "r1 126"]).frame
            assert frame.index.is_unique
            assert (frame[["subject", "condition"]] != "").all(axis=None)
        except DataError:
            refused += 1
    assert refused
