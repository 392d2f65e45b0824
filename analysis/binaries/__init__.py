"""Orbits, limits and companion masses."""

from analysis.binaries.astrometric_errors import along_scan_error
from analysis.binaries.ellipsoidal import (
    ellipsoidal_amplitude,
    ellipsoidal_flux,
    ellipsoidal_harmonics,
    mass_ratio_sin_squared,
)
from analysis.binaries.error_inference import (
    dark_alpha,
    dark_period_yr,
    infer_companion,
    luminous_mass_ratio,
    period_tension,
    triple_warning,
)
from analysis.binaries.error_maps import ErrorMap, ErrorMapComparison, compare_error_maps, fit_error_map
from analysis.binaries.excess_scatter import (
    excess_astrometric_scatter,
    excess_rv_scatter,
    flux_scatter,
    ruwe_phot,
    ruwe_spec,
    ruwe_spec_threshold,
    rv_scatter,
)
from analysis.binaries.gaia_columns import (
    SingleStarErrors,
    add_error_columns,
    corrected_photometry,
    fit_single_star_errors,
)
from analysis.binaries.kepler import eccentric_anomaly
from analysis.binaries.limits import (
    LimitVerdict,
    MassBand,
    half_delta_vr_error,
    limit_verdict,
    mass_band,
    semi_amplitude_limit,
)
from analysis.binaries.orbits import companion_mass, mass_function, mass_ratio, semi_amplitude, separation
from analysis.binaries.period_search import Alias, PeriodSearch, period_window, search_period
from analysis.binaries.platings import PlatingResult, PlatingStep, PlatingThresholds, platings
from analysis.binaries.projection_draws import (
    ProjectionDraws,
    SimulatedProjections,
    default_draws,
    simulate_projections,
)
from analysis.binaries.projections import (
    astrometric_projection,
    binary_astrometric_scatter,
    binary_rv_scatter,
    spectroscopic_projection,
)
from analysis.binaries.roche import (
    minimum_period,
    roche_lobe_radius,
    roche_lobe_radius_paczynski,
    roche_minimum_period,
)
from analysis.binaries.velocity_fits import (
    CircularOrbit,
    CircularOrbits,
    fit_circular_orbit,
    fit_circular_orbits,
)

__all__ = [
    "Alias",
    "CircularOrbit",
    "CircularOrbits",
    "ErrorMap",
    "ErrorMapComparison",
    "LimitVerdict",
    "MassBand",
    "PeriodSearch",
    "PlatingResult",
    "PlatingStep",
    "PlatingThresholds",
    "ProjectionDraws",
    "SimulatedProjections",
    "SingleStarErrors",
    "add_error_columns",
    "along_scan_error",
    "astrometric_projection",
    "binary_astrometric_scatter",
    "binary_rv_scatter",
    "companion_mass",
    "compare_error_maps",
    "corrected_photometry",
    "dark_alpha",
    "dark_period_yr",
    "default_draws",
    "eccentric_anomaly",
    "ellipsoidal_amplitude",
    "ellipsoidal_flux",
    "ellipsoidal_harmonics",
    "excess_astrometric_scatter",
    "excess_rv_scatter",
    "fit_circular_orbit",
    "fit_circular_orbits",
    "fit_error_map",
    "fit_single_star_errors",
    "flux_scatter",
    "half_delta_vr_error",
    "infer_companion",
    "limit_verdict",
    "luminous_mass_ratio",
    "mass_band",
    "mass_function",
    "mass_ratio",
    "mass_ratio_sin_squared",
    "minimum_period",
    "period_tension",
    "period_window",
    "platings",
    "roche_lobe_radius",
    "roche_lobe_radius_paczynski",
    "roche_minimum_period",
    "ruwe_phot",
    "ruwe_spec",
    "ruwe_spec_threshold",
    "rv_scatter",
    "search_period",
    "semi_amplitude",
    "semi_amplitude_limit",
    "separation",
    "simulate_projections",
    "spectroscopic_projection",
    "triple_warning",
]
