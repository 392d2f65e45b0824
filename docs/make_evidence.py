"""How far the evidence on a companion can be believed: probabilities said against truth, on the simulated survey.

`python docs/make_evidence.py measure results.csv` judges stars of the survey (a second each; run again, it goes on),
`python docs/make_evidence.py table results.csv` prints the tables of docs/evidence.md and draws their diagram.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import light_curves, simulate
from analysis.binaries import CompanionMassPrior, RadialVelocities, sample_orbits
from analysis.catalogue import add_derived, load_dataset
from analysis.vetting import StarData, evidence
from analysis.vetting.star_evidence import SAMPLES, known_period

HERE = Path(__file__).parent
DARK, OTHERS = 120, 340
PRIORS = {"survey": simulate.FieldCompanions(simulate.ENRICHMENT), "even": CompanionMassPrior()}
EDGES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)
FEWEST = 4
LIMITS = {"1.4": 1.4, "3": 3.0}


def chosen_stars(table: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Rows to judge with the weight of each: single-lined stars of LAMOST with three velocities or more that vary."""
    varies = (table["n_rv"] >= 3) & (table["half_delta_vr"] > 5 * table["half_delta_vr_error"])
    fit = varies & table["single_lined"] & (truth["stage_true"] != "white_dwarf")
    dark = fit & truth["class_true"].isin(["ms_ns", "ms_bh"])
    rng = np.random.default_rng(1)
    parts = []
    for group, most in ((dark, DARK), (fit & ~dark, OTHERS)):
        rows = np.flatnonzero(group.to_numpy())
        some = rng.choice(rows, min(most, rows.size), replace=False)
        parts.append(pd.DataFrame({"row": some, "weight": rows.size / some.size}))
    return pd.concat(parts).sample(frac=1, random_state=2)


def judge(table: pd.DataFrame, row: int) -> dict[str, float]:
    """Probabilities that the evidence gives for one star, under each prior."""
    made = simulate.velocities(table.iloc[row])
    data = RadialVelocities.from_arrays(made.time, made.velocity, made.velocity_error, made.instrument)
    curve = simulate.light_curve(table.iloc[row])
    found = light_curves.find_period(light_curves.clean(curve)) if len(curve) else None
    star = StarData({name: table[name].iloc[row] for name in table.columns}, found, data)
    if known_period(star) is None:
        star = replace(star, orbits=sample_orbits(data, samples=SAMPLES))
    said: dict[str, float] = {"has_light_curve": float(found is not None)}
    for name, prior in PRIORS.items():
        posterior = evidence(star, prior).posterior
        for limit, mass in LIMITS.items():
            said[f"{name}_{limit}"] = np.nan if posterior is None else posterior.probability_above(mass)
        said[f"{name}_dark"] = np.nan if posterior is None else posterior.probability_dark
        low, high = (np.nan, np.nan) if posterior is None else posterior.interval()
        said |= {f"{name}_low": low, f"{name}_high": high}
    return said


def measure(out: Path, part: int = 0, parts: int = 1) -> None:
    """Judge the chosen stars and write a row for each; those that are in the file already are passed over.

    Several processes, each with a file of its own, take a part each.
    """
    survey = load_dataset("simulated")
    truth = simulate.open_truth(survey.attrs["path"])
    table = add_derived(survey)
    done = set(pd.read_csv(out)["row"]) if out.is_file() else set()
    with out.open("a", newline="") as file:
        for star in chosen_stars(table, truth).iloc[part::parts].itertuples():
            if star.row in done:
                continue
            row = int(star.row)
            result = {
                "row": row,
                "weight": star.weight,
                **{name: truth[f"{name}_true"].iloc[row] for name in ("class", "secondary_mass", "stage", "mass")},
                **{name: table[name].iloc[row] for name in ("n_rv", "period")},
                **judge(table, row),
            }
            writer = csv.DictWriter(file, list(result))
            if file.tell() == 0:
                writer.writeheader()
            writer.writerow(result)
            file.flush()


