import numpy as np
import pytest

from phosres.readers import read


def _read(write, sheet, rows, samples=("a", "b", "c"), head=("Protein", "Site")):
    text = "\n".join("\t".join(r) for r in [[*head, *samples], *rows]) + "\n"
    return read(write(text), sheet(samples), scale="log2")


def test_rows_of_one_peptide_are_one_feature(write, sheet):
    """Identical values on two near sites of one protein are one measurement."""
    table = _read(
        write,
        sheet,
        [
            ["P62753", "S240", "20.11", "", "21.07"],
            ["P62753", "S235", "20.11", "", "21.07"],
            ["P62753", "S244", "20.11", "19.5", "21.07"],
        ],
    )
    assert list(table.features.index) == ["P62753_S235.S240_M2", "P62753_S244"]
    assert list(table.features["source_rows"]) == ["2;3", "4"]
    assert [(x.rows, x.kept) for x in table.losses] == [(1, True)]


_BOTH = ("20.1", "21.2", "")


@pytest.mark.parametrize(
    ("why", "first", "second"),
    [
        ("other proteins", ["P1AAA1", "S10", *_BOTH], ["P1AAA2", "S12", *_BOTH]),
        ("too far apart", ["P1AAA1", "S10", *_BOTH], ["P1AAA1", "S71", *_BOTH]),
        ("one floor value", ["P1AAA1", "S10", "16", "16", ""], ["P1AAA1", "S12", "16", "16", ""]),
        ("one coarse value", ["P1AAA1", "S10", "20.1", "", ""], ["P1AAA1", "S12", "20.1", "", ""]),
        ("another gap", ["P1AAA1", "S10", *_BOTH], ["P1AAA1", "S12", "20.1", "", "21.2"]),
    ],
)
def test_rows_that_only_look_alike_stay_apart(write, sheet, why, first, second):
    """Nothing but the same numbers of one protein within one peptide is joined."""
    third = ["P9ZZZ9", "S1", "20.5", "20.6", "20.7"]
    assert _read(write, sheet, [first, second, third]).n_features == 3, why


def test_one_precise_value_is_enough(write, sheet):
    """Five significant digits do not agree by chance."""
    rows = [["P1AAA1", "S10", "20.123", "", ""], ["P1AAA1", "S12", "20.123", "", ""]]
    rows.append(["P9ZZZ9", "S1", "20.5", "20.6", "20.7"])
    assert _read(write, sheet, rows).n_features == 2


def test_no_feature_spans_more_than_a_peptide(write, sheet):
    """A chain of near sites is cut where it becomes longer than a peptide."""
    rows = [["P1AAA1", f"S{at}", "20.1", "21.2", "22.3"] for at in (10, 50, 90, 130)]
    assert list(_read(write, sheet, rows).features["sites"]) == ["S10;S50", "S90;S130"]


def test_duplicates_are_dropped_with_the_reason(write, sheet, account):
    """The same site with the same values is a duplicate, not a second measurement."""
    rows = [["P1AAA1", "S10", "20.1", "21.2", ""]] * 2
    table = _read(write, sheet, [*rows, ["P9ZZZ9", "S1", "20.5", "20.6", "20.7"]])
    assert [(x.reason, x.rows, x.kept) for x in table.losses] == [
        ("duplicate of another row (same site, same values)", 1, False)
    ]
    assert account(table) == 3


def test_forms_of_one_name_are_numbered_by_intensity(write, sheet):
    """Several peptides of one site keep their own features, the most intense first."""
    rows = [
        ["P1AAA1", "S10", "15.1", "15.2", "15.3"],
        ["P1AAA1", "S10", "25.1", "25.2", "25.3"],
        ["P1AAA1", "S10", "20.1", "20.2", ""],
    ]
    table = _read(write, sheet, rows)
    assert list(table.features.index) == ["P1AAA1_S10", "P1AAA1_S10#2", "P1AAA1_S10#3"]
    assert np.allclose(table.values["a"], [25.1, 20.1, 15.1])


def test_windows_follow_the_sites_and_localization_is_the_lowest(write, sheet):
    """The joined feature has one window a site and the least certain probability."""
    one, two = "AAAAAAASAAAAAAA", "CCCCCCCTCCCCCCC"
    head = ("Protein", "Site", "Window", "Localization")
    rows = [
        ["P1AAA1", "T14", two, "0.8", "20.1", "21.2", ""],
        ["P1AAA1", "S10", one, "0.9", "20.1", "21.2", ""],
        ["P9ZZZ9", "S1", one, "1", "20.5", "20.6", "20.7"],
    ]
    feature = _read(write, sheet, rows, head=head).features.loc["P1AAA1_S10.T14_M2"]
    assert feature["window"] == f"{one};{two}"
    assert feature["localization"] == pytest.approx(0.8)
    assert feature["multiplicity"] == 2


def test_a_peptide_of_several_proteins_is_one_feature(write, sheet, account):
    """Rows that repeat window and values for other proteins fold into the best-known one."""
    head = "Protein\tProtein.Names\tGene.Names\tResidue\tSite\tSequence\tx/A.d\tx/B.d\n"
    one, two = "\t1.39911e+06\t15609.5\n", "\t2.5e+06\t15609.5\n"
    path = write(
        head
        + "A0A096X8J7\tA0A096X8J7_HUMAN\tRPS6\tS\t35\tAKRRRLSSLRASTSK"
        + one
        + "A0A096X8J7\tA0A096X8J7_HUMAN\tRPS6\tS\t36\tRRRLSSLSRASTSKS"
        + one
        + "P62753\tRS6_HUMAN\tRPS6\tS\t235\tAKRRRLSSLRASTSK"
        + one
        + "P62753\tRS6_HUMAN\tRPS6\tS\t236\tRRRLSSLSRASTSKS"
        + one
        + "Q9ZZZ9\tX_HUMAN\tXYZ\tS\t5\tAKRRRLSSLRASTSK"
        + two
    )
    table = read(path, sheet(["A", "B"]))
    assert list(table.features.index) == ["RPS6_S235.S236_M2", "XYZ_S5"]
    row = table.features.loc["RPS6_S235.S236_M2"]
    assert (row["protein"], row["proteins"]) == ("P62753", "A0A096X8J7;P62753")
    assert row["source_rows"] == "4;2;3;5"
    assert [(x.reason, x.rows, x.kept) for x in table.losses] == [
        ("same peptide as another row, under another of its sites", 1, True),
        ("same peptide as another row, on another protein", 2, True),
    ]
    assert account(table) == 5
