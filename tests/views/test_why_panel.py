"""Why a star is in or out, in the words of the page."""

import pytest
from made_workspace import made

from analysis.selection import Range, parse
from components.views.why_panel import WhyPanel, why_html


@pytest.fixture
def workspace():
    space = made(400)
    table = space.catalogue.table
    table.loc[0, ["bp_rp", "absolute_g", "ruwe"]] = (1.5, 6.0, 1.3)
    yield space
    space.close()


def test_a_passing_star_shows_its_margins_and_its_closest_limit(workspace) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.25))
    workspace.selection.publish("slider:bp_rp", Range("bp_rp", 0.5, 5))
    html = why_html(workspace, 0)
    assert "In: it passes all 2 cuts." in html
    assert html.count('class="why yes"') == 2
    assert "+0.05" in html
    assert html.index("its closest limit") < html.index("bp_rp")


def test_what_keeps_a_star_out_stands_out_and_cuts_that_are_off_do_not_count(workspace) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.4))
    workspace.selection.publish("typed:1", parse("absolute_g < 4 and bp_rp > 1"), "<b>note</b>")
    workspace.selection.publish("slider:bp_rp", Range("bp_rp", 2))
    workspace.selection.enable("slider:bp_rp", False)
    html = why_html(workspace, 0)
    assert "Out: 2 cuts keep it out, of 2." in html
    assert "−0.1" in html
    assert "<b>fails</b> absolute_g &lt; 4" in html
    assert "<b>note</b>" not in html
    assert 'class="why off"' in html
    workspace.selection.remove("typed:1")
    assert "Out: the only cut keeps it out." in why_html(workspace, 0)


def test_the_panel_follows_star_and_cuts(workspace) -> None:
    panel = WhyPanel(workspace, "dark")
    assert panel.__panel__().object == ""
    workspace.focus.pick_row(0)
    assert "Nothing is cut" in panel.__panel__().object
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.4))
    assert "Out" in panel.__panel__().object
