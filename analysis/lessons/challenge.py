"""Challenges: a small survey that a name alone determines, its hidden truth, and how well stars were picked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.binaries import add_error_columns
from analysis.selection.tuning import Score
from analysis.simulate import survey, truth
from analysis.vetting.verdict import HANDED_IN, Record, Verdict

PREFIX = "challenge-"
WANTED = ("ms_ns", "ms_bh")
STARS = 30_000
FEWEST_VELOCITIES = 3
LONGEST_NAME = 40
_NOTES = (
    "A challenge: every star is made up, and its truth stays hidden until you hand in.",
    "Wanted are stars with a neutron star or a black hole and at least three measured velocities. Such companions are "
    "3000 times as common here as in nature.",
)


@dataclass(frozen=True)
class Challenge:
    """What a class picks candidates in. The same name gives everybody the same stars.

    Raises ValueError for a name without a letter or digit, or one that is too long.
    """

    name: str
    stars: int = STARS

    def __post_init__(self) -> None:
        name = re.sub(r"[^a-z0-9]+", "-", self.name.strip().lower()).strip("-")
        if not name or len(name) > LONGEST_NAME:
            raise ValueError(
                f"A challenge needs a name of 1 to {LONGEST_NAME} letters or digits, not {self.name!r:.60}."
            )
        object.__setattr__(self, "name", name)

    @classmethod
    def of_dataset(cls, dataset: str) -> Challenge | None:
        """The challenge that a dataset is of, or None."""
        if not dataset.startswith(PREFIX):
            return None
        try:
            return cls(dataset.removeprefix(PREFIX))
        except ValueError:
            return None

    @property
    def dataset(self) -> str:
        """The name of its dataset, also in the store of verdicts."""
        return PREFIX + self.name

    @property
    def title(self) -> str:
        """What the list of catalogues shows."""
        return f"Challenge {self.name}: {self.stars:,} simulated stars"

    @property
    def seed(self) -> int:
        """The seed of its survey, from the name."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4], "big") >> 1

    def table(self) -> pd.DataFrame:
        """The survey with what its Gaia errors tell of companions; a few seconds' work. It holds no truth."""
        made = survey(self.stars, self.seed)
        both = pd.concat([made, add_error_columns(made)], axis=1)
        text = f"challenge {self.name} {self.stars} {self.seed}"
        both.attrs = {
            "simulated": made.attrs["simulated"],
            "notes": list(_NOTES),
            "id_column": "source_id",
            "columns": {},
            "hash": hashlib.sha256(text.encode()).hexdigest(),
        }
        return both

    def truth(self) -> pd.DataFrame:
        """The truth of its stars, in the order of the table."""
        return truth(self.stars, self.seed)


