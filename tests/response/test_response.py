"""Calls and changes against the response: kinds of response, counts, multiplicity, intervals."""

import numpy as np
import pandas as pd
import pytest

from phosres.columns import ACTIVITIES, CALLS, READOUTS
from phosres.response import associate, count_calls, read_response
from phosres.results import Calls, Scores

SUBJECTS = [f"P{k}" for k in range(8)]


def samples(response: list[str]) -> pd.DataFrame:
    """Two samples a subject, both with its response."""
    frame = pd.DataFrame({"subject": SUBJECTS, "response": response})
    return pd.concat([frame, frame], ignore_index=True)


def calls(**status: str) -> dict[str, Calls]:
    """Calls of the subjects: y, n or - in the order of the subjects."""
    names = {"y": "yes", "n": "no", "-": "not_assessable"}
    rows = [
        {
            **dict.fromkeys(CALLS.names, ""),
            "contrast": "on",
            "level": "subject",
            "subject": subject,
            "call": call,
            "kind": "compensation",
            "status": names[letter],
        }
        for call, letters in status.items()
        for subject, letter in zip(SUBJECTS, letters, strict=True)
    ]
    frame = pd.DataFrame(rows).drop(columns=[c.name for c in CALLS if c.optional])
    return {"on": Calls(CALLS.order(frame), "")}


def scores(**values: list[float]) -> dict[str, Scores]:
    """Readouts of the subjects, and one pathway of the same numbers."""

    def fill(schema, column: str) -> pd.DataFrame:
        number = "log2fc" if column == "readout" else "score"
        rows = [
            {
                **{c.name: "" if c.kind == "text" else np.nan for c in schema if not c.optional},
                **{c.name: False for c in schema if c.kind == "flag"},
                "contrast": "on",
                "level": "subject",
                "subject": subject,
                column: name,
                number: value,
            }
            | ({"kind": "pathway"} if column == "set" else {})
            for name, each in values.items()
            for subject, value in zip(SUBJECTS, each, strict=True)
        ]
        return schema.order(pd.DataFrame(rows))

    readouts, activities = fill(READOUTS, "readout"), fill(ACTIVITIES, "set")
    return {"on": Scores(readouts, activities, pd.DataFrame(), "")}


FALL = {"S6": [-2.0, -1.5, -1.8, -0.9, 0.1, 0.3, -0.2, 0.5]}


def table(response: list[str], **status: str) -> pd.DataFrame:
    """Associations by kind and target."""
    found = associate(scores(**FALL), calls(**status), samples(response))
    return found.set_index(["kind", "target"])


def test_two_groups():
    """Fisher by hand (2 of 70 tables), the groups counted; ranks and Firth for changes."""
    found = table(["responder"] * 4 + ["non-responder"] * 4, MTORC1="nnnnyyyy")
    one = found.loc[("call", "MTORC1")]
    assert one["p"] == pytest.approx(2 / 70)
    assert (one["effect"], one["n_subjects"], one["n_left_out"]) == (0.0, 8, 0)
    assert one["counts"] == "responder: 0 of 4 yes; non-responder: 4 of 4 yes"
    change = found.loc[("readout", "S6")]
    assert change["p"] == pytest.approx(2 / 70)
    assert change["effect"] < 0
    assert change["ci_high"] < 0
    pathway = found.loc[("activity", "S6")]
    assert (pathway["effect_name"], pathway["effect"]) == ("probability of the higher value", 0.0)


def test_who_cannot_be_told_is_left_out_and_counted():
    """Not assessable is no no."""
    one = table(["yes", "no"] * 4, ERK="yny-yn--").loc[("call", "ERK")]
    assert (one["n_subjects"], one["n_left_out"]) == (5, 3)
    assert one["counts"] == "yes: 3 of 3 yes; no: 0 of 2 yes"
    assert one["p"] == pytest.approx(1 / 10)
    assert one["p_least"] == pytest.approx(1 / 10)


def test_ordered_and_numeric_responses():
    """RECIST is ordered, numbers are ranked; S6 that falls more goes with the better response."""
    recist = ["CR", "PR", "PR", "PR", "SD", "PD", "SD", "PD"]
    ordered = table(recist, MTORC1="nnnnyyyy")
    assert ordered["response"].unique().tolist() == ["ordered"]
    call = ordered.loc[("call", "MTORC1")]
    assert call["test"] == "exact test of trend"
    assert call["p"] == pytest.approx(2 / 70)
    assert ordered.loc[("readout", "S6"), "effect"] < -0.8
    number = table(["-60", "-40", "-55", "-30", "5", "20", "0", "30"], MTORC1="nnnnyyyy")
    assert number["response"].unique().tolist() == ["number"]
    assert number.loc[("readout", "S6"), "effect"] > 0.9
    assert "yes: 4, median 12.5" in number.loc[("call", "MTORC1"), "counts"]


def test_families_are_adjusted_apart():
    """Benjamini-Hochberg by hand within calls: 2/70 of two tests is doubled."""
    found = table(["responder"] * 4 + ["no"] * 4, MTORC1="nnnnyyyy", ERK="ynynynyn")
    assert found.loc[("call", "MTORC1"), "q"] == pytest.approx(4 / 70)
    assert found.loc[("call", "ERK"), "q"] == pytest.approx(1)
    assert found.loc[("call", "ERK"), ["family", "n_tests"]].tolist() == ["on: calls", 2]
    assert found.loc[("readout", "S6"), "n_tests"] == 1


@pytest.mark.parametrize(
    "response",
    [
        [""] * 8,
        ["PR"] * 8,
        ["good", "bad", "ugly", "good"] * 2,
        ["PR", "SD", "", "", "", "", "", ""],
    ],
)
def test_a_response_that_orders_nothing(response):
    """None, one, more than two without order, or of two subjects: no table."""
    assert associate(scores(**FALL), calls(ERK="ynynynyn"), samples(response)).empty


def test_subjects_whose_samples_disagree_have_no_response():
    """Two responses of one subject are none; a sheet without the column has none."""
    sheet = samples(["R"] * 4 + ["NR"] * 4)
    sheet.loc[0, "response"] = "NR"
    found = read_response(sheet)
    assert found is not None
    assert "P0" not in found.score.index
    assert found.score["P1"] == 1
    assert read_response(sheet.drop(columns="response")) is None


def test_frequencies_have_exact_intervals_and_bounds():
    """R's binom.test(3, 7); who cannot be told widens the bounds, not the interval."""
    found = count_calls(calls(ERK="yyynnnn-", RTK="--------", AKT="nnnnn---")).set_index("call")
    erk = found.loc["ERK"]
    assert erk[["n_yes", "n_no", "n_not_assessable"]].tolist() == [3, 4, 1]
    assert (erk["ci_low"], erk["ci_high"]) == pytest.approx((0.0989882784, 0.8159484324))
    assert (erk["lowest"], erk["highest"]) == (3 / 8, 4 / 8)
    assert found.loc["AKT", "ci_high"] == pytest.approx(0.52182375)
    assert found.loc["RTK", ["frequency", "ci_low"]].isna().all()
    assert found.loc["RTK", "highest"] == 1
