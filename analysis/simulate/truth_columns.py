"""The truth of each row, as columns whose names end in _true."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import multiplicity
from analysis.simulate.gaia_photometry import Appearance
from analysis.simulate.multiplicity import Systems
from analysis.simulate.population import Field
from analysis.simulate.starlight import Starlight
from analysis.stars.units import FloatArray


def truth_columns(
    field: Field, systems: Systems, light: Starlight, look: Appearance, scatter: FloatArray, depth: FloatArray
) -> dict[str, NDArray[Any]]:
    """Class, structure, orbits and variability of each row; NaN where there is no such companion or star."""
    body = field.structure
    paired = (systems.secondary_mass > 0) & ~look.extended
    tripled = systems.tertiary_mass > 0
    own = light.variability.intrinsic_period
    luminous = paired & ~np.isin(systems.kind, (multiplicity.MS_NS, multiplicity.MS_BH))

    def star(values: FloatArray) -> FloatArray:
        return np.where(look.extended, np.nan, values)

    def inner(values: FloatArray) -> FloatArray:
        return np.where(paired, values, np.nan)

    def outer(values: FloatArray) -> FloatArray:
        return np.where(tripled, values, np.nan)

    return {
        "class_true": systems.kind,
        "stage_true": field.stage,
        "component_true": field.component,
        "extended_kind_true": np.where(look.extended, np.where(look.galaxy, 1, 2), 0),
        "distance_true": field.distance,
        "mass_true": star(body.mass),
        "radius_true": star(body.radius),
        "teff_true": star(10**body.log_teff),
        "luminosity_true": star(10**body.log_luminosity),
        "logg_true": star(body.logg),
        "feh_true": star(field.feh),
        "age_true": star(field.age),
        "absolute_g_true": star(light.absolute_g),
        "ebpminrp_true": field.reddening,
        "systemic_velocity_true": star(field.systemic_velocity),
        "period_true": inner(systems.inner.period),
        "eccentricity_true": inner(systems.inner.eccentricity),
        "periastron_time_true": inner(systems.inner.periastron),
        "periastron_argument_true": inner(np.degrees(systems.inner.omega)),
        "node_true": inner(np.degrees(systems.inner.node)),
        "inclination_true": inner(np.degrees(np.arccos(systems.inner.cos_i))),
        "semi_amplitude_true": inner(light.semi_amplitude),
        "mass_ratio_true": inner(systems.secondary_mass / body.mass),
        "secondary_mass_true": inner(systems.secondary_mass),
        "secondary_teff_true": np.where(luminous, 10**light.secondary.log_teff, np.nan),
        "light_ratio_true": inner(light.light_ratio),
        "outer_period_true": outer(systems.outer.period),
        "outer_eccentricity_true": outer(systems.outer.eccentricity),
        "tertiary_mass_true": outer(systems.tertiary_mass),
        "outer_semi_amplitude_true": outer(light.outer_semi_amplitude),
        "variability_period_true": np.where(own > 0, own, np.nan),
        "variability_amplitude_true": np.where(own > 0, light.variability.intrinsic_amplitude, np.nan),
        "flux_scatter_true": scatter,
        "eclipse_depth_true": depth,
    }
