"""Kinds and periods of light curves whose shapes the thresholds were not chosen on: prints the table of the docs.

`python tests/benchmarks/independent_shapes.py CATALOGUE 40` takes 40 stars a group. CATALOGUE is the TESS Eclipsing
Binary catalogue (Prsa et al. 2022): periods, magnitudes, and depths, widths and phases of its two-Gaussian models.
Other shapes: saw-teeth (pulsators), two sines of no common period, and red noise. One sector, 30-minute points.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.light_curves import LightCurve, clean, find_period
from analysis.simulate.tess import half_hour_noise

GROUPS = {
    "morphology < 0.5": (0.0, 0.5),
    "0.5 to 0.7": (0.5, 0.7),
    "0.7 to 0.8": (0.7, 0.8),
    "0.8 and more": (0.8, 1.01),
}
SHAPES = ("saw-tooth", "two sines", "red noise")
KINDS = ("ellipsoidal", "eclipsing", "reflection", "rotation", "none")
LONGEST = 12.0


def two_gaussians(phase: np.ndarray, row: pd.Series) -> np.ndarray:
    """The catalogue's model of a light curve: a Gaussian dip for each eclipse it has."""
    flux = np.ones(phase.size)
    for name in ("prim", "sec"):
        depth, width, middle = (row[f"{name}_{what}_2g"] for what in ("depth", "width", "pos"))
        if np.isfinite(depth + width + middle):
            away = np.mod(phase - middle + 0.5, 1) - 0.5
            flux -= depth * np.exp(-0.5 * (away / (width / 5.6)) ** 2)  # its width is 5.6 sigma: recollected
    return flux


def sector(rng: np.random.Generator) -> np.ndarray:
    time = np.arange(0, 27.0, 30 / 1440)
    return time[(np.abs(time - 13.5) > 0.6) & (rng.random(time.size) > 0.02)] + 1500.0


def other(shape: str, time: np.ndarray, period: float, rng: np.random.Generator) -> np.ndarray:
    amplitude = rng.uniform(0.01, 0.2)
    if shape == "saw-tooth":
        phase = np.mod((time - 1500.0) / period, 1)
        rise = rng.uniform(0.1, 0.3)
        return 1 + amplitude * np.where(phase < rise, phase / rise, (1 - phase) / (1 - rise))
    if shape == "two sines":
        ratio = rng.uniform(0.55, 0.95)
        first, second = 2 * np.pi * time / period, 2 * np.pi * time / (period * ratio)
        return 1 + amplitude * (np.sin(first) + rng.uniform(0.3, 0.9) * np.sin(second))
    steps = rng.normal(0, 1, time.size)
    value = np.zeros(time.size)
    for k in range(1, time.size):
        value[k] = 0.97 * value[k - 1] + steps[k]
    return 1 + 0.1 * amplitude * value / value.std()


def judged(
    time: np.ndarray, flux: np.ndarray, noise: float, period: float, rng: np.random.Generator
) -> tuple[str, str]:
    curve = LightCurve.from_arrays(
        time, flux + rng.normal(0, noise, time.size), noise, sector=1, time_scale="BTJD", meta={"mission": "TESS"}
    )
    found = find_period(clean(curve))
    ratio = found.orbital_period / period
    same = abs(ratio - 1) < 1e-3
    related = any(abs(ratio / factor - 1) < 1e-3 for factor in (0.5, 1.0, 2.0))
    return found.kind, "P" if same else ("related" if related else "other")


def main(path: Path, number: int) -> None:
    rng = np.random.default_rng(4)
    table = pd.read_csv(path)
    usable = table["period"].between(0.2, LONGEST) & table["prim_depth_2g"].gt(0) & table["Tmag"].between(6, 14)
    sys.stdout.write("| shape | stars | " + " | ".join(KINDS) + " | P | P, P/2 or 2P |" + "\n")
    sys.stdout.write("|---|---|" + "---|" * (len(KINDS) + 2) + "\n")
    groups = {
        name: table[usable & table["morph_coeff"].between(low, high, inclusive="left")]
        for name, (low, high) in GROUPS.items()
    }
    for name in (*groups, *SHAPES):
        kinds, periods = [], []
        chosen = groups[name].sample(min(number, len(groups[name])), random_state=5) if name in groups else None
        for k in range(len(chosen) if chosen is not None else number):
            time = sector(rng)
            if chosen is not None:
                row = chosen.iloc[k]
                period, noise = float(row["period"]), float(half_hour_noise(np.array([row["Tmag"]]))[0])
                flux = two_gaussians(np.mod((time - 1500.0) / period, 1), row)
            else:
                period, noise = float(10 ** rng.uniform(-0.6, 0.8)), 1e-3
                flux = other(name, time, period, rng)
            kind, how = judged(time, flux, noise, period, rng)
            kinds.append(kind)
            periods.append(how)
        counts = " | ".join(str(kinds.count(kind)) for kind in KINDS)
        right, near = periods.count("P") / len(periods), 1 - periods.count("other") / len(periods)
        sys.stdout.write(f"| {name} | {len(kinds)} | {counts} | {right:.0%} | {near:.0%} |" + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
