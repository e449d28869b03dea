"""Tables that hold changes already: detection, scale, standard errors."""

import numpy as np
import pytest
from scipy import stats

from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples
from phosres.readers._changes import find_changes
from phosres.readers._errors import MOST_DF, estimate_errors

RNG = np.random.default_rng(7)
N = 60
CHANGE = RNG.normal(0, 0.8, N)
SE = RNG.uniform(0.1, 0.4, N)
T = CHANGE / SE
P = 2 * stats.t.sf(np.abs(T), 13.4)


def _table(**columns):
    names = list(columns)
    lines = ["\t".join(["ID", *names])]
    lines += [
        "\t".join([f"GENE{i}_S{i + 5}", *(repr(float(columns[n][i])) for n in names)])
        for i in range(len(columns[names[0]]))
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("header", "names", "beside"),
    [
        (["logFC", "AveExpr", "t", "P.Value", "adj.P.Val", "B"], [""], "adjusted p t"),
        (["log2FC", "SE", "Tvalue", "DF", "pvalue", "adj.pvalue"], [""], "adjusted df p se t"),
        (["A_vs_B_diff", "A_vs_B_p.val", "A_vs_B_p.adj"], ["A_vs_B"], "adjusted p"),
        (["N: Student's T-test Difference A_B", "N: -Log Student's T-test p-value A_B"],
         ["A_B"], "p"),
        (["Abundance Ratio (log2): (A) / (B)", "Abundance Ratio P-Value: (A) / (B)"], ["A_B"], "p"),
        (["logFC.early", "logFC.late", "P.Value.early", "P.Value.late"], ["early", "late"], "p"),
        (["log2 fold change (drug/ctrl)", "p-value"], ["drug_ctrl"], "p"),
        (["log2FoldChange", "lfcSE", "stat", "pvalue", "padj"], [""], "adjusted p se"),
        (["diff", "std.error", "statistic", "df", "p.value", "FDR"], [""], "adjusted df p se t"),
        (["logFC", "AveExpr"], [], ""),
        (["control_1", "drug_1", "P.Value", "adj.P.Val"], [], ""),
        (["T1", "T2", "P1", "P2"], [], ""),
    ],
)  # fmt: skip
def test_headers_of_programs(header, names, beside):
    """limma, MSstats, DEP, Perseus, Proteome Discoverer, DESeq2, prolfqua; samples are no changes.

    The plain fold change beside the log2 one is not read, and what has no statistic is no change.
    """
    found = find_changes(["ID", *header])
    assert [c.name for c in found] == names
    assert " ".join(sorted({b for c in found for b in c.beside})) == beside


def test_errors_and_degrees_of_freedom_come_back_from_t_and_p():
    """Standard errors are |log2fc| / |t|, and the df are those for which t has its p."""
    se, df, how = estimate_errors(CHANGE, {"t": T, "p": P})
    assert np.allclose(se, SE)
    assert np.allclose(df, 13.4, rtol=1e-6)
    assert "13.4 degrees of freedom" in how


def test_df_come_back_from_p_values_of_two_digits():
    """Rounded p values still tell the common degrees of freedom."""
    rounded = np.array([float(f"{p:.2g}") for p in P])
    _, df, _ = estimate_errors(CHANGE, {"t": T.round(4), "p": rounded})
    assert np.median(df) == pytest.approx(13.4, rel=0.05)
    assert (np.abs(df - np.median(df)) < 1e-9).mean() > 0.9


def test_p_alone_gives_p_back_by_the_normal_distribution():
    """With nothing but p the standard error is that of a normal quantile, and p is reproduced."""
    se, df, how = estimate_errors(CHANGE, {"p": P})
    assert np.allclose(2 * stats.norm.sf(np.abs(CHANGE) / se), P)
    assert (df == MOST_DF).all()
    assert "normal" in how


def test_adjusted_p_values_are_never_used(write):
    """A table with adjusted p values only is one of changes, without standard errors."""
    table = read(write(_table(logFC=CHANGE, **{"adj.P.Val": P})))
    assert table.scale == "log2_change"
    assert table.standard_errors is None


def test_a_contrast_table_is_read_as_changes(write, account):
    """Values as they stand, errors by row whatever the order of the features, a warning, rows."""
    table = read(write(_table(logFC=CHANGE, AveExpr=CHANGE + 20, t=T, **{"P.Value": P})))
    order = [int(name.split("_")[0][4:]) for name in table.values.index]
    assert np.allclose(table.values["logFC"], CHANGE[order])
    assert np.allclose(table.standard_errors["logFC"], SE[order])
    assert np.allclose(table.error_df["logFC"], 13.4)
    assert any("taken for changes" in w for w in table.warnings)
    assert account(table) == table.source.rows == N
    assert list(table.take(features=table.values.index[:3]).error_df.index) == list(
        table.values.index[:3]
    )


