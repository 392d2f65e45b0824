"""Texts and tables of a star's orbits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.binaries import KeplerianOrbit, OrbitPosterior, companion_mass, mass_function
from components.state.orbit import Orbit, OrbitFit, StarOrbit
from components.theme import escape, format_value

LISTED = 12
GLYPHS = {"circle": "●", "square": "■", "triangle": "▲", "diamond": "◆", "hex": "⬢"}


def alias_table(orbit: Orbit) -> pd.DataFrame:
    """Return the candidate periods as texts: period, K₁, χ², and whether it rounds to the printed period."""
    shown = orbit.aliases[:LISTED]
    return pd.DataFrame(
        {
            "P (d)": [f"{alias.period:.6f}" for alias in shown],
            "K₁ (km/s)": [f"{alias.fit.semi_amplitude:.1f}" for alias in shown],
            "χ²": [format_value(alias.fit.chi2, 4) for alias in shown],
            "rounds to it": ["yes" if orbit.within_print(alias.period) else "no" for alias in shown],
        }
    )


def mode_table(posterior: OrbitPosterior) -> pd.DataFrame:
    """Return the separate periods that the velocities allow as texts, the most probable first."""
    modes = posterior.modes.head(LISTED)

    def between(row: pd.Series, name: str, digits: int) -> str:
        return f"{row[name + '_lower']:.{digits}f}–{row[name + '_upper']:.{digits}f}"

    return pd.DataFrame(
        {
            "P (d)": [f"{row['period']:.6g}" for _, row in modes.iterrows()],
            "probability": [f"{row['probability']:.1%}" for _, row in modes.iterrows()],
            "K₁ (km/s)": [between(row, "semi_amplitude", 1) for _, row in modes.iterrows()],
            "e": [between(row, "eccentricity", 2) for _, row in modes.iterrows()],
        }
    )


def modes_html(posterior: OrbitPosterior, count: int) -> str:
    """Return what the posterior says in a sentence, and its prior."""
    modes, prior = posterior.modes, posterior.prior
    best = modes.iloc[0]
    amplitude, low, high = posterior.interval("semi_amplitude")
    if posterior.wide and best["probability"] > 0.5:
        ends = f"{best['period_lower']:.3g} to {best['period_upper']:.3g} d"
        said = f"<b>periods of a wide range</b> are allowed, {ends} (68 % of the likeliest range)"
    elif posterior.ambiguous:
        likeliest = f"the likeliest, {best['period']:.5g} d, has {best['probability']:.0%}"
        said = f"<b>{len(modes)} separate periods</b> are allowed; {likeliest}"
    else:
        said = f"<b>One period</b>, {best['period']:.7g} d, has {best['probability']:.1%} of the probability"
    return (
        f"<p>All orbits that the {count} velocities allow: {said}. K₁ = {amplitude:.1f} km/s "
        f"({low:.1f}–{high:.1f}, 68 %).</p><p class=small>Prior: periods of {prior.shortest_period:g} to "
        f"{prior.longest_period:g} d evenly in log P, eccentricities of Kipping 2013, amplitudes of Price-Whelan "
        "et al. 2017. Intervals in the table are 68 %.</p>"
    )


def variation_html(orbit: StarOrbit) -> str:
    """Return whether the velocities vary at all, as a mark with a sentence."""
    chance = format_value(orbit.constant_chance, 2) if orbit.constant_chance > 1e-100 else "below 10⁻¹⁰⁰"
    if orbit.varies:
        rule = f"a constant velocity would scatter so with probability {chance}"
        return f"<div class='verdict yes'><span><b>the velocity varies</b>: {rule}</span></div>"
    rule = f"they scatter so by chance with probability {chance}, so that an orbit drawn through them means little"
    return f"<div class='verdict no'><span><b>no sign that the velocity varies</b>: {rule}</span></div>"


def fit_html(orbit: StarOrbit, fit: OrbitFit, shown: KeplerianOrbit, mass: float | None) -> str:
    """Return the numbers of the orbit that is shown, and how circular and Keplerian compare."""
    errors = shown.errors
    f = float(mass_function(shown.semi_amplitude, shown.period, shown.eccentricity))
    first = next(iter(shown.offset_errors.values()))
    pairs = [
        ("P", pm(shown.period, errors["period"], "d")),
        ("K₁", pm(shown.semi_amplitude, errors["semi_amplitude"], "km/s")),
        ("V₀", pm(shown.systemic_velocity, first, "km/s")),
        ("χ²", f"{format_value(shown.chi2, 4)} for {shown.dof} d.o.f."),
        ("f(M₂)", f"{format_value(f, 3)} M☉"),
    ]
    if shown.eccentricity > 0:
        pairs[3:3] = [
            ("e", pm(shown.eccentricity, errors["eccentricity"], "")),
            ("ω", pm(shown.argument_of_periastron, errors["argument_of_periastron"], "°")),
        ]
    if mass is not None and mass > 0 and fit.mass_ratio is None:
        pairs.append(("M₂, sin i = 1", f"{format_value(float(companion_mass(f, mass)), 3)} M☉"))
    if fit.second is not None and fit.mass_ratio is not None:
        second = fit.second.circular if shown is fit.comparison.circular else fit.second.best
        pairs.append(("K₂", pm(second.semi_amplitude, second.errors["semi_amplitude"], "km/s")))
        pairs.append(("q = K₁/K₂", pm(*fit.mass_ratio, "")))
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f"<dl class=numbers>{cells}</dl>{_comparison(fit)}{_printed(orbit.near, shown.period)}"


def instruments_html(
    orbit: StarOrbit, fit: OrbitFit, shown: KeplerianOrbit, styles: Mapping[str, tuple[str, str]]
) -> str:
    """Return a line an instrument: how many velocities, its zero point against the first one's, its jitter."""
    data = orbit.velocities.primary
    lines = []
    for number, name in enumerate(data.instruments):
        colour, marker = styles[name]
        rows = data.instrument == name
        offset = shown.offsets[name] - shown.systemic_velocity
        error = float(np.hypot(shown.offset_errors[name], shown.offset_errors[data.instruments[0]]))
        zero = "reference" if number == 0 else pm(offset, error, "km/s")
        jitter = f"{shown.jitters[name]:.2f} km/s" if fit.jittered else "none"
        lines.append(
            f"<tr><td><span style='color:{colour}'>{GLYPHS[marker]}</span> {escape(name or 'all velocities')}: "
            f"{int(np.count_nonzero(rows))}</td><td>{zero}</td><td>{jitter}</td></tr>"
        )
    second = orbit.velocities.secondary
    both = f"<p class=small>Hollow: the second star ({len(second)} velocities, dashed).</p>" if second else ""
    file = f"<p class=small>From {escape(orbit.velocities.origin)}.</p>" if orbit.velocities.origin else ""
    head = "<tr><td>Instrument</td><td>zero point</td><td>jitter</td></tr>"
    return f"<table class=values>{head}{''.join(lines)}</table>{both}{file}"


