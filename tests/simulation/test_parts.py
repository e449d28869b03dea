"""The parts with a formula of their own, against numbers worked out by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosres.simulation._biology import PATHWAYS
from phosres.simulation._maxquant import round_intensity
from phosres.simulation._occupancy import CHAINS, GAIN, Chain, Step, occupy
from phosres.simulation._sequence import cut_window, digest, patch_sequences

S6 = next(c for c in CHAINS if c.gene == "RPS6")


def activity(**log2: float) -> np.ndarray:
    """Activities of one subject, the same before and on treatment."""
    values = [log2.get(p, 0.0) for p in PATHWAYS]
    return np.repeat(np.array(values)[:, None, None], 2, axis=2)


def test_chain_shares_are_the_products_of_the_ratios():
    """Ratios 3 and 2 in order: 1, 3 and 6 parts of ten have 0, 1 and 2 phosphates."""
    steps = {1: Step(3.0, {"S6K": 1.0}), 5: Step(2.0, {"S6K": 1.0})}
    chain = Chain("X", 0.0, steps, ((1.0, (1, 5)),), ((1, 9, 1.0), (3, 9, 1.0)))
    usual = {(f.positions, f.peptide): 2**f.level for f in occupy(chain, activity())}
    expected = {
        ((1,), (1, 9)): Fraction(3, 10),
        ((1, 5), (1, 9)): Fraction(6, 10),
        ((5,), (3, 9)): Fraction(6, 10),
    }
    assert usual == {k: pytest.approx(float(v)) for k, v in expected.items()}
    # Half the ratios: 1.5 and 1, so 1, 1.5 and 1.5 parts of 4.
    halved = {f.positions: f.change[0, 0] for f in occupy(chain, activity(S6K=-1 / GAIN))[:2]}
    assert halved[1,] == pytest.approx(np.log2(0.375 / 0.3))
    assert halved[1, 5] == pytest.approx(np.log2(0.375 / 0.6))


@given(st.floats(-6, 6), st.floats(0.1, 3))
def test_more_s6k_means_more_phosphates_on_s6(start, step):
    """The mean number of phosphates on the whole tail rises with S6K, whatever single forms do."""

    def phosphates(s6k: float) -> float:
        tail = [f for f in occupy(S6, activity(S6K=s6k)) if f.peptide == (234, 249)]
        return sum(len(f.positions) * 2 ** (f.level + f.change[0, 0]) for f in tail)

    assert phosphates(start + step) > phosphates(start)


def test_rsk_reaches_s235_s236_and_not_s240():
    """RSK adds to the doubly phosphorylated RLSSLR, while the step to S240 keeps its ratio."""
    forms = {(f.positions, f.peptide): f for f in occupy(S6, activity(S6K=-3, RSK=2))}
    quiet = {(f.positions, f.peptide): f for f in occupy(S6, activity(S6K=-3))}
    peptide = (233, 238)
    both = (235, 236)
    assert forms[both, peptide].change[0, 0] > quiet[both, peptide].change[0, 0] + 0.5
    last = ((235, 236, 240, 244, 247), (234, 249))
    fourth = ((235, 236, 240, 244), (234, 249))
    ratio = [f[last].change[0, 0] - f[fourth].change[0, 0] for f in (forms, quiet)]
    assert ratio[0] == pytest.approx(ratio[1])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.0, 0), (7.4, 7), (99999.0, 99999), (100004.0, 100000), (123456.0, 123460), (1e7, 10**7)],
)
def test_intensities_are_rounded_to_five_digits(value, rounded):
    """Whole numbers of five significant digits, exact at powers of ten."""
    assert round_intensity(np.array([value]))[0] == rounded


def test_windows_are_padded_at_both_ends():
    """Beyond the protein's ends a window shows underscores."""
    assert cut_window("MSTK", 2) == "_" * 14 + "MSTK" + "_" * 13
    assert len(cut_window("A" * 40, 20)) == 31


@pytest.mark.parametrize(
    ("first", "last", "peptide"),
    [(5, 5, "AASAAAAK"), (5, 15, "AASAAAAKAATPAAAR"), (20, 20, "GSKPGGGG")],
)
def test_digest_cleaves_behind_k_and_r_but_not_before_p(first, last, peptide):
    """The tryptic peptide around the sites ends at K or R, unless P follows."""
    sequence = "MKAASAAAAKAATPAAAR" + "GSKPGGGG"
    start, end = digest(sequence, first, last)
    assert sequence[start - 1 : end] == peptide


def test_short_peptides_keep_a_missed_cleavage():
    """A peptide of fewer than seven residues takes in its neighbour."""
    sequence = "MAAAAAAKASKAAAAAAAK"
    start, end = digest(sequence, 10, 10)
    assert sequence[start - 1 : end] == "MAAAAAAKASK"


def test_filler_is_never_phosphorylatable_and_does_not_depend_on_the_order():
    """Between the curated windows no S, T or Y appears, and sequences are reproducible."""
    from phosres import knowledge

    sites = [s for s in knowledge.load().sites.values() if s.gene in ("RPS6", "CAD")]
    sequences = patch_sequences(sites)
    assert sequences == patch_sequences(reversed(sites))
    assert sequences["P62753"].endswith("RLSSLRASTSKSESSQK")
    assert len(sequences["P62753"]) == 249
    known = {p for s in sites if s.gene == "CAD" for p in range(s.position - 7, s.position + 8)}
    filler = "".join(r for i, r in enumerate(sequences["P27708"], 1) if i not in known)
    assert not set(filler) & set("STYR_")
