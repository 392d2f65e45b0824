"""HEALPix pixels against Gaia's own identifiers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.simulate.healpix import nested_pixel

# source_id, ra, dec (deg) of Gaia BH1, BH2 and BH3 (El-Badry et al. 2023; Gaia Collaboration 2024).
KNOWN = [
    (4373465352415301632, 262.171208, -0.581092),
    (5870569352746779008, 207.569738, -59.239005),
    (4318465066420528000, 294.827850, 14.930918),
]


@pytest.mark.parametrize(("source_id", "ra", "dec"), KNOWN)
def test_the_pixel_of_a_gaia_black_hole_is_in_its_source_id(source_id, ra, dec):
    assert nested_pixel(ra, dec) == source_id // 34359738368


def test_real_gaia_positions_give_the_pixel_of_their_source_id(real_dir):
    table = pd.read_parquet(real_dir / "gaia" / "gaia_dr3_200pc_10k.parquet", columns=["source_id", "ra", "dec"])
    agree = nested_pixel(table.ra, table.dec) == table.source_id.to_numpy() // 34359738368
    # Ids were given from earlier positions, so that stars close to a border may lie beyond it.
    assert agree.mean() > 0.985


def test_published_positions_all_over_the_sky_give_the_coarse_pixel(shared_dir):
    table = pd.read_csv(shared_dir / "tables" / "hcsc_candidates.csv", comment="#")
    coarse = table.source_id.astype("int64").to_numpy() // 34359738368 >> 8
    agree = nested_pixel(table.ra_deg, table.dec_deg, level=8) == coarse
    assert agree.mean() > 0.9


def test_pixels_have_equal_areas():
    rng = np.random.default_rng(1)
    ra, dec = rng.uniform(0, 360, 400_000), np.degrees(np.arcsin(rng.uniform(-1, 1, 400_000)))
    counts = np.bincount(nested_pixel(ra, dec, level=3), minlength=768)
    assert counts.size == 768
    expected = 400_000 / 768
    assert np.sum((counts - expected) ** 2 / expected) < 768 + 5 * np.sqrt(2 * 768)


@given(st.floats(0, 359.999), st.floats(-90, 90), st.integers(1, 12))
def test_a_pixel_lies_inside_its_parent(ra, dec, level):
    child, parent = nested_pixel(ra, dec, level), nested_pixel(ra, dec, level - 1)
    assert 0 <= child < 12 * 4**level
    assert child // 4 == parent


def test_the_twelve_base_pixels_meet_where_healpix_puts_them():
    # Gorski et al. 2005, Fig. 4: faces 0-3 north, 4-7 on the equator (4 centred on ra 0), 8-11 south.
    ra = np.array([45.0, 135.0, 225.0, 315.0, 0.0, 90.0, 180.0, 270.0, 45.0, 135.0, 225.0, 315.0])
    dec = np.repeat([60.0, 0.0, -60.0], 4)
    assert nested_pixel(ra, dec, level=0).tolist() == list(range(12))
