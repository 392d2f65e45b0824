"""Figures and reports on paper hold what is on the screen: the same data, the same limits, as vectors."""

import re
import zlib

import numpy as np
import panel as pn
import pytest
from bokeh.models import ColorBar, LinearColorMapper, Range1d, Span, Whisker
from bokeh.plotting import figure as bokeh_figure
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as PaperFigure

from analysis.selection import Range
from analysis.vetting import DEFAULT_VOCABULARY, Provenance
from components.publication.colours import paper_colours
from components.publication.drawing import draw_figure, log_label
from components.publication.fonts import MISSING, printable
from components.publication.panel_figure import figure_bytes, panels_figure
from components.publication.panels import panel_content
from components.publication.paper import text_width, wrap
from components.publication.plane import plane_figure
from components.publication.star_report import StarFacts, write_html, write_pdf
from components.state.plane_window import Window
from components.state.printed_plane import print_plane
from components.state.stage import Stage
from components.theme import DARK, LIGHT
from components.views.plane import Plane
from components.views.velocity_period import OVERLAYS

ATTACK = '<img src=x onerror="alert(1)"> $x^2$ \\frac 星 \x07'


@pytest.fixture
def model():
    plot = bokeh_figure(width=400, height=200, x_range=Range1d(5, 1), y_range=Range1d(0.1, 100), y_axis_type="log")
    plot.xaxis.axis_label, plot.yaxis.axis_label = ATTACK, "Period (d), click to fold"
    plot.line([1, 2, 3], [1, 10, 5], line_color=DARK.accent, line_dash="dashed", line_width=2)
    mapper = LinearColorMapper(palette=["#000000", "#ff0000"], low=0, high=1)
    source = {"x": [1.5, 2.5], "y": [2.0, 20.0], "e": [0.0, 1.0], "low": [1.0, 10.0], "high": [3.0, 30.0]}
    plot.scatter("x", "y", source=source, size=10, color={"field": "e", "transform": mapper}, marker="star")
    whiskers = Whisker(base="x", lower="low", upper="high", source=plot.renderers[-1].data_source)
    for item in (Span(location=2, dimension="height", line_color=DARK.focus), whiskers):
        plot.add_layout(item)
    plot.add_layout(ColorBar(color_mapper=mapper, title="e"), "right")
    plot.text([2], [3], [ATTACK])
    return plot


def test_a_figure_keeps_data_limits_and_scales_and_takes_the_colours_of_paper(model) -> None:
    axes = PaperFigure().add_subplot()
    assert draw_figure(model, axes, paper_colours(DARK), 0.75) == ()
    assert axes.get_xlim() == (5, 1)
    assert axes.get_ylim() == (0.1, 100)
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    line = axes.lines[0]
    np.testing.assert_array_equal(line.get_xydata(), [[1, 1], [2, 10], [3, 5]])
    assert [round(255 * part) for part in line.get_color()[:3]] == [int(LIGHT.accent[i : i + 2], 16) for i in (1, 3, 5)]
    marks = axes.collections[0]
    np.testing.assert_array_equal(marks.get_offsets(), [[1.5, 2], [2.5, 20]])
    np.testing.assert_array_equal(marks.get_facecolors()[:, 0], [0, 1])
    bars = [c for c in axes.collections if isinstance(c, LineCollection)]
    np.testing.assert_array_equal(bars[0].get_segments()[1], [[2.5, 10], [2.5, 30]])
    assert axes.get_ylabel() == "Period (d)"


def test_no_text_is_read_as_a_formula_and_signs_that_no_letter_has_become_boxes(model) -> None:
    assert printable("a\nb\t星\x07") == f"a b {MISSING}{MISSING}"
    for kind, start in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")):
        content = figure_bytes(panels_figure([model, model], DARK), kind)
        assert content.startswith(start)
    assert b"<img" not in content


@pytest.mark.parametrize(("value", "text"), [(0.001, "0.001"), (20, "20"), (1e5, "10⁵"), (1e-4, "10⁻⁴")])
def test_logarithmic_axes_are_labelled_as_on_the_screen(value, text) -> None:
    assert log_label(value) == text


@pytest.fixture
def workspace():
    from made_workspace import made

    space = made()
    yield space
    space.close()


