"""Writes the tables of docs/light_curves.md: kinds and periods found in simulated stars, by amplitude over noise.

Run from the root of the repository: python tests/benchmarks/light_curve_kinds.py 60
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "light_curves"))
from simulated_stars import make

from analysis.light_curves import clean, find_period

KINDS = ("ellipsoidal", "contact", "detached", "reflection", "rotation", "none")
FOUND = ("ellipsoidal", "eclipsing", "reflection", "rotation", "none")
LEVELS = (0.3, 1.0, 3.0, 10.0)
PERIODS = {"ellipsoidal": (0.2, 1.2), "contact": (0.22, 1.0), "detached": (0.5, 8.0)}
OTHER_PERIODS = (0.3, 4.0)


def one_star(kind, level, rng):
    """Kind found, and the found orbital period over the true one."""
    low, high = PERIODS.get(kind, OTHER_PERIODS)
    period = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    state = rng.bit_generator.state
    amplitude = make(kind, rng, period, 0.0)[1].amplitude
    rng.bit_generator.state = state
    noise = amplitude / level if amplitude > 0 else 0.003
    curve, _ = make(kind, rng, period, noise)
    found = find_period(clean(curve))
    return found.kind, found.orbital_period / period


def table(stars, seed=1):
    rng = np.random.default_rng(seed)
    lines = ["| truth | A/σ | " + " | ".join(FOUND) + " | P | P, P/2 or 2P |", "|---" * (len(FOUND) + 4) + "|"]
    for kind in KINDS:
        for level in LEVELS if kind != "none" else (0.0,):
            results = [one_star(kind, level or 1.0, rng) for _ in range(stars)]
            counts = Counter(kind for kind, _ in results)
            ratio = np.array([ratio for _, ratio in results])
            exact = np.mean(np.abs(ratio - 1) < 1e-3)
            alias = np.mean(np.min([np.abs(ratio / k - 1) for k in (0.5, 1, 2)], axis=0) < 1e-3)
            cells = " | ".join(str(counts[name]) for name in FOUND)
            periods = "– | –" if kind in ("none", "rotation") else f"{exact:.0%} | {alias:.0%}"
            lines.append(f"| {kind} | {level:g} | {cells} | {periods} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(int(sys.argv[1])) + "\n")
