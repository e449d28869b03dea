"""Quadrant, waterfall, overview, courses, lights, ischemia and audit, by their artists."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from phosres.columns import ACTIVITIES, QUALITY, TRAJECTORIES
from phosres.figures import (
    NotDrawnError,
    draw_audit,
    draw_courses,
    draw_ischemia,
    draw_kinases,
    draw_lights,
    draw_overview,
    draw_quadrant,
    draw_waterfall,
    outline_activities,
    outline_audit,
    outline_courses,
    outline_ischemia,
    outline_kinases,
    outline_lights,
    outline_overview,
    outline_quadrant,
    outline_waterfall,
)
from phosres.results import Audit, Quality


def labelled(figure, label):
    """Artists of a figure by their label."""
    return [a for ax in figure.axes for a in ax.get_children() if a.get_label() == label]


def copied(scores, source, name, kind):
    """Scores with the rows of one set again under another name."""
    rows = scores.activities[scores.activities["set"] == source]
    more = rows.assign(set=name, kind=kind)
    rest = scores.activities[scores.activities["set"] != name]
    return replace(scores, activities=ACTIVITIES.order(pd.concat([rest, more])))


@pytest.fixture
def both(paired):
    """Contrast and scores with an estimate of mTORC2."""
    scores = copied(paired.scores["week2"], "MTORC1", "MTORC2", "complex")
    return paired.contrasts["week2"], scores


def test_quadrant_marks_everyone_with_both_scores(both):
    """Subjects as circles and the cohort as a diamond, at their scores."""
    figure = draw_quadrant(*both)
    table = outline_quadrant(*both).table
    at = np.vstack([a.get_offsets() for a in labelled(figure, "_subject")])
    rows = table[table["level"] == "subject"]
    assert np.allclose(at, rows[["mtorc1_score", "mtorc2_score"]].to_numpy(dtype=float))
    assert len(labelled(figure, "_cohort")) == 1
    assert figure.axes[0].get_xlabel() == "mTORC1 score, log2, on − pre"


def test_quadrant_without_both_scores_says_so(paired):
    """Half a pair of scores is no point."""
    with pytest.raises(NotDrawnError, match="both mTORC1 and mTORC2"):
        outline_quadrant(paired.contrasts["week2"], paired.scores["week2"])


def test_waterfall_falls_and_tells_what_was_not_measured(both):
    """Bars fall from left to right; a readout that was not measured has crosses at zero."""
    contrast, scores = both
    figure = draw_waterfall(contrast, scores)
    table = outline_waterfall(contrast, scores).table
    for _, rows in table.groupby("readout"):
        values = rows.sort_values("place")["log2fc"].dropna().to_numpy()
        assert (np.diff(values) <= 0).all()
    bars = [p.get_height() for p in figure.axes[0].patches]
    assert len(bars) == 12
    crosses = [a for a in labelled(figure, "_status_not_measured") if len(a.get_offsets()) == 12]
    assert len(crosses) == 1
    assert np.allclose(crosses[0].get_offsets()[:, 1], 0)


def test_overview_has_a_cell_for_every_readout_and_subject(both):
    """Tracks above, readouts and complexes first, hatched where not measured."""
    contrast, scores = both
    samples = contrast.data.samples.assign(
        response=["PR" if s < "P06" else "PD" for s in contrast.data.samples["subject"]],
        ischemia_min=np.arange(len(contrast.data.samples)).astype(str),
    )
    contrast = replace(contrast, data=replace(contrast.data, samples=samples))
    table = outline_overview(contrast, scores).table
    assert list(dict.fromkeys(table.loc[table["kind"] == "track", "key"])) == [
        "response",
        "ischemia_min",
    ]
    panel = draw_overview(contrast, scores).axes[0]
    cells = table[table["kind"] != "track"]
    tracks = table[table["kind"] == "track"]
    assert len(panel.patches) == len(cells) + len(tracks)
    hatched = sum(p.get_hatch() is not None for p in panel.patches)
    assert hatched == int((cells["status"] == "not_measured").sum()) > 0
    names = [t.get_text() for t in panel.get_yticklabels()]
    assert names[:3] == ["response", "ischemia min", "S6 S235/S236"]
    assert panel.get_xticklabels()[0].get_text() == "cohort"


def test_kinases_have_a_figure_of_their_own(both):
    """Sets of the kind kinase are not among the pathways, nor the other way round."""
    contrast, scores = both
    with pytest.raises(NotDrawnError, match="names no network"):
        outline_kinases(contrast, scores)
    scores = copied(scores, "PATHWAY_3", "mine:AKT1", "kinase")
    assert set(outline_kinases(contrast, scores).table["set"]) == {"mine:AKT1"}
    assert "mine:AKT1" not in set(outline_activities(contrast, scores).table["set"])
    (label,) = draw_kinases(contrast, scores).axes[0].get_yticklabels()
    assert label.get_text() == "mine:AKT1  4/12"


def test_courses_start_at_zero_and_pass_every_time():
    """One line a subject from zero before treatment, the cohort thick, intervals by t."""
    rows = [
        {
            "contrast": c, "level": level, "subject": s, "readout": "4EBP1", "order": i,
            "log2fc": 0.5 * i + shift, "se": 0.2, "df": 5.0, "p": 0.1, "step": 0.5, "step_se": 0.2,
            "step_df": 5.0, "step_p": 0.01, "step_q": 0.02 if s else 0.5, "n_subjects": 2,
        }
        for level, s, shift in (("cohort", "", 0.0), ("subject", "A", 1.0), ("subject", "B", -1.0))
        for i, c in ((1, "early"), (2, "late"))
    ]  # fmt: skip
    table = TRAJECTORIES.order(pd.DataFrame(rows))
    figure = draw_courses(table)
    (cohort,) = labelled(figure, "_cohort")
    assert cohort.get_xydata().tolist() == [[0, 0], [1, 0.5], [2, 1.0]]
    assert len(labelled(figure, "_line")) == 2
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["pre", "early", "late"]
    sketch = outline_courses(table)
    assert np.allclose(sketch.table["ci_high"] - sketch.table["log2fc"], 2.570582 * 0.2)
    assert "A 4E-BP1 +0.50 to early" in sketch.alt
    with pytest.raises(NotDrawnError, match="one time"):
        outline_courses(None)


def test_lights_show_every_check_by_mark_and_colour():
    """A circle in order, a triangle for a look, a cross for failed."""
    rows = [
        {
            "scope": scope, "name": name, "check": check, "value": 1.0, "limit": 2.0,
            "light": light, "reason": "",
        }
        for scope, name, check, light in (
            ("run", "r", "missing_values", "ok"), ("sample", "a", "features", "warn"),
            ("sample", "b", "features", "fail"), ("pair", "p", "stress_sites", "ok"),
        )
    ]  # fmt: skip
    quality = Quality(QUALITY.order(pd.DataFrame(rows)), "")
    figure = draw_lights(quality)
    assert {a: len(labelled(figure, f"_{a}")[0].get_offsets()) for a in ("ok", "warn", "fail")} == {
        "ok": 2,
        "warn": 1,
        "fail": 1,
    }
    assert "2 of 4 checks in order" in outline_lights(quality).alt
    assert "features of a, b" in outline_lights(quality).alt
    with pytest.raises(NotDrawnError):
        outline_lights(Quality(QUALITY.empty(), ""))


def test_ischemia_shows_minutes_beside_the_stress_sites(both):
    """The difference of the sheet's minutes stands beside each subject."""
    contrast, scores = both
    scores = copied(scores, "PATHWAY_3", "QC_ISCHEMIA", "quality")
    arms = contrast.arms
    minutes = np.where(arms["arm"] == "on", 30, 10).astype(str)
    samples = contrast.data.samples.assign(ischemia_min=minutes)
    contrast = replace(contrast, data=replace(contrast.data, samples=samples))
    table = outline_ischemia(contrast, scores).table
    assert table.loc[table["level"] == "subject", "minutes"].tolist() == [20.0] * 12
    labels = [t.get_text() for t in draw_ischemia(contrast, scores).axes[0].get_yticklabels()]
    assert labels[:2] == ["cohort", "P01  +20 min"]


def test_audit_marks_the_method_used_and_the_rows_that_differ(paired):
    """A row in bold has another status under another method."""
    readouts = pd.concat(
        [
            s.readouts[["contrast", "level", "subject", "readout", "status", "log2fc", "p"]].assign(
                method=m
            )
            for s in paired.scores.values()
            for m in ("median_of_ratios", "column_median")
        ],
        ignore_index=True,
    )
    here = (readouts["subject"] == "P01") & (readouts["readout"] == "4EBP1")
    readouts.loc[here & (readouts["method"] == "column_median"), "status"] = "up"
    audit = Audit(paired.audit.shifts, readouts, "Said.")
    figure = draw_audit(audit)
    bold = [t.get_text() for t in figure.axes[0].get_yticklabels() if t.get_weight() == "bold"]
    assert bold == ["4E-BP1, P01"]
    filled = labelled(figure, "_median_of_ratios")[0].get_facecolors()[0]
    open_ = labelled(figure, "_column_median")[0].get_facecolors()[0]
    assert filled.tolist() != open_.tolist() == [1, 1, 1, 1]
    assert outline_audit(audit).alt.startswith("1 of ")
    with pytest.raises(NotDrawnError):
        outline_audit(replace(audit, readouts=readouts.iloc[:0]))
