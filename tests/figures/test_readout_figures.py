"""Readout figures, looked at through their artists."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.figures import (
    NotDrawnError,
    draw_activities,
    draw_forest,
    draw_peptidoforms,
    draw_slopes,
    outline_activities,
    outline_forest,
    outline_peptidoforms,
    outline_slopes,
)
from phosres.figures._style import STATUS_STYLE
from phosres.results import Scores


def parts(run):
    """Contrast and scores of the last contrast."""
    name = list(run.contrasts)[-1]
    return run.contrasts[name], run.scores[name]


def marks(ax, label):
    """Positions of the marks with this label, shape (n, 2)."""
    found = [c.get_offsets() for c in ax.collections if c.get_label() == label]
    return np.vstack(found) if found else np.empty((0, 2))


def ticks(ax):
    return [t.get_text() for t in ax.get_yticklabels()]


def empty_scores():
    return Scores(READOUTS.empty(), ACTIVITIES.empty(), EVIDENCE.empty(), "", {})


def test_forest_draws_each_readout_of_each_subject_with_its_status(paired):
    """Marks lie at the change of the table, in the row of the subject, under the status' label."""
    contrast, scores = parts(paired)
    figure = draw_forest(contrast, scores)
    table = outline_forest(contrast, scores).table
    assert len(figure.axes) == 4
    for ax, readout in zip(figure.axes, dict.fromkeys(scores.readouts["readout"]), strict=True):
        rows = table[table["readout"] == readout]
        for status in STATUS_STYLE:
            wanted = rows[rows["status"] == status]
            found = marks(ax, f"_status_{status}")
            np.testing.assert_allclose(found[:, 0], wanted["log2fc"].fillna(0))
            np.testing.assert_array_equal(found[:, 1], wanted["row"])
    assert ticks(figure.axes[0])[0] == "cohort"
    assert len(ticks(figure.axes[0])) == 13
    assert "log2 fold change" in figure.axes[0].get_xlabel()


def test_forest_orders_subjects_by_change(paired):
    """Below the cohort, subjects stand in the order of their change, like a waterfall."""
    table = outline_forest(*parts(paired)).table
    first = table[(table["readout"] == "S6_S235_S236") & (table["subject"] != "")]
    assert first.sort_values("row")["log2fc"].is_monotonic_increasing


def test_forest_colours_follow_the_status(paired):
    """Down is blue with a triangle, not measured a grey cross; nothing rests on colour alone."""
    figure = draw_forest(*parts(paired))
    down = next(c for c in figure.axes[0].collections if c.get_label() == "_status_down")
    assert to_hex(down.get_facecolor()[0]).upper() == STATUS_STYLE["down"][1]
    texts = [t.get_text() for t in figure.legends[0].get_texts()]
    assert texts == ["down", "unchanged", "inconclusive", "not measured"]


def test_forest_of_a_cohort_alone_has_one_panel_with_a_row_a_readout(groups):
    """Where there are no subjects, the readouts are the rows."""
    figure = draw_forest(*parts(groups))
    assert ticks(figure.axes[0]) == ["S6 S235/S236", "S6 S240/S244", "4E-BP1", "AKT S473"]
    np.testing.assert_array_equal(marks(figure.axes[0], "_status_not_measured"), [[0, 3]])


def test_forest_shades_what_counts_as_unchanged(groups):
    """The margin of the equivalence test is drawn, and left out where there is none."""
    contrast, scores = parts(groups)
    with_margin = draw_forest(contrast, scores).axes[0]
    assert [p.get_label() for p in with_margin.patches] == ["_margin"]
    without = draw_forest(contrast, replace(scores, parameters={})).axes[0]
    assert not without.patches


def test_intervals_beyond_the_axis_end_in_an_arrowhead(groups):
    """A vague estimate does not flatten the others, and the cut is shown."""
    contrast, scores = parts(groups)
    wide = scores.readouts.assign(
        ci_low=scores.readouts["ci_low"].where(scores.readouts["readout"] != "4EBP1", -40.0)
    )
    ax = draw_forest(contrast, replace(scores, readouts=wide)).axes[0]
    assert ax.get_xlim()[0] > -10
    np.testing.assert_allclose(marks(ax, "_cut"), [[ax.get_xlim()[0], 2]])


def test_forest_without_readouts_says_so(paired):
    """No readout, no figure, in plain words."""
    with pytest.raises(NotDrawnError, match="no readout"):
        outline_forest(parts(paired)[0], empty_scores())


