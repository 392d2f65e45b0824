"""The planes a catalogue can be seen in: named figures, their axes, and why one is not to be had."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

SLOTS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Figure:
    """What one plane shows: two columns as axes, and a count or the mean of a third as colour."""

    key: str
    title: str
    x: str
    y: str
    x_scale: str = "linear"
    y_scale: str = "linear"
    invert_x: bool = False
    invert_y: bool = False
    value: str | None = None
    centre: float | None = None
    spread: tuple[float, float] | None = None
    overlays: tuple[str, ...] = ()
    colour_scale: str = "log"
    mass_ratio: float = 0.5

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns the figure needs."""
        return (self.x, self.y) if self.value is None else (self.x, self.y, self.value)

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return the needed columns that are not among ``columns``."""
        return tuple(name for name in self.columns if name not in columns)


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
    Figure("triad_spec_ast", "RUWE_spec against RUWE_ast", "ruwe", "ruwe_spec", "log10", "log10"),
    Figure("triad_phot_ast", "RUWE_phot against RUWE_ast", "ruwe", "ruwe_phot", "log10", "log10"),
    Figure("triad_phot_spec", "RUWE_phot against RUWE_spec", "ruwe_spec", "ruwe_phot", "log10", "log10"),
    Figure("inferred_masses", "Inferred M₂ against M₁", "primary_mass", "secondary_mass", "log10", "log10"),
    Figure("inferred_orbit", "Inferred mass ratio against period", "period_yr", "q", "log10", "log10"),
    Figure("rv_error_ruwe", "Velocity error against RUWE", "ruwe", "radial_velocity_error", "log10", "log10"),
    Figure("proper_motion", "Proper motion", "pmra", "pmdec", invert_x=True),
    Figure("sky", "Sky: Dec against RA", "ra", "dec", invert_x=True),
    Figure("excess_colour", "BP/RP excess against BP−RP", "bp_rp", "phot_bp_rp_excess_factor"),
    Figure("noise_magnitude", "Excess noise against G", "phot_g_mean_mag", "astrometric_excess_noise"),
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
    for slot in SLOTS:
        keys = (*_SLOT_ORDER[slot], *found)
        taken = {figure.key for figure in chosen.values()}
        figure = next((found[key] for key in keys if key in found and key not in taken), None)
        if figure is not None:
            chosen[slot] = figure
    spare = [name for name in numeric if name in columns]
    for number, slot in enumerate(slot for slot in SLOTS if slot not in chosen):
        if len(spare) >= 2:
            x, y = spare[number % len(spare)], spare[(number + 1) % len(spare)]
            if x != y:
                chosen[slot] = custom_figure(x, y)
    return chosen


def custom_figure(x: str, y: str, value: str | None = None, x_scale: str = "linear", y_scale: str = "linear") -> Figure:
    """Return a figure of any two columns, coloured by count or by the mean of ``value``."""
    title = f"{y} against {x}" if value is None else f"Mean {value}: {y} against {x}"
    upside_down = any(mark in y for mark in ("_mag", "absolute_"))
    return Figure("custom", title, x, y, x_scale, y_scale, invert_y=upside_down, value=value)
