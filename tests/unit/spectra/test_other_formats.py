"""FITS files that no reader of ours knows: through specutils, or with a sentence on how to get it."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.nddata import StdDevUncertainty

from analysis.spectra import SpectrumError, read, read_exposures

FLUX = 3 + np.sin(np.arange(50) / 5)


def write_image(path, kind="WAVE"):
    """A spectrum as one row of pixels, with a linear axis from 500 nm by 0.2 nm."""
    header = fits.Header({"CRVAL1": 500.0, "CDELT1": 0.2, "CRPIX1": 1.0, "CTYPE1": kind, "CUNIT1": "nm"})
    header["BUNIT"], header["OBJECT"] = "Jy", "HD 1"
    fits.PrimaryHDU(FLUX, header).writeto(path)
    return path


def write_table(path):
    """A spectrum as a table under the names of specutils, with errors of 0.1."""
    columns = [
        fits.Column("spectral_axis", "D", unit="um", array=0.5 + 2e-4 * np.arange(50)),
        fits.Column("flux", "D", unit="Jy", array=FLUX),
        fits.Column("uncertainty", "D", unit="Jy", array=np.full(50, 0.1)),
    ]
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(path)
    return path


@pytest.fixture
def _specutils():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("specutils", reason="specutils (the extra spectra) is not installed")


@pytest.mark.usefixtures("_specutils")
def test_an_image_opens_in_vacuum_angstroms(tmp_path) -> None:
    spectrum = read(write_image(tmp_path / "row.fits"))
    assert spectrum.wavelength == pytest.approx(5000 + 2 * np.arange(50))
    assert spectrum.flux == pytest.approx(FLUX)
    assert spectrum.good.all()
    assert spectrum.meta["designation"] == "HD 1"
    assert read_exposures(tmp_path / "row.fits") == []


@pytest.mark.usefixtures("_specutils")
def test_air_wavelengths_are_converted(tmp_path) -> None:
    spectrum = read(write_image(tmp_path / "air.fits", "AWAV"))
    # 5000 Å in air are 5001.39 Å in vacuum (Ciddor 1996, by the converters of VALD and NIST)
    assert spectrum.wavelength[0] == pytest.approx(5001.39, abs=0.01)


@pytest.mark.usefixtures("_specutils")
def test_a_table_brings_its_errors(tmp_path) -> None:
    spectrum = read(write_table(tmp_path / "table.fits"))
    assert spectrum.wavelength == pytest.approx(5000 + 2 * np.arange(50))
    assert spectrum.flux == pytest.approx(FLUX)
    assert spectrum.ivar == pytest.approx(np.full(50, 100.0))


@pytest.mark.usefixtures("_specutils")
def test_a_file_that_nobody_knows_is_named(tmp_path) -> None:
    path = tmp_path / "odd.fits"
    fits.BinTableHDU.from_columns([fits.Column("A", "D", array=[1.0])]).writeto(path)
    with pytest.raises(SpectrumError, match=r"odd\.fits: a FITS file of unknown kind with a table \(A\)") as raised:
        read(path)
    assert "specutils cannot read it either" in str(raised.value)


def test_without_specutils_the_sentence_names_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "specutils", None)
    with pytest.raises(SpectrumError, match="unknown kind") as raised:
        read(write_image(tmp_path / "row.fits"))
    assert 'for more formats add specutils (install "penumbra-vetting[spectra]")' in str(raised.value)


def stand_in(monkeypatch, **changes) -> None:
    """Put a reader in the place of specutils that finds this spectrum in every file."""
    found = {
        "flux": FLUX * u.Jy, "spectral_axis": np.linspace(600, 500, 50) * u.THz, "mask": np.arange(50) == 7,
        "uncertainty": StdDevUncertainty(np.full(50, 0.5)), "meta": {}, **changes,
    }  # fmt: skip
    reader = SimpleNamespace(read=lambda _path: SimpleNamespace(**found))
    monkeypatch.setitem(sys.modules, "specutils", SimpleNamespace(Spectrum=reader))


def test_frequencies_masks_and_errors_are_taken_over(tmp_path, monkeypatch) -> None:
    stand_in(monkeypatch)
    spectrum = read(write_image(tmp_path / "row.fits"))
    # c / 600 THz = 499.654 nm
    assert spectrum.wavelength[0] == pytest.approx(4996.541, abs=1e-3)
    assert list(np.flatnonzero(~spectrum.good)) == [7]
    assert set(spectrum.ivar) == {4.0}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"flux": np.ones((3, 50)) * u.Jy}, "spectra of shape (3, 50)"),
        ({"spectral_axis": np.arange(50) * u.pix}, "spectral axis is in pix"),
    ],
)
def test_what_cannot_be_one_spectrum_is_refused(tmp_path, monkeypatch, changes, says) -> None:
    stand_in(monkeypatch, **changes)
    with pytest.raises(SpectrumError) as raised:
        read(write_image(tmp_path / "row.fits"))
    assert says in str(raised.value)
