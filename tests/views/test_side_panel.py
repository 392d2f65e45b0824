"""The right column makes its pages when they are first shown."""

import panel as pn
import param
import pytest

from analysis.catalogue import add_derived, load_dataset
from components.page import RIGHT_WIDTH
from components.side_pages import STAY_WHEN_PICKED, side_pages
from components.state.catalogue import Catalogue
from components.state.library import Library
from components.state.session import Session
from components.state.workspace import Workspace
from components.views.side_panel import SidePanel


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("PENUMBRA_DATA", str(tmp_path))
    session = Session(Library())
    workspace = Workspace(Catalogue(add_derived(load_dataset("mu2022")), "mu2022", "Mu et al. 2022"))
    with param.edit_constant(session):
        session.workspace = workspace
    yield session
    session.close()


def test_every_page_can_be_shown_and_only_what_was_shown_is_made(session):
    made = []
    makers = [
        (name, lambda look, name=name, make=make: made.append(name) or make(look))
        for name, make in side_pages(session, session.workspace, None)
    ]
    side = SidePanel(session, session.workspace, makers, RIGHT_WIDTH, STAY_WHEN_PICKED)
    assert made == ["Star"]
    for name, _ in makers:
        side.bring(name)
        assert side.shown == name
    assert sorted(made) == sorted(name for name, _ in makers)
    side.show_theme("light")
    side.close()


def test_the_star_stands_beside_the_other_pages_and_comes_back(session):
    side = SidePanel(session, session.workspace, side_pages(session, session.workspace, None), RIGHT_WIDTH)
    assert isinstance(side.__panel__(), pn.Column)
    session.layout = "star"
    assert side.shown != "Star"
    session.layout = "planes"
    assert side.shown == "Star"
    session.workspace.focus.pick_row(6)
    assert side.shown == "Star"
    side.close()
