"""What the errors of one star's astrometry and velocities say of a companion (Andrew et al. 2022)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.binaries import (
    ErrorMap,
    SingleStarErrors,
    add_error_columns,
    along_scan_error,
    corrected_photometry,
    dark_alpha,
    dark_period_yr,
    default_draws,
    excess_astrometric_scatter,
    excess_rv_scatter,
    fit_single_star_errors,
    infer_companion,
    luminous_mass_ratio,
    mass_ratio,
    ruwe_phot,
    ruwe_spec,
    ruwe_spec_threshold,
    triple_warning,
)
from analysis.simulate.gaia_errors import G_ZERO_POINT, flux_scatter, transit_velocity_scatter
from analysis.stars import mass_from_absolute_g
from components.state.catalogue import Catalogue
from components.state.once import once

Progress = Callable[[float, str], None]
DAYS_A_YEAR = 365.25
CLOUD_STARS = 3000
TRIAD = ("ruwe", "ruwe_spec", "ruwe_phot")
SOURCES = {
    "fitted": "σ_spec and σ_phot: fitted to the single stars of this catalogue (Andrew et al. 2022, App. B.2).",
    "published": (
        "σ_spec: Andrew et al. 2022, Fig. 20, on a coarse grid; σ_phot: medians of Gaia DR3. This catalogue has too "
        "few stars with the columns for maps of its own."
    ),
    "columns": "RUWE_spec and RUWE_phot: columns of this catalogue.",
}
# G and BP-RP at which the published velocity errors are tabulated, and where the flux errors hold (mag).
_SPEC_MAGNITUDES = (6.2, 7.2, 8.1, 9.1, 10.1, 11.05, 12.0, 13.0)
_SPEC_COLOURS = (0.42, 0.93, 1.43, 1.94, 2.44, 2.95, 3.96)
_PHOT_BOX = ((3.0, 20.0), (-2.0, 8.0))


@dataclass(frozen=True, eq=False)
class SingleStars:
    """How single stars of a catalogue scatter: their errors, where these come from, and the RUWE of some stars."""

    errors: SingleStarErrors
    source: str
    cloud: pd.DataFrame


@dataclass(frozen=True)
class Excess:
    """Unit weight errors of one star and the scatter beyond them; None where unknown, with the reasons why.

    Scatters and errors of one velocity in km/s, astrometric ones in mas; masses in solar masses, period in d.
    """

    ruwe_ast: float | None
    ruwe_spec: float | None
    ruwe_phot: float | None
    ruwe_spec_chance: float | None
    sigma_spec: float | None
    sigma_ast: float | None
    velocity: float | None
    angle: float | None
    parallax: float | None
    primary_mass: float | None
    mass_source: str
    known_period: float | None
    missing: tuple[str, ...]
    absent: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what is missing, a phrase each: the columns that the catalogue lacks, then all else."""
        lacking = (f"the catalogue has no {', '.join(self.absent)}",) if self.absent else ()
        return (*lacking, *self.missing)

    @property
    def inferable(self) -> bool:
        """Tell whether both scatters exceed the errors and all else is known, so that a companion can be inferred."""
        needed = (self.velocity, self.angle, self.parallax, self.primary_mass)
        return all(value is not None and value > 0 for value in needed)


@dataclass(frozen=True, eq=False)
class Interval:
    """Median, 16 and 84 % point of a quantity, and the draws behind them."""

    median: float
    low: float
    high: float
    draws: np.ndarray


@dataclass(frozen=True, eq=False)
class Inference:
    """The companion that explains both scatters: period (yr), mass ratio q, mass m2 (solar); ``triple`` is which
    orbit of a triple the known period would be: "inner", "outer" or "" for no sign of one."""

    period_yr: Interval
    q: Interval
    m2: Interval
    light_ratio: float
    triple: str


def single_stars(catalogue: Catalogue, progress: Progress | None = None) -> SingleStars:
    """Return how single stars of the catalogue scatter; worked out once for all sessions, seconds for a million."""
    return once(catalogue, "single stars").get(lambda: _single_stars(catalogue, progress))


