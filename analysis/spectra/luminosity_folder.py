"""Luminosities of a folder of hot stars, with the columns of Xiang et al. 2021, Table 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.spectra.batch import Progress
from analysis.spectra.emission import fit_without_emission
from analysis.spectra.luminosity import LuminosityEstimator
from analysis.spectra.ob_catalogue import ob_catalogue
from analysis.spectra.reading import read
from analysis.spectra.spectrum import SpectrumError
from analysis.spectra.spectrum_index import SpectrumIndex
from analysis.spectra.stacks import SpectrumStack, stack_spectra

KEYS = ("source_id", "obsid", "designation", "ra", "dec")
NEEDED = ("k_m", "k_msigcom", "parallax", "parallax_error")
FLAG_COMPONENTS = 20


def luminosity_folder(
    folder: str | Path,
    catalogue: pd.DataFrame,
    output: str | Path | None = None,
    model: str | Path | None = None,
    components: int = 100,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a star with a spectrum: M_Ks, distance, extinction, binary and emission flag; and the failures.

    Stars of `catalogue` (k_m, k_msigcom in mag, zero-point corrected parallax and parallax_error in mas; perhaps ebv,
    ebv_error) are matched to spectra by identifiers or place; of several the one of highest S/N counts. The networks
    are those of the folder `model` where it is there, else trained on these stars and written to it. Raises KeyError
    for missing columns, ValueError where too few stars pass the cuts of training, SpectrumError for a folder without
    spectra.
    """
    missing = [name for name in NEEDED if name not in catalogue]
    if missing:
        raise KeyError(f"no column {missing[0]}: the catalogue has {', '.join(map(str, catalogue.columns))}")
    stack, table, failures = _match(folder, catalogue, progress)
    _, flags = fit_without_emission(stack, min(FLAG_COMPONENTS, len(stack) // 4), source=Path(folder).name)
    if model is not None and Path(model).is_dir():
        estimator = LuminosityEstimator.load(model)
    else:
        estimator = LuminosityEstimator(components).fit(stack, table, flags.emission, progress)
        if model is not None:
            estimator.save(model)
    found = ob_catalogue(estimator.estimate(stack, flags.emission), flags.emission, stack, table)
    extra = [name for name in ("bp_rp", "phot_g_mean_mag", "teff", "obsid", "designation") if name in table]
    found = found.assign(bad=flags.bad.astype(np.int64), **{name: table[name].to_numpy() for name in extra})
    if output is not None:
        found.to_csv(output, index=False)
    return found, failures


def _match(
    folder: str | Path, catalogue: pd.DataFrame, progress: Progress | None
) -> tuple[SpectrumStack, pd.DataFrame, pd.DataFrame]:
    index = SpectrumIndex.from_folder(folder, progress)
    failures = [{"path": str(path), "problem": problem} for path, problem in index.failures.items()]
    keys = [name for name in KEYS if name in catalogue]
    rows: list[int] = []
    stacks: list[SpectrumStack] = []
    for row, star in enumerate(catalogue[keys].to_dict("records")):
        best: SpectrumStack | None = None
        for path in index.find(**{str(name): value for name, value in star.items()}).paths:
            try:
                one = stack_spectra({path.name: read(path)})
            except (SpectrumError, ValueError) as error:
                failures.append({"path": str(path), "problem": str(error)})
                continue
            if best is None or one.snr()[0] > best.snr()[0]:
                best = one
        if best is not None:
            rows.append(row)
            stacks.append(best)
        if progress is not None:
            progress(row + 1, len(catalogue), "stars matched")
    if len(rows) < 3:
        raise SpectrumError(
            folder, f"{len(rows)} of {len(catalogue)} stars have a spectrum there", "Check the catalogue"
        )
    first = stacks[0]
    whole = SpectrumStack(
        first.wavelength,
        np.concatenate([one.flux for one in stacks]),
        np.concatenate([one.ivar for one in stacks]),
        tuple(name for one in stacks for name in one.names),
        first.normalisation,
        first.width,
        first.velocity,
    )
    return whole, catalogue.iloc[rows].reset_index(drop=True), pd.DataFrame(failures, columns=["path", "problem"])
