"""Targets of a network and features of a table: every step, and every reason for none."""

import pandas as pd
import pytest

from phosres.kinases._matching import LOST, describe_targets, match_targets
from phosres.knowledge import Knowledge, load
from phosres.table import FEATURE_COLUMNS


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The package's own."""
    return load()


def features(*rows: dict[str, str]) -> pd.DataFrame:
    """Features with some columns said, the others empty."""
    table = pd.DataFrame("", index=range(len(rows)), columns=[*FEATURE_COLUMNS, "species"])
    for i, row in enumerate(rows):
        for name, value in row.items():
            table.loc[i, name] = value
    return table


TABLE = features(
    {"gene": "SUB1", "protein": "P11111", "sites": "S10", "window": "AAAAAAASAAAAAAA"},
    {"gene": "SUB1", "protein": "P11111", "sites": "S10;T14"},
    {"gene": "SUB2;SUB9", "protein": "P22222-2", "sites": "Y7", "species": "human"},
    {"gene": "Sub3", "protein": "Q33333", "sites": "S5", "species": "mouse"},
    {"gene": "RPS6", "protein": "P62753", "sites": "S235;S236", "site_ids": "RPS6_S235;RPS6_S236"},
)


@pytest.mark.parametrize(
    ("edge", "rows", "step"),
    [
        ({"target": "SUB1_S10"}, [0, 1], "gene"),
        ({"target": "SUB1;S10;"}, [0, 1], "gene"),
        ({"target": "P11111;S10-p"}, [0, 1], "accession"),
        ({"target": "P11111-1_S10"}, [0, 1], "accession"),
        ({"target": "SUB1_S10_T14"}, [1], "gene"),
        ({"target": "AAAAAAASAAAAAAA-p"}, [0], "window"),
        ({"target": "aaaaaaasaaaaaaa"}, [0], "window"),
        ({"target": "ALIAS_S10", "window": "_____AAsAAAAAAA"}, [], ""),
        ({"target": "ALIAS_S99", "window": "CCaaaaaaAsAAAAAAACC"}, [0], "window"),
        ({"target": "OTHER_S99", "window": "AAAAAAAsAAAAAAA"}, [0], "window"),
        ({"target": "x", "gene": "SUB1", "site": "S10"}, [0, 1], "gene"),
        ({"target": "SUB2_Y7"}, [2], "isoform"),
        ({"target": "Sub3_S5"}, [3], "gene"),
        ({"target": "RPS6_S235"}, [4], "curated site"),
        ({"target": "P62753;S236-p"}, [4], "curated site"),
    ],
)
def test_each_step(knowledge: Knowledge, edge: dict[str, str], rows: list[int], step: str) -> None:
    """The features of a target, and how they were found."""
    targets = describe_targets(pd.DataFrame([edge]))
    found = match_targets(targets, TABLE, knowledge).pairs
    assert found["row"].tolist() == rows
    assert set(found["step"]) == ({step} if rows else set())


@pytest.mark.parametrize(
    ("edge", "reason"),
    [
        ({"target": "447534-p"}, LOST[0]),
        ({"target": "NONE_S1"}, LOST[1]),
        ({"target": "SUB1_S11"}, LOST[2]),
        ({"target": "SUB9_Y7"}, LOST[1]),
        ({"target": "SUB1_S10_S12"}, LOST[3]),
        ({"target": "SUB1_S10", "window": "CCCCCCCSCCCCCCC"}, ""),
        ({"target": "SUB3_S5"}, LOST[5]),
        ({"target": "P22222;Y7-p"}, LOST[2]),
    ],
)
def test_each_loss(knowledge: Knowledge, edge: dict[str, str], reason: str) -> None:
    """A number counts only for the leading protein; windows overrule it; species are told."""
    targets = describe_targets(pd.DataFrame([edge]))
    got = match_targets(targets, TABLE, knowledge)
    if reason:
        assert got.lost == {edge["target"]: reason}
    else:  # the first form shows another sequence, the second shows none
        assert got.pairs["row"].tolist() == [1]


def test_a_window_that_differs_everywhere_is_said(knowledge: Knowledge) -> None:
    """Not "not in the table": the number is there, the sequence is not."""
    edge = pd.DataFrame([{"target": "SUB1_S10", "window": "CCCCCCCSCCCCCCC"}])
    got = match_targets(describe_targets(edge), TABLE.iloc[[0]], knowledge)
    assert got.lost == {"SUB1_S10": LOST[4]}


def test_numbers_across_species_only_if_asked(knowledge: Knowledge) -> None:
    """SUB3 is a human symbol, the feature is of mouse."""
    targets = describe_targets(pd.DataFrame([{"target": "SUB3_S5"}]))
    got = match_targets(targets, TABLE, knowledge, other_species=True)
    assert got.pairs[["row", "step"]].to_numpy().tolist() == [[3, "other species"]]
