"""A noise model as a file: what goes in comes out, and what is wrong in it is told."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from phosres import DataError, PhosphoTable, fit_noise_model, stats
from phosres.noise import read_noise_model, write_noise_model
from phosres.table import FEATURE_COLUMNS, Source


def table_of(
    subjects: list[str], *, scale: str = "log2_intensity", rows: int = 400
) -> PhosphoTable:
    """Values of one condition, with noise that falls with the intensity."""
    rng = np.random.default_rng(1)
    level = rng.uniform(18, 30, (rows, 1))
    values = level + np.exp(-(level - 18) / 8) * rng.normal(size=(rows, len(subjects)))
    index = [f"F{i}" for i in range(rows)]
    names = [f"s{i}" for i in range(len(subjects))]
    samples = pd.DataFrame(
        {"subject": subjects, "condition": "c", "timepoint": "", "replicate": "", "batch": ""},
        index=names,
    )
    return PhosphoTable(
        pd.DataFrame(values, index=index, columns=names),
        pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=index),
        samples,
        scale,  # type: ignore[arg-type]
        Source("folder/panel.tsv", "wide", sha256="abc"),
    )


@pytest.fixture
def text() -> str:
    """The file of a noise model."""
    return write_noise_model(fit_noise_model(table_of(list("AAABB"))))


def test_it_is_that_of_the_replicates_and_says_so():
    """Samples of one subject and condition; others of the sheet are no replicates."""
    table = table_of(list("AAABBC"))
    panel = fit_noise_model(table)
    expected = stats.fit_noise_model(table.values.to_numpy()[:, :5], [0, 0, 0, 1, 1])
    assert_allclose(panel.model.s0, expected.s0)
    assert (panel.samples, panel.conditions, panel.source, panel.sha256) == (
        5, 2, "panel.tsv", "abc",
    )  # fmt: skip
    assert panel.text == "400 features of 5 replicates of 2 conditions in panel.tsv"
    assert panel.normalization == "none"


def test_a_file_returns_what_was_written(text, tmp_path):
    """All that is in it, to ten digits."""
    path = tmp_path / "noise.tsv"
    path.write_text(text)
    panel, again = fit_noise_model(table_of(list("AAABB"))), read_noise_model(path)
    assert_allclose(again.model.intensity, panel.model.intensity)
    assert_allclose(again.model.s0, panel.model.s0)
    for name in ("scale", "samples", "conditions", "source", "sha256", "normalization"):
        assert getattr(again, name) == getattr(panel, name)
    assert (again.model.d0, again.model.n) == (panel.model.d0, panel.model.n)
    assert write_noise_model(again) == text


def test_ratios_have_one_noise(tmp_path):
    """Without intensities the curve is a constant, and so is its file."""
    panel = fit_noise_model(table_of(list("AAA"), scale="log2_ratio"))
    assert panel.model.s0.shape == (1,)
    path = tmp_path / "noise.tsv"
    path.write_text(write_noise_model(panel))
    assert_allclose(read_noise_model(path).model.s0, panel.model.s0)


def test_a_table_without_replicates_is_refused():
    """Every subject once, or too few rows: said with what to do."""
    with pytest.raises(DataError, match="there are no replicates to learn from"):
        fit_noise_model(table_of(list("ABC")))
    with pytest.raises(DataError, match="40 rows have replicates; at least 50"):
        fit_noise_model(table_of(list("AA"), rows=40))


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("# phosres noise model 1", "site\tvalue", ":1: this is no noise model"),
        ("# d0: ", "# dzero: ", "the line '# d0: ...' is missing"),
        ("# d0: ", "# d0: x", "the noise model cannot be used: could not convert"),
        ("# d0: ", "# d0: -", "s0 and d0 must be positive"),
        ("# rows: 400", "# rows: many", "cannot be used"),
        ("log2_intensity", "counts", "found the scale 'counts', expected log2_intensity"),
        ("\n0.5\t", "\n0.5\tnan\t", ": found '0.5"),
        ("\n1\t", "\n1\tx", "expected three numbers: quantile, intensity, s0"),
        ("\n1\t", "\n1\t-", "must be finite and increase"),
    ],
)
def test_every_fault_of_a_file_is_told(text, tmp_path, find, put, message):
    """What is wrong, and where."""
    assert find in text
    path = tmp_path / "noise.tsv"
    path.write_text(text.replace(find, put, 1))
    with pytest.raises(DataError) as caught:
        read_noise_model(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    """Bytes, and a folder, are no tracebacks."""
    path = tmp_path / "noise.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    for place in (path, tmp_path):
        with pytest.raises(DataError, match="the noise model cannot be read"):
            read_noise_model(place)
