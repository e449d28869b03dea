"""How numbers and names are written."""

import pytest

from phosres.report import wording


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.012, "0.012"), (0.00001, "<0.0001"), (0.0, "<0.0001"), (1.0, "1"), (float("nan"), "")],
)
def test_p_values_have_two_digits_and_are_never_zero(value: float, expected: str) -> None:
    """p is written with two significant digits."""
    assert wording.p_value(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.204, "+1.20"), (-0.001, "0.00"), (-2.5, "-2.50"), (None, "")],
)
def test_changes_are_signed(value: float | None, expected: str) -> None:
    """A change has its sign and two decimals, and no negative zero."""
    assert wording.log2(value) == expected


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("S6_S235_S236", "S6 S235/S236"),
        ("4EBP1", "4E-BP1"),
        ("AKT_S473", "AKT S473"),
        ("MTORC1.4EBP", "mTORC1 4E-BP"),
        ("AKT_FEEDBACK", "AKT feedback"),
    ],
)
def test_identifiers_are_readable(identifier: str, expected: str) -> None:
    """Ids of readouts, sets and calls are written as one reads them."""
    assert wording.label(identifier) == expected


def test_direction_marks_cannot_reverse_the_text() -> None:
    """Controls become visible, and right-to-left names are isolated from the sentence."""
    assert wording.clean("a\u202eb\x00c") == "a\ufffdb\ufffdc"
    assert wording.name("קבוצה") == "\u2068קבוצה\u2069"
    assert wording.name("P1") == "P1"


def test_elided_names_keep_both_ends() -> None:
    """A long name keeps its beginning and its end, at the length asked for."""
    short = wording.elide("A" * 300 + "Z" * 300)
    assert len(short) == wording.MAX_NAME
    assert short[0] == "A"
    assert short[-1] == "Z"


def test_sentences_keep_the_spelling_of_names() -> None:
    """A plain word is raised, a name such as mTORC1 is not."""
    assert wording.sentence("rows were read") == "Rows were read."
    assert wording.sentence("mTORC1 fell.") == "mTORC1 fell."
    assert wording.sentence("") == ""


def test_only_absolute_paths_lose_their_folder() -> None:
    """Relative paths and ordinary text stay."""
    assert wording.file_name("/data/x/t.tsv") == "t.tsv"
    assert wording.file_name("C:\\x\\t.tsv") == "t.tsv"
    assert wording.file_name("pre/on") == "pre/on"
