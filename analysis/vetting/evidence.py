"""What speaks for an unseen companion of one star: numbers with their errors and the rule behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.catalogue.columns import COLUMNS
from analysis.selection import Cut, Expression, Range
from analysis.vetting.why import Reason, explain


@dataclass(frozen=True)
class Rule:
    """A published sign of a companion: the cut a star passes where it shows it, the number to print, the source.

    With `is_sign` False the rule is a check that speaks neither for nor against a companion.
    """

    name: str
    column: str
    cut: Cut
    meaning: str
    source: str
    is_sign: bool = True


@dataclass(frozen=True)
class Evidence:
    """One rule for one star: value and error in the column's unit, whether it holds, and why.

    `holds` is None where the star has no value to judge by; `value` and `error` are None where missing.
    """

    rule: Rule
    value: float | None
    error: float | None
    unit: str
    holds: bool | None
    reason: Reason


RULES: tuple[Rule, ...] = (
    Rule(
        "astrometric noise",
        "ruwe",
        Range.above("ruwe", 1.25),
        "the astrometric fit of a single star is poor",
        "Andrew et al. 2022, Sect. 4 (bronze sample)",
    ),
    Rule(
        "spectroscopic noise",
        "ruwe_spec",
        Range.above("ruwe_spec", 2.0),
        "the radial velocity varies more than its errors",
        "Andrew et al. 2022, Sect. 4 (bronze sample)",
    ),
    Rule(
        "velocity limit",
        "half_delta_vr",
        Expression("half_delta_vr > semi_amplitude_limit"),
        "half the velocity range is above what a main-sequence companion with M₂ = M₁/2 gives",
        "Mu et al. 2022, eq. 3",
    ),
    Rule(
        "companion mass",
        "minimum_companion_mass",
        Expression("minimum_companion_mass > primary_mass"),
        "the companion is heavier than the visible star even if seen edge-on",
        "Mu et al. 2022, eq. 1, at sin i = 1",
    ),
    Rule(
        "period above the Roche limit",
        "period",
        Expression("period >= period_min"),
        "the star fits inside its Roche lobe, so that the period can be orbital",
        "Mu et al. 2022, eq. 6",
        is_sign=False,
    ),
)


def gather_evidence(table: pd.DataFrame, row: int, rules: Sequence[Rule] = RULES) -> tuple[Evidence, ...]:
    """The evidence on the star in row number `row`, one entry for each rule whose columns the table has.

    Raises IndexError for a row that the table does not have.
    """
    found = []
    for rule in rules:
        if not (rule.cut.columns | {rule.column}) <= set(table.columns):
            continue
        reason = explain(rule.cut, table, row)
        unit = COLUMNS[rule.column].unit if rule.column in COLUMNS else ""
        value, error = (_number(table, name, row) for name in (rule.column, f"{rule.column}_error"))
        found.append(Evidence(rule, value, error, unit, None if reason.missing else reason.passes, reason))
    return tuple(found)


def evidence_table(table: pd.DataFrame, id_column: str, rules: Sequence[Rule] = RULES) -> pd.DataFrame:
    """One row a star: the identifiers, a column for each rule (1 holds, 0 does not, NaN cannot be judged), and
    `n_evidence`, the number of signs that hold; described in `attrs["columns"]`. For `export_candidates`."""
    out = pd.DataFrame({id_column: table[id_column].to_numpy()})
    described = {"n_evidence": {"unit": "", "ucd": "meta.number", "description": "Number of signs that hold"}}
    names = []
    for rule in rules:
        if not (rule.cut.columns | {rule.column}) <= set(table.columns):
            continue
        holds = pd.Series(rule.cut.mask(table), dtype="float32")
        holds[table[sorted(rule.cut.columns)].isna().any(axis=1).to_numpy()] = float("nan")
        name = f"evidence_{rule.name.replace(' ', '_')}"
        out[name] = holds.to_numpy()
        text = f"1 where {rule.meaning}: {rule.cut.text} ({rule.source})"
        described[name] = {"unit": "", "ucd": "meta.code", "description": text}
        if rule.is_sign:
            names.append(name)
    out["n_evidence"] = (out[names] == 1).sum(axis=1).to_numpy(dtype="int16")
    out.attrs["columns"] = described
    return out


def _number(table: pd.DataFrame, name: str, row: int) -> float | None:
    if name not in table or pd.isna(table[name].iloc[row]):
        return None
    return float(table[name].iloc[row])
