"""The contract of score_sets: shapes, orders, missing values, repeats and errors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosres.errors import ConfigError, DataError
from phosres.kinases import METHODS, _columns, score_sets, score_sets_detailed, show_methods

NAMES = tuple(m.name for m in METHODS)


@pytest.mark.parametrize("method", NAMES)
def test_result_is_sets_by_experiments(
    matrix: pd.DataFrame, network: pd.DataFrame, method: str
) -> None:
    """Sets in the order of the network, experiments in that of the matrix."""
    got = score_sets(matrix, network, min_size=1, method=method)
    assert list(got.index) == ["AKT1", "SET"]
    assert list(got.columns) == ["a", "b", "c"]
    assert got.notna().to_numpy().all()


@pytest.mark.parametrize("method", NAMES)
def test_too_small_is_nan_per_experiment(
    matrix: pd.DataFrame, network: pd.DataFrame, method: str
) -> None:
    """SET has two known members; in experiment b only one is measured."""
    got = score_sets_detailed(matrix, network, min_size=2, method=method)
    assert got.n_measured.loc["SET"].tolist() == [2, 1, 2]
    assert got.scores.loc["SET"].isna().tolist() == [False, True, False]
    if got.p is not None:
        pd.testing.assert_frame_equal(got.p.isna(), got.scores.isna())
    assert got.coverage.loc["SET", "a"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("method", NAMES)
def test_a_set_without_a_measured_site_is_a_row_of_nan(matrix: pd.DataFrame, method: str) -> None:
    """Never a zero, and never a lost row."""
    edges = pd.DataFrame({"source": ["K", "NONE"], "target": ["P1_S1", "absent"]})
    got = score_sets(matrix, edges, min_size=1, method=method)
    assert list(got.index) == ["K", "NONE"]
    assert got.loc["NONE"].isna().all()


@pytest.mark.parametrize("method", NAMES)
def test_an_empty_or_constant_experiment_is_nan(network: pd.DataFrame, method: str) -> None:
    """Nothing measured, or all of it zero, says nothing about a kinase."""
    index = ["P1_S1", "P1_S2", "P2_S1", "P3_S1", "Q_S1"]
    matrix = pd.DataFrame({"none": np.full(5, np.nan), "zero": np.zeros(5)}, index=index)
    got = score_sets(matrix, network, min_size=1, method=method).loc["AKT1"]
    assert np.isnan(got["none"])
    assert np.isnan(got["zero"]) or got["zero"] == 0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), method=st.sampled_from(NAMES))
def test_order_and_scale_do_not_matter(seed: int, method: str) -> None:
    """Shuffled sites, edges and experiments give the same cells; a factor leaves z scores alone."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(40, 5))
    values[rng.random(values.shape) < 0.3] = np.nan
    names = [f"{g}_S{i}" for i, g in enumerate(rng.choice(["A", "B", "C", "AKT1"], 40))]
    matrix = pd.DataFrame(values, index=names, columns=list("abcde"))
    edges = pd.DataFrame({"source": rng.choice(["AKT1", "L"], 25), "target": names[:25]})
    edges["weight"] = rng.choice([1.0, -1.0], 25)
    got = score_sets(matrix, edges, min_size=3, method=method)
    order = rng.permutation(40)
    shuffled = matrix.iloc[order, ::-1]
    again = score_sets(shuffled, edges.sample(frac=1, random_state=1), min_size=3, method=method)
    pd.testing.assert_frame_equal(again.loc[got.index, got.columns], got, rtol=1e-9, atol=1e-12)
    factor = 3.0 if method in ("mean", "weighted_sum") else 1.0
    scaled = score_sets(matrix * 3.0, edges, min_size=3, method=method)
    pd.testing.assert_frame_equal(scaled, got * factor, rtol=1e-9, atol=1e-12)
    turned = score_sets(-matrix, edges, min_size=3, method=method)
    pd.testing.assert_frame_equal(turned, -got, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", NAMES)
def test_an_experiment_does_not_depend_on_the_others(
    matrix: pd.DataFrame,
    network: pd.DataFrame,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Alone, together and in blocks of one column the scores are the same."""
    got = score_sets(matrix, network, min_size=1, method=method)
    for column in matrix:
        alone = score_sets(matrix[[column]], network, min_size=1, method=method)
        pd.testing.assert_frame_equal(alone, got[[column]], rtol=1e-12)
    monkeypatch.setattr(_columns, "BLOCK_CELLS", 1)
    again = score_sets(matrix, network, min_size=1, method=method)
    pd.testing.assert_frame_equal(again, got, rtol=1e-12)


@pytest.mark.parametrize("method", NAMES)
def test_repeated_edges_count_once_and_zero_is_no_member(
    matrix: pd.DataFrame, network: pd.DataFrame, method: str
) -> None:
    """The same edge twice, or an edge of weight 0, changes nothing."""
    zero = pd.DataFrame({"source": ["SET"], "target": ["P5_S5"], "weight": [0.0]})
    more = pd.concat([network, network.iloc[[5, 0]], zero], ignore_index=True)
    got = score_sets(matrix, more, min_size=1, method=method)
    pd.testing.assert_frame_equal(got, score_sets(matrix, network, min_size=1, method=method))


def test_inputs_are_not_changed(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """Scoring reads only."""
    before, edges = matrix.copy(deep=True), network.copy(deep=True)
    score_sets(matrix, network, min_size=1)
    pd.testing.assert_frame_equal(matrix, before)
    pd.testing.assert_frame_equal(network, edges)


def test_kinds_of_numbers_and_of_weights(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """Single precision, nullable numbers, decoupler's mor and absent weights are understood."""
    got = score_sets(matrix, network, min_size=1)
    pd.testing.assert_frame_equal(
        score_sets(matrix.astype(np.float32), network, min_size=1), got, rtol=1e-5
    )
    pd.testing.assert_frame_equal(score_sets(matrix.astype("Float64"), network, min_size=1), got)
    mor = network.rename(columns={"weight": "mor"})
    pd.testing.assert_frame_equal(score_sets(matrix, mor, min_size=1), got)
    ones = score_sets(matrix, network.assign(weight=1), min_size=1)
    bare = score_sets(matrix, network.drop(columns="weight"), min_size=1)
    pd.testing.assert_frame_equal(ones, bare)


def test_every_problem_of_a_network_is_named(matrix: pd.DataFrame) -> None:
    """Empty cells and weights that are no numbers, with the first row of each."""
    bad = pd.DataFrame(
        {"source": ["K", None, "K"], "target": ["P1_S1", "P1_S2", " "], "weight": ["1", "x", "1"]}
    )
    with pytest.raises(DataError) as error:
        score_sets(matrix, bad)
    assert [str(p).split("\n")[0] for p in error.value.problems] == [
        "[source]: network: 1 empty cells, first in row 2",
        "[target]: network: 1 empty cells, first in row 3",
        "[weight]: network: 1 weights are no finite number, first 'x' in row 2",
    ]


def test_an_edge_with_two_weights_is_refused(matrix: pd.DataFrame) -> None:
    """Up and down at once is a contradiction the user must settle."""
    bad = pd.DataFrame({"source": ["K", "K"], "target": ["P1_S1"] * 2, "weight": [1, -1]})
    with pytest.raises(DataError, match="1 edges have two different weights: K -> P1_S1"):
        score_sets(matrix, bad)


def test_missing_columns_are_named(matrix: pd.DataFrame) -> None:
    """The message says what was found."""
    with pytest.raises(DataError, match="no column 'source' and 'target'; found 'kinase', 'site'"):
        score_sets(matrix, pd.DataFrame({"kinase": ["K"], "site": ["s"]}))


def test_every_problem_of_a_matrix_is_named(network: pd.DataFrame) -> None:
    """Text columns and repeated names together."""
    bad = pd.DataFrame({"gene": ["A", "B"], "x": [1.0, 2.0]}, index=["P1_S1", "P1_S1"])
    with pytest.raises(DataError) as error:
        score_sets(bad, network)
    assert [p.message for p in error.value.problems] == [
        "matrix: 1 columns are not numbers: gene",
        "matrix: 1 names of rows occur more than once: P1_S1",
    ]


def test_repeated_sites_far_apart_are_refused(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """A repeat is found wherever it is, not only next to its twin."""
    with pytest.raises(DataError, match="occur more than once: AKT1_T308"):
        score_sets(pd.concat([matrix, matrix.iloc[[0]]]), network)


@pytest.mark.parametrize("method", NAMES)
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused(
    matrix: pd.DataFrame, network: pd.DataFrame, value: float, method: str
) -> None:
    """Logarithms of zero are not measurements."""
    matrix.iloc[4, 1] = value
    matrix.iloc[5, 1] = -value
    with pytest.raises(DataError, match="2 infinite values"):
        score_sets(matrix, network, method=method)


def test_nothing_in_common_shows_both_spellings(matrix: pd.DataFrame) -> None:
    """The user sees at once what does not match."""
    edges = pd.DataFrame({"source": ["K"], "target": ["P1;S1;"]})
    with pytest.raises(DataError, match=r"targets like 'P1;S1;'; rows like 'AKT1_T308'"):
        score_sets(matrix, edges)


def test_wrong_arguments(matrix: pd.DataFrame, network: pd.DataFrame) -> None:
    """A method that does not exist and a size below one are configuration errors."""
    with pytest.raises(ConfigError, match=r"no method 'ulmm': did you mean 'ulm'"):
        score_sets(matrix, network, method="ulmm")
    with pytest.raises(ConfigError, match="min_size is 0"):
        score_sets(matrix, network, min_size=0)
    with pytest.raises(DataError, match="expected a DataFrame, found ndarray"):
        score_sets(matrix.to_numpy(), network)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="row names have 2 levels"):
        score_sets(matrix.set_index("a", append=True), network)


def test_methods_are_listed_with_their_reference() -> None:
    """The registry prints itself; the default comes first."""
    table = show_methods()
    assert table["name"].tolist() == list(NAMES)
    assert table["name"].iloc[0] == "phosres"
    assert table["reference"].str.contains("doi").all()


def test_the_command_line_shows_the_methods(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them in lines, one with every field, and a hint for a typo."""
    from phosres.cli import main

    assert main(["show", "methods"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)
    assert main(["show", "methods", "ULM"]) == 0
    assert "10.1093/bioadv/vbac016" in capsys.readouterr().out
    assert main(["show", "methods", "umm"]) == 2
    assert "did you mean 'ulm'?" in capsys.readouterr().err