def wanted_rows(true_class: pd.Series, velocities: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """True for the stars that a challenge looks for: of a wanted class, with three velocities or more.

    Those that were hardly observed are left out: nobody could find them.
    """
    wanted = true_class.astype(str).isin(WANTED).to_numpy()
    return np.asarray(wanted & (np.nan_to_num(velocities) >= FEWEST_VELOCITIES), dtype=np.bool_)


@dataclass(frozen=True)
class HandedIn:
    """What a learner handed in, and what it was worth: ``picked`` stars, ``found`` of the ``wanted`` ones."""

    picked: int
    found: int
    wanted: int

    @property
    def score(self) -> Score:
        """Completeness and purity."""
        return Score(self.picked, self.wanted, self.found)

    @property
    def points(self) -> int:
        """100 times the harmonic mean of completeness and purity, so that neither alone is enough."""
        return round(200 * self.found / (self.picked + self.wanted)) if self.picked + self.wanted else 0

    @property
    def text(self) -> str:
        """The result as the store of verdicts keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> HandedIn:
        """The result that `text` was; raises ValueError for anything else."""
        try:
            saved = json.loads(text)
            result = cls(**{name: int(saved[name]) for name in ("picked", "found", "wanted")})
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"this is no result of a challenge: {text:.60}") from error
        if not 0 <= result.found <= min(result.picked, result.wanted):
            raise ValueError(f"this result of a challenge cannot be: {text:.60}")
        return result


def score_picks(picked: Collection[int], wanted: npt.NDArray[np.bool_]) -> HandedIn:
    """What the picked rows are worth."""
    rows = np.fromiter(set(picked), dtype=np.int64, count=len(set(picked)))
    return HandedIn(len(rows), int(np.count_nonzero(wanted[rows])), int(np.count_nonzero(wanted)))


def result_verdict(
    challenge: Challenge, result: HandedIn, reviewer: str, cut_text: str = "", version: str = ""
) -> Verdict:
    """The record with which a result goes to the store of verdicts."""
    return Verdict(
        source_id=challenge.dataset,
        verdict=HANDED_IN,
        reviewer=reviewer,
        tags=(f"challenge:{challenge.name}",),
        comment=result.text,
        dataset_name=challenge.dataset,
        cut_text=cut_text,
        app_version=version,
    )


@dataclass(frozen=True)
class BoardLine:
    """One learner on the class board: the first result counts, for it was made without knowing the truth."""

    reviewer: str
    result: HandedIn
    tries: int
    time: str


def class_board(records: Iterable[Record]) -> tuple[BoardLine, ...]:
    """The learners of a challenge, the best first; records that are no results are left out."""
    first: dict[str, BoardLine] = {}
    for record in sorted(records, key=lambda record: record.number):
        if record.verdict != HANDED_IN:
            continue
        try:
            result = HandedIn.from_text(record.comment)
        except ValueError:
            continue
        known = first.get(record.reviewer)
        first[record.reviewer] = (
            BoardLine(record.reviewer, result, 1, record.time.isoformat())
            if known is None
            else BoardLine(known.reviewer, known.result, known.tries + 1, known.time)
        )
    return tuple(sorted(first.values(), key=lambda line: (-line.result.points, line.time)))


def why_missed(star: Mapping[str, Any], true: Mapping[str, Any], removed_by: Sequence[str]) -> str:
    """Why a wanted star was not picked, a sentence or two: the cuts that removed it, or the observable that hid it.

    `star` and `true` are its values by column (None where missing); `removed_by` the names of the cuts it fails.
    """
    said = f"Removed by {', '.join(removed_by)}." if removed_by else "It passes your cuts, but you did not pick it."
    amplitude, period = true.get("semi_amplitude_true"), true.get("period_true")
    measured, number = star.get("half_delta_vr"), star.get("n_rv") or 0
    tilt = true.get("inclination_true")
    face_on = tilt is not None and np.sin(np.radians(tilt)) < 0.4
    if measured is None or number < 2:
        hidden = "It has no repeated spectra, so its motion was never seen"
        if (star.get("ruwe") or 0) > 1.4:
            hidden += "; only its RUWE tells of it"
    elif amplitude is not None and amplitude < 30:
        if face_on:
            hidden = f"Its orbit is seen almost from above (i = {tilt:.0f}°): it moves by only {amplitude:.0f} km/s"
        else:
            hidden = f"Its orbit is wide (P = {period:.3g} d) and slow: {amplitude:.0f} km/s"
    elif amplitude is not None and measured < 0.5 * amplitude:
        hidden = (
            f"Its {number:.0f} spectra caught similar phases: ΔV_R/2 is {measured:.0f} km/s, the true amplitude "
            f"{amplitude:.0f} km/s"
        )
    elif star.get("period") is None:
        hidden = "No period is known of it, so it stands in no plane that needs one"
    elif (star.get("snrg") or 0) < 10:
        hidden = "Its spectra are poor (S/N below 10)"
    else:
        hidden = f"It was in reach: ΔV_R/2 is {measured:.0f} km/s"
    return f"{said} {hidden}."
