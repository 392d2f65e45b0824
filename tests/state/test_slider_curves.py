"""Curves of every slider at once, against the slow way that looks at each threshold anew."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import simulate
from analysis.selection import Range, parse
from analysis.selection.tuning import curve_along, curve_of_places, places_among, tuning_curve
from components.state.catalogue import Catalogue
from components.state.slider_curves import SliderCurves, cutting_end
from components.state.truth import TruthCounter, true_classes

N, SEED = 3000, 5
COLUMNS = ("ruwe", "parallax", "rv_nb_transits", "delta_vr")
WANTED = ("ms_wd", "triple")
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    yield Catalogue(simulate.survey(N, SEED), "made", "Made stars")


@pytest.fixture(scope="module")
def curves(catalogue: Catalogue) -> SliderCurves:
    classes = true_classes(catalogue)
    assert classes is not None
    return SliderCurves(catalogue, TruthCounter(catalogue, classes))


def ends(catalogue: Catalogue, column: str) -> st.SearchStrategy[float | None]:
    values = catalogue.values(column)
    return st.one_of(st.none(), st.sampled_from([float(v) for v in values[np.isfinite(values)][:40]]))


@MANY
@given(data=st.data())
def test_every_curve_is_that_of_trying_each_threshold(catalogue, curves, data) -> None:
    cuts = {
        f"slider:{column}": Range(column, data.draw(ends(catalogue, column)), data.draw(ends(catalogue, column)))
        for column in data.draw(st.lists(st.sampled_from(COLUMNS), min_size=1, unique=True))
    }
    if data.draw(st.booleans()):
        cuts["typed"] = parse("bp_rp < 1.5 | parallax > 2")
    wanted = simulate.truth(N, SEED)["class_true"].isin(WANTED).to_numpy()
    found = curves.along(cuts, WANTED)
    assert set(found) == {name for name in cuts if name != "typed"}
    for name, one in found.items():
        slow = tuning_curve(cuts, name, catalogue.table, wanted, one.curve.thresholds, one.end)
        np.testing.assert_array_equal(one.curve.selected, slow.selected)
        np.testing.assert_array_equal(one.curve.found, slow.found)
        assert one.curve.wanted == slow.wanted


@given(
    st.lists(st.one_of(st.just(np.nan), st.floats(-3, 3), st.sampled_from([0.0, 0.1, 1.25])), max_size=30),
    st.lists(st.one_of(st.floats(-3, 3), st.sampled_from([0.0, 0.1, 1.25])), min_size=1, max_size=6, unique=True),
    st.sampled_from(["low", "high"]),
    st.sampled_from([np.float32, np.float64]),
)
def test_places_say_of_each_value_which_thresholds_it_passes(numbers, steps, end, kind) -> None:
    values, limits = np.array(numbers, dtype=kind), np.sort(np.array(steps, dtype=float))
    places = places_among(values, limits, end)
    everything = np.ones(values.size, dtype=bool)
    wanted = np.arange(values.size) % 2 == 0
    curve = curve_of_places(places, everything, wanted, limits, end)
    for k, limit in enumerate(limits):
        cut = Range("x", limit, None) if end == "low" else Range("x", None, limit)
        mask = cut.mask({"x": values})
        assert (curve.selected[k], curve.found[k]) == (mask.sum(), (mask & wanted).sum())
    again = curve_along(values, everything, wanted, limits, end)
    np.testing.assert_array_equal(again.selected, curve.selected)


def test_the_end_that_cuts_is_looked_at() -> None:
    assert cutting_end(Range("x", low=1.0)) == "low"
    assert cutting_end(Range("x", high=1.0)) == "high"
    assert cutting_end(Range("x", 0.0, 1.0)) == "low"
    assert cutting_end(Range("x")) == "low"