def test_slope_of_each_subject_is_the_change_of_its_readout(paired):
    """A line rises by exactly the log2 change in the table of readouts."""
    contrast, scores = parts(paired)
    table = outline_slopes(contrast, scores).table
    wide = table.pivot_table(index=["readout", "subject"], columns="arm", values="value")
    change = (wide["on"] - wide["pre"]).rename("slope")
    own = scores.readouts[scores.readouts["subject"] != ""].set_index(["readout", "subject"])
    both = own.join(change, how="inner")
    assert len(both) == 36
    np.testing.assert_allclose(both["slope"], both["log2fc"])


def test_slopes_draw_a_line_a_subject_and_say_what_was_not_measured(paired):
    """Twelve lines in each measured panel, none and a note in the other."""
    figure = draw_slopes(*parts(paired))
    for ax in figure.axes[:3]:
        lines = [s for c in ax.collections if c.get_label() == "_lines" for s in c.get_segments()]
        assert len(lines) == 12
        assert {t.get_text() for t in ax.texts} == {f"P{i:02d}" for i in range(1, 13)}
    assert [t.get_text() for t in figure.axes[3].texts] == ["× not measured"]
    assert figure.axes[0].get_title(loc="left") == "S6 S235/S236\n▼ down"
    assert "Left empty: AKT S473 not measured." in outline_slopes(*parts(paired)).caption


def test_what_was_seen_on_one_side_only_is_neither_a_zero_nor_not_measured(paired):
    """No mark at zero, but a dotted line over the axis, and words that say so."""
    contrast, scores = parts(paired)
    table = scores.readouts.copy()
    one_sided = table["readout"] == "AKT_S473"
    table.loc[one_sided, "status"] = "inconclusive"
    seen = replace(scores, readouts=table)
    ax = draw_forest(contrast, seen).axes[3]
    assert len(marks(ax, "_status_not_measured")) == len(marks(ax, "_status_inconclusive")) == 0
    (dotted,) = [c for c in ax.collections if c.get_label() == "_open"]
    assert len(dotted.get_segments()) == 13
    assert "Dotted: seen, but no change" in outline_forest(contrast, seen).caption
    texts = [t.get_text() for t in draw_slopes(contrast, seen).axes[3].texts]
    assert texts == ["○ no subject with\nvalues on both sides"]


def test_forms_without_any_value_are_told_from_forms_seen_on_one_side(groups):
    """A form with no value at all is not measured; one seen before treatment only is vague."""
    contrast, scores = parts(groups)
    table = contrast.cohort.table.copy()
    gone, half = "EIF4EBP1 S65 mono", "EIF4EBP1 T70 mono"
    table.loc[[gone, half], ["log2fc", "se", "df"]] = np.nan
    table.loc[[gone, half], "n_on"] = 0
    table.loc[gone, "n_pre"] = 0
    evidence = scores.evidence.copy()
    evidence.loc[evidence["feature"].isin([gone, half]), ["log2fc", "se"]] = np.nan
    changed = replace(contrast, effects=(replace(contrast.cohort, table=table),))
    sketch = outline_peptidoforms(changed, replace(scores, evidence=evidence))
    status = sketch.table.set_index("feature")["status"]
    assert status[gone] == "not_measured"
    assert status[half] == "inconclusive"
    assert "Dotted" in sketch.caption


def test_slopes_of_groups_are_strips_with_the_mean(groups):
    """Three marks and a bar a group; the bars differ by the change of the cohort."""
    contrast, scores = parts(groups)
    ax = draw_slopes(contrast, scores).axes[1]
    assert len(marks(ax, "_pre")) == len(marks(ax, "_on")) == 3
    bars = [c.get_segments()[0][0, 1] for c in ax.collections if c.get_label() == "_mean"]
    wanted = scores.readouts.set_index("readout").loc["S6_S240_S244", "log2fc"]
    assert bars[1] - bars[0] == pytest.approx(wanted)


def test_slopes_without_any_form_say_so(paired):
    """Nothing measured is announced."""
    with pytest.raises(NotDrawnError, match="no readout was measured"):
        outline_slopes(parts(paired)[0], empty_scores())


def test_peptidoforms_show_that_forms_disagree(groups):
    """The rising S6 form stands beside the falling ones, marked as not counted."""
    contrast, scores = parts(groups)
    sketch = outline_peptidoforms(contrast, scores)
    ax = draw_peptidoforms(contrast, scores).axes[0]
    row = sketch.table.set_index(["readout", "feature"]).loc[("S6_S240_S244", "RPS6 S240 mono")]
    assert [row["log2fc"], row["row"]] in marks(ax, "_status_up").tolist()
    assert "RPS6 S240 mono †" in ticks(ax)
    assert "disagree" in sketch.alt
    bold = [t.get_text() for t in ax.get_yticklabels() if t.get_fontweight() == "bold"]
    assert bold == ["S6 S235/S236", "S6 S240/S244", "4E-BP1"]


