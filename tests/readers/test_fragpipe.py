import numpy as np
import pytest

from phosres.readers import read, recognise

AB = ["A_1", "B_1"]


def _table(header, *rows):
    return "\n".join("\t".join(r) for r in [header, *rows]) + "\n"


_LFQ = ["Index", "Gene", "Protein", "Protein ID", "Peptide", "Best Localization Probability"]
_LFQ += [f"{s} {w}" for w in ("Localization Probability", "Intensity", "MaxLFQ Intensity")
         for s in AB]  # fmt: skip


def _lfq(accession, site, best, intensity, maxlfq, prefix="sp"):
    name = f"{prefix}|{accession}|RS6_HUMAN"
    ids = [f"{accession}_{site}", "RPS6", name, accession, "RLsSLR;LsSLR", best]
    return [*ids, best, "0", *intensity, *maxlfq]


def test_ionquant_prefers_maxlfq_and_filters_localisation(write, sheet, account):
    """MaxLFQ is read, 0 is missing, class II sites and contaminants are dropped and counted."""
    path = write(
        _table(
            _LFQ,
            _lfq("P62753", "S235", "0.98", ["9", "9"], ["1024", "2048"]),
            _lfq("P62753", "S240", "0.76", ["9", "9"], ["4096", "0"]),
            _lfq("P62753", "S244", "0.74", ["9", "9"], ["1024", "2048"]),
            _lfq("P02769", "S11", "1", ["9", "9"], ["1024", "2048"], prefix="contam_sp"),
            _lfq("P62753", "S247", "0.9", ["9", "9"], ["0", "0"]),
        )
    )
    found = recognise(path)
    assert (found.format.name, found.samples) == ("fragpipe_lfq", ("A_1", "B_1"))
    table = read(path, sheet(AB))
    assert list(table.features.index) == ["RPS6_S235", "RPS6_S240"]
    assert np.allclose(table.values, [[10, 11], [12, np.nan]], equal_nan=True)
    assert [(x.step, x.rows) for x in table.losses] == [
        ("contaminants", 1),
        ("localization", 1),
        ("values", 1),
    ]
    assert account(table) == table.source.rows == 5


def test_ionquant_falls_back_to_intensity_for_the_whole_table(write, sheet):
    """Without MaxLFQ columns the intensities are read."""
    keep = [at for at, h in enumerate(_LFQ) if "MaxLFQ" not in h]
    rows = [_LFQ, _lfq("P62753", "S235", "0.98", ["1024", "2048"], ["1", "1"])]
    path = write(_table(*[[row[at] for at in keep] for row in rows]))
    assert np.allclose(read(path, sheet(AB)).values, [[10, 11]])


def test_ionquant_without_ptmprophet_has_no_localisation(write, sheet):
    """Probabilities that are all zero say nothing: nothing is dropped and the user is warned."""
    path = write(_table(_LFQ, _lfq("P62753", "S235", "0", ["1", "1"], ["1024", "2048"])))
    table = read(path, sheet(AB))
    assert table.n_features == 1
    assert "no localisation probabilities" in table.warnings[-1]


_TMT = ["Index", "Gene", "ProteinID", "Peptide", "SequenceWindow", "Start", "End", "MaxPepProb"]
_TMT += ["ReferenceIntensity", *AB]
_WINDOW = "AKRRRLS.SLRAsTsK.SESSQK_"


def _multi(tail, peptide, window, values, *, accession="P62753", start="236"):
    index = f"{accession}_{tail}"
    ids = [index, "RPS6", accession.removeprefix("Cont_"), peptide, window, start, "243", "1"]
    return [*ids, "15.5", *values]


def test_multi_site_rows_keep_sites_and_phosphates(write, sheet, account):
    """Localised sites are one feature; rows without any are dropped and counted."""
    path = write(
        _table(
            _TMT,
            _multi("240_242_2_2_S240T242", "SLRAsGtK", "AKRRRLS.SLRAsGtK.SESSQK_", ["15.5", "16"]),
            _multi("240_242_2_1_S240", "SLRAsGTK", "AKRRRLS.SLRAsGTK.SESSQK_", ["17", "NA"]),
            _multi("240_242_1_1_S240", "SLRAsGTK", "AKRRRLS.SLRAsGTK.SESSQK_", ["14", "13"]),
            _multi("240_242_1_0", "SLRASGTK", "AKRRRLS.SLRASGTK.SESSQK_", ["14", "13"]),
            _multi(
                "2_9_1_1_S2", "AsK", "_______.AsK.AAAAAAA", ["14", "13"],
                accession="Cont_P00761", start="1",
            ),
        )
    )  # fmt: skip
    assert recognise(path).samples == ("A_1", "B_1")
    table = read(path, sheet(AB))
    assert table.source.format == "fragpipe_tmt"
    assert (table.source.original_scale, table.scale) == ("log2", "log2_intensity")
    assert list(table.features.index) == ["RPS6_S240.T242_M2", "RPS6_S240_M1", "RPS6_S240_M2"]
    assert list(table.features["window"]) == [
        "RLSSLRASGTKSESS;SSLRASGTKSESSQK",
        "RLSSLRASGTKSESS",
        "RLSSLRASGTKSESS",
    ]
    assert [(x.reason, x.rows) for x in table.losses] == [
        ("contaminant", 1),
        ("phosphosite not localised (Index ends in _<phosphates>_0)", 1),
    ]
    assert account(table) == table.source.rows == 5
    assert not [w for w in table.warnings if "off by one" in w]