def tabulate(paths: list[Path]) -> None:
    """Print the tables of docs/evidence.md and draw the reliability diagram."""
    stars = pd.concat([pd.read_csv(path) for path in paths])
    lines = []
    for prior in PRIORS:
        for limit, mass in LIMITS.items():
            lines += [f"{prior}, M2 > {limit}", "", "| said | stars | mean said | true |", "|---|---|---|---|"]
            for low, high, said, true, error, count in reliability(stars, f"{prior}_{limit}", mass):
                lines.append(f"| {low:.2f}-{high:.2f} | {count} | {said:.3f} | {true:.3f} ± {error:.3f} |")
            lines.append("")
        known = stars[stars[f"{prior}_low"].notna()]
        held = known["secondary_mass"].between(known[f"{prior}_low"], known[f"{prior}_high"])
        lines += [f"68 % intervals hold {np.average(held, weights=known['weight']):.0%} of the masses", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    (HERE / "pictures" / "reliability.svg").write_text(diagram(stars))


def reliability(stars: pd.DataFrame, column: str, mass: float) -> list[tuple[float, float, float, float, float, int]]:
    """Bins of the probability said: ends, mean said, share that is true with its error, number of stars."""
    rows = []
    for low, high in pairwise(EDGES):
        here = stars[(stars[column] >= low) & ((stars[column] < high) | (high == 1.0))]
        if len(here) < FEWEST:
            continue
        weight = here["weight"]
        said, true = np.average(here[column], weights=weight), np.average(here["secondary_mass"] > mass, weights=weight)
        number = weight.sum() ** 2 / (weight**2).sum()
        share = (true * number + 0.5) / (number + 1)
        rows.append((low, high, float(said), float(true), float(np.sqrt(share * (1 - share) / number)), len(here)))
    return rows


def diagram(stars: pd.DataFrame) -> str:
    """The reliability diagram as SVG: share that is true against probability said, with the diagonal."""
    size, edge = 300, 46
    colours = {"survey": "#0b62c4", "even": "#a85400"}
    parts = []

    def at(x: float, y: float, left: int) -> tuple[float, float]:
        return left + edge + x * size, 20 + (1 - y) * size

    for number, (limit, mass) in enumerate(LIMITS.items()):
        left = number * (size + edge + 24)
        (x0, y0), (x1, y1) = at(0, 0, left), at(1, 1, left)
        parts.append(f"<rect x='{x0}' y='{y1}' width='{size}' height='{size}' fill='none' stroke='#98a5b3'/>")
        parts.append(f"<line x1='{x0}' y1='{y0}' x2='{x1}' y2='{y1}' stroke='#98a5b3' stroke-dasharray='4 4'/>")
        for tick in (0, 0.25, 0.5, 0.75, 1):
            x, y = at(tick, tick, left)
            parts.append(f"<text x='{x}' y='{y0 + 15}' text-anchor='middle'>{tick:g}</text>")
            parts.append(f"<text x='{x0 - 5}' y='{y + 4}' text-anchor='end'>{tick:g}</text>")
        parts.append(
            f"<text x='{(x0 + x1) / 2}' y='{y0 + 34}' text-anchor='middle'>probability said of M₂ > {limit} M☉</text>"
        )
        for k, prior in enumerate(PRIORS):
            colour, shift = colours[prior], 0.004 * (2 * k - 1)
            for _, _, said, true, error, _ in reliability(stars, f"{prior}_{limit}", mass):
                x, y = at(said + shift, true, left)
                low, high = (at(0, max(0.0, min(1.0, true + sign * error)), left)[1] for sign in (-1, 1))
                parts.append(f"<line x1='{x}' x2='{x}' y1='{low}' y2='{high}' stroke='{colour}' stroke-width='1.5'/>")
                shape = (
                    f"<circle cx='{x}' cy='{y}' r='4.5' fill='{colour}'/>"
                    if prior == "survey"
                    else f"<rect x='{x - 4}' y='{y - 4}' width='8' height='8' fill='#fff' stroke='{colour}'/>"
                )
                parts.append(shape)
    parts.append("<text transform='translate(12 170) rotate(-90)' text-anchor='middle'>share that is true</text>")
    legend = "● population of the survey &#160; □ equal numbers in each factor of mass"
    parts.append(f"<text x='{edge}' y='14'>{legend}</text>")
    width = 2 * (size + edge + 24)
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {size + 62}' font-family='sans-serif'"
    return (
        f"{head} font-size='12' fill='#14202c'><rect width='100%' height='100%' fill='#fff'/>{''.join(parts)}</svg>\n"
    )


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        measure(Path(sys.argv[2]), *map(int, sys.argv[3:]))
    else:
        tabulate([Path(name) for name in sys.argv[2:]])
