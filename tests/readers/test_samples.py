import datetime

import pandas as pd
import pytest

from phosres.errors import DataError
from phosres.readers import read_samples, sketch_samples
from phosres.readers._samples import guess


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
            ["WT_ctrl_1", "WT_stim_1", "KO_ctrl_1", "KO_stim_1"],
            {
                "subject": ["WT", "WT", "KO", "KO"],
                "condition": ["ctrl", "stim", "ctrl", "stim"],
            },
        ),
    ],
)
def test_names_of_samples_are_guessed_from(names, columns):
    """Subject, condition, timepoint and replicate are guessed, and said to be guesses."""
    frame = guess(names)
    assert {c: frame[c].tolist() for c in columns} == columns
    assert all("guessed from the name: check" in note for note in frame["guessed"])


def test_names_that_say_nothing_are_left_blank():
    """Nothing is invented."""
    frame = guess(["x", "y", "zz9"])
    assert (frame[["subject", "condition", "timepoint", "replicate"]] == "").all(axis=None)
    assert set(frame["guessed"]) == {"nothing could be guessed: fill in subject and condition"}


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
