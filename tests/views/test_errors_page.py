"""What the Errors tab says, without a browser."""

import asyncio

import numpy as np
import pandas as pd

from analysis import simulate
from components.figures.small_map import map_title_html
from components.state.catalogue import Catalogue
from components.state.plating_summary import Distribution, PlatingSummary, StepCount
from components.state.projection_maps import View, ViewedOrbit
from components.state.workspace import Workspace
from components.theme import DARK, LIGHT
from components.views.error_maps_panel import ErrorMapsPanel
from components.views.plating_panel import PlatingPanel, distribution_plot, key_html, steps_html
from components.views.projection_explorer import ProjectionExplorer, result_html

SUMMARY = PlatingSummary(
    (
        StepCount("Bronze", "RUWE <above> 1.25", "Sect. 5.1", 1234, None),
        StepCount("Bronze", "Mass ratio above 1", "Sect. 5.1", 12, 4641),
        StepCount("Gold", "RUWE_phot below 2", "Sect. 5.1", None, 50, ("ruwe_phot",)),
    ),
    {"App. B.1": 5000, "Bronze": 12},
    (),
)


def test_steps_tell_what_is_left_here_and_in_the_paper() -> None:
    text = steps_html(SUMMARY)
    assert "RUWE &lt;above&gt; 1.25" in text
    assert "1\u2009234" in text
    assert "4\u2009641" in text
    assert "left out: no ruwe_phot" in text
    assert text.count("class=last") == 2  # the last step of bronze, and that of gold


def test_the_key_gives_every_sample_its_size() -> None:
    text = key_html(SUMMARY, DARK)
    assert "Bronze (12)" in text
    assert "Gold (0)" in text


def test_samples_without_stars_have_no_line() -> None:
    shares = {name: np.array([0.5, 0.5]) for name in ("App. B.1", "both RUWE high", "Bronze", "Silver", "Gold")}
    found = Distribution("q", np.array([0.1, 1.0, 10.0]), shares)
    plot = distribution_plot(found, "q", dict(SUMMARY.sizes), DARK)
    assert len(plot.renderers) == 2


def test_the_explorer_tells_what_is_inferred_for_the_true_mass_ratio() -> None:
    text = result_html(View(mass_ratio=2.0), ViewedOrbit(0.5, 0.6, 1.1, 0.75))
    assert "1.5 for 2" in text
    assert "nothing can be inferred" in result_html(View(mass_ratio=0.5, light_ratio=0.5), ViewedOrbit(0, 0, 0, 0))
    assert "0.1" in map_title_html("P", -1.0, 1.0, True, DARK)


def test_the_explorer_follows_its_sliders_and_appearance() -> None:
    explorer = ProjectionExplorer("dark")
    explorer._begin()
    before = explorer._images.data["zeta"][0].copy()
    explorer._sliders["eccentricity"].value = 0.9
    assert not np.array_equal(explorer._images.data["zeta"][0], before)
    explorer._sliders["theta"].value = 90
    assert explorer._mark.data["theta"] == [90.0]
    explorer.show_theme("light")
    assert explorer._maps[0].object.background_fill_color == LIGHT.page


def test_platings_are_counted_when_somebody_looks() -> None:
    workspace = Workspace(Catalogue(simulate.survey(500, 5), "made", "Made stars"))
    panel = PlatingPanel(workspace, "dark")
    assert not panel._content.visible
    asyncio.run(panel._count())
    assert panel._content.visible
    assert "left out: no ruwe_spec" in panel._steps.object
    panel._apply("andrew2022_gold", None)
    assert "ruwe_spec" in panel._note.object
    assert workspace.selection.active
    workspace.close()


def test_error_maps_are_fitted_compared_and_refused() -> None:
    workspace = Workspace(Catalogue(simulate.survey(20_000, 7), "made", "Made stars"))
    panel = ErrorMapsPanel(workspace, "dark")
    asyncio.run(panel.fit())
    assert "σ_spec of" in panel._note.object
    assert len(panel._maps) == 3
    grid = {"mag": np.repeat([2.0, 18.0], 2), "col": np.tile([-2.0, 8.0], 2), "sigma": np.full(4, 0.5)}
    panel._file.param.update(filename="published.csv", value=pd.DataFrame(grid).to_csv(index=False).encode())
    assert "published.csv: this map ÷ that one" in panel._compared.object
    assert len(panel._maps) == 4
    panel._file.param.update(filename="<words>.csv", value=b"no,map\n1,2\n")
    assert "&lt;words&gt;.csv" in panel._compared.object
    assert len(panel._maps) == 4
    workspace.close()


def test_a_catalogue_without_velocity_errors_says_what_it_lacks() -> None:
    table = simulate.survey(500, 7).drop(columns=["rv_nb_transits"])
    workspace = Workspace(Catalogue(table, "made", "Made stars"))
    panel = ErrorMapsPanel(workspace, "light")
    asyncio.run(panel.fit())
    assert "Made stars has no rv_nb_transits" in panel._note.object
    assert not panel._file.visible
    workspace.close()
