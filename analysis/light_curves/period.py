"""The period of a light curve and what varies: `find_period`."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.light_curves.box_search import BoxDip, refine_box, search_boxes
from analysis.light_curves.eclipses import EclipseMeasurement, measure_eclipses, refine_ephemeris
from analysis.light_curves.harmonics import (
    HarmonicFit,
    Points,
    bin_points,
    double_period_evidence,
    fit_harmonics,
    good_points,
    refine_period,
    sum_of_squares,
)
from analysis.light_curves.periodogram import Periodogram, lomb_scargle, period_range
from analysis.light_curves.series import LightCurve
from analysis.light_curves.variability import (
    Coherence,
    Configuration,
    Kind,
    KindDecision,
    KindThresholds,
    configuration_of,
    decide_smooth,
    eclipse_reason,
    measure_coherence,
    measure_shape,
)
from analysis.stars.units import FloatArray

FEWEST_POINTS = 50
SMOOTH_HARMONICS, SHARP_HARMONICS = 4, 12
SHORTEST_BOX_PERIOD = 0.2
BOX_MULTIPLES = (0.5, 1.0, 2.0, 3.0, 4.0)
BOX_BIN_DAYS = 10 / 1440
LONGEST_DIP = 0.35


@dataclass(frozen=True, eq=False)
class LightCurvePeriod:
    """Period, kind and numbers of a variable; days, relative flux, time on the light curve's own scale.

    `period` is that of the strongest sine (or of the eclipses, `method` "box"), `orbital_period` the adopted
    one with its error; `epoch` the time of the deeper minimum nearest to the middle of the data. `power` and
    `false_alarm` belong to the periodogram, and `signal_to_noise` (for dips: depth over its error).
    `doubling_evidence` is the BIC difference for twice the period (above 10: demanded). `harmonics` is the
    Fourier series at the orbital period with phase 0 at `epoch`. All NaN or None with kind "none" where
    there is no significant period, except the best candidate's own numbers.
    """

    period: float
    power: float
    false_alarm: float
    signal_to_noise: float
    method: str
    kind: Kind
    configuration: Configuration | None
    alternatives: tuple[Kind, ...]
    reasons: tuple[str, ...]
    orbital_period: float
    orbital_period_error: float
    epoch: float
    doubling_evidence: float
    harmonics: HarmonicFit | None
    eclipses: EclipseMeasurement | None
    coherence: Coherence | None
    periodogram: Periodogram | None

    @property
    def ellipsoidal_amplitude(self) -> tuple[float, float]:
        """Amplitude of the cos 2x term in relative flux and its error; NaN without a period."""
        if self.harmonics is None:
            return np.nan, np.nan
        return float(self.harmonics.amplitudes[1]), float(self.harmonics.amplitude_errors[1])

    @property
    def o_connell(self) -> tuple[float, float]:
        """O'Connell asymmetry: flux at phase 0.25 minus flux at 0.75, and its error; NaN without a period."""
        if self.harmonics is None:
            return np.nan, np.nan
        return self.harmonics.combination([0.25, 0.75], [1.0, -1.0])

    @property
    def minima_difference(self) -> tuple[float, float]:
        """Flux at phase 0.5 minus flux at phase 0 (the deeper minimum), and its error."""
        if self.harmonics is None:
            return np.nan, np.nan
        return self.harmonics.combination([0.5, 0.0], [1.0, -1.0])


def find_period(
    light_curve: LightCurve,
    shortest: float | None = None,
    longest: float | None = None,
    thresholds: KindThresholds | None = None,
) -> LightCurvePeriod:
    """Period, orbital period (d) and kind of variable of a light curve, best after `clean`.

    Generalised Lomb-Scargle and box least squares between `shortest` and `longest` days (by default what
    cadence and sector length allow); the dip wins where it describes the data better. The orbital period is
    twice that of the strongest sine where two against four harmonics demand it by BIC (Mu et al. 2022: P =
    2 P_LS for ellipsoidal stars), or where the curve is a pure sine that tides can explain. A light curve
    with fewer than 50 good points gives kind "none". Raises ValueError for an impossible period range.
    """
    t = thresholds or KindThresholds()
    points = good_points(light_curve)
    if points.time.size < FEWEST_POINTS:
        return _nothing(f"{points.time.size} good points, fewer than the {FEWEST_POINTS} a period needs")
    if not np.ptp(points.flux) > 0:
        return _nothing("the flux does not vary at all")
    shortest, longest = period_range(light_curve, shortest, longest)
    periodogram = lomb_scargle(points, shortest, longest)
    sine = _sine(points, periodogram)
    work = bin_points(points, sine.period / 60)
    dip = _dip(points, max(shortest, SHORTEST_BOX_PERIOD), max(longest, points.baseline / 2), t)
    by_dip = None
    if dip is not None and _dip_is_better(points, dip, sine.period):
        by_dip = _eclipsing_by_dip(points, dip, sine, t)
    if by_dip is not None:
        found = by_dip
    elif not (sine.false_alarm < t.false_alarm and sine.signal_to_noise > t.signal_to_noise):
        weak = f"the best period has false-alarm probability {sine.false_alarm:.2g} and "
        found = replace(sine, kind="none", reasons=(weak + f"signal-to-noise {sine.signal_to_noise:.1f}",))
    else:
        found = _by_sine(points, work, sine, t)
    return replace(found, periodogram=periodogram)


