"""What a spectrum tells, in words and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.spectra import CloseUp, SpectrumEvidence
from components.state.spectra import FoundSpectra, MeasuredSpectra, Rebuilt
from components.theme import escape, format_value

EPOCH_COLUMNS = ("Epoch", "S/N", "V_R", "±", "Type", "Hα")


def verdicts_html(one: SpectrumEvidence, rebuilt: Rebuilt | None) -> str:
    """Return type, second star and emission as lines, each with its rule."""
    lines = []
    if one.told is not None:
        fit = f"χ² per degree of freedom {format_value(one.chi2_per_dof, 3)}"
        if one.composite:
            share = f"a white dwarf gives {one.white_dwarf_share:.0%} of the light at 4500 Å"
            lines.append(("yes", f"<b>{escape(one.type)}, composite:</b> {share}; {fit}"))
        else:
            lines.append(("", f"<b>{escape(one.type)}</b>, a single star by χ² over templates; {fit}"))
    if one.double_lined:
        second = one.measured.second if one.measured is not None else None
        where = (
            f": second at {second.velocity:.0f} km/s" if second is not None and second.found else ": two peaks in Hα"
        )
        lines.append(("no", f"<b>Perhaps double-lined</b>{where}. Its velocity is not that of one star."))
    lines += _emission(one, rebuilt)
    return "".join(f"<div class='verdict {kind}'><span>{text}</span></div>" for kind, text in lines)


def _emission(one: SpectrumEvidence, rebuilt: Rebuilt | None) -> list[tuple[str, str]]:
    flags = rebuilt.flags if rebuilt is not None else None
    if flags is not None and flags.emission is not None:
        found = f"excess {flags.excess:.3f}, limit {flags.excess_limit:.3f}"
        if flags.emission:
            return [("yes", f"<b>Hα in emission</b> above the PCA reconstruction ({found})")]
        if flags.bad:
            chi2 = f"χ² {format_value(flags.chi2, 3)}, limit {format_value(flags.chi2_limit, 3)}"
            return [("no", f"<b>Bad around Hα</b>: far from the PCA reconstruction without emission ({chi2})")]
        return [("", f"No emission in Hα against the PCA reconstruction ({found})")]
    profile = one.profiles.get("Hα")
    if profile is None or profile.shape == "none":
        return []
    kind = "yes" if profile.emission else ""
    return [(kind, f"Hα in {'emission' if profile.emission else 'absorption'}, by its profile")]


def numbers_html(found: FoundSpectra, measured: MeasuredSpectra, number: int, catalogue_range: float | None) -> str:
    """Return velocity, template and quality of one epoch, and the range over all."""
    one = measured.evidence[number]
    frame = "" if one.heliocentric else " (not heliocentric?)"
    velocity = f"{_signed(one.velocity)} ± {one.velocity_error:.1f} km/s{frame}" if np.isfinite(one.velocity) else "–"
    pairs = [
        ("V_R", velocity),
        ("Template", escape(one.template or "–")),
        ("S/N a pixel", format_value(one.snr, 3)),
        ("Class in file", escape(one.spectrum.meta.get("subclass") or "–")),
    ]
    if np.isfinite(measured.delta_vr):
        pairs.append(("ΔV_R here", f"{measured.delta_vr:.1f} ± {measured.delta_vr_error:.1f} km/s"))
    if catalogue_range is not None:
        pairs.append(("ΔV_R, catalogue", f"{format_value(catalogue_range, 4)} km/s"))
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    notes = "".join(f"<p class=small>{escape(note)}</p>" for note in (*one.notes, *found.problems))
    extra = f", {measured.systematic_error:g} km/s added to each error" if measured.systematic_error else ""
    count = len(found.spectra)
    source = (
        f"<p class=small>{count} {'spectrum' if count == 1 else 'spectra'} {escape(found.found_by)}. "
        f"Templates: {escape(measured.templates)}{extra}.</p>"
    )
    return f"<dl class=numbers style='grid-template-columns:minmax(0,1fr)'>{cells}</dl>{notes}{source}"


def _signed(velocity: float) -> str:
    return f"{velocity:.1f}".replace("-", "−")


def rebuilt_html(rebuilt: Rebuilt) -> str:
    """Return how well the components describe the spectrum, and which model they are of."""
    found = rebuilt.reconstruction
    if found is None:
        return f"<p class=small>PCA model: {escape(rebuilt.text)}.</p>"
    chi2 = format_value(found.chi2 / max(found.dof, 1), 3)
    unlike = "" if rebuilt.flags is None or rebuilt.flags.described else " The model does not know this kind of star."
    return (
        f"<p class=small>{rebuilt.components} components explain {rebuilt.explained:.1%} of the variance; χ² per "
        f"degree of freedom {chi2} in the clean windows.{unlike} Model: {escape(rebuilt.text)}.</p>"
    )


def profile_html(name: str, profile: CloseUp | None) -> str:
    """Return one line on a close-up: how many peaks, where."""
    if profile is None:
        return f"<p><b>{name}</b> is not covered.</p>"
    if profile.shape == "none":
        return f"<p><b>{name}</b>: no line seen</p>"
    peaks = " and ".join(f"{value:+.0f}".replace("-", "−") for value in profile.velocities)
    kind = "two peaks" if profile.shape == "double" else "one peak"
    return f"<p><b>{name}</b>: {kind} at {peaks} km/s,<br>{'emission' if profile.emission else 'absorption'}</p>"


def epoch_table(found: FoundSpectra, measured: MeasuredSpectra) -> pd.DataFrame:
    """Return the epochs as texts."""
    rows = []
    for label, one in zip(found.labels, measured.evidence, strict=True):
        profile = one.profiles.get("Hα")
        shape = "–" if profile is None or profile.shape == "none" else f"{profile.shape}"
        wide = np.isfinite(one.velocity)
        rows.append(
            (
                label.removeprefix("MJD "), format_value(one.snr, 3), _signed(one.velocity) if wide else "–",
                f"{one.velocity_error:.1f}" if wide else "–", one.type or "–", shape,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(EPOCH_COLUMNS))
