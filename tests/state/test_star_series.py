"""Folding, the cache of series, a visitor's own files, and both series together, without a browser."""

import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.binaries import RadialVelocities, StarVelocities, ellipsoidal_flux
from analysis.light_curves import ArchiveError, LightCurve, clean, find_period
from components.state.catalogue import Catalogue
from components.state.joint import join
from components.state.orbit import Orbit, StarOrbit, fit_star_orbit
from components.state.series import Cleaning, SearchedLightCurve
from components.state.workspace import Workspace

VELOCITIES = "bjd,rv,rv_err\n" + "\n".join(f"{2458000 + k * 1.37},{50 * np.sin(k):.2f},2" for k in range(6))
TWO_STARS = "star,time,rv,rv_err\nA 1,1.0,10,1\nA 1,2.0,12,1\nB 2,1.5,30,1\n"


def light_text(amplitude: float = 0.03, period: float = 0.5) -> str:
    rng = np.random.default_rng(1)
    times = np.arange(0, 20, 0.02)
    flux = 1 + amplitude * np.cos(4 * np.pi * times / period) + rng.normal(0, 0.002, times.size)
    return "time,flux,flux_err\n" + "\n".join(f"{t:.4f},{f:.5f},0.002" for t, f in zip(times, flux, strict=True))


@pytest.fixture
def workspace():
    table = pd.DataFrame(
        {
            "source_id": np.arange(30, dtype=np.int64) + 4373465352415301632,
            "period": np.r_[0.4552, 0.31, np.full(28, np.nan)],
            "period_kind": ["photometric", "roche_minimum", *[""] * 28],
            "primary_mass": 0.7,
        }
    )
    space = Workspace(Catalogue(table, "test", "Test stars"))
    yield space
    space.close()


# ---------------------------------------------------------------------- folding


def test_panels_fold_at_the_best_known_period_until_one_is_chosen(workspace) -> None:
    folding = workspace.folding
    workspace.focus.pick_row(0)
    assert (folding.period, folding.origin) == (0.4552, "catalogue")
    folding.propose("light curve", 0.9104)
    assert folding.origin == "light curve"
    folding.propose("velocities", 0.45524)
    assert folding.period == 0.45524
    folding.double()
    assert folding.period == pytest.approx(0.91048)
    folding.propose("light curve", 0.2)
    assert folding.period == pytest.approx(0.91048)
    folding.halve()
    folding.halve()
    assert folding.period == pytest.approx(0.22762)
    folding.reset()
    assert folding.period == 0.45524


def test_a_least_period_is_none_and_another_star_begins_anew(workspace) -> None:
    workspace.focus.pick_row(0)
    workspace.folding.double()
    workspace.focus.pick_row(1)
    assert workspace.folding.period is None
    assert not workspace.folding.chosen
    workspace.folding.double()
    assert workspace.folding.period is None


@pytest.mark.parametrize("text", ["", "two", "-1", "nan", "inf", "0"])
def test_what_is_no_period_is_refused_in_words(workspace, text) -> None:
    workspace.focus.pick_row(0)
    assert not workspace.folding.fold_at_text(text)
    assert "period" in workspace.folding.complaint
    assert workspace.folding.period == 0.4552
    assert workspace.folding.fold_at_text("0.9 d")
    assert workspace.folding.complaint == ""


# ---------------------------------------------------------------------- the cache


def test_what_was_fetched_ahead_is_what_the_panel_gets(workspace) -> None:
    workspace.series_cache.prefetch(4)
    ahead = workspace.series_cache.light_curve(4)
    workspace.focus.pick_row(4)
    assert workspace.series_cache.light_curve(4) is ahead
    assert workspace.series_cache.light_curve(4, Cleaning(sigma=None)) is not ahead


def test_moving_on_leaves_no_queue_of_old_searches(workspace) -> None:
    cache, gate, made = workspace.series_cache, threading.Event(), []

    def slow(row: int):
        def make() -> int:
            gate.wait(10)
            made.append(row)
            return row

        return make

    tasks = []
    for row in range(10):
        workspace.focus.pick_row(row)
        tasks.append(cache.kept(row, "slow", None, slow(row)))
    gate.set()
    assert tasks[-1].result(10) == 9
    assert len(made) <= 3  # two workers had begun, and the last star
    with pytest.raises(CancelledError):
        tasks[5].result(1)


def test_old_stars_are_forgotten(workspace) -> None:
    first = workspace.series_cache.kept(0, "x", None, lambda: 0)
    for row in range(1, 20):
        workspace.series_cache.kept(row, "x", None, lambda: 0)
    assert workspace.series_cache.kept(0, "x", None, lambda: 0) is not first


