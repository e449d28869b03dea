"""One spelling of a site: whatever a program writes is parsed to the same sites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosres.sites import Site, format_sites, parse_sites, trim_window

SITES = st.lists(
    st.builds(Site, st.integers(1, 34_350), st.sampled_from("STY")), min_size=1, max_size=4
)
SPELLINGS = [
    lambda site: str(site),
    lambda site: f"p{site}",
    lambda site: f"{site}-p",
    lambda site: f"{site}(ph)",
    lambda site: str(site).lower(),
    lambda site: f"{site}{site.residue.lower()}",
]


@given(SITES)
def test_parse_undoes_format(sites):
    """Each site once, in the order of positions."""
    assert parse_sites(format_sites(tuple(sites))) == tuple(sorted(set(sites)))


@given(SITES, st.sampled_from(SPELLINGS), st.sampled_from([";", "; ", ",", "/", "_", " ", "|"]))
def test_every_spelling_and_separator_says_the_same(sites, spell, separator):
    """Letters before and after, either case, any separator, any order."""
    text = separator.join(spell(site) for site in sites)
    assert parse_sites(text) == tuple(sorted(set(sites)))


@given(SITES, st.booleans())
def test_sites_without_a_separator(sites, lower):
    """``S235S236`` and ``t185y187`` as some programs join them."""
    text = "".join(map(str, sites))
    assert parse_sites(text.lower() if lower else text) == tuple(sorted(set(sites)))


@pytest.mark.parametrize("text", ["", "235", "K235", "SS235", "S", "RPS6", "S123456", "S0"])
def test_what_is_no_site(text):
    """A residue other than S, T and Y, no residue, no number or one that no protein has."""
    assert parse_sites(text) == ()


@given(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=7, max_size=40), st.sampled_from("STY"))
def test_windows_keep_their_centre(flank, residue):
    """Longer windows are cut, shorter ones padded with what is not known, the centre stays."""
    window = trim_window(flank + residue + flank[::-1])
    assert (len(window), window[7]) == (15, residue)
    assert window == flank[-7:] + residue + flank[::-1][:7]
    short = trim_window(flank[-4:] + residue + flank[:4])
    assert short == "???" + flank[-4:] + residue + flank[:4] + "???"
