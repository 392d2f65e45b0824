"""The pages of the right column, in the order of their tabs. The first is the star."""

from __future__ import annotations

from functools import partial
from typing import Any

from components.judge_page import JudgePage
from components.select_page import SelectPage
from components.star_panels import star_panels
from components.state.session import Session
from components.state.workspace import Workspace
from components.truth_page import TruthPage
from components.views.learn_page import LearnPage
from components.views.real_stars import RealStarPage
from components.views.star_page import StarPage

STAY_WHEN_PICKED = frozenset({"Judge", "Select", "Learn"})


def side_pages(session: Session, workspace: Workspace, theme: str) -> list[tuple[str, Any]]:
    """Return short name and page of every tab this catalogue has."""
    star: Any = _page_of(session, workspace, theme)
    if workspace.real is not None:
        star = RealStarPage(session, workspace, star, theme, partial(_page_of, session))
    pages: list[tuple[str, Any]] = [("Star", star)]
    pages.append(("Judge", JudgePage(session, theme)))
    pages.append(("Select", SelectPage(session, workspace, theme)))
    if workspace.catalogue.is_simulated:
        pages.append(("Truth", TruthPage(workspace, theme)))
    pages.append(("Learn", LearnPage(session, theme)))
    return pages


def _page_of(session: Session, workspace: Workspace, theme: str) -> StarPage:
    sections = star_panels(session, workspace, theme)
    if workspace is session.workspace:
        session.verdicts.panels = tuple(section.title for section in sections)
    return StarPage(workspace, sections)
