"""Style, safe names and bytes."""

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from phosres.columns import STATUSES
from phosres.figures import STATUS_GLYPH, save
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, arm_styles, legend_mark, make_axes
from phosres.figures._style import STATUS_STYLE, STYLE, style_context, styled


def test_every_status_has_a_mark_and_a_glyph_of_its_own():
    """A reader who sees no colours can tell the five statuses apart."""
    assert set(STATUS_STYLE) == set(STATUS_GLYPH) == set(STATUSES)
    assert len({m for m, _, _ in STATUS_STYLE.values()}) == len(STATUSES)
    assert len(set(STATUS_GLYPH.values())) == len(STATUSES)


def test_arms_differ_in_marker_and_in_colour():
    """Arms are told apart without colour."""
    styles = arm_styles(["pre", "short", "long", "later"])
    assert len({m for m, _ in styles.values()}) == 4
    assert len({c for _, c in styles.values()}) == 4


@given(st.text(max_size=600), st.integers(4, 40))
def test_clean_names_are_short_single_lines_of_known_characters(text, length):
    """Whatever a name holds, what is drawn is one short line that the font can show."""
    shown = clean(text, length)
    assert len(shown) <= length
    assert shown.isprintable()
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("patient\n\t01", "patient 01"),
        ("a\u202eb", "a b"),
        ("漢字", "□□"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnop…tuvwxyz"),
        ("$\\frac{$", "$\\frac{$"),
    ],
)
def test_clean_handles_hostile_names(name, shown):
    """Newlines, direction marks, unknown glyphs, long and TeX-like names come out readable."""
    assert clean(name) == shown


def test_two_long_names_that_differ_at_the_end_stay_distinct():
    """The middle is left out, not the end."""
    assert clean("x" * 500 + "_pre") != clean("x" * 500 + "_on2")


def test_readouts_are_written_as_people_write_them():
    """Ids become names."""
    assert nice_readout("S6_S240_S244") == "S6 S240/S244"
    assert nice_readout("4EBP1") == "4E-BP1"


def test_saving_twice_gives_the_same_bytes():
    """SVG and PNG carry no date and no random ids, and the layout is kept."""
    figure, (ax,) = make_axes(None, (3, 2))
    ax.scatter([1, 2], [3, 4], rasterized=True)
    add_legend(None, ax, [legend_mark("one", "o", "k", "k")])
    first = save(figure)
    assert first == save(figure)
    assert first[0].startswith(b"<?xml")
    assert first[1].startswith(b"\x89PNG")


def test_style_holds_inside_and_is_gone_outside():
    """Our settings hold while drawing even if the user's differ, and theirs come back."""
    seen = {}

    @styled
    def draw() -> Figure:
        seen.update(mpl.rcParams)
        return Figure()

    with mpl.rc_context({"text.parse_math": True, "axes.labelsize": 30, "lines.marker": "x"}):
        draw()
        assert mpl.rcParams["axes.labelsize"] == 30
    assert seen["text.parse_math"] is False
    assert seen["axes.labelsize"] == STYLE["axes.labelsize"]
    assert seen["lines.marker"] == "None"
    with style_context():
        assert mpl.rcParams["svg.hashsalt"] == "phosres"


def test_panels_fit_into_an_axes_of_the_caller():
    """Several panels are set into the given axes, shared where asked."""
    outer = Figure().add_subplot()
    figure, panels = make_axes(outer, (1, 1), columns=2, rows=2, sharex=True, sharey=True)
    assert figure is outer.figure
    assert len(panels) == 4
    panels[0].set_xlim(-3, 3)
    assert panels[3].get_xlim() == (-3, 3)
    assert not outer.axison


def test_axes_of_a_subfigure_give_the_whole_figure():
    """What is returned can be saved."""
    outer = Figure()
    inner = outer.subfigures(1, 2)[1].add_subplot()
    assert make_axes(inner, (1, 1))[0] is outer
