"""What is said of a star's astrometric and velocity errors."""

from __future__ import annotations

from analysis.binaries import PlatingThresholds
from components.state.inference import DAYS_A_YEAR, Excess, Inference
from components.theme import escape, format_value

LIMITS = PlatingThresholds()


def unit_errors_html(excess: Excess) -> str:
    """Return the three unit weight errors against their thresholds, a line each."""
    chance = excess.ruwe_spec_chance
    by_chance = f"; one single star in a million reaches {chance:.1f}" if chance is not None else ""
    rules = (
        ("RUWE_ast", excess.ruwe_ast, LIMITS.ruwe, True, "the position moves more than its errors allow", ""),
        ("RUWE_spec", excess.ruwe_spec, LIMITS.ruwe_spec, True, "the velocity varies", by_chance),
        ("RUWE_phot", excess.ruwe_phot, LIMITS.ruwe_phot, False, "the light varies: tides, eclipses, spots", ""),
    )
    lines = []
    for name, value, limit, wanted, meaning, more in rules:
        if value is None:
            lines.append(f"<div class=verdict><span><b>{name}</b>: missing</span></div>")
            continue
        above = value > limit
        side = f"above {limit:g}: {meaning}" if above else f"not above {limit:g}"
        kind = "yes" if above == wanted else "no"
        shown = f"<b>{name} = {format_value(value, 3)}</b>, {side}{more}"
        lines.append(f"<div class='verdict {kind}'><span>{shown}</span></div>")
    return "".join(lines)


def excess_html(excess: Excess) -> str:
    """Return errors of single stars, excess scatters and the primary's mass as a list of numbers."""
    mass = f"{format_value(excess.primary_mass, 3)} M☉" if excess.primary_mass is not None else "–"
    pairs = (
        ("σ_spec", _with_unit(excess.sigma_spec, "km/s")),
        ("Velocity excess", _with_unit(excess.velocity, "km/s")),
        ("σ_ast", _with_unit(excess.sigma_ast, "mas")),
        ("Position excess", _with_unit(excess.angle, "mas")),
        ("ϖ", _with_unit(excess.parallax, "mas")),
        ("M₁", mass),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    source = f"<p class=small>M₁ {escape(excess.mass_source)}.</p>" if excess.mass_source else ""
    return f"<dl class=numbers>{cells}</dl>{source}"


def why_not_html(excess: Excess) -> str:
    """Return why no companion can be inferred: what is missing, or which scatter is within its error."""
    reasons = list(excess.reasons)
    if excess.velocity == 0:
        reasons.append("its velocities scatter no more than those of single stars")
    if excess.angle == 0:
        reasons.append("its positions scatter no more than those of single stars")
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    return f"<p><b>No companion can be inferred:</b></p><ul>{items}</ul>" if items else ""


def inference_html(found: Inference, excess: Excess) -> str:
    """Return period, mass ratio and companion mass with 16 and 84 % points, and the warning of a triple."""
    cells = "".join(
        f"<div><dt>{label}</dt><dd><b>{format_value(value.median, 3)}</b> "
        f"<span class=bars>({format_value(value.low, 3)} – {format_value(value.high, 3)})</span></dd></div>"
        for label, value in (("P (yr)", found.period_yr), ("q", found.q), ("M₂ (M☉)", found.m2))
    )
    light = "a dark companion" if found.light_ratio == 0 else f"a companion with {found.light_ratio:g} of the light"
    note = (
        f"<p class=small>Median (16 – 84 %) for {light}, over the orbit's unknown shape and orientation, for one "
        "orbit with both scatters and P below 34 months. Measurement errors do not enter.</p>"
    )
    return f"<dl class=numbers style='grid-template-columns:1fr'>{cells}</dl>{note}{triple_html(found, excess)}"


def triple_html(found: Inference, excess: Excess) -> str:
    """Return how the inferred period stands to the known one."""
    if excess.known_period is None:
        return no_period_html(found, excess)
    known = f"The known period, {format_value(excess.known_period, 5)} d"
    inferred = f"{format_value(found.period_yr.median * DAYS_A_YEAR, 3)} d inferred"
    if found.triple == "inner":
        text = f"{known}, is much shorter than {inferred}. A slower, outer orbit may move the position."
    elif found.triple == "outer":
        text = f"{known}, is much longer than {inferred}. A faster, inner orbit may move the velocity."
    else:
        return f"<div class='verdict yes'><span>{known}, is consistent with the {inferred}.</span></div>"
    return f"<div class='verdict no'><span><b>Perhaps a triple.</b> {text} Then q and M₂ are too large.</span></div>"


def no_period_html(found: Inference, excess: Excess) -> str:
    """Return the warning of Sect. 2.4 where no period is known: a triple looks like a heavy companion."""
    text = "No period of this star is known, so that a triple cannot be told from a pair"
    if found.q.median <= LIMITS.mass_ratio:
        return f"<p class=small>{text} (Sect. 2.4).</p>"
    varies = excess.ruwe_phot is not None and excess.ruwe_phot > LIMITS.ruwe_phot
    light = " Its light varies, as that of a close inner pair does." if varies else ""
    return (
        f"<div class='verdict no'><span><b>Perhaps a triple.</b> {text}: where an inner orbit moves the velocity and "
        f"an outer one the position, q and M₂ come out too large (Sect. 2.4).{light}</span></div>"
    )


def _with_unit(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{format_value(value, 3)} {unit}"
