"""The mass function drawn for one star."""

import pytest

from components.figures.companion import MassFunctionFigure
from components.theme import DARK


def drawn(figure):
    return [renderer.data_source.data for renderer in figure.model.renderers if hasattr(renderer, "data_source")]


@pytest.mark.parametrize("primary", [0.74, 6.0, None])
def test_the_curves_reach_from_edge_to_edge_also_for_a_heavy_star(primary) -> None:
    figure = MassFunctionFigure(DARK)
    figure.show(0.1791, primary, 1.0)
    *curves, chosen = drawn(figure)
    for curve in curves:
        assert curve["x"][0] == pytest.approx(figure.model.x_range.start)
        assert curve["x"][-1] == pytest.approx(figure.model.x_range.end)
    assert list(chosen["x"]) == ([] if primary is None else [primary])


def test_the_marked_mass_solves_the_mass_function() -> None:
    figure = MassFunctionFigure(DARK)
    figure.show(0.1791, 0.74, 0.8)
    companion = drawn(figure)[-1]["y"][0]
    assert (companion * 0.8) ** 3 / (0.74 + companion) ** 2 == pytest.approx(0.1791, rel=1e-6)
