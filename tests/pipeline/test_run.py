"""The run: deterministic, complete, and every row of the input accounted for."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.cli import PARTLY_FAILED, main
from phosres.columns import CALL_STATUSES, LEVELS, SCHEMAS, STATUSES
from phosres.errors import ConfigError

Small = Callable[..., Path]


NOT_IN_DEMO = {"trajectories", "patterns"}


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_table_follows_its_schema(demo, name: str) -> None:
    """Columns, order and kinds are those that are documented, and there are rows.

    The demo has one time on treatment, hence no tables of these.
    """
    table = demo.result.table(name)
    assert table.columns.tolist() == SCHEMAS[name].names
    assert (len(table) > 0) == (name not in NOT_IN_DEMO)
    for column in SCHEMAS[name]:
        kind = table[column.name].dtype
        if column.kind == "number":
            assert kind == np.float64
        elif column.kind == "count":
            assert kind == "Int64"
        elif column.kind == "flag":
            assert pd.api.types.is_bool_dtype(kind)
        else:
            assert table[column.name].map(type).eq(str).all(), column.name


def test_unknown_tables_are_refused(demo) -> None:
    """There is no table but those of the schemas."""
    with pytest.raises(KeyError):
        demo.result.table("nonsense")


def test_words_of_the_contract(demo) -> None:
    """Statuses, levels and kinds are those of the interface contract."""
    readouts, activities, calls = (
        demo.result.table(n) for n in ("readouts", "activities", "calls")
    )
    for table in (readouts, activities, calls, demo.result.table("sites")):
        assert set(table["level"]) <= set(LEVELS)
        assert (table["subject"].eq("") == table["level"].eq("cohort")).all()
    assert set(readouts["status"]) <= set(STATUSES)
    assert set(activities["status"]) <= set(STATUSES)
    assert set(activities["kind"]) <= {"complex", "arm", "pathway", "kinase"}
    assert set(calls["status"]) <= set(CALL_STATUSES)
    assert set(calls["kind"]) <= {"engagement", "compensation", "resistance", "quality"}


def test_the_panel_is_always_there(demo) -> None:
    """Each subject and the cohort have the four readouts and both complexes, measured or not."""
    panel = ["S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473"]
    readouts, activities = demo.result.table("readouts"), demo.result.table("activities")
    per_level = readouts.groupby(["level", "subject"])["readout"].agg(list)
    assert len(per_level) == 13
    assert all(sorted(ids) == sorted(panel) for ids in per_level)
    complexes = activities[activities["kind"] == "complex"]
    assert set(complexes["set"]) == {"MTORC1", "MTORC2"}
    assert len(complexes) == 2 * 13


def test_not_measured_has_no_number(demo) -> None:
    """A readout without a feature has no change, no p value and a reason."""
    readouts = demo.result.table("readouts")
    absent = readouts[readouts["status"] == "not_measured"]
    assert len(absent) > 0
    assert absent[["log2fc", "ci_low", "ci_high", "p", "q"]].isna().all().all()
    assert (absent["n_features"] == 0).all()
    assert absent["reason"].str.contains("not measured is not down").all()


def test_every_row_of_the_input_is_accounted_for(demo) -> None:
    """Rows of the file are used, or dropped, or live on in a merged feature: the sum is exact.

    A row that gives several features (one a multiplicity) is used once; a loss with `kept` is a row
    whose numbers live on in the feature of another row.
    """
    raw = demo.result.raw
    losses = demo.result.table("losses")
    leading = {rows.split(";")[0] for rows in raw.features["source_rows"]}
    every = {row for rows in raw.features["source_rows"] for row in rows.split(";")}
    dropped = int(losses.loc[~losses["kept"], "rows"].sum())
    merged = int(losses.loc[losses["kept"], "rows"].sum())
    assert len(leading) + merged + dropped == raw.source.rows
    assert len(every) + dropped == raw.source.rows
    assert losses["file"].nunique() == 1
    assert (losses["rows"] > 0).all()
    assert {"decoys", "contaminants", "localization"} <= set(losses["step"])


def test_the_sites_table_has_every_feature_at_every_level(demo) -> None:
    """12 subjects and the cohort, one row a feature, each traceable to rows of the file."""
    sites = demo.result.table("sites")
    assert len(sites) == 13 * demo.result.raw.n_features
    assert not sites.duplicated(["contrast", "level", "subject", "feature"]).any()
    assert (sites["source_rows"] != "").all()


def test_a_status_is_backed_by_evidence(demo) -> None:
    """Each measured readout has its features in the evidence, and their weights sum to one."""
    readouts, evidence = demo.result.table("readouts"), demo.result.table("evidence")
    tested = readouts[readouts["p"].notna()]
    shares = evidence.groupby(["level", "subject", "target"])["weight"].sum()
    keys = list(zip(tested["level"], tested["subject"], tested["readout"], strict=True))
    np.testing.assert_allclose(shares.loc[keys], 1.0, rtol=1e-9)


def test_steps_are_announced_in_order(demo) -> None:
    """Progress names each step before it starts, in the order of the data."""
    steps = ("read", "normalize", "contrast", "score", "call", "states", "times", "quality")
    assert demo.steps == steps
    assert set(demo.result.provenance["seconds"]) >= set(demo.steps)


def test_provenance_names_versions_inputs_and_seed(demo) -> None:
    """What is needed to repeat the run is kept: versions, hashes of the inputs, arguments."""
    kept = demo.result.provenance
    assert {"phosres", "numpy", "pandas", "scipy", "python"} <= set(kept["versions"])
    assert len(kept["inputs"]) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", h) for h in kept["inputs"].values())
    assert re.fullmatch(r"[0-9a-f]{64}", kept["knowledge"])
    assert (kept["argv"], kept["seed"]) == (["demo"], 0)


def test_a_status_that_depends_on_normalisation_is_no_call(demo) -> None:
    """Marked readouts are inconclusive and name the other method; the audit counts them."""
    readouts = demo.result.table("readouts")
    marked = readouts[readouts["normalization_dependent"]]
    assert (marked["status"] == "inconclusive").all()
    assert marked["reason"].str.contains("depends on the normalisation").all()
    assert demo.result.audit.text.startswith(f"{len(marked)} readout statuses depend")


def test_several_contrasts_keep_the_order_of_the_configuration(small: Small) -> None:
    """Each condition on treatment is a contrast of its own, in the order it was named."""
    result = pipeline.run(small(conditions=("pre", "late", "early")))
    assert list(result.contrasts) == ["late", "early"]
    assert list(result.table("readouts")["contrast"].unique()) == ["late", "early"]
    assert list(result.table("calls")["contrast"].unique()) == ["late", "early"]


def test_no_audit_no_other_method(small: Small) -> None:
    """With the audit off nothing is marked and the table holds the run's own method only."""
    result = pipeline.run(small("normalization:\n  audit: false\n"))
    assert result.audit.text == "No other normalisation was compared."
    assert result.audit.readouts["method"].unique().tolist() == ["median_of_ratios"]


