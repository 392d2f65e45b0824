"""What the catalogue has from a star's spectrum, against the golden numbers of the paper's equations."""

import time

import numpy as np
import pandas as pd
import pytest

from analysis.stars import distance_likelihoods
from components.star_panels import star_panels
from components.state.catalogue import Catalogue
from components.state.labels import has_labels, star_labels
from components.state.workspace import Workspace
from components.theme import DARK
from components.views.labels_panel import NOTHING, LabelsPanel, distance_html, labels_html, luminosity_html

TITLE = "Spectroscopic labels and distance"


def catalogue(**columns) -> Catalogue:
    length = len(next(iter(columns.values())))
    return Catalogue(pd.DataFrame({"source_id": np.arange(length) + 1, **columns}), "few", "Few stars")


@pytest.fixture
def hot(golden) -> Catalogue:
    """The golden star at 0.4 mas, the same at a parallax that makes it a binary, and one without anything."""
    star = golden["002"]["distance"]
    per_ebv = 0.347  # A_Ks over E(B-V), SCIENCE 002.3
    return catalogue(
        M_Ks=[star["M"], star["M"], np.nan], M_Ks_err=[star["sM"], star["sM"], np.nan], k_m=[star["m"]] * 3,
        k_msigcom=[star["sm"]] * 3, ebv=[star["A"] / per_ebv] * 3, ebv_error=[star["sA"] / per_ebv] * 3,
        parallax=[star["plx"], 0.22, 0.4], parallax_error=[star["splx"], 0.02, 0.05],
    )  # fmt: skip


def test_luminosity_and_distance_are_the_golden_ones(hot, golden) -> None:
    star = golden["002"]["distance"]
    found = star_labels(hot, 0).luminosity
    assert found.distance.mode == pytest.approx(star["mode_pc"], rel=1e-3)
    assert found.distance.low == pytest.approx(star["p16_pc"], rel=1e-3)
    assert found.distance.high == pytest.approx(star["p84_pc"], rel=1e-3)
    # M_geo = 11 - 0.2 + 5 log10(0.4) - 10; its error is 5/ln10 × 0.05/0.4 with 0.02 and 0.01 mag
    assert found.geometric == pytest.approx(-1.1897, abs=1e-4)
    assert found.geometric_error == pytest.approx(np.sqrt(0.27143**2 + 0.02**2 + 0.01**2), abs=1e-4)
    # ϖ_spec = 0.398107 ± 0.049534 mas (golden), so S/N = -0.001893 / hypot(0.049534, 0.05)
    assert found.discrepancy == pytest.approx(-0.02690, abs=1e-4)
    assert found.binary is False
    assert found.dust_known


def test_the_curve_has_the_mode_and_the_interval_of_the_golden_numbers(hot, golden) -> None:
    star = golden["002"]["distance"]
    curves = star_labels(hot, 0).luminosity.curves
    assert curves.distance[np.argmax(curves.together)] == pytest.approx(
        star["mode_pc"], abs=np.diff(curves.distance)[0]
    )
    total = np.cumsum(curves.together)
    inside = np.interp([star["p16_pc"], star["p84_pc"]], curves.distance, total / total[-1])
    assert inside == pytest.approx([0.16, 0.84], abs=0.02)


def test_factors_of_the_distance_are_normal_laws() -> None:
    at = np.array([2000.0, 2500.0, 4000.0])
    by_parallax, by_light = distance_likelihoods(at, 0.4, 0.05, -1.2, 0.1, 11.0, 0.02, 0.2, 0.01)
    # 0.5, 0.4 and 0.25 mas lie 2, 0 and 3 errors from 0.4 ± 0.05
    assert by_parallax == pytest.approx(np.exp([-2.0, 0.0, -4.5]))
    pulls = (12.0 - 5 * np.log10(at / 10)) / np.sqrt(0.1**2 + 0.02**2 + 0.01**2 + 0.25**2)
    assert by_light == pytest.approx(np.exp(-0.5 * pulls**2))
    assert np.isnan(distance_likelihoods(at, 0.4, 0.05)[1]).all()


