"""Where the Galaxy's stars are, how they move and how much dust lies before them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stars.units import FloatArray

COMPONENTS = ("thin_disc", "thick_disc", "halo")
R_SUN = 8178.0  # pc, GRAVITY Collaboration 2019 (A&A 625, L10)
Z_SUN = 20.8  # pc, Bennett & Bovy 2019 (MNRAS 482, 1417)
# Juric et al. 2008 (ApJ 673, 864), Table 10: scale lengths and heights in pc, local fractions, halo flattening.
SCALE_LENGTH = (2600.0, 3600.0)
SCALE_HEIGHT = (300.0, 900.0)
LOCAL_FRACTION = (1.0, 0.12, 0.0051)
HALO_FLATTENING, HALO_POWER = 0.64, 2.77
# Robin et al. 2003 (A&A 409, 523), Tables 1 and 3: mean and dispersion of [Fe/H]; the thin disc is their
# age-weighted mean.
FEH_MEAN = (-0.06, -0.78, -1.78)
FEH_SPREAD = (0.20, 0.30, 0.50)
AGE_RANGE = ((0.05, 10.0), (10.0, 12.0), (12.0, 13.5))  # Gyr
# Velocity ellipsoids (U, V, W) in km/s and asymmetric drift: Bensby et al. 2003 (A&A 410, 527), Table 1.
DISPERSION = ((35.0, 20.0, 16.0), (67.0, 38.0, 35.0), (160.0, 90.0, 90.0))
DRIFT = (-15.0, -46.0, -220.0)
SOLAR_MOTION = (11.1, 12.24, 7.25)  # km/s, Schonrich, Binney & Dehnen 2010 (MNRAS 403, 1829)
# Murray 1989 / ESA 1997 (Hipparcos Vol. 1, Sect. 1.5.3): rows are the Galactic axes in ICRS.
TO_GALACTIC = np.array(
    [
        [-0.0548755604, -0.8734370902, -0.4838350155],
        [0.4941094279, -0.4448296300, 0.7469822445],
        [-0.8676661490, -0.1980763734, 0.4559837762],
    ]
)
KM_S_PER_MAS_YR_KPC = 4.740470463

DUST_HEIGHT = 140.0  # pc, Marshall et al. 2006 (A&A 453, 635): 125-140 pc
DUST_DENSITY = 0.7e-3  # mag of A_V a pc in the plane, Robin et al. 2003
# Wang & Chen 2019 (ApJ 877, 116), relative to E(BP-RP); E(BP-RP) = 1.303 E(B-V).
EXTINCTION = {"g": 1.890, "bp": 2.429, "rp": 1.429, "j": 0.582, "h": 0.313, "k": 0.186}
REDDENING_PER_EBV = 1.303


def density(component: int, distance: FloatArray, longitude: FloatArray, sin_b: FloatArray) -> FloatArray:
    """Star density relative to the Sun's place, times the component's local fraction (Juric et al. 2008).

    `distance` in pc, `longitude` l in radians, `sin_b` the sine of b; arrays that broadcast.
    """
    flat = distance * np.sqrt(1 - sin_b**2)
    radius = np.sqrt(R_SUN**2 + flat**2 - 2 * R_SUN * flat * np.cos(longitude))
    height = distance * sin_b + Z_SUN
    local = LOCAL_FRACTION[component]
    if component == 2:
        deep = np.sqrt(radius**2 + (height / HALO_FLATTENING) ** 2)
        return np.asarray(local * (np.maximum(deep, 500.0) / R_SUN) ** -HALO_POWER)
    length, thickness = SCALE_LENGTH[component], SCALE_HEIGHT[component]
    return np.asarray(local * np.exp((R_SUN - radius) / length - (np.abs(height) - Z_SUN) / thickness))


def mean_visual_extinction(distance: FloatArray, sin_b: FloatArray) -> FloatArray:
    """Mean A_V in mag to `distance` (pc) at latitude b: a plane layer of exponential height (Parenago 1940)."""
    slope = np.maximum(np.abs(sin_b), 1e-4) / DUST_HEIGHT
    return np.asarray(DUST_DENSITY * -np.expm1(-distance * slope) / slope)


def equatorial(longitude: FloatArray, sin_b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ICRS right ascension and declination (deg) of l (radians) and sin b."""
    cos_b = np.sqrt(1 - sin_b**2)
    unit = np.stack([cos_b * np.cos(longitude), cos_b * np.sin(longitude), sin_b], axis=-1) @ TO_GALACTIC
    ra = np.degrees(np.arctan2(unit[..., 1], unit[..., 0])) % 360.0
    return ra, np.degrees(np.arcsin(np.clip(unit[..., 2], -1.0, 1.0)))


def motion(
    component: NDArray[np.int64], longitude: FloatArray, sin_b: FloatArray, ra: FloatArray, dec: FloatArray,
    distance: FloatArray, peculiar: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Proper motions pmra, pmdec (mas/yr) and radial velocity (km/s) relative to the Sun.

    `peculiar` (n, 3) holds standard normal numbers, scaled to the component's velocity ellipsoid. The discs turn
    at one speed at all radii, so differential rotation enters as V_c (R_sun/R - 1) only through the angle.
    """
    spread, drift = np.array(DISPERSION)[component], np.array(DRIFT)[component]
    flat = distance * np.sqrt(1 - sin_b**2)
    x, y = R_SUN - flat * np.cos(longitude), flat * np.sin(longitude)
    radius = np.maximum(np.hypot(x, y), 1.0)
    speed = 229.0
    turning = speed + drift + spread[:, 1] * peculiar[:, 1]
    outward = -spread[:, 0] * peculiar[:, 0]
    # U points to the Galactic centre, V along the rotation at the Sun.
    u = turning * y / radius - outward * x / radius - SOLAR_MOTION[0]
    v = turning * x / radius + outward * y / radius - speed - SOLAR_MOTION[1]
    w = spread[:, 2] * peculiar[:, 2] - SOLAR_MOTION[2]
    velocity = np.stack([u, v, w], axis=-1) @ TO_GALACTIC
    alpha, delta = np.radians(ra), np.radians(dec)
    sin_a, cos_a, sin_d, cos_d = np.sin(alpha), np.cos(alpha), np.sin(delta), np.cos(delta)
    east = -sin_a * velocity[:, 0] + cos_a * velocity[:, 1]
    north = -sin_d * (cos_a * velocity[:, 0] + sin_a * velocity[:, 1]) + cos_d * velocity[:, 2]
    radial = cos_d * (cos_a * velocity[:, 0] + sin_a * velocity[:, 1]) + sin_d * velocity[:, 2]
    to_mas = 1e3 / (KM_S_PER_MAS_YR_KPC * distance)
    return east * to_mas, north * to_mas, radial
