"""Files of spectra in the layouts of the surveys, made for the tests."""

from pathlib import Path

import numpy as np
from astropy.io import fits

PIXELS = 400
LOG_WAVELENGTH = 3.70 + 1e-4 * np.arange(PIXELS)
FLUX = 100 + 10 * np.sin(np.arange(PIXELS) / 7)
IVAR = np.full(PIXELS, 0.25)


def lamost_header(**extra):
    header = fits.Header()
    header["TELESCOP"], header["ORIGIN"] = "LAMOST", "NAOC-LAMOST"
    header["OBSID"], header["HELIO"], header["VACUUM"] = 103232, True, True
    header["CLASS"], header["SUBCLASS"], header["Z"], header["Z_ERR"] = "STAR", "M3", 1e-4, 1e-5
    header["COEFF0"], header["COEFF1"] = LOG_WAVELENGTH[0], 1e-4
    for key, value in extra.items():
        header[key] = value
    return header


def write_lamost_image(path: Path, pilot: bool = False) -> Path:
    mask = np.zeros(PIXELS)
    mask[10] = 1
    third = np.ones(PIXELS) if pilot else 10**LOG_WAVELENGTH
    rows = np.stack([FLUX, IVAR, third, mask, mask]).astype(">f4")
    content = "Flux Inverse Subcontinuum Andmask Ormask" if pilot else "Flux, Inverse, Wavelength, Andmask, Ormask"
    snr = {"SN_G": 7.5} if pilot else {"SNRG": 7.5}
    fits.PrimaryHDU(rows, header=lamost_header(EXTEN0=content, **snr)).writeto(path)
    return path


def _vector_table(name, wavelength, flux, log=False, mask_name="ANDMASK"):
    n = wavelength.size
    first = fits.Column("LOGLAM" if log else "WAVELENGTH", f"{n}D", array=[np.log10(wavelength) if log else wavelength])
    columns = [
        fits.Column("FLUX", f"{n}E", array=[flux]),
        fits.Column("IVAR", f"{n}E", array=[np.full(n, 4.0)]),
        first,
        fits.Column(mask_name, f"{n}I", array=[(np.arange(n) == 3).astype(int)]),
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def write_lamost_table(path: Path) -> Path:
    table = _vector_table("COADD", 10**LOG_WAVELENGTH, FLUX)
    fits.HDUList([fits.PrimaryHDU(header=lamost_header(SNRG=7.5)), table]).writeto(path)
    return path


def write_lamost_medium(path: Path, coadded: bool = True) -> Path:
    blue, red = np.linspace(4950, 5350, 200), np.linspace(6300, 6800, 200)
    hdus = [fits.PrimaryHDU(header=lamost_header())]
    if coadded:
        hdus.append(_vector_table("COADD_B", blue, np.full(200, 2.0), log=True))
        hdus.append(_vector_table("COADD_R", red, np.full(200, 5.0), log=True))
    for minute in (84647549, 84647577):
        hdus.append(_vector_table(f"B-{minute}", blue, np.full(200, 1.0), log=True, mask_name="PIXMASK"))
        hdus.append(_vector_table(f"R-{minute}", red, np.full(200, 3.0), log=True, mask_name="PIXMASK"))
    fits.HDUList(hdus).writeto(path)
    return path


def write_sdss(path: Path) -> Path:
    bits = np.zeros(PIXELS, dtype=np.int32)
    bits[5] = 1 << 23
    bits[6] = 1 << 16

    def table(name, scale, mask):
        columns = [
            fits.Column("flux", "E", array=FLUX * scale),
            fits.Column("loglam", "E", array=LOG_WAVELENGTH),
            fits.Column("ivar", "E", array=IVAR),
            fits.Column(mask, "J", array=bits),
        ]
        return fits.BinTableHDU.from_columns(columns, name=name)

    results = fits.BinTableHDU.from_columns(
        [
            fits.Column("CLASS", "6A", array=["STAR"]),
            fits.Column("SUBCLASS", "10A", array=["M4"]),
            fits.Column("Z", "E", array=[3e-4]),
            fits.Column("Z_ERR", "E", array=[1e-5]),
            fits.Column("SN_MEDIAN", "5E", array=[[1, 2, 3, 4, 5]]),
        ],
        name="SPECOBJ",
    )
    first = fits.PrimaryHDU()
    first.header["PLATEID"], first.header["MJD"], first.header["FIBERID"] = 4055, 55359, 12
    coadd = table("COADD", 1.0, "and_mask")
    exposure = table("B1-00115342", 0.5, "mask")
    exposure.header["MJD"] = 55358
    fits.HDUList([first, coadd, results, exposure]).writeto(path)
    return path
