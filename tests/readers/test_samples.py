import datetime

import pandas as pd
import pytest

from phosres.errors import DataError
from phosres.readers import read_samples, sketch_samples
from phosres.readers.guesses import guess


def test_a_sheet_is_read_as_text_with_all_columns(write):
    """Values stay text, are trimmed, and columns phosres does not know are kept."""
    path = write("sample\tsubject\tcondition\tgenotype\n s1 \t01\tpre\tWT\ns2\t01\ton\tKO\n")
    frame = read_samples(path)
    assert list(frame.index) == ["s1", "s2"]
    assert list(frame.columns) == [
        *("subject", "condition", "timepoint", "replicate", "batch"),
        "genotype",
    ]
    assert list(frame["subject"]) == ["01", "01"]
    assert set(frame["timepoint"]) == {""}


def test_usual_names_of_columns_are_understood(write):
    """Patient, group and run are subject, condition and sample."""
    frame = read_samples(write("Run,Patient ID,Group,Time point\ns1,P1,pre,d0\n", "s.csv"))
    assert frame.loc["s1", ["subject", "condition", "timepoint"]].tolist() == ["P1", "pre", "d0"]


def test_all_problems_of_a_sheet_come_at_once(write):
    """Blanks, doubled samples, numbers that are none: each with row and column."""
    path = write(
        "sample\tsubject\tcondition\tischemia_min\n"
        "s1\tP1\tpre\t20\n"
        "s1\tP1\ton\ttwenty\n"
        "s3\t\ton\t\n"
        "\tP2\t\t5\n"
    )
    with pytest.raises(DataError) as error:
        read_samples(path)
    assert str(error.value) == (
        f"{path}:3 [ischemia_min]: 'twenty' is not a number\n"
        "    -> write minutes as a number, or nothing\n"
        f"{path}:3 [sample]: sample 's1' is named twice, first in row 2\n"
        "    -> each sample (column of the table) has one row\n"
        f"{path}:4 [subject]: subject is blank\n"
        "    -> fill it in\n"
        f"{path}:5 [condition]: condition is blank\n"
        "    -> fill it in\n"
        f"{path}:5 [sample]: sample is blank\n"
        "    -> fill it in"
    )


def test_misspelt_and_missing_columns(write):
    """A column near a known one is a misspelling; an absent one is named with its aliases."""
    path = write("sampel\tconditon\tfoo\ns1\tpre\tx\n")
    with pytest.raises(DataError) as error:
        read_samples(path)
    assert str(error.value) == (
        f"{path}: unknown column 'sampel'\n"
        "    -> did you mean 'sample'?\n"
        f"{path}: unknown column 'conditon'\n"
        "    -> did you mean 'condition'?\n"
        f"{path}: the column 'subject' is missing; found: 'sampel', 'conditon', 'foo'\n"
        "    -> name it 'subject' (also understood: patient, patient_id, subject_id, individual)"
    )


def test_two_names_for_one_column_are_a_question(write):
    """Patient and donor cannot both be the subject."""
    path = write("sample\tpatient\tdonor\tcondition\ns1\tP1\tD1\tpre\n")
    with pytest.raises(DataError) as error:
        read_samples(path)
    assert str(error.value) == (
        f"{path}: 'patient' and 'donor' may both be the column 'subject'\n"
        "    -> rename the one that is meant to 'subject'"
    )