def _nothing(reason: str) -> LightCurvePeriod:
    nan = np.nan
    return LightCurvePeriod(
        *(nan, nan, 1.0, 0.0, "sine", "none", None, (), (reason,), nan, nan, nan, nan, None, None, None, None)
    )


def _sine(points: Points, periodogram: Periodogram) -> LightCurvePeriod:
    """The strongest sine with its significance, the kind still open."""
    coarse = bin_points(points, periodogram.best_period / 60)
    period, _ = refine_period(coarse, _likeliest_alias(coarse, periodogram.aliases()), 2, width=0.2)
    inside = 0 < int(periodogram.power.argmax()) < periodogram.power.size - 1
    power = float(periodogram.power.max())
    return replace(
        _nothing(""),
        period=period,
        power=power,
        false_alarm=periodogram.false_alarm(power),
        signal_to_noise=periodogram.signal_to_noise(periodogram.frequency[periodogram.power.argmax()]) * inside,
    )


def _likeliest_alias(points: Points, aliases: list[float]) -> float:
    """The alias at whose double period four harmonics fit best: a sine alone hardly tells aliases apart."""
    if len(aliases) == 1:
        return aliases[0]
    step = 0.15 / points.baseline

    def best_fit(period: float) -> float:
        trial = (2 / (1 / period + offset) for offset in (-step, 0.0, step))
        left, middle, right = (sum_of_squares(points, double, SMOOTH_HARMONICS) for double in trial)
        curvature = left + right - 2 * middle
        return middle - (right - left) ** 2 / (8 * curvature) if curvature > 0 else min(left, middle, right)

    return min(aliases, key=best_fit)


def _by_sine(points: Points, work: Points, sine: LightCurvePeriod, t: KindThresholds) -> LightCurvePeriod:
    """Kind and orbital period of a curve that a few harmonics describe best."""
    evidence = double_period_evidence(work, sine.period)
    single = fit_harmonics(work, sine.period, 2)
    coherence = measure_coherence(work, sine.period, sine.signal_to_noise)
    decision = decide_smooth(sine.period, single, evidence, coherence, t)
    eclipses = None
    reason = _reason_for_eclipses(work, 2 * sine.period, t) if coherence.is_stable(t) else None
    if reason is not None:
        eclipses = _measured(points, 2 * sine.period)
        equal = () if evidence > t.bic else ("the minima are equal: the orbit could take half this period",)
        decision = KindDecision(
            "eclipsing", (reason, *equal), configuration_of(eclipses, t), ("ellipsoidal",), doubled=True
        )
    factor = 2 if decision.doubled else 1
    harmonics = SHARP_HARMONICS if decision.kind == "eclipsing" else SMOOTH_HARMONICS
    return _at_orbit(
        replace(sine, doubling_evidence=evidence, coherence=coherence, eclipses=eclipses),
        points,
        decision,
        *refine_period(work, sine.period * factor, harmonics, width=0.2),
    )


def _reason_for_eclipses(work: Points, period: float, t: KindThresholds) -> str | None:
    if work.time.size < 4 * SHARP_HARMONICS:
        return None
    smooth = fit_harmonics(work, period, SMOOTH_HARMONICS)
    shape = measure_shape(work, smooth, fit_harmonics(work, period, SHARP_HARMONICS))
    return eclipse_reason(shape, float(smooth.amplitudes[1]), t)


