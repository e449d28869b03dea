"""What was expected of real data, and what the calls say.

``python -m tests.benchmarks.expectations [FILE]`` writes the tables of ``docs/expectations.md``
from the expectations in ``expected/`` (written down before the rules were run) and from the data
sets beside the repository. It is a command, not a test; it takes a minute or two.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd

import phosres
from phosres import pipeline
from phosres.results import Calls, Contrast, Scores
from phosres.table import PhosphoTable

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data"
REAL = HERE.parent / "real"
CLASSES = {
    "mTORi": "RAPALOG",
    "PI3Ki": "PI3K",
    "AKTi": "AKT",
    "MEKi": "MEK",
    "BRAFi": "BRAF",
    "CDK4i": "CDK46",
}
"""Drug class of the inhibitors of the antibody array that have a target set."""


@dataclass(frozen=True)
class Found:
    """Scores and calls of one contrast."""

    scores: Scores
    calls: Calls


def ask(contrast: Contrast, drug: str | None) -> Found:
    """Score and call one contrast."""
    scores = phosres.score(contrast)
    return Found(scores, phosres.call(contrast, scores, drug=drug))


def from_config(name: str) -> dict[str, Found]:
    """The contrasts of a run of the real-data tests."""
    result = pipeline.run(REAL / name / "config.yaml")
    return {n: Found(result.scores[n], result.calls[n]) for n in result.contrasts}


def griffin() -> dict[str, Found]:
    """Breast xenografts on a PI3K inhibitor."""
    return from_config("griffin")


def haura() -> dict[str, Found]:
    """Three lung cancer lines on a KRAS G12C inhibitor."""
    return from_config("haura")


def cosmos() -> dict[str, Found]:
    """Nine pairs of renal carcinoma and healthy kidney, no drug."""
    folder = SHARED / "cosmos_ccrcc_paired"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str, keep_default_na=False)
    columns = ["sample", "subject", "condition", "batch"]
    table = phosres.read(folder / "original" / "phospho_raw.csv.gz", sheet[columns])
    made = phosres.contrast(phosres.normalize(table), pre="healthy_kidney", on="tumour")
    return {"tumour": ask(made, None)}


def insulin_l6() -> dict[str, Found]:
    """Rat muscle cells on AICAR, insulin and both, as ratios to untreated."""
    folder = SHARED / "phosr_insulin_aicar"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str).query("table == 'l6'")
    sheet = sheet[["sample", "condition"]].assign(subject=sheet["sample"].str[-4:])
    path = folder / "data_l6.tsv.gz"
    table = phosres.normalize(phosres.read(path, sheet, values="change", species="rat"))
    drugs = {"Ins": None, "AICARIns": None, "AICAR": "AICAR"}
    return {on: ask(phosres.contrast(table, on=on), drug) for on, drug in drugs.items()}


def insulin_cells() -> dict[str, Found]:
    """Mouse liver cell lines with and without insulin, six of each."""
    folder = SHARED / "phosr_insulin_aicar"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str).query("table == 'cells_ins'")
    found = {}
    for line in ("Hepa1.6", "FL83B"):
        mine = sheet[sheet["sample"].str.contains(line, regex=False)]
        mine = mine.assign(subject=mine["sample"])[["sample", "subject", "condition"]]
        raw = phosres.read(folder / "data_cells_ins.tsv.gz", mine, species="mouse")
        made = phosres.contrast(phosres.normalize(raw), pre="Control", on="Ins")
        found[line] = ask(made, None)
    return found


@cache
def _array() -> PhosphoTable:
    """Every condition of the antibody array as a column of changes."""
    folder = SHARED / "cellbox_skmel133_rppa"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str)
    treatment = sheet["treatment"].str.replace("BRAFmi", "BRAFi")
    single = sheet["condition"] == "single"
    sheet = sheet[["sample", "subject"]].assign(
        condition=treatment.where(single, sheet["sample"]), treatment=treatment
    )
    return phosres.normalize(phosres.read(folder / "data.tsv.gz", sheet, values="change"))


def cellbox() -> dict[str, Found]:
    """Single inhibitors of an antibody array, both doses together, each as its own drug."""
    return {name: ask(phosres.contrast(_array(), on=name), drug) for name, drug in CLASSES.items()}


SOURCES: dict[str, Callable[[], dict[str, Found]]] = {
    f.__name__: f for f in (griffin, haura, cosmos, insulin_l6, insulin_cells, cellbox)
}


def look_up(found: Found, subject: str, asked: str) -> str:
    """The outcome that a question asks for."""
    what, _, name = asked.partition(" ")
    level = "subject" if subject else "cohort"
    tables = {
        "activity": (found.scores.activities, "set"),
        "readout": (found.scores.readouts, "readout"),
    }
    if what in tables:
        table, column = tables[what]
        rows = _of(table[table[column] == name], level, subject)
        return "/".join(dict.fromkeys(rows["status"])) or "no row"
    calls = _of(found.calls.table, level, subject)
    if what == "any":
        calls = found.calls.table
        yes = calls[(calls["kind"] == name) & (calls["status"] == "yes")]["call"]
        return f"yes: {', '.join(yes)}" if len(yes) else "none is yes"
    if name == "engagement":
        rows = calls[calls["kind"] == "engagement"]
    else:
        own = calls["source"].str.match(rf"{name}; confidence")
        rows = calls[own if own.any() else calls["call"] == name]
    return "/".join(dict.fromkeys(rows["status"])) or "no row"


def _of(table: pd.DataFrame, level: str, subject: str) -> pd.DataFrame:
    """Rows of a subject; of the cohort, or of the only subject there is."""
    if level == "cohort" and "cohort" not in set(table["level"]):
        return table
    return table[(table["level"] == level) & (table["subject"] == subject)]


def verdict(expected: str, found: str) -> str:
    """How the outcome stands to what was expected."""
    if expected == "any":
        return "open"
    if expected.startswith("not "):
        return "differs" if found.startswith(expected[4:]) else "as expected"
    if found == expected:
        return "as expected"
    silent = found in ("not_assessable", "inconclusive", "not_measured")
    return "not shown" if silent and expected != found else "differs"


def compare() -> pd.DataFrame:
    """Expectation against outcome, one row a question."""
    table = pd.read_csv(HERE / "expected" / "calls.tsv", sep="\t", dtype=str, keep_default_na=False)
    results = {name: SOURCES[name]() for name in dict.fromkeys(table["data"])}
    found = [
        look_up(results[r.data][r.contrast], r.subject, r.asked)
        for r in table.itertuples(index=False)
    ]
    verdicts = [verdict(e, f) for e, f in zip(table["expected"], found, strict=True)]
    return table.assign(found=found, verdict=verdicts)


def _expected() -> pd.DataFrame:
    """What engagement of each class should be under each inhibitor."""
    return pd.read_csv(HERE / "expected" / "engagement.tsv", sep="\t", index_col="inhibited")


def _engaged(table: PhosphoTable) -> dict[str, str]:
    """Engagement asked of every class in some columns of changes."""
    one = replace(table, samples=table.samples.assign(condition="with"))
    changed = phosres.contrast(one, on="with")
    scores = phosres.score(changed)
    found = {}
    for drug_class in CLASSES.values():
        calls = phosres.call(changed, scores, drug=drug_class).table
        rows = calls[calls["kind"] == "engagement"]
        level = "cohort" if "cohort" in set(rows["level"]) else "subject"
        found[drug_class] = rows.loc[rows["level"] == level, "status"].iloc[0]
    return found


def compare_conditions() -> pd.DataFrame:
    """Engagement asked of every class in every single condition of the antibody array.

    A condition is one column: every inhibitor of a combination should show its class, and a class
    may move if it may under any of them.
    """
    told, table, rows = _expected(), _array(), []
    for sample, given in zip(table.samples.index, table.samples["treatment"], strict=True):
        for drug_class, status in _engaged(table.take(samples=[sample])).items():
            words = {told.loc[part, drug_class] for part in given.split(";")}
            expected = next(w for w in ("yes", "may", "no") if w in words)
            rows.append((sample, given, drug_class, expected, status))
    columns = ["sample", "inhibited", "asked", "expected", "found"]
    return pd.DataFrame(rows, columns=columns)


def _on_top(inhibitor: str) -> PhosphoTable:
    """What an inhibitor changes by itself, and on top of each partner: its replicates.

    Of a combination the column of the partner alone, at the same dose, is taken off.
    """
    table = _array()
    codes = dict(zip(table.samples.index, table.samples["treatment"], strict=True))
    taken = {}
    for sample, given in codes.items():
        parts = given.split(";")
        if inhibitor in parts:
            others = [p for p in sample.split(",") if codes.get(p) != inhibitor]
            alone = [p for p in others if p in codes] if len(parts) > 1 else []
            if len(parts) == 1 or alone:
                taken[sample] = alone
    values = table.values[list(taken)].copy()
    for sample, alone in taken.items():
        for partner in alone:
            values[sample] -= table.values[partner]
    return replace(table, values=values, samples=table.samples.loc[list(taken)])


def compare_inhibitors() -> pd.DataFrame:
    """Engagement of every class by each inhibitor, alone and on top of each partner."""
    told, rows = _expected(), []
    for inhibitor in told.index:
        part = _on_top(str(inhibitor))
        for drug_class, status in _engaged(part).items():
            expected = told.loc[inhibitor, drug_class]
            rows.append((inhibitor, part.n_samples, drug_class, expected, status))
    return pd.DataFrame(rows, columns=["inhibitor", "columns", "asked", "expected", "found"])


def called() -> pd.DataFrame:
    """What is called of each inhibitor that has a class, alone and on top of each partner."""
    rows = []
    for inhibitor, drug_class in CLASSES.items():
        part = _on_top(inhibitor)
        part = replace(part, samples=part.samples.assign(condition="with"))
        found = ask(phosres.contrast(part, on="with"), drug_class).calls.table
        told = found[found["kind"].isin(["compensation", "resistance"])]
        lists = [", ".join(told.loc[told["status"] == s, "call"]) for s in ("yes", "no")]
        rows.append((inhibitor, drug_class, *lists))
    return pd.DataFrame(rows, columns=["inhibitor", "asked as", "yes", "no"])


def markdown(table: pd.DataFrame) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(table.columns) + " |"
    yield "|" + "---|" * len(table.columns)
    for row in table.itertuples(index=False):
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def report() -> str:
    """All tables."""
    compared, asked, over = compare(), compare_conditions(), compare_inhibitors()
    lines = [*markdown(compared.drop(columns="why")), ""]
    lines += [f"{n} {v}" for v, n in compared["verdict"].value_counts().items()]
    for title, part in (
        ("single inhibitors", asked[~asked["inhibited"].str.contains(";")]),
        ("combinations", asked[asked["inhibited"].str.contains(";")]),
    ):
        tally = pd.crosstab([part["asked"], part["expected"]], part["found"]).reset_index()
        lines += ["", title, "", *markdown(tally)]
    wide = over.assign(cell=over["found"] + " (" + over["expected"] + ")")
    wide = wide.pivot_table(
        index=["inhibitor", "columns"], columns="asked", values="cell", aggfunc="first", sort=False
    )
    lines += ["", "each inhibitor, alone and on top of its partners: found (expected)", ""]
    lines += markdown(wide.reset_index())
    lines += ["", "calls of each inhibitor, alone and on top of its partners", ""]
    lines += markdown(called())
    wrong = asked[(asked["expected"] == "no") & (asked["found"] == "yes")]
    lines += ["", "yes although no was expected", "", *markdown(wrong)]
    against = asked[(asked["expected"] == "yes") & (asked["found"] == "no")]
    lines += ["", "no although yes was expected", "", *markdown(against)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = report()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
