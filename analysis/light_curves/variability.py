"""What kind of variable a light curve shows, from its shape at the orbital period."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.light_curves.eclipses import EclipseMeasurement
from analysis.light_curves.harmonics import HarmonicFit, Points, fit_harmonics, sine_amplitude

Kind = Literal["ellipsoidal", "eclipsing", "reflection", "rotation", "none"]
Configuration = Literal["detached", "contact"]

# (R/a)^3 of a star of solar mean density in an orbit of 1 d around a companion of no mass.
SOLAR_DENSITY_CUBE = 3 * np.pi / (6.6743e-11 * 1409.8 * 86400.0**2)
# alpha_2 of Morris & Naftilan 1993 for u = 0.6, g = 0.32: the amplitude for a companion of great mass.
LARGEST_ELLIPSOIDAL_FACTOR = 3 * (15 + 0.6) / (20 * (3 - 0.6)) * (1 + 0.32)
ROCHE_FILLING_AMPLITUDE = 0.15
MEAN_OF_RAYLEIGH = float(np.sqrt(np.pi / 2))
# In phase: the eclipses of spheres with r1 + r2 = 0.6 of their distance, seen edge-on, last 0.20.
LONGEST_DETACHED_ECLIPSE = 0.2


@dataclass(frozen=True)
class KindThresholds:
    """Numbers that decide between the kinds of variable; chosen on simulated stars, not published ones.

    `false_alarm` and `signal_to_noise` a period must pass, `eclipse_significance` a dip. `bic`: difference
    that counts as evidence. `sharpness`: part of the variation that only harmonics above the 4th describe.
    `fourth_to_second`: cos 4x over cos 2x term, in step; small in ellipsoidal curves, above 0.12 where stars
    eclipse. `dip_share`: depth of the minima below the median over the whole range, 0.5 for a sine.
    `significance`: of harmonics and differences, in standard errors. `amplitude_change`: relative change
    between the halves of the data, or sine beside the main one, beyond which the variation is not orbital,
    if it is `coherence_significance` times its error. `least_density`: of the visible
    star (solar densities); it bounds the ellipsoidal amplitude. `flatness`: variation between the eclipses
    over the primary's depth, below which a system is detached.
    """

    false_alarm: float = 1e-3
    signal_to_noise: float = 5.0
    eclipse_significance: float = 7.0
    bic: float = 10.0
    sharpness: float = 0.02
    fourth_to_second: float = 0.12
    dip_share: float = 0.55
    significance: float = 5.0
    amplitude_change: float = 0.15
    coherence_significance: float = 4.0
    least_density: float = 0.3
    flatness: float = 0.3


@dataclass(frozen=True)
class Coherence:
    """Whether the variation keeps amplitude and phase, as an orbit's does and that of spots does not.

    `change` is the difference of the dominant harmonic between the two halves of the data over its amplitude
    (NaN where a half covers less than two cycles); `sidelobe` the amplitude of the strongest sine left beside
    it, within 4 / baseline, over its amplitude. `error` and `sidelobe_error` are their standard errors.
    """

    change: float
    error: float
    sidelobe: float
    sidelobe_error: float

    def is_stable(self, thresholds: KindThresholds) -> bool:
        """Whether both are small or insignificant; a star that cannot be judged counts as stable."""
        pairs = ((self.change, self.error), (self.sidelobe, self.sidelobe_error))
        limit, significance = thresholds.amplitude_change, thresholds.coherence_significance
        return not any(value > limit and value > significance * error for value, error in pairs)


@dataclass(frozen=True)
class Shape:
    """Numbers of the phase curve that the decision uses; see `KindThresholds`."""

    dip_share: float
    sharpness: float
    sharpness_evidence: float
    fourth_to_second: float
    fourth_significance: float


@dataclass(frozen=True)
class KindDecision:
    """Kind of variable, what else the data allow, and the reasons, one sentence each.

    `doubled`: the orbit takes twice the period of the light variation.
    """

    kind: Kind
    reasons: tuple[str, ...]
    configuration: Configuration | None = None
    alternatives: tuple[Kind, ...] = ()
    doubled: bool = False


def measure_coherence(points: Points, period: float, signal_to_noise: float) -> Coherence:
    """How steady the sine of `period` (d) is: see `Coherence`.

    `signal_to_noise` of its amplitude, as the periodogram gives it, sets the errors.
    """
    single = fit_harmonics(points, period, 2)
    rest = replace(points, flux=points.flux - single.flux(points.time))
    amplitude = float(single.amplitudes[0])
    error = 1 / (MEAN_OF_RAYLEIGH * max(signal_to_noise, 1e-3))
    offsets = np.linspace(-4, 4, 33) / points.baseline
    frequencies = (f for f in 1 / period + offsets if f > 0.3 / period)
    lobe = max(sine_amplitude(rest, 1 / f) for f in frequencies)
    middle = points.time[0] + 0.5 * points.baseline
    halves = []
    for rows in (points.time < middle, points.time >= middle):
        part = Points(points.time[rows], points.flux[rows], points.weight[rows])
        if part.time.size < 30 or part.baseline < 2 * period:
            return Coherence(np.nan, np.nan, lobe / amplitude, error)
        halves.append(fit_harmonics(part, period, 2, epoch=float(points.time[0])))
    first, second = halves
    difference = np.hypot(first.cosine[0] - second.cosine[0], first.sine[0] - second.sine[0])
    return Coherence(float(difference / amplitude), 2 * error, lobe / amplitude, error)


def largest_ellipsoidal_amplitude(period: float, least_density: float) -> float:
    """Largest cos 2x flux amplitude that a companion's tide can cause at an orbital `period` (d).

    For a visible star of at least `least_density` (solar densities): Kepler's law and the leading term of
    Morris & Naftilan 1993, at most the 0.15 of a star that fills its Roche lobe.
    """
    cube = SOLAR_DENSITY_CUBE / (least_density * period**2)
    return float(min(LARGEST_ELLIPSOIDAL_FACTOR * cube, ROCHE_FILLING_AMPLITUDE))


def measure_shape(points: Points, smooth: HarmonicFit, sharp: HarmonicFit) -> Shape:
    """Shape at the orbital period, from a fit of four harmonics and one of many."""
    curve = sharp.at_phase(np.linspace(0, 1, 400, endpoint=False))
    mean = float(np.average(points.flux, weights=points.weight))
    explained = float(np.sum(points.weight * (points.flux - mean) ** 2)) - sharp.sum_of_squares
    second, fourth = (complex(smooth.cosine[k], -smooth.sine[k]) for k in (1, 3))
    # Negative in the phase of the cos 2x minimum: the minima are sharper than the maxima.
    in_step = (fourth / second**2 * abs(second) ** 2).real if second else 0.0
    return Shape(
        dip_share=float((np.median(curve) - curve.min()) / (np.ptp(curve) or 1.0)),
        sharpness=(smooth.sum_of_squares - sharp.sum_of_squares) / explained if explained > 0 else 0.0,
        sharpness_evidence=smooth.bic(sharp.correlation_points) - sharp.bic(),
        fourth_to_second=-in_step / abs(second) if second else 0.0,
        fourth_significance=-in_step / float(smooth.amplitude_errors[3]),
    )


def eclipse_reason(shape: Shape, second_amplitude: float, thresholds: KindThresholds) -> str | None:
    """Why a curve must come from eclipses, as a sentence; None where it need not."""
    t = thresholds
    if shape.dip_share > t.dip_share and shape.sharpness > t.sharpness and shape.sharpness_evidence > t.bic:
        return (
            f"harmonics above the 4th carry {shape.sharpness:.1%} of the variation and the minima are sharp "
            f"(dips are {shape.dip_share:.0%} of the range)"
        )
    if (
        shape.fourth_to_second > t.fourth_to_second
        and shape.fourth_significance > t.significance
        and shape.dip_share > 0.5
    ):
        return f"the cos 4x term is {shape.fourth_to_second:.2f} of cos 2x: minima sharper than tides make them"
    if second_amplitude > ROCHE_FILLING_AMPLITUDE and shape.dip_share > 0.5:
        return f"the cos 2x amplitude {second_amplitude:.3f} exceeds that of any tidally distorted star"
    return None


def configuration_of(eclipses: EclipseMeasurement | None, thresholds: KindThresholds) -> Configuration:
    """Detached where the light between the eclipses is nearly constant, else contact (or nearly so)."""
    if eclipses is None or not np.isfinite(eclipses.out_of_eclipse):
        return "contact"
    flat = eclipses.out_of_eclipse < thresholds.flatness * eclipses.primary.depth
    return "detached" if flat and eclipses.primary.duration < LONGEST_DETACHED_ECLIPSE else "contact"


def decide_smooth(
    period: float,
    single: HarmonicFit,
    doubling_evidence: float,
    coherence: Coherence,
    thresholds: KindThresholds,
) -> KindDecision:
    """Kind of a curve without eclipses whose strongest sine has `period` (d); `single`: two harmonics there.

    Decides between ellipsoidal (orbit of twice the period), reflection and rotation.
    """
    amplitude = float(single.amplitudes[0])
    limit = largest_ellipsoidal_amplitude(2 * period, thresholds.least_density)
    if not coherence.is_stable(thresholds):
        change = (
            f"not steady: {coherence.change:.0%} change between the halves of the data, a further sine of "
            f"{coherence.sidelobe:.0%} beside the main one"
        )
        return KindDecision("rotation", (change,))
    too_large = f"the amplitude {amplitude:.4f} exceeds the {limit:.4f} that tides allow at {2 * period:.4g} d"
    if doubling_evidence > thresholds.bic:
        unequal = f"minima of unequal depth at twice the period (BIC difference {doubling_evidence:.0f})"
        if amplitude > limit:
            return KindDecision("rotation", (unequal, too_large), None, ("eclipsing",))
        return KindDecision("ellipsoidal", (unequal,), None, ("rotation",), doubled=True)
    if single.amplitudes[1] > thresholds.significance * single.amplitude_errors[1]:
        return _single_wave(single, thresholds)
    equal = f"a pure sine: no sign of twice the period (BIC difference {doubling_evidence:.0f})"
    if amplitude > limit:
        return KindDecision("rotation", (equal, too_large), None, ("reflection",))
    reason = "its amplitude and steadiness fit an ellipsoidal star with equal minima; one spot or reflection too"
    return KindDecision("ellipsoidal", (equal, reason), None, ("rotation", "reflection"), doubled=True)


def _single_wave(single: HarmonicFit, thresholds: KindThresholds) -> KindDecision:
    """Reflection where the curve is symmetric with the sharper maximum of a lit hemisphere, else rotation."""
    first, second = (complex(single.cosine[k], -single.sine[k]) for k in (0, 1))
    turned = second / first**2 * abs(first) ** 2
    error = float(single.amplitude_errors[1])
    symmetric = abs(turned.imag) < 3 * error + 0.1 * abs(second)
    ratio = turned.real / abs(first)
    if symmetric and 0 < ratio < 0.5:
        reason = f"one symmetric wave with the sharper maximum (cos 2x over cos x {ratio:.2f})"
        return KindDecision("reflection", (reason,), None, ("rotation",))
    return KindDecision("rotation", ("one wave without the symmetry of a lit hemisphere",), None, ("reflection",))
