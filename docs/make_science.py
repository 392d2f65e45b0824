"""Prints the tables of docs/science.md: Andrew et al. 2022 on the simulated survey.

    python docs/make_science.py [--stars 1000000] [--seed 7] [--reference FOLDER]

FOLDER holds the published maps dr3_rvs_spec_error.csv and dr3_rvs_phot_error.csv, by default ../shared/real/reference.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.binaries import (
    ErrorMap,
    SingleStarErrors,
    add_error_columns,
    along_scan_error,
    compare_error_maps,
    default_draws,
    excess_astrometric_scatter,
    excess_rv_scatter,
    fit_single_star_errors,
)
from analysis.binaries.projection_draws import BASELINE_YEARS, simulate_projections
from analysis.binaries.projections import binary_astrometric_scatter, binary_rv_scatter
from analysis.simulate import survey, truth
from analysis.simulate.gaia_errors import transit_velocity_scatter

ROOT = Path(__file__).resolve().parents[1]
DAYS_A_YEAR = 365.25
PERIOD_BINS = (5 / DAYS_A_YEAR, 0.1, 0.3, 0.8, 1.2, 2.0, BASELINE_YEARS, 5.0, 10.0, 30.0)
DARK, PAIRS = ("ms_ns", "ms_bh"), ("ms_ms", "ms_wd", "ms_ns", "ms_bh")
FEWEST = 5


def table(title: str, head: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for line in lines:
        print(f"| {' | '.join(map(str, line))} |")


def spread(values: np.ndarray) -> str:
    """Median and half the distance of the 16 and 84 % points."""
    if len(values) < FEWEST:
        return "–"
    low, middle, high = np.percentile(values, (16, 50, 84))
    return f"{middle:+.2f} ± {(high - low) / 2:.2f}"


def projections(seed: int = 3, systems: int = 100_000) -> None:
    """What the paper's own simulation (its Table 1) gives for beta and zeta."""
    draws = default_draws()
    lines = [
        (name, f"{np.median(values):.3f}", paper)
        for name, values, paper in (
            ("β", draws.beta, "0.62"),
            ("ζ", draws.zeta, "0.55"),
            ("ζ²β", draws.zeta**2 * draws.beta, "0.2"),
            ("ζ/β", draws.zeta / draws.beta, "1"),
        )
    ]
    ratio = np.log10(draws.beta / draws.zeta)
    lines.append(("standard deviation of log₁₀ P_inf/P", f"{ratio.std():.2f}", "0.2 (AstroSpectroSB1)"))
    table("Medians after RUWE_ast > 1.25, RUWE_spec > 2, P < 34 months", ("", "here", "paper"), lines)
    rng = np.random.default_rng(seed)
    periods = 10 ** rng.uniform(np.log10(PERIOD_BINS[0]), np.log10(PERIOD_BINS[-1]), systems)
    orbits = simulate_projections(periods, rng)
    lines = [
        (f"{low:.3g} – {high:.3g}", f"{np.median(orbits.beta[here]):.3f}", f"{np.median(orbits.zeta[here]):.3f}")
        for low, high in pairwise(PERIOD_BINS)
        if (here := (periods >= low) & (periods < high)).any()
    ]
    table("Median β and ζ by period, before the cuts", ("P (yr)", "β", "ζ"), lines)


def sample_of(stars: pd.DataFrame) -> np.ndarray:
    """Stars of App. B.1."""
    return (
        (stars["radial_velocity_error"] > 0)
        & (stars["rv_nb_transits"] >= 3)
        & (stars["ruwe"] > 0)
        & (stars["parallax_over_error"] > 10)
        & (stars["rv_method_used"] == 1)
        & (stars["n_sources_2arcsec"] == 1)
    ).to_numpy()


def measured_projections(stars: pd.DataFrame, known: pd.DataFrame, errors: SingleStarErrors) -> pd.DataFrame:
    """The beta and zeta that turn the true orbit into the excess scatters (eqs. 3 and 5)."""
    assert errors.spec is not None
    magnitude, colour, parallax = (stars[name].to_numpy(float) for name in ("phot_g_mean_mag", "bp_rp", "parallax"))
    velocity = excess_rv_scatter(
        stars["radial_velocity_error"].to_numpy(float),
        stars["rv_nb_transits"].to_numpy(float),
        errors.spec.predict(magnitude, colour),
    )
    angle = excess_astrometric_scatter(
        stars["ruwe"].to_numpy(float),
        along_scan_error(magnitude),
        stars["astrometric_n_good_obs_al"].to_numpy(float),
    )
    period = known["period_true"].to_numpy() / DAYS_A_YEAR
    q, light, mass = (known[name].to_numpy(float) for name in ("mass_ratio_true", "light_ratio_true", "mass_true"))
    with np.errstate(divide="ignore", invalid="ignore"):
        zeta = np.asarray(velocity) / np.asarray(binary_rv_scatter(mass, period, q, 1.0))
        dark = np.asarray(binary_astrometric_scatter(mass, period, q, parallax, 1.0))
        moved = np.abs(q - light) / (q * (1 + light))
        beta = np.asarray(angle) / (dark * moved)
    return pd.DataFrame({"beta": beta, "zeta": zeta}, index=stars.index)


