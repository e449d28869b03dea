"""The pathway map, and a subject within the cohort: shapes and words as they are written."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure

from phosres.figures import (
    NotDrawnError,
    draw_in_cohort,
    draw_map,
    format_svg,
    outline_in_cohort,
    outline_map,
    sketch_in_cohort,
    sketch_map,
)
from phosres.figures._map_layout import HEIGHT, NODE, NODES, RECEPTOR, WIDTH
from phosres.figures._scene import Shape, Words
from phosres.figures.pathway_map import colour

SVG = "{http://www.w3.org/2000/svg}"


def both(run):
    """Contrast and scores of a run with one contrast."""
    (name,) = run.contrasts
    return run.contrasts[name], run.scores[name]


def groups_of(svg: bytes) -> dict:
    """Elements of an SVG by id."""
    return {e.get("id"): e for e in ET.fromstring(svg).iter() if e.get("id")}


def test_every_node_has_its_stable_id_and_says_what_it_is(paired):
    """The ids are those of the layout, once each, with status and change as the title."""
    svg = format_svg(sketch_map(*both(paired)))
    found = groups_of(svg)
    assert set(found) == {"hatch", *(f"node-{n.id}" for n in NODES)}
    rows = outline_map(*both(paired)).table
    s6 = rows[(rows["node"] == "S6_S240_S244") & (rows["subject"] == "")].iloc[0]
    title = found["node-S6_S240_S244"].find(f"{SVG}title").text
    assert title.startswith(f"S6 S240/S244: {s6['status']}")
    assert f"{s6['log2fc']:+.2f}".replace("-", "−") in title


def test_nodes_do_not_overlap_and_stay_on_the_page():
    """Every pair of boxes is apart."""
    boxes = []
    for node in NODES:
        w, h = RECEPTOR if node.id.startswith("RTK_") and node.y < 60 else NODE
        boxes.append((node.x - w / 2, node.y - h / 2, node.x + w / 2, node.y + h / 2))
        assert boxes[-1][0] > 0
        assert boxes[-1][2] < WIDTH
        assert boxes[-1][3] < HEIGHT
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_words_of_a_node_fit_into_it(paired):
    """By the widths of the font that the figures are drawn with."""
    from matplotlib.textpath import TextPath

    scene = sketch_map(*both(paired))
    for node in NODES:
        w, h = RECEPTOR if node.id.startswith("RTK_") and node.y < 60 else NODE
        inside = [
            p for p in scene.parts
            if isinstance(p, Words) and abs(p.x - node.x) < w / 2 and abs(p.y - node.y) < h / 2
        ]  # fmt: skip
        assert inside
        for words in inside:
            width = TextPath((0, 0), words.text, size=words.size).get_extents().width
            assert width * (1.08 if words.bold else 1) < w - 4, (node.id, words.text)


def test_colour_mark_and_hatch_each_tell_the_status(paired):
    """Not measured is hatched, unchanged is white with a square, up is orange, down is blue."""
    contrast, scores = both(paired)
    shapes = {p.id: p for p in sketch_map(contrast, scores).parts if isinstance(p, Shape) and p.id}
    table = outline_map(contrast, scores).table
    cohort = table[table["subject"] == ""].set_index("node")
    for node, row in cohort.iterrows():
        shape = shapes[f"node-{node}"]
        assert shape.hatched == (row["status"] == "not_measured")
        if row["status"] == "not_measured":
            assert shape.fill == "#FFFFFF"
    assert colour(np.nan, "up") == colour(1.0, "not_measured") == colour(0.1, "unchanged")
    blue, orange = colour(-2.0, "down"), colour(2.0, "up")
    assert int(blue[5:], 16) > int(blue[1:3], 16)
    assert int(orange[1:3], 16) > int(orange[5:], 16)
    assert colour(-1.0, "inconclusive") != colour(-1.0, "down")


def test_the_map_of_a_subject_shows_the_subject(paired):
    """Its table holds the rows of the subject only, and the words are its own."""
    contrast, scores = both(paired)
    sketch = outline_map(contrast, scores, "P03")
    assert set(sketch.table["subject"]) == {"P03"}
    assert "subject P03" in sketch.caption
    everyone = outline_map(contrast, scores)
    assert everyone.table["subject"].nunique() == 13
    assert "cohort" in everyone.caption


def test_one_subject_alone_has_a_map_and_no_cohort_to_stand_in(single):
    """A single pair is the map of the run; several without a cohort have none."""
    contrast, scores = both(single)
    assert outline_map(contrast, scores).caption.startswith("Pathway map, subject H358")
    with pytest.raises(NotDrawnError, match="no other subject"):
        outline_in_cohort(contrast, scores, "H358")


def test_place_within_the_cohort_is_that_of_the_table(paired):
    """Rank 1 is the lowest change; the others are grey, the subject has its mark and its rank."""
    contrast, scores = both(paired)
    table = outline_in_cohort(contrast, scores, "P05").table
    s6 = table[table["label"] == "S6 S240/S244"].set_index("subject")
    lowest = s6["log2fc"].idxmin()
    assert s6.loc[lowest, "rank"] == 1
    assert s6["n_seen"].iloc[0] == 12
    scene = sketch_in_cohort(contrast, scores, "P05")
    said = [p.text for p in scene.parts if isinstance(p, Words)]
    mine = s6.loc["P05"]
    assert f"rank {int(mine['rank'])} of 12" in " ".join(said)
    grey = [p for p in scene.parts if isinstance(p, Shape) and p.fill == "#BDBDBD"]
    assert len(grey) == int(table.loc[table["subject"] != "P05", "log2fc"].notna().sum())
    for part in grey:
        assert all(0 <= x <= scene.width for x, _ in part.points)


@pytest.mark.parametrize("draw", [draw_map, draw_in_cohort])
def test_figures_are_drawn_into_axes_of_the_caller(paired, draw):
    """As a part of a script's own figure, with the same words as the SVG."""
    figure = Figure()
    ax = figure.add_subplot()
    assert draw(*both(paired), "P01", ax=ax) is figure
    sketch = sketch_map if draw is draw_map else sketch_in_cohort
    scene = sketch(*both(paired), "P01")
    words = [p.text for p in scene.parts if isinstance(p, Words)]
    assert [t.get_text() for t in ax.texts] == words
    assert len(ax.patches) == sum(isinstance(p, Shape) for p in scene.parts)


def test_names_are_escaped_in_the_svg(make):
    """A subject that is markup is text, and the SVG stays well formed."""
    run = make("paired", ["<script>alert(1)</script>", "b&c"])
    contrast, scores = both(run)
    for subject in contrast.subjects:
        for scene in (sketch_map, sketch_in_cohort):
            svg = format_svg(scene(contrast, scores, subject))
            ET.fromstring(svg)
            assert b"<script" not in svg
    assert not re.search(rb"(?:nan|inf)\b", svg)