def test_declared_changes_need_no_statistics(write):
    """Ratio columns that the user declares are changes, one sample a column."""
    path = write(_table(early=CHANGE, late=-CHANGE))
    table = read(path, values="change")
    assert (table.scale, list(table.samples["condition"])) == ("log2_change", ["early", "late"])
    assert table.standard_errors is None
    with pytest.raises(DataError, match="a sample sheet is needed"):
        read(path)


def test_ratios_stay_ratios_unless_declared(write, sheet):
    """A table of ratios without statistics is read as one."""
    path = write(_table(a=CHANGE, b=-CHANGE))
    assert read(path, sheet(["a", "b"])).scale == "log2_ratio"
    assert read(path, sheet(["a", "b"]), values="change").scale == "log2_change"


def test_linear_fold_changes(write):
    """FC of KSEA is linear; a fold change with a sign is minus two for a half, once declared."""
    plain = read(write(_table(FC=2**CHANGE, p=P)))
    assert np.allclose(np.sort(plain.values["FC"]), np.sort(CHANGE))
    signed = np.where(CHANGE < 0, -(2**-CHANGE), 2**CHANGE)
    path = write(_table(FC=signed, p=P))
    with pytest.raises(DataError, match="no change lies between -1 and 1"):
        read(path)
    folds = read(path, scale="linear").values["FC"]
    assert np.allclose(np.sort(folds), np.sort(CHANGE))


def test_a_logarithm_of_p_is_undone_and_a_wrong_one_refused(write):
    """-log10 p gives the errors of p; numbers above 1 under 'p' are named."""
    logged = read(write(_table(log2FC=CHANGE, **{"-log10(p-value)": -np.log10(P)})))
    plain = read(write(_table(log2FC=CHANGE, **{"p-value": P})))
    assert np.allclose(logged.standard_errors, plain.standard_errors)
    with pytest.raises(DataError, match=r"p values lie between 0 and 1; 'p\.value' reaches"):
        read(write(_table(log2FC=CHANGE, **{"p.value": -np.log10(P)})))


def test_a_signed_p_value_has_no_size(write):
    """CausalPath's signed p says how sure a change is, not how large: refused for that reason."""
    with pytest.raises(DataError, match="'SignedP' says how sure each change is, not how large"):
        read(write(_table(SignedP=P * np.sign(CHANGE))))


def test_the_draft_of_a_sheet(write):
    """`init` offers the columns of changes only, named by what they compare."""
    path = write(_table(**{"logFC.late": CHANGE, "AveExpr": CHANGE + 20, "P.Value.late": P}))
    assert sketch_samples(path)[["sample", "condition"]].to_numpy().tolist() == [
        ["logFC.late", "late"]
    ]
    assert recognise(path).changes == ("late",)


def test_comparisons_below_each_other_are_laid_out_in_columns(write):
    """MSstats writes a row a site and comparison, infinite where one side was never seen."""
    rows = ["Protein,Label,log2FC,SE,Tvalue,DF,pvalue,adj.pvalue,issue,MissingPercentage"]
    for i in range(N):
        for label, sign in (("late vs pre", -1), ("early vs pre", 1)):
            if i == 3 and sign < 0:
                continue
            cells = [sign * CHANGE[i], SE[i], sign * T[i], 12, P[i], min(1, 9 * P[i])]
            rest = [*map(repr, map(float, cells)), "NA", "3" if sign > 0 else "2"]
            if i == 4:
                rest = ["Inf", "NA", "NA", "NA", "NA", "0", "oneConditionMissing", "0.5"]
            rows.append(",".join([f"P{10000 + i}_S{i + 5}", label, *rest]))
    path = write("\n".join(rows) + "\n", "t.csv")
    assert sketch_samples(path)["condition"].tolist() == ["late_vs_pre", "early_vs_pre"]
    table = read(path)
    late, early = table.values.columns
    assert (late, early) == ("log2FC late vs pre", "log2FC early vs pre")
    assert np.isnan(table.values.loc["P10003_S8", late])
    assert table.values.loc["P10003_S8", early] == pytest.approx(CHANGE[3])
    assert table.standard_errors.loc["P10005_S10", late] == pytest.approx(SE[5])
    assert (table.error_df[early].dropna() == 12).all()
    assert "P10004_S9" not in table.values.index
    assert [(x.reason, x.rows) for x in table.losses] == [
        ("no value in any sample of the sheet", 1)
    ]


def test_samples_beside_their_contrast_are_offered_as_samples(write):
    """A table with the values of four samples and their contrast is one of samples to `init`."""
    values = {f"{c}_{i}": CHANGE + 20 + i / 10 for c in ("pre", "on") for i in (1, 2)}
    path = write(_table(**values, logFC=CHANGE, AveExpr=CHANGE + 20, **{"P.Value": P}))
    assert set(values) <= set(sketch_samples(path)["sample"])
    assert recognise(path).changes == ()
    assert read(path).scale == "log2_change"
    few = {"avgAbd": CHANGE + 20, "sigma": SE, "conf.low": CHANGE - SE, "conf.high": CHANGE + SE}
    assert recognise(write(_table(diff=CHANGE, **few, **{"p.value": P}))).changes == ("diff",)
