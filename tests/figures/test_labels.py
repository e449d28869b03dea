"""Placement of labels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from phosres.figures._labels import add_labels, place_labels, spread
from phosres.figures._panels import make_axes

BOUNDS = np.array([0.0, 0.0, 400.0, 300.0])
NONE = np.empty((0, 2))


def _boxes(centres, sizes):
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


def _turns(way, to):
    return way[0] * to[:, 1] - way[1] * to[:, 0]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25), st.integers(0, 2**32 - 1))
def test_labels_never_touch_each_other_the_marks_or_the_edge(n, seed):
    """Whatever the points are, the labels that are placed are free."""
    rng = np.random.default_rng(seed)
    anchors = rng.uniform([10, 10], [390, 290], (n, 2))
    sizes = rng.uniform([20, 8], [120, 12], (n, 2))
    centres = place_labels(anchors, sizes, BOUNDS, anchors, NONE)
    placed = ~np.isnan(centres[:, 0])
    boxes = _boxes(centres[placed], sizes[placed])
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= [400, 300]).all()
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[0] >= b[2] or a[2] <= b[0] or a[1] >= b[3] or a[3] <= b[1]
        inside = (anchors > a[:2]).all(axis=1) & (anchors < a[2:]).all(axis=1)
        assert not inside.any()


def test_a_single_label_is_placed_near_its_point():
    """With room on all sides a label stands next to its point."""
    centre = place_labels(np.array([[200.0, 150.0]]), np.array([[60.0, 10.0]]), BOUNDS, NONE, NONE)
    assert abs(centre[0, 0] - 200) == 37
    assert centre[0, 1] == 150


def test_a_label_turns_away_from_a_crowd_and_from_marks():
    """Hidden points cost, covered marks are forbidden."""
    anchor, size = np.array([[200.0, 150.0]]), np.array([[60.0, 10.0]])
    crowd = np.random.default_rng(0).uniform([203, 140], [280, 160], (300, 2))
    left = place_labels(anchor, size, BOUNDS, crowd, NONE)
    assert left[0, 0] < 200
    away = place_labels(anchor, size, BOUNDS, crowd, np.array([[170.0, 150.0]]))
    assert not (abs(away[0] - [163, 150]) < 1).all()


def test_lines_to_labels_neither_cross_each_other_nor_other_labels():
    """In a crowd, each label can be followed to its own point."""
    rng = np.random.default_rng(3)
    anchors = rng.uniform([150, 120], [250, 180], (14, 2))
    sizes = np.full((14, 2), [60.0, 10.0])
    centres = place_labels(anchors, sizes, BOUNDS, anchors, NONE)
    placed = ~np.isnan(centres[:, 0])
    assert placed.sum() > 5
    start, boxes = anchors[placed], _boxes(centres[placed], sizes[placed])
    ends = np.clip(start, boxes[:, :2], boxes[:, 2:])
    steps = np.linspace(0.1, 0.9, 50)[:, None]
    for i in range(len(start)):
        line = start[i] + steps * (ends[i] - start[i])
        for j, box in enumerate(boxes):
            inside = (line > box[:2] + 1).all(axis=1) & (line < box[2:] - 1).all(axis=1)
            assert i == j or not inside.any()
        for j in range(i):
            other = start[j] + steps * (ends[j] - start[j])
            turns = _turns(line[-1] - line[0], other[[0, -1]] - line[0])
            back = _turns(other[-1] - other[0], line[[0, -1]] - other[0])
            assert np.prod(np.sign(turns)) >= 0 or np.prod(np.sign(back)) >= 0


def test_labels_without_room_are_left_out():
    """A label that fits nowhere is dropped, not drawn over others."""
    anchors = np.full((40, 2), 50.0)
    bounds = np.array([0.0, 0.0, 100.0, 100.0])
    centres = place_labels(anchors, np.full((40, 2), [80.0, 20.0]), bounds, NONE, NONE)
    assert 0 < (~np.isnan(centres[:, 0])).sum() < 40


def test_placement_is_the_same_each_time():
    """The same points give the same labels."""
    rng = np.random.default_rng(1)
    anchors, sizes = rng.uniform(0, 300, (20, 2)), np.full((20, 2), [60.0, 10.0])
    runs = [place_labels(anchors, sizes, BOUNDS, anchors, NONE) for _ in range(2)]
    np.testing.assert_array_equal(*runs)


def test_no_labels_draw_nothing():
    """An empty list of labels is no error."""
    _, (ax,) = make_axes(None, (3, 2))
    assert add_labels(ax, NONE, [], NONE) == []


@given(st.lists(st.floats(-5, 5), max_size=15))
def test_spread_keeps_order_and_distance(positions):
    """Names at the end of lines are moved apart in order and as little as needed."""
    at = spread(np.array(positions, dtype=float), 0.5)
    order = np.argsort(positions, kind="stable")
    assert (np.diff(at[order]) >= 0.5 - 1e-9).all()
    if len(positions):
        assert abs(at.mean() - np.mean(positions)) < 1e-6


def test_spread_leaves_distant_positions_alone():
    """What does not collide does not move."""
    np.testing.assert_allclose(spread(np.array([3.0, 0.0, 1.0]), 0.5), [3.0, 0.0, 1.0])