def test_positions_off_by_one_are_reported(write, sheet):
    """FragPipe 21.0 wrote positions off by one: the peptide and Start tell."""
    path = write(
        _table(
            _TMT,
            _multi("241_241_1_1_S241", "SLRAsGTK", "AKRRRLS.SLRAsGTK.SESSQK_", ["14", "13"]),
        )
    )
    (warning,) = [w for w in read(path, sheet(AB)).warnings if "off by one" in w]
    assert warning.startswith("1 rows: the position in Index is not where")


def test_single_site_linear_and_ratio_tables(write, sheet):
    """Linear abundances and log2 ratios are told from the values."""
    single = _multi("S240", "SLRAsGTK", "RLSSLRAsGTKSESS", ["1024", "4096"])
    table = read(write(_table(_TMT, single)), sheet(AB))
    assert list(table.features["window"]) == ["RLSSLRASGTKSESS"]
    assert np.allclose(table.values, [[10, 12]])
    ratio = _multi("S240", "SLRAsGTK", "RLSSLRAsGTKSESS", ["-0.5", "0.25"])
    table = read(write(_table(_TMT, ratio)), sheet(AB))
    assert (table.scale, table.values.iloc[0, 0]) == ("log2_ratio", -0.5)


@pytest.mark.parametrize(
    "owner",
    [
        "ENSP00000369757.4",
        "ENSP00000369757.4|ENST00000380394.9|ENSG00000137154.13|-|-|RPS6-201|RPS6|249",
    ],
)
def test_old_multi_site_tables(write, sheet, owner):
    """Old tables have no window, Start and End, and Ensembl identifiers."""
    row = _multi("1_9_1_1_S5", "SLRAsGTK", "", ["14", "13"])
    keep = [at for at, h in enumerate(_TMT) if h not in ("SequenceWindow", "Start", "End")]
    row[2] = "ENSP00000369757.4"
    row[0] = f"{owner}_236_243_1_1_S240"
    path = write(_table([_TMT[at] for at in keep], [row[at] for at in keep]))
    table = read(path, sheet(AB))
    assert list(table.features["sites"]) == ["S240"]
    assert list(table.features["protein"]) == ["ENSP00000369757.4"]


@pytest.mark.parametrize("folder", ["D:\\data\\phos\\", "/data/phos/"])
def test_dia_site_report(write, sheet, account, folder):
    """Run columns lose folder and ending; the multiplicity comes from its column."""
    head = ["Index", "Gene", "ProteinID", "Peptide", "SequenceWindow", "Multiplicity"]
    head += ["Best Localization", "Best Scan for Localization", "Best Precursor for Quant"]
    head += [f"{folder}{s}_uncalibrated.mzML" for s in AB]
    ids = ["RPS6", "P62753", "SLRAsGTK", "RLSSLRAsGTKSESS"]
    path = write(
        _table(
            head,
            ["P62753_S240", *ids, "1", "0.99", "A.1", "x2", "1024", "0"],
            ["P62753_S240", *ids, "2", "0.99", "A.1", "x2", "2048", ""],
            ["P62753_S247", *ids, "2", "0.5", "A.1", "x2", "2048", ""],
        )
    )
    assert recognise(path).samples == ("A_1", "B_1")
    table = read(path, sheet(["A_1"]))
    assert table.source.format == "fragpipe_dia"
    assert list(table.features.index) == ["RPS6_S240_M1", "RPS6_S240_M2"]
    assert account(table) == 3


def test_reference_channels_in_the_sheet_are_named(write, sheet):
    """A pool is a mixture of the samples and no sample."""
    row = _multi("S240", "SLRAsGTK", "RLSSLRAsGTKSESS", ["14", "13"])
    text = _table(_TMT, row)
    samples = ["pool_1", "B"]
    head, _, rest = text.partition("\n")
    cells = head.split("\t")
    cells[-2] = "pool_1"
    table = read(write("\t".join(cells) + "\n" + rest), sheet([samples[0], cells[-1]]))
    assert any("'pool_1' look like reference channels" in w for w in table.warnings)
