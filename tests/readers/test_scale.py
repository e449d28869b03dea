import numpy as np
import pytest

from phosres.errors import DataError
from phosres.readers import read
from phosres.readers._piles import find_piles
from phosres.readers._scale import check_columns


def _file(write, columns):
    rows = ["Gene\tSite\t" + "\t".join(columns)]
    n = len(next(iter(columns.values())))
    rows += [
        f"G{at}\tS{at + 1}\t" + "\t".join(str(v[at]) for v in columns.values()) for at in range(n)
    ]
    return write("\n".join(rows) + "\n")


LINEAR = {"a": [1024, 4096, 0, 200], "b": [2048, 8192, -3, 300]}
LOG2 = {"a": [20, 18, 0, 12.5], "b": [21, 17, 16, 13.5]}
CENTRED = {"a": [-1, 0.5, 0, 2], "b": [1, -0.5, -2, 0.25]}
RATIO = {"a": [0.5, 1.0, 2.0, 1.5], "b": [1.0, 0.25, 4.0, 1.0]}


@pytest.mark.parametrize(
    ("columns", "scale", "kind"),
    [
        (LINEAR, "log2_intensity", "linear"),
        (LOG2, "log2_intensity", "log2"),
        (CENTRED, "log2_ratio", "log2"),
        (RATIO, "log2_ratio", "linear"),
    ],
)
def test_the_scale_is_told_from_the_values(write, sheet, columns, scale, kind):
    """Intensities, their log2, centred log2 and plain ratios are told apart."""
    table = read(_file(write, columns), sheet(["a", "b"]))
    assert (table.scale, table.source.original_scale) == (scale, kind)


def test_zero_is_missing_only_on_the_linear_scale(write, sheet):
    """An intensity of zero or less was not measured; a log2 value of zero is a value."""
    linear = read(_file(write, LINEAR), sheet(["a", "b"]))
    assert linear.values.loc["G0_S1"].tolist() == [10, 11]
    assert "G2_S3" not in linear.values.index
    assert "values below zero were taken as not measured: 1" in linear.warnings
    log2 = read(_file(write, LOG2), sheet(["a", "b"]))
    assert log2.values.loc["G2_S3", "a"] == 0
    assert any("exactly 0" in w for w in log2.warnings)
    declared = read(_file(write, LOG2), sheet(["a", "b"]), missing=["0"])
    assert np.isnan(declared.values.loc["G2_S3", "a"])


@pytest.mark.parametrize(
    ("columns", "scale", "message", "hint"),
    [
        (
            LOG2,
            "linear",
            "the values are declared linear (input.scale) but look like log2: median 17.25, "
            "range 12.5 to 21, 0% below zero",
            "set input.scale to 'log2'",
        ),
        (
            CENTRED,
            "linear",
            "the values are declared linear (input.scale) but look like log2: median 0.1875, "
            "range -2 to 2, 43% below zero",
            "set input.scale to 'log2'",
        ),
        (
            {"a": [-1, 0.5, 1, -700.0], "b": [1, -0.5, -2, 0.25]},
            "log2",
            "values below -64 are no log2 values (input.scale): median -0.1875, "
            "range -700 to 1, 50% below zero",
            "correct them, or set input.scale to 'linear'",
        ),
        (
            LINEAR,
            "log2",
            "the values are declared log2 (input.scale) but look linear: median 1099, "
            "range -3 to 8192, 14% below zero",
            "set input.scale to 'linear'",
        ),
        (
            {"a": [50.0, 60, 61, 62], "b": [45.0, 50, 51, 63]},
            "auto",
            "the scale of the values cannot be told: median 55.5, range 45 to 63, 0% below zero",
            "set input.scale to 'linear' or 'log2'",
        ),
        (
            {"a": [20, 21, 22, 23], "b": [1e6, 2e6, 3e6, 4e6]},
            "auto",
            "the samples are on different scales: 'b' (2.5e+06) look linear, 'a' (21.5) look like "
            "log2 (medians in brackets)",
            "bring all samples to one scale",
        ),
        (
            {"a": [30.0, 31, 32, 33] * 5, "b": [20.0, 21, 22, 23] * 5},
            "auto",
            "the medians of 'b' (21.5) and 'a' (31.5) are more than 8 log2 apart",
            "these samples are not on one scale: check both columns",
        ),
        (
            {"a": [30.0, 31, 32, 33], "b": ["", "NA", "NaN", "Filtered"]},
            "auto",
            "sample 'b' has no value at all",
            "check the column, or take the sample out of the sample sheet",
        ),
    ],
)
def test_contradictions_show_the_numbers(write, sheet, columns, scale, message, hint):
    """What is declared is checked against the values, and the message says what to set."""
    with pytest.raises(DataError) as error:
        read(_file(write, columns), sheet(["a", "b"]), scale=scale)
    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_samples_without_values_in_the_rows_looked_at_are_no_warning():
    """In long tables the medians are told from some rows; a sample may have none of them."""
    values = np.full((20_001, 2), np.nan)
    values[1::4] = 20.0
    assert check_columns(values, ["a", "b"], "t.tsv") == []
    values[::4] = [20.0, 40.0]
    assert len(check_columns(values, ["a", "b"], "t.tsv")) == 1


_BELL = np.random.default_rng(5).normal(20, 2, 400)


@pytest.mark.parametrize(
    ("values", "linear", "said"),
    [
        (_BELL, False, []),
        (np.rint(_BELL), False, []),  # whole numbers tie, but not at the ends
        (np.maximum(_BELL, 18), False, ["lowest", "at 18", 'input.missing: ["18"]']),
        (np.minimum(_BELL, 22), False, ["highest", "at 22", "a ceiling"]),
        (2 ** np.where(_BELL < 18, -np.inf, _BELL), True, []),  # zeros are no floor
        (np.full(400, 20.0), False, []),  # refused elsewhere
    ],
)
def test_floors_and_ceilings_are_flagged(values, linear, said):
    """Many values at exactly an end of the distribution are a floor or a ceiling."""
    found = find_piles(values[:, None], ["a"], linear=linear)
    assert len(found) == bool(said)
    assert all(part in found[0] for part in said)