# ---------------------------------------------------------------------- a visitor's own files


def test_files_become_series_of_the_star_and_can_be_taken_back(workspace) -> None:
    own = workspace.own_files
    assert own.take(3, "../../curve.csv", light_text().encode()).kind == "light curve"
    assert own.take(3, "mine_rv.csv", VELOCITIES.encode()).kind == "velocities"
    assert own.names[3] == ("curve.csv", "mine_rv.csv")
    curve = workspace.series_cache.light_curve(3).result(60)
    assert curve.found.period == pytest.approx(0.25, rel=1e-3)
    assert len(workspace.series_cache.orbit(3).result(60).velocities.primary) == 6
    assert workspace.series.velocities(workspace.catalogue, 4) is None
    own.drop(3)
    workspace.series_cache.forget(3)
    assert workspace.series_cache.light_curve(3).result(60) is None


def test_a_table_of_several_stars_asks_which(workspace) -> None:
    taken = workspace.own_files.take(3, "many_rv.csv", TWO_STARS.encode())
    assert (taken.kind, taken.stars) == ("choice", ("A 1", "B 2"))
    assert workspace.series.velocities(workspace.catalogue, 3) is None
    workspace.own_files.choose(3, taken, "A 1")
    assert workspace.series.velocities(workspace.catalogue, 3)["velocity"].tolist() == [10, 12]


@pytest.mark.parametrize("content", [b"", b"not a table", b"\x00\x01", b"time,colour\n1,2\n"])
def test_a_file_that_cannot_be_used_says_why_and_changes_nothing(workspace, content) -> None:
    with pytest.raises(ValueError, match=r"wrong\.csv"):
        workspace.own_files.take(3, "wrong.csv", content)
    assert workspace.own_files.names == {}


def test_an_archive_that_cannot_be_asked_is_one_sentence(workspace) -> None:
    def offline(tic: int, folder: Path, timeout: float) -> list:
        raise ArchiveError(f"MAST cannot be reached for TIC {tic} (no network): check the network")

    with pytest.raises(ValueError, match=r"^MAST cannot be reached for TIC 5 .*network\.$"):
        workspace.own_files.fetch(3, 5, offline)


# ---------------------------------------------------------------------- both series together


def both(shift: float, scale: str = "BJD"):
    """A tidally distorted star whose velocity rises a quarter of a cycle plus ``shift`` before the deeper minimum."""
    rng = np.random.default_rng(2)
    period, behind = 0.5, 1500.1
    times = np.arange(1490, 1515, 0.02)
    flux = 1 + ellipsoidal_flux((times - behind) / period, 1.5, 0.35, 0.9) + rng.normal(0, 0.0005, times.size)
    raw = LightCurve.from_arrays(times, flux, 0.0005, time_scale="BTJD", sector=1)
    cleaned = clean(raw)
    when = 2457000 + np.sort(rng.uniform(1490, 1515, 12))
    speed = 80 * np.sin(2 * np.pi * ((when - 2457000 - behind) / period + 0.5 + shift)) + rng.normal(0, 2, 12)
    data = StarVelocities(RadialVelocities.from_arrays(when, speed, 2.0, "X", time_scale=scale))
    fit = fit_star_orbit(data, period)
    orbit = StarOrbit(data, Orbit(pd.DataFrame(), None, None, None), None, fit)
    return join(SearchedLightCurve(raw, cleaned, find_period(cleaned)), orbit, fit, period)


def test_series_of_one_orbit_agree_in_phase_and_others_are_said_not_to() -> None:
    good = both(0.0)
    assert good.agreement.agrees
    assert not good.agreement.half_cycle
    assert "deeper minimum" in good.statement
    bad = both(0.2)
    assert not bad.agreement.agrees
    assert abs(abs(bad.agreement.offset) - 0.2) < 0.02


def test_without_a_time_scale_phases_are_not_compared() -> None:
    joint = both(0.0, "unknown")
    assert joint.agreement is None
    assert "time scale" in joint.statement


def test_a_closed_workspace_has_no_threads_left(workspace) -> None:
    workspace.series_cache.kept(0, "x", None, lambda: 0).result(5)
    workspace.close()
    for _ in range(50):
        if not any(thread.name.startswith("series") and thread.is_alive() for thread in threading.enumerate()):
            break
        time.sleep(0.05)
    assert workspace.series_cache._pools == {}
