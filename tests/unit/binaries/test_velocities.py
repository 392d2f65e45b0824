import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.table import Table

from analysis.binaries import RadialVelocities, read_velocities, stars_with_velocities
from analysis.light_curves import SeriesError


def test_two_instruments_are_kept_apart(real_dir):
    velocities = read_velocities(real_dir / "radial_velocities" / "2MASSJ05215658_thompson2019.csv")
    assert len(velocities) == 14
    assert velocities.instruments == ("TRES", "APOGEE")
    assert velocities.time_scale == "HJD"
    # The range within one instrument: TRES from -44.863 to 43.782 km/s.
    assert velocities.half_delta_vr == pytest.approx(0.5 * (43.782 + 44.863))


def test_flags_and_components_of_a_double_lined_binary(real_dir):
    path = real_dir / "radial_velocities" / "THOR42_RV.txt"
    first, second = read_velocities(path), read_velocities(path, component=2)
    assert len(first) == len(second) == 52
    assert first.meta["flagged_rows"] == 13
    assert first.velocity[0] == 65.5
    assert (second.velocity[0], second.velocity_error[0]) == (-85.3, 5.3)
    assert first.time_scale == "BJD-2450000"
    everything = read_velocities(path, component=2, keep_flagged=True)
    assert len(everything) == 63  # two more have an error of 999
    assert everything.meta["missing_rows"] == 2


def test_apogee_visits_of_one_star(real_dir):
    path = real_dir / "radial_velocities" / "twoface_test-allVisit.fits"
    stars = stars_with_velocities(path)
    assert sum(stars.values()) == 256
    velocities = read_velocities(path, star="2M00000032+5737103")
    assert len(velocities) == stars["2M00000032+5737103"]
    assert velocities.instruments == ("apo25m",)
    assert velocities.time[0] > 2.45e6
    with fits.open(path) as hdus:
        rows = hdus[1].data[hdus[1].data["APOGEE_ID"] == "2M00000032+5737103"]
        assert sorted(velocities.velocity) == pytest.approx(sorted(rows["VHELIO"]))
    with pytest.raises(SeriesError, match="74 stars in column APOGEE_ID"):
        read_velocities(path)


def test_velocities_of_mu_2022_by_the_number_of_the_star(shared_dir):
    path = shared_dir / "tables" / "table3.csv"
    assert stars_with_velocities(path) == {"5": 6, "7": 16}
    assert read_velocities(path, star=5).half_delta_vr == pytest.approx(124.0)
    with pytest.raises(SeriesError, match="no star 6"):
        read_velocities(path, star=6)


@pytest.mark.parametrize(
    "text",
    [
        "time,velocity,velocity_error\n2459000.5,12.5,1.5\n2459001.5,13.5,1.5\n",
        "jd rv_m_s e_rv_m_s\n2459000.5 12500 1500\n2459001.5 13500 1500\n",
        "BJD;RV [m/s];RV_err [m/s]\n2459000.5;12500;1500\n2459001.5;13500;1500\n",
        "bjd\tvrad\tsigma\n2459000.5\t12.5\t1.5\n2459001.5\t13.5\t1.5\n",
    ],
)
def test_names_and_units_of_many_tables(tmp_path, text):
    path = tmp_path / "rv.txt"
    path.write_text(text)
    velocities = read_velocities(path)
    assert velocities.velocity == pytest.approx([12.5, 13.5])
    assert velocities.velocity_error == pytest.approx(1.5)


def test_units_of_ecsv_and_fits_tables_are_used(tmp_path):
    table = Table({"mjd": [59000.0, 59001.0], "rv": [100.0, 300.0], "rv_error": [20.0, 30.0]})
    for name in ("rv", "rv_error"):
        table[name].unit = u.m / u.s
    for path in (tmp_path / "rv.ecsv", tmp_path / "rv.fits"):
        table.write(path)
        velocities = read_velocities(path)
        assert velocities.velocity == pytest.approx([0.1, 0.3])
        assert velocities.time_scale == "MJD"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,height\n1,2\n", "no column of velocity"),
        ("time,rv\n1,2\n", "no column of velocity error"),
        ("time,rv,rv_err\n1,,1\n", "no row has"),
        ("time,rv,rv_err\n1,fast,1\n", "'fast' in data row 1"),
    ],
)
def test_a_bad_table_says_what_it_lacks(tmp_path, text, said):
    path = tmp_path / "rv.csv"
    path.write_text(text)
    with pytest.raises(SeriesError, match=said) as caught:
        read_velocities(path)
    assert str(path) in str(caught.value)


def test_rows_are_sorted_and_quantities_converted():
    velocities = RadialVelocities.from_arrays(
        [2.0, 1.0, np.nan] * u.d, [2000.0, 1000.0, 5.0] * u.m / u.s, 100 * u.m / u.s, "LAMOST"
    )
    assert velocities.time.tolist() == [1.0, 2.0]
    assert velocities.velocity.tolist() == [1.0, 2.0]
    assert velocities.velocity_error.tolist() == [0.1, 0.1]
    assert velocities.meta["missing_rows"] == 1


def test_errors_that_are_not_positive_are_refused():
    with pytest.raises(ValueError, match=r"velocity_error\[1\] is 0.0"):
        RadialVelocities.from_arrays([1, 2], [3, 4], [1.0, 0.0])