def test_a_star_too_luminous_is_a_binary_and_its_distance_rests_on_the_parallax(hot) -> None:
    found = star_labels(hot, 1).luminosity
    # (0.398107 - 0.22) / hypot(0.049534, 0.02)
    assert found.discrepancy == pytest.approx(3.334, abs=2e-3)
    assert found.binary is True
    assert found.distance.mode == pytest.approx(1000 / 0.22, rel=1e-3)
    assert "<b>binary</b>" in luminosity_html(found)
    assert "parallax alone, as the star is flagged" in distance_html(found, DARK)


def test_missing_data_are_told() -> None:
    bare = catalogue(M_Ks=[-1.2, -1.0], k_m=[11.0, 11.0], parallax=[0.4, 0.0], parallax_error=[0.0, -1.0])
    found = star_labels(bare, 0).luminosity
    assert found.binary is None
    assert found.distance is None
    assert "Binary flag unknown" in luminosity_html(found)
    assert "no dust is assumed" in luminosity_html(found)
    assert "No distance" in distance_html(found, DARK)
    # eq. 10: 0.10 mag at S/N 100, so 0.2 at 50; the light alone gives the distance 10^(1 + 12.2 / 5)
    by_light = star_labels(catalogue(M_Ks=[-1.2, -1.0], k_m=[11.0, 11.0], snrg=[50.0, 9.0]), 0).luminosity
    assert by_light.absolute_k_error == pytest.approx(0.2)
    assert by_light.distance.mode == pytest.approx(10 ** (1 + 12.2 / 5), rel=1e-3)


def test_labels_of_m_dwarfs_and_their_quadrangle(golden) -> None:
    inside, outside = golden["003"]["inside"], golden["003"]["outside"]
    colours, magnitudes = zip(*inside, *outside[:2], strict=True)
    stars = catalogue(
        teff_ap=[3500.0] * 5, teff_ap_error=[50.0] * 5, m_h_ap=[-0.25] * 5, bp_rp=list(colours),
        absolute_g=list(map(float, magnitudes)),
    )  # fmt: skip
    found = [star_labels(stars, row) for row in range(5)]
    assert [one.in_quadrangle for one in found] == [True] * 3 + [False] * 2
    assert found[0].luminosity is None
    assert "3500 ± 50 K" in labels_html(found[0])
    assert "−0.25 dex" in labels_html(found[0])
    assert "outside the quadrangle" in labels_html(found[4])


def test_the_section_is_there_only_where_the_catalogue_has_the_columns(hot) -> None:
    plain = catalogue(ra=[1.0, 2.0], dec=[1.0, 2.0], M_Ks=[np.nan, np.nan])
    assert [has_labels(one) for one in (hot, plain)] == [True, False]
    for one in (hot, plain):
        workspace = Workspace(one)
        try:
            sections = {section.title: section.column for section in star_panels(None, workspace, "dark")}
            assert sections.get(TITLE) == ("right" if one is hot else None)
        finally:
            workspace.close()


def test_the_panel_shows_the_star_in_focus(hot) -> None:
    workspace = Workspace(hot)
    try:
        panel = LabelsPanel(workspace, "dark")
        assert not panel.__panel__().visible
        workspace.focus.pick_row(0)
        assert "d = 2506 pc" in panel._distance.object
        assert panel._pane.visible
        assert panel._figure.model.x_range.start < 2325 < 2775 < panel._figure.model.x_range.end
        panel.show_theme("light")
        assert panel._figure.model.x_range.end > 2775
        workspace.focus.pick_row(2)
        assert panel._labels.object == NOTHING
        assert not panel._pane.visible
    finally:
        workspace.close()


def test_a_star_is_worked_out_without_keeping_the_page_waiting(hot) -> None:
    star_labels(hot, 0)
    best = min(_seconds(lambda: star_labels(hot, 0)) for _ in range(3))
    assert best < 0.05


def _seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
