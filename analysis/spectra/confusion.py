"""How often composites and types are told right, on simulated spectra over light ratio and S/N."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.spectra.classification import SHARE_WINDOW, classify
from analysis.spectra.spectrum import BoolArray, Spectrum, logarithmic_grid
from analysis.spectra.templates import type_number
from analysis.stars.units import FloatArray

Progress = Callable[[int, int, str], None]
GRID_STEP = 2e-4


def mix(
    star: Spectrum,
    white_dwarf: Spectrum | None,
    share: float,
    snr: float,
    rng: np.random.Generator,
    wavelength: FloatArray | None = None,
) -> Spectrum:
    """Simulated spectrum of a star with a white dwarf that gives `share` of the light at 4400-4600 Å.

    `snr` is the median a pixel there; errors grow with the square root of the flux. Both at rest.
    """
    grid = logarithmic_grid(3800.0, 8950.0, GRID_STEP) if wavelength is None else wavelength
    light = (grid >= SHARE_WINDOW[0]) & (grid <= SHARE_WINDOW[1])
    flux = _scaled(star, grid, light) * (1 - share if white_dwarf is not None else 1.0)
    if white_dwarf is not None:
        flux = flux + share * _scaled(white_dwarf, grid, light)
    sigma = np.sqrt(np.maximum(flux, 0.02)) / snr
    return Spectrum.from_arrays(grid, flux + sigma * rng.normal(size=grid.size), 1 / sigma**2)


def composite_confusion(
    templates: Mapping[str, Spectrum],
    white_dwarfs: Mapping[str, Spectrum],
    shares: Sequence[float] = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7),
    snrs: Sequence[float] = (5.0, 10.0, 20.0, 50.0),
    number: int = 10,
    seed: int = 0,
    injected: Mapping[str, Spectrum] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Per white-dwarf `share` (of the light at 4400-4600 Å) and `snr`: what `classify` says of simulated mixtures.

    Columns: `found` (part called composite: completeness, for share 0 the false alarms), `type_right` (cool star
    within one subtype), `share_bias` and `share_scatter` of the found ones (NaN for none), `number`. `injected`
    are the white dwarfs put in, `white_dwarfs` by default; others make the test harder and truer.
    """
    rng = np.random.default_rng(seed)
    put_in = list((injected or white_dwarfs).values())
    names = list(templates)
    rows = []
    cells = [(share, snr) for share in shares for snr in snrs]
    for count, (share, snr) in enumerate(cells, start=1):
        answers = []
        for _ in range(number):
            name = names[rng.integers(len(names))]
            dwarf = put_in[rng.integers(len(put_in))] if share > 0 else None
            told = classify(mix(templates[name], dwarf, share, snr, rng), templates, white_dwarfs)
            answers.append(
                (told.composite, abs(type_number(told.star) - type_number(name)) <= 1, told.white_dwarf_share)
            )
        rows.append({"share": share, "snr": snr, **_summary(share, answers)})
        if progress is not None:
            progress(count, len(cells), f"share {share:g}, S/N {snr:g}")
    return pd.DataFrame(rows)


def type_confusion(
    templates: Mapping[str, Spectrum], snr: float = 20.0, number: int = 5, seed: int = 0
) -> pd.DataFrame:
    """Confusion matrix of types: row is the true template, column the one that `classify` takes; parts sum to 1."""
    rng = np.random.default_rng(seed)
    names = list(templates)
    counts = np.zeros((len(names), len(names)))
    for row, name in enumerate(names):
        for _ in range(number):
            told = classify(mix(templates[name], None, 0.0, snr, rng), templates).star
            counts[row, names.index(told)] += 1
    return pd.DataFrame(counts / number, index=pd.Index(names, name="true"), columns=pd.Index(names, name="told"))


def _summary(share: float, answers: list[tuple[bool, bool, float]]) -> dict[str, float]:
    found = np.array([answer[0] for answer in answers])
    offsets = np.array([answer[2] - share for answer in answers])[found]
    return {
        "found": float(found.mean()),
        "type_right": float(np.mean([answer[1] for answer in answers])),
        "share_bias": float(offsets.mean()) if found.any() else np.nan,
        "share_scatter": float(offsets.std()) if found.any() else np.nan,
        "number": float(len(answers)),
    }


def _scaled(template: Spectrum, grid: FloatArray, light: BoolArray) -> FloatArray:
    flux = np.interp(grid, template.wavelength, template.flux)
    return np.asarray(flux / np.median(flux[light]))
