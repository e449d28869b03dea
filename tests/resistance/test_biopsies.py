"""Gates on the samples: what they say, and what becomes of the calls that they touch."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from phosres import contrasts, knowledge, scoring
from phosres.identity import identify
from phosres.resistance import call
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

SUBJECTS = tuple("ABCDEF")
AKT = {"AKT1S1": "T246", "TSC2": "T1462", "GSK3B": "S9", "FOXO3": "S253", "PFKFB2": "S483"}
STROMA = [g for g, m in knowledge.load().composition.items() if m.compartment == "stroma"][:12]
N = 240

Spoil = Callable[[pd.DataFrame], None]


def make(spoil: Spoil | None = None, **columns: object) -> PhosphoTable:
    """A paired cohort on a PI3K inhibitor that lowers AKT sites by one; `spoil` changes values."""
    rng = np.random.default_rng(5)
    genes = [*AKT, *STROMA, *(f"GENE{i}" for i in range(N - len(AKT) - len(STROMA)))]
    sites = [*AKT.values(), *(f"S{i + 10}" for i in range(N - len(AKT)))]
    names = [f"{s}_{c}" for s in SUBJECTS for c in ("pre", "on")]
    own = np.repeat(rng.normal(0, 0.6, (N, len(SUBJECTS))), 2, axis=1)
    values = rng.normal(22, 1, (N, 1)) + own + rng.normal(0, 0.2, (N, len(names)))
    values[: len(AKT), 1::2] -= 1.0
    index = pd.Index([f"{g}_{s}" for g, s in zip(genes, sites, strict=True)], dtype=object)
    features = pd.DataFrame("", index=index, columns=list(FEATURE_COLUMNS)).assign(
        gene=genes,
        protein=genes,
        sites=sites,
        multiplicity=pd.array([1] * N, dtype="Int64"),
        localization=1.0,
    )
    samples = pd.DataFrame({"subject": [n[0] for n in names]}, index=names).assign(
        condition=[n[2:] for n in names], timepoint="", replicate="", batch="", **columns
    )
    frame = pd.DataFrame(values, index=index, columns=names)
    if spoil:
        spoil(frame)
    source = Source("t.tsv", "generic")
    return identify(PhosphoTable(frame, features, samples, "log2_intensity", source))


def ask(table: PhosphoTable, drug: str = "PI3K inhibitor") -> pd.DataFrame:
    """Calls by level, subject and call."""
    contrast = contrasts.contrast(table, pre="pre", on="on")
    found = call(contrast, scoring.score(contrast), drug=drug)
    return found.table.set_index(["level", "subject", "call"])


@pytest.fixture(scope="module")
def sound() -> pd.DataFrame:
    """Calls of a sound cohort."""
    return ask(make())


def test_a_sound_cohort_passes(sound: pd.DataFrame) -> None:
    """Pairs are pairs, the composition is alike, batches are not known; the drug engages."""
    assert sound.loc[("cohort", "", "PAIR_INTEGRITY"), "status"] == "no"
    assert sound.loc[("subject", "A", "PAIR_INTEGRITY"), "status"] == "no"
    assert "number 1 of 6" in sound.loc[("subject", "A", "PAIR_INTEGRITY"), "reason"]
    assert sound.loc[("cohort", "", "COMPOSITION"), "status"] == "no"
    assert sound.loc[("cohort", "", "BATCH_CONFOUNDED"), "status"] == "not_assessable"
    engaged = sound.loc[("cohort", "", "AKT")]
    assert (engaged["status"], engaged["grade"], engaged["gates"]) == ("yes", "strong", "")


def test_swapped_samples_block_their_subjects(sound: pd.DataFrame) -> None:
    """The two subjects are not called, the others are; the cohort is called with less."""

    def swap(frame: pd.DataFrame) -> None:
        frame.iloc[: len(AKT), 1::2] -= 3.0  # so that the drug is seen between strangers, too
        frame[["A_on", "C_on"]] = frame[["C_on", "A_on"]].to_numpy()

    found = ask(make(swap))
    gates = found.xs("PAIR_INTEGRITY", level="call")
    assert gates.index[gates["status"] == "yes"].get_level_values("subject").tolist() == [
        "",
        "A",
        "C",
    ]
    assert "that of C is nearest" in gates.loc[("subject", "A"), "reason"]
    assert sound.loc[("subject", "A", "AKT"), "status"] == "yes"
    blocked = found.loc[("subject", "A", "AKT")]
    assert (blocked["status"], blocked["gates"]) == ("not_assessable", "PAIR_INTEGRITY")
    assert "samples may be swapped" in blocked["reason"]
    assert found.loc[("subject", "B", "AKT"), "status"] == "yes"
    cohort = found.loc[("cohort", "", "AKT")]
    assert (cohort["status"], cohort["grade"]) == ("yes", "weak")


@pytest.mark.parametrize(
    ("on", "status", "part"),
    [
        (["B2"] * 6, "yes", "no batch holds samples of both sides"),
        (["B1", "B2"] * 3, "yes", "differ by up to 50%"),
        (["B1"] * 5 + ["B2"], "no", "differ by up to 17%"),
    ],
)
def test_batches_that_go_with_the_sides(on: list[str], status: str, part: str) -> None:
    """Fully confounded, half and a sixth of the samples apart."""
    batch = [b for pair in zip(["B1"] * 6, on, strict=True) for b in pair]
    table = make()
    found = ask(replace(table, samples=table.samples.assign(batch=batch)))
    gate = found.loc[("cohort", "", "BATCH_CONFOUNDED")]
    assert (gate["status"], part in gate["reason"]) == (status, True)
    engaged = found.loc[("cohort", "", "AKT")]
    assert engaged["grade"] == ("weak" if status == "yes" else "strong")
    assert engaged["gates"] == ("BATCH_CONFOUNDED" if status == "yes" else "")


def test_another_composition_weakens_what_it_can_make() -> None:
    """Stroma down by more than AKT fell weakens engagement; less does not."""

    def stroma(change: float) -> pd.DataFrame:
        def move(frame: pd.DataFrame) -> None:
            frame.loc[[g.split("_")[0] in STROMA for g in frame.index], frame.columns[1::2]] += (
                change
            )

        return ask(make(move))

    for change, grade in ((-1.6, "weak"), (-0.4, "strong")):
        found = stroma(change)
        gate = found.loc[("cohort", "", "COMPOSITION")]
        assert gate["status"] == "yes"
        assert "stroma markers -" in gate["reason"]
        assert found.loc[("cohort", "", "AKT"), "grade"] == grade, change


def test_purity_of_the_sheet_counts() -> None:
    """Tumour shares of 0.8 and 0.35 let tumour-only sites fall by one: the drug may not be why."""
    purity = ["0.8", "0.35"] * 6
    found = ask(make(purity=purity))
    gate = found.loc[("cohort", "", "COMPOSITION")]
    assert gate["status"] == "yes"
    assert "tumour share 0.80 before, 0.35 on" in gate["reason"]
    assert found.loc[("cohort", "", "AKT"), "grade"] == "weak"


def test_renaming_subjects_changes_no_gate(sound: pd.DataFrame) -> None:
    """Gates look at values, never at names."""
    table = make()
    named = table.samples.assign(subject=table.samples["subject"] + "x")
    again = ask(replace(table, samples=named)).reset_index()
    before = sound.reset_index()
    for column in ("call", "status", "grade", "gates"):
        assert again[column].tolist() == before[column].tolist()


def test_measuring_no_markers_turns_nothing_into_a_yes() -> None:
    """A weak call beside another composition stays a yes, with the reason, as without markers."""

    def one_protein(frame: pd.DataFrame) -> None:
        frame.loc[[g.split("_")[0] in STROMA for g in frame.index], frame.columns[1::2]] -= 1.6
        frame.iloc[: len(AKT), 1::2] += 1.0  # no AKT site moves

    def without(frame: pd.DataFrame) -> None:
        one_protein(frame)
        frame.loc[[g.split("_")[0] in STROMA for g in frame.index]] = np.nan

    status = [ask(make(spoil)).reset_index() for spoil in (one_protein, without)]
    before, after = (set(map(tuple, t.loc[t["status"] == "yes", KEY].to_numpy())) for t in status)
    assert {k for k in after - before if k[2] != "COMPOSITION"} == set()


KEY = ["level", "subject", "call"]
