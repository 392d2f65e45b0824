"""Each catalogue gets the planes its columns allow."""

import pytest

from components.state.planes import FIGURES, SLOTS, default_figures, figures_for, figures_not_for

GAIA = {"bp_rp", "absolute_g", "phot_g_mean_mag", "ruwe", "ra", "dec", "pmra", "pmdec", "radial_velocity_error"}
MU = {"teff", "absolute_k_implied", "period", "half_delta_vr", "ruwe", "astrometric_excess_noise"}


def test_gaia_columns_give_the_gaia_hr_diagram_and_ruwe_maps() -> None:
    figures = default_figures(GAIA)
    assert (figures["first"].x, figures["first"].y, figures["first"].invert_y) == ("bp_rp", "absolute_g", True)
    assert (figures["third"].value, figures["third"].centre) == ("ruwe", 1.25)
    assert figures["fourth"].key == "ruwe_magnitude"


def test_the_candidates_open_on_the_velocity_period_plane() -> None:
    figures = default_figures(MU)
    assert figures["first"].y == "absolute_k_implied"
    assert figures["second"].key == "velocity_period"
    assert (figures["second"].x_scale, figures["second"].y_scale) == ("log10", "log10")


def test_no_figure_is_shown_twice() -> None:
    for columns in (GAIA, MU, GAIA | MU, {"ra", "dec"}, set()):
        keys = [figure.key for figure in default_figures(columns).values()]
        assert len(keys) == len(set(keys))


def test_unknown_columns_are_plotted_against_each_other() -> None:
    figures = default_figures({"a", "b", "c"}, ["a", "b", "c"])
    assert set(figures) == set(SLOTS)
    assert (figures["first"].x, figures["first"].y) == ("a", "b")


@pytest.mark.parametrize("columns", [GAIA, MU, set()])
def test_every_named_figure_is_either_offered_or_its_missing_columns_are_named(columns) -> None:
    offered = {figure.key for figure in figures_for(columns)}
    refused = {figure.key: missing for figure, missing in figures_not_for(columns)}
    assert offered | set(refused) == {figure.key for figure in FIGURES}
    assert not offered & set(refused)
    assert all(missing and not set(missing) & set(columns) for missing in refused.values())
