"""The pages of the right column, in the order of their tabs. The first is the star."""

from __future__ import annotations

from typing import Any

from components.select_page import SelectPage
from components.star_panels import star_panels
from components.state.session import Session
from components.state.workspace import Workspace
from components.views.learn_page import LearnPage
from components.views.star_page import StarPage
from components.views.truth_panel import TruthPanel

STAY_WHEN_PICKED = frozenset({"Judge", "Select", "Learn"})


def side_pages(session: Session, workspace: Workspace, theme: str) -> list[tuple[str, Any]]:
    """Return short name and page of every tab this catalogue has."""
    pages: list[tuple[str, Any]] = [("Star", StarPage(workspace, star_panels(session, workspace, theme)))]
    pages.append(("Select", SelectPage(session, workspace, theme)))
    if workspace.catalogue.is_simulated:
        pages.append(("Truth", TruthPanel(workspace, theme)))
    pages.append(("Learn", LearnPage(session, theme)))
    return pages
