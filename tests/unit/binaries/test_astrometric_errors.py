import numpy as np
import pytest

from analysis.binaries import along_scan_error


@pytest.mark.parametrize(
    ("g", "sigma"),
    [(6, 0.196), (8, 0.218), (10, 0.157), (12, 0.146), (14, 0.172), (16, 0.394), (18, 1.186), (20, 4.781)],
)
def test_the_error_of_one_observation_follows_lindegren_et_al_2021(g, sigma):
    assert along_scan_error(g) == pytest.approx(sigma, rel=0.02)


def test_outside_the_published_magnitudes_no_error_is_known():
    assert np.isnan(along_scan_error(np.array([4.9, 21.1, np.nan]))).all()


@pytest.mark.real
def test_the_table_follows_the_digitised_curve(real_dir):
    curve = np.loadtxt(real_dir / "reference" / "scatteral_edr3.csv", delimiter=",")
    curve = curve[(curve[:, 0] > 5) & (curve[:, 0] < 21)]
    ratio = np.log(along_scan_error(curve[:, 0]) / curve[:, 1])
    assert np.std(ratio) < 0.05
    assert np.abs(ratio).max() < 0.2
