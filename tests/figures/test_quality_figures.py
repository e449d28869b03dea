"""Quality figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from phosres.figures import (
    NotDrawnError,
    draw_correlation,
    draw_intensities,
    draw_missingness,
    draw_pca,
    draw_shifts,
    draw_site_counts,
    outline_correlation,
    outline_intensities,
    outline_missingness,
    outline_pca,
    outline_shifts,
    outline_site_counts,
    sample_arms,
)


def ticks(ax):
    return [t.get_text() for t in ax.get_yticklabels()]


def test_arms_are_ordered_by_subject_where_subjects_repeat_else_by_arm(paired, groups):
    """Pairs stand together; groups stand together."""
    arms = sample_arms(paired)
    assert list(arms.index[:4]) == ["P01 pre", "P01 week2", "P02 pre", "P02 week2"]
    assert list(sample_arms(groups)["arm"]) == ["pre"] * 3 + ["short"] * 3 + ["long"] * 3


def test_samples_of_no_contrast_are_kept_as_such(groups):
    """A sample that is compared with nothing still shows in the quality figures."""
    only = replace(groups, contrasts={"long": groups.contrasts["long"]})
    assert sample_arms(only)["arm"].value_counts()["not compared"] == 3


def test_site_counts_are_the_values_measured(paired):
    """Bars are as long as the counts; the dark part counts well localised forms."""
    arms = sample_arms(paired)
    ax = draw_site_counts(paired.raw, arms).axes[0]
    values = paired.raw.values[arms.index]
    localized = paired.raw.features["localization"] >= 0.75
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[:24] == values.notna().sum().tolist()
    assert widths[24:] == values[localized].notna().sum().tolist()
    assert ticks(ax) == list(arms.index)
    assert "count" in ax.get_xlabel()


def test_site_counts_without_localization_have_one_bar_a_sample(groups):
    """Unknown localisation is not shown as bad localisation."""
    features = groups.raw.features.assign(localization=np.nan)
    raw = replace(groups.raw, features=features)
    sketch = outline_site_counts(raw, sample_arms(groups))
    assert "n_localized" not in sketch.table
    assert len(draw_site_counts(raw, sample_arms(groups)).axes[0].patches) == 9


def test_missingness_falls_with_intensity(paired):
    """Curves go from the low to the high intensities with the share of missing values."""
    arms = sample_arms(paired)
    sketch = outline_missingness(paired.raw, arms)
    _, right = draw_missingness(paired.raw, arms).axes
    assert len(right.lines) == 2
    for line in right.lines:
        assert line.get_ydata()[0] > line.get_ydata()[-1]
    overall = paired.raw.values.isna().to_numpy().mean()
    assert sketch.alt.startswith(f"{overall:.0%} of all values are missing")
    assert right.get_ylabel() == "missing values (%)"


def test_a_complete_table_has_no_figure_of_missing_values(paired):
    """No empty panels: the reason stands instead."""
    full = replace(paired.raw, values=paired.raw.values.fillna(1.0))
    with pytest.raises(NotDrawnError, match="no value is missing"):
        outline_missingness(full, sample_arms(paired))


def test_intensities_draw_the_medians_before_and_after(paired):
    """The marks are the medians of the two tables."""
    arms = sample_arms(paired)
    figure = draw_intensities(paired.raw, paired.normalized, arms)
    for ax, table in zip(figure.axes, (paired.raw, paired.normalized), strict=True):
        drawn = np.vstack([c.get_offsets() for c in ax.collections if len(c.get_offsets()) > 1])
        at = drawn[np.argsort(drawn[:, 1]), 0]
        np.testing.assert_allclose(at, table.values[arms.index].median())
    alt = outline_intensities(paired.raw, paired.normalized, arms).alt
    assert "log2 apart before" in alt


def test_shifts_are_centred_and_the_used_method_is_filled(groups):
    """A method's constant cancels; the method of the run is told apart by its filling."""
    arms = sample_arms(groups)
    sketch = outline_shifts(groups.audit, arms)
    means = sketch.table.groupby("method")["centred_shift"].mean()
    np.testing.assert_allclose(means, 0, atol=1e-12)
    texts = [t.get_text() for t in draw_shifts(groups.audit, arms).legends[0].get_texts()]
    assert texts == ["median of ratios (used)", "column median", "none"]
    assert "Nothing depends on the normalisation." in sketch.caption


