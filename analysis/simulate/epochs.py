"""Epoch velocities of a simulated star."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate.stars import StarLike, as_star
from analysis.stars.units import FloatArray


@dataclass(frozen=True, eq=False)
class EpochVelocities:
    """Velocities in time order: `time` (BJD, TDB), `velocity` and `velocity_error` (km/s), `instrument` names."""

    time: FloatArray
    velocity: FloatArray
    velocity_error: FloatArray
    instrument: NDArray[np.str_]


def velocities(star: StarLike) -> EpochVelocities:
    """LAMOST epoch velocities (km/s) of a star of a simulated survey, empty where LAMOST did not see it.

    Their number is the row's n_rv, the largest minus the smallest its delta_vr. `star` is a row of a survey table
    or a `Star`.
    """
    epochs = as_star(star).block.epochs
    n = int(epochs.count[0])
    order = np.argsort(epochs.time[0, :n], kind="stable")
    return EpochVelocities(
        time=epochs.time[0, :n][order],
        velocity=epochs.velocity[0, :n][order],
        velocity_error=epochs.error[0, :n][order],
        instrument=np.full(n, "LAMOST LRS"),
    )