def settle(workspace) -> Stage:
    for change in workspace.pump._changes:
        change(workspace.stage)
    workspace.pump._changes.clear()
    return workspace.stage


def test_a_painted_plane_holds_all_stars_of_the_window_in_finer_pixels(workspace) -> None:
    stage = settle(workspace)
    figure = workspace.planes.figures["first"]
    stage.show_figure("first", figure, Window(0.2, 2.5, 2.0, 9.0, 100, 80))
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.1))
    settle(workspace)
    printed = print_plane(stage, "first", finer=3)
    assert printed.image.shape == (240, 300)
    table = workspace.catalogue.table
    inside = table[figure.x].between(0.2, 2.5) & table[figure.y].between(2.0, 9.0)
    grid = np.histogram2d(table[figure.y][inside], table[figure.x][inside], (240, 300), ((2, 9), (0.2, 2.5)))[0]
    np.testing.assert_array_equal(printed.image[grid > 0] > 0, True)
    assert "printed" not in stage.engine.grids
    assert (printed.passing, printed.total) == (int((table["ruwe"] >= 1.1).sum()), len(table))


def test_a_plane_on_paper_has_the_limits_of_the_screen_and_an_image_the_right_way_up(workspace) -> None:
    pn.extension()
    stage = settle(workspace)
    figure = workspace.planes.figures["first"]
    stage.show_figure("first", figure, Window(0.2, 2.5, 2.0, 9.0, 100, 80))
    workspace.zoom("first", (0.2, 2.5, 2.0, 9.0), 100, 80)
    settle(workspace)
    view = Plane(workspace, "first", "dark", OVERLAYS, lambda *_: None)
    printed = print_plane(stage, "first", finer=1)
    made = plane_figure(printed, view._figure, DARK, "first")
    axes = made.axes[0]
    assert axes.get_xlim() == (0.2, 2.5)
    assert axes.get_ylim() == (9.0, 2.0)  # an HR diagram: bright above
    under = next(child for child in axes.child_axes if child.images and child.get_zorder() == 0)
    shown = under.images[0].get_array()
    # Line 0 of the image is the faintest magnitude counted, hence the top one on a plane that is not upside down.
    np.testing.assert_array_equal(shown[0, :, 3] > 0, printed.image[0] > 0)
    made.canvas.draw()


def test_a_report_has_every_panel_and_table_in_html_and_in_pdf(model, tmp_path) -> None:
    text = pn.pane.HTML("<p>One &lt;b&gt; line</p><dl><div><dt>K₁</dt><dd>157.8</dd></div></dl><style>p{}</style>")

    class Shown(pn.viewable.Viewer):
        def __panel__(self):
            hidden = pn.pane.HTML("<p>hidden</p>", visible=False)
            return pn.Column(text, pn.pane.Bokeh(model), pn.Column(hidden), hidden)

    content = panel_content(f"Panel {ATTACK}", Shown())
    assert content.lines == ["One <b> line"]
    assert content.rows == [("K₁", "157.8")]
    assert content.figures == [model]
    facts = StarFacts(
        "42", f"Star {ATTACK}", "RA", {"remark": ATTACK * 40, "ruwe": 1.25}, (), {}, (),
        Provenance("stars", n_rows_dataset=9, n_rows=3), {}, DEFAULT_VOCABULARY,
    )  # fmt: skip
    write_html(facts, [content], DARK, tmp_path / "star.html")
    page = (tmp_path / "star.html").read_text()
    assert "One &lt;b&gt; line" in page
    assert "<img src=x" not in page
    assert page.count("data:image/svg+xml") == 1
    write_pdf(facts, [content] * 8, DARK, tmp_path / "star.pdf")
    pdf = (tmp_path / "star.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 2
    assert b"/Subtype /Image" not in pdf  # figures are vectors
    assert b"/FontFile2" in pdf  # letters are letters
    streams = [zlib.decompress(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)[:1]]
    assert streams


def test_lines_are_never_wider_than_the_page_and_lose_no_letter() -> None:
    text = "a few words and one" + "W" * 200 + " more"
    lines = wrap(text, 9, 120)
    assert all(text_width(line, 9) <= 121 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
