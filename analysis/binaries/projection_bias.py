"""What the unknown orientation of one orbit does to the period and mass ratio inferred from its scatter."""

import numpy as np

from analysis.binaries.orbits import mass_ratio as mass_ratio_of
from analysis.binaries.projection_draws import ProjectionDraws, default_draws
from analysis.stars.units import DIMENSIONLESS, Values, elementwise


def inferred_over_true(
    zeta: Values, beta: Values, mass_ratio: Values, light_ratio: Values = 0.0, draws: ProjectionDraws | None = None
) -> tuple[Values, Values]:
    """Factors by which `infer_companion` gets period and mass ratio wrong, inferred over true.

    For an orbit with projection terms `zeta` and `beta`, true `mass_ratio` q and `light_ratio` l of the companion,
    whose scatters carry no error; the inference knows neither and takes the companion for dark: medians over `draws`,
    by default those of `default_draws`. Andrew et al. 2022, eqs. 3, 5, 6, 8 and 10. NaN where q is not positive; 0
    where the photocentre does not move (q = l).
    """
    chosen = default_draws() if draws is None else draws
    ratio = float(np.median(chosen.zeta / chosen.beta))
    weight = float(np.median(1 / (chosen.beta * chosen.zeta**2)))

    @elementwise(zeta=DIMENSIONLESS, beta=DIMENSIONLESS, mass_ratio=DIMENSIONLESS, light_ratio=DIMENSIONLESS)
    def period_factor(zeta: Values, beta: Values, mass_ratio: Values, light_ratio: Values) -> Values:
        return np.asarray(_moved(mass_ratio, light_ratio) * np.asarray(beta) / np.asarray(zeta) * ratio)

    @elementwise(zeta=DIMENSIONLESS, beta=DIMENSIONLESS, mass_ratio=DIMENSIONLESS, light_ratio=DIMENSIONLESS)
    def ratio_factor(zeta: Values, beta: Values, mass_ratio: Values, light_ratio: Values) -> Values:
        q = np.where(np.asarray(mass_ratio) > 0, mass_ratio, np.nan)
        alpha = q**3 / (1 + q) ** 2 * _moved(q, light_ratio)
        return np.asarray(mass_ratio_of(alpha * beta * np.square(zeta) * weight)) / q

    with np.errstate(divide="ignore", invalid="ignore"):
        return period_factor(zeta, beta, mass_ratio, light_ratio), ratio_factor(zeta, beta, mass_ratio, light_ratio)


def _moved(mass_ratio: Values, light_ratio: Values) -> Values:
    """Motion of the photocentre over that of the primary: |q - l| / (q (1 + l))."""
    q, light = np.asarray(mass_ratio, dtype=np.float64), np.asarray(light_ratio, dtype=np.float64)
    return np.asarray(np.abs(q - light) / (np.where(q > 0, q, np.nan) * (1 + light)))
