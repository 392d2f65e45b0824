"""Bronze, silver and gold candidates: the steps of Andrew et al. 2022, Sect. 5.1 and App. B.1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.stars.main_sequence import in_main_sequence_mask

Plating = Literal["sample", "bronze", "silver", "gold"]
Mask = npt.NDArray[np.bool_]
PLATINGS: tuple[Plating, ...] = ("sample", "bronze", "silver", "gold")


@dataclass(frozen=True)
class PlatingThresholds:
    """Thresholds of the platings, the published ones by default; masses in solar masses."""

    parallax_over_error: float = 10.0
    rv_nb_transits: int = 3
    ruwe_spec: float = 2.0
    ruwe: float = 1.25
    ruwe_phot: float = 2.0
    mass_ratio: float = 1.0
    companion_mass: float = 3.0
    absolute_g_excess: float = 0.0


@dataclass(frozen=True, eq=False)
class PlatingStep:
    """One step: what it asks, who passes it alone (`mask`), and how many pass it and all steps before it.

    `missing` names the columns that the table lacks; such a step is passed over: `mask` is None.
    """

    plating: Plating
    text: str
    mask: Mask | None
    n_passed: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PlatingResult:
    """The steps in order, and the masks of the stars that pass all of them up to each plating."""

    steps: tuple[PlatingStep, ...]
    masks: dict[Plating, Mask]

    @property
    def plating(self) -> npt.NDArray[np.str_]:
        """Highest plating of each star: "gold", "silver", "bronze", or "" for none."""
        highest = np.full(self.masks["sample"].size, "", dtype="<U6")
        for name in PLATINGS[1:]:
            highest[self.masks[name]] = name
        return highest

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that steps asked for in vain; the platings are the paper's only where this is empty."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.missing))


def platings(table: pd.DataFrame, thresholds: PlatingThresholds | None = None) -> PlatingResult:
    """Steps, masks and counts of the bronze, silver and gold samples in a table in schema units.

    Columns: the Gaia ones; ruwe_spec, ruwe_phot; q, m2 and their _lower; n_sources_2arcsec, _4arcsec,
    _8arcsec (the star counted); bp_rp_0, absolute_g freed of extinction; absolute_g_excess (height above the
    main sequence, positive too bright: kept at 0 or below, where the text prints the opposite sign). A
    missing column leaves its step out, named in `.missing`. NaN passes no step.
    """
    passed = np.ones(len(table), dtype=np.bool_)
    steps: list[PlatingStep] = []
    masks: dict[Plating, Mask] = {}
    for plating, text, columns, rule in _rules(thresholds or PlatingThresholds()):
        missing = tuple(name for name in columns if name not in table)
        mask = None
        if not missing:
            mask = rule(*(table[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in columns))
            passed = passed & mask
        steps.append(PlatingStep(plating, text, mask, int(passed.sum()), missing))
        masks[plating] = passed
    return PlatingResult(tuple(steps), masks)


Rule = tuple[Plating, str, tuple[str, ...], Callable[..., Mask]]


def _rules(limit: PlatingThresholds) -> list[Rule]:
    return [
        _above("sample", "radial_velocity_error", 0.0),
        (
            "sample",
            f"rv_nb_transits >= {limit.rv_nb_transits}",
            ("rv_nb_transits",),
            lambda n: n >= limit.rv_nb_transits,
        ),
        _above("sample", "ruwe", 0.0),
        _above("sample", "parallax_over_error", limit.parallax_over_error),
        _equal("sample", "rv_method_used", 1),
        _equal("sample", "n_sources_2arcsec", 1),
        (
            "sample",
            "phot_g_mean_mag and bp_rp are known",
            ("phot_g_mean_mag", "bp_rp"),
            lambda g, colour: np.isfinite(g) & np.isfinite(colour),
        ),
        _above("bronze", "ruwe_spec", limit.ruwe_spec),
        _above("bronze", "ruwe", limit.ruwe),
        _equal("bronze", "ipd_frac_multi_peak", 0),
        _equal("bronze", "n_sources_4arcsec", 1),
        _above("bronze", "q", limit.mass_ratio),
        _above("bronze", "m2", limit.companion_mass),
        _above("silver", "q_lower", limit.mass_ratio),
        _above("silver", "m2_lower", limit.companion_mass),
        _equal("gold", "n_sources_8arcsec", 1),
        (
            "gold",
            f"ruwe_phot < {limit.ruwe_phot}",
            ("ruwe_phot",),
            lambda ruwe_phot: ruwe_phot < limit.ruwe_phot,
        ),
        (
            "gold",
            "in the main-sequence mask (bp_rp_0, absolute_g)",
            ("bp_rp_0", "absolute_g"),
            in_main_sequence_mask,
        ),
        (
            "gold",
            f"absolute_g_excess <= {limit.absolute_g_excess}",
            ("absolute_g_excess",),
            lambda excess: excess <= limit.absolute_g_excess,
        ),
    ]


def _above(plating: Plating, column: str, threshold: float) -> Rule:
    return plating, f"{column} > {threshold:g}", (column,), lambda value: value > threshold


def _equal(plating: Plating, column: str, wanted: int) -> Rule:
    return plating, f"{column} = {wanted}", (column,), lambda value: value == wanted
