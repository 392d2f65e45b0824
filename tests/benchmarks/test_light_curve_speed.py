"""20,000 points cleaned, searched and classified: 1.5 s is the aim on two free cores."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "light_curves"))
from simulated_stars import binary_flux

from analysis.binaries.ellipsoidal import ellipsoidal_flux
from analysis.light_curves import LightCurve, clean, find_period


@pytest.mark.parametrize(("days", "minutes"), [(27.0, 2.0), (417.0, 30.0)])
@pytest.mark.parametrize("kind", ["ellipsoidal", "eclipsing"])
def test_twenty_thousand_points_take_one_and_a_half_seconds(days, minutes, kind):
    rng = np.random.default_rng(1)
    times = 1500 + np.arange(0, days, minutes / 1440)
    if kind == "ellipsoidal":
        flux = 1 + ellipsoidal_flux((times - 1500.3) / 0.4552, 0.6, 0.33, 0.9)
    else:
        flux = binary_flux((times - 1500.3) / 7.3, 0.05, 0.03, 0.3, 1.0)
    flux = flux + rng.normal(0, 0.002, times.size)
    curve = LightCurve.from_arrays(times, flux, 0.002, sector=((times - 1500) / 27).astype(int))
    find_period(clean(curve))
    took = []
    for _ in range(3):
        start = time.perf_counter()
        found = find_period(clean(curve))
        took.append(time.perf_counter() - start)
    assert found.kind == kind
    assert min(took) < 1.5
