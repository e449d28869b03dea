"""The audit: a status that another normalisation would not give is no status."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from phosres.audit import DEFINITE, readout_table, settle
from phosres.columns import ACTIVITIES, READOUTS, STATUSES
from phosres.results import Scores

READOUT_IDS = ("S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473")
SET_IDS = ("MTORC1", "AKT")
KEYS = [("cohort", ""), ("subject", "A")]


def make_scores(
    readouts: Mapping[tuple[str, str], str] | None = None,
    activities: Mapping[tuple[str, str], str] | None = None,
    default: str = "down",
) -> Scores:
    """Scores with one row a level and id; statuses are given by (subject, id)."""

    def rows(key: str, ids: tuple[str, ...], given: Mapping[tuple[str, str], str]) -> pd.DataFrame:
        schema = READOUTS if key == "readout" else ACTIVITIES
        blank = {
            c.name: {"text": "", "number": 0.5, "count": 1, "flag": False}[c.kind] for c in schema
        }
        frame = [
            blank
            | {"contrast": "on", "level": level, "subject": subject, key: name}
            | {"status": given.get((subject, name), default), "reason": f"why {name}"}
            for level, subject in KEYS
            for name in ids
        ]
        return schema.order(pd.DataFrame(frame))

    return Scores(
        rows("readout", READOUT_IDS, readouts or {}),
        rows("set", SET_IDS, activities or {}),
        pd.DataFrame(),
        "text",
    )


def row(table: pd.DataFrame, subject: str, name: str) -> pd.Series:
    """One row by subject and id."""
    key = "readout" if "readout" in table else "set"
    return table[(table["subject"] == subject) & (table[key] == name)].iloc[0]


def test_nothing_differs_nothing_changes() -> None:
    """Equal statuses under every method leave both tables as they were, number by number."""
    used = make_scores({("A", "4EBP1"): "up", ("", "AKT_S473"): "not_measured"})
    same = make_scores({("A", "4EBP1"): "up", ("", "AKT_S473"): "not_measured"})
    settled = settle(used, {"column_median": same, "other": same})
    pd.testing.assert_frame_equal(settled.readouts, used.readouts)
    pd.testing.assert_frame_equal(settled.activities, used.activities)
    assert not settled.readouts["normalization_dependent"].any()


def test_without_other_methods_nothing_changes() -> None:
    """A run without audit keeps its statuses."""
    used = make_scores()
    settled = settle(used, {})
    pd.testing.assert_frame_equal(settled.readouts, used.readouts)
    pd.testing.assert_frame_equal(settled.activities, used.activities)


@pytest.mark.parametrize("other", [s for s in STATUSES if s != "down"])
def test_a_readout_that_differs_becomes_inconclusive(other: str) -> None:
    """It is marked, says which method gave what, and keeps its first reason and numbers."""
    used = make_scores()
    settled = settle(used, {"column_median": make_scores({("A", "4EBP1"): other})})
    found = row(settled.readouts, "A", "4EBP1")
    assert found["status"] == "inconclusive"
    assert found["normalization_dependent"]
    assert found["reason"].startswith(
        f"down under this normalisation but {other.replace('_', ' ')} by column median"
    )
    assert "depends on the normalisation" in found["reason"]
    assert found["reason"].endswith("why 4EBP1")
    changed = ["status", "reason", "normalization_dependent"]
    pd.testing.assert_frame_equal(
        settled.readouts.drop(columns=changed), used.readouts.drop(columns=changed)
    )


def test_only_the_row_that_differs_changes() -> None:
    """Other readouts, other subjects and the cohort keep their status."""
    settled = settle(make_scores(), {"m": make_scores({("A", "4EBP1"): "up"})})
    marked = settled.readouts[settled.readouts["normalization_dependent"]]
    assert marked[["subject", "readout"]].to_numpy().tolist() == [["A", "4EBP1"]]
    rest = settled.readouts.drop(marked.index)
    assert (rest["status"] == "down").all()
    assert rest["reason"].str.startswith("why").all()


@pytest.mark.parametrize("status", DEFINITE)
def test_every_definite_status_can_fall(status: str) -> None:
    """Up, down and unchanged are claims; each needs every method."""
    used = make_scores({("A", "4EBP1"): status})
    other = make_scores({("A", "4EBP1"): "inconclusive"})
    assert row(settle(used, {"m": other}).readouts, "A", "4EBP1")["status"] == "inconclusive"


@pytest.mark.parametrize("status", ["inconclusive", "not_measured"])
def test_what_claims_nothing_is_not_marked(status: str) -> None:
    """No other method can turn an unknown into a claim, and there is nothing to take back."""
    used = make_scores({("A", "4EBP1"): status})
    settled = settle(used, {"m": make_scores({("A", "4EBP1"): "up"})})
    found = row(settled.readouts, "A", "4EBP1")
    assert (found["status"], found["reason"]) == (status, "why 4EBP1")
    assert not found["normalization_dependent"]


def test_activities_are_settled_too() -> None:
    """A complex or pathway that flips is inconclusive, so that no call can rest on it."""
    settled = settle(make_scores(), {"column_median": make_scores(None, {("", "MTORC1"): "up"})})
    found = row(settled.activities, "", "MTORC1")
    assert found["status"] == "inconclusive"
    assert "but up by column median" in found["reason"]
    assert found["normalization_dependent"]
    assert row(settled.activities, "A", "MTORC1")["status"] == "down"
    assert settled.activities.columns.tolist() == ACTIVITIES.names


def test_two_methods_that_differ_are_both_named() -> None:
    """Each method that disagrees is said, and one is enough."""
    others = {
        "one": make_scores({("A", "4EBP1"): "up"}),
        "two": make_scores(),
        "three": make_scores({("A", "4EBP1"): "unchanged"}),
    }
    reason = row(settle(make_scores(), others).readouts, "A", "4EBP1")["reason"]
    assert "but up by one" in reason
    assert "but unchanged by three" in reason
    assert "by two" not in reason


def test_the_other_method_may_list_rows_in_another_order() -> None:
    """Rows are compared by contrast, level, subject and id, never by place."""
    other = make_scores({("A", "4EBP1"): "up"})
    shuffled = Scores(
        other.readouts.iloc[::-1].reset_index(drop=True),
        other.activities.iloc[::-1].reset_index(drop=True),
        other.evidence,
        "text",
    )
    settled = settle(make_scores(), {"m": shuffled})
    assert settled.readouts["normalization_dependent"].sum() == 1
    assert row(settled.readouts, "A", "4EBP1")["status"] == "inconclusive"


def test_inputs_stay_as_they_are() -> None:
    """Settling returns new scores."""
    used, other = make_scores(), make_scores({("A", "4EBP1"): "up"})
    before = used.readouts.copy()
    settle(used, {"m": other})
    pd.testing.assert_frame_equal(used.readouts, before)


def test_the_audit_table_keeps_every_method() -> None:
    """One row a method and readout, the run's own marked, before anything was settled."""
    by_method = {"a": {"on": make_scores()}, "b": {"on": make_scores({("A", "4EBP1"): "up"})}}
    table = readout_table("a", by_method)
    assert len(table) == 2 * len(KEYS) * len(READOUT_IDS)
    assert table.groupby("method")["used"].agg(["all", "any"]).to_numpy().tolist() == [
        [True, True],
        [False, False],
    ]
    flipped = table[(table["subject"] == "A") & (table["readout"] == "4EBP1")]
    assert flipped.set_index("method")["status"].to_dict() == {"a": "down", "b": "up"}
    assert np.isfinite(table["p"]).all()
