"""Orbits, limits and companion masses."""

from analysis.binaries.astrometric_errors import along_scan_error
from analysis.binaries.companion_posterior import (
    CompanionMassPrior,
    CompanionPosterior,
    EllipsoidalEvidence,
    MassPrior,
    VelocityEvidence,
    companion_mass_posterior,
    fitted_evidence,
    orbit_evidence,
    range_evidence,
)
from analysis.binaries.eccentric_orbit import keplerian_velocity
from analysis.binaries.ellipsoidal import (
    TidalConstraint,
    ellipsoidal_amplitude,
    ellipsoidal_flux,
    ellipsoidal_harmonics,
    mass_ratio_sin_squared,
    tidal_constraint,
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
    ErrorSample,
    SingleStarErrors,
    add_error_columns,
    corrected_photometry,
    fit_single_star_errors,
    flux_sample,
    map_of_sample,
    velocity_sample,
)
from analysis.binaries.kepler import eccentric_anomaly
from analysis.binaries.keplerian import KeplerianOrbit, OrbitComparison, double_lined_mass_ratio, fit_orbit
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
from analysis.binaries.posterior import OrbitPosterior, OrbitPrior, sample_orbits
from analysis.binaries.projection_bias import inferred_over_true
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
from analysis.binaries.velocities import RadialVelocities, read_velocities, stars_with_velocities
from analysis.binaries.velocity_fits import (
    CircularOrbit,
    CircularOrbits,
    fit_circular_orbit,
    fit_circular_orbits,
)
from analysis.binaries.velocity_index import StarVelocities, VelocityIndex, holds_velocities, read_star_velocities

__all__ = [
    "Alias",
    "CircularOrbit",
    "CircularOrbits",
    "CompanionMassPrior",
    "CompanionPosterior",
    "EllipsoidalEvidence",
    "ErrorMap",
    "ErrorMapComparison",
    "ErrorSample",
    "KeplerianOrbit",
    "LimitVerdict",
    "MassBand",
    "MassPrior",
    "OrbitComparison",
    "OrbitPosterior",
    "OrbitPrior",
    "PeriodSearch",
    "PlatingResult",
    "PlatingStep",
    "PlatingThresholds",
    "ProjectionDraws",
    "RadialVelocities",
    "SimulatedProjections",
    "SingleStarErrors",
    "StarVelocities",
    "TidalConstraint",
    "VelocityEvidence",
    "VelocityIndex",
    "add_error_columns",
    "along_scan_error",
    "astrometric_projection",
    "binary_astrometric_scatter",
    "binary_rv_scatter",
    "companion_mass",
    "companion_mass_posterior",
    "compare_error_maps",
    "corrected_photometry",
    "dark_alpha",
    "dark_period_yr",
    "default_draws",
    "double_lined_mass_ratio",
    "eccentric_anomaly",
    "ellipsoidal_amplitude",
    "ellipsoidal_flux",
    "ellipsoidal_harmonics",
    "excess_astrometric_scatter",
    "excess_rv_scatter",
    "fit_circular_orbit",
    "fit_circular_orbits",
    "fit_error_map",
    "fit_orbit",
    "fit_single_star_errors",
    "fitted_evidence",
    "flux_sample",
    "flux_scatter",
    "half_delta_vr_error",
    "holds_velocities",
    "infer_companion",
    "inferred_over_true",
    "keplerian_velocity",
    "limit_verdict",
    "luminous_mass_ratio",
    "map_of_sample",
    "mass_band",
    "mass_function",
    "mass_ratio",
    "mass_ratio_sin_squared",
    "minimum_period",
    "orbit_evidence",
    "period_tension",
    "period_window",
    "platings",
    "range_evidence",
    "read_star_velocities",
    "read_velocities",
    "roche_lobe_radius",
    "roche_lobe_radius_paczynski",
    "roche_minimum_period",
    "ruwe_phot",
    "ruwe_spec",
    "ruwe_spec_threshold",
    "rv_scatter",
    "sample_orbits",
    "search_period",
    "semi_amplitude",
    "semi_amplitude_limit",
    "separation",
    "simulate_projections",
    "spectroscopic_projection",
    "stars_with_velocities",
    "tidal_constraint",
    "triple_warning",
    "velocity_sample",
]