def published_errors() -> SingleStarErrors:
    """Return the published errors of single Gaia stars: one velocity (km/s) and one G flux (e/s)."""
    magnitude, colour = np.array(_SPEC_MAGNITUDES), np.array(_SPEC_COLOURS)
    spec = ErrorMap(magnitude, colour, transit_velocity_scatter(*np.meshgrid(magnitude, colour)))
    magnitude, colour = np.linspace(*_PHOT_BOX[0], 170), np.array(_PHOT_BOX[1])
    one_flux = flux_scatter(magnitude) * 10 ** (0.4 * (G_ZERO_POINT - magnitude))
    return SingleStarErrors(spec, ErrorMap(magnitude, colour, np.tile(one_flux, (2, 1))))


def measure_excess(catalogue: Catalogue, row: int, stars: SingleStars) -> Excess:
    """Return the unit weight errors and excess scatters of the star in this row."""
    star = _Star(catalogue, row)
    colour = star.values("phot_g_mean_mag", "bp_rp")
    spec, sigma_spec, velocity, chance = _velocities(star, stars, colour)
    sigma_ast, angle = _astrometry(star)
    mass, source = _primary_mass(star)
    return Excess(
        ruwe_ast=star.needed("ruwe"),
        ruwe_spec=spec,
        ruwe_phot=_flux(star, stars, colour),
        ruwe_spec_chance=chance,
        sigma_spec=sigma_spec,
        sigma_ast=sigma_ast,
        velocity=velocity,
        angle=angle,
        parallax=star.needed("parallax"),
        primary_mass=mass,
        mass_source=source,
        known_period=_known_period(star),
        missing=tuple(dict.fromkeys(star.missing)),
        absent=tuple(dict.fromkeys(star.absent)),
    )


def infer(excess: Excess, light_ratio: float = 0.0) -> Inference | None:
    """Return the companion that the scatters ask for, None where `Excess.inferable` is not true.

    ``light_ratio`` is the companion's light over the primary's. Raises ValueError where it is negative.
    """
    if not excess.inferable:
        return None
    given = (excess.velocity, excess.angle, excess.parallax)
    table = infer_companion(*given, excess.primary_mass, light_ratio=light_ratio)
    draws = default_draws()
    period = np.asarray(dark_period_yr(*given, draws.zeta, draws.beta))
    alpha = dark_alpha(*given, excess.primary_mass, draws.zeta, draws.beta)
    if light_ratio > 0:
        q = np.asarray(luminous_mass_ratio(alpha, light_ratio))
        period = period * q * (1 + light_ratio) / (q - light_ratio)
    else:
        q = np.asarray(mass_ratio(alpha))
    known = np.nan if excess.known_period is None else excess.known_period / DAYS_A_YEAR
    sampled = {"period_yr": period, "q": q, "m2": q * float(excess.primary_mass or np.nan)}
    intervals = {
        name: Interval(*(float(table[name + end].iloc[0]) for end in ("", "_lower", "_upper")), values)
        for name, values in sampled.items()
    }
    return Inference(**intervals, light_ratio=light_ratio, triple=str(triple_warning(table, known).iloc[0]))


class _Star:
    """The values of one star, and a note of every one that was asked for in vain."""

    def __init__(self, catalogue: Catalogue, row: int) -> None:
        self._catalogue, self._row = catalogue, row
        self.missing: list[str] = []
        self.absent: list[str] = []

    def value(self, column: str) -> float | None:
        """Return a number, None where it is missing."""
        if column not in self._catalogue.numeric_columns:
            return None
        value = self._catalogue.cell(column, self._row)
        return None if value is None else float(value)

    def needed(self, column: str) -> float | None:
        """Return a number; None, with a note, where it is missing."""
        value = self.value(column)
        if value is None and column in self._catalogue.numeric_columns:
            self.missing.append(f"{column} is missing for this star")
        elif value is None:
            self.absent.append(column)
        return value

    def values(self, *columns: str) -> tuple[float, ...] | None:
        """Return several numbers; None, with notes, where one is missing."""
        found = [self.needed(column) for column in columns]
        return None if any(value is None for value in found) else tuple(v for v in found if v is not None)

    def text(self, column: str) -> str:
        """Return a text, empty where it is missing."""
        return str(self._catalogue.cell(column, self._row) or "") if column in self._catalogue.table else ""

    def one_row(self) -> pd.DataFrame:
        """Return the star as a table of one row."""
        return self._catalogue.table.iloc[[self._row]]