def test_a_wrong_drug_stops_before_anything_is_read(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drug is looked up first, and the message names the key and the nearest drug."""
    path = small("treatment:\n  drug: everolimos\n")
    monkeypatch.setattr(
        "phosres.pipeline._run.read_configured", lambda _: pytest.fail("the table was read")
    )
    with pytest.raises(ConfigError, match=r"treatment\.drug: .*everolimos") as error:
        pipeline.run(path)
    assert "everolimus" in error.value.problems[0].hint


def test_check_says_what_a_run_would_use(demo_config: Path) -> None:
    """Format, samples, scale, losses, drug and the features of every readout, without running."""
    checked = pipeline.check(demo_config)
    text = checked.text
    assert "format maxquant_sites" in text
    assert f"{checked.table.n_features:,} features, 24 samples" in text
    assert f"{checked.table.source.rows:,} rows ->" in text
    assert "scale in the file: linear; used as log2_intensity" in text
    assert "drug: dual PI3K/mTOR inhibitor" in text
    for loss in checked.table.losses:
        assert f"- {loss.rows:,} rows: {loss.reason}" in text
    for readout in ("S6_S235_S236", "S6_S240_S244", "4EBP1", "AKT_S473"):
        assert re.search(rf"  {readout}: \d+ features\n    \w+", text)


def test_check_finds_what_a_run_would_refuse(small: Small) -> None:
    """A condition that no sample has is found by the check, too."""
    path = small()
    path.write_text(path.read_text().replace("on: [on]", "on: [onn]"))
    with pytest.raises(Exception, match="no sample has the condition 'onn'"):
        pipeline.check(path)


def test_check_names_readouts_that_are_absent(small: Small) -> None:
    """A readout without a feature is listed as none, and a run without drug says so."""
    text = pipeline.check(small()).text
    assert "AKT_S473: none" in text
    assert "S6_S240_S244: 1 feature\n    RPS6_S240.S244" in text
    assert "none named, so no engagement is claimed" in text


def test_a_figure_that_fails_costs_one_box(
    small: Small,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """A figure that raises leads to exit code 4, a report with a box, and all the tables."""
    from phosres.figures import _render

    path = small()
    monkeypatch.chdir(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("planted failure")

    by_id = {record.id: record for record in _render.FIGURES}
    victim = replace(by_id["site_counts"], function=fail)
    monkeypatch.setattr(_render, "FIGURES", (victim, by_id["missingness"]))
    assert main(["run", str(path), "--out", "out"]) == PARTLY_FAILED
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert victim.id in said.err
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "planted failure" in page
    assert {p.name for p in (tmp_path / "out" / "tables").iterdir()} >= {
        f"{name}.tsv" for name in SCHEMAS
    }
    assert '"failed": [\n' in (tmp_path / "out" / "run.json").read_text("utf-8")