def test_shifts_without_an_audit_say_so(groups):
    """No shift, no figure."""
    audit = replace(groups.audit, shifts=groups.audit.shifts.iloc[:0])
    with pytest.raises(NotDrawnError, match="no shifts"):
        outline_shifts(audit, sample_arms(groups))


def test_pca_arrows_lead_from_pre_to_on(paired):
    """Twelve arrows start at the pre-treatment marks; the caption counts the features."""
    arms = sample_arms(paired)
    sketch = outline_pca(paired.normalized, arms)
    ax = draw_pca(paired.normalized, arms).axes[0]
    quiver = next(c for c in ax.collections if hasattr(c, "U"))
    pre = sketch.table[sketch.table["arm"] == "pre"]
    np.testing.assert_allclose(np.sort(quiver.X), np.sort(pre["pc1"]))
    complete = len(paired.normalized.values.dropna())
    assert f"{complete:,} peptidoforms" in sketch.caption
    assert "% of variance" in ax.get_xlabel()
    assert {t.get_text() for t in ax.texts} <= {f"P{i:02d}" for i in range(1, 13)}


def test_pca_is_the_singular_value_decomposition(groups):
    """Scores are those of the centred matrix, up to sign; shares are of its variance."""
    table = outline_pca(groups.normalized, sample_arms(groups)).table
    matrix = groups.normalized.values[table["sample"]].dropna().to_numpy().T
    u, s, _ = np.linalg.svd(matrix - matrix.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(table["pc1"]), np.abs(u[:, 0] * s[0]))
    assert table["share_pc1"].iloc[0] == pytest.approx(s[0] ** 2 / (s**2).sum())


def test_pca_of_two_samples_or_few_features_says_why_not(single, groups):
    """A plane needs three samples and features that all samples have."""
    with pytest.raises(NotDrawnError, match="at least 3 samples, not 2"):
        draw_pca(single.normalized, sample_arms(single))
    values = groups.normalized.values.copy()
    values.iloc[30:, 0] = np.nan
    with pytest.raises(NotDrawnError, match="have a value in every sample"):
        draw_pca(replace(groups.normalized, values=values), sample_arms(groups))


def test_many_samples_lose_their_names_with_a_notice(make):
    """Above 24 samples rows are not named, and the caption says so."""
    run = make("paired", [f"S{i}" for i in range(13)])
    arms = sample_arms(run)
    assert ticks(draw_site_counts(run.raw, arms).axes[0]) == []
    for sketch in (
        outline_site_counts(run.raw, arms),
        outline_missingness(run.raw, arms),
        outline_intensities(run.raw, run.normalized, arms),
        outline_shifts(run.audit, arms),
        outline_pca(run.normalized, arms),
    ):
        assert "With 26 samples" in sketch.caption


def test_figures_draw_into_the_axes_of_a_script(paired):
    """With ax= the caller's figure is returned, whatever the number of panels."""
    outer = Figure(layout="constrained")
    left, right = outer.subplots(1, 2)
    arms = sample_arms(paired)
    assert draw_site_counts(paired.raw, arms, ax=left) is outer
    assert left.patches
    assert draw_intensities(paired.raw, paired.normalized, arms, ax=right) is outer
    assert len(right.child_axes) == 2
    assert isinstance(outline_pca(paired.normalized, arms).table, pd.DataFrame)


def test_correlation_shows_every_pair_of_samples(paired):
    """The heatmap holds the Spearman correlations of centred values, subjects side by side."""
    arms = sample_arms(paired)
    sketch = outline_correlation(paired.normalized, arms)
    values = paired.normalized.values[list(arms.index)].dropna()
    expected = values.sub(values.mean(axis=1), axis=0).corr(method="spearman")
    first = sketch.table.iloc[1]
    assert first["correlation"] == pytest.approx(expected.loc[first["sample"], first["other"]])
    assert first["subject"] == first["other_subject"]
    figure = draw_correlation(paired.normalized, arms)
    drawn = figure.axes[0].collections[0].get_array()
    assert drawn.size == len(arms) ** 2
    assert figure.axes[1].get_ylabel() == "Spearman correlation"
    assert "most like another sample of their own subject" in sketch.alt


def test_correlation_of_two_samples_says_why_not(single):
    """Two samples have nothing to be compared with."""
    with pytest.raises(NotDrawnError, match="at least 3 samples"):
        draw_correlation(single.normalized, sample_arms(single))