def test_excel_sheets(tmp_path):
    """A workbook is read like text, and cells that Excel turned into dates are refused."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["sample", "subject", "condition", "timepoint"])
    book.active.append(["s1", 1, "pre", None])
    path = tmp_path / "samples.xlsx"
    book.save(path)
    assert read_samples(path).loc["s1", "subject"] == "1"
    book.active.append(["s2", 1, "on", datetime.datetime(2026, 9, 2)])
    book.save(path)
    with pytest.raises(DataError) as error:
        read_samples(path)
    assert str(error.value) == (
        f"{path}:3 [timepoint]: Excel turned this cell into a date (2026-09-02)\n"
        "    -> format the column as text and write the value again"
    )


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (
            ["Calu1_0", "Calu1_6", "H358_0", "H358_6"],
            {
                "subject": ["Calu1", "Calu1", "H358", "H358"],
                "condition": ["pre", "on_6", "pre", "on_6"],
                "timepoint": ["0", "6", "0", "6"],
            },
        ),
        (
            ["ctrl_a", "ctrl_b", "long_a", "long_b"],
            {
                "subject": ["ctrl_a", "ctrl_b", "long_a", "long_b"],
                "condition": ["ctrl", "ctrl", "long", "long"],
                "replicate": ["a", "b", "a", "b"],
            },
        ),
        (
            ["15KI", "15TU", "16KI", "16TU"],
            {"subject": ["15", "15", "16", "16"], "condition": ["KI", "TU", "KI", "TU"]},
        ),
        (
            ["WT_ctrl_1", "WT_stim_1", "KO_ctrl_2", "KO_stim_2"],
            {
                "subject": ["WT_1", "WT_1", "KO_2", "KO_2"],
                "condition": ["ctrl", "stim", "ctrl", "stim"],
            },
        ),
        (
            ["Pat01_pre", "Pat01_on_C2D1", "Pat02_pre", "Pat02_on_C2D1"],
            {
                "subject": ["Pat01", "Pat01", "Pat02", "Pat02"],
                "condition": ["pre", "on", "pre", "on"],
                "timepoint": ["", "C2D1", "", "C2D1"],
            },
        ),
        (
            ["P1.C1D1", "P1.C1D15", "P2.C1D1", "P2.C1D15"],
            {
                "subject": ["P1", "P1", "P2", "P2"],
                "condition": ["pre", "on_C1D15", "pre", "on_C1D15"],
            },
        ),
        (
            ["H358_0h_1", "H358_0h_2", "H358_24h_1", "H358_24h_2"],
            {
                "subject": ["H358_0h_1", "H358_0h_2", "H358_24h_1", "H358_24h_2"],
                "condition": ["pre", "pre", "on_24h", "on_24h"],
                "replicate": ["1", "2", "1", "2"],
            },
        ),
        (
            ["H358_0h_1", "A549_0h_1", "H358_24h_1", "A549_24h_2"],
            {"subject": ["H358", "A549", "H358", "A549"]},
        ),
        (
            ["TCGA-A1-A0SH-01A-11R", "TCGA-A1-A0SH-11A-11R", "TCGA-A1-A0SJ-06A"],
            {
                "subject": ["TCGA-A1-A0SH", "TCGA-A1-A0SH", "TCGA-A1-A0SJ"],
                "condition": ["primary", "normal", "metastasis"],
            },
        ),
        (
            ["C3L.02665", "C3L.02665.N", "C3N-01663"],
            {
                "subject": ["C3L.02665", "C3L.02665", "C3N-01663"],
                "condition": ["tumour", "normal", "tumour"],
            },
        ),
        (
            ["20231004_QE_P01_T0_01", "20231004_QE_P01_T1_02", "20231005_QE_P02_T0_03"],
            {"subject": ["P01", "P01", "P02"], "condition": ["pre", "on_T1", "pre"]},
        ),
        (
            ["EGF_1 min_Rep1", "EGF_1 min_Rep2", "EGF_8 min_Rep1", "EGF_8 min_Rep2"],
            {"condition": ["1min", "1min", "8min", "8min"], "replicate": ["Rep1", "Rep2"] * 2},
        ),
    ],
)
def test_names_of_samples_are_guessed_from(names, columns):
    """Subject, condition, timepoint and replicate are guessed, and said to be guesses."""
    frame = guess(names)
    assert {c: frame[c].tolist() for c in columns} == columns
    assert all("guessed from the name: check" in note for note in frame["guessed"])


@pytest.mark.parametrize(
    "names",
    [
        ["x", "y", "zz9"],
        ["S1", "S2", "S3"],
        ["1", "10", "11"],
        ["WHIM2.PDXBC01", "WHIM8.PDXBC01", "WHIM21.PDXBC02"],
    ],
)
def test_names_that_say_nothing_are_left_blank(names):
    """Nothing is invented: a number is no condition, a batch no subject."""
    frame = guess(names)
    assert (frame[["subject", "condition", "timepoint", "replicate"]] == "").all(axis=None)
    assert set(frame["guessed"]) == {"nothing could be guessed: fill in subject and condition"}


@pytest.mark.parametrize("names", [["126", "127N", "131C"], ["1 126C", "1 127N"], ["TMT 1"]])
def test_reporter_channels_say_nothing(names):
    """They are said to be channels."""
    assert set(guess(names)["guessed"]) == {
        "a reporter channel says nothing of its sample: fill in subject and condition"
    }


def test_columns_named_unlike_the_samples_are_set_aside():
    """A running number among the columns is no sample; the draft says so and stays complete."""
    frame = guess(["row", "P1_pre", "P1_on", "P2_pre", "P2_on"])
    assert frame["exclude"].tolist() == ["yes", "", "", "", ""]
    assert frame["guessed"][0] == "named unlike the samples, so set aside: check"
    assert frame["subject"].tolist() == ["", "P1", "P1", "P2", "P2"]


def test_a_sheet_is_sketched_from_a_table(write):
    """The sample columns of a table become the rows of a draft."""
    path = write("Gene\tSite\tP1_pre\tP1_on\tP2_pre\tP2_on\nRPS6\tS235\t20\t21\t20\t22\n")
    frame = sketch_samples(path)
    assert list(frame.columns) == [
        *("sample", "subject", "condition", "timepoint", "replicate", "guessed"),
    ]
    assert list(frame["subject"]) == ["P1", "P1", "P2", "P2"]
    assert list(frame["condition"]) == ["pre", "on", "pre", "on"]


def test_a_frame_is_checked_like_a_file():
    """Frames are accepted with samples as a column or as the index, and never changed."""
    frame = pd.DataFrame({"sample": ["s1"], "subject": [1.0], "condition": ["pre"]})
    kept = frame.copy()
    from phosres.readers.sheets import load_sheet

    assert load_sheet(frame).frame.loc["s1", "subject"] == "1"
    assert load_sheet(frame.set_index("sample")).frame.index.tolist() == ["s1"]
    pd.testing.assert_frame_equal(frame, kept)
