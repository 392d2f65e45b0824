"""The figures of the five papers as arrangements of the page: which planes, which lines, which star."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.selection import PRESETS
from analysis.stars.triage import TriageLimits, fit_point_sources
from components.state.catalogue import Catalogue
from components.state.figure import Figure
from components.state.planes import FIGURES

Line = tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """A figure of a paper: up to six planes in reading order, and lines that show where cuts would run.

    `paper` is a key of `papers()`; `planes` are keys of `FIGURES`; `lines` are pairs of cut text and label, drawn
    without cutting; `own_lines` makes further ones from the catalogue. With `preset` the first `upto` steps of that
    selection are applied. `star` is the identifier of the star to pick. `note` says what differs from the print.
    """

    key: str
    paper: str
    figure: str
    title: str
    planes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    own_lines: Callable[[Catalogue], tuple[Line, ...]] | None = None
    preset: str = ""
    upto: int | None = None
    star: str = ""
    note: str = ""

    def missing(self, catalogue: Catalogue) -> str:
        """Return why the catalogue cannot show the figure, else nothing."""
        known = {figure.key: figure for figure in FIGURES}
        unknown = [key for key in self.planes if key not in known]
        if unknown:
            return f"there is no plane {', '.join(unknown)} yet"
        lacking = sorted({name for key in self.planes for name in known[key].missing(catalogue.usable_columns)})
        if lacking:
            return f"needs {', '.join(lacking)}"
        if self.star and catalogue.row_of(self.star) is None:
            return "its stars are in the table of Mu et al. 2022"
        return ""

    def figures(
        self, present: Mapping[str, Figure], slots: Collection[str], more: Collection[str]
    ) -> dict[str, Figure]:
        """Return the figures of the page: the layout's first, then what was shown, each once."""
        known = {figure.key: figure for figure in FIGURES}
        wanted = [known[key] for key in self.planes]
        places = [*slots, *(more if len(wanted) > len(slots) else ())]
        kept = [figure for figure in present.values() if figure.key not in self.planes]
        return dict(zip(places, [*wanted, *kept], strict=False))


def _point_source_band(catalogue: Catalogue) -> tuple[Line, ...]:
    """The line of point sources in r and three standard deviations above and below, from the catalogue itself."""
    table = catalogue.table
    alike = (table["phot_bp_rp_excess_factor"] < TriageLimits().medium_excess).to_numpy()
    line = fit_point_sources(table["rMeanPSFMag"].to_numpy()[alike], table["rMeanApMag"].to_numpy()[alike])
    if line is None:
        return ()
    return tuple(
        (
            f"psf_minus_aperture_r {sign} {line.intercept + n * line.sigma:.5g} + {line.slope:.5g} * rMeanPSFMag",
            f"{word} of the line of point sources ({line.n_stars:,} sources)",
        )
        for sign, n, word in ((">", 3, "3σ above"), ("<", -3, "3σ below"))
    )


_TRIAGE = ("noise_magnitude", "ruwe_magnitude", "igha_magnitude", "ifmp_magnitude", "blended_magnitude",
           "contaminated_magnitude")  # fmt: skip
_SIX_LINES = (
    ("astrometric_excess_noise > 0.297 + 5.63e-8 * exp(0.895 * phot_g_mean_mag)", "AEN line (eq. 1, recollected)"),
    ("ruwe < 1.25", "RUWE normal"),
    ("ipd_gof_harmonic_amplitude < 0.14", "IGHA normal"),
    ("ipd_frac_multi_peak < 10", "IFMP normal"),
    ("blended_fraction < 0.5", "β normal"),
    ("contaminated_transits <= 0", "NCT normal"),
)
_QUADRANGLE = next(step.cut.text for step in PRESETS["li2021_m_dwarfs"].steps if step.title.startswith("5."))
_MS_MASK = next(step.cut.text for step in PRESETS["andrew2022_gold"].steps if step.title == "On the main sequence")