def _measured(points: Points, period: float) -> EclipseMeasurement | None:
    """Eclipses at a known period, started from the deepest minimum of a smooth curve."""
    fit = fit_harmonics(points, period, SHARP_HARMONICS)
    grid = np.linspace(0, 1, 400, endpoint=False)
    epoch = fit.epoch + period * float(grid[fit.at_phase(grid).argmin()])
    return measure_eclipses(points, period, epoch, 0.12)


def _dip(points: Points, shortest: float, longest: float, t: KindThresholds) -> BoxDip | None:
    """The best box-shaped dip over all periods and their small multiples; None where there is none."""
    if not shortest < longest:
        return None
    coarse = bin_points(points, BOX_BIN_DAYS)
    search = search_boxes(coarse, shortest, longest)
    trials = {
        round(np.log(period * multiple), 4): period * multiple
        for period, _ in search.peaks(3, points.baseline)
        for multiple in BOX_MULTIPLES
        if shortest <= period * multiple <= longest
    }
    dips = [refine_box(coarse, period) for period in trials.values()]
    dips = [dip for dip in dips if dip.depth > 0 and dip.depth_snr > t.eclipse_significance]
    if not dips:
        return None
    best = max(dips, key=lambda dip: dip.depth_snr)
    return refine_box(points, best.period, reach=0.1 / points.baseline)


def _dip_is_better(points: Points, dip: BoxDip, sine_period: float) -> bool:
    """Whether mean and box describe the points better than four harmonics at twice the strongest sine."""
    phase = (points.time - dip.epoch) / dip.period
    inside = np.abs(phase - np.round(phase)) < 0.5 * dip.duration / dip.period
    if not inside.any() or inside.all():
        return False
    squares = sum(_squares(points.flux[rows], points.weight[rows]) for rows in (inside, ~inside))
    waves = fit_harmonics(points, 2 * sine_period, 4)
    n = waves.effective_points
    return bool(n * np.log(squares / waves.sum_of_squares) < (10 - 5) * np.log(n))


def _squares(flux: FloatArray, weight: FloatArray) -> float:
    return float(np.sum(weight * (flux - np.average(flux, weights=weight)) ** 2))


def _eclipsing_by_dip(
    points: Points, dip: BoxDip, sine: LightCurvePeriod, t: KindThresholds
) -> LightCurvePeriod | None:
    """Eclipses of a star that is otherwise nearly constant; None where they are not significant or too long."""
    measured = measure_eclipses(points, dip.period, dip.epoch, dip.duration / dip.period)
    if measured is None or measured.cycles < 2 or measured.primary.significance < t.eclipse_significance:
        return None
    if measured.primary.duration > LONGEST_DIP:
        return None
    doubled = measured.odd_even_significance > t.significance
    if doubled:
        again = measure_eclipses(points, 2 * dip.period, measured.epoch, 0.5 * measured.primary.duration)
        measured = again or measured
    primary = measured.primary
    hours = primary.duration * measured.period * 24
    reason = f"dips of {primary.depth:.4f} lasting {hours:.2f} h in {measured.cycles} cycles"
    reasons = (reason, "odd and even dips differ: the orbit takes twice their period") if doubled else (reason,)
    decision = KindDecision("eclipsing", reasons, configuration_of(measured, t), (), doubled)
    period, error, epoch = refine_ephemeris(points, measured)
    measured = replace(measured, period=period, epoch=epoch)
    return _at_orbit(
        replace(sine, period=dip.period, method="box", signal_to_noise=primary.significance, eclipses=measured),
        points,
        decision,
        period,
        error,
    )


def _at_orbit(
    found: LightCurvePeriod, points: Points, decision: KindDecision, period: float, error: float
) -> LightCurvePeriod:
    """The result at its orbital period, phase 0 at the deeper minimum nearest to the middle of the data."""
    harmonics = SMOOTH_HARMONICS
    middle = float(points.time[0] + 0.5 * points.baseline)
    if found.eclipses is not None:
        epoch = found.eclipses.epoch
    else:
        fit = fit_harmonics(points, period, harmonics)
        grid = np.linspace(0, 1, 1000, endpoint=False)
        epoch = fit.epoch + period * float(grid[fit.at_phase(grid).argmin()])
    epoch += period * np.round((middle - epoch) / period)
    return replace(
        found,
        kind=decision.kind,
        configuration=decision.configuration,
        alternatives=decision.alternatives,
        reasons=decision.reasons,
        orbital_period=period,
        orbital_period_error=error,
        epoch=epoch,
        harmonics=fit_harmonics(points, period, harmonics, epoch=epoch),
    )
