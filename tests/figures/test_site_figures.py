"""Volcano and changes against intensity."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from phosres.figures import (
    NotDrawnError,
    draw_changes,
    draw_volcano,
    outline_changes,
    outline_volcano,
)
from phosres.figures.volcano import classify, label_order, readout_features


def parts(run):
    """Contrast and scores of the last contrast."""
    name = list(run.contrasts)[-1]
    return run.contrasts[name], run.scores[name]


def clouds(ax):
    """Marks of the panel by label."""
    found = [c for c in ax.collections if not isinstance(c, LineCollection)]
    return {c.get_label(): np.asarray(c.get_offsets()) for c in found}


def test_volcano_draws_each_tested_feature_by_direction(paired):
    """Counts and positions of the marks are those of the table."""
    contrast, scores = parts(paired)
    ax = draw_volcano(contrast, scores).axes[0]
    table = outline_volcano(contrast, scores).table
    found = clouds(ax)
    for direction in ("up", "down", "none"):
        rows = table[table["direction"] == direction]
        wanted = np.column_stack([rows["log2fc"], -np.log10(rows["p"])])
        np.testing.assert_allclose(found[f"_{direction}"], wanted)
    assert len(found["_readout"]) == (table["readout"] != "").sum() == 8
    assert (table["direction"] == "up").any()
    assert ax.get_xlabel() == "log2 fold change, on − pre"
    assert ax.get_ylabel() == "−log10 p"


def test_volcano_line_parts_significant_from_other_features(paired):
    """The dashed line is at the largest p value with q below alpha."""
    contrast, scores = parts(paired)
    ax = draw_volcano(contrast, scores).axes[0]
    table = outline_volcano(contrast, scores).table
    line = next(x for x in ax.lines if x.get_label() == "_threshold").get_ydata()[0]
    heights = -np.log10(table["p"])
    assert (heights[table["direction"] != "none"] >= line).all()
    assert (heights[table["direction"] == "none"] < line).all()


def test_volcano_names_readouts_and_the_clearest_others_without_overlap(paired):
    """Named are readout forms and FLNA; no two labels touch."""
    contrast, scores = parts(paired)
    figure = draw_volcano(contrast, scores)
    ax = figure.axes[0]
    names = [t.get_text() for t in ax.texts]
    assert {"RPS6 S240 mono", "RPS6 S235;S236 di", "FLNA S2152 mono"} <= set(names)
    boxes = [t.get_window_extent() for t in ax.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


@pytest.mark.parametrize("most", [0, 1, 5])
def test_volcano_names_at_most_max_labels(paired, most):
    """The parameter is a bound."""
    assert len(draw_volcano(*parts(paired), max_labels=most).axes[0].texts) <= most


def test_labels_take_turns_between_readouts_then_curated_then_others(paired):
    """One readout with many forms does not take every label."""
    contrast, scores = parts(paired)
    frame = classify(contrast.cohort.table, scores, readout_features(scores))
    order = label_order(frame, 10)
    assert len({frame.loc[f, "readout"] for f in order[:3]}) == 3
    assert "FLNA S2152 mono" in order
    assert len(order) == len(set(order))


def test_volcano_of_p_values_of_zero_stays_on_the_page(paired):
    """A p value that underflowed is drawn at the smallest positive one."""
    contrast, scores = parts(paired)
    cohort = contrast.cohort
    table = cohort.table.copy()
    table.loc["FLNA S2152 mono", "p"] = 0.0
    changed = replace(contrast, effects=(replace(cohort, table=table), *contrast.effects[1:]))
    ax = draw_volcano(changed, scores).axes[0]
    assert np.isfinite(clouds(ax)["_up"]).all()


def test_volcano_needs_a_cohort(single):
    """An n of 1 has no volcano over a cohort, and the reason names what to look at instead."""
    with pytest.raises(NotDrawnError, match="see the changes of the subjects"):
        draw_volcano(*parts(single))


def test_changes_draw_a_panel_a_subject_with_limits_of_noise(paired):
    """Twelve panels; the band is t times the standard error on both sides of zero."""
    contrast, scores = parts(paired)
    figure = draw_changes(contrast, scores)
    assert [ax.get_title(loc="left") for ax in figure.axes] == list(contrast.subjects)
    bands = [x.get_ydata() for x in figure.axes[0].lines if x.get_label() == "_noise"]
    np.testing.assert_allclose(bands[0], -bands[1])
    np.testing.assert_allclose(bands[1], 2.776445 * 0.35, rtol=1e-6)
    table = outline_changes(contrast, scores).table
    drawn = sum(len(v) for k, v in clouds(figure.axes[0]).items() if k != "_readout")
    assert drawn == (table["subject"] == "P01").sum()


def test_changes_of_one_subject_fill_one_panel(single):
    """An n of 1 gets a single panel with its readouts named."""
    figure = draw_changes(*parts(single))
    assert len(figure.axes) == 1
    assert figure.axes[0].get_xlabel() == "mean log2 intensity"
    assert any("RPS6" in t.get_text() for t in figure.axes[0].texts)


def test_changes_say_that_a_difference_is_not_a_cause(single):
    """The caption states n = 1 and what that can tell."""
    caption = outline_changes(*parts(single)).caption
    assert "n = 1 pre, 1 on" in caption
    assert "not why" in caption


def test_more_subjects_than_panels_are_announced(make):
    """With 14 subjects 12 are drawn, and the caption says so."""
    run = make("paired", [f"S{i}" for i in range(14)])
    assert "2 further subjects" in outline_changes(*parts(run)).caption


def test_changes_need_subjects(groups):
    """Groups of different subjects have no change of one subject."""
    with pytest.raises(NotDrawnError, match="no subject has a sample on both sides"):
        draw_changes(*parts(groups))