LAYOUTS: tuple[Layout, ...] = (
    Layout("mu2022_fig1", "mu2022", "Fig. 1", "Colour–magnitude diagram of the K and M dwarfs", ("hr_gaia",),
           note="The paper corrects both axes for extinction; here the columns are as the catalogue has them."),
    Layout("mu2022_fig2", "mu2022", "Fig. 2", "ΔV_R/2 against P_orb, with eq. 3 and nine black holes",
           ("velocity_period",),
           note="Lines for 0.8 and 0.4 solar masses, bands 0.6–1.0 and 0.2–0.6. The gear changes the mass ratio."),
    Layout("mu2022_fig3a", "mu2022", "Fig. 3 left", "Folded light curve and velocities of No. 5", ("velocity_period",),
           star="J070307.60+344203.3",
           note="The period as printed is too coarse; the list of aliases shows the others."),
    Layout("mu2022_fig3b", "mu2022", "Fig. 3 right", "Folded light curve and velocities of No. 7", ("velocity_period",),
           star="J074432.30+395421.5"),
    Layout("mu2022_fig4", "mu2022", "Fig. 4", "M₂ against M₁", ("mass_mass",),
           note="The plane shows sin i = 1; the six inclinations of one star are on its page."),
    Layout("wu2024_fig1", "wu2024", "Fig. 1", "BP/RP excess of all sources", ("excess_colour", "corrected_excess"),
           (("2.37 < phot_bp_rp_excess_factor <= 5", "BP/RP excess 2.37 to 5"),),
           note="The name of the abscissa is lost in the text; BP−RP most likely."),
    Layout("wu2024_fig2", "wu2024", "Fig. 2", "Six parameters against G with their thresholds", _TRIAGE, _SIX_LINES,
           note="Lines are dotted where they do not cut yet: tick a cut on the left, or drag its line."),
    Layout("wu2024_fig3", "wu2024", "Fig. 3", "Sources of excess above 5: Pan-STARRS and absolute magnitudes",
           ("psf_aperture_r", "hr_gaia", "noise_magnitude", "sky"), preset="wu2024_large_excess",
           own_lines=_point_source_band, note="With Fig. 2's six planes these make up the figure's panels."),
    Layout("wu2024_fig4", "wu2024", "Figs. 4 and 16", "Where on the sky the sources are", ("sky",),
           note="The coloured stars are those that pass the cuts."),
    Layout("wu2024_fig12", "wu2024", "Fig. 12", "Six parameters of the sources with excess 2.37 to 5", _TRIAGE,
           _SIX_LINES, preset="wu2024_single_source", upto=1,
           note="Faint: all sources. Bright: those with excess 2.37 to 5."),
    Layout("wu2024_fig13", "wu2024", "Fig. 13", "PSF − aperture magnitude with the 3σ band", ("psf_aperture_r",),
           own_lines=_point_source_band,
           note="Band r: the letter is lost in the text. The line is this catalogue's own."),
    Layout("wu2024_plate", "wu2024", "Sect. 4.1", "S/N of the spectra against magnitude", ("signal_magnitude",),
           note="The column plate_signal_deviation compares each source with its own plate, where planid is known."),
    Layout("andrew2022_fig1", "andrew2022", "Fig. 1", "HR diagrams: density, RUWE, RUWE_spec, RUWE_phot",
           ("hr_gaia", "ruwe_map_gaia", "ruwe_spec_map_gaia", "ruwe_phot_map_gaia"),
           note="Colours part at 1.25, 2 and 2."),
    Layout("andrew2022_fig8", "andrew2022", "Fig. 8", "The three unit weight errors against each other",
           ("triad_spec_ast", "triad_phot_ast", "triad_phot_spec"),
           (("ruwe > 1.25", "RUWE above 1.25"), ("ruwe_spec > 2", "RUWE_spec above 2"),
            ("ruwe_phot < 2", "RUWE_phot below 2"))),
    Layout("andrew2022_fig13", "andrew2022", "Fig. 13", "Main-sequence mask", ("hr_gaia",),
           ((_MS_MASK, "Main-sequence mask"),)),
    Layout("andrew2022_fig16", "andrew2022", "Figs. 16 and 17", "The bronze sample",
           ("hr_gaia", "inferred_masses", "inferred_orbit", "sky"), preset="andrew2022_bronze"),
    Layout("li2021_fig1", "li2021", "Fig. 1", "Colour–magnitude diagram with the quadrangle", ("m_dwarf_quadrangle",),
           ((_QUADRANGLE, "Quadrangle of M dwarfs"),),
           note="Its corners are reordered: as printed the outline crosses itself."),
    Layout("li2021_fig6", "li2021", "Fig. 6", "M_G against T_eff, coloured by [M/H]", ("metallicity_map",),
           note="Isochrones are not drawn."),
    Layout("li2021_fig7", "li2021", "Fig. 7", "Hyades: sky and proper motion", ("sky", "proper_motion"),
           preset="li2021_hyades"),
    Layout("xiang2021_fig5", "xiang2021", "Fig. 5", "Spectroscopic against geometric M_Ks",
           ("mks_spec_geo",)),
    Layout("xiang2021_fig5_raw", "xiang2021", "Fig. 5 (raw)", "Spectroscopic M_Ks against that of the parallax",
           ("mks_spec_raw", "mks_excess_map"),
           note="The M_Ks of the parallax is not corrected for extinction, as the paper's is."),
    Layout("xiang2021_fig10", "xiang2021", "Fig. 10", "Parallax excess of OB stars", ("parallax_excess",),
           (("snr_dparallax > 2", "Parallax excess above 2σ"),)),
    Layout("xiang2021_fig11", "xiang2021", "Fig. 11", "Distances of OB stars", ("spectroscopic_distance",)),
)  # fmt: skip


def layouts_of(paper: str) -> tuple[Layout, ...]:
    """Return the figures of a paper, in its order."""
    return tuple(layout for layout in LAYOUTS if layout.paper == paper)


def papers() -> dict[str, dict[str, Any]]:
    """Return the five papers by key: name, citation, doi and the names of their selections."""
    found: dict[str, dict[str, Any]] = {}
    for name, preset in PRESETS.items():
        about = {"name": preset.paper.split(",")[0], "citation": preset.paper, "doi": preset.doi, "presets": []}
        found.setdefault(name.split("_")[0], about)["presets"].append(name)
    return found