def _velocities(
    star: _Star, stars: SingleStars, colour: tuple[float, ...] | None
) -> tuple[float | None, float | None, float | None, float | None]:
    """RUWE_spec, sigma_spec, excess scatter (km/s) and the RUWE_spec of one single star in a million."""
    given = star.values("radial_velocity_error", "rv_nb_transits")
    if given is None:
        return star.value("ruwe_spec"), None, None, None
    error, transits = given
    method = star.value("rv_method_used")
    if method is not None and method != 1:
        star.missing.append(
            "its velocity was measured on all transits together (rv_method_used is not 1), so that its error does "
            "not tell their scatter"
        )
        return None, None, None, None
    unit = float(ruwe_spec(error, transits, 1.0))
    in_column = star.value("ruwe_spec")
    if in_column is not None and in_column > 0:
        sigma = unit / in_column
    else:
        sigma = _predict(star, stars.errors.spec, colour, "σ_spec")
    if not (sigma > 0 and np.isfinite(unit)):
        return None, None, None, None
    chance = float(ruwe_spec_threshold(transits))
    return unit / sigma, sigma, float(excess_rv_scatter(error, transits, sigma)), chance


def _astrometry(star: _Star) -> tuple[float | None, float | None]:
    """Along-scan error and excess astrometric scatter, mas."""
    given = star.values("ruwe", "astrometric_n_good_obs_al", "phot_g_mean_mag")
    if given is None:
        return None, None
    ruwe, observations, magnitude = given
    sigma = float(along_scan_error(magnitude))
    angle = float(excess_astrometric_scatter(ruwe, sigma, observations))
    if not np.isfinite(angle):
        star.missing.append("the along-scan error is known for 5 < G < 21 only")
        return None, None
    return sigma, angle


def _flux(star: _Star, stars: SingleStars, colour: tuple[float, ...] | None) -> float | None:
    in_column = star.value("ruwe_phot")
    if in_column is not None:
        return in_column
    given = star.values("phot_g_mean_flux_error", "phot_g_n_obs")
    if given is None:
        return None
    value = float(ruwe_phot(*given, _predict(star, stars.errors.phot, colour, "σ_phot")))
    return value if np.isfinite(value) else None


def _primary_mass(star: _Star) -> tuple[float | None, str]:
    """Mass of the primary (solar) and where it comes from: M_G as in the paper, else the catalogue."""
    own = star.value("primary_mass")
    if star.values("phot_g_mean_mag", "bp_rp", "parallax") is not None:
        _, absolute_g = corrected_photometry(star.one_row())
        mass = float(mass_from_absolute_g(float(absolute_g[0])))
        if np.isfinite(mass):
            return mass, "from M_G (Pittordis & Sutherland 2019)"
        if own is None:
            star.missing.append("M_G, and so M₁, is unknown: the parallax is not positive or ag_gspphot is missing")
    return own, "of the catalogue" if own is not None else ""


def _known_period(star: _Star) -> float | None:
    """Period (d) that was measured, not the shortest one that fits a Roche lobe."""
    period = star.value("period")
    return period if period is not None and period > 0 and star.text("period_kind") != "roche_minimum" else None


def _predict(star: _Star, errors: ErrorMap | None, colour: tuple[float, ...] | None, name: str) -> float:
    if errors is None or colour is None:
        return np.nan
    sigma = float(errors.predict(*colour))
    if not np.isfinite(sigma):
        star.missing.append(f"{name} is not known at G = {colour[0]:.1f}, BP−RP = {colour[1]:.1f}")
    return sigma


def _single_stars(catalogue: Catalogue, progress: Progress | None) -> SingleStars:
    table = catalogue.table
    if {"ruwe_spec", "ruwe_phot"} <= set(table.columns):
        return SingleStars(published_errors(), "columns", _cloud(_some(table)))
    errors, published = fit_single_star_errors(table, progress), published_errors()
    source = "fitted" if errors.spec is not None else "published"
    errors = SingleStarErrors(errors.spec or published.spec, errors.phot or published.phot)
    some = _some(table)
    made = add_error_columns(some, errors)
    others = some.drop(columns=made.columns, errors="ignore")
    return SingleStars(errors, source, _cloud(pd.concat([others, made], axis=1)))


def _some(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[np.linspace(0, len(table) - 1, min(len(table), CLOUD_STARS)).astype(int)]


def _cloud(table: pd.DataFrame) -> pd.DataFrame:
    """The RUWE triad of some stars, the columns that the table has."""
    return table[[name for name in TRIAD if name in table]].astype(np.float64).reset_index(drop=True)