def _comparison(fit: OrbitFit) -> str:
    comparison = fit.comparison
    if comparison.keplerian is None:
        return "<p class=small>Too few velocities for an eccentric orbit.</p>"
    difference = comparison.bic_difference
    e = comparison.keplerian.eccentricity
    sign = "+" if difference > 0 else "−"
    better = "the eccentric orbit is demanded" if comparison.eccentric else "the circular orbit is kept"
    jitter = " The scatter is beyond the errors: each instrument got a jitter." if fit.jittered else ""
    return (
        f"<p class=small>BIC of the circular minus the Keplerian orbit (e = {e:.3f}): {sign}{abs(difference):.1f}; "
        f"{better} (6 would demand an eccentricity).{jitter}</p>"
    )


def _printed(near: Orbit, period: float) -> str:
    if near.window is None or near.printed_period is None:
        return f"<p class=small>{escape(near.reason)}</p>" if near.reason and not near.printed_period else ""
    low, high = near.window
    wide = (high - low) / near.printed_period > 1e-6
    stands = f" stands for {low:.6g}–{high:.6g} d; candidates a little beyond are listed too" if wide else ""
    return f"<p class=small>Catalogue period {near.printed_period:.7g} d{stands}.</p>"


def pm(value: float, error: float, unit: str) -> str:
    """Return a number with as many digits as its error warrants, and the error where it is known."""
    if not np.isfinite(value):
        return "–"
    if not np.isfinite(error) or error <= 0:
        return f"{value:.7g} {unit}".rstrip()
    digits = int(np.clip(1 - np.floor(np.log10(error)), 0, 7))
    return f"{value:.{digits}f} ± {error:.{digits}f} {unit}".replace("-", "−").rstrip()
