"""How results show themselves: short, escaped, without changing anything."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import phosres
from phosres.display import MAX_ROWS, format_html
from phosres.errors import ConfigError
from phosres.results import Audit, Calls, Contrast, Quality, RunResult, Scores, SiteEffects
from tests.exports.conftest import small  # noqa: F401 - a fixture

EVIL = '<script>alert("x")</script>'


class Rows(HTMLParser):
    """Counts the rows and collects the tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)


@pytest.fixture(scope="module")
def result(small) -> RunResult:  # noqa: F811
    """A finished run."""
    return small.result


def nouns(result: RunResult) -> list[object]:
    """Every noun of a run."""
    contrast = result.contrasts["on"]
    return [
        result,
        result.normalized,
        contrast,
        contrast.effects[0],
        contrast.effects[1],
        result.scores["on"],
        result.calls["on"],
        result.quality,
        result.audit,
        phosres.draw(result),
    ]


def test_every_noun_is_shown_with_ten_rows_at_most(result: RunResult) -> None:
    """One sentence and a small table; at a prompt one line."""
    for noun in nouns(result):
        html = noun._repr_html_()
        rows = Rows(html).tags.count("tr")
        assert rows <= MAX_ROWS + 1, type(noun)
        assert len(html) < 20_000
        assert "\n" not in repr(noun)
        assert len(repr(noun)) < 1_000
    told = {type(n) for n in nouns(result)}
    assert {RunResult, Contrast, SiteEffects, Scores, Calls, Quality, Audit} <= told


def test_showing_changes_nothing(result: RunResult) -> None:
    """The tables are as they were."""
    before = result.table("calls").to_csv(), result.table("sites").to_csv()
    for noun in nouns(result):
        noun._repr_html_()
    assert before == (result.table("calls").to_csv(), result.table("sites").to_csv())


def test_the_cohort_and_what_was_called_come_first(result: RunResult) -> None:
    """What one asks for, not the first rows of a file."""
    view = result.scores["on"]._view()
    assert list(view.table["level"])[:4] == ["cohort"] * 4
    effects = result.contrasts["on"]._view().table
    assert effects["p"].dropna().is_monotonic_increasing


def test_names_are_escaped() -> None:
    """A gene that is a script is shown as text, also in a header and a sentence."""
    frame = pd.DataFrame({EVIL: [EVIL, None], "x": [np.nan, 1234.5678]})
    html = format_html(frame)
    assert "<script" not in html
    assert "1.23e+03" in html
    calls = Calls(pd.DataFrame(columns=["status", "level"]), text=EVIL)
    assert set(Rows(calls._repr_html_()).tags) == {"p", "b"}


def test_long_cells_and_tables_are_cut_and_said() -> None:
    """What is not shown is counted."""
    frame = pd.DataFrame({"a": ["x" * 500] * 25})
    assert "x" * 60 not in format_html(frame)
    quality = Quality(pd.DataFrame({"light": ["ok"] * 25, "reason": ["r"] * 25}), "fine")
    assert "15 more rows are not shown." in quality._repr_html_()


def test_figures_are_drawn_by_name(result: RunResult) -> None:
    """Tab completion knows them; each returns a figure; a wrong name says what there is."""
    gallery = phosres.draw(result)
    assert {"forest", "volcano", "pca"} <= set(dir(gallery))
    assert isinstance(gallery.forest(), Figure)
    assert isinstance(gallery.volcano("on", max_labels=1), Figure)
    own = Figure().subplots()
    assert gallery.forest(ax=own) is own.figure
    with pytest.raises(ConfigError, match="there is no contrast 'off'"):
        gallery.forest("off")
    with pytest.raises(AttributeError, match="did you mean 'volcano'"):
        _ = gallery.vulcano
    assert "figure" in (gallery.forest.__doc__ or "").lower() or gallery.forest.__doc__
