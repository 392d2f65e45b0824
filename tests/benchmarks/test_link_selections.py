"""HoloViews link_selections over three rasterized planes of a million rows, beside the engine."""

from __future__ import annotations

import gc

import holoviews as hv
import pytest
from holoviews.operation.datashader import rasterize
from workload import GRIDS, MOVED, median_ms

from analysis.selection import Crossfilter, Range, warm
from analysis.selection.benchmark_table import benchmark_table

pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_selection_that_changes_in_three_linked_planes(report):
    warm()
    hv.extension("bokeh")
    table = benchmark_table(1_000_000)
    planes = [GRIDS[0], GRIDS[2], GRIDS[3]]
    engine = Crossfilter(table, planes)
    engine.begin_drag(engine.prepare_drag(_slider(engine)))
    ours = median_ms(lambda number: engine.move(5, 15.0 + 0.05 * (number % 2)), 20)

    links = hv.link_selections.instance()
    layout = None
    for grid in planes:
        points = hv.Points(
            table[list(dict.fromkeys([grid.x.column, grid.y.column, MOVED]))], [grid.x.column, grid.y.column]
        )
        plane = links(rasterize(points, width=600, height=500, dynamic=True))
        layout = plane if layout is None else layout + plane
    plot = hv.renderer("bokeh").get_plot(layout)

    expressions = [(hv.dim(MOVED) >= 5) & (hv.dim(MOVED) <= high) for high in (15.0, 15.05)]
    links.selection_expr = expressions[1]
    theirs = median_ms(lambda number, links=links: setattr(links, "selection_expr", expressions[number % 2]), 5)
    assert plot.state is not None
    report.add(
        "HoloViews link_selections, three planes, one million rows",
        link_selections=f"{theirs:.0f} ms",
        Crossfilter=f"{ours:.2f} ms",
        gain=f"{theirs / ours:.0f}×",
    )
    assert theirs > 50 * ours
    plot.cleanup()
    del links, layout, plane, plot
    gc.collect()  # else its streams complain when Python ends


def _slider(engine: Crossfilter) -> str:
    engine.set(MOVED, Range(MOVED, 5, 15))
    return MOVED
