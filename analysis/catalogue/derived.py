"""Columns computed from others: absolute magnitudes, half velocity ranges, mass functions, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.binaries import companion_mass, mass_function, minimum_period, semi_amplitude_limit
from analysis.catalogue import derived_triage as triage
from analysis.catalogue.errors import DataError
from analysis.stars import mass_from_absolute_k

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Recipe:
    """How a column follows from others; it is made where all of `inputs` are there.

    Inputs are columns of numbers, those named in `texts` as they are.
    """

    name: str
    inputs: tuple[str, ...]
    compute: Callable[..., Any]
    texts: tuple[str, ...] = ()


def _absolute(magnitude: NDArray[Any], parallax: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(magnitude + 5 * np.log10(np.where(parallax > 0, parallax, np.nan)) - 10)


def _ratio(over: NDArray[Any], under: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(over / np.where(under > 0, under, np.nan))


def _half(values: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(values * values.dtype.type(0.5) if values.dtype.kind == "f" else values / 2)


def _edge_on_mass(f: NDArray[Any], primary_mass: NDArray[Any]) -> Any:
    return companion_mass(f, primary_mass)


def _blended(bp_blended: NDArray[Any], rp_blended: NDArray[Any], bp: NDArray[Any], rp: NDArray[Any]) -> NDArray[Any]:
    blended, observed = (np.asarray(a, dtype=np.float32) + b for a, b in ((bp_blended, rp_blended), (bp, rp)))
    return _ratio(blended, observed)


def _contaminated(bp: NDArray[Any], rp: NDArray[Any]) -> NDArray[Any]:
    wide = np.float32 if "f" in (bp.dtype.kind, rp.dtype.kind) else np.int32
    return np.asarray(bp.astype(wide) + rp)


_G, _NOISE, _EXCESS = "phot_g_mean_mag", "astrometric_excess_noise", "phot_bp_rp_excess_factor"
RECIPES = (
    Recipe("bp_rp", ("phot_bp_mean_mag", "phot_rp_mean_mag"), np.subtract),
    Recipe("parallax_over_error", ("parallax", "parallax_error"), _ratio),
    Recipe("pm", ("pmra", "pmdec"), np.hypot),
    Recipe("absolute_g", ("phot_g_mean_mag", "parallax"), _absolute),
    Recipe("absolute_k", ("k_m", "parallax"), _absolute),
    Recipe("absolute_hp", ("hp_mag", "parallax"), _absolute),
    Recipe("half_delta_vr", ("delta_vr",), _half),
    Recipe("half_delta_vr_error", ("delta_vr_error",), _half),
    Recipe("mass_function", ("half_delta_vr", "period"), mass_function),
    Recipe("primary_mass", ("absolute_k",), mass_from_absolute_k),
    Recipe("semi_amplitude_limit", ("primary_mass", "period"), semi_amplitude_limit),
    Recipe("limit_ratio", ("half_delta_vr", "semi_amplitude_limit"), _ratio),
    Recipe("period_min", ("primary_mass",), minimum_period),
    Recipe("minimum_companion_mass", ("mass_function", "primary_mass"), _edge_on_mass),
    Recipe(
        "blended_fraction",
        ("phot_bp_n_blended_transits", "phot_rp_n_blended_transits", "phot_bp_n_obs", "phot_rp_n_obs"),
        _blended,
    ),
    Recipe(
        "contaminated_transits",
        ("phot_bp_n_contaminated_transits", "phot_rp_n_contaminated_transits"),
        _contaminated,
    ),
    Recipe("phot_bp_rp_excess_factor_corrected", (_EXCESS, "bp_rp"), triage.corrected_excess),
    Recipe("excess_factor_deviation", ("phot_bp_rp_excess_factor_corrected", _G), triage.excess_deviation),
    Recipe("astrometric_excess_noise_over_line", (_NOISE, _G), triage.noise_over_line),
    Recipe("astrometric_excess_noise_deviation", (_NOISE, _G, _EXCESS), triage.noise_deviation),
    Recipe("extended_grade", ("ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak", "ruwe"), triage.grade),
    *(
        Recipe(f"psf_minus_aperture_{band}", (f"{band}MeanPSFMag", f"{band}MeanApMag"), np.subtract)
        for band in triage.BANDS
    ),
    *(
        Recipe(
            f"psf_aperture_deviation_{band}",
            (f"{band}MeanPSFMag", f"{band}MeanApMag", _EXCESS),
            triage.psf_aperture_deviation,
        )
        for band in triage.BANDS
    ),
    Recipe("plate_signal_deviation", (_G, "snrg", "planid"), triage.plate_deviation, texts=("planid",)),
)


def add_derived(table: pd.DataFrame, extinction_g: str | None = None) -> pd.DataFrame:
    """The table with every column of `RECIPES` whose inputs it has, in the schema's units; none is overwritten.

    `extinction_g` names the column of A_G (mag, such as "ag_gspphot") to subtract in absolute_g; without it nothing is
    corrected for extinction, and where it is NaN absolute_g is NaN. NaN where an input is NaN and where a parallax is
    not positive. Masses come from absolute_k by Henry & McCarthy 1993 where the table has no primary_mass: meant for
    main-sequence stars. Results are float32 where an input is, else float64. The given columns are shared, not
    copied. Some columns of the triage depend on the whole table (see `derived_triage`). `attrs["derived"]` lists the
    new ones. Raises DataError where `extinction_g` names no column of numbers.

        >>> import pandas as pd
        >>> table = pd.DataFrame({"phot_g_mean_mag": [10.0, 10.0], "parallax": [10.0, -1.0]})
        >>> add_derived(table)["absolute_g"].tolist()
        [5.0, nan]
    """
    if extinction_g is not None and (extinction_g not in table or table[extinction_g].dtype.kind not in "fiu"):
        raise DataError(
            f"the table has no column of numbers {extinction_g!r} to take the extinction from",
            column=extinction_g,
            hint="Name its A_G column, or leave the extinction out",
        )
    columns: dict[str, Any] = {str(name): table[name] for name in table.columns}
    made: list[str] = []
    for recipe in RECIPES:
        if recipe.name in columns or not all(
            name in columns and (name in recipe.texts or _is_number(columns[name])) for name in recipe.inputs
        ):
            continue
        inputs = tuple(_numbers(columns[name]) for name in recipe.inputs)
        result = np.asarray(recipe.compute(*inputs))
        if recipe.name == "absolute_g" and extinction_g is not None:
            result = result - _numbers(table[extinction_g])
        columns[recipe.name] = _as_precise_as(result, inputs)
        made.append(recipe.name)
    out = pd.DataFrame(columns, index=table.index, copy=False)
    out.attrs = {**table.attrs, "derived": [*table.attrs.get("derived", ()), *made]}
    if extinction_g is not None and "absolute_g" in made:
        out.attrs["notes"] = [*table.attrs.get("notes", ()), f"absolute_g is corrected for {extinction_g}"]
    return out


def _is_number(column: Any) -> bool:
    return column is not None and column.dtype.kind in "fiu"


def _numbers(column: Any) -> NDArray[Any]:
    return np.asarray(column if isinstance(column, np.ndarray) else column.to_numpy())


def _as_precise_as(result: NDArray[Any], inputs: Arrays) -> NDArray[Any]:
    """The result in float32 where an input has no more digits than that."""
    if result.dtype.kind != "f":
        return result
    coarse = any(values.dtype in (np.float32, np.int16, np.uint8, np.int8, np.uint16) for values in inputs)
    return result.astype(np.float32 if coarse else np.float64, copy=False)
