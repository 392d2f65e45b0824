"""The planes a catalogue can be seen in: named figures, their axes, and why one is not to be had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import cycle

from components.state.figure import Figure
from components.state.figures_inference import INFERENCE_FIGURES
from components.state.figures_spectra import SPECTRA_FIGURES
from components.state.figures_triage import TRIAGE_FIGURES

SLOTS = ("first", "second", "third", "fourth")
MORE_SLOTS = ("fifth", "sixth")
ALL_SLOTS = SLOTS + MORE_SLOTS


_HR_AXES: tuple[tuple[str, str, str, str], ...] = (
    ("gaia", "M_G against BP−RP", "bp_rp", "absolute_g"),
    ("hipparcos", "M_Hp against V−I", "v_i", "absolute_hp"),
    ("infrared", "M_Ks against T_eff", "teff", "absolute_k"),
    ("implied", "M_Ks implied by M₁, against T_eff", "teff", "absolute_k_implied"),
    ("observed", "G against BP−RP", "bp_rp", "phot_g_mean_mag"),
    ("observed_hp", "Hp against V−I", "v_i", "hp_mag"),
)

# Thresholds of Andrew et al. 2022: 1.25 for the astrometric, 2 for the spectroscopic and photometric error.
_RUWE_SPEC = {"value": "ruwe_spec", "centre": 2.0, "spread": (0.7, 6.0)}
_RUWE_PHOT = {"value": "ruwe_phot", "centre": 2.0, "spread": (0.7, 6.0)}
_RUWE = {"value": "ruwe", "centre": 1.25, "spread": (0.9, 2.0)}
_GOODNESS = {"value": "goodness_of_fit", "centre": 0.0, "spread": (-3.0, 5.0)}


def _hr_figures() -> Iterable[Figure]:
    for key, title, x, y in _HR_AXES:
        plain = Figure(f"hr_{key}", f"HR diagram: {title}", x, y, invert_x=x == "teff", invert_y=True)
        yield plain
        yield replace(plain, key=f"ruwe_map_{key}", title=f"Mean RUWE: {title}", **_RUWE)
        yield replace(plain, key=f"ruwe_spec_map_{key}", title=f"Mean RUWE_spec: {title}", **_RUWE_SPEC)
        yield replace(plain, key=f"ruwe_phot_map_{key}", title=f"Mean RUWE_phot: {title}", **_RUWE_PHOT)
        yield replace(plain, key=f"fit_map_{key}", title=f"Mean goodness of fit: {title}", **_GOODNESS)


_VELOCITY_PERIOD = Figure(
    "velocity_period",
    "ΔV_R/2 against P_orb",
    "period",
    "half_delta_vr",
    "log10",
    "log10",
    overlays=("limit_lines", "black_holes"),
)

_OTHERS = (
    _VELOCITY_PERIOD,
    Figure("ruwe_magnitude", "RUWE against G", "phot_g_mean_mag", "ruwe", y_scale="log10"),
    Figure("ruwe_excess_noise", "RUWE against excess noise", "astrometric_excess_noise", "ruwe", y_scale="log10"),
    Figure("fit_magnitude", "Goodness of fit against Hp", "hp_mag", "goodness_of_fit"),
    *INFERENCE_FIGURES,
    Figure("rv_error_ruwe", "Velocity error against RUWE", "ruwe", "radial_velocity_error", "log10", "log10"),
    Figure("proper_motion", "Proper motion", "pmra", "pmdec", invert_x=True),
    Figure("sky", "Sky: Dec against RA", "ra", "dec", invert_x=True),
    Figure("excess_colour", "BP/RP excess against BP−RP", "bp_rp", "phot_bp_rp_excess_factor"),
    *TRIAGE_FIGURES,
    *SPECTRA_FIGURES,
    Figure(
        "metallicity_map",
        "Mean [M/H]: M_G against T_eff",
        "teff_ap",
        "absolute_g",
        invert_x=True,
        invert_y=True,
        value="m_h",
    ),
    Figure("mass_mass", "M₂ (sin i = 1) against M₁", "primary_mass", "minimum_companion_mass"),
    Figure("parallax_error", "Parallax error against Hp", "hp_mag", "parallax_error", y_scale="log10"),
)

FIGURES: tuple[Figure, ...] = (*_hr_figures(), *_OTHERS)

_SLOT_ORDER: dict[str, tuple[str, ...]] = {
    "first": tuple(f"hr_{key}" for key, *_ in _HR_AXES),
    "second": ("velocity_period", "rv_error_ruwe", "proper_motion", "sky"),
    "third": (
        *(f"ruwe_map_{key}" for key, *_ in _HR_AXES),
        *(f"fit_map_{key}" for key, *_ in _HR_AXES),
        "sky",
    ),
    "fourth": ("ruwe_magnitude", "ruwe_excess_noise", "fit_magnitude", "parallax_error", "proper_motion"),
}


# Of a table with image flags and nothing about companions, what the triage of extended sources goes by.
_TRIAGE_ORDER = {"first": "excess_colour", "second": "noise_magnitude", "third": "igha_magnitude",
                 "fourth": "ifmp_magnitude"}  # fmt: skip
_IMAGE_FLAGS = frozenset({"ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak", "phot_bp_rp_excess_factor"})
_OF_COMPANIONS = frozenset({"half_delta_vr", "radial_velocity_error", "period"})


def is_for_triage(columns: Collection[str]) -> bool:
    """Tell whether a table with these columns is one of image flags, with nothing about companions."""
    return set(columns) >= _IMAGE_FLAGS and not _OF_COMPANIONS & set(columns)


def figures_for(columns: Collection[str]) -> list[Figure]:
    """Return the named figures a catalogue with these columns can show."""
    return [figure for figure in FIGURES if not figure.missing(columns)]


def figures_not_for(columns: Collection[str]) -> list[tuple[Figure, tuple[str, ...]]]:
    """Return the named figures that cannot be shown, each with the columns it misses."""
    return [(figure, missing) for figure in FIGURES if (missing := figure.missing(columns))]


def default_figures(columns: Collection[str], numeric: Collection[str] = ()) -> dict[str, Figure]:
    """Return a figure for each slot: the best the catalogue has, never the same one twice.

    A catalogue with none of the known pairs shows its first numeric columns against each other.
    """
    found = {figure.key: figure for figure in figures_for(columns)}
    chosen: dict[str, Figure] = {}
    triage = is_for_triage(columns)
    for slot in SLOTS:
        keys = (*([_TRIAGE_ORDER[slot]] if triage else []), *_SLOT_ORDER[slot], *found)
        taken = {figure.key for figure in chosen.values()}
        figure = next((found[key] for key in keys if key in found and key not in taken), None)
        if figure is not None:
            chosen[slot] = figure
    spare = [name for name in numeric if name in columns and name not in ("ra", "dec")]
    shown = {frozenset((figure.x, figure.y)) for figure in chosen.values()}
    pairs = [pair for pair in zip(spare, spare[1:] + spare[:1], strict=True) if frozenset(pair) not in shown]
    for slot, (x, y) in zip((slot for slot in SLOTS if slot not in chosen), cycle(pairs), strict=False):
        if x != y:
            chosen[slot] = custom_figure(x, y)
    return chosen


def custom_figure(x: str, y: str, value: str | None = None, x_scale: str = "linear", y_scale: str = "linear") -> Figure:
    """Return a figure of any two columns, coloured by count or by the mean of ``value``."""
    title = f"{y} against {x}" if value is None else f"Mean {value}: {y} against {x}"
    upside_down = any(mark in y for mark in ("_mag", "absolute_"))
    return Figure("custom", title, x, y, x_scale, y_scale, invert_y=upside_down, value=value)


def shown_slots(figures: Collection[str]) -> tuple[str, ...]:
    """Return the slots of the page for the slots that are filled: four, or six where one of the last two is."""
    return ALL_SLOTS if any(slot in figures for slot in MORE_SLOTS) else SLOTS


def slot_rows(figures: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the slots of the upper and the lower row: two by two, or three by two."""
    slots = shown_slots(figures)
    half = len(slots) // 2
    return slots[:half], slots[half:]


def with_planes(figures: Mapping[str, Figure], number: int, known: Iterable[Figure]) -> dict[str, Figure]:
    """Return the figures for four or six planes: more are taken from the known ones that are not shown yet."""
    if number <= len(SLOTS):
        return {slot: figure for slot, figure in figures.items() if slot in SLOTS}
    shown = {figure.key for figure in figures.values()}
    spare = [figure for figure in known if figure.key not in shown]
    more = {slot: figure for slot, figure in zip(MORE_SLOTS, spare, strict=False) if slot not in figures}
    return {**figures, **more}
