"""The panel of astrometric and velocity errors, without a browser."""

import asyncio
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bokeh.models import Span

from components.figures.inference import PosteriorDensity, TriadFigure, few_ticks
from components.inference_text import excess_html, inference_html, no_period_html, unit_errors_html, why_not_html
from components.state.catalogue import Catalogue
from components.state.inference import Excess, SingleStars, infer, published_errors
from components.state.workspace import Workspace
from components.theme import DARK, LIGHT
from components.views.inference_panel import InferencePanel

EXCESS = Excess(
    ruwe_ast=2.0, ruwe_spec=9.0, ruwe_phot=3.0, ruwe_spec_chance=2.2, sigma_spec=1.0, sigma_ast=0.3, velocity=10.0,
    angle=0.726636, parallax=2.0, primary_mass=1.0, mass_source="from M_G", known_period=2.0, missing=(),
)  # fmt: skip
CLOUD = pd.DataFrame({"ruwe": [1.0, 1.1, np.nan], "ruwe_spec": [0.9, 30.0, 1.0], "ruwe_phot": [1.0, -1.0, 1.0]})
STARS = SingleStars(published_errors(), "published", CLOUD)


def test_each_unit_weight_error_stands_against_its_threshold() -> None:
    text = unit_errors_html(EXCESS)
    assert "RUWE_ast = 2</b>, above 1.25" in text
    assert "RUWE_spec = 9</b>, above 2" in text
    assert "one single star in a million reaches 2.2" in text
    assert text.count("verdict yes") == 2  # a varying flux is against a dark companion
    assert "RUWE_phot</b>: missing" in unit_errors_html(replace(EXCESS, ruwe_phot=None))


def test_a_missing_number_is_a_dash() -> None:
    assert "<dt>M₁</dt><dd>–</dd>" in excess_html(replace(EXCESS, primary_mass=None))


def test_the_reasons_why_nothing_is_inferred_are_listed_and_escaped() -> None:
    text = why_not_html(replace(EXCESS, velocity=0.0, missing=("no <b>column</b>",)))
    assert "&lt;b&gt;column" in text
    assert "velocities scatter no more" in text
    assert why_not_html(EXCESS) == ""


def test_a_known_period_that_differs_is_warned_of() -> None:
    found = infer(EXCESS)
    assert "Perhaps a triple" in inference_html(found, EXCESS)
    alike = replace(EXCESS, known_period=350.0)
    assert "is consistent with" in inference_html(infer(alike), alike)
    unknown = replace(EXCESS, known_period=None)
    assert "No period of this star is known" in inference_html(infer(unknown), unknown)


def test_light_is_told_with_the_result() -> None:
    assert "a dark companion" in inference_html(infer(EXCESS), EXCESS)
    assert "0.25 of the light" in inference_html(infer(EXCESS, 0.25), EXCESS)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_posterior_holds_nearly_all_draws_and_marks_three_points(theme) -> None:
    value = infer(EXCESS).q
    density = PosteriorDensity(theme, "q")
    density.show(value)
    (area,) = [renderer for renderer in density.model.renderers if hasattr(renderer, "data_source")]
    assert 0.98 < sum(area.data_source.data["y"]) / len(value.draws) <= 1
    marks = [span.location for span in density.model.select({"type": Span})]
    assert sorted(marks) == [value.low, value.median, value.high]
    assert density.model.x_range.start < value.low < value.high < density.model.x_range.end


def test_the_triad_shows_the_thresholds_and_the_star() -> None:
    figure = TriadFigure(DARK, "ruwe", "ruwe_spec")
    figure.show_cloud(CLOUD)
    figure.show(EXCESS)
    cloud, star = (renderer.data_source.data for renderer in figure.model.renderers if hasattr(renderer, "data_source"))
    assert list(cloud["x"]) == [1.0, 1.1]
    assert (star["x"], star["y"]) == ([2.0], [9.0])
    assert {span.location for span in figure.model.select({"type": Span})} == {1.25, 2.0}
    assert figure.model.y_range.end > 9
    figure.show(replace(EXCESS, ruwe_ast=None))
    star = [renderer.data_source.data for renderer in figure.model.renderers if hasattr(renderer, "data_source")][1]
    assert len(star["x"]) == 0


@pytest.mark.parametrize(("low", "high", "ticks"), [(0.05, 20, [0.1, 1, 10]), (3, 90, [5, 10, 20, 50]), (2.1, 4.9, [])])
def test_few_ticks_are_round_and_within(low, high, ticks) -> None:
    found = few_ticks(low, high)
    assert len(found) <= 3
    assert set(np.round(found, 9)) <= set(ticks)


def panel_of(table: pd.DataFrame) -> tuple[Workspace, InferencePanel]:
    workspace = Workspace(Catalogue(table, "few", "Few stars"))
    panel = InferencePanel(workspace, "dark")

    async def look() -> None:
        workspace.focus.pick_row(0)
        await panel._measure(0)

    asyncio.run(look())
    return workspace, panel


def test_the_panel_infers_the_companion_of_the_star_in_focus() -> None:
    star = {
        "source_id": 4373465352415301632, "phot_g_mean_mag": 12.0, "bp_rp": 0.93, "parallax": 2.0, "ruwe": 2.0,
        "astrometric_n_good_obs_al": 300, "radial_velocity_error": 5.0, "rv_nb_transits": 10, "period": 300.0,
    }  # fmt: skip
    workspace, panel = panel_of(pd.DataFrame([star, {**star, "source_id": 5}]))
    try:
        assert panel._companion.visible
        assert "M₂" in panel._result.object
        dark = panel._result.object
        panel._light.param.update(value=0.3)
        panel._draw_companion()
        assert panel._result.object != dark
        panel.show_theme("light")
        assert all(pane.object is not None for pane in (*panel._posteriors, *panel._triad))
    finally:
        workspace.close()


def test_a_star_without_gaia_errors_says_what_it_lacks() -> None:
    workspace, panel = panel_of(pd.DataFrame({"source_id": [1, 2], "ra": [10.0, 20.0], "dec": [1.0, 2.0]}))
    try:
        assert not panel._companion.visible
        assert "the catalogue has no" in panel._note.object
        assert "ruwe, astrometric_n_good_obs_al, parallax" in panel._note.object
        assert not any(pane.visible for pane in panel._triad)
    finally:
        workspace.close()


def test_no_star_shows_nothing() -> None:
    workspace = Workspace(Catalogue(pd.DataFrame({"source_id": [1, 2], "ra": [1.0, 2.0]}), "few", "Few stars"))
    try:
        assert not InferencePanel(workspace, "dark").__panel__().visible
    finally:
        workspace.close()


def test_a_heavy_companion_without_a_known_period_may_be_a_triple() -> None:
    heavy = infer(replace(EXCESS, known_period=None, velocity=300.0, ruwe_phot=3.0))
    text = no_period_html(heavy, replace(EXCESS, ruwe_phot=3.0))
    assert heavy.q.median > 1
    assert "Perhaps a triple" in text
    assert "Its light varies" in text
    light = infer(replace(EXCESS, known_period=None, velocity=0.5))
    assert light.q.median < 1
    assert "Perhaps a triple" not in no_period_html(light, EXCESS)