def test_peptidoforms_of_a_cohort_show_single_subjects_behind(paired):
    """Each subject's form is a grey point in the row of the form."""
    contrast, scores = parts(paired)
    ax = draw_peptidoforms(contrast, scores).axes[0]
    own = scores.evidence[
        (scores.evidence["subject"] != "") & scores.evidence["target"].isin(["4EBP1"])
    ]
    points = marks(ax, "_subjects")
    found = points[points[:, 1] > 9, 0]
    np.testing.assert_allclose(np.sort(found), np.sort(own["log2fc"]))


def test_peptidoforms_without_a_cohort_have_a_panel_a_subject(make):
    """Up to four subjects stand side by side; further ones are announced."""
    few, many = (make("single", [f"S{i}" for i in range(n)]) for n in (2, 6))
    figure = draw_peptidoforms(*parts(few))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["S0", "S1"]
    assert len(draw_peptidoforms(*parts(many)).axes) == 4
    assert "first 4 of 6 subjects" in outline_peptidoforms(*parts(many)).caption


def test_peptidoforms_leave_the_lightest_forms_out_with_a_notice(groups):
    """No more forms than fit a page, and the caption counts the rest."""
    contrast, scores = parts(groups)
    more = contrast.data.values.index[20:70]
    extra = pd.DataFrame({"feature": more, "target": "4EBP1", "log2fc": 0.1, "se": 0.1}).assign(
        contrast=contrast.name, level="cohort", subject="", site_ids="", sign=1, weight=0.0, note=""
    )
    evidence = EVIDENCE.order(pd.concat([scores.evidence, extra]))
    sketch = outline_peptidoforms(contrast, replace(scores, evidence=evidence))
    assert (sketch.table["feature"] != "").sum() == 36
    assert "23 forms of least weight are left out" in sketch.caption


def test_peptidoforms_without_evidence_say_so(groups):
    """No form, no figure."""
    with pytest.raises(NotDrawnError, match="no peptidoform"):
        outline_peptidoforms(parts(groups)[0], empty_scores())


def test_activities_stem_from_zero_to_the_score_with_coverage_beside_the_name(groups):
    """The lollipop ends at the score; the name carries measured / members."""
    contrast, scores = parts(groups)
    ax = draw_activities(contrast, scores).axes[0]
    stems = next(c for c in ax.collections if c.get_label() == "_stem").get_segments()
    ends = sorted(s[1, 0] for s in stems)
    np.testing.assert_allclose(ends, np.sort(scores.activities["score"].dropna()))
    assert ticks(ax)[:3] == ["MTORC1  4/12", "MTORC1.S6K  4/12", "MTORC2  0/12"]
    assert ax.get_xlabel() == "activity score, log2, on − pre"


def test_activities_name_what_is_up_and_down_in_words(groups):
    """The alternative text carries the finding."""
    alt = outline_activities(*parts(groups)).alt
    assert "up: PATHWAY_8 (+1.60)" in alt
    assert "MTORC1 (-" in alt
    assert "sets not measured" in alt


def test_activities_leave_unmeasured_and_weak_sets_out_with_a_notice(groups):
    """At most 30 sets are drawn, complexes always."""
    contrast, scores = parts(groups)
    one = scores.activities[scores.activities["set"] == "PATHWAY_8"]
    many = [one.assign(set=f"KINASE_{i}", score=i / 10) for i in range(60)]
    wide = replace(scores, activities=ACTIVITIES.order(pd.concat([scores.activities, *many])))
    sketch = outline_activities(contrast, wide)
    assert len(sketch.table) == 30
    assert {"MTORC1", "MTORC2"} <= set(sketch.table["set"])
    assert "KINASE_59" in set(sketch.table["set"])
    assert "42 sets" in sketch.caption


def test_activities_without_sets_say_so(groups):
    """No set, no figure."""
    with pytest.raises(NotDrawnError, match="no complex"):
        outline_activities(parts(groups)[0], empty_scores())


def test_captions_name_n_and_test_and_axes_their_units(paired):
    """Every readout figure says n and test, and what the numbers are."""
    contrast, scores = parts(paired)
    for outline in (outline_forest, outline_slopes, outline_peptidoforms, outline_activities):
        caption = outline(contrast, scores).caption
        assert "n = 12 pre, 12 on, 12 subjects" in caption
        assert "cohort: moderated t" in caption
