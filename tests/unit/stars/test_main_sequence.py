import gzip

import numpy as np
import pytest

from analysis.stars import (
    MainSequence,
    height_above_main_sequence,
    in_main_sequence_mask,
    mean_dwarfs,
    read_isochrone,
)


def test_mean_dwarfs_fade_and_shrink_towards_the_red():
    table = mean_dwarfs()
    assert len(table) > 35
    assert (np.diff(table["bp_rp"]) > 0).all()
    for falling in ("mass", "teff", "radius"):
        assert (np.diff(table[falling]) < 0).all()
    assert (np.diff(table["absolute_g"]) >= 0).all()


def test_the_sun_lies_on_the_main_sequence():
    # Casagrande & VandenBerg 2018: the Sun has M_G 4.67 and BP-RP 0.82
    assert height_above_main_sequence(0.82, 4.67) == pytest.approx(0, abs=0.1)
    sun = mean_dwarfs().set_index("spectral_type").loc["G2"]
    assert sun["mass"] == pytest.approx(1, abs=0.02)
    assert sun["teff"] == pytest.approx(5772, abs=30)


def test_equal_twins_stand_three_quarters_of_a_magnitude_above():
    bp_rp = np.array([0.5, 1.0, 2.0])
    line = np.interp(bp_rp, MainSequence.of_mean_dwarfs().bp_rp, MainSequence.of_mean_dwarfs().absolute_g)
    assert height_above_main_sequence(bp_rp, line - 2.5 * np.log10(2)) == pytest.approx([0.7526] * 3, abs=1e-4)


def test_outside_the_colours_of_the_sequence_no_height_is_known():
    assert np.isnan(height_above_main_sequence(np.array([-1.0, 6.0, np.nan]), 5.0)).all()
    assert np.isnan(height_above_main_sequence(1.0, np.nan))


@pytest.mark.parametrize(
    ("bp_rp", "absolute_g", "inside"),
    [
        (0.7, 3.0, True),
        (0.9, 5.0, True),
        (1.5, 7.5, True),
        (1.3, 4.5, False),
        (0.6, 6.0, False),
        (1.1, 3.0, False),
        (0.3, 3.0, False),
        (1.5, 8.5, False),
        (0.7, 1.0, False),
        (np.nan, 3.0, False),
        (0.7, np.nan, False),
    ],
)
def test_the_mask_of_andrew_et_al_holds_the_main_sequence(bp_rp, absolute_g, inside):
    assert in_main_sequence_mask(bp_rp, absolute_g) == inside


def test_the_mask_has_the_area_of_its_polygon():
    rng = np.random.default_rng(0)
    bp_rp, absolute_g = rng.uniform(0, 2.5, 200_000), rng.uniform(1, 9, 200_000)
    # shoelace by hand: upper part 0.6 x 2, lower part a trapezium of widths 0.6 and 0.8 and height 4
    assert in_main_sequence_mask(bp_rp, absolute_g).mean() * 2.5 * 8 == pytest.approx(1.2 + 2.8, rel=0.02)


MIST = """# MIST version number = 1.2
# EEP log10_isochrone_age_yr initial_mass Gaia_G_EDR3 Gaia_BP_EDR3 Gaia_RP_EDR3 phase
1 9.0 0.1 14.0 16.0 12.0 -1
2 9.0 0.5 8.0 9.0 7.0 0
3 9.0 1.0 4.8 5.2 4.4 0
4 9.0 2.0 1.5 1.6 1.4 0
5 9.0 2.1 1.0 1.3 0.8 0
6 9.0 2.2 0.5 1.5 0.2 2
1 10.0 0.5 7.9 8.9 6.9 0
2 10.0 0.9 5.0 5.5 4.5 0
"""

PARSEC = """# header
# Zini logAge Mini label Gmag G_BPmag G_RPmag
0.0152 9.0 0.5 1 8.0 9.0 7.0
0.0152 9.0 1.0 1 4.8 5.2 4.4
0.0152 9.0 2.0 3 1.5 1.9 1.0
"""


def test_a_mist_isochrone_gives_its_main_sequence_up_to_the_turn(tmp_path):
    (tmp_path / "a.iso.cmd").write_text(MIST)
    line = read_isochrone(tmp_path / "a.iso.cmd")
    assert line.bp_rp == pytest.approx([0.2, 0.8, 2.0])
    assert line.absolute_g == pytest.approx([1.5, 4.8, 8.0])
    old = read_isochrone(tmp_path / "a.iso.cmd", log_age=9.9)
    assert old.absolute_g == pytest.approx([5.0, 7.9])


def test_a_parsec_isochrone_and_a_compressed_one_are_read(tmp_path):
    with gzip.open(tmp_path / "p.dat.gz", "wt") as file:
        file.write(PARSEC)
    line = read_isochrone(tmp_path / "p.dat.gz")
    assert line.bp_rp == pytest.approx([0.8, 2.0])
    assert height_above_main_sequence(0.8, 4.0, line) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column names"),
        ("1 2 3\n", "column names"),
        ("# a b c\n1 2 3\n", "no Gaia BP"),
        ("# G_BPmag G_RPmag Gmag label\n1 0.5 1 1\n1 0.5 1 3\n", "no main sequence"),
    ],
)
def test_a_file_that_is_no_isochrone_is_refused_by_name(tmp_path, text, message):
    (tmp_path / "odd.dat").write_text(text)
    with pytest.raises(ValueError, match=f"odd.dat.*{message}"):
        read_isochrone(tmp_path / "odd.dat")


def test_a_sequence_must_rise_in_colour():
    with pytest.raises(ValueError, match="must rise"):
        MainSequence(np.array([1.0, 0.5]), np.array([5.0, 4.0]), "mine")
    with pytest.raises(ValueError, match="two or more"):
        MainSequence(np.array([1.0]), np.array([5.0]), "mine")


@pytest.mark.real
def test_a_real_mist_isochrone_lies_a_little_below_the_older_field(real_dir):
    line = read_isochrone(real_dir / "reference" / "mist_isochrone_140Myr.dat.gz")
    field = MainSequence.of_mean_dwarfs()
    colours = np.linspace(0.4, 1.4, 20)
    height = height_above_main_sequence(colours, np.interp(colours, field.bp_rp, field.absolute_g), line)
    assert np.median(height) == pytest.approx(0.3, abs=0.2)