def inferred_against_true(
    stars: pd.DataFrame, known: pd.DataFrame, made: pd.DataFrame, errors: SingleStarErrors
) -> None:
    """Figs. 4 to 7 on the simulated survey."""
    noticed = sample_of(stars) & (stars["ruwe"] > 1.25) & (made["ruwe_spec"] > 2) & made["q"].notna()
    kind, years = known["class_true"].astype(str), known["period_true"] / DAYS_A_YEAR
    measured = measured_projections(stars, known, errors)
    log_p = np.log10(made["period_yr"] / years)
    log_q = np.log10(made["q"] / known["mass_ratio_true"])
    within = (known["period_true"] > 5) & (years < BASELINE_YEARS)
    lines = []
    for title, classes in (("dark: NS, BH", DARK), ("MS + WD", ("ms_wd",)), ("MS + MS", ("ms_ms",))):
        here = noticed & within & kind.isin(classes)
        lines.append(
            (
                title, int(here.sum()), f"{measured['beta'][here].median():.2f}",
                f"{measured['zeta'][here].median():.2f}", spread(log_p[here]), spread(log_q[here]),
            )
        )  # fmt: skip
    table(
        "Pairs of the survey with RUWE_ast > 1.25, RUWE_spec > 2, 5 d < P < 34 months",
        ("class", "stars", "median β", "median ζ", "log₁₀ P_inf/P", "log₁₀ q_inf/q"), lines,
    )  # fmt: skip
    lines = []
    for low, high in pairwise(PERIOD_BINS):
        cells: list[object] = [f"{low:.3g} – {high:.3g}"]
        for classes in (DARK, PAIRS):
            here = noticed & (years >= low) & (years < high) & kind.isin(classes)
            cells += [int(here.sum()), spread(log_p[here]), spread(log_q[here])]
        lines.append(cells)
    table(
        "By true period: the inference fails beyond 34 months (2.83 yr)",
        ("P (yr)", "dark", "log₁₀ P_inf/P", "log₁₀ q_inf/q", "all pairs", "log₁₀ P_inf/P", "log₁₀ q_inf/q"), lines,
    )  # fmt: skip
    triples = noticed & (kind == "triple")
    inner, outer = log_p[triples], np.log10(made["period_yr"] / (known["outer_period_true"] / DAYS_A_YEAR))[triples]
    table(
        "Triples with both RUWE high: where the inferred period lies",
        ("", "share of triples"),
        [
            ("longer than the inner period", f"{100 * (inner > 0).mean():.0f} %"),
            ("shorter than the outer period", f"{100 * (outer < 0).mean():.0f} %"),
            ("between both", f"{100 * ((inner > 0) & (outer < 0)).mean():.0f} %"),
            ("inferred q above the inner pair's", f"{100 * (log_q[triples] > 0).mean():.0f} %"),
        ],
    )


def platings(known: pd.DataFrame, made: pd.DataFrame, enrichment: float) -> None:
    """Who is in bronze, silver and gold, as simulated and with dark companions as rare as in nature."""
    kind, plating = known["class_true"].astype(str), made["plating"].astype(object)
    dark = kind.isin(DARK)
    lines = []
    for name, levels in (("bronze", ("Bronze", "Silver", "Gold")), ("silver", ("Silver", "Gold")), ("gold", ("Gold",))):
        here = plating.isin(levels)
        stars, n_dark, n_triple = int(here.sum()), int((here & dark).sum()), int((here & (kind == "triple")).sum())
        natural = stars - n_dark + n_dark / enrichment
        share = [f"{100 * n_triple / total:.0f} %" if total >= 1 else "–" for total in (stars, natural)]
        lines.append((name, stars, n_dark, n_triple, stars - n_dark - n_triple, *share))
    table(
        "Platings by true class",
        ("plating", "stars", "NS, BH", "triples", "others", "triples", "triples, natural numbers"),
        lines,
    )


def maps(stars: pd.DataFrame, errors: SingleStarErrors, folder: Path) -> None:
    """Error maps of the survey against what was put in, and against the published ones of Gaia DR3."""
    assert errors.spec is not None
    assert errors.phot is not None
    sample = sample_of(stars)
    magnitude, colour = (stars[name].to_numpy(float)[sample] for name in ("phot_g_mean_mag", "bp_rp"))
    grid_colour, grid_magnitude = np.meshgrid(errors.spec.colour, errors.spec.magnitude, indexing="ij")
    injected = transit_velocity_scatter(grid_magnitude.ravel(), grid_colour.ravel()).reshape(grid_colour.shape)
    put_in = ErrorMap(errors.spec.magnitude, errors.spec.colour, injected)
    compared = [("σ_spec, survey ÷ put in", errors.spec, put_in)]
    for name, fitted in (("spec", errors.spec), ("phot", errors.phot)):
        path = folder / f"dr3_rvs_{name}_error.csv"
        if path.is_file():
            compared.append((f"σ_{name}, survey ÷ published", fitted, ErrorMap.load(path)))
    lines = []
    for title, first, second in compared:
        result = compare_error_maps(first, second, magnitude, colour, fewest_stars=20)
        lines.append((title, int((result.n_stars >= 20).sum()), f"{result.bias_dex:+.3f}", f"{result.scatter_dex:.3f}"))
    table("Error maps, star-weighted difference in dex", ("map", "grid points", "mean", "scatter"), lines)


def main() -> None:
    """Make the survey, infer, print."""
    parser = argparse.ArgumentParser(description="print the tables of docs/science.md")
    parser.add_argument("--stars", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--reference", type=Path, default=ROOT.parent / "shared" / "real" / "reference")
    options = parser.parse_args()
    stars, known = survey(options.stars, options.seed), truth(options.stars, options.seed)
    start = time.perf_counter()
    errors = fit_single_star_errors(stars)
    fitted = time.perf_counter()
    made = add_error_columns(stars, errors)
    print(f"{options.stars} stars: maps in {fitted - start:.1f} s, columns in {time.perf_counter() - fitted:.1f} s")
    projections()
    inferred_against_true(stars, known, made, errors)
    platings(known, made, float(stars.attrs["simulated"]["enrichment"]))
    maps(stars, errors, options.reference)


if __name__ == "__main__":
    main()
