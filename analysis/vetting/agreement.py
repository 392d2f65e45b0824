"""How far reviewers agree: what stands for each star, where they differ, and kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis.vetting.verdict import Record


@dataclass(frozen=True)
class Standing:
    """What stands for one star: the counting verdict of each reviewer, oldest first, and the last resolution."""

    source_id: str
    verdicts: tuple[Record, ...]
    resolution: Record | None = None

    @property
    def state(self) -> str:
        """ "agreed", "conflict" or "resolved"; a verdict later than the resolution opens the star again."""
        if self.resolution is not None and all(r.number < self.resolution.number for r in self.verdicts):
            return "resolved"
        return "agreed" if len({record.verdict for record in self.verdicts}) == 1 else "conflict"

    @property
    def verdict(self) -> str | None:
        """The verdict all share, or that of the resolution; None while there is a conflict."""
        if self.state == "resolved":
            return None if self.resolution is None else self.resolution.verdict
        return self.verdicts[0].verdict if self.state == "agreed" else None

    @property
    def counting(self) -> tuple[Record, ...]:
        """All records that count, oldest first."""
        every = self.verdicts if self.resolution is None else (*self.verdicts, self.resolution)
        return tuple(sorted(every, key=lambda record: record.number))


def counting_records(records: Iterable[Record]) -> tuple[Record, ...]:
    """Of each star, reviewer and kind the last record that is not withdrawn: what `VerdictStore.latest` gives."""
    known = sorted(records, key=lambda record: record.number)
    withdrawn = {record.withdraws for record in known if record.is_withdrawal}
    last = {
        (record.source_id, record.reviewer, record.kind): record
        for record in known
        if not record.is_withdrawal and record.token not in withdrawn
    }
    return tuple(sorted(last.values(), key=lambda record: record.number))


def standings(records: Iterable[Record]) -> dict[str, Standing]:
    """What stands for each star, by source_id, from any records of it: its history or the latest ones."""
    verdicts: dict[str, list[Record]] = {}
    resolutions: dict[str, Record] = {}
    for record in counting_records(records):
        verdicts.setdefault(record.source_id, [])
        if record.kind == "resolution":
            resolutions[record.source_id] = record
        else:
            verdicts[record.source_id].append(record)
    return {star: Standing(star, tuple(found), resolutions.get(star)) for star, found in verdicts.items()}


def conflicts(records: Iterable[Record]) -> tuple[Standing, ...]:
    """The stars whose reviewers differ and that no later resolution has settled, in order of first verdict."""
    return tuple(standing for standing in standings(records).values() if standing.state == "conflict")


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Agreement of two reviewers beyond chance: 1 is perfect, 0 is chance; one entry a star in both.

    κ = (p_o − p_e) / (1 − p_e) (Cohen 1960, Educ. Psychol. Meas. 20, 37, eq. 1). NaN without stars, and where both
    gave one and the same verdict throughout, so that chance alone agrees fully. Raises ValueError for unequal lengths.
    """
    if len(first) != len(second):
        raise ValueError(f"both reviewers must have judged the same stars: {len(first)} and {len(second)} verdicts")
    n = len(first)
    if n == 0:
        return float("nan")
    ours, theirs = Counter(first), Counter(second)
    observed = sum(a == b for a, b in zip(first, second, strict=True))
    # Whole numbers throughout: p_e = 1 must be met exactly.
    by_chance = sum(count * theirs[word] for word, count in ours.items())
    return float("nan") if by_chance == n * n else (observed * n - by_chance) / (n * n - by_chance)


def fleiss_kappa(counts: ArrayLike) -> float:
    """Agreement of several reviewers beyond chance, from counts of shape (stars, verdicts).

    Each row counts how many reviewers gave each verdict; rows with fewer than two reviewers are left out. With the
    same number of reviewers for all stars it is that of Fleiss (1971, Psychol. Bull. 76, 378, eqs. 1–7); otherwise
    the shares p_j are over all verdicts and P is the plain mean over stars, each with its own n. NaN without such
    stars, and where all verdicts are the same. Raises ValueError for negative or broken counts.
    """
    table = np.asarray(counts)
    if table.ndim != 2 or (table.size and (table.min() < 0 or not np.all(table == np.floor(table)))):
        raise ValueError("counts must be whole numbers, one row a star and one column a verdict")
    table = table.astype(np.float64)
    n = table.sum(axis=1)
    table, n = table[n >= 2], n[n >= 2]
    used = np.count_nonzero(table.sum(axis=0))
    if len(table) == 0 or used == 1:
        return float("nan")
    shares = table.sum(axis=0) / n.sum()
    by_chance = float(np.sum(shares**2))
    observed = float(np.mean((np.sum(table**2, axis=1) - n) / (n * (n - 1))))
    return (observed - by_chance) / (1 - by_chance)


@dataclass(frozen=True)
class Agreement:
    """Kappa of a team: over all reviewers, and of each pair, with the number of stars that it rests on."""

    n_stars: int
    n_reviewers: int
    n_conflicts: int
    fleiss: float
    pairs: Mapping[tuple[str, str], tuple[float, int]]


def agreement(records: Iterable[Record]) -> Agreement:
    """The agreement of all reviewers, over stars that at least two judged; resolutions do not count.

    `pairs` maps two reviewers to (Cohen's kappa, number of stars that both judged).
    """
    found = [standing for standing in standings(records).values() if len(standing.verdicts) >= 2]
    words = sorted({record.verdict for standing in found for record in standing.verdicts})
    by_star = [{record.reviewer: record.verdict for record in standing.verdicts} for standing in found]
    counts = [[list(given.values()).count(word) for word in words] for given in by_star]
    reviewers = sorted({name for given in by_star for name in given})
    pairs = {}
    for a, b in combinations(reviewers, 2):
        both = [given for given in by_star if a in given and b in given]
        pairs[a, b] = (cohen_kappa([given[a] for given in both], [given[b] for given in both]), len(both))
    return Agreement(
        n_stars=len(found),
        n_reviewers=len(reviewers),
        n_conflicts=sum(standing.state == "conflict" for standing in found),
        fleiss=fleiss_kappa(np.array(counts, dtype=np.int64).reshape(len(counts), len(words))),
        pairs=pairs,
    )
