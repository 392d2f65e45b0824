"""A light curve: relative flux against time, with its quality bits, time scale and identifiers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analysis.light_curves.quality import MOMENTUM_DUMP, BoolArray, IntArray, describe_quality, is_good
from analysis.stars.units import FloatArray

TIME_ZEROS: Mapping[str, float] = MappingProxyType(
    {"BTJD": 2457000.0, "BKJD": 2454833.0, "BJD": 0.0, "HJD": 0.0, "JD": 0.0, "MJD": 2400000.5}
)
UNKNOWN_SCALE = "unknown"
_OFFSET_SCALE = re.compile(r"(BJD|HJD|JD)\s*-\s*(\d+(?:\.\d+)?)")


class SeriesError(ValueError):
    """A file of a light curve or of velocities cannot be used: which, which column, and what to do."""

    def __init__(self, path: str | Path, problem: str, hint: str, column: str | None = None) -> None:
        super().__init__(f"{path}: {problem}. {hint}")
        self.path, self.problem, self.hint, self.column = Path(path), problem, hint, column

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.problem, self.hint, self.column)


@dataclass(frozen=True, eq=False)
class LightCurve:
    """Relative flux (1 is the median of the good points of its sector) against time in days.

    1-d arrays of one length: `time` (d, on `time_scale`: "BTJD", "BKJD", "BJD", "HJD", "JD", "MJD",
    "BJD-2450000" or "unknown"), `flux` and `flux_error` (NaN where missing), `quality` (the product's own
    bits, 0 is good), `sector` (TESS sector, Kepler quarter, K2 campaign; 0 where unknown). `ids` may hold
    tic, source_id (Gaia DR3), gaia_dr2_source_id, kepler_id; `meta` the product, mission, flux column used,
    median flux by sector. Raises ValueError where lengths differ. The arrays are made read-only.
    """

    time: FloatArray
    flux: FloatArray
    flux_error: FloatArray
    quality: IntArray
    sector: IntArray
    time_scale: str = UNKNOWN_SCALE
    name: str = ""
    ids: Mapping[str, int] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in ("time", "flux", "flux_error", "quality", "sector"):
            dtype = np.int64 if column in ("quality", "sector") else np.float64
            values = np.array(getattr(self, column), dtype=dtype)
            values.setflags(write=False)
            object.__setattr__(self, column, values)
            if values.shape != self.time.shape or values.ndim != 1:
                raise ValueError(f"{column} has shape {values.shape}, time {self.time.shape}: give 1-d arrays")
        if self.time_scale != UNKNOWN_SCALE:
            time_zero(self.time_scale)

    @classmethod
    def from_arrays(
        cls,
        time: npt.ArrayLike,
        flux: npt.ArrayLike,
        flux_error: npt.ArrayLike | None = None,
        quality: npt.ArrayLike | None = None,
        sector: npt.ArrayLike = 0,
        **described: Any,
    ) -> Self:
        """Light curve from plain arrays, sorted by time; the flux of each sector is divided by its median.

        Missing errors become NaN, missing quality 0; `flux_error` and `sector` may be one number.
        `described`: time_scale, name, ids, meta. Points without a time are left out.
        """
        t = np.atleast_1d(np.asarray(time, dtype=np.float64))
        order = np.argsort(t, kind="stable")
        order = order[np.isfinite(t[order])]
        f = np.atleast_1d(np.asarray(flux, dtype=np.float64))
        e = np.asarray(np.nan if flux_error is None else flux_error, dtype=np.float64)
        e = np.broadcast_to(e, t.shape) if e.ndim == 0 else e
        q = np.zeros(t.shape, np.int64) if quality is None else np.asarray(quality, dtype=np.int64)
        s = np.broadcast_to(np.asarray(sector, dtype=np.int64), t.shape)
        if not t.shape == f.shape == e.shape == q.shape:
            lengths = f"{t.size}, {f.size}, {e.size}, {q.size}"
            raise ValueError(f"time, flux, flux_error and quality have lengths {lengths}: give equal ones")
        return cls(t[order], f[order], e[order], q[order], s[order], **described)._relative()

    def _relative(self) -> Self:
        """The same with each sector's flux divided by its median, which `meta["median_flux"]` keeps."""
        flux, error, medians = self.flux.copy(), self.flux_error.copy(), {}
        for number in np.unique(self.sector):
            rows = self.sector == number
            use = rows & self.good
            middle = float(np.median(flux[use])) if use.any() else np.nan
            if not middle > 0:
                flux[rows], error[rows] = np.nan, np.nan
            else:
                flux[rows] /= middle
                error[rows] /= middle
            medians[int(number)] = middle
        return replace(self, flux=flux, flux_error=error, meta={**self.meta, "median_flux": medians})

    def __len__(self) -> int:
        return int(self.time.size)

    @property
    def mission(self) -> str | None:
        """Mission whose bits `quality` holds: "TESS", "Kepler" or None."""
        return self.meta.get("mission")

    @property
    def good(self) -> BoolArray:
        """Whether a point has time and flux, and no quality bit that spoils it."""
        return np.isfinite(self.time) & np.isfinite(self.flux) & is_good(self.quality, self.mission)

    @property
    def flags(self) -> dict[str, int]:
        """Number of points with each quality bit, by the bit's meaning."""
        return describe_quality(self.quality, self.mission)

    @property
    def momentum_dumps(self) -> FloatArray:
        """Times (d) of momentum dumps or wheel desaturations; empty where the mission is unknown."""
        return self.time[(self.quality & MOMENTUM_DUMP) > 0] if self.mission else np.empty(0)

    @property
    def julian_date(self) -> FloatArray:
        """Times as full Julian dates, barycentric where the scale is; NaN where it is unknown."""
        known = self.time_scale != UNKNOWN_SCALE
        return self.time + (time_zero(self.time_scale) if known else np.nan)

    @property
    def cadence(self) -> float:
        """Median time between neighbouring points in days; NaN for fewer than two points."""
        return float(np.median(np.diff(self.time))) if len(self) > 1 else np.nan

    @property
    def sectors(self) -> tuple[int, ...]:
        """Numbers of the sectors, in order."""
        return tuple(int(number) for number in np.unique(self.sector))

    def gaps(self, longer_than: float = 0.5) -> list[tuple[float, float]]:
        """Start and end times (d) of the stretches without good points `longer_than` so many days."""
        t = self.time[self.good]
        after = np.flatnonzero(np.diff(t) > longer_than)
        return [(float(t[i]), float(t[i + 1])) for i in after]

    def select(self, rows: npt.NDArray[Any]) -> Self:
        """The light curve of the chosen rows (a mask or row numbers)."""
        columns = ("time", "flux", "flux_error", "quality", "sector")
        return replace(self, **{column: getattr(self, column)[rows] for column in columns})


