"""How far the evidence on a companion can be believed: probabilities said against truth, on the simulated survey.

`python docs/make_evidence.py measure results.csv` judges stars of the survey (a second each; run again, it goes on),
`python docs/make_evidence.py table results.csv` prints the tables of docs/evidence.md and draws docs/reliability.svg.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import light_curves, simulate
from analysis.binaries import CompanionMassPrior, RadialVelocities
from analysis.catalogue import add_derived, load_dataset
from analysis.vetting import StarData, evidence

HERE = Path(__file__).parent
DARK, OTHERS = 150, 450
PRIORS = {"survey": simulate.FieldCompanions(simulate.ENRICHMENT), "even": CompanionMassPrior()}
EDGES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)
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
    said: dict[str, float] = {"has_light_curve": float(found is not None)}
    for name, prior in PRIORS.items():
        posterior = evidence(star, prior).posterior
        for limit, mass in LIMITS.items():
            said[f"{name}_{limit}"] = np.nan if posterior is None else posterior.probability_above(mass)
        said[f"{name}_dark"] = np.nan if posterior is None else posterior.probability_dark
        low, high = (np.nan, np.nan) if posterior is None else posterior.interval()
        said |= {f"{name}_low": low, f"{name}_high": high}
    return said


def measure(out: Path) -> None:
    """Judge the chosen stars and write a row for each; those that are in the file already are passed over."""
    survey = load_dataset("simulated")
    truth = simulate.open_truth(survey.attrs["path"])
    table = add_derived(survey)
    done = set(pd.read_csv(out)["row"]) if out.is_file() else set()
    with out.open("a", newline="") as file:
        for star in chosen_stars(table, truth).itertuples():
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


if __name__ == "__main__":
    {"measure": measure}[sys.argv[1]](Path(sys.argv[2]))