def time_zero(time_scale: str) -> float:
    """Julian date of the zero point of `time_scale`; raises ValueError for one it does not know."""
    if time_scale in TIME_ZEROS:
        return TIME_ZEROS[time_scale]
    match = _OFFSET_SCALE.fullmatch(time_scale)
    if match is None:
        raise ValueError(f"time scale {time_scale!r}: use one of {', '.join(TIME_ZEROS)} or 'BJD-2450000'")
    return float(match[2])


def stitch(light_curves: Iterable[LightCurve]) -> LightCurve:
    """One light curve of several of the same star, each sector with the normalisation it came with.

    Sorted by time, on the time scale of the first (shifted by the difference of the zero points). Raises
    ValueError for none, for identifiers that contradict each other, or for time scales that cannot be joined.
    """
    parts = list(light_curves)
    if not parts:
        raise ValueError("no light curves to stitch: give at least one")
    first = parts[0]
    if len(parts) == 1:
        return first
    ids: dict[str, int] = {}
    for part in parts:
        for kind, value in part.ids.items():
            if ids.setdefault(kind, value) != value:
                raise ValueError(f"light curves of different stars: {kind} {ids[kind]} and {value}")
    times = [part.time + _shift(part.time_scale, first.time_scale) for part in parts]
    time = np.concatenate(times)
    order = np.argsort(time, kind="stable")
    columns = ("flux", "flux_error", "quality", "sector")
    joined: dict[str, Any] = {
        column: np.concatenate([getattr(part, column) for part in parts])[order] for column in columns
    }
    medians = {sector: flux for p in parts for sector, flux in p.meta.get("median_flux", {}).items()}
    files = [p.meta["path"] for p in parts if "path" in p.meta]
    missions = {part.mission for part in parts}
    mission = missions.pop() if len(missions) == 1 else None
    meta = {**first.meta, "median_flux": medians, "paths": files, "mission": mission}
    return LightCurve(time[order], **joined, time_scale=first.time_scale, name=first.name, ids=ids, meta=meta)


def _shift(scale: str, onto: str) -> float:
    if scale == onto:
        return 0.0
    barycentric = {"BTJD", "BKJD", "BJD"}

    def reference(name: str) -> str:
        return "BJD" if name in barycentric else name.split("-")[0]

    if UNKNOWN_SCALE in (scale, onto) or reference(scale) != reference(onto):
        raise ValueError(f"time scales {onto} and {scale} cannot be joined: convert one of them first")
    return time_zero(scale) - time_zero(onto)
